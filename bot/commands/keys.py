"""`sukima keys …`: who signs for a school, and its keys listed, published, exchanged and revoked."""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot import app
from bot.app.keykeeping import SchoolKeys, Whose
from bot.commands.desk import Desk
from bot.domain.issuers import KeyState
from bot.services.issuers import Exchanged, KeyTold
from bot.wording import Wording


def key_commands(desk: Desk) -> typer.Typer:
    """Keys listed, exchanged, published, revoked."""
    say = desk.help.say
    group = typer.Typer(no_args_is_help=True, help=say("cli.help.keys"))
    School = Annotated[str | None, typer.Option("--school", help=say("cli.help.keys_school"))]
    Issuer = Annotated[str | None, typer.Option("--issuer", help=say("cli.help.keys_issuer"))]
    Json = Annotated[bool, typer.Option("--json", help=say("cli.help.keys_json"))]
    Yes = Annotated[bool, typer.Option("--yes", help=say("cli.help.yes"))]
    Data = Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))]
    Language = Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))]

    @group.command("list", help=say("cli.help.keys_list"))
    def list_(
        school: School = None,
        issuer: Issuer = None,
        as_json: Json = False,
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Say who signs, with which keys, and how many badges each key signed."""
        with desk.speaking(lang) as voice:
            listed = asyncio.run(app.list_keys(desk.settings(data), Whose(school, issuer)))
            if as_json:
                typer.echo(json.dumps([_as_json(each) for each in listed], ensure_ascii=False, indent=2))
                return
            if not listed:
                typer.echo(voice.say("cli.school.none"))
            for each in listed:
                for line in _listed(each, voice):
                    typer.echo(line)

    @group.command("public", help=say("cli.help.keys_public"))
    def public(
        school: School = None,
        issuer: Issuer = None,
        as_json: Json = False,
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Print what is published about who signs, and the signed statements of who followed whom."""
        with desk.speaking(lang) as voice:
            found = asyncio.run(app.published_keys(desk.settings(data), Whose(school, issuer)))
            if as_json:
                stated = [asdict(each) for each in found.successions]
                whole = {"document": found.document, "succession": stated}
                typer.echo(json.dumps(whole, ensure_ascii=False, indent=2))
                return
            typer.echo(json.dumps(found.document, ensure_ascii=False, indent=2))
            for each in found.successions:
                typer.echo(voice.say("cli.keys.followed", former=each.former, follower=each.follower))
                typer.echo(each.statement)

    @group.command("rotate", help=say("cli.help.keys_rotate"))
    def rotate(
        school: School = None,
        issuer: Issuer = None,
        yes: Yes = False,
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Sign with new keys from now on."""
        with desk.speaking(lang) as voice:
            settings = desk.settings(data)
            in_use = asyncio.run(app.keys_in_use(settings, Whose(school, issuer)))
            is_web = any(told.issuer.is_web for told in in_use.told)
            typer.echo(voice.say("cli.keys.rotate_web" if is_web else "cli.keys.rotate_alone", **_school(in_use)))
            _confirm(desk, voice, yes)
            for line in _done(asyncio.run(app.rotate_keys(settings, in_use.whose)), voice):
                typer.echo(line)

    # A key's name is base64url: it may begin with "-", and is no option then.
    @group.command("revoke", help=say("cli.help.keys_revoke"), context_settings={"ignore_unknown_options": True})
    def revoke(
        key: Annotated[str, typer.Argument(help=say("cli.help.key_name"))],
        reason: Annotated[str, typer.Option("--reason", help=say("cli.help.key_reason"))],
        school: School = None,
        issuer: Issuer = None,
        yes: Yes = False,
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Nothing that this key signed is to be believed any more."""
        with desk.speaking(lang) as voice:
            settings = desk.settings(data)
            meant = asyncio.run(app.meant_key(settings, Whose(school, issuer), key, reason))
            for line in _before_revoking(meant, voice):
                typer.echo(line)
            _confirm(desk, voice, yes)
            name = meant.told[0].key.name
            for line in _done(asyncio.run(app.revoke_key(settings, meant.whose, name, reason)), voice):
                typer.echo(line)

    return group


def _confirm(desk: Desk, voice: Wording, yes: bool) -> None:
    """Ask, unless that was answered with the command. Whoever does not say yes changes nothing: exit code 1."""
    if yes:
        return
    try:
        agreed = typer.confirm(voice.say("cli.keys.sure"))
    except typer.Abort:
        agreed = False
    if not agreed:
        typer.echo(voice.say("cli.keys.left"), err=True)
        raise typer.Exit(1)


def _school(keys: SchoolKeys) -> dict[str, str]:
    return {"school": keys.school.key}


def _before_revoking(meant: SchoolKeys, voice: Wording) -> Iterator[str]:
    """What follows, before it is done."""
    (told,) = meant.told
    yield voice.say("cli.keys.key", name=told.key.name, kind=told.key.kind)
    yield voice.say_n("cli.keys.revoke_web" if told.issuer.is_web else "cli.keys.revoke_alone", told.badges)


def _done(done: Exchanged, voice: Wording) -> Iterator[str]:
    if done.is_new_issuer:
        yield voice.say("cli.keys.new_issuer", did=done.issuer.did)
    for name in done.made:
        yield voice.say("cli.keys.made", name=name)
    yield voice.say("cli.keys.at_once" if done.made else "cli.keys.revoked")
    if done.again:
        yield voice.say_n("cli.keys.again", done.again)
    if done.stranded:
        yield voice.say_n("cli.keys.stranded", done.stranded)


# ---------------------------------------------------------------- listing


def _listed(keys: SchoolKeys, voice: Wording) -> Iterator[str]:
    yield voice.say("cli.school.line", key=keys.school.key, name=keys.school.name)
    if not keys.told:
        yield "  " + voice.say("cli.keys.none")
    issuer = None
    for told in keys.told:
        if told.issuer.id != issuer:
            issuer = told.issuer.id
            yield f"  {told.issuer.did}"
            if told.issuer.ended_at is not None:
                yield "    " + voice.say("cli.keys.ended", date=voice.full_date(_day(keys, told.issuer.ended_at)))
        yield "    " + _line(keys, told, voice)


def _line(keys: SchoolKeys, told: KeyTold, voice: Wording) -> str:
    key = told.key
    state = voice.say(f"cli.keys.state.{key.state}", date=voice.full_date(_day(keys, key.since)))
    parts = [voice.say("cli.keys.key", name=key.name, kind=key.kind), state]
    parts.append(voice.say_n("cli.keys.badges", told.badges))
    if key.state is KeyState.REVOKED and key.reason:
        parts.append(voice.quoted(key.reason))
    return voice.listed(parts)


def _as_json(keys: SchoolKeys) -> dict[str, object]:
    """A school with its keys, for programs. Days are the school's own."""
    return {
        "school": keys.whose.school,
        "issuer": keys.whose.issuer,
        "keys": [
            {
                "issuer": told.issuer.did,
                "issues": told.issuer.ended_at is None,
                "name": told.key.name,
                "kind": str(told.key.kind),
                "state": str(told.key.state),
                "made_on": _day(keys, told.key.made_at).isoformat(),
                "since": _day(keys, told.key.since).isoformat(),
                "reason": told.key.reason,
                "badges": told.badges,
            }
            for told in keys.told
        ],
    }


def _day(keys: SchoolKeys, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(keys.school.zone)).date()
