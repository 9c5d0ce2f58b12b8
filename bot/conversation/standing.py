"""What stands in the way of what a holder chose: a stopped badge is shown to no colleague, and its holder is not named
for it, nor for an expired one. What was chosen stays, and holds again once the badge does."""

from bot.conversation.views import StopView, ValidityView

EXPIRED = "expired"


def why_uncounted(stop: StopView | None, validity: ValidityView | None) -> str:
    """Why it counts for nothing new: `revoked`, `suspended` or `expired`; empty where it counts."""
    if stop is not None:
        return stop.kind
    return EXPIRED if validity is not None and validity.expired else ""
