"""What something that is said directly is to its person: how far a platform may go to bring it to them.

Where not everybody may be written to, a receipt opens no conversation, and what somebody waits for may be announced.
"""

from bot.conversation.views import (
    CommentReceived,
    IntroductionAnswered,
    IntroductionAsked,
    Notice,
    OfferView,
    Receipt,
    View,
)


def is_receipt(view: View) -> bool:
    """It confirms what is done: an endorsement given or got, why one did not count, a farewell."""
    return isinstance(view, Receipt | CommentReceived | Notice)


def is_from_colleague(view: View) -> bool:
    """What a colleague asks or answers comes unasked for: it must be noticed by whoever does not look just then."""
    return isinstance(view, IntroductionAsked | IntroductionAnswered)


def is_awaited(view: View) -> bool:
    """Somebody waits for it: a unit that was asked for, a colleague's question, the answer to one's own."""
    return is_from_colleague(view) or (isinstance(view, OfferView) and view.requested)
