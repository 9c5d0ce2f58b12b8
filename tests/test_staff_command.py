"""`sukima staff load`: what a list would do, and did, in words."""

from pathlib import Path

from typer.testing import CliRunner

from bot.__main__ import cli

LIST = "氏名,メール,職名\n森 さやか,mori@example.school,事務職員\n青木 美咲,aoki@example.school,教諭\n"


def _run(data: Path, *words: str) -> str:
    ran = CliRunner().invoke(cli, [*words, "--data", str(data), "--lang", "en"])
    assert ran.exit_code == 0, ran.output
    return ran.output


def test_jobs_that_are_no_roles_are_named_before_and_after(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "staff.csv"
    file.write_text(LIST, "utf-8")
    _run(data, "school", "add", "asahi", "--ja", "あさひ小学校", "--en", "Asahi School", "--period", "1=08:45-09:30")
    told = "These job titles are no roles here: 事務職員. Roles stay as they are; somebody new is a teacher."
    for more in (("--dry-run",), ()):
        assert told in _run(data, "staff", "load", str(file), "--school", "asahi", *more)
    assert "2" in _run(data, "staff", "list")
