"""Staff lists: what is read, in which letters, and what is told about every place that is wrong."""

import ast
import csv
import io
import time
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.domain.language import LANGS, Bilingual
from bot.domain.people import Role, School
from bot.domain.staff import Listed
from bot.errors import Problem
from bot.intake import staff
from bot.intake.staff import LARGEST_MIB, read_staff
from bot.intake.staff_csv import decoded
from bot.services import staff as services
from bot.wording import Wording
from bot.wording.catalogues import catalogue

SCHOOLS = (
    School(1, "s1", "kodachi", Bilingual("こだち小学校", "Kodachi School"), "Asia/Tokyo", "ja", "JP"),
    School(2, "s2", "asahi", Bilingual("あさひ小学校", "Asahi School"), "Asia/Tokyo", "ja", "JP"),
)
HEADER = ("氏名", "メールアドレス", "教科", "役割", "学校", "言語")
AOKI = ("青木 美咲", "aoki@example.school", "国語、算数", "教員", "kodachi", "ja")
LETTERS = ("utf-8", "utf-8-sig", "cp932", "utf-16", "utf-16-le", "utf-16-be")


def table(*rows: tuple[str, ...], encoding: str = "utf-8", delimiter: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def book(*rows: tuple[Any, ...], change: Any = None) -> bytes:
    workbook = Workbook()
    sheet = workbook.active
    assert sheet is not None
    for row in rows:
        sheet.append(row)
    if change is not None:
        change(workbook)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def read(data: bytes, name: str = "staff.csv", school: str | None = "kodachi") -> tuple[Listed, ...]:
    return read_staff([(name, data)], SCHOOLS, school)


def told(data: bytes, name: str = "staff.csv", school: str | None = "kodachi") -> list[tuple[str, int | None, str]]:
    """What is complained about: code, line and column. Every complaint has its sentence in both languages."""
    with pytest.raises(Problem) as caught:
        read(data, name, school)
    assert caught.value.code == "staff.refused"
    for lang in LANGS:
        assert Wording(lang).problem(caught.value)
    return [(each.code.removeprefix("staff."), each.line, each.field_path) for each in caught.value.complaints]


# ---------------------------------------------------------------- what is read


@pytest.mark.parametrize("encoding", LETTERS)
def test_the_letters_that_schools_save_are_told_apart(encoding: str) -> None:
    (row,) = read(table(HEADER, AOKI, encoding=encoding))
    assert row == Listed(
        "青木 美咲",
        "aoki@example.school",
        ("国語", "算数"),
        frozenset({Role.TEACHER}),
        "kodachi",
        "ja",
        "staff.csv",
        2,
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_usual_separator(delimiter: str) -> None:
    assert read(table(HEADER, AOKI, delimiter=delimiter))[0].name == "青木 美咲"


def test_a_workbook_says_the_same_as_a_table() -> None:
    (row,), (same,) = read(book(HEADER, AOKI), "staff.xlsx"), read(table(HEADER, AOKI))
    assert row == replace(same, file="staff.xlsx")


def test_columns_in_english_and_any_order() -> None:
    (row,) = read(table(("Role", "E-mail", "Full Name"), ("leader / author", "Hall＠EXAMPLE.school", "Hall")))
    assert (row.name, row.address) == ("Hall", "hall@example.school")
    assert row.roles == {Role.LEADER, Role.AUTHOR}
    assert row.subjects is None


def test_what_the_list_does_not_say_stays_open() -> None:
    (row,) = read(table(HEADER, ("林", "hayashi@example.school", "", "", "", "")))
    assert (row.roles, row.lang, row.school) == (None, None, "kodachi")
    assert row.subjects == ()


def test_a_school_by_key_or_name() -> None:
    rows = read(
        table(HEADER, *((n, f"{n}@example.school", "", "", s, "") for n, s in (("a", "あさひ 小学校"), ("b", "ASAHI"))))
    )
    assert {row.school for row in rows} == {"asahi"}


def test_one_person_may_stand_in_the_lists_of_two_schools() -> None:
    rows = read(table(HEADER, AOKI, (*AOKI[:4], "asahi", "")))
    assert [row.school for row in rows] == ["kodachi", "asahi"]


def test_ten_thousand_rows_are_read_quickly() -> None:
    rows = [(f"山田 {n}", f"yamada{n}@example.school", "国語", "教員", "", "") for n in range(10_000)]
    for data, name in ((table(HEADER, *rows, encoding="cp932"), "a.csv"), (book(HEADER, *rows), "a.xlsx")):
        begun = time.perf_counter()
        assert len(read(data, name)) == 10_000
        assert time.perf_counter() - begun < 30, "a few seconds at most, also on a slow machine"


ONE_WAY = "\xa2\xa3\xac\u2016\u2212\u301c"
"""Signs that cp932 writes but reads as others."""
names = st.text(
    st.characters(codec="cp932", exclude_categories=("Cc", "Cf", "Co", "Cn"), exclude_characters=ONE_WAY),
    min_size=1,
    max_size=20,
)


def read_or_told(data: bytes, name: str = "staff.csv") -> list[str] | set[str]:
    """The names that were read, or the codes of what is wrong."""
    try:
        return [row.name for row in read(data, name)]
    except Problem as problem:
        return {each.code.removeprefix("staff.") for each in problem.complaints}


@settings(deadline=None)
@given(st.lists(names.filter(lambda name: bool(name.strip())), min_size=1, max_size=5), st.sampled_from(LETTERS))
def test_names_come_back_as_they_were_or_are_told(found: list[str], encoding: str) -> None:
    rows = [(name, f"p{n}@example.school") for n, name in enumerate(found)]
    outcome = read_or_told(table(("氏名", "メール"), *rows, encoding=encoding))
    same = [" ".join(name.split()) for name in found]
    assert outcome == same or (isinstance(outcome, set) and outcome <= {"broken_letters", "formula_like"})


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_a_list_or_a_problem(data: bytes) -> None:
    for name in ("staff.csv", "staff.xlsx"):
        assert read_or_told(data, name)


@settings(deadline=None)
@given(st.text(max_size=50), st.sampled_from(LETTERS[1:4:2]))
def test_marked_letters_are_decoded_as_they_were(text: str, encoding: str) -> None:
    if "\0" not in text and not text.startswith("\ufeff"):
        try:
            data = text.encode(encoding)
        except UnicodeEncodeError:
            return
        assert decoded(data) == text


# ---------------------------------------------------------------- what is wrong


def test_every_wrong_place_is_told_at_once() -> None:
    data = table(
        HEADER,
        ("", "aoki@example", "", "王様", "nowhere", "fr"),
        ("=1+1", "@SUM(A1)", "", "教員", "", ""),
        AOKI,
        ("別人", "ＡＯＫＩ@example.school", "", "", "", ""),
        ("長" * 101, "", "あ" * 41, "", "", ""),
    )
    assert told(data) == [
        ("missing_name", 2, "氏名"),
        ("bad_address", 2, "メールアドレス"),
        ("unknown_role", 2, "役割"),
        ("unknown_school", 2, "学校"),
        ("unknown_lang", 2, "言語"),
        ("formula_like", 3, "氏名"),
        ("formula_like", 3, "メールアドレス"),
        ("name_too_long", 6, "氏名"),
        ("missing_address", 6, "メールアドレス"),
        ("subjects_too_long", 6, "教科"),
        ("address_twice", 5, ""),
    ]


def test_an_address_stands_once_over_all_files() -> None:
    with pytest.raises(Problem) as caught:
        read_staff([("a.csv", table(HEADER, AOKI)), ("b.csv", table(HEADER, AOKI))], SCHOOLS)
    (complaint,) = caught.value.complaints
    assert (complaint.file, complaint.params["file"]) == ("b.csv", "a.csv")


def test_where_there_are_several_schools_each_row_says_which() -> None:
    assert told(table(("氏名", "メール"), ("林", "h@example.school")), school=None) == [("missing_school", 2, "")]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (("氏名", "メール", "職員番号"), "unknown_columns"),
        (("氏名", "メール", "役割り"), "unknown_column_near"),
        (("氏名", "メール", "名前"), "column_twice"),
        (("氏名", "役割"), "missing_column"),
        (("一", "二"), "no_header"),
    ],
)
def test_columns_are_ours_and_stand_once(header: tuple[str, ...], code: str) -> None:
    assert code in [found for found, _, _ in told(table(header, AOKI[: len(header)]))]


