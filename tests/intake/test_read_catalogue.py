"""Catalogues from files: what is right is read whole, what is wrong is named with its place."""

import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from catalogue_files import as_csv, as_yaml, catalogues, join_list, rows_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.catalogue import Catalogue, ChoiceCheck
from bot.domain.language import Bilingual
from bot.domain.pathways import All, AnyOf, Earned, Endorsed, Imported, InOrder
from bot.domain.recognition import As
from bot.errors import Complaint, Problem
from bot.intake.catalogue import LARGEST_BYTES, read_catalogue
from bot.intake.catalogue_csv import split_list

ROOT = Path(__file__).parents[2]
DEMO = ROOT / "bot/demo/catalog.yaml"
SHARED = Path(os.environ.get("SUKIMA_SHARED", ROOT.parent / "shared"))

SLOW = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def refused(name: str, data: bytes) -> tuple[Complaint, ...]:
    with pytest.raises(Problem) as caught:
        read_catalogue(name, data)
    assert caught.value.code == "catalogue.refused"
    assert caught.value.params == {"file": name, "count": len(caught.value.complaints)}
    assert all(one.file == name for one in caught.value.complaints)
    return caught.value.complaints


def one(complaints: tuple[Complaint, ...]) -> Complaint:
    assert len(complaints) == 1, complaints
    return complaints[0]


@given(catalogues(whole=True))
@SLOW
def test_what_is_written_as_yaml_is_read_again(catalogue: Catalogue) -> None:
    assert read_catalogue("a.yaml", as_yaml(catalogue)) == catalogue


@given(catalogues(whole=False), st.sampled_from([",", ";", "\t"]), st.sampled_from(["utf-8", "utf-8-sig"]))
@SLOW
def test_what_is_written_as_a_table_is_read_again(catalogue: Catalogue, delimiter: str, encoding: str) -> None:
    assert read_catalogue("a.csv", as_csv(rows_of(catalogue), encoding, delimiter)) == catalogue


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Z", "Cc")), min_size=1)).map(tuple))
def test_lists_in_a_cell_are_read_again(entries: tuple[str, ...]) -> None:
    assert tuple(split_list(join_list(entries))) == entries


def test_the_demo_catalogue_is_right() -> None:
    catalogue = read_catalogue("catalog.yaml", DEMO.read_bytes())
    assert (len(catalogue.courses), len(list(catalogue.pathways))) == (5, 2)
    assert catalogue.pathways[1].rule == All(
        (
            Earned("cb-team"),
            AnyOf(tuple(map(Earned, ("cb-listening", "cb-access", "cb-ict", "cb-safety"))), 2),
            Endorsed(("cb-team", "cb-listening", "cb-access", "cb-ict", "cb-safety"), 2),
        )
    )


def test_the_shared_demo_catalogue_is_right() -> None:
    path = SHARED / "data/demo_catalog.yaml"
    if not path.exists():
        pytest.skip("needs ../shared/data/demo_catalog.yaml (or SUKIMA_SHARED)")
    assert read_catalogue("demo_catalog.yaml", path.read_bytes()).key == "demo-university"


def test_the_demo_catalogue_as_a_table_in_a_japanese_spreadsheets_letters() -> None:
    text = DEMO.read_text("utf-8").replace("〜", "～")  # cp932 has one wave only, and reads it as the second
    catalogue = read_catalogue("catalog.yaml", text.encode())
    table = read_catalogue("a.csv", as_csv(rows_of(catalogue), "cp932"))
    assert table == Catalogue(catalogue.issuer, catalogue.courses)


# ── wrong places in YAML ─────────────────────────────────────────────────────────────────────

