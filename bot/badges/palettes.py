"""Harmonious colours for pictures: one palette per category, named after traditional Japanese colours."""

from dataclasses import dataclass
from hashlib import sha256

Colour = tuple[int, int, int]


def _rgb(code: str) -> Colour:
    return int(code[0:2], 16), int(code[2:4], 16), int(code[4:6], 16)


@dataclass(frozen=True)
class Metal:
    """The shades of a metal line, from its shine to its shadow."""

    shine: Colour
    body: Colour
    shadow: Colour


GOLD = Metal(_rgb("FFF3C4"), _rgb("DDB65A"), _rgb("96702A"))
SILVER = Metal(_rgb("FFFFFF"), _rgb("C9CED6"), _rgb("7C8591"))
ROSE = Metal(_rgb("FFE9DC"), _rgb("DFA987"), _rgb("9A6244"))

CREAM: Colour = _rgb("FBF6E9")
VERMILION: Colour = _rgb("C8321F")


@dataclass(frozen=True)
class Palette:
    """The enamels of one badge."""

    deep: Colour
    """Rim, lettering: dark enough to read on cream."""
    field: Colour
    thread: Colour
    """The pattern woven into the field: the field's colour, lighter."""
    petal: Colour
    tint: Colour
    accent: Colour
    metal: Metal

    def ink(self) -> Colour:
        """The colour of lettering on cream."""
        return self.deep


def _palette(codes: str, metal: Metal) -> Palette:
    deep, field, thread, petal, tint, accent = map(_rgb, codes.split())
    return Palette(deep, field, thread, petal, tint, accent, metal)


_PALETTES = (
    _palette("14305A 23508F 3D70B0 FBF7EA A9CDEB F0B23C", GOLD),  # 藍 indigo
    _palette("12402F 1D6B4A 39895F FBF7EA B5DDB0 F2BC4E", GOLD),  # 常磐 evergreen
    _palette("6A1326 A92B3D C4525F FFF6EC F6BDB2 F3C55C", GOLD),  # 茜 madder
    _palette("3A2060 65409A 8561B7 FBF5F2 D3C0EC F2BE55", GOLD),  # 菫 violet
    _palette("78300F C55A20 DB7F47 FFF7E8 FFD7A8 FFD25E", GOLD),  # 柿 persimmon
    _palette("0B4550 137983 379CA3 F8F7EC A9E0DA FFA97E", GOLD),  # 浅葱 teal
    _palette("3E4414 767D2C 959C4B FBF8E8 DFE3A4 E9823F", GOLD),  # 鶯 olive
    _palette("76204F B8437A D0699A FFF5F1 FAC9DA F2C95C", GOLD),  # 牡丹 peony
    _palette("1E2733 3D4C60 5C6C82 F8F6EF BCCBDA E0674A", SILVER),  # 鉄紺 iron blue
    _palette("4A2B1A 80512F 9E7150 FCF6E8 E6C9A0 74B8A8", ROSE),  # 栗 chestnut
)
NEUTRAL = _PALETTES[8]
"""For signs that belong to no category."""
# Chosen so that the five categories of the demonstration catalogue get five different palettes.
_SALT = "927"


def palette_of(category: str) -> Palette:
    """The palette of a category: any text, always the same colours for the same text."""
    return _PALETTES[draw_lot(_SALT + category, len(_PALETTES))]


def draw_lot(seed: str, choices: int) -> int:
    """A number from 0 to `choices` - 1 that depends on nothing but `seed`."""
    # Names may hold lone surrogates when they come from a broken file; they must still choose a colour.
    digest = sha256(seed.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % choices
