"""Forms that were shown or sent not long ago: so that a button opens them as they were, with what was typed.

In memory only, and for whoever they were shown to. What is forgotten is asked again empty (`Cards.form`).
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from bot.conversation.card import Card, Form
from bot.conversation.remembering import remember

KEPT_FOR = 15 * 60.0
"""Seconds."""


@dataclass(frozen=True)
class Kept:
    """A card with its form, what was typed into it, and until when that is kept."""

    card: Card
    form: Form
    typed: Mapping[str, str] | None = field(default=None, repr=False)
    until: float = 0.0


class RememberedForms:
    """By person and the form's token. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._kept: OrderedDict[tuple[str, str], Kept] = OrderedDict()

    def keep(self, user_key: str, card: Card, typed: Mapping[str, str] | None = None) -> None:
        """Keep the card's form, where it has one."""
        if card.form is not None:
            kept = Kept(card, card.form, typed, self._clock() + KEPT_FOR)
            remember(self._kept, (user_key, card.form.action), kept)

    def sent(self, user_key: str, action: str, typed: Mapping[str, str]) -> None:
        """Keep what was typed into a form that was sent: it may not be taken."""
        found = self.find(user_key, action)
        if found is not None:
            remember(self._kept, (user_key, action), replace(found, typed=typed))

    def find(self, user_key: str, action: str) -> Kept | None:
        """What is kept of a form."""
        found = self._kept.get((user_key, action))
        return found if found is not None and found.until > self._clock() else None
