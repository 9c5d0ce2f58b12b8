"""What each button and form does: a verb of `conversation.actions` to a use case, its outcome to views."""

from bot.conversation.acts import asking, badges, endorsing, learning, looking, privacy, welcome
from bot.conversation.scene import Act

ACTS: dict[str, Act] = {
    **welcome.ACTS,
    **learning.ACTS,
    **badges.ACTS,
    **endorsing.ACTS,
    **asking.ACTS,
    **looking.ACTS,
    **privacy.ACTS,
}
"""Every verb that a token may carry."""