SMALL = """\
schema: sukima.catalog/1
languages: [ja, en]
issuer: {id: rei, name: {ja: れい, en: Rei}, url: https://example.org/}
index:
  id: ix
  name: {ja: 指標, en: Index}
  stages: [{id: S1, years: 1-3, name: {ja: 若手, en: Early}}]
  pillars: [{id: P1, name: {ja: 柱, en: Pillar}}]
  items: [{code: P1-1, name: {ja: 項目, en: Item}, goals: {S1: {ja: 目標, en: Goal}}}]
courses:
- id: c1
  category: {ja: 分野, en: Field}
  title: {ja: 講座, en: Course}
  summary: {ja: 要約, en: Summary}
  competence_badge: {id: cb, name: {ja: 能力, en: Able}, index_items: [P1-1], stages: [S1]}
  modules:
  - id: m1
    knowledge_badge: {id: kb, name: {ja: 知識, en: Knows}}
    units:
    - id: u1
      title: {ja: 題, en: Title}
      minutes: 5
      kind: video
      url: https://example.org/u1
      tags: [聴く]
      index_items: [P1-1]
      check:
        kind: choice
        q: {ja: 問い, en: Question}
        choices: {ja: [あ, い, う], en: [a, b, c]}
        answer: 1
        why: {ja: わけ, en: Because}
    - id: u2
      title: {ja: 題, en: Title}
      minutes: 5
      kind: exercise
      url: https://example.org/u2
      check: {kind: text, q: {ja: 書く, en: Write}, min_chars: 10}
pathways:
- id: pw
  name: {ja: 道, en: Path}
  requires_all: [cb]
  requires_any: {of: [kb], count: 1}
  requires_endorsements: {target: earner, count: 2}
  awards: {id: pb, name: {ja: 証, en: Proof}}
"""


def test_the_small_catalogue_is_right() -> None:
    check = read_catalogue("a.yml", SMALL.encode()).courses[0].modules[0].units[0].check
    assert isinstance(check, ChoiceCheck)
    assert check.why is not None
    assert check.why.en == "Because"


UNIT, UNIT2 = "courses[0].modules[0].units[0]", "courses[0].modules[0].units[1]"
MORE_THAN_ONE = {
    "too_few_choices": 3,  # and the languages differ, and the answer is out of range
    "too_many_choices": 2,
    "fields_expected": 2,  # and the pathway misses the badge
}
COURSE, EN = "{ja: 講座, en: Course}", "courses[0].title.en"


