"""Contrast by calculation (WCAG 2.2 1.4.3, 1.4.11): every pair of roles that meet, by light and in the dark."""

import re
from importlib.resources import files

import pytest

TEXT, EDGE = 4.5, 3.0
"""Least contrast of text, and of what tells a control or a picture apart from what it lies on."""
GROUNDS = ("paper", "surface", "sunken")
PAIRS = [
    *((ink, ground, TEXT) for ink in ("ink", "ink-soft", "main", "main-hover", "bad") for ground in GROUNDS),
    *((ink, f"{ink}-wash", TEXT) for ink in ("main", "ok", "warn", "bad")),
    *(("ink", f"{kind}-wash", TEXT) for kind in ("main", "ok", "warn", "bad")),
    *((kind, ground, TEXT) for kind in ("ok", "warn", "seal") for ground in GROUNDS),
    ("main-hover", "main-wash", TEXT),
    ("on-main", "main", TEXT),
    ("on-main", "main-hover", TEXT),
    ("on-bad", "bad", TEXT),
    ("on-bad", "bad-hover", TEXT),
    *(("line-strong", ground, EDGE) for ground in GROUNDS),
    *(("focus", ground, EDGE) for ground in (*GROUNDS, "main-wash", "ok-wash", "warn-wash", "bad-wash")),
]
CSS = files("bot.pages").joinpath("static", "tokens.css").read_text("utf-8")


def scheme(name: str) -> dict[str, str]:
    """The colours of `light` or `dark`; the dark ones replace the light ones."""
    light, dark = re.split(r"@media \(prefers-color-scheme: dark\)", CSS)
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return colours if name == "light" else colours | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_reckoning_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("name", ["light", "dark"])
def test_what_is_read_and_used_stands_out(name: str) -> None:
    colours = scheme(name)
    faint = {
        f"{ink} on {ground}": round(contrast(colours[ink], colours[ground]), 2)
        for ink, ground, least in PAIRS
        if contrast(colours[ink], colours[ground]) < least
    }
    assert faint == {}


def test_both_schemes_have_every_role() -> None:
    light, dark = re.split(r"@media \(prefers-color-scheme: dark\)", CSS)
    roles = [set(re.findall(r"--([\w-]+): #", part)) for part in (light, dark)]
    assert roles[0] == roles[1]


def test_pages_name_roles_never_colours() -> None:
    for name in ("base.css", "components.css"):
        css = files("bot.pages").joinpath("static", name).read_text("utf-8")
        screen = css.split("@media print")[0]
        assert not re.search(r":[^;{]*#[0-9a-fA-F]{3,8}\b", screen), name
        used = set(re.findall(r"var\(--([\w-]+)", css))
        set_here = set(re.findall(r"--([\w-]+):", css + CSS))
        assert used <= set_here, name
        assert "url(" not in css
        assert "@import" not in css
