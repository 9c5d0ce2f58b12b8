"""The room's people have invented addresses, proved as far as a rehearsal can."""

DOMAIN = "example.school"


def address_of(user_key: str, *, is_bot: bool) -> str | None:
    """The address that the room says is this user's; bots have none."""
    return None if is_bot else f"{user_key}@{DOMAIN}"
