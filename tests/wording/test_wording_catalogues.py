"""The catalogues hold together: both languages, no key without a use, no use without a key, no forbidden word."""

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from bot.badges.verdict import CODES, PROBLEMS
from bot.domain.language import LANGS, Lang

ROOT = Path(__file__).parents[2]
WORDING = ROOT / "bot" / "wording"

BUILT = {
    "kind.": "the kind of a unit",
    "language.": "the two languages",
    "platform.": "where an account is",
    "level.": "the level of a badge",
    "role.": "the roles of a person",
    "week.": "the kind of a window",
    "label.": "Pen.button",
    "offer.why.": "Why",
    "wrong.": "what to do after a wrong answer",
    "receipt.": "what was endorsed, and as whom",
    "comment.seen.": "what is commented, and whether by name",
    "endorsable.given.": "As",
    "who.through.": "how a word matched",
    "answered.": "Reply",
    "roles.means.": "Role",
    "agreement.give.": "Purpose",
    "agreement.take.": "Purpose",
    "agreement.state.": "AgreementState",
    "notice.agreement_": "what became of an agreement",
    "help.": "the commands",
    "slack.install.": "what became of an installation",
    "me.nav.": "the rooms of one's own pages",
    "me.door.enter.": "Room",
    "me.closed.": "why a link does not open",
    "me.goodbye.": "left, forgotten",
    "me.told.": "TOLD of bot.web.visits",
    "me.given.as.": "As",
    "export.page.file.": "what lies in an export",
    "settings.consent.": "Consent",
    "badge.level.": "Level",
    "badge.unseen.": "StopKind",
    "badge.unnamed.": "StopKind, or expired",
    "pathway.halted.": "Halt",
    "pathway.endorsed.": "whose endorsements a pathway asks for, and of what",
    "stop.": "StopKind",
    "cli.badge.": "StopChange",
    "cli.keys.state.": "KeyState",
    "map.cell.": "where a module stands",
    "map.legend.": "where a module can stand",
    "credential.": "documents that are signed",
    "notice.endorsed.": "as whom",
    "notice.invite_away.": "Away",
    "notice.consent_": "the consents, on and off",
    "notice.findable_": "the switch, on and off",
    "notice.reply_thanks_": "Reply",
    "refused.past": "NoReturnReason",
    "refused.too_far": "NoReturnReason",
    "refused.no_gap": "NoReturnReason",
    "foreign.form.": "what an address is asked for",
    "foreign.check.": "Outcome",
    "problem.db.": "codes of the database",
    "verify.": "Check and its code",
    "cli.verify.": "a verdict, and who endorsed",
    "problem.picture_old_badge": "bake tells it from a picture without a badge",
    "complaint.catalogue.": "what is wrong in a catalogue",
    "room.": "the terminal's staff room",
    "cli.failed": "the command line's last resort",
    "cli.keys_made": "the first start",
    "problem.file.": "files named on the command line",
    "complaint.staff.": "what is wrong in a staff list",
    "complaint.settings.": "codes of the settings",
    "check.name.": "what sukima check looks at",
    "complaint.check.discord_lacks_": "the permissions in Discord",
    "problem.vault.wrong_secret": "the vault",
    "notice.hello": "the doors of the platforms",
    "notice.busy_try_again": "the doors of the platforms",
    "notice.unexpected": "the doors of the platforms",
    "page.error.": "the statuses",
    "web.badge.standing.": "Standing",
    "web.badge.endorsed.": "As",
    "parts.state.": "PartState",
    "received.by.": "As",
    "received.by_named.": "As",
    "web.verify.outcome.": "Outcome",
    "web.again.": "why to come again",
    "discord.command.": "the subcommands",
    "discord.option.": "what the subcommands take",
    "discord.menu.": "what is offered of messages and people",
}
"""Keys put together at run time: how they begin, and from what. The only such list."""

FORBIDDEN = {
    "en": r"\b(rank(ed|ing|ings)?|leader ?boards?|streaks?|degrees?|credits?|top \d+|high ?scores?|points?|failed)\b",
    "ja": r"単位|順位|ランキング|ランク|連続記録|連続\d*日|学位|ポイント|[0-9一]位|表彰台|落第|しなければなりません",
}
"""No comparison of persons, no streak, nothing of a university's currency, no scolding (design.md 4.5)."""

Sentences = dict[str, tuple[str, ...]]


def sentences(lang: Lang) -> Sentences:
    """Every key with its forms."""
    with (WORDING / f"{lang}.po").open("rb") as source:
        messages = read_po(source, locale=lang, abort_invalid=True)
    found: Sentences = {}
    for message in messages:
        if message.id:
            key = message.id if isinstance(message.id, str) else message.id[0]
            found[key] = (message.string,) if isinstance(message.string, str) else tuple(message.string)
    return found


