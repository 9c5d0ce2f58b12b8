"""`sukima school …` and `sukima board …`."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.commands.desk import Desk
from bot.domain.language import Bilingual
from bot.intake.periods import read_periods
from bot.services.directory import AddBoard, AddSchool, BindWorkspace
from bot.services.ownership import EMOJI


def school_commands(desk: Desk) -> typer.Typer:
    """Schools: opened, listed, bound to workspaces."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.school"))

    @group.command("add", help=say("cli.help.school_add"))
    def add(
        key: Annotated[str, typer.Argument(help=say("cli.help.key"))],
        ja: Annotated[str, typer.Option("--ja", help=say("cli.help.name_ja"))],
        en: Annotated[str, typer.Option("--en", help=say("cli.help.name_en"))],
        zone: Annotated[str, typer.Option("--zone", help=say("cli.help.zone"))] = "Asia/Tokyo",
        speaks: Annotated[str, typer.Option("--speaks", help=say("cli.help.speaks"))] = "ja",
        country: Annotated[str, typer.Option("--country", help=say("cli.help.country"))] = "JP",
        period: Annotated[list[str] | None, typer.Option("--period", help=say("cli.help.period"))] = None,
        board: Annotated[str | None, typer.Option("--board", help=say("cli.help.under"))] = None,
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Open a school."""
        with desk.speaking(lang) as voice:
            command = AddSchool(
                key=key,
                name=Bilingual(ja, en),
                zone=zone,
                lang=desk.lang(speaks, voice),
                country=country,
                periods=read_periods(period or ()),
                board=board,
            )
            made = asyncio.run(app.add_school(desk.settings(data), command))
            typer.echo(voice.say("cli.school.added", key=made.key, name=made.name))

    @group.command("list", help=say("cli.help.school_list"))
    def list_(
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Say which schools there are, under which board, with which workspaces."""
        with desk.speaking(lang) as voice:
            listed = asyncio.run(app.list_schools(desk.settings(data)))
            if not listed:
                typer.echo(voice.say("cli.school.none"))
            for each in listed:
                line = voice.say("cli.school.line", key=each.school.key, name=each.school.name)
                under = [voice.say("cli.school.under", board=each.board.name)] if each.board else []
                used = [f"{workspace.platform}:{workspace.key}" for workspace in each.workspaces]
                typer.echo(voice.listed([line, *under, *used]))

    @group.command("bind", help=say("cli.help.school_bind"))
    def bind(
        key: Annotated[str, typer.Argument(help=say("cli.help.key"))],
        platform: Annotated[str, typer.Argument(help=say("cli.help.platform"))],
        workspace: Annotated[str, typer.Argument(help=say("cli.help.workspace"))],
        channel: Annotated[str, typer.Option("--channel", help=say("cli.help.channel"))],
        speaks: Annotated[str | None, typer.Option("--speaks", help=say("cli.help.speaks"))] = None,
        teacher: Annotated[str | None, typer.Option("--teacher-role", help=say("cli.help.teacher_role"))] = None,
        leader: Annotated[str | None, typer.Option("--leader-role", help=say("cli.help.leader_role"))] = None,
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Let a school use a workspace; it may use several. Again, it changes its channel and the roles followed."""
        with desk.speaking(lang) as voice:
            if platform not in PLATFORMS:
                desk.usage(voice.say("cli.school.platform", known=voice.listed(PLATFORMS)))
            for role in (teacher, leader):
                if role and (platform not in WITH_ROLES or not (role.isascii() and role.isdecimal())):
                    desk.usage(voice.say("cli.school.role", role=role, known=voice.listed(WITH_ROLES)))
            command = BindWorkspace(
                school=key,
                platform=platform,
                workspace=workspace,
                channel=channel,
                lang=None if speaks is None else desk.lang(speaks, voice),
                emoji=EMOJI,
                teacher_role=teacher,
                leader_role=leader,
            )
            asyncio.run(app.bind_workspace(desk.settings(data), command))
            typer.echo(voice.say("cli.school.bound", key=key, workspace=f"{platform}:{workspace}"))

    return group


PLATFORMS = ("slack", "discord", "local")
WITH_ROLES = ("discord",)
"""Those whose workspaces give roles to their people, which are named by numbers."""


def board_commands(desk: Desk) -> typer.Typer:
    """Boards of education, and the schools under them."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.board"))

    @group.command("add", help=say("cli.help.board_add"))
    def add(
        key: Annotated[str, typer.Argument(help=say("cli.help.key"))],
        ja: Annotated[str, typer.Option("--ja", help=say("cli.help.name_ja"))],
        en: Annotated[str, typer.Option("--en", help=say("cli.help.name_en"))],
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Add a board."""
        with desk.speaking(lang) as voice:
            made = asyncio.run(app.add_board(desk.settings(data), AddBoard(key=key, name=Bilingual(ja, en))))
            typer.echo(voice.say("cli.board.added", key=made.key, name=made.name))

    @group.command("join", help=say("cli.help.board_join"))
    def join(
        board: Annotated[str, typer.Argument(help=say("cli.help.board_key"))],
        school: Annotated[str, typer.Argument(help=say("cli.help.key"))],
        move: Annotated[bool, typer.Option("--move", help=say("cli.help.move"))] = False,
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Put a school under a board; it is under one at most."""
        with desk.speaking(lang) as voice:
            joined = asyncio.run(app.join_board(desk.settings(data), board, school, moves=move))
            typer.echo(voice.say("cli.board.joined", school=joined.school.name, board=joined.board.name))
            if joined.officers:
                typer.echo(voice.say_n("cli.board.officers_left", len(joined.officers)))

    @group.command("list", help=say("cli.help.board_list"))
    def list_(
        data: Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))] = None,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Say which boards there are, with their schools."""
        with desk.speaking(lang) as voice:
            listed = asyncio.run(app.list_boards(desk.settings(data)))
            if not listed:
                typer.echo(voice.say("cli.board.none"))
            for each in listed:
                line = voice.say("cli.school.line", key=each.board.key, name=each.board.name)
                typer.echo(voice.listed([line, *(school.key for school in each.schools)]))

    return group
