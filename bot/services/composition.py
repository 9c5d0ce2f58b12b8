"""From stored facts to what `bot.badges` composes credentials from, with finished sentences in both languages."""

from collections.abc import Mapping
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from bot.badges import documents
from bot.badges.did import page_of
from bot.badges.jsontext import JsonObject
from bot.domain.awards import Achievement, Award, Evidence, Level
from bot.domain.language import LANGS, Bilingual
from bot.domain.people import School
from bot.domain.recognition import As, Endorsement
from bot.services.addresses import Addresses
from bot.services.definitions import Definition, definition_of
from bot.services.pathway_words import RuleWords
from bot.services.ports import Phrases

_URN = "urn:uuid:"
_TYPES = {
    Level.KNOWLEDGE: documents.AchievementType.NANO,
    Level.COMPETENCE: documents.AchievementType.MICRO,
    Level.PATHWAY: documents.AchievementType.PROGRAM,
}


class Composition:
    """Speaks through `phrases`, and knows `addresses` of pictures; everything else is in the facts."""

    def __init__(self, phrases: Phrases, addresses: Addresses | None = None) -> None:
        self._phrases = phrases
        self._addresses = addresses or Addresses()

    def award(
        self,
        award: Award,
        level: Level,
        school: School,
        valid_from: datetime,
        parts: Mapping[str, str],
        source: School | None = None,
    ) -> documents.AwardInfo:
        """The award's own facts; evidence names completions, or the badges that are its parts, by date.

        `school` issues it; `source` is the school that awarded it in the issuer's name. `parts` are the signed
        credentials of those badges that are to stand inside, by key.
        """
        return documents.AwardInfo(
            id=urn(award.public_id),
            awarded=midnight_of(local_day(award.awarded_at, school), school),
            valid_from=valid_from,
            language=school.lang,
            evidence=tuple(self._evidence(item, level, parts.get(item.key, "")) for item in award.evidence),
            valid_until=valid_until_of(award, school),
            source=documents.ProfileInfo(urn(source.public_id), source.name) if source else None,
        )

    def achievement(
        self, achievement: Achievement, document_id: str, endorsements: tuple[JsonObject, ...] = ()
    ) -> documents.AchievementInfo:
        """The achievement as the version that the award pins defines it, with signed endorsements of it."""
        facts = definition_of(achievement)
        url = facts.issuer.url
        return documents.AchievementInfo(
            id=document_id,
            type=_TYPES[achievement.level],
            name=facts.name,
            description=self.description(facts),
            criteria=self.criteria(achievement),
            creator=documents.ProfileInfo(url, facts.issuer.name, url=url),
            version=str(achievement.version),
            image=self._addresses.achievement_picture(document_id.removeprefix(_URN)),
            tags=facts.tags,
            alignments=tuple(
                documents.AlignmentInfo(item.framework, item.code, item.name, item.url) for item in facts.alignment
            ),
            endorsements=endorsements,
        )

    def criteria(self, achievement: Achievement) -> Bilingual:
        """What was to be done for the badge, in words, and for how long it is valid."""
        facts = definition_of(achievement)
        done = self._done(facts)
        if facts.valid_months is None:
            return done
        years, months = divmod(facts.valid_months, 12)
        if months or years == 1:
            return self._both("credential.criteria.valid_months", criteria=done, count=facts.valid_months)
        return self._both("credential.criteria.valid_years", criteria=done, count=years)

    def _done(self, facts: Definition) -> Bilingual:
        if facts.rule is not None:
            names = {part.key: part.name for part in facts.parts}
            ja, en = (RuleWords(self._phrases, lang, names).whole(facts.rule) for lang in LANGS)
            return self._both("credential.criteria.pathway", rule=Bilingual(ja, en))
        own_words = "_own_words" if any(part.self_assessed for part in facts.parts) else ""
        return self._both(f"credential.criteria.{facts.level}{own_words}", parts=_listed(facts))

    def description(self, facts: Definition) -> Bilingual:
        """What the badge is about: a knowledge badge claims its own units only, not the whole course."""
        if facts.level is Level.KNOWLEDGE:
            return self._both("credential.description.knowledge", course=facts.course, parts=_listed(facts))
        return self._both(f"credential.description.{facts.level}", course=facts.course, summary=facts.summary)

    def issuer(self, school: School, did: str, endorsements: tuple[JsonObject, ...] = ()) -> documents.ProfileInfo:
        """A school or an institution as issuer, with signed endorsements of it. A rehearsal says so in its name
        (design.md 4.11)."""
        rehearsal = self._both("credential.rehearsal_name", school=school.name)
        name = rehearsal if school.rehearsal else school.name
        return documents.ProfileInfo(did, name, url=school.url or page_of(did), endorsements=endorsements)

    def endorsement(
        self,
        endorsement: Endorsement,
        school: School,
        *,
        name: str | None,
        did: str,
        target_id: str,
        board: Bilingual | None = None,
    ) -> documents.EndorsementInfo:
        """An endorsement of `target_id`: by `name` where the endorser agreed to be named, else by role.

        `board` is the board of `school`, for which its officers speak.
        """
        role = endorsement.role
        role_name = self._both(f"credential.endorser.{role}", school=school.name, board=board or school.name)
        kind = "recommendation" if role is As.LEADER else "endorsement"
        return documents.EndorsementInfo(
            id=urn(endorsement.public_id),
            target_id=target_id,
            endorser=documents.ProfileInfo(did, Bilingual(name, name) if name else role_name, role=role),
            name=self._both(f"credential.endorsement.{kind}"),
            statement=self._both("credential.endorsement.statement", school=school.name),
            comment=self._comment(endorsement),
            valid_from=midnight_of(local_day(endorsement.given_at, school), school),
            language=school.lang,
        )

    def _comment(self, endorsement: Endorsement) -> Bilingual:
        """The endorser's own words; without any, what an endorsement says."""
        if endorsement.comment is not None:
            return Bilingual(endorsement.comment, endorsement.comment)
        return self._both(f"credential.endorsement.comment.{endorsement.target.kind}_{endorsement.role}")

    def _evidence(self, evidence: Evidence, level: Level, signed: str) -> documents.EvidenceInfo:
        on = evidence.on.isoformat()
        if evidence.renewed:
            own = evidence.self_assessed
            narrative = self._both(f"credential.evidence.renewed{'_self' if own else ''}", on=on)
            again = (documents.EvidenceMark.RENEWED, *((documents.EvidenceMark.SELF_ASSESSED,) if own else ()))
            return documents.EvidenceInfo(evidence.name, evidence.on, narrative, again)
        if level is not Level.KNOWLEDGE:
            narrative = self._both("credential.evidence.part", on=on)
            return documents.EvidenceInfo(evidence.name, evidence.on, narrative, (documents.EvidenceMark.PART,), signed)
        kind = "prior" if evidence.prior else "opened"
        assessed = "self" if evidence.self_assessed else "checked"
        marks = [documents.EvidenceMark.PRIOR_KNOWLEDGE if evidence.prior else documents.EvidenceMark.COMPLETED]
        if evidence.self_assessed:
            marks.append(documents.EvidenceMark.SELF_ASSESSED)
        narrative = self._both(f"credential.evidence.{kind}_{assessed}", on=on)
        return documents.EvidenceInfo(evidence.name, evidence.on, narrative, tuple(marks))

    def _both(self, key: str, **params: Bilingual | str | int) -> Bilingual:
        """A sentence in both languages; bilingual parameters go in each in its own."""
        ja, en = (
            self._phrases.say(
                lang,
                key,
                **{name: value.in_(lang) if isinstance(value, Bilingual) else value for name, value in params.items()},
            )
            for lang in LANGS
        )
        return Bilingual(ja, en)


def _listed(facts: Definition) -> Bilingual:
    """The parts by name, in quotation marks: names may hold commas."""
    return Bilingual(
        "".join(f"「{part.name.ja}」" for part in facts.parts), ", ".join(f"“{part.name.en}”" for part in facts.parts)
    )


def valid_until_of(award: Award, school: School) -> datetime | None:
    """The end of an award as its credential tells it, in its issuer's zone."""
    return award.valid_until and award.valid_until.astimezone(ZoneInfo(school.zone))


def urn(public_id: str) -> str:
    """A public id as it stands in documents."""
    return _URN + public_id


def local_day(moment: datetime, school: School) -> date:
    """The date of a moment at the school."""
    return moment.astimezone(ZoneInfo(school.zone)).date()


def midnight_of(day: date, school: School) -> datetime:
    """The moment that stands for a day outside the house: its local midnight (design.md 4.6)."""
    return datetime.combine(day, time(), tzinfo=ZoneInfo(school.zone))
