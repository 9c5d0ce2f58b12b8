"""The card beside a link: its size, always the same bytes, any text, and no place for a person."""

from dataclasses import fields, replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.badges.artwork import BadgeFace
from bot.badges.sharing_card import HEIGHT, WIDTH, SharingCard, draw_sharing_card

FACE = BadgeFace(
    "考えの共有", "Sharing thinking", "knowledge", "知識バッジ", "Knowledge badge", "れい大学", "Rei University",
    "ICT", "k-1",
)  # fmt: skip
CARD = SharingCard(FACE, "発行：あおば小学校", "Issued by Aoba School")


@pytest.mark.parametrize("level", ["knowledge", "competence", "pathway"])
def test_it_has_the_size_that_is_asked_for_and_is_small(level: str) -> None:
    png = draw_sharing_card(replace(CARD, face=replace(FACE, level=level)))
    picture = Image.open(BytesIO(png))
    assert picture.format == "PNG"
    assert picture.size == (WIDTH, HEIGHT)
    assert len(png) < 300_000
    assert picture.convert("RGBA").getextrema()[3] == (255, 255)


def test_the_same_card_gives_the_same_bytes() -> None:
    assert draw_sharing_card(CARD) == draw_sharing_card(replace(CARD))
    assert draw_sharing_card(CARD) != draw_sharing_card(replace(CARD, issued_by_en="Issued by another"))
    rehearsal = replace(CARD, face=replace(FACE, rehearsal_label="リハーサル / Rehearsal"))
    assert draw_sharing_card(CARD) != draw_sharing_card(rehearsal)


def test_it_has_no_place_for_a_person() -> None:
    assert {field.name for field in fields(SharingCard)} == {"face", "issued_by_ja", "issued_by_en"}


@settings(max_examples=4, deadline=None)
@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_is_drawn(title: str, school: str) -> None:
    face = replace(FACE, title_ja=title, title_en=title)
    png = draw_sharing_card(SharingCard(face, school, school))
    assert Image.open(BytesIO(png)).size == (WIDTH, HEIGHT)
