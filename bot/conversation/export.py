"""Everything about one person as a ZIP: a readable page, JSON, credentials and baked badges."""

import asyncio
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from bot.conversation.export_page import Filed, Printer, export_page
from bot.conversation.pictures import Baked, Pictures
from bot.conversation.validity import last_day
from bot.domain.awards import Award
from bot.domain.moving import Kept
from bot.intake.bundle import AS_PUBLISHED, CREDENTIALS, ELSEWHERE, GIVEN, STATEMENTS
from bot.services.commands import ByPerson
from bot.services.definitions import definition_of
from bot.services.ports import Phrases, Store
from bot.services.privacy import Everything, OwnAward, gather
from bot.services.statements import Statements

EPOCH = (1980, 1, 1, 0, 0, 0)
"""Files in the archive carry no time: what was done at which hour does not leave the house."""
BADGES, TOKENS = "badges/", "tokens/"
FOLDERS = {Kept.CREDENTIAL: CREDENTIALS, Kept.ENDORSEMENT: GIVEN}
"""Where what was brought from elsewhere lies, beside one's own."""


class Exporting(Protocol):
    """The parts that an export is made with: those of a conversation, or of pages."""

    @property
    def store(self) -> Store: ...
    @property
    def pictures(self) -> Pictures: ...
    @property
    def phrases(self) -> Phrases: ...
    @property
    def statements(self) -> Statements: ...
    @property
    def export_page(self) -> Printer: ...


async def export_of(parts: Exporting, me: ByPerson, now: datetime) -> bytes:
    """Everything about a person as a ZIP, from a fresh read."""
    everything = await parts.store.run(gather, me)

    def write() -> bytes:
        today = now.astimezone(ZoneInfo(everything.school.zone)).date()
        return export_zip(everything, parts, now, parts.statements.of(everything, today))

    return await asyncio.to_thread(write)


