import contextlib
import io
import struct
import zlib

import pytest
from badge_samples import png_chunk, tiny_png
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot.badges import bake
from bot.errors import Problem

TEXT = '{"name":"聴く姿勢 💮"}'.encode()


def inserted(*chunks: bytes) -> bytes:
    png = tiny_png()
    return png[:33] + b"".join(chunks) + png[33:]


def code(png: bytes) -> str:
    with pytest.raises(Problem) as caught:
        bake.unbake(png)
    return caught.value.code


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_what_is_baked_comes_back_byte_for_byte(text: str) -> None:
    png = bake.bake(tiny_png(), text.encode())
    assert bake.unbake(png) == text.encode()
    assert bake.stripped(png) == tiny_png()
    assert bake.bake(png, bake.unbake(png)) == png


def test_a_credential_baked_before_is_replaced() -> None:
    png = bake.bake(bake.bake(tiny_png(), b"{}"), TEXT)
    assert bake.unbake(png) == TEXT
    assert png.count(b"openbadgecredential") == 1


def test_several_stale_chunks_give_way_to_one() -> None:
    stale = png_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}")
    assert bake.bake(inserted(stale, stale), TEXT).count(b"openbadgecredential") == 1


def test_an_independent_reader_finds_the_text_and_the_same_picture() -> None:
    with Image.open(io.BytesIO(bake.bake(tiny_png(), TEXT))) as picture:
        picture.load()
        assert picture.text["openbadgecredential"] == TEXT.decode()
        assert picture.getpixel((0, 0)) == (255, 0, 0)


def test_the_chunk_is_uncompressed_and_before_the_end() -> None:
    png = bake.bake(tiny_png(), TEXT)
    assert png.endswith(png_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + TEXT) + png_chunk(b"IEND", b""))


def test_bytes_after_the_end_are_no_part_of_the_picture() -> None:
    assert bake.unbake(bake.bake(tiny_png(), TEXT) + b"more") == TEXT


@pytest.mark.parametrize(
    ("png", "expected"),
    [
        (b"GIF89a", "picture_not_png"),
        (tiny_png(), "picture_without_badge"),
        (inserted(*[png_chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0{}")] * 2), "picture_several_badges"),
        (inserted(png_chunk(b"iTXt", b"openbadgecredential\0\x01\0\0\0x")), "picture_compressed_badge"),
        (inserted(png_chunk(b"iTXt", b"openbadges\0\0\0\0\0{}")), "picture_old_badge"),
        (inserted(png_chunk(b"tEXt", b"openbadges\0{}")), "picture_old_badge"),
        (inserted(png_chunk(b"tEXt", b"openbadgecredential\0{}")), "picture_broken"),
        (inserted(png_chunk(b"iTXt", b"openbadgecredential\0\0\0no end")), "picture_broken"),
        (inserted(png_chunk(b"iTXt", b"openbadgecredential")), "picture_broken"),
        (inserted(struct.pack(">I", 0xFFFFFFFF) + b"iTXt"), "picture_broken"),
        (tiny_png()[:-1], "picture_broken"),
        (tiny_png()[:8], "picture_broken"),
        (tiny_png()[:8] + png_chunk(b"IEND", b""), "picture_broken"),
        (inserted(*[png_chunk(b"tEXt", b"")] * 10_001), "picture_broken"),
        (tiny_png()[:-4] + b"\0\0\0\0", "picture_broken"),
        (tiny_png() + b"\0" * (9 * 1024 * 1024), "picture_too_big"),
    ],
)
def test_hostile_pictures_are_refused_with_a_reason(png: bytes, expected: str) -> None:
    assert code(png) == expected


def test_too_much_text_is_not_baked() -> None:
    with pytest.raises(Problem) as caught:
        bake.bake(tiny_png(), b" " * (2 * 1024 * 1024 + 1))
    assert caught.value.code == "json_too_big"


@given(st.binary(max_size=60), st.integers(0, 200))
def test_any_damage_is_a_problem_and_no_crash(junk: bytes, at: int) -> None:
    png = bake.bake(tiny_png(), TEXT)
    damaged = png[:at] + junk + png[at + len(junk) :]
    with contextlib.suppress(Problem):
        bake.unbake(damaged)


def test_the_checksum_counts() -> None:
    png = bake.bake(tiny_png(), TEXT)
    assert code(png.replace(TEXT, TEXT.upper())) == "picture_broken"
    assert zlib.crc32(b"IEND").to_bytes(4, "big") == png[-4:]
