"""Roles in people's words: "grant leader to Emma Hall", 「任命 青木 あさひ 管理職」. Pure."""

import re
from dataclasses import dataclass

from bot.domain.people import Role

GRANT = ("grant", "任命", "任命する")
REVOKE = ("revoke", "解任", "解任する")

_CALLED: dict[str, Role] = {
    "teacher": Role.TEACHER,
    "leader": Role.LEADER,
    "principal": Role.LEADER,
    "vice-principal": Role.LEADER,
    "vice principal": Role.LEADER,
    "headteacher": Role.LEADER,
    "head teacher": Role.LEADER,
    "deputy head": Role.LEADER,
    "board officer": Role.OFFICER,
    "officer": Role.OFFICER,
    "author of units": Role.AUTHOR,
    "author": Role.AUTHOR,
    "keeper of sukima": Role.OWNER,
    "keeper": Role.OWNER,
    "owner": Role.OWNER,
    "教員": Role.TEACHER,
    "管理職": Role.LEADER,
    "校長": Role.LEADER,
    "副校長": Role.LEADER,
    "教頭": Role.LEADER,
    "教育委員会の担当": Role.OFFICER,
    "教材の作成者": Role.AUTHOR,
    "作成者": Role.AUTHOR,
    "sukimaの運営担当": Role.OWNER,
    "運営担当": Role.OWNER,
}
"""As roles are called on screens (`role.…` in the wording), shorter, and as schools call who has them."""
_NAMES = "|".join(sorted(map(re.escape, _CALLED), key=len, reverse=True))
_JOINED = r"(?:to|from|as|for|に|を|から|として)"
_FIRST = re.compile(rf"(?P<role>{_NAMES})(?:に|を)?\s+(?:{_JOINED}\s+)?(?P<person>\S.*)", re.IGNORECASE)
_LAST = re.compile(
    rf"(?P<person>\S.*?)(?:さん|先生)?を?\s+(?:{_JOINED}\s+)?(?P<role>{_NAMES})(?:に|を)?", re.IGNORECASE
)


@dataclass(frozen=True)
class RoleRequest:
    """To give or take a role. `person` and `role` are empty where the words name none."""

    given: bool
    person: str = ""
    role: Role | None = None


def is_plain(request: RoleRequest, words: str) -> bool:
    """Whether plain words surely ask for it, a role unknown here among them: they say the Japanese word for it, and of
    whom by a mention. English "grant" begins other sentences."""
    return request.role is not None or (
        not words.isascii() and request.person.startswith("@") and " " in request.person
    )


def role_request(words: str) -> RoleRequest | None:
    """What words that begin with *grant* or *revoke* ask for; None for others."""
    head, _, rest = words.partition(" ")
    if head.casefold() not in (*GRANT, *REVOKE):
        return None
    given, rest = head.casefold() in GRANT, rest.strip()
    found = _FIRST.fullmatch(rest) or _LAST.fullmatch(rest)
    if found is None:
        return RoleRequest(given, rest)
    return RoleRequest(given, found["person"].strip(), _CALLED[found["role"].casefold()])
