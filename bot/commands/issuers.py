"""`sukima issuer …`: institutions that schools issue for, and which issuers from elsewhere a school trusts."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot import app
from bot.app.mandating import InstitutionTold
from bot.commands.desk import Desk
from bot.domain.language import Bilingual
from bot.services.mandates import AddInstitution, Allowed, NamedPair
from bot.wording import Wording


def issuer_commands(desk: Desk) -> typer.Typer:
    """Issuers here and elsewhere."""
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

    _own_commands(group, desk)
    return group


def _own_commands(group: typer.Typer, desk: Desk) -> None:
    """Institutions of this deployment, and who may issue for them."""
    say = desk.help.say
    Key = Annotated[str, typer.Argument(help=say("cli.help.institution_key"))]
    School = Annotated[str, typer.Option("--school", help=say("cli.help.key"))]
    Course = Annotated[str, typer.Option("--course", help=say("cli.help.institution_course"))]
    Data = Annotated[Path | None, typer.Option("--data", help=say("cli.help.data"))]
    Language = Annotated[str | None, typer.Option("--lang", help=say("cli.help.lang"))]

    @group.command("add", help=say("cli.help.issuer_add"))
    def add(
        key: Key,
        ja: Annotated[str, typer.Option("--name-ja", help=say("cli.help.name_ja"))],
        en: Annotated[str, typer.Option("--name-en", help=say("cli.help.name_en"))],
        url: Annotated[str, typer.Option("--url", help=say("cli.help.institution_url"))] = "",
        zone: Annotated[str, typer.Option("--zone", help=say("cli.help.zone"))] = "Asia/Tokyo",
        speaks: Annotated[str, typer.Option("--speaks", help=say("cli.help.institution_speaks"))] = "ja",
        rehearsal: Annotated[bool, typer.Option("--rehearsal", help=say("cli.help.institution_rehearsal"))] = False,
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Add an institution, with keys of its own."""
        with desk.speaking(lang) as voice:
            command = AddInstitution(
                key=key, name=Bilingual(ja, en), url=url, zone=zone, lang=desk.lang(speaks, voice), rehearsal=rehearsal
            )
            for line in _told(asyncio.run(app.add_issuer(desk.settings(data), command)), voice):
                typer.echo(line)
            typer.echo(voice.say("cli.institution.next", key=key))

    @group.command("list", help=say("cli.help.issuer_list"))
    def list_(data: Data = None, lang: Language = None) -> None:
        """Say which institutions there are, and which schools may issue for them."""
        with desk.speaking(lang) as voice:
            listed = asyncio.run(app.list_issuers(desk.settings(data)))
            if not listed:
                typer.echo(voice.say("cli.institution.none"))
            for each in listed:
                for line in _told(each, voice):
                    typer.echo(line)

    @group.command("rename", help=say("cli.help.issuer_rename"))
    def rename(
        key: Key,
        ja: Annotated[str, typer.Option("--name-ja", help=say("cli.help.name_ja"))],
        en: Annotated[str, typer.Option("--name-en", help=say("cli.help.name_en"))],
        data: Data = None,
        lang: Language = None,
    ) -> None:
        """Give an institution another name; its did and what was issued stay."""
        with desk.speaking(lang) as voice:
            renamed = asyncio.run(app.rename_issuer(desk.settings(data), key, Bilingual(ja, en)))
            typer.echo(voice.say("cli.institution.renamed", key=key, name=renamed.name))

    @group.command("remove", help=say("cli.help.issuer_remove"))
    def remove(key: Key, data: Data = None, lang: Language = None) -> None:
        """Remove an institution that has issued nothing, with its keys."""
        with desk.speaking(lang) as voice:
            removed = asyncio.run(app.remove_issuer(desk.settings(data), key))
            typer.echo(voice.say("cli.institution.removed", key=key, name=removed.name))

    @group.command("allow", help=say("cli.help.issuer_allow"))
    def allow(key: Key, school: School, course: Course = "", data: Data = None, lang: Language = None) -> None:
        """Let a school issue in an institution's name."""
        with desk.speaking(lang) as voice:
            named = NamedPair(institution=key, school=school)
            courses = asyncio.run(app.allow_issuer(desk.settings(data), named, course))
            typer.echo(voice.say("cli.institution.allowed", key=key, school=school))
            told = voice.say_n("cli.institution.courses", courses)
            typer.echo(told if courses else voice.say("cli.institution.no_courses", key=key))

    @group.command("disallow", help=say("cli.help.issuer_disallow"))
    def disallow(key: Key, school: School, course: Course = "", data: Data = None, lang: Language = None) -> None:
        """Not any longer; badges that were issued stay as they are."""
        with desk.speaking(lang) as voice:
            named = NamedPair(institution=key, school=school)
            left = asyncio.run(app.disallow_issuer(desk.settings(data), named, course))
            typer.echo(
                voice.say("cli.institution.still" if left else "cli.institution.disallowed", key=key, school=school)
            )
            for each in left:
                typer.echo(_allowed(each, voice))


def _told(told: InstitutionTold, voice: Wording) -> Iterator[str]:
    line = voice.say("cli.school.line", key=told.school.key, name=told.school.name)
    yield voice.listed([line, told.school.url]) if told.school.url else line
    yield "  " + (told.issuer.did if told.issuer else voice.say("cli.keys.none"))
    yield from (_allowed(each, voice) for each in told.allowed)


def _allowed(each: Allowed, voice: Wording) -> str:
    what = "cli.institution.for_course" if each.mandate.course else "cli.institution.for_all"
    return "  " + voice.say(what, school=each.school.key, name=each.school.name, course=each.mandate.course)
