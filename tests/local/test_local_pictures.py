"""A picture's place in the log is kept before the picture has arrived."""

import io
from pathlib import Path

import pytest
from PIL import Image

from bot.handlers.local.attachments import Size, picture_size


def picture(size: tuple[int, int], kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size).save(file, kind)
    return file.getvalue()


def test_the_size_of_a_png_is_read_from_its_head(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(picture((640, 300)))
    assert picture_size(tmp_path / "a.png") == Size(640, 300)


@pytest.mark.parametrize("data", [b"", b"png", picture((8, 8))[:20], picture((8, 8), "JPEG")])
def test_what_is_no_whole_png_has_no_known_size(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert picture_size(tmp_path / "a.png") is None
    assert picture_size(tmp_path / "missing.png") is None


@pytest.mark.parametrize(
    ("size", "shown"),
    [((640, 640), (256, 256)), ((1280, 640), (352, 176)), ((40, 20), (40, 20)), ((9000, 1), (352, 1))],
)
def test_it_keeps_its_shape_and_is_never_made_larger(size: tuple[int, int], shown: tuple[int, int]) -> None:
    assert Size(*size).within(Size(352, 256)) == Size(*shown)