@pytest.mark.parametrize(
    ("old", "new", "code", "path", "params"),
    [
        ("sukima.catalog/1", "sukima.catalog/2", "other_version", "schema", {"schema": "sukima.catalog/2"}),
        ("sukima.catalog/1", "moodle/1", "foreign", "schema", {"schema": "moodle/1"}),
        ("schema: sukima.catalog/1", "x: 1", "foreign", "", {}),
        ("[ja, en]\nissuer", "[ja]\nissuer", "missing_language", "languages", {"lang": "en"}),
        ("url: https://example.org/}", "url: http://example.org/}", "url_not_https", "issuer.url", {}),
        ("url: https://example.org/u1", "url: javascript:alert(1)", "url_not_https", f"{UNIT}.url", {}),
        ("url: https://example.org/u1", "url: https://a@example.org", "url_not_https", f"{UNIT}.url", {}),
        ("url: https://example.org/u1", "url: 'https://[x/'", "url_not_https", f"{UNIT}.url", {}),
        ("url: https://example.org/u1", "url: 'https:///u1'", "url_not_https", f"{UNIT}.url", {}),
        ("minutes: 5", "minutes: 16", "too_many_minutes", f"{UNIT}.minutes", {}),
        ("minutes: 5", "minutes: 1", "too_few_minutes", f"{UNIT}.minutes", {}),
        ("minutes: 5", "minutes: five", "number_expected", f"{UNIT}.minutes", {}),
        ("minutes: 5", "minutes: yes", "number_expected", f"{UNIT}.minutes", {}),
        ("minutes: 5", "minutes: 5.5", "number_expected", f"{UNIT}.minutes", {}),
        ("minutes: 5", "minutes: 1:30", "number_expected", f"{UNIT}.minutes", {}),
        ("      minutes: 5\n", "", "missing", f"{UNIT}.minutes", {"name": "minutes"}),
        ("kind: video", "kind: movie", "not_one_of", f"{UNIT}.kind", {"value": "movie"}),
        ("題, en: Title}", "題}", "missing_language", f"{UNIT}.title.en", {"lang": "en"}),
        (COURSE, "Course", "one_language", "courses[0].title", {"text": "Course"}),
        (COURSE, "{ja: 講座, en: 5}", "text_expected", EN, {"value": "5"}),
        (COURSE, "{ja: 講座, en: 2026-01-01}", "text_expected", EN, {}),
        (COURSE, "{ja: 講座, en: ' '}", "missing", EN, {"name": "en"}),
        (COURSE, "{ja: 講座, en: Course, fr: C}", "unknown_field", "courses[0].title.fr", {}),
        (COURSE, '{ja: 講座, en: "a\\u202Eb"}', "control_character", EN, {}),
        (COURSE, '{ja: 講座, en: "a\\0b"}', "control_character", EN, {}),
        (COURSE, "{ja: 講座, en: " + "x" * 121 + "}", "too_long", EN,
         {"limit": 120, "length": 121}),
        ("category: {ja: 分野, en: Field}", "categry: {}\n  category: {ja: 分野, en: Field}",
         "unknown_field_near", "courses[0].categry", {"name": "categry", "near": "category"}),
        ("category: {ja: 分野, en: Field}", "category: {ja: 分野, en: Field}\n  category: {ja: 二, en: Two}",
         "duplicate_field", "courses[0].category", {"first": 12}),
        ("answer: 1", "answer: 3", "answer_out_of_range", f"{UNIT}.check.answer", {"first": 0, "last": 2}),
        ("answer: 1", "answer: -1", "answer_out_of_range", f"{UNIT}.check.answer", {"answer": "-1"}),
        ("en: [a, b, c]", "en: [a, b]", "choices_differ", f"{UNIT}.check.choices", {"ja": 3, "en": 2}),
        ("en: [a, b, c]", "en: [a, b, a]", "same_choice", f"{UNIT}.check.choices.en[2]", {"text": "a"}),
        (", en: [a, b, c]", "", "missing_language", f"{UNIT}.check.choices.en", {"lang": "en"}),
        ("en: Because}", "}", "missing_language", f"{UNIT}.check.why.en", {"lang": "en"}),
        ("{ja: [あ, い, う], en: [a, b, c]}", "{ja: [あ], en: [a, b]}", "too_few_choices",
         f"{UNIT}.check.choices.ja", {"count": 1}),
        ("[あ, い, う], en: [a, b, c]", f"{list('あいうえおかきくけこさ')}, en: {list('abcdefghij')}",
         "too_many_choices", f"{UNIT}.check.choices.ja", {"count": 11, "limit": 10}),
        ("competence_badge: {id: cb, name: {ja: 能力, en: Able}, index_items: [P1-1], stages: [S1]}",
         "competence_badge: cb", "fields_expected", "courses[0].competence_badge", {}),
        ("{ja: 分野, en: Field}", "{ja: 分野, en: Field, [x]: y}", "bad_field_name", "courses[0].category", {}),
        ("min_chars: 10", "min_chars: 0", "out_of_range", f"{UNIT2}.check.min_chars", {}),
        ("id: u2", "id: u1", "duplicate_id", f"{UNIT2}.id", {"name": "u1", "first": 20}),
        ("id: pb", "id: kb", "duplicate_id", "pathways[0].awards.id", {"name": "kb"}),
        ("id: u2", "id: u 2", "bad_key", f"{UNIT2}.id", {"key": "u 2"}),
        ("index_items: [P1-1]\n      check", "index_items: [P1-2]\n      check", "dead_reference_near",
         f"{UNIT}.index_items[0]", {"name": "P1-2", "near": "P1-1"}),
        ("index_items: [P1-1]\n      check", "index_items: [P1-1, P1-1]\n      check", "named_twice",
         f"{UNIT}.index_items[1]", {"name": "P1-1"}),
        ("index_items: [P1-1]\n      check", "index_items: P1-1\n      check", "list_expected",
         f"{UNIT}.index_items", {}),
        ("stages: [S1]", "stages: [若手]", "dead_reference",
         "courses[0].competence_badge.stages[0]", {"name": "若手"}),
        ("goals: {S1:", "goals: {T9:", "dead_reference", "index.items[0].goals.T9", {"name": "T9"}),
        ("requires_all: [cb]", "requires_all: [zzzz]", "dead_reference", "pathways[0].requires_all[0]", {}),
        ("of: [kb]", "of: [xy]", "dead_reference", "pathways[0].requires_any.of[0]", {"name": "xy"}),
        ("count: 1}", "count: 2}", "out_of_range", "pathways[0].requires_any.count", {"low": 1, "high": 1}),
        ("target: earner", "target: boss", "not_one_of", "pathways[0].requires_endorsements.target", {}),
        ("  requires_all: [cb]\n  requires_any: {of: [kb], count: 1}\n", "", "pathway_requires_nothing",
         "pathways[0]", {}),
        ("requires_all: [cb]", "requires_all: []", "pathway_requires_nothing", "pathways[0].requires_all", {}),
        ("requires_all: [cb]", "requires_all: [pb]", "pathway_circle", "pathways[0]", {"badge": "pb"}),
        ("requires_all: [cb]", "requires_all: [{either: [cb]}]", "pathway_group", "pathways[0].requires_all[0]", {}),
        ("requires_all: [cb]", "requires_all: [cb, {all: [cb]}]", "pathway_badge_twice",
         "pathways[0].requires_all[1].all[0]", {"name": "cb"}),
        ("requires_all: [cb]", "requires_all: [cb, kb]", "pathway_badge_twice", "pathways[0].requires_any.of[0]", {}),
        ("requires_all: [cb]", "requires_all: [cb, cb]", "named_twice", "pathways[0].requires_all[1]", {}),
        ("requires_all: [cb]\n  requires_any: {of: [kb], count: 1}", "requires_in_order: [cb, kb]", "pathway_order",
         "pathways[0].requires_in_order[1]", {"name": "kb", "whole": "cb"}),
        ("count: 2}", "count: 2, by: friend}", "not_one_of", "pathways[0].requires_endorsements.by", {}),
        ("count: 2}", "count: 2, of: [kx]}", "dead_reference", "pathways[0].requires_endorsements.of[0]",
         {"name": "kx"}),
        ("awards: {id: pb",
         "requires_imported: {name: {ja: 研修, en: Training}, issuers: [no host]}\n  awards: {id: pb",
         "pathway_issuer", "pathways[0].requires_imported.issuers[0]", {"issuer": "no host"}),
        ("count: 2}", "count: 0}", "out_of_range", "pathways[0].requires_endorsements.count", {"low": 1}),
        ("competence_badge: {id: cb,", "competence_badge: {id: cb, valid_for: 3, ", "no_term",
         "courses[0].competence_badge.valid_for", {"value": "3"}),
        ("competence_badge: {id: cb,", "competence_badge: {id: cb, valid_for: 2か月, ", "term_out_of_range",
         "courses[0].competence_badge.valid_for", {"months": 2, "low": 3, "high": 240}),
        ("awards: {id: pb,", "awards: {id: pb, valid_for: 3 years,", "unknown_field",
         "pathways[0].awards.valid_for", {"name": "valid_for"}),
        ("competence_badge: {id: cb,", "competence_badge: {id: cb, colour: red,", "unknown_field",
         "courses[0].competence_badge.colour", {"name": "colour"}),
    ],
)  # fmt: skip
def test_one_wrong_place_is_one_complaint(old: str, new: str, code: str, path: str, params: dict[str, Any]) -> None:
    text = SMALL.replace(old, new, 1)
    assert text != SMALL
    found = refused("a.yaml", text.encode())[0]
    assert len(refused("a.yaml", text.encode())) == MORE_THAN_ONE.get(code, 1)
    assert (found.code, found.field_path) == (f"catalogue.{code}", path)
    assert params.items() <= found.params.items()
    changed = next(
        at for at, pair in enumerate(zip(SMALL.split("\n"), text.split("\n"), strict=False), 1) if pair[0] != pair[1]
    )
    assert found.line is not None
    assert abs(found.line - changed) <= 2 or code in ("missing", "pathway_requires_nothing")


