"""`sukima issuer …`: which other issuers a school trusts."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.commands.desk import Desk


def issuer_commands(desk: Desk) -> typer.Typer:
    """The list of issuers that a school trusts."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.issuer"))
    Issuer = Annotated[str, typer.Argument(help=say("cli.help.issuer_id"))]
    School = Annotated[str, typer.Option("--school", help=say("cli.help.of_school"))]
    Data = Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))]
    Language = Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))]

    @group.command("trust", help=say("cli.help.issuer_trust"))
    def trust(
        issuer: Issuer,
        name: Annotated[str, typer.Option("--name", help=say("cli.help.issuer_name"))],
        school: School = "",
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Trust an issuer by its did, address or host."""
        with desk.speaking(lang) as voice:
            put = asyncio.run(app.trust_issuer(desk.settings(data), school, issuer, name))
            typer.echo(voice.say("cli.issuer.trusted", issuer=put.issuer, name=put.name))

    @group.command("untrust", help=say("cli.help.issuer_untrust"))
    def untrust(issuer: Issuer, school: School = "", data: Data = None, lang: Language = None) -> None:
        """Trust an issuer no longer; what was given stays."""
        with desk.speaking(lang) as voice:
            gone = asyncio.run(app.untrust_issuer(desk.settings(data), school, issuer))
            typer.echo(voice.say("cli.issuer.untrusted", issuer=gone))

    @group.command("trusted", help=say("cli.help.issuer_trusted"))
    def trusted(school: School = "", data: Data = None, lang: Language = None) -> None:
        """Say which issuers are trusted."""
        with desk.speaking(lang) as voice:
            listed = asyncio.run(app.trusted_issuers(desk.settings(data), school))
            if not listed:
                typer.echo(voice.say("cli.issuer.none"))
            for one in listed:
                typer.echo(voice.say("cli.issuer.line", name=one.name, issuer=one.issuer, day=f"{one.since:%Y-%m-%d}"))

    return group
