"""The command line, nothing else: read what was typed, call the app, say how it went.

Exit codes: 0 done, 1 refused or failed, 2 wrong usage; `verify`: 0 valid, 1 not valid, 3 cannot tell.
"""

import asyncio
import json
import os
import select
import sys
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer

from bot import app, log
from bot.badges.listed import by_list_of
from bot.badges.recipient import for_recipient
from bot.badges.verdict import EXIT_CODES, Outcome, Validity, Verdict
from bot.commands.badges import badge_commands
from bot.commands.desk import Desk
from bot.commands.discord import discord_commands
from bot.commands.issuers import issuer_commands
from bot.commands.keys import key_commands
from bot.commands.schools import board_commands, school_commands
from bot.commands.slack import slack_commands
from bot.commands.staff import staff_commands
from bot.domain.language import LANGS, Lang
from bot.errors import Complaint, Problem
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.verdicts import told

logger = structlog.get_logger(__name__)


def _help_language() -> Lang:
    """The language of `--help`, known before the command line is read."""
    typed = next((word for flag, word in pairwise(sys.argv) if flag == "--lang"), os.environ.get("SUKIMA_LANG"))
    return next((known for known in LANGS if known == typed), "ja")


HELP = Wording(_help_language())
cli = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=HELP.say("cli.help.sukima")
)
catalog_commands = typer.Typer(no_args_is_help=True, help=HELP.say("cli.help.catalog"))
db_commands = typer.Typer(no_args_is_help=True, help=HELP.say("cli.help.db"))
cli.add_typer(catalog_commands, name="catalog")
move_commands = typer.Typer(no_args_is_help=True, help=HELP.say("cli.help.moves"))
cli.add_typer(db_commands, name="db")
cli.add_typer(move_commands, name="move")

DataDir = Annotated[Path | None, typer.Option("--data", help=HELP.say("cli.help.data"))]
Port = Annotated[int, typer.Option("--port", min=0, max=65535, help=HELP.say("cli.help.port"))]
LangOption = Annotated[str | None, typer.Option("--lang", help=HELP.say("cli.help.lang"))]


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"sukima {version('sukima')}")
        raise typer.Exit


@cli.callback()
def sukima(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help=HELP.say("cli.help.version"))
    ] = False,
) -> None:
    """What holds for every command."""


@cli.command(help=HELP.say("cli.help.demo"))
def demo(
    data: DataDir = None,
    lang: LangOption = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help=HELP.say("cli.help.port"))] = None,
    terminal: Annotated[bool, typer.Option("--terminal", help=HELP.say("cli.help.terminal"))] = False,
    story: Annotated[bool, typer.Option("--story", help=HELP.say("cli.help.story"))] = False,
    out: Annotated[Path, typer.Option("--out", help=HELP.say("cli.help.out"))] = Path("out"),
) -> None:
    """Open the local staff room in the browser or the terminal, or play the story of a day."""
    with speaking(lang) as voice:
        settings = read_settings(data or Path("data/demo"))
        if story:
            failure = asyncio.run(app.run_story(out))
            if failure is not None:
                fail(voice.say("cli.story.failed", step=failure))
            typer.echo(voice.say("cli.story.done", out=str(out)))
        elif terminal:
            asyncio.run(app.run_terminal(settings, voice))
        else:
            show = webbrowser.open if app.may_show(os.environ, tty=sys.stdout.isatty()) else None
            asyncio.run(app.run_demo(settings, voice, scroll, port=port, show=show))


def scroll(line: str) -> None:
    """A line at once, also into a pipe; a terminal that went away is nobody's trouble."""
    with suppress(OSError):
        typer.echo(line)


