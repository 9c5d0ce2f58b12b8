"""What the status lists of a million awards cost: to make from positions, after one more revocation, and to read.

    python benchmarks/status.py [--rounds N] [--quick]

Ours: the positions of the awards that are revoked become signed `BitstringStatusListCredential`s. A list gives out
131,072 positions at random until half of them are taken, so that a million awards have sixteen lists; one award in a
hundred is revoked, far more than any school will. One revocation makes one list anew. Reading is what a verifier does
with a list that it has: unpack it and look at one position.

The floors, in the same rounds: gzip of exactly the same bits and nothing else; to read, gunzip of them.
"""

import argparse
import gzip
import random
from collections.abc import Sequence
from datetime import UTC, datetime

from _measuring import milliseconds, say
from signing import SCHOOL_KEY, each

from bot.badges.proof import secure
from bot.badges.status import PACKING, StatusPurpose, compose_list, decode, encode, is_set
from bot.domain.status import FULL, POSITIONS

AWARDS = 1_000_000
REVOKED = AWARDS // 100
AT = datetime(2026, 4, 9, tzinfo=UTC)
READS = 20
"""Of a list in a round: one is too short for the clock."""


def revoked(rng: random.Random) -> list[list[int]]:
    """The positions of the awards that are revoked, by list."""
    revoked = rng.sample(range(AWARDS), REVOKED)
    counts = [sum(award // FULL == number for award in revoked) for number in range(-(-AWARDS // FULL))]
    return [rng.sample(range(POSITIONS), count) for count in counts]


def signed(lists: Sequence[Sequence[int]]) -> None:
    """The lists as they are served."""
    for number, positions in enumerate(lists):
        address = f"https://badges.example/status/{number}"
        listing = compose_list(address, SCHOOL_KEY.did, StatusPurpose.REVOCATION, positions, AT)
        secure(listing, SCHOOL_KEY, AT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--quick", action="store_true", help="one small round, only to see that it runs")
    options = parser.parse_args()
    rounds = 1 if options.quick else options.rounds
    lists = revoked(random.Random(1))
    encoded = [encode(positions) for positions in lists]
    bits = [decode(text) for text in encoded]
    packed = [gzip.compress(each_list, PACKING, mtime=0) for each_list in bits]

    def read() -> None:
        for _ in range(READS):
            if not is_set(decode(encoded[0]), lists[0][0]):
                raise SystemExit("a revoked award reads as good")

    acts = {
        "lists": lambda: signed(lists),
        "one": lambda: signed(lists[:1]),
        "read": read,
        "gzip_all": lambda: [gzip.compress(each_list, PACKING, mtime=0) for each_list in bits],
        "gzip_one": lambda: gzip.compress(bits[0], PACKING, mtime=0),
        "gunzip": lambda: [gzip.decompress(packed[0]) for _ in range(READS)],
    }
    costs = [{name: each(act, 1).cpu for name, act in acts.items()} for _ in range(rounds + 1)][1:]
    taken = {name: milliseconds([round_[name] for round_ in costs]) for name in acts}
    whole = f"the {len(lists)} status lists of {AWARDS:,} awards made from positions and signed"
    size = len(bits[0]) // 1024
    say("status.lists", whole, "ms CPU", taken["lists"], taken["gzip_all"], "gzip of the same bits alone", n=rounds)
    one = "one of these lists made anew, after a revocation"
    say("status.one", one, "ms CPU", taken["one"], taken["gzip_one"], f"gzip of its {size} KiB alone", n=rounds)
    ours, floor = ([time / READS for time in taken[name]] for name in ("read", "gunzip"))
    looked = "a list unpacked and one position looked at"
    say("status.read", looked, "ms CPU", ours, floor, f"gunzip of its {size} KiB alone", n=rounds * READS)


if __name__ == "__main__":
    main()
