"""`sukima badge …`: what the issuer may do to a badge afterwards."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.commands.desk import Desk
from bot.domain.stops import StopChange
from bot.services.stops import named_award


def badge_commands(desk: Desk) -> typer.Typer:
    """A badge revoked, suspended, reinstated."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.badge"))
    Badge = Annotated[str, typer.Argument(help=say("cli.help.badge_id"))]
    Reason = Annotated[str, typer.Option("--reason", help=say("cli.help.reason"))]
    Data = Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))]
    Language = Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))]

    def change(to: StopChange, badge: str, reason: str, data: Path | None, lang: str | None) -> None:
        with desk.speaking(lang) as voice:
            told = asyncio.run(app.stop_award(desk.settings(data), named_award(badge), to, reason))
            typer.echo(voice.say(f"cli.badge.{to}", name=told.name, date=voice.full_date(told.on)))

    @group.command("revoke", help=say("cli.help.badge_revoke"))
    def revoke(badge: Badge, reason: Reason, data: Data = None, lang: Language = None) -> None:
        """Take a badge back for good."""
        change(StopChange.REVOKE, badge, reason, data, lang)

    @group.command("suspend", help=say("cli.help.badge_suspend"))
    def suspend(badge: Badge, reason: Reason, data: Data = None, lang: Language = None) -> None:
        """Let a badge not count for a while."""
        change(StopChange.SUSPEND, badge, reason, data, lang)

    @group.command("reinstate", help=say("cli.help.badge_reinstate"))
    def reinstate(badge: Badge, data: Data = None, lang: Language = None) -> None:
        """Let a suspended badge count again."""
        change(StopChange.REINSTATE, badge, "", data, lang)

    return group
