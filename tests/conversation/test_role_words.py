"""Giving and taking roles in people's words, in both languages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.role_words import GRANT, REVOKE, RoleRequest, role_request
from bot.conversation.understanding import understand, understand_command
from bot.domain.language import LANGS
from bot.domain.people import Role
from bot.wording import Wording


@pytest.mark.parametrize(
    ("words", "asked"),
    [
        ("grant leader to Emma Hall", RoleRequest(True, "Emma Hall", Role.LEADER)),
        ("Grant Emma Hall as leader", RoleRequest(True, "Emma Hall", Role.LEADER)),
        ("grant @U0HALL author of units", RoleRequest(True, "@U0HALL", Role.AUTHOR)),
        ("revoke leader from @Emma Hall", RoleRequest(False, "@Emma Hall", Role.LEADER)),
        ("revoke Emma Hall board officer", RoleRequest(False, "Emma Hall", Role.OFFICER)),
        ("任命 青木 あさひ 管理職", RoleRequest(True, "青木 あさひ", Role.LEADER)),
        ("任命　管理職　青木 くに", RoleRequest(True, "青木 くに", Role.LEADER)),
        ("任命する 青木さんを 管理職に", RoleRequest(True, "青木", Role.LEADER)),
        ("任命 @U0AOKI 校長", RoleRequest(True, "@U0AOKI", Role.LEADER)),
        ("任命 教頭 @U0AOKI", RoleRequest(True, "@U0AOKI", Role.LEADER)),
        ("解任 副校長 青木 あさひ", RoleRequest(False, "青木 あさひ", Role.LEADER)),
        ("grant vice-principal to Emma Hall", RoleRequest(True, "Emma Hall", Role.LEADER)),
        ("解任 @U0AOKI 教材の作成者", RoleRequest(False, "@U0AOKI", Role.AUTHOR)),
    ],
)
def test_a_role_a_person_and_what_to_do(words: str, asked: RoleRequest) -> None:
    assert understand_command(words) == asked
    assert understand(words) == asked


@pytest.mark.parametrize("words", ["grant", "revoke Emma Hall", "任命 青木", "grant leader"])
def test_what_is_left_open_is_asked_in_a_command_and_passed_over_in_plain_words(words: str) -> None:
    asked = understand_command(words)
    assert isinstance(asked, RoleRequest)
    assert asked.role is None
    assert not isinstance(understand(words), RoleRequest)


def test_a_role_that_is_none_is_heard_in_plain_words_where_somebody_is_mentioned() -> None:
    assert understand("任命 @U0AOKI 番長") == RoleRequest(True, "@U0AOKI 番長")
    assert not isinstance(understand("grant @U0AOKI wishes"), RoleRequest)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("lang", LANGS)
def test_a_role_is_called_as_screens_call_it(role: Role, lang: str) -> None:
    name = Wording("ja" if lang == "ja" else "en").say(f"role.{role}")
    for head, given_now in ((GRANT[0], True), (REVOKE[1], False)):
        assert understand_command(f"{head} {name} 青木") == RoleRequest(given_now, "青木", role)


@given(st.text(max_size=60))
def test_any_words_are_a_request_or_none(words: str) -> None:
    found = role_request(f"grant {words}")
    assert found is not None
    assert found.role is None or found.person
