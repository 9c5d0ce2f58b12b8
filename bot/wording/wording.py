"""One language's voice: keys and parameters in, finished sentences out."""

from collections.abc import Iterable
from datetime import date

from babel.dates import format_date, get_day_names

from bot.domain.awards import Level
from bot.domain.language import Bilingual, Lang
from bot.domain.spare import DAY_MINUTES, Window, WindowKind
from bot.errors import Complaint, Problem
from bot.intake.windows import Group, Span, group
from bot.services.ports import Counts
from bot.wording.catalogues import catalogue

Param = str | int | Bilingual
"""What may be filled into a sentence. A text in both languages is said in the sentence's own."""

EVERY_DAY = tuple(range(7))
WEEKDAYS = tuple(range(5))
WEEKEND = (5, 6)


class Unworded(LookupError):
    """A mistake in the program: nobody wrote a sentence for this key, or a parameter of it is missing."""


class Wording:
    """Says everything in one language. Parameters are data: nothing in them is read as part of a sentence's form."""

    def __init__(self, lang: Lang) -> None:
        self.lang: Lang = lang
        self._catalogue = catalogue(lang)

    # ------------------------------------------------------------ sentences

    def say(self, key: str, /, **params: Param) -> str:
        """The sentence of `key` with its `{names}` filled in. Raises `Unworded`."""
        if key not in self._catalogue.single:
            raise Unworded(f"no sentence {key!r} in {self.lang}")
        return self._filled(key, self._catalogue.sentences.gettext(key), params)

    def say_n(self, key: str, n: int, /, **params: Param) -> str:
        """The form of `key` that goes with the number `n`, which fills `{n}`. Raises `Unworded`."""
        if key not in self._catalogue.plural:
            raise Unworded(f"no sentence {key!r} for numbers in {self.lang}")
        return self._filled(key, self._catalogue.sentences.ngettext(key, key, n), {**params, "n": n})

    def problem(self, problem: Problem) -> str:
        """What is wrong and the way out; one line more for each detail."""
        lines = [self.say(f"problem.{problem.code}", **problem.params)]
        return "\n".join([*lines, *(self.complaint(complaint) for complaint in problem.complaints)])

    def complaint(self, complaint: Complaint) -> str:
        """Where it is wrong, what is wrong there, and the remedy."""
        sentence = self.say(f"complaint.{complaint.code}", **complaint.params)
        line = "" if complaint.line is None else self.say("place.line", line=complaint.line)
        place = self.listed(part for part in (complaint.file, line, complaint.field_path) if part)
        return self.say("place.says", place=place, sentence=sentence) if place else sentence

    def listed(self, parts: Iterable[str]) -> str:
        """Parts of one sentence, one after the other: "a, b"."""
        return self.say("list.separator").join(parts)

    def quoted(self, text: str) -> str:
        """Somebody's words, in quotation marks."""
        return self.say("list.quote", text=text)

    # ------------------------------------------------------------ numbers

    def minutes(self, n: int) -> str:
        return self.say_n("time.minutes", n)

    def counts(self, counts: Counts) -> str:
        """Endorsements by role: "2 colleagues, 1 leader"."""
        parts = []
        if counts.colleagues:
            parts.append(self.say_n("count.colleagues", counts.colleagues))
        if counts.leaders:
            parts.append(self.say_n("count.leaders", counts.leaders))
        return self.say("count.separator").join(parts) if parts else self.say("count.none")

    def level(self, level: Level) -> str:
        return self.say(f"level.{level}")

    # ------------------------------------------------------------ days and times

    def day(self, on: date) -> str:
        """A day near at hand, with its weekday and without its year."""
        return format_date(on, self.say("time.day"), locale=self.lang)

    def full_date(self, on: date) -> str:
        """A day of any year."""
        return format_date(on, self.say("time.date"), locale=self.lang)

    def clock(self, minute: int) -> str:
        """A minute of the day as on the clock; the last one is 24:00."""
        return f"{minute // 60}:{minute % 60:02}"

    def windows(self, windows: Iterable[Window]) -> tuple[str, ...]:
        """A week in few lines. Free time alone goes without saying; beside others every line names its kind."""
        groups = group(tuple(windows))
        if all(told.kind is WindowKind.FREE for told in groups):
            return tuple(self._times(told) for told in groups)
        return tuple(self.say(f"week.{told.kind}", line=self._times(told)) for told in groups)

    def _times(self, told: Group) -> str:
        times = self.listed(self._span(span) for span in told.spans)
        return self.say("week.line", days=self._weekdays(told.weekdays), times=times)

    def _span(self, span: Span) -> str:
        start, end = span
        if end > DAY_MINUTES:
            return self.say("time.span_overnight", start=self.clock(start), end=self.clock(end - DAY_MINUTES))
        return self.say("time.span", start=self.clock(start), end=self.clock(end))

    def _weekdays(self, weekdays: tuple[int, ...]) -> str:
        named = {EVERY_DAY: "week.every_day", WEEKDAYS: "week.weekdays", WEEKEND: "week.weekend"}
        if weekdays in named:
            return self.say(named[weekdays])
        if len(weekdays) == 1:
            return self._weekday(weekdays[0], "wide")
        return self.say("week.separator").join(self._run(first, last) for first, last in _runs(weekdays))

    def _run(self, first: int, last: int) -> str:
        if last - first >= 2:
            return self.say("week.run", first=self._weekday(first), last=self._weekday(last))
        return self.say("week.separator").join(self._weekday(weekday) for weekday in range(first, last + 1))

    def _weekday(self, weekday: int, width: str = "abbreviated") -> str:
        names = get_day_names("wide" if width == "wide" else "abbreviated", locale=self.lang)
        name: str = names[weekday]
        return name

    # ------------------------------------------------------------ filling in

    def _filled(self, key: str, sentence: str, params: dict[str, Param]) -> str:
        try:
            return sentence.format_map({name: self._inserted(value) for name, value in params.items()})
        except KeyError as missing:
            raise Unworded(f"{key!r} needs {missing}") from None

    def _inserted(self, value: Param) -> str | int:
        return value.in_(self.lang) if isinstance(value, Bilingual) else value


def _runs(weekdays: tuple[int, ...]) -> list[tuple[int, int]]:
    """Neighbouring weekdays as (first, last)."""
    found: list[tuple[int, int]] = []
    for weekday in weekdays:
        if found and found[-1][1] == weekday - 1:
            found[-1] = (found[-1][0], weekday)
        else:
            found.append((weekday, weekday))
    return found
