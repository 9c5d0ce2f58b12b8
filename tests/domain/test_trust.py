"""What an issuer may stand under on a school's list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.trust import host_of, known_as, names_of


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        (" LMS.Example.ac.jp ", "lms.example.ac.jp"),
        ("https://lms.example/badges/issuer_json.php?id=1", "https://lms.example/badges/issuer_json.php?id=1"),
        ("did:web:lms.example:i:1", "did:web:lms.example:i:1"),
        ("did:key:z6Mk", "did:key:z6Mk"),
        ("http://lms.example", None),
        ("localhost", None),
        ("lms example", None),
        ("", None),
        ("https://", None),
        ("did:", None),
    ],
)
def test_known_as(typed: str, known: str | None) -> None:
    assert known_as(typed) == known


def test_a_host_vouches_for_its_ids_only() -> None:
    assert names_of("https://user@LMS.example:8443/i") == {"https://user@LMS.example:8443/i", "lms.example:8443"}
    assert host_of("did:web:lms.example%3A8443:i") == "lms.example:8443"
    assert names_of("did:key:z6Mk") == {"did:key:z6Mk"}
    assert names_of("http://lms.example/i") == {"http://lms.example/i"}, "nobody vouches for what came over http"
    assert host_of("https://lms.example.evil.example/lms.example") == "lms.example.evil.example"


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    known = known_as(text)
    assert known is None or known_as(known) == known
    names_of(text)
