"""`sukima slack …`: what Slack is told of the app."""

from typing import Annotated

import typer

from bot import app
from bot.commands.desk import Desk


def slack_commands(desk: Desk) -> typer.Typer:
    """The manifest; a group, for it stands beside nothing else yet."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.slack"))

    @group.callback()
    def slack() -> None:
        """What holds for every command about Slack."""

    @group.command("manifest", help=say("cli.help.slack_manifest"))
    def manifest(
        http: Annotated[bool, typer.Option("--http", help=say("cli.help.slack_http"))] = False,
        many: Annotated[bool, typer.Option("--many", help=say("cli.help.slack_many"))] = False,
        lang: Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))] = None,
    ) -> None:
        """Print the manifest to make the Slack app from."""
        with desk.speaking(lang) as voice:
            typer.echo(app.slack_manifest(desk.settings(None), voice, http=http, many=many), nl=False)

    return group
