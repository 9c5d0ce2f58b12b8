import itertools
import json

import pytest
from badge_samples import ISSUER_KEY, NOW, as_bytes, endorsed_badge, plain_badge, shared, tiny_png
from hypothesis import given
from hypothesis import strategies as st

from bot.badges import jwt
from bot.badges.bake import bake
from bot.badges.base64url import encoded
from bot.badges.svg import NAMESPACE, bake_svg, is_svg, unbake_svg, wrapped
from bot.badges.verify import Validity, verify
from bot.errors import Problem

PICTURE = wrapped(tiny_png(), "聴く姿勢 / A < B & “C”")
SMALL = b'<svg xmlns="http://www.w3.org/2000/svg"><g/></svg>'
TOKEN = jwt.signed(plain_badge(), ISSUER_KEY).encode()
OPEN = f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="{NAMESPACE}" xmlns:p="http://openbadges.org">'


def code_of(svg: bytes) -> str:
    with pytest.raises(Problem) as refused:
        unbake_svg(svg)
    return refused.value.code


def test_the_wrapped_picture_holds_the_drawing_alone() -> None:
    assert wrapped(bake(tiny_png(), b"{}"), "x") == wrapped(tiny_png(), "x")
    assert is_svg(PICTURE)
    assert code_of(PICTURE) == "picture_without_badge"


@pytest.mark.parametrize("text", [as_bytes(endorsed_badge()), b"eyJh.eyJi.AAAA", b'{"a":"]]>"}', '{"a":"𠮷"}'.encode()])
def test_what_is_baked_comes_back_byte_for_byte(text: bytes) -> None:
    baked = bake_svg(PICTURE, text)
    assert unbake_svg(baked) == text
    assert baked.count(b"<openbadges:credential") == 1
    first, rest = baked.split(b">", 1)
    assert f'xmlns:openbadges="{NAMESPACE}"'.encode() in first
    assert rest.startswith(b"<openbadges:credential")


@given(st.dictionaries(st.text(), st.text() | st.integers()))
def test_any_document_comes_back(document: dict[str, object]) -> None:
    text = json.dumps(document).encode()
    assert unbake_svg(bake_svg(SMALL, text)) == text


def test_what_xml_cannot_say_is_not_baked() -> None:
    with pytest.raises(Problem) as refused:
        bake_svg(SMALL, b'{"a": "\r\n"}')
    assert refused.value.code == "json_bad_text"


@pytest.mark.parametrize("before", [b'<?xml version="1.0"?>\n', b"<!-- a > b -->\n", b""])
def test_a_picture_of_others_is_cut_in_the_right_place(before: bytes) -> None:
    svg = before + SMALL.replace(b"<svg ", b"<svg aria-label='a > b' ")
    assert unbake_svg(bake_svg(svg, b"{}")) == b"{}"


@pytest.mark.parametrize("svg", [bake_svg(SMALL, b"{}"), SMALL.replace(b"><g/></svg>", b"/>"), b"<a/>", b"<svg>"])
def test_a_picture_that_does_not_take_one_is_refused(svg: bytes) -> None:
    with pytest.raises(Problem) as refused:
        bake_svg(svg, b"{}")
    assert refused.value.code in ("picture_broken", "picture_several_badges")


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("", "picture_without_badge"),
        ("<o:credential>{}</o:credential><g><o:credential verify='a.b.c'/></g>", "picture_several_badges"),
        ("<o:credential verify='a.b.c'>{}</o:credential>", "picture_broken"),
        ("<o:credential/>", "picture_broken"),
        ("<o:credential>{<g/>}</o:credential>", "picture_broken"),
        ("<p:assertion verify='a.b.c'/>", "picture_old_badge"),
        ("<o:credential>", "picture_broken"),
        ("<g>" * 200, "picture_unsafe"),
    ],
)
def test_a_picture_of_anybody_is_read_strictly(inside: str, code: str) -> None:
    assert code_of(f"{OPEN}{inside}</svg>".encode()) == code


def test_entities_are_refused_before_they_grow() -> None:
    names = "abcdefghij"
    bomb = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(names)
    )
    for declared in (bomb, '<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY % p SYSTEM "https://example.org/x">'):
        svg = f"<!DOCTYPE svg [{declared}]>{OPEN}<o:credential>&a;</o:credential></svg>"
        assert code_of(svg.encode()) == "picture_unsafe"


def test_a_large_picture_is_not_opened() -> None:
    assert code_of(b"<svg>" + b" " * (8 * 1024 * 1024)) == "picture_too_big"


def test_the_picture_is_verified_like_the_file() -> None:
    text = as_bytes(endorsed_badge())
    from_file, from_picture = verify(text, now=NOW), verify(bake_svg(PICTURE, text), now=NOW)
    assert from_picture.checks[0].params == {"format": "SVG"}
    assert (from_picture.checks[1:], from_picture.summary) == (from_file.checks[1:], from_file.summary)
    altered = bake_svg(PICTURE, as_bytes(plain_badge() | {"name": "x"}))
    assert verify(altered, now=NOW).validity is Validity.INVALID


def test_an_independent_reader_finds_the_same() -> None:
    ob3 = pytest.importorskip("openbadgeslib.ob3.verifier")
    ldp = pytest.importorskip("openbadgeslib.ob3.ldp")
    text = as_bytes(endorsed_badge())
    found = ob3.OB3Verifier.extract_token_from_svg(bake_svg(PICTURE, text))
    assert found.encode() == text
    assert ldp.OB3LdpVerifier().verify(found).recipient_id
    assert ob3.OB3Verifier.extract_token_from_svg(bake_svg(PICTURE, b"eyJh.eyJi.AAAA")) == "eyJh.eyJi.AAAA"


def test_the_vector_of_others_is_read() -> None:
    svg = shared("vectors", "1edtech", "ob30", "simple-json.svg").read_bytes()
    assert json.loads(unbake_svg(svg))["name"] == "Teamwork Badge"


@given(st.sampled_from([bake_svg(SMALL, b'{"a":1}'), bake_svg(SMALL, b"eyJh.eyJi.AAAA")]), st.data())
def test_any_damaged_picture_gets_an_answer(whole: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(whole)))
    junk = data.draw(st.binary(max_size=4) | st.sampled_from([b"<", b"]]>", b"&a;", b"<!DOCTYPE svg [", b"xmlns="]))
    assert verify(whole[:at] + junk + whole[at + len(junk) :], now=NOW).checks


@given(st.data())
def test_any_damaged_token_gets_an_answer_and_is_not_valid(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(TOKEN) - 1))
    junk = data.draw(st.text("aA0-_.", min_size=1, max_size=4)).encode()
    damaged = TOKEN[:at] + junk + TOKEN[at + len(junk) :]
    assert damaged == TOKEN or verify(damaged, now=NOW).validity is not Validity.VALID


@given(st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "jwk"]), st.none() | st.integers() | st.text()))
def test_any_header_gets_an_answer(header: dict[str, object]) -> None:
    head = encoded(json.dumps(header).encode()).encode()
    found = verify(head + TOKEN[TOKEN.index(b".") :], now=NOW)
    assert found.validity is not Validity.VALID
