"""Sentences about a week cut into pieces, each with its days, its times and its kind.

What a piece leaves out is taken from its neighbours only where people mean it so:

- days alone belong to the piece that follows ("Mon, Wed 10:35–10:50"); times alone keep the days before them;
- 授業 or "free" beside several periods counts for all of them (「月曜3限、水曜4限は授業」); beside clock
  times it counts for its own piece only: 「平日16:30〜18:00、毎日22時から7時は静かに」 holds two wishes;
- a kind with a colon ("quiet: …") heads the rest of its sentence;
- without any days, quiet hours hold every day, free time and lessons from Monday to Friday.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from bot.domain.spare import WindowKind
from bot.errors import Complaint
from bot.intake.window_words import WEEK, Clock, Days, Kind, Lesson, Number, To, Token, Unknown, tokens

LONGEST_QUOTE = 60
_WORKDAYS = WEEK[:5]


@dataclass(frozen=True)
class Piece:
    """One wish, as far as it was said.

    `times` are the tokens that are neither days nor a kind; `kind_first`: the kind stood before them.
    """

    words: str
    days: tuple[int, ...] = ()
    times: tuple[Token, ...] = ()
    kind: WindowKind | None = None
    kind_first: bool = False
    heads: bool = False


@dataclass(frozen=True)
class Wish:
    """A piece with nothing left open."""

    words: str
    weekdays: tuple[int, ...]
    times: tuple[Token, ...]
    kind: WindowKind


def wishes(text: str, default: WindowKind) -> Iterator[Wish | Complaint]:
    """The wishes in NFKC-normalised text, one sentence after the other."""
    for sentence in re.split(r"[\n;。]", text):
        pieces = [piece for words, found in _parts(sentence) for piece in _pieces(words, found)]
        yield from _completed(pieces, default)


def quote(words: str) -> str:
    """Somebody's words, short enough to be shown again."""
    return words if len(words) <= LONGEST_QUOTE else f"{words[: LONGEST_QUOTE - 1]}…"


def _parts(sentence: str) -> Iterator[tuple[str, list[Token]]]:
    """What stands between commas; a part with nothing but days or loose numbers goes with the next one."""
    waiting_words, waiting = "", list[Token]()
    for part in re.split(r"[,、]", sentence):
        words = f"{waiting_words}, {part.strip()}".removeprefix(", ")
        found = [*waiting, *tokens(part)]
        if _is_only_a_beginning(found):
            waiting_words, waiting = words, found
        else:
            waiting_words, waiting = "", []
            yield words, found
    if waiting:
        yield waiting_words, waiting


def _is_only_a_beginning(found: Sequence[Token]) -> bool:
    has_span = any(
        isinstance(one, Number) and isinstance(two, To) and isinstance(three, Number)
        for one, two, three in zip(found, found[1:], found[2:], strict=False)
    )
    return not has_span and all(isinstance(token, Days | Number | To) for token in found)


def _pieces(words: str, found: list[Token]) -> Iterator[Piece]:
    """A part's pieces: days begin one, unless they come last and so belong to the times before them."""
    words = quote(words)
    piece = Piece(words)
    while found:
        token = found.pop(0)
        if isinstance(token, Days):
            if _has_times(piece.times) and _has_times(found):
                yield piece if piece.days else replace(piece, times=(Unknown(words),))
                piece = Piece(words)
            token = _day_range(token, found)
            piece = replace(piece, days=(*piece.days, *token.weekdays))
        elif isinstance(token, Kind):
            # A second kind in one piece contradicts the first: kept among the times, it is reported there.
            if piece.kind in (None, token.kind):
                piece = replace(piece, kind=token.kind, kind_first=not piece.times, heads=token.heads)
            else:
                piece = replace(piece, times=(*piece.times, token))
        else:
            piece = replace(piece, times=(*piece.times, token))
    if piece != Piece(words):
        yield piece


def _has_times(found: Sequence[Token]) -> bool:
    return any(isinstance(token, Clock | Number | Lesson) for token in found)


def _day_range(first: Days, found: list[Token]) -> Days:
    """月〜金 as Monday to Friday; consumes the rest of the range."""
    if len(found) < 2 or not isinstance(found[0], To) or not isinstance(last := found[1], Days):
        return first
    if len(first.weekdays) != 1 or len(last.weekdays) != 1:
        return first
    del found[:2]
    length = (last.weekdays[0] - first.weekdays[0]) % 7
    return Days(tuple((first.weekdays[0] + ahead) % 7 for ahead in range(length + 1)))


def _completed(pieces: Sequence[Piece], default: WindowKind) -> Iterator[Wish | Complaint]:
    heading: WindowKind | None = None
    days: tuple[int, ...] = ()
    kind_before: WindowKind | None = None
    for place, piece in enumerate(pieces):
        if piece.heads:
            heading = piece.kind
        continues = bool(place) and not piece.days
        kind = piece.kind or heading or _kind_beside(pieces, place) or (kind_before if continues else None)
        if kind is None and _may_share_a_kind(pieces, place, default):
            yield Complaint("windows.which_kind", {"words": piece.words})
            continue
        kind = kind or default
        quiet_by_itself = piece.kind is WindowKind.QUIET
        days = piece.days or (() if quiet_by_itself else days) or _usual_days(kind)
        kind_before = kind if piece.kind_first or (piece.kind is None and continues) else None
        yield Wish(piece.words, tuple(dict.fromkeys(days)), piece.times, kind)


def _usual_days(kind: WindowKind) -> tuple[int, ...]:
    return WEEK if kind is WindowKind.QUIET else _WORKDAYS


def _kind_beside(pieces: Sequence[Piece], place: int) -> WindowKind | None:
    """The kind that a run of periods shares: after the last of them, or before the first."""
    if not _is_periods(pieces[place]):
        return None
    for piece in pieces[place:]:
        if not _is_periods(piece) or piece.kind is not None:
            if _is_periods(piece) and not piece.kind_first:
                return piece.kind
            break
    for piece in reversed(pieces[:place]):
        if not _is_periods(piece) or piece.kind is not None:
            return piece.kind if _is_periods(piece) and piece.kind_first else None
    return None


def _is_periods(piece: Piece) -> bool:
    return any(isinstance(token, Lesson) for token in piece.times)


def _may_share_a_kind(pieces: Sequence[Piece], place: int, default: WindowKind) -> bool:
    """「22時から24時、0時から7時は静かに」: whether the first is meant too cannot be seen, so it is asked."""
    piece, following = pieces[place], pieces[place + 1 : place + 2]
    return not piece.days and any(
        after.kind not in (None, default) and not after.kind_first and not after.days and not _is_periods(after)
        for after in following
    )
