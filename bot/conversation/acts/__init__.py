"""What each button and form does: a verb of `conversation.actions` to a use case, its outcome to views."""

from bot.conversation.acts import (
    agreements,
    asking,
    badges,
    enclosing,
    endorsing,
    files,
    foreign,
    inviting,
    learning,
    linking,
    looking,
    moving,
    privacy,
    proving,
    reaching,
    roles,
    stopping,
    welcome,
)
from bot.conversation.scene import Act

ACTS: dict[str, Act] = {
    **welcome.ACTS,
    **learning.ACTS,
    **badges.ACTS,
    **endorsing.ACTS,
    **enclosing.ACTS,
    **inviting.ACTS,
    **asking.ACTS,
    **looking.ACTS,
    **privacy.ACTS,
    **roles.ACTS,
    **agreements.ACTS,
    **stopping.ACTS,
    **moving.ACTS,
    **linking.ACTS,
    **foreign.ACTS,
    **files.ACTS,
    **proving.ACTS,
    **reaching.ACTS,
}
"""Every verb that a token may carry."""