@cli.command(help=HELP.say("cli.help.run"))
def run(
    host: Annotated[str, typer.Option("--host", help=HELP.say("cli.help.host"))] = "127.0.0.1",
    port: Port = app.DEFAULT_PORT,
    room: Annotated[bool, typer.Option("--room", help=HELP.say("cli.help.room"))] = False,
    data: DataDir = None,
    lang: LangOption = None,
) -> None:
    """Serve the pages and run the clock, until a signal ends it."""
    with speaking(lang, level="info", as_json=not sys.stderr.isatty()) as voice:
        asyncio.run(app.run(read_settings(data), voice, scroll, host=host, port=port, room=room))


@cli.command(help=HELP.say("cli.help.check"))
def check(port: Port = app.DEFAULT_PORT, data: DataDir = None, lang: LangOption = None) -> None:
    """Look over a deployment: each problem with its remedy."""
    with speaking(lang) as voice:
        patient = app.Patient(read_settings(data), datetime.now(UTC), port)
        problems = 0
        for finding in app.examine(patient):
            typer.echo(line_of(finding, voice))
            problems += finding.is_problem
        if problems:
            fail(voice.say("check.found", n=problems))
        typer.echo(voice.say("check.well"))


def line_of(finding: app.Finding, voice: Wording) -> str:
    """A line of the check: what was looked at, and what is wrong there with its remedy."""
    name = voice.say(f"check.name.{finding.name}")
    match finding.wrong:
        case None:
            return f"{MARKS[Outcome.PASS]} {name}"
        case Problem() as problem:
            sentence = voice.problem(problem)
        case Complaint() as complaint:
            sentence = voice.complaint(complaint)
    return f"{MARKS[Outcome.FAIL if finding.is_problem else Outcome.NOTE]} {name}: {sentence}"


def addresses(given: list[str] | None) -> list[str] | None:
    """What badges name people by: a mail or web address, a telephone number."""
    for each in given or ():
        if not any(sign in each for sign in "@:+") and not each.isdigit():
            raise typer.BadParameter(HELP.say("cli.no_address", typed=each))
    return given


@cli.command(help=HELP.say("cli.help.verify"))
def verify(
    badge: Annotated[str, typer.Argument(metavar="FILE|URL", help=HELP.say("cli.help.file"))],
    recipient: Annotated[
        list[str] | None, typer.Option(metavar="ADDRESS", help=HELP.say("cli.help.recipient"), callback=addresses)
    ] = None,
    school: Annotated[str, typer.Option(metavar="KEY", help=HELP.say("cli.help.trusting"))] = "",
    as_json: Annotated[bool, typer.Option("--json", help=HELP.say("cli.help.json"))] = False,
    data: DataDir = None,
    lang: LangOption = None,
) -> None:
    """Check a badge, check by check."""
    with speaking(lang) as voice:
        try:
            settings = read_settings(data) if school else own_settings(data)
            # Who names a rehearsal asks what is so in it; everybody else, what is so.
            world = app.World() if data is None or settings is None else app.world_beside(settings, app.World())
            trusting = asyncio.run(app.trust_list(settings, school, world))
            verdict = asyncio.run(app.verify_named(badge, settings, world, trusting))
        except Problem as problem:
            typer.echo(voice.problem(problem), err=True)
            raise typer.Exit(EXIT_CODES[Validity.UNKNOWN]) from None
        verdict = for_recipient(verdict, recipient or ())
        verdict = by_list_of(verdict, trusting.school.in_(voice.lang) if trusting else None)
        typer.echo(json.dumps(verdict.to_json(), ensure_ascii=False, indent=2) if as_json else shown(verdict, voice))
        raise typer.Exit(verdict.exit_code)


@catalog_commands.command("check", help=HELP.say("cli.help.catalog_check"))
def catalog_check(files: Annotated[list[Path], typer.Argument()], lang: LangOption = None) -> None:
    """Read catalogues and report everything that is wrong; writes nothing."""
    with speaking(lang) as voice:
        for read in app.read_catalogues(files):
            units = sum(len(module.units) for course in read.courses for module in course.modules)
            typer.echo(voice.say("cli.catalog.sound", key=read.key, courses=len(read.courses), units=units))
            for note in app.title_notes(read):
                _say_of_title(note, voice)