def test_columns_that_are_not_used_are_told_once_and_not_looked_into() -> None:
    header = ("番号", "氏名", "ふりがな", "メール", "電話番号")
    rows = [(n, f"林 {n}", "はやし", f"h{n}@example.school", 5550100 + n) for n in range(1, 31)]
    for data, name in ((book(header, *rows), "staff.xlsx"), (table(header, *(map(str, row) for row in rows)), "s.csv")):
        with pytest.raises(Problem) as caught:
            read(data, name)
        (complaint,) = caught.value.complaints
        assert complaint.code == "staff.unknown_columns"
        assert complaint.params == {"names": "番号, ふりがな, 電話番号"}


def test_a_list_may_say_what_somebody_is_instead_of_their_role() -> None:
    header = ("氏名", "メール", "職名")
    rows = read(table(header, *((n, f"p{i}@example.school", n) for i, n in enumerate(("校長", "教頭", "教諭")))))
    assert [row.roles for row in rows] == [{Role.LEADER}, {Role.LEADER}, {Role.TEACHER}]


def test_a_job_that_is_no_role_says_nothing_about_roles() -> None:
    rows = ("森", "mori@example.school", "事務職員"), ("林", "hayashi@example.school", "教頭、学校司書")
    clerk, deputy = read(table(("氏名", "メール", "職名"), *rows))
    assert (clerk.roles, clerk.jobs) == (None, ("事務職員",))
    assert (deputy.roles, deputy.jobs) == ({Role.LEADER}, ("学校司書",))
    refused = told(table(("氏名", "メール", "役割"), *rows))
    assert refused == [("unknown_role", 2, "役割"), ("unknown_role", 3, "役割")]


