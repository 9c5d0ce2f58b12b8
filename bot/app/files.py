"""Files that a person names on the command line: read whole, bounded, with a plain word when they cannot be."""

from pathlib import Path

from bot.errors import Problem


def read_bytes(file: Path, limit: int) -> bytes:
    """A file's bytes, at most `limit` MiB."""
    try:
        with file.open("rb") as opened:
            data = opened.read(limit * 2**20 + 1)
    except FileNotFoundError:
        raise Problem("file.missing", file=str(file)) from None
    except IsADirectoryError:
        raise Problem("file.folder", file=str(file)) from None
    except OSError:
        raise Problem("file.unreadable", file=str(file)) from None
    if len(data) > limit * 2**20:
        raise Problem("file.too_big", file=str(file), limit=limit)
    return data
