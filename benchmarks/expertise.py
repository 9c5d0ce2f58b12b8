"""How long `ask` takes over 3,000 definitions, 100,000 people and a million holdings, against a naive substring scan.

Run `python benchmarks/expertise.py`; one JSON line per measurement, times in milliseconds. Everything is invented from
a fixed seed. Holdings fall on definitions by Zipf's law (exponent 1.1). The scan is what one would write first: the
question's words looked for in every definition's text, then every holding of those definitions sorted by endorsements.
"""

import json
import os
import platform
import random
import re
from collections.abc import Callable, Iterable
from datetime import date, timedelta
from itertools import accumulate
from statistics import quantiles
from time import perf_counter

# Before numpy is loaded: on a busy machine more threads make the slowest answers fifty times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from bot.expertise.experts import Found, Snapshot, ask
from bot.expertise.index import Definition
from bot.expertise.ranking import Holding
from bot.expertise.thesaurus import built_in

DEFINITIONS, PEOPLE, HOLDINGS, QUESTIONS = 3_000, 100_000, 1_000_000, 400
TODAY = date(2026, 11, 22)
STAGES = ("小学校", "中学校", "高等学校", "若手", "中堅")
FORMS = ("{}を教えられる人は？", "{}が得意な先生", "who can teach {}?", "{}", "{}で困っています", "help with {}")


def definitions(chance: random.Random) -> list[Definition]:
    """Badges about one to two topics of the thesaurus each, in both languages."""
    labels = [built_in()[key].label for key in built_in()]
    made = []
    for number in range(DEFINITIONS):
        topic, other = chance.sample(labels, 2)
        stage = chance.choice(STAGES)
        made.append(
            Definition(
                key=f"d{number}",
                name=(f"{stage}の{topic.ja} {number}", f"{topic.en} {number}"),
                tags=(topic.ja, topic.en),
                description=(
                    f"{topic.ja}と{other.ja}を結ぶ授業を計画し、振り返る。",
                    f"Linking {topic.en} with {other.en}.",
                ),
                courses=(f"{topic.ja}オンデマンド研修",),
                criteria=("すべての教材を修了し、確認テストに合格する。",),
            )
        )
    return made


def holdings(chance: random.Random) -> list[Holding]:
    """A million badges: few definitions are held by many."""
    weights = list(accumulate(1 / (rank + 1) ** 1.1 for rank in range(DEFINITIONS)))
    drawn = chance.choices(range(DEFINITIONS), cum_weights=weights, k=HOLDINGS)
    return [
        Holding(
            person=f"p{chance.randrange(PEOPLE)}",
            definition=f"d{definition}",
            level=chance.randint(1, 3),
            awarded_on=TODAY - timedelta(chance.randrange(3_000)),
            colleagues=min(9, int(chance.expovariate(1))),
            leaders=int(chance.random() < 0.1),
        )
        for definition in drawn
    ]


def questions(chance: random.Random) -> list[str]:
    """Any word of the thesaurus, in any frame."""
    words = [word for key in built_in() for word in (*built_in()[key].japanese, *built_in()[key].english)]
    return [chance.choice(FORMS).format(chance.choice(words)) for _ in range(QUESTIONS)]


def scan(made: Iterable[Definition], held: Iterable[Holding]) -> Callable[[str], list[str]]:
    """The naive answer: substrings, then a sort."""
    texts = {each.key: " ".join(text for field in each.fields() for text in field).lower() for each in made}
    holders: dict[str, list[Holding]] = {}
    for holding in held:
        holders.setdefault(holding.definition, []).append(holding)

    def answer(question: str) -> list[str]:
        words = re.findall(r"[a-z0-9]{3,}|[一-龯ァ-ヶー]{2,}", question.lower())
        hits = [key for key, text in texts.items() if any(word in text for word in words)]
        found = [holding for key in hits for holding in holders.get(key, ())]
        found.sort(key=lambda holding: (-holding.level, -holding.leaders, -holding.colleagues))
        return list(dict.fromkeys(holding.person for holding in found[:20]))[:3]

    return answer


def measure(name: str, answer: Callable[[str], object], asked: list[str], answered: Callable[[object], bool]) -> None:
    """Ask everything once to warm up, once on the clock."""
    for question in asked[:50]:
        answer(question)
    times, full = [], 0
    for question in asked:
        start = perf_counter()
        result = answer(question)
        times.append((perf_counter() - start) * 1_000)
        full += answered(result)
    cuts = quantiles(times, n=100, method="inclusive")
    say(name, p50_ms=round(cuts[49], 2), p99_ms=round(cuts[98], 2), questions=len(asked), answered=full)


def say(name: str, **figures: object) -> None:
    print(json.dumps({"benchmark": f"expertise.{name}", **figures}, ensure_ascii=False), flush=True)


def main() -> None:
    chance = random.Random(20261122)
    made, held, asked = definitions(chance), holdings(chance), questions(chance)
    say("scale", definitions=DEFINITIONS, people=PEOPLE, holdings=HOLDINGS, python=platform.python_version())
    start = perf_counter()
    snapshot = Snapshot.of(made, held)
    say("build", seconds=round(perf_counter() - start, 2))

    def ours(question: str) -> object:
        return ask(snapshot, question, exclude=None, asked={}, today=TODAY)

    measure("ask", ours, asked, lambda answer: isinstance(answer, Found))
    measure("substring_scan", scan(made, held), asked, bool)


if __name__ == "__main__":
    main()
