"""Names as people compare them: without spaces, widths and capitals."""

import unicodedata


def folded(name: str) -> str:
    """「山田　太郎」 and "山田太郎" are the same name."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())
