"""How Discord says no: HTTP status, its own code, and for a wrong form what is wrong where."""

from dataclasses import dataclass, field

from on_discord.server.world import Json

MESSAGES = {
    0: "404: Not Found", 10003: "Unknown Channel", 10004: "Unknown Guild", 10007: "Unknown Member",
    10008: "Unknown Message", 10011: "Unknown Role", 10013: "Unknown User", 10014: "Unknown Emoji",
    10015: "Unknown Webhook", 10062: "Unknown interaction", 10063: "Unknown application command",
    20028: "The write action you are performing on the channel has hit the write rate limit.",
    30010: "Maximum number of reactions reached (20)",
    30034: "Maximum number of daily application command creates has been reached (200)",
    30046: "Maximum number of edits to messages older than 1 hour reached. Try again later.",
    40005: "Request entity too large", 40060: "Interaction has already been acknowledged.", 50001: "Missing Access",
    50003: "Cannot execute action on a DM channel", 50005: "Cannot edit a message authored by another user",
    50006: "Cannot send an empty message", 50007: "Cannot send messages to this user",
    50013: "Missing Permissions", 50024: "Cannot execute action on this channel type",
    50025: "Invalid OAuth2 access token", 50027: "Invalid Webhook Token", 50035: "Invalid Form Body",
    50083: "Thread is archived", 50109: "The request body contains invalid JSON.",
    50278: "Cannot send messages to this user due to having no mutual guilds",
    90001: "Reaction was blocked", 160004: "A thread has already been created for this message",
}  # fmt: skip
STATUSES = {
    20028: 429, 40060: 400, 30010: 400, 30034: 400, 30046: 400, 40005: 413, 50003: 403, 50001: 403, 50005: 403,
    50007: 403, 50013: 403, 50027: 401, 50278: 403, 90001: 403, 0: 404, 10014: 400,
}  # fmt: skip


class Refusal(Exception):
    """A request that Discord refuses with this code."""

    def __init__(self, code: int, status: int | None = None, errors: Json | None = None) -> None:
        super().__init__(f"{code} {MESSAGES.get(code, '')} {errors or ''}")
        self.code = code
        unknown = 404 if 10000 < code < 11000 else 400
        self.status = status or STATUSES.get(code, unknown)
        self.answer: Json = {"message": MESSAGES.get(code, "Refused"), "code": code}
        if errors is not None:
            self.answer["errors"] = errors


class Unauthorized(Refusal):
    """No token, or one that does not work."""

    def __init__(self) -> None:
        super().__init__(0, 401)
        self.answer = {"message": "401: Unauthorized", "code": 0}


@dataclass
class Complaints:
    """What is wrong with a form, found by going through it; `refuse` says all of it at once."""

    found: Json = field(default_factory=dict)

    def add(self, path: str, code: str, message: str) -> None:
        """`path` is where, with dots: `components.0.label`."""
        place = self.found
        for part in path.split("."):
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def text(self, path: str, value: object, least: int, most: int, *, required: bool = True) -> None:
        """A text between these lengths."""
        if value is None or value == "":
            if required and least > 0:
                self.add(path, "BASE_TYPE_REQUIRED", "This field is required")
            return
        if not isinstance(value, str):
            self.add(path, "BASE_TYPE_BAD_TYPE", "Must be a string.")
        elif len(value) > most:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif len(value) < least:
            self.add(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")

    def number(self, path: str, value: object, least: int, most: int) -> None:
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not int.')
        elif not least <= value <= most:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be between {least} and {most}.")

    def count(self, path: str, value: object, least: int, most: int) -> None:
        if not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        elif not least <= len(value) <= most:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def refuse(self) -> None:
        """Raises Refusal when anything was found."""
        if self.found:
            raise Refusal(50035, errors=self.found)