SENTENCES: dict[Lang, Sentences] = {lang: sentences(lang) for lang in LANGS}
KEYS = frozenset(SENTENCES["ja"])


def params(form: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(form) if name is not None)


def params_of(key: str) -> frozenset[str]:
    return frozenset().union(*(params(form) for form in SENTENCES["en"][key]))


def product_files() -> list[Path]:
    return sorted(path for room in ("bot", "storage") for path in (ROOT / room).rglob("*.py"))


def templates() -> Iterator[tuple[str, nodes.Template]]:
    for path in sorted((ROOT / "bot").glob("**/templates/*.html")):
        yield str(path.relative_to(ROOT)), TEMPLATES.parse(path.read_text("utf-8"))


TEMPLATES = Environment(autoescape=True)


# ---------------------------------------------------------------- the two languages


def test_both_languages_have_the_same_keys() -> None:
    assert SENTENCES["ja"].keys() == SENTENCES["en"].keys()


@pytest.mark.parametrize("lang", LANGS)
def test_a_key_stands_once(lang: Lang) -> None:
    ids = re.findall(r'^msgid "(.+)"$', (WORDING / f"{lang}.po").read_text("utf-8"), re.MULTILINE)
    assert [key for key, times in Counter(ids).items() if times > 1] == []


def test_both_languages_take_the_same_params() -> None:
    differing = {
        key: (sorted(params_of(key)), [sorted(params(form)) for form in forms])
        for key, forms in SENTENCES["ja"].items()
        if any(params(form) != params_of(key) for form in forms)
    }
    assert differing == {}


def test_plural_keys_are_plural_in_both_languages_and_have_all_forms() -> None:
    for key in KEYS:
        english, japanese = SENTENCES["en"][key], SENTENCES["ja"][key]
        assert len(japanese) == 1, key
        assert len(english) in (1, 2), key
    source = {lang: (WORDING / f"{lang}.po").read_text("utf-8") for lang in LANGS}
    plural = {lang: set(re.findall(r'^msgid_plural "(.+)"$', text, re.MULTILINE)) for lang, text in source.items()}
    assert plural["ja"] == plural["en"] == {key for key in KEYS if len(SENTENCES["en"][key]) == 2}


@pytest.mark.parametrize("lang", LANGS)
def test_no_sentence_is_empty_or_frayed(lang: Lang) -> None:
    joints = {
        "list.separator",
        "list.colon",
        "list.or",
        "week.separator",
        "count.separator",
        "pathway.and",
        "pathway.then",
    }
    frayed = [
        key
        for key, forms in SENTENCES[lang].items()
        for form in forms
        if not form.strip() or (form != form.strip() and key not in joints)
    ]
    assert frayed == []


def test_params_are_plain_names() -> None:
    """No attribute, index, conversion or format can be reached from a sentence."""
    for forms in (*SENTENCES["ja"].values(), *SENTENCES["en"].values()):
        for form in forms:
            for _, name, spec, conversion in Formatter().parse(form):
                assert name is None or (name.isidentifier() and not spec and not conversion), form


@pytest.mark.parametrize("lang", LANGS)
def test_no_forbidden_word(lang: Lang) -> None:
    found = {
        key: match[0]
        for key, forms in SENTENCES[lang].items()
        for form in forms
        if (match := re.search(FORBIDDEN[lang], form, re.IGNORECASE))
    }
    assert found == {}


@given(st.sampled_from(["Your ranking", "a 5-day streak", "two credits", "a master's degree", "Rank 3"]))
def test_the_forbidden_words_are_found(text: str) -> None:
    assert re.search(FORBIDDEN["en"], text, re.IGNORECASE)


# ---------------------------------------------------------------- sentences and the program


SAYERS = {
    "say": "",
    "say_n": "",
    "_both": "",
    "both": "",
    "Notice": "",
    "Problem": "problem.",
    "Complaint": "complaint.",
    "_NotUnderstood": "complaint.",
    "Refused": "refused.",
    "at": "complaint.catalogue.",
}
"""Calls whose first argument names a sentence, with what stands before it in the catalogues."""


Said = tuple[str, str, frozenset[str] | None]
"""Where, which key, and which params it is given there (None: not to be seen from the call)."""