@pytest.mark.parametrize("encoding", ["euc_jp", "iso2022_jp"])
def test_other_letters_are_not_taken_for_shift_jis(encoding: str) -> None:
    assert told(table(HEADER, AOKI, encoding=encoding)) == [("unreadable_letters", None, "")]
    assert (
        told(table(("name", "address"), ("青木 美咲", "a@example.school"), encoding=encoding))[0][0]
        == "unreadable_letters"
    )


def test_letters_that_were_lost_before_are_noticed() -> None:
    assert told(table(HEADER, ("青\ufffd", *AOKI[1:]))) == [("broken_letters", 2, "氏名")]
    assert told(table(HEADER, ("青\u202e木", *AOKI[1:]))) == [("broken_letters", 2, "氏名")]


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("staff.pdf", b"x", "unknown_format"),
        ("staff.csv", b"", "empty"),
        ("staff.csv", table(HEADER), "empty"),
        ("staff.csv", b" " * (LARGEST_MIB * 2**20 + 1), "too_large"),
        ("staff.csv", b'a,b\n"c', "csv_broken"),
        ("staff.csv", '氏名,メール\n"あ'.encode("utf-32"), "unreadable_letters"),
        ("staff.xlsx", b"", "xlsx_broken"),
        ("staff.xlsx", b"PK\x03\x04 nothing", "xlsx_broken"),
        ("staff.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "encrypted"),
        ("staff.xlsx", book(), "empty"),
    ],
)
def test_a_file_that_is_no_list(name: str, data: bytes, code: str) -> None:
    assert [found for found, _, _ in told(data, name)] == [code]


