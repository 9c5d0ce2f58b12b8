"""How long `ask` takes over 3,000 definitions, 100,000 people and a million holdings, against a naive substring scan.

    python benchmarks/expertise.py [--quick]

Everything is invented from a fixed seed. Holdings fall on definitions by Zipf's law (exponent 1.1). The scan, which
answers every question right after ours, is what one would write first: the question's words looked for in every
definition's text, then every holding of those definitions sorted by endorsements.
"""

import argparse
import os
import random
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from statistics import quantiles

# Before numpy is loaded: on a busy machine more threads make the slowest answers fifty times slower.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from _measuring import milliseconds, say, timed

from bot.expertise.experts import Snapshot, ask
from bot.expertise.index import Definition
from bot.expertise.ranking import Holding
from bot.expertise.thesaurus import built_in


@dataclass(frozen=True)
class Scale:
    definitions: int
    people: int
    holdings: int
    questions: int


WHOLE, SMALL = Scale(3_000, 100_000, 1_000_000, 200), Scale(50, 100, 1_000, 10)
WARM_UP = 50
TODAY = date(2026, 11, 22)
STAGES = ("小学校", "中学校", "高等学校", "若手", "中堅")
FORMS = ("{}を教えられる人は？", "{}が得意な先生", "who can teach {}?", "{}", "{}で困っています", "help with {}")


def definitions(chance: random.Random, scale: Scale) -> list[Definition]:
    """Badges about one to two topics of the thesaurus each, in both languages."""
    labels = [built_in()[key].label for key in built_in()]
    made = []
    for number in range(scale.definitions):
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


def holdings(chance: random.Random, scale: Scale) -> list[Holding]:
    """Badges that people hold: few definitions are held by many."""
    weights = list(accumulate(1 / (rank + 1) ** 1.1 for rank in range(scale.definitions)))
    drawn = chance.choices(range(scale.definitions), cum_weights=weights, k=scale.holdings)
    return [
        Holding(
            person=f"p{chance.randrange(scale.people)}",
            definition=f"d{definition}",
            level=chance.randint(1, 3),
            awarded_on=TODAY - timedelta(chance.randrange(3_000)),
            colleagues=min(9, int(chance.expovariate(1))),
            leaders=int(chance.random() < 0.1),
        )
        for definition in drawn
    ]


def questions(chance: random.Random, scale: Scale) -> list[str]:
    """Any word of the thesaurus, in any frame."""
    words = [word for key in built_in() for word in (*built_in()[key].japanese, *built_in()[key].english)]
    return [chance.choice(FORMS).format(chance.choice(words)) for _ in range(scale.questions)]


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


def seconds_of(answer: Callable[[str], object], question: str) -> float:
    return timed(lambda: answer(question)).wall


def report(scale: Scale, ours: list[float], scanned: list[float]) -> None:
    what = f"a question over {scale.definitions} definitions, {scale.people} people and {scale.holdings} holdings"
    floor = "a substring scan of every text, in plain Python"
    say("expertise.ask", what, "ms", milliseconds(ours), milliseconds(scanned), floor, n=scale.questions)
    slow, slow_scan = (quantiles(milliseconds(times), n=100, method="inclusive")[98] for times in (ours, scanned))
    say("expertise.ask_p99", f"the slowest hundredth of: {what}", "ms", [slow], [slow_scan], floor, n=scale.questions)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="on a small scale, only to see that it runs")
    scale = SMALL if parser.parse_args().quick else WHOLE
    chance = random.Random(20261122)
    made, held, asked = definitions(chance, scale), holdings(chance, scale), questions(chance, scale)
    snapshot, found = Snapshot.of(made, held), scan(made, held)

    def ours(question: str) -> object:
        return ask(snapshot, question, exclude=None, asked={}, today=TODAY)

    for question in asked[:WARM_UP]:
        ours(question), found(question)
    times = [(seconds_of(ours, question), seconds_of(found, question)) for question in asked]
    report(scale, *(list(side) for side in zip(*times, strict=True)))


if __name__ == "__main__":
    main()