PATHWAY = SMALL[SMALL.index("  requires_all: [cb]") : SMALL.index("  awards: {id: pb")]


def test_badges_from_elsewhere_in_a_pathway() -> None:
    more = """\
  requires_all: [kb, {imported: {name: {ja: 研修, en: Training}, badges: [a, b], count: 2}}]
  requires_imported: {name: {ja: 講座, en: Course}, issuers: [LMS.Example.ac.jp, "did:web:x.example"]}
"""
    rule = read_catalogue("a.yaml", SMALL.replace(PATHWAY, more).encode()).pathways[0].rule
    assert rule == All(
        (
            Earned("kb"),
            Imported(Bilingual("研修", "Training"), ("a", "b"), (), 2),
            Imported(Bilingual("講座", "Course"), (), ("lms.example.ac.jp", "did:web:x.example")),
        )
    )


def test_a_pathway_of_groups_within_groups() -> None:
    rich = """\
  requires_in_order:
  - kb
  - any: [cb, {all: [{endorsements: {target: content, count: 3}}, {in_order: [cb]}]}]
    count: 1
  requires_endorsements:
  - {target: earner, count: 2, by: colleague}
  - {target: earner, count: 1, by: leader, of: [cb]}
"""
    pathway = read_catalogue("a.yaml", SMALL.replace(PATHWAY, rich).encode()).pathways[0]
    inner = All((Endorsed(("kb", "cb"), 3, of_content=True), InOrder((Earned("cb"),))))
    assert pathway.rule == All(
        (
            InOrder((Earned("kb"), AnyOf((Earned("cb"), inner), 1))),
            Endorsed(("kb", "cb"), 2, role=As.COLLEAGUE),
            Endorsed(("cb",), 1, role=As.LEADER),
        )
    )