@cache
def program() -> tuple[tuple[Said, ...], frozenset[str]]:
    """What the program says, and every text that stands in it: read once."""
    found: list[Said] = []
    texts: set[str] = set()
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (key := _key(node)):
                found.append((f"{path.relative_to(ROOT)}:{node.lineno}", key, _given(node)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.add(node.value)
    return tuple(found), frozenset(texts)


def calls() -> Iterator[Said]:
    yield from program()[0]
    yield from calls_in_templates()


def calls_in_templates() -> Iterator[Said]:
    for name, template in templates():
        for call in template.find_all(nodes.Call):
            sayer = call.node.name if isinstance(call.node, nodes.Name) else ""
            if sayer in ("say", "say_n") and call.args and isinstance(call.args[0], nodes.Const):
                named = frozenset(keyword.key for keyword in call.kwargs)
                given = None if call.dyn_kwargs else named | ({"n"} if sayer == "say_n" else set())
                yield f"{name}:{call.lineno}", call.args[0].value, given


def _name(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _key(call: ast.Call) -> str | None:
    name = _name(call)
    first = next((arg for arg in call.args[:2] if isinstance(arg, ast.Constant) and arg.value not in LANGS), None)
    if first is None or not isinstance(first.value, str):
        return None
    if name == "button" and first is call.args[0]:
        return f"label.{first.value}"
    if name in SAYERS and (SAYERS[name] or "." in first.value):
        return SAYERS[name] + first.value
    return None


def _given(call: ast.Call) -> frozenset[str] | None:
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    named = frozenset(keyword.arg for keyword in call.keywords if keyword.arg)
    name = _name(call)
    if name in ("Notice", "Complaint", "Refused"):
        filled = (
            call.args[1] if len(call.args) > 1 else next((k.value for k in call.keywords if k.arg == "params"), None)
        )
        if filled is None:
            return frozenset()
        if not isinstance(filled, ast.Dict) or not all(isinstance(key, ast.Constant) for key in filled.keys):
            return None
        return frozenset(str(key.value) for key in filled.keys if isinstance(key, ast.Constant))
    return named | {"say_n": {"n"}, "_NotUnderstood": {"words"}}.get(name, set())


def test_every_key_in_the_program_has_a_sentence() -> None:
    missing = [f"{where}: {key}" for where, key, _ in calls() if key not in KEYS]
    assert missing == []


def test_every_sentence_gets_its_params() -> None:
    lacking = [
        f"{where}: {key} needs {sorted(params_of(key) - given)}"
        for where, key, given in calls()
        if key in KEYS and given is not None and not params_of(key) <= given
    ]
    assert lacking == []


def test_every_key_is_used() -> None:
    used = {key for _, key, _ in calls()} | program()[1]
    for _, template in templates():
        used |= {const.value for const in template.find_all(nodes.Const) if isinstance(const.value, str)}
    unused = sorted(key for key in KEYS - used if not key.startswith(tuple(BUILT)))
    assert unused == []


def test_every_finding_of_a_verification_has_a_sentence() -> None:
    lacking = [key for key, given in (*CODES, *PROBLEMS) if key not in KEYS or not params_of(key) <= set(given)]
    assert lacking == []


def test_every_check_of_a_verification_has_a_name() -> None:
    assert {f"verify.name.{key.split('.')[1]}" for key, _ in CODES} <= KEYS


def test_what_is_built_exists() -> None:
    """No prefix outlives its keys."""
    assert [prefix for prefix in BUILT if not any(key.startswith(prefix) for key in KEYS)] == []


def test_no_sentence_stands_in_the_conversation() -> None:
    """Every text of the cards comes from the catalogues: no literal there holds Japanese or reads like a sentence."""
    found = []
    for path in sorted((ROOT / "bot" / "conversation" / "cards").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        documented = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            spoken = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented
            if spoken and re.search(r"[\u3040-\u9fff]|[A-Za-z]{2,} [a-z]{2,}", node.value):
                found.append(f"{path.name}:{node.lineno}: {node.value!r}")
    assert found == []


def test_no_sentence_stands_in_a_template() -> None:
    """What a reader or a screen reader reads there comes from the catalogues; only our name stands for itself."""
    found = []
    for path in sorted((ROOT / "bot").glob("**/templates/*.html")):
        markup = re.sub(r"{#.*?#}|{%.*?%}|{{.*?}}", "", path.read_text("utf-8"), flags=re.DOTALL)
        read_aloud = re.findall(r'\b(?:alt|title|placeholder|aria-label|aria-description|content)="([^"]*)"', markup)
        shown = re.sub(r'<[^>]*>|[\w-]+="[^"]*"', " ", markup)
        spoken = [text for text in (*read_aloud, shown) if re.search(r"[^\W\d_]{2,}", text.replace("Sukima", ""))]
        found += [f"{path.name}: {text.strip()!r}" for text in spoken if not MACHINE_READ.fullmatch(text)]
    assert found == []


MACHINE_READ = re.compile(
    r"website|summary_large_image|image/png|noindex|light dark|telephone=no|#\w{6}|width=device-width.*"
)
"""Contents of `<meta>` that nobody reads."""