def test_too_many_rows() -> None:
    rows = [("林", f"h{n}@example.school") for n in range(20_001)]
    assert told(table(("氏名", "メール"), *rows))[-1][0] == "too_many_rows"
    assert told(book(("氏名", "メール"), *rows), "staff.xlsx")[-1][0] == "too_many_rows"


@pytest.mark.parametrize(("write", "name"), [(table, "staff.csv"), (book, "staff.xlsx")])
def test_as_many_rows_as_are_said_and_not_one_more(write: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("staff_csv", "staff_xlsx", "staff_rows"):
        monkeypatch.setattr(f"bot.intake.{module}.MOST_ROWS", 3)
    rows = [("林", f"h{n}@example.school") for n in range(4)]
    assert len(read(write(("氏名", "メール"), *rows[:3]), name)) == 3
    assert told(write(("氏名", "メール"), *rows), name)[-1][0] == "too_many_rows"


# ---------------------------------------------------------------- what workbooks can do


def change_sheet(what: str) -> Any:
    def change(workbook: Any) -> None:
        sheet = workbook.active
        match what:
            case "merged":
                sheet.merge_cells("A2:A3")
            case "formula":
                sheet["A2"] = '=HYPERLINK("https://example.org")'
            case "not_text":
                sheet["A2"] = 5
            case "hidden_row":
                sheet.row_dimensions[2].hidden = True
            case "hidden_sheet":
                other = workbook.create_sheet("昔")
                other["A1"] = "x"
                other.sheet_state = "hidden"
            case "several_sheets":
                workbook.create_sheet("もう一枚")["A1"] = "x"
            case "too_many_columns":
                sheet.cell(1, 60).value = "x"

    return change


@pytest.mark.parametrize(
    "what", ["merged", "formula", "not_text", "hidden_row", "hidden_sheet", "several_sheets", "too_many_columns"]
)
def test_what_a_workbook_hides_or_works_out_is_told(what: str) -> None:
    assert what in [code for code, _, _ in told(book(HEADER, AOKI, change=change_sheet(what)), "staff.xlsx")]


def test_an_empty_second_sheet_does_not_matter() -> None:
    assert read(book(HEADER, AOKI, change=lambda workbook: workbook.create_sheet("Sheet2")), "staff.xlsx")


def repacked(data: bytes, part: str, text: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, text if name == part else before.read(name))
    return out.getvalue()


def test_a_bomb_is_not_unpacked() -> None:
    bomb = repacked(book(HEADER, AOKI), "xl/worksheets/sheet1.xml", b"0" * (65 * 2**20))
    assert len(bomb) < 2**20
    assert told(bomb, "staff.xlsx") == [("bomb", None, "")]


def test_a_workbook_defines_nothing_of_its_own() -> None:
    entity = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet>&a;</worksheet>'
    assert told(repacked(book(HEADER, AOKI), "xl/worksheets/sheet1.xml", entity), "staff.xlsx") == [
        ("xlsx_broken", None, "")
    ]


def test_every_complaint_has_its_sentence() -> None:
    """Codes are words in calls of `add` and `_wrong`; each has a sentence, and no sentence is without its code."""
    said = {
        key.removeprefix("complaint.staff.") for key in catalogue("ja").single if key.startswith("complaint.staff.")
    }
    found = set()
    for file in [*sorted(Path(staff.__file__).parent.glob("staff*.py")), Path(services.__file__)]:
        calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
        texts = [
            part for call in calls for arg in call.args for part in ast.walk(arg) if isinstance(part, ast.Constant)
        ]
        found |= {str(text.value).removeprefix("staff.") for text in texts if isinstance(text.value, str)}
    assert said <= found
    assert {"broken_letters", "no_board", "bomb", "hidden_row"} <= said