def test_pathways_that_need_each_other_are_a_circle() -> None:
    one_way = SMALL.replace("requires_all: [cb]", "requires_all: [cb, pb2]")
    other = "- id: pw2\n  name: {ja: 道, en: Way}\n  requires_all: [%s]\n  awards: {id: pb2, name: {ja: 証, en: P}}\n"
    assert read_catalogue("a.yaml", (one_way + other % "cb").encode()).pathways[0].badge.key == "pb"
    found = refused("a.yaml", (one_way + other % "cb, pb").encode())
    assert [(one.code, one.field_path) for one in found] == [
        ("catalogue.pathway_circle", "pathways[0]"),
        ("catalogue.pathway_circle", "pathways[1]"),
    ]


def test_everything_that_is_wrong_is_named_at_once() -> None:
    text = SMALL.replace("minutes: 5", "minutes: 50").replace("answer: 1", "answer: 9").replace("en: Rei", "fr: R")
    codes = [one.code.removeprefix("catalogue.") for one in refused("a.yaml", text.encode())]
    assert sorted(codes) == [
        "answer_out_of_range",
        "missing_language",
        "too_many_minutes",
        "too_many_minutes",
        "unknown_field",
    ]


def test_a_module_needs_a_choice_check() -> None:
    head = SMALL.partition("    - id: u1\n")[0]
    text_only = head + "    - id: u2\n" + SMALL.partition("    - id: u2\n")[2]
    found = one(refused("a.yaml", text_only.encode()))
    assert (found.code, found.field_path) == ("catalogue.module_without_choice", "courses[0].modules[0]")


@pytest.mark.parametrize("name", ["units", "modules", "courses"])
@pytest.mark.parametrize("empty", ["", " []"])
def test_nothing_is_empty(name: str, empty: str) -> None:
    lines = SMALL.partition("pathways:")[0].split("\n")
    at = next(number for number, line in enumerate(lines) if line.strip() == f"{name}:")
    indent = len(lines[at]) - len(lines[at].lstrip())
    rest = lines[at + 1 :]
    while rest and (rest[0].startswith(" " * indent + "- ") or rest[0].startswith(" " * (indent + 1))):
        rest.pop(0)
    found = one(refused("a.yaml", "\n".join([*lines[:at], lines[at] + empty, *rest]).encode()))
    assert (
        found.code
        == {
            "units": "catalogue.module_without_units",
            "modules": "catalogue.course_without_modules",
            "courses": "catalogue.no_courses",
        }[name]
    )


