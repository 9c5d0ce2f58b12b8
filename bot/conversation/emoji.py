"""How an endorsing emoji looks: workspaces keep the platform's names, people see pictures."""

PICTURES = {"white_flower": "💮", "white_check_mark": "✅"}


def emoji_picture(name: str) -> str:
    """The emoji itself where it is known, else its name between colons, as chats show it."""
    if name in PICTURES:
        return PICTURES[name]
    return f":{name}:" if name.isascii() else name
