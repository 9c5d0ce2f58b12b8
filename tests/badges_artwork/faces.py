"""Faces and pictures that the tests of the artwork draw."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import yaml
from PIL import Image

from bot.badges.artwork import BadgeFace, Level
from bot.badges.map_picture import CellState, LegendEntry, MapCell, MapGoal, MapPicture, MapRow, Sign

REPOSITORY = Path(__file__).parents[2]
LEVELS: tuple[Level, ...] = ("knowledge", "competence", "pathway")
_LABELS = {
    "knowledge": ("知識バッジ", "Knowledge badge"),
    "competence": ("能力バッジ", "Competence badge"),
    "pathway": ("バッジパスウェイ", "Badge pathway"),
}

PLAIN = BadgeFace(
    title_ja="聴く姿勢",
    title_en="Listening stance",
    level="knowledge",
    level_label_ja="知識バッジ",
    level_label_en="Knowledge badge",
    issuer_ja="れい教育大学 学びのひろば",
    issuer_en="Rei University of Education Learning Commons",
    category_ja="子ども・人の理解",
    seed="kb-listening-1",
)


def at_level(level: Level, face: BadgeFace = PLAIN) -> BadgeFace:
    ja, en = _LABELS[level]
    return replace(face, level=level, level_label_ja=ja, level_label_en=en)


def of_the_demo_catalogue() -> list[BadgeFace]:
    """Every badge of a course of the demonstration catalogue."""
    catalogue = yaml.safe_load((REPOSITORY / "bot/demo/catalog.yaml").read_text("utf-8"))
    faces: list[BadgeFace] = []
    for course in catalogue["courses"]:
        badges: list[tuple[Level, dict[str, dict[str, str]]]] = [
            ("knowledge", module["knowledge_badge"]) for module in course["modules"]
        ]
        for level, badge in [*badges, ("competence", course["competence_badge"])]:
            name = badge["name"]
            faces.append(
                replace(
                    at_level(level),
                    title_ja=name["ja"],
                    title_en=name["en"],
                    category_ja=course["category"]["ja"],
                    seed=str(badge["id"]),
                )
            )
    return faces


def opened(png: bytes) -> Image.Image:
    return Image.open(BytesIO(png)).convert("RGBA")


def map_of(courses: int, modules: int, title: str = "学びやすい教室の小さな工夫") -> MapPicture:
    states: tuple[CellState, ...] = ("earned", "started", "next", "open")
    rows = tuple(
        MapRow(
            title,
            f"category {i % 7}",
            tuple(MapCell(title, states[(i + k) % 4], k % 4, 3, "3つ中1つ") for k in range(modules)),
            MapGoal(title, i % 2 == 0, "取得"),
        )
        for i in range(courses)
    )
    signs: tuple[Sign, ...] = ("earned", "started", "next", "open", "goal_earned", "goal_open")
    return MapPicture("バッジマップ", rows, tuple(LegendEntry(sign, f"legend {sign}") for sign in signs))