def test_without_an_index_of_its_own_a_catalogue_may_refer_to_the_boards() -> None:
    head, _, tail = SMALL.partition("index:")
    catalogue = read_catalogue("a.yaml", (head + tail[tail.index("courses:") :]).encode())
    assert catalogue.index is None
    assert catalogue.courses[0].badge.index_items == ("P1-1",)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"# nothing\n", "empty"),
        (b"- 1", "foreign"),
        (b"null", "foreign"),
        (b"schema: [1", "yaml_broken"),
        (b"a: 1\n\tb: 2", "yaml_broken"),
        (b"a: 1\n--- \nb: 2", "yaml_broken"),
        (b"a: \x07", "control_character"),
        (b"\xff\xfe", "unreadable_letters"),
        ("schema: れい".encode("cp932"), "unreadable_letters"),
        (b"a: !!python/object/apply:os.system [echo]", "yaml_tag"),
        (b"a: !custom 1", "yaml_tag"),
        (b"a: !!set {b}", "yaml_tag"),
        (b"[" * 20_000, "too_deep"),
        (b"{a: " * 20_000, "too_deep"),
        (b"a: &a [*a]", "too_deep"),
        (b"- &a 1\n" + b"- *a\n" * 101, "too_many_aliases"),
        (b"- 1\n" * 150_001, "too_many_values"),
        (b"%" * (LARGEST_BYTES + 1), "too_large"),
    ],
)  # fmt: skip
def test_hostile_and_broken_yaml(data: bytes, code: str) -> None:
    assert one(refused("a.yaml", data)).code == f"catalogue.{code}"


def test_aliases_cannot_multiply_values() -> None:
    bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
    )
    assert one(refused("a.yaml", bomb.encode())).code == "catalogue.too_many_values"


def test_a_few_aliases_are_fine() -> None:
    text = SMALL.replace("category: {ja: 分野, en: Field}", "category: &x {ja: 分野, en: Field}").replace(COURSE, "*x")
    assert read_catalogue("a.yaml", text.encode()).courses[0].title.en == "Field"


def test_what_is_wrong_in_a_huge_way_is_told_in_bounds() -> None:
    units = "".join(f"    - {{id: x{n}}}\n" for n in range(300))
    found = refused("a.yaml", SMALL.replace("    - id: u1\n", units + "    - id: u1\n").encode())
    assert len(found) == 1001
    assert found[-1].code == "catalogue.and_more"


@pytest.mark.parametrize("name", ["a.txt", "a", "yaml", "a.xlsx"])
def test_other_formats_are_refused(name: str) -> None:
    assert one(refused(name, SMALL.encode())).code == "catalogue.unknown_format"


# ── tables ───────────────────────────────────────────────────────────────────────────────────


def table() -> list[dict[str, str]]:
    return rows_of(read_catalogue("a.yaml", SMALL.encode()))


def test_the_small_table_is_right() -> None:
    assert len(read_catalogue("A.CSV", as_csv(table())).courses[0].modules[0].units) == 2


@pytest.mark.parametrize(
    ("row", "column", "cell", "code", "params"),
    [
        (0, "minutes", "16", "too_many_minutes", {}),
        (0, "minutes", "six", "number_expected", {"value": "six"}),
        (0, "minutes", "", "missing", {"name": "minutes"}),
        (0, "right_choice", "0", "answer_out_of_range", {"first": 1, "last": 3}),
        (0, "right_choice", "4", "answer_out_of_range", {"answer": "4"}),
        (0, "choices_en", "a | b", "choices_differ", {"ja": 3, "en": 2}),
        (0, "choices_en", "", "missing_language", {"lang": "en"}),
        (0, "title_en", "", "missing_language", {"lang": "en"}),
        (0, "why_en", "", "missing_language", {"lang": "en"}),
        (0, "course_summary_ja", "", "missing_language", {"lang": "ja"}),
        (0, "url", "http://example.org/", "url_not_https", {}),
        (0, "kind", "vidio", "not_one_of", {"value": "vidio"}),
        (0, "check", "", "missing", {"name": "kind"}),
        (0, "issuer_id", "", "missing", {"name": "id"}),
        (1, "unit_id", "u1", "duplicate_id", {"first": 2}),
        (1, "issuer_id", "other", "rows_differ", {"first": 2}),
        (1, "course_title_en", "Other", "rows_differ", {"first": 2}),
        (1, "min_chars", "many", "number_expected", {"value": "many"}),
        (1, "title_ja", "a\u202eb", "control_character", {}),
    ],
)
def test_a_wrong_cell_is_named_by_row_and_column(
    row: int, column: str, cell: str, code: str, params: dict[str, Any]
) -> None:
    rows = table()
    rows[row][column] = cell
    found = one(refused("a.csv", as_csv(rows)))
    assert (found.code, found.line) == (f"catalogue.{code}", row + 2)
    assert found.field_path in (column, column.rpartition("_")[0])
    assert params.items() <= found.params.items()