def _say_of_title(note: app.TitleNote, voice: Wording) -> None:
    """Said, and no error: the title itself is as it was written."""
    if note.lost:
        lost = voice.listed(note.lost)
        typer.echo(voice.say("cli.catalog.title_lost", name=note.badge, lost=lost))
    for shown in note.shown:
        typer.echo(voice.say("cli.catalog.title_cut", name=note.badge, shown=shown))


@catalog_commands.command("load", help=HELP.say("cli.help.catalog_load"))
def catalog_load(files: Annotated[list[Path], typer.Argument()], data: DataDir = None, lang: LangOption = None) -> None:
    """Load catalogues; completions and awards stay as they are."""
    with speaking(lang) as voice:
        for loaded in asyncio.run(app.load_catalogues(read_settings(data), files, voice, typer.echo)):
            typer.echo(
                voice.say(
                    "cli.catalog.loaded", courses=loaded.courses, units=loaded.units, versions=loaded.new_versions
                )
            )


@move_commands.command("import", help=HELP.say("cli.help.move_import"))
def move_import(
    file: Annotated[Path, typer.Argument(help=HELP.say("cli.help.bundle"))],
    person: Annotated[str, typer.Option("--person", help=HELP.say("cli.help.person"))],
    data: DataDir = None,
    lang: LangOption = None,
) -> None:
    """Bring what a person exported elsewhere into their record here."""
    with speaking(lang) as voice:
        asyncio.run(app.bring_in(read_settings(data), file, person, voice, typer.echo))


@db_commands.command("upgrade", help=HELP.say("cli.help.db_upgrade"))
def db_upgrade(data: DataDir = None, lang: LangOption = None) -> None:
    """Make the database, or bring it up to this version; a backup is kept."""
    with speaking(lang) as voice:
        done, secret = app.upgrade_database(read_settings(data), datetime.now(UTC))
        typer.echo(voice.say("cli.db.upgraded" if done.changed else "cli.db.current", revision=done.to_revision))
        if done.backup is not None:
            typer.echo(voice.say("cli.db.kept", file=str(done.backup)))
        if secret is not None:
            typer.echo(voice.say("cli.secret_made", file=str(secret)))


@db_commands.command("check", help=HELP.say("cli.help.db_check"))
def db_check(data: DataDir = None, lang: LangOption = None) -> None:
    """Look over the database: file, links, audit chain, keys."""
    with speaking(lang) as voice:
        checked = app.check_database(read_settings(data))
        for complaint in checked.complaints:
            typer.echo(voice.complaint(complaint), err=True)
        if checked.complaints:
            raise typer.Exit(1)
        typer.echo(voice.say("cli.db.sound", revision=checked.revision))


@db_commands.command("retry", help=HELP.say("cli.help.db_retry"))
def db_retry(data: DataDir = None, lang: LangOption = None) -> None:
    """Try anew what the bot promised and gave up."""
    with speaking(lang) as voice:
        typer.echo(voice.say_n("cli.db.retried", app.retry_promises(read_settings(data), datetime.now(UTC))))


@db_commands.command("backup", help=HELP.say("cli.help.db_backup"))
def db_backup(to: Annotated[Path, typer.Argument()], data: DataDir = None, lang: LangOption = None) -> None:
    """Copy the database while it is in use. The secret is not in it: keep that apart."""
    with speaking(lang) as voice:
        typer.echo(voice.say("cli.db.backed_up", file=str(app.backup_database(read_settings(data), to))))


