"""Where pages are found."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.addresses import Addresses


@pytest.mark.parametrize("base", ["https://sukima.example", "https://sukima.example/", "http://127.0.0.1:8765"])
def test_every_page_has_an_address(base: str) -> None:
    at = Addresses(base)
    root = base.rstrip("/")
    assert at.badge("b1") == f"{root}/badges/b1"
    assert at.achievement("a1") == f"{root}/achievements/a1"
    assert at.issuer("i1") == f"{root}/issuers/i1"
    assert at.collection("t1") == f"{root}/w/t1"
    assert at.door("t2") == f"{root}/in/t2"
    assert at.me() == f"{root}/me"


def test_a_deployment_may_live_under_a_path() -> None:
    assert Addresses("https://town.example/sukima").me() == "https://town.example/sukima/me"


def test_without_a_base_nothing_has_an_address() -> None:
    at = Addresses()
    found = {at.badge("b"), at.achievement("a"), at.issuer("i"), at.collection("t"), at.door("t"), at.me()}
    assert found == {None}


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_no_key_leaves_its_place_in_the_path(key: str) -> None:
    parts = urlsplit(Addresses("https://sukima.example").badge(key) or "")
    assert (parts.netloc, parts.query, parts.fragment) == ("sukima.example", "", "")
    assert parts.path.count("/") == 2