def export_zip(everything: Everything, parts: Exporting, now: datetime, statements: Sequence[str]) -> bytes:
    """The archive: `index.html` to read, `README.txt`, `wallet.json`, `record.json`, `settings.json`,
    `everything.json`, `endorsements-given/`, `credentials/`, `tokens/` (the same as JWTs), `badges/` (PNG with the
    credential inside), `elsewhere/` (badges that others issued) and `statements/`,
    by which another deployment knows whose all this is."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, data: bytes) -> None:
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data)

        lang, filed = everything.person.lang, _filed(everything)
        page = export_page(everything, parts.phrases, filed, now)
        put("index.html", parts.export_page(page, lang))
        put("README.txt", parts.phrases.say(lang, "export.readme", day=page.day.isoformat()).encode())
        put("wallet.json", _json([_award(everything, own) for own in everything.awards]))
        put("record.json", _json(_record(everything)))
        put("settings.json", _json(_settings(everything)))
        put("everything.json", _json(everything.rows))
        for own in everything.awards:
            award = own.award.public_id
            if own.revision is not None:
                put(filed.credentials[award], own.revision.text.encode())
                if own.revision.token is not None:
                    put(filed.tokens[award], own.revision.token.encode())
            baked = Baked(own.award, own.achievement, own.issuer, own.revision)
            put(filed.pictures[award], parts.pictures.draw(baked).data)
        for given in everything.given:
            if given.text is not None:
                put(filed.given[given.endorsement.public_id], given.text.encode())
        for document in everything.documents:
            if document.kind in FOLDERS:
                put(filed.brought[document.document_id], document.text.encode())
        for item in everything.foreign:
            put(filed.foreign[item.public_id], item.file)
            if item.copy is not None:
                put(f"{ELSEWHERE}{item.public_id[:8]}{AS_PUBLISHED}", item.copy)
        for number, statement in enumerate(statements, 1):
            put(f"{STATEMENTS}{number}.jws", statement.encode())
    return out.getvalue()


def _filed(everything: Everything) -> Filed:
    """Under which names things lie in the archive."""
    stems = [(own, f"{own.award.achievement_key}-{own.award.public_id[:8]}") for own in everything.awards]
    return Filed(
        {own.award.public_id: f"{BADGES}{stem}.png" for own, stem in stems},
        {own.award.public_id: f"{CREDENTIALS}{stem}.json" for own, stem in stems if own.revision},
        {own.award.public_id: f"{TOKENS}{stem}.jwt" for own, stem in stems if own.revision and own.revision.token},
        {
            own.endorsement.public_id: f"{GIVEN}{own.endorsement.public_id}.json"
            for own in everything.given
            if own.text is not None
        },
        {
            document.document_id: f"{FOLDERS[document.kind]}brought-{number}.json"
            for number, document in enumerate(everything.documents, 1)
            if document.kind in FOLDERS
        },
        {item.public_id: f"{ELSEWHERE}{item.public_id[:8]}.{item.ending}" for item in everything.foreign},
    )


def _award(everything: Everything, own: OwnAward) -> dict[str, Any]:
    facts = definition_of(own.achievement)
    zone = ZoneInfo(everything.school.zone)
    return {
        "id": own.award.public_id,
        "badge": own.award.achievement_key,
        "name": {"ja": facts.name.ja, "en": facts.name.en},
        "level": facts.level,
        "version": own.achievement.version,
        "awarded_on": own.award.awarded_at.astimezone(zone).date().isoformat(),
        "displayed": own.award.displayed_at is not None,
        "findable": own.award.findable_at is not None,
        "published": own.award.published_at is not None,
        "stopped": _stop(own.award, zone),
        "valid_through": own.award.valid_until and last_day(own.award.valid_until, zone).isoformat(),
        "revision": own.revision.number if own.revision else None,
        "endorsements_hidden": list(own.hidden),
        "badges_inside": list(own.wanted_inside),
    }


def _stop(award: Award, zone: ZoneInfo) -> dict[str, str] | None:
    """That it was revoked or suspended: since when, and why."""
    stop = award.stop
    if stop is None:
        return None
    return {"as": stop.kind, "since": stop.since.astimezone(zone).date().isoformat(), "reason": stop.reason}


def _record(everything: Everything) -> dict[str, Any]:
    return {
        "completions": [
            {
                "unit": entry.completion.unit_key,
                "title": {"ja": entry.title.ja, "en": entry.title.en},
                "on": entry.completion.completed_at.astimezone(everything.record.zone).date().isoformat(),
                "minutes": entry.unit.minutes if entry.unit else None,
                "route": entry.completion.route,
                "self_assessed": entry.completion.self_assessed,
                "reflection": entry.completion.reflection,
            }
            for entry in everything.record.entries
        ],
        "done_again": [
            {
                "unit": item.done.unit_key,
                "title": {"ja": item.title.ja, "en": item.title.en},
                "on": item.done.done_at.astimezone(everything.record.zone).date().isoformat(),
                "self_assessed": item.done.self_assessed,
            }
            for item in everything.record.again
        ],
        "brought": [
            {
                "unit": item.unit_key,
                "title": {"ja": item.title.ja, "en": item.title.en},
                "on": item.on.isoformat(),
                "minutes": item.minutes,
                "school": {"ja": item.issuer_name.ja, "en": item.issuer_name.en},
                "issuer": item.issuer,
                "reflection": item.reflection,
            }
            for item in everything.elsewhere
        ],
        "questions_asked": [{"on": on, "question": question} for on, question in everything.questions],
    }


def _settings(everything: Everything) -> dict[str, Any]:
    person = everything.person
    return {
        "id": person.public_id,
        "name": person.name,
        "school": {"ja": everything.school.name.ja, "en": everything.school.name.en},
        "language": person.lang,
        "roles": sorted(person.roles),
        "subjects": list(person.subjects),
        "consents": sorted(person.consents),
        "windows": [
            {"kind": window.kind, "weekday": window.weekday, "start": window.start, "end": window.end}
            for window in everything.rhythm.windows
        ],
    }


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()