@db_commands.command("restore", help=HELP.say("cli.help.db_restore"))
def db_restore(source: Annotated[Path, typer.Argument()], data: DataDir = None, lang: LangOption = None) -> None:
    """Put a backup in the database's place; the former file is kept, erasures since then are done again."""
    with speaking(lang) as voice:
        done = app.restore_database(read_settings(data), source, datetime.now(UTC))
        typer.echo(voice.say("cli.db.restored", file=str(source)))
        typer.echo(voice.say("cli.db.closed_again"))
        if done.kept is not None:
            typer.echo(voice.say("cli.db.kept", file=str(done.kept)))
        if not done.knows_keys:
            typer.echo(voice.say("cli.db.keys_unknown"), err=True)


# ---------------------------------------------------------------- saying it


@contextmanager
def speaking(lang: str | None, *, level: str = "error", as_json: bool = False) -> Iterator[Wording]:
    """The voice of this command; a `Problem` becomes one plain sentence and exit code 1.

    `level` is how much is logged unless SUKIMA_LOG says, and `as_json` whether as lines for programs.
    """
    if lang is not None and lang not in LANGS:
        usage(Wording("en").say("cli.lang", typed=lang))
    voice = Wording(_language(lang))
    level = os.environ.get("SUKIMA_LOG", level)
    if level not in log.LEVELS:
        usage(voice.say("cli.log_level", typed=level, levels=voice.listed(log.LEVELS)))
    log.configure(level, json=as_json)
    try:
        yield voice
    except Problem as problem:
        fail(voice.problem(problem))
    except KeyboardInterrupt:
        fail(voice.say("cli.interrupted"))
    except typer.Exit:
        raise
    except Exception as error:
        if isinstance(error, BrokenPipeError) and _nobody_reads():
            raise  # which ends the command without a word
        logger.exception("cli.failed")
        fail(voice.say("cli.failed"))


def _nobody_reads() -> bool:
    """Whether it is our own output that was closed, as by `head`."""
    if sys.platform == "win32":
        return False
    outputs = select.poll()
    for each in (sys.stdout, sys.stderr):
        outputs.register(each.fileno(), 0)  # that nobody reads is told unasked
    return bool(outputs.poll(0))


def _language(lang: str | None) -> Lang:
    """What was asked for, else what the settings say; Japanese while those cannot be read."""
    try:
        chosen = lang or read_settings(None).lang
    except Problem:
        chosen = "ja"
    return next((known for known in LANGS if known == chosen), "ja")


def read_settings(data: Path | None) -> Settings:
    environment = dict(os.environ) | ({"SUKIMA_DATA_DIR": str(data)} if data else {})
    return Settings.from_env(environment)


def own_settings(data: Path | None) -> Settings | None:
    """The settings of the deployment that this machine has, if it has a whole one: verifying needs none."""
    try:
        return read_settings(data)
    except Problem:
        return None


def fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def usage(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(2)


MARKS = {Outcome.PASS: "✓", Outcome.FAIL: "✗", Outcome.UNKNOWN: "?", Outcome.NOTE: "·"}


def shown(verdict: Verdict, voice: Wording) -> str:
    """A verdict line by line."""
    said = told(verdict, voice)
    checks = (f"{MARKS[check.outcome]} {check.name}: {check.sentence}" for check in said.checks)
    return "\n".join((said.conclusion, *said.facts, *checks))


DESK = Desk(HELP, speaking, read_settings, usage)
cli.add_typer(school_commands(DESK), name="school")
cli.add_typer(board_commands(DESK), name="board")
cli.add_typer(staff_commands(DESK), name="staff")
cli.add_typer(badge_commands(DESK), name="badge")
cli.add_typer(key_commands(DESK), name="keys")
cli.add_typer(issuer_commands(DESK), name="issuer")
cli.add_typer(slack_commands(DESK), name="slack")
cli.add_typer(discord_commands(DESK), name="discord")


def main() -> None:
    """Entry point of `sukima`. What it writes is for the owner's eyes only."""
    os.umask(0o077)
    cli()


if __name__ == "__main__":
    main()