def test_lines_are_counted_where_cells_hold_several() -> None:
    rows = table()
    rows[0]["question_en"] = "One\nTwo"
    rows[1]["minutes"] = "1"
    assert one(refused("a.csv", as_csv(rows))).line == 4
    rows[1]["minutes"] = "2.0"
    unit = read_catalogue("a.csv", as_csv(rows)).courses[0].modules[0].units[0]
    assert unit.check.question.en == "One Two"


@pytest.mark.parametrize(
    ("change", "codes"),
    [
        (lambda text: text.replace("minutes", "minuts", 1), ["unknown_column_near", "missing_column"]),
        (lambda text: text.replace("tags", "zzzzzz", 1), ["unknown_column"]),
        (lambda text: text.replace("why_ja", "why_en", 1), ["duplicate_column"]),
        (lambda text: text.replace("\r\n", ",more\r\n").replace(",more", "", 1), ["too_many_cells"] * 2),
        (lambda text: text.partition("\r\n")[0], ["empty"]),
        (lambda text: "", ["foreign_table"]),
        (lambda text: "name,age\r\nx,1\r\n", ["foreign_table"]),
        (lambda text: text + '"x', ["csv_broken"]),
        (lambda text: text + "x" * 200_000, ["csv_broken"]),
    ],
)
def test_wrong_tables(change: Any, codes: list[str]) -> None:
    text = as_csv(table(), "utf-8").decode()
    found = refused("a.csv", change(text).encode())
    assert [one.code for one in found] == [f"catalogue.{code}" for code in codes]


def test_too_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.intake.catalogue_csv.MOST_ROWS", 2)
    found = one(refused("a.csv", as_csv(table())))
    assert (found.code, found.line) == ("catalogue.too_many_rows", 3)


def test_columns_come_in_any_order_and_letters() -> None:
    head, _, body = as_csv(table(), "utf-8").decode().partition("\r\n")
    assert read_catalogue("a.csv", f"{head.upper()}\r\n{body}".encode())


# ── anything at all ──────────────────────────────────────────────────────────────────────────


def reads_or_refuses(name: str, data: bytes) -> None:
    try:
        read_catalogue(name, data)
    except Problem as problem:
        complaints = problem.complaints
    else:
        return
    assert complaints
    assert all(one.code.startswith("catalogue.") for one in complaints)


@pytest.mark.parametrize(
    "data",
    [b'"\\UFFFFFFFF"', b'"\\uD800"', b'schema: "\\uD800"', b"a: [b", b"*a", b"&a a: *a", b"? [a]\n: b", b"- &a\n- *a"],
)
def test_the_loader_without_libyaml_does_as_well(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    reads_or_refuses("a.yaml", data)
    monkeypatch.setattr("bot.intake.catalogue_yaml._Loader", yaml.SafeLoader)
    reads_or_refuses("a.yaml", data)
    assert read_catalogue("a.yaml", SMALL.encode()).key == "rei"


@given(st.binary(max_size=200), st.sampled_from(["a.yaml", "a.csv"]))
def test_any_bytes_are_read_or_refused(data: bytes, name: str) -> None:
    reads_or_refuses(name, data)


@given(st.data())
@SLOW
def test_any_change_of_a_right_file_is_read_or_refused(data: st.DataObject) -> None:
    right = data.draw(st.sampled_from([("a.yaml", SMALL.encode()), ("a.csv", as_csv(table(), "utf-8"))]))
    start = data.draw(st.integers(0, len(right[1])))
    end = min(len(right[1]), start + data.draw(st.integers(0, 60)))
    new = data.draw(st.one_of(st.binary(max_size=8), st.sampled_from([b"[", b"{", b"- ", b": ", b'"', b"\n", b"*a"])))
    reads_or_refuses(right[0], right[1][:start] + new + right[1][end:])
