"""What exactly is being endorsed, kept with the endorsement."""

import hashlib
import json

from bot.badges.jsontext import to_text
from bot.domain.awards import Achievement
from bot.domain.language import LANGS, Bilingual
from bot.domain.recognition import Seen, Target, TargetKind
from bot.services.definitions import definition_of
from bot.services.issuers import web_document
from bot.services.ports import PublicIssuer, Work


async def seen_now(work: Work, target: Target, of_school: int | None = None) -> Seen | None:
    """The award, content or issuer as it is now; None where there is nothing any more.

    `of_school` is whose the issuer is, where that is another school's.
    """
    if target.kind is TargetKind.ISSUER:
        school = await work.school() if of_school is None else await work.directory.school(of_school)
        public = await work.public.signer(school.public_id)
        return None if public is None else _issuer(public, target.id)
    if target.kind is TargetKind.ACHIEVEMENT:
        first = await work.shelves.achievement(target.id)
        newest = await work.shelves.newest(first.key) or first
        return Seen(newest.version, _words(newest), _digest(_plain(newest)))
    award = await work.awards.get(target.id)
    if award is None:
        return None
    achievement = await work.shelves.achievement(award.achievement_id)
    edition = await work.credentials.newest(award.id)
    return Seen(achievement.version, _words(achievement), None if edition is None else _digest(edition.text))


def _issuer(public: PublicIssuer, issuer_id: int) -> Seen | None:
    """Under which name and did the school issues. Its keys are in the document that it publishes under a did:web."""
    did = next((each.issuer.did for each in public.issuers if each.issuer.id == issuer_id), None)
    if did is None:
        return None
    name, document = public.school.name, web_document(public)
    digest = _digest(to_text(document)) if document is not None and document["id"] == did else None
    return Seen(None, Bilingual(f"{name.ja}\n{did}", f"{name.en}\n{did}"), digest)


def _words(achievement: Achievement) -> Bilingual:
    """As on the badge's post and page: its name, what it belongs to and is about, and who made it."""
    facts = definition_of(achievement)
    lines = (facts.name, facts.course, facts.summary, facts.issuer.name)
    ja, en = ("\n".join(dict.fromkeys(line.in_(lang) for line in lines if line.in_(lang))) for lang in LANGS)
    return Bilingual(ja, en)


def _plain(achievement: Achievement) -> str:
    return json.dumps(achievement.definition, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
