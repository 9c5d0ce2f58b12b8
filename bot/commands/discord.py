"""`sukima discord …`: telling Discord our commands, and the address that invites Sukima into a server."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.commands.desk import Desk


def discord_commands(desk: Desk) -> typer.Typer:
    """What is done once for a Discord application, and after updates."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.discord"))
    Data = Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))]
    Language = Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))]

    @group.command("invite", help=say("cli.help.discord_invite"))
    def invite(data: Data = None, lang: Language = None) -> None:
        """Print the address to open in a browser."""
        with desk.speaking(lang):
            typer.echo(asyncio.run(app.discord_invitation(desk.settings(data))))

    @group.command("sync", help=say("cli.help.discord_sync"))
    def sync(
        anew: Annotated[bool, typer.Option("--anew", help=say("cli.help.discord_anew"))] = False,
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Tell Discord the commands, where they have changed."""
        with desk.speaking(lang) as voice:
            told = asyncio.run(app.sync_discord(desk.settings(data), anew=anew))
            typer.echo(voice.say("cli.discord.told" if told else "cli.discord.known"))

    return group
