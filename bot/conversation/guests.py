"""Guests of a workspace: no colleagues of its school, whatever channels they may read.

Nothing of the school is said to them, and nothing is begun with them. Who was a colleague before still has what is
theirs: they may take it out, and be forgotten (design.md 4.16).
"""

from bot.conversation.actions import Action
from bot.conversation.intents import Answerable, Commanded, Said
from bot.conversation.understanding import Look, Place, understand, understand_command

OWN_PLACES = (Look(Place.EXPORT), Look(Place.FORGET))
OWN_VERBS = frozenset({"export", "forget", "forget_yes", "cancel"})


def asks_for_own(intent: Answerable, pressed: Action | None) -> bool:
    """Whether it is about nothing but the guest's own data. `pressed` is what a button or form stands for."""
    match intent:
        case Commanded(text=text):
            return understand_command(text) in OWN_PLACES
        case Said(text=text, files=files):
            return not files and understand(text) in OWN_PLACES
        case _:
            return pressed is not None and pressed.verb in OWN_VERBS
