"""What verifying one file may cost: it may hold many documents, and the bounds of one hold for all together."""

from bot.badges.canonical import Steps
from bot.badges.jsontext import JsonObject, Weight, weight
from bot.errors import Problem


class Budget:
    """Holds the bounds of one document (`jsontext.require_modest`, `canonical.MAX_WORK`) for several."""

    def __init__(self) -> None:
        self.steps = Steps()
        self._taken = Weight()

    def take(self, document: JsonObject) -> None:
        """Count one document more. Raises `Problem` document_too_complex where it does not fit, and counts nothing."""
        together = self._taken + weight(document)
        if not together.is_modest:
            raise Problem("document_too_complex")
        self._taken = together

    def has_room(self, document: JsonObject) -> bool:
        """The same as a question: whether it fitted and is counted."""
        try:
            self.take(document)
        except Problem:
            return False
        return True
