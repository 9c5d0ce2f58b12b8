"""`sukima issuer …`, as somebody types it."""

from pathlib import Path

from scenarios.town import found_town, say

from storage.locking import DatabaseLock
from tests.web.running import said_by


async def test_trusted_listed_untrusted(tmp_path: Path) -> None:
    folder = tmp_path / "town"
    await found_town(folder)
    data = ("--school", "east", "--data", str(folder), "--lang", "en")
    with DatabaseLock(folder / "sukima.db"):  # as Sukima at work holds it
        put = said_by(folder, "issuer", "trust", "LMS.Example.ac.jp", "--name", "Example <b>University</b>", *data)
    assert (put.returncode, put.stderr) == (0, "")
    listed = said_by(folder, "issuer", "trusted", *data).stdout
    assert "lms.example.ac.jp" in listed
    other = said_by(folder, "issuer", "trusted", "--school", "west", "--data", str(folder), "--lang", "en")
    assert other.stdout.strip() == say("en", "cli.issuer.none"), "a list is one school's"
    for words, why, params in (
        (("trust", "localhost", "--name", "x"), "issuer", {}),
        (("trust", "lms.example", "--name", " "), "name", {}),
        (("untrust", "other.example"), "unlisted", {"issuer": "other.example"}),
    ):
        wrong = said_by(folder, "issuer", *words, *data)
        assert (wrong.returncode, wrong.stderr.strip()) == (1, say("en", f"problem.trust.{why}", **params))
    assert said_by(folder, "issuer", "untrust", "lms.example.ac.jp", *data).returncode == 0
    nowhere = said_by(folder, "issuer", "trusted", "--data", str(folder), "--lang", "en")
    assert nowhere.stderr.strip() == say("en", "problem.trust.school", known="east, west")
