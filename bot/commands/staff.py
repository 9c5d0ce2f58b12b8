"""`sukima staff …`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.app.staffing import StaffLoaded
from bot.commands.desk import Desk
from bot.wording import Wording

MOST_NAMED = 20


def staff_commands(desk: Desk) -> typer.Typer:
    """Staff lists: loaded, counted, and single rows erased."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.staff"))

    @group.command("load", help=say("cli.help.staff_load"))
    def load(
        files: Annotated[list[Path], typer.Argument()],
        school: Annotated[str | None, typer.Option("--school", help=say("cli.help.staff_school"))] = None,
        dry_run: Annotated[bool, typer.Option("--dry-run", help=say("cli.help.dry_run"))] = False,
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Read staff lists, report everything that is wrong, else bring the schools in line."""
        with desk.speaking(lang) as voice:
            done = asyncio.run(app.load_staff(desk.settings(data), files, school, dry_run=dry_run))
            if dry_run:
                typer.echo(voice.say("cli.staff.dry_run"))
            for each in done:
                for line in _told(each, voice):
                    typer.echo(line)

    @group.command("list", help=say("cli.help.staff_list"))
    def list_(
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Say how many people each school has, and how many have not signed in yet. Names nobody."""
        with desk.speaking(lang) as voice:
            for school, counts in asyncio.run(app.list_staff(desk.settings(data))):
                typer.echo(
                    voice.say("cli.staff.counts", school=school.name, people=counts.people, waiting=counts.waiting)
                )

    @group.command("forget", help=say("cli.help.staff_forget"))
    def forget(
        address: Annotated[str, typer.Argument(help=say("cli.help.address"))],
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Erase the name and address of somebody on the list who has not signed in."""
        with desk.speaking(lang) as voice:
            erased = asyncio.run(app.drop_expected(desk.settings(data), address))
            typer.echo(voice.say("cli.staff.erased" if erased else "cli.staff.not_waiting"))
            if not erased:
                raise typer.Exit(1)

    return group


def _told(each: StaffLoaded, voice: Wording) -> list[str]:
    """What a list did to one school, or would do."""
    loaded = each.loaded
    lines = [
        voice.say(
            "cli.staff.loaded",
            school=each.school.name,
            new=loaded.new,
            updated=loaded.updated,
            people=loaded.people,
            unchanged=loaded.unchanged,
        )
    ]
    if loaded.forgotten:
        lines.append(voice.say_n("cli.staff.forgotten", loaded.forgotten))
    if loaded.vanished:
        lines.append(voice.say_n("cli.staff.vanished", len(loaded.vanished), who=_named(loaded.vanished, voice)))
    if loaded.jobs:
        lines.append(voice.say("cli.staff.jobs", jobs=_named(loaded.jobs, voice)))
    return lines


def _named(words: tuple[str, ...], voice: Wording) -> str:
    return voice.listed([*words[:MOST_NAMED], *(["…"] if len(words) > MOST_NAMED else [])])
