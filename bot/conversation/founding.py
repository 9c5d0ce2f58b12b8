"""A workspace that no school uses yet: whoever has the owner's code opens a school there."""

import zoneinfo
from dataclasses import dataclass

from bot.conversation.actions import Actions
from bot.conversation.acts.roles import mark_of
from bot.conversation.intents import Answerable, Commanded, Origin, Submitted
from bot.conversation.scene import Parts, Views, refused
from bot.conversation.understanding import ClaimRequest, own_words, understand_command
from bot.conversation.views import FoundSchoolForm, Notice
from bot.domain.language import Bilingual
from bot.domain.outcomes import Refused
from bot.domain.people import School, Workspace
from bot.services import ownership
from bot.services.ownership import LONGEST_SCHOOL_NAME

VERB = "found"
ZONE = "Asia/Tokyo"


@dataclass(frozen=True)
class Founded:
    """The workspace has a school now; `code` is still to be claimed there."""

    workspace: Workspace
    school: School
    code: str


async def found(parts: Parts, actions: Actions, intent: Answerable) -> Founded | Views:
    """Answer somebody in a workspace of no school. Only the command is heard: it is not seen by others."""
    if isinstance(intent, Commanded):
        request = understand_command(intent.text)
        if isinstance(request, ClaimRequest):
            return await _ask(parts, intent.origin, ownership.plain_code(request.code))
    if isinstance(intent, Submitted):
        action = actions.read(intent.action, now=parts.now())
        if action.verb == VERB:
            return await _open(parts, intent, action.subject)
    return (Notice("refused.unknown_workspace"),)


async def _ask(parts: Parts, origin: Origin, code: str) -> Views:
    refusal = await parts.store.run(ownership.try_code, ownership.TryCode(code=code, who=_who(origin)))
    if refusal is not None:
        return refused(refusal)
    if origin.direct:
        return (Notice("refused.claim_in_channel"),)
    if await _has_outsiders(parts, origin):
        return (Notice("refused.claim_outsiders"),)
    return (FoundSchoolForm(code, ZONE),)


async def _open(parts: Parts, intent: Submitted, code: str) -> Founded | Views:
    ja, en = (own_words(intent.values.get(name, ""))[:LONGEST_SCHOOL_NAME] for name in ("name_ja", "name_en"))
    zone = intent.values.get("zone", "").strip()
    complaints = _complaints(ja, en, zone)
    if complaints:
        known = zone if _is_zone(zone) else ZONE
        return (FoundSchoolForm(code, known, (ja, en), complaints),)
    origin = intent.origin
    if await _has_outsiders(parts, origin):
        return (Notice("refused.claim_outsiders"),)
    command = ownership.FoundSchool(
        code=code,
        who=_who(origin),
        name=Bilingual(ja, en),
        platform=origin.platform,
        workspace_key=origin.workspace_key,
        channel=origin.channel,
        lang=origin.locale or "ja",
        zone=zone,
    )
    outcome = await parts.store.run(ownership.found_school, command)
    return refused(outcome) if isinstance(outcome, Refused) else Founded(*outcome, code)


def _complaints(ja: str, en: str, zone: str) -> tuple[tuple[str, str], ...]:
    """Everything that is wrong, each with its field."""
    nameless = [(field, "refused.school_nameless") for field, name in (("name_ja", ja), ("name_en", en)) if not name]
    return (*nameless, *(() if _is_zone(zone) else (("zone", "refused.zone_unknown"),)))


def _is_zone(zone: str) -> bool:
    return zone in zoneinfo.available_timezones()


async def _has_outsiders(parts: Parts, origin: Origin) -> bool:
    """Whether what is shown to colleagues would be seen by others in this channel."""
    known = parts.outsiders.get(origin.platform)
    return known is not None and await known.are_in(origin.workspace_key, origin.channel)


def _who(origin: Origin) -> str:
    return mark_of(origin.platform, origin.workspace_key, origin.user_key)
