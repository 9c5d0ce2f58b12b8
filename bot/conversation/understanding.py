"""What plain words and subcommands ask for, in both languages. Pure: the same words are always the same request."""

import re
import unicodedata
from dataclasses import dataclass, replace
from difflib import get_close_matches
from enum import StrEnum

from bot.conversation.role_words import GRANT, REVOKE, RoleRequest, is_plain, role_request
from bot.domain.proofs import DASHES

LONGEST_WORDS = 10_000
"""What any platform lets a person type; searching reads only a part of it."""
LIKENESS = 0.7
"""So alike (of 1) a misspelt subcommand is: "lern" and "learn" are 0.89 alike, "hello" and "help" only 0.67."""


class Place(StrEnum):
    """Screens that can be asked for by name."""

    WALLET = "wallet"
    MAP = "map"
    RECORD = "record"
    SETTINGS = "settings"
    HELP = "help"
    EXPORT = "export"
    FORGET = "forget"
    ROLES = "roles"
    AGREEMENTS = "agreements"
    STOPS = "stops"
    ME = "me"
    ENDORSING = "endorsing"
    ACCOUNTS = "accounts"


@dataclass(frozen=True)
class LearnRequest:
    minutes: int | None = None
    topic: str = ""


@dataclass(frozen=True)
class WhoRequest:
    """`question` stays as it was typed: it is shown, and carried to a colleague. Searching normalises it itself."""

    question: str


@dataclass(frozen=True)
class Look:
    place: Place


@dataclass(frozen=True)
class ClaimRequest:
    """The one-time code of the first owner."""

    code: str


@dataclass(frozen=True)
class MoveRequest:
    """To move to another school; at the new one with the code that the old one gave."""

    code: str = ""


@dataclass(frozen=True)
class LinkRequest:
    """To link another account of one's own; on the other one with the code that the first showed."""

    code: str = ""


@dataclass(frozen=True)
class VerifyRequest:
    """To verify a badge. `link` is its address; empty where none was said."""

    link: str = ""


@dataclass(frozen=True)
class TakeInRequest:
    """To take in one's own badge from elsewhere. `link` is its address; empty where none was said."""

    link: str = ""


@dataclass(frozen=True)
class AddressRequest:
    """To see one's mail addresses, to give the `code` that was sent to one, or to prove `address`: that alone sends
    nothing, since a mail to a stranger takes a press."""

    address: str = ""
    code: str = ""


@dataclass(frozen=True)
class BadgesRequest:
    """To see which badges a colleague shows. `person` is their name as it was typed."""

    person: str


@dataclass(frozen=True)
class NotANumber:
    """Minutes were given that are no number from 1 on."""

    typed: str


@dataclass(frozen=True)
class Unknown:
    """None of the above. `words` are what was typed, normalised."""

    words: str


Request = (
    LearnRequest
    | WhoRequest
    | Look
    | MoveRequest
    | LinkRequest
    | ClaimRequest
    | VerifyRequest
    | TakeInRequest
    | AddressRequest
    | RoleRequest
    | BadgesRequest
    | NotANumber
    | Unknown
)

_COMMAND = re.compile(r"\s*(?:[/／]sukima(?![0-9a-z_])\s*)+", re.IGNORECASE)
_TIMES = re.compile(r"\d|空き|静か|quiet|free|lesson|授業")
_LEARN = ("learn", "学ぶ", "まなぶ")
_WHO = ("who", "誰", "だれ")
_CLAIM = ("claim", "引き受け", "引き受ける")
_CODE = re.compile(r"[0-9a-z](?:[ -]?[0-9a-z]){11,39}")
_MOVE = ("move", "異動", "転出", "転入")
_MOVE_CODE = re.compile(r"[a-z2-7]{4}(?:[\s-]?[a-z2-7]{4}){3}", re.IGNORECASE)
"""What follows `move` where the code of a move is given."""
_JOIN = ("link", "連携", "つなぐ", "つなげる")
_LINK_CODE = rf"[a-z0-9]{{4}}[\s{re.escape(DASHES)}][a-z0-9]{{4}}"
_LINKING = re.compile(
    r"(?:link (?:my |another |an )?accounts?"
    r"|(?:ほかの|別の)?アカウント[をの]?(?:連携|つな(?:ぐ|げる|ぎたい|げたい))(?:する|したい)?"
    rf"|連携(?:する|したい)|(?:link code|連携コード|連携|link)[\s:は]*(?P<code>{_LINK_CODE})\s*(?:です)?)",
    re.IGNORECASE,
)
"""Words that ask to link, with the code as it is shown or without one."""
_VERIFY = ("verify", "確かめる", "確かめて", "検証")
_ADDRESS = ("address", "アドレス")
_TAKE_IN = ("import", "取り込む", "取り込み", "取り込んで")
_ADDRESSES = re.compile(
    r"(?:my )?(?:e-?mail )?address(?:es)?"
    r"|(?:ほかの|私の|自分の)?(?:メール)?アドレス(?:[のを]?(?:確認|追加|登録)(?:する|して|したい)?)?"
)
_MAIL = r"[^\s<>|:()「」、。@]{1,64}@[a-z0-9.-]{1,255}"
_ADDRESS_TO_PROVE = re.compile(
    r"(?:(?:my )?(?:e-?mail )?address(?: is)?|(?:私の|自分の)?(?:メール)?アドレス[はを]?)[\s:]*"
    rf"(?:<mailto:(?P<linked>{_MAIL})\|[^<>|]*>|<?(?P<typed>{_MAIL})>?)"
    r"\s*(?:です|を(?:確認|追加|登録)(?:する|して|したい)?)?",
    re.IGNORECASE,
)
"""One address behind these words, and nothing else: a question or a topic may hold an address, too."""
_HALF = "[0-9]{4}"
_MAIL_CODE_ALONE = re.compile(rf"{_HALF}[\s{re.escape(DASHES)}]?{_HALF}")
_MAIL_CODE = re.compile(rf"(?:code|確認コード|コード)[\s:は]*(?P<code>{_MAIL_CODE_ALONE.pattern})\s*(?:です)?")
_BADGES_OF = re.compile(
    r"badges of\s+(?P<of>\S.*)|(?P<whose>\S.*?)(?:さん|先生|せんせい)のバッジ(?:を?(?:見る|見せて|見たい))?",
    re.IGNORECASE,
)
_WEB = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_AFTER_WEB = "<>|\"').,;!?"
"""What ends an address in running text and is no part of it; chat platforms put brackets around addresses."""
_ASKS_TO_VERIFY = re.compile(r"\bverify\b|\bcheck\b|確かめ|検証", re.IGNORECASE)
_ASKS_TO_TAKE_IN = re.compile(r"\bimport\b|\btake\b.{0,12}\bin\b|取り?込|とりこ", re.IGNORECASE)
_ALONE = re.compile(
    r"(?P<verify>verify(?: (?:this|a badge|badge))?|(?:これを?|バッジを?)?(?:確かめ(?:て|る|たい)?|検証(?:する|して)?))"
    r"|(?:import(?: (?:this|a badge|my badge|badge))?|take in(?: a badge| my badge)?"
    r"|(?:これを?|バッジを?|ほかのバッジを?)?取り込(?:む|み|んで|みたい))",
    re.IGNORECASE,
)
_PLACES = {
    "wallet": Place.WALLET,
    "ウォレット": Place.WALLET,
    "バッジ": Place.WALLET,
    "badges": Place.WALLET,
    "my badges": Place.WALLET,
    "map": Place.MAP,
    "マップ": Place.MAP,
    "record": Place.RECORD,
    "my record": Place.RECORD,
    "記録": Place.RECORD,
    "settings": Place.SETTINGS,
    "設定": Place.SETTINGS,
    "export": Place.EXPORT,
    "export my data": Place.EXPORT,
    "書き出し": Place.EXPORT,
    "データを書き出す": Place.EXPORT,
    "forget": Place.FORGET,
    "forget me": Place.FORGET,
    "すべて消す": Place.FORGET,
    "忘れて": Place.FORGET,
    "roles": Place.ROLES,
    "my roles": Place.ROLES,
    "役割": Place.ROLES,
    "agreements": Place.AGREEMENTS,
    "取り決め": Place.AGREEMENTS,
    "stop badge": Place.STOPS,
    "stop a badge": Place.STOPS,
    "バッジを止める": Place.STOPS,
    "バッジの取り消し": Place.STOPS,
    "me": Place.ME,
    "my page": Place.ME,
    "my pages": Place.ME,
    "マイページ": Place.ME,
    "マイ": Place.ME,
    # Submitting to the board is done there, on the badge's own page.
    "submit": Place.ME,
    "提出": Place.ME,
    "endorse": Place.ENDORSING,
    "endorsing": Place.ENDORSING,
    "endorse content": Place.ENDORSING,
    "endorse a school": Place.ENDORSING,
    "endorse an issuer": Place.ENDORSING,
    "裏書": Place.ENDORSING,
    "裏書する": Place.ENDORSING,
    "内容に裏書": Place.ENDORSING,
    "教材に裏書": Place.ENDORSING,
    "学校に裏書": Place.ENDORSING,
    "発行者に裏書": Place.ENDORSING,
    "accounts": Place.ACCOUNTS,
    "my accounts": Place.ACCOUNTS,
    "アカウント": Place.ACCOUNTS,
    "アカウントの連携": Place.ACCOUNTS,
    "unlink": Place.ACCOUNTS,
    "unlink account": Place.ACCOUNTS,
    "unlink my account": Place.ACCOUNTS,
    "連携解除": Place.ACCOUNTS,
    "連携を解除": Place.ACCOUNTS,
    "連携を解除する": Place.ACCOUNTS,
    "help": Place.HELP,
    "ヘルプ": Place.HELP,
    "使い方": Place.HELP,
    "": Place.HELP,
}

_GREETINGS = re.compile(
    r"(?:こんにち[はわ]|こんばん[はわ]|おはよう(?:ございます)?|はじめまして|よろしく(?:お願いします)?|お疲れ(?:さま|様)(?:です)?|"
    r"ありがとう(?:ございます)?|hello|hi|hey|good (?:morning|afternoon|evening)|thanks|thank you)"
    r"(?:[、, ]*sukima)?[!?。. ]*",
    re.IGNORECASE,
)
"""Whoever greets is told what one can say here."""
_UNIT = r"(?:分間?(?![数の])|ふん|(?:minutes?|mins?|m)(?![a-z]))"
_MINUTES = re.compile(rf"^(?P<number>[+-]?\d+(?:[.,]\d+)?)\s*{_UNIT}?$")
_NO_MINUTES = re.compile(r"^(?:[+-]?[\d.,]+.{0,8}|\S+\s*(?:分間?|minutes?|mins?))$")
_OTHER_UNIT = re.compile(r"(?:hours?|hrs?|seconds?|secs?|days?|weeks?|[hs%])(?![a-z])|時間(?!割)|秒|週間|回|日$|%")
_YEAR = re.compile(r"(?:19|20)\d\d\s")
_MINUTES_THEN_TOPIC = re.compile(
    rf"^(?P<number>[+-]?\d+(?:[.,]\d+)?)(?:\s*{_UNIT}\s*|\s+)(?P<topic>\S.*)$", re.IGNORECASE
)
_TOPIC_THEN_MINUTES = re.compile(
    rf"^(?P<topic>\S.*?)\s*(?:を|について)?\s(?:(?:in|for)\s+)?(?P<number>\d{{1,9}})\s*{_UNIT}(?:で)?$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"(?:(?P<number>[1-9]\d{0,2})\s*(?:分で?)?\s*)?「(?P<topic>[^「」]*\S[^「」]*)」")
"""A topic between quotation marks is one, whatever it looks like: 「5分で分かる…」 names no minutes."""
_LINK = re.compile(r"^(?:on|about|for)\s+", re.IGNORECASE)
LONGEST_WISH = 300
"""Longer sentences that name minutes are not searched for a topic too."""
_SPARE = re.compile(rf"(?<!\d)(?P<number>\d{{1,9}})\s?{_UNIT}")
_SPARE_FRAME = re.compile(
    r"学べ|学び|学習|空い|ある|できる|何か|なにか|おすすめ|ください|教材|learn|have|spare|free|something|anything|unit|time|what",
)
_TOPIC_AFTER = (
    re.compile(
        r"^\s*(?:to (?:learn|study)|for|on|about)\s+"
        r"(?:(?:something|anything|a unit|more|learning|studying)\s+)?(?:(?:on|about|for)\s+)?(?P<topic>.+)$"
    ),
    re.compile(
        r"^(?:くらい|ぐらい|ほど|だけ)?(?:で|あれば|あるので|あるから)?、?\s*(?P<topic>.+?)"
        r"(?:について|に関して|を)(?:何か|なにか)?(?:学|勉強|知り|教え)"
    ),
)
_TOPIC_BEFORE = (
    re.compile(
        r"\b(?:learn|study|teach me|show me|something|anything)\s+(?:more\s+)?(?:(?:about|on)\s+)?"
        r"(?P<topic>.+?)\s+(?:in|for|within)(?:\s+(?:just|only|about))?\s*$"
    ),
    re.compile(r"^(?P<topic>.+?)(?:について|に関して|を)、?\s*$"),
)
_NO_TOPIC = re.compile(
    r"^(?:学べる|できる)?(?:もの|こと|教材|何か?|なにか?|どれか?|それ|これ)$"
    r"|^(?:me|you|it|us|this|that|now|today|something|anything|learning|studying|a unit|units?|learn|study|about|on"
    r"|(?:to|for|i|can|could|do)(?: .*)?)$"
)
"""What stands where a topic may stand, and names none: 「何かを5分で学びたい」, "5 minutes for learning"."""
_POLITE = re.compile(r"(?:,?\s+(?:please|now|today|right now))+$")
_WHO_FRAME = re.compile(
    r"\bwho\b|\bwhom\b|\banyone\b|\banybody\b|\bsomeone\b|\bexpert|誰|だれ|どなた|どの先生"
    r"|(?:得意|詳し|くわし|教えられ|できる|わか[るっ]|知って)[^。?]{0,8}(?:人|先生|方)",
)
_LEARN_FRAME = (
    re.compile(
        r"^(?:i(?:'d| would)? (?:want|like)(?: to)? (?:learn|study|know)(?: more)?(?: about)?"
        r"|teach me(?: about)?|learn(?: about)?|show me)\s+(?P<topic>.+)$"
    ),
    re.compile(
        r"^(?P<topic>.+?)(?:について|に関して|を|の)?"
        r"(?:学びたい|学ぶ|学習したい|勉強したい|知りたい|教えて)(?:です|ください|ほしい)?[。!?]*$"
    ),
)


def understand_command(text: str) -> Request:
    """What follows `/sukima`. Words that are no subcommand are taken as plain words."""
    words = plain(text)
    head, _, rest = words.partition(" ")
    rest = rest.strip()
    if words.casefold() in _PLACES:
        return Look(_PLACES[words.casefold()])
    if head.casefold() in _LEARN:
        return _learn(rest)
    if head.casefold() in _WHO:
        return WhoRequest(own_words(text).partition(" ")[2])
    if head.casefold() in _CLAIM:
        return ClaimRequest(rest)
    if head.casefold() in _MOVE:
        return MoveRequest(rest)
    if head.casefold() in _JOIN:
        return LinkRequest(rest)
    if (named := role_request(words)) is not None:
        return named
    if _MINUTES.match(words.casefold()):
        return _learn(words)
    request = understand(text)
    return Unknown(words) if isinstance(request, Look | ClaimRequest) else request


def understand(text: str) -> Request:
    """What a direct message or a mention asks for. A command that was written as words is taken as the command."""
    command = _COMMAND.match(text)
    if command is not None:
        return understand_command(text[command.end() :])
    words = plain(text)
    folded = words.casefold().rstrip("。.!?")
    if folded in _PLACES:
        return Look(_PLACES[folded])
    if _GREETINGS.fullmatch(words):
        return Look(Place.HELP)
    if (badge := _about_a_badge(text, folded)) is not None:
        return badge
    if (address := _about_an_address(words, folded)) is not None:
        return address
    if folded in _JOIN:
        return LinkRequest()
    if (linking := _LINKING.fullmatch(words.rstrip("。.!?"))) is not None:
        return LinkRequest(linking["code"] or "")
    if (named := role_request(words)) is not None and is_plain(named, words):
        return named
    if (shown := _BADGES_OF.fullmatch(words.rstrip("。.!?"))) is not None:
        return BadgesRequest(shown["of"] or shown["whose"])
    head, _, rest = words.partition(" ")
    if head.casefold() in _LEARN:
        return _learn(rest.strip())
    if head.casefold() in _CLAIM and _CODE.fullmatch(rest.strip().casefold()):
        return ClaimRequest(rest.strip())
    if head.casefold() in _MOVE and (not rest.strip() or _MOVE_CODE.fullmatch(rest.strip())):
        return MoveRequest(rest.strip())
    if head in _WHO[1:] and rest.strip():  # with a space it is the command; English "who" begins whole questions
        return WhoRequest(own_words(text).partition(" ")[2])
    if _WHO_FRAME.search(folded):
        return WhoRequest(own_words(text))
    if _MINUTES.match(folded):
        return _learn(folded)
    spare = _SPARE.search(folded)
    framed = _framed_topic(words.casefold())
    if spare:
        topic = _topic_beside(folded, spare)
        if _SPARE_FRAME.search(folded) or (topic and framed) or ((topic or framed) and spare.start() == 0):
            return _with_topic(spare["number"], topic)
    return LearnRequest(topic=framed) if framed else Unknown(words)


def code_alone(text: str) -> str | None:
    """The words where they may be a code from a mail and nothing else: for somebody who was sent one."""
    words = plain(text).rstrip("。.")
    return words if _MAIL_CODE_ALONE.fullmatch(words) else None


def understand_beside_files(text: str) -> Request:
    """The same for words that came with files: asking to verify or to take in needs no address then.

    No words, or a greeting, ask for nothing but a look at the files.
    """
    found = understand(text)
    if found == Look(Place.HELP):
        return Unknown(plain(text))
    if not isinstance(found, Unknown):
        return found
    if _ASKS_TO_TAKE_IN.search(text):
        return TakeInRequest()
    return VerifyRequest() if _ASKS_TO_VERIFY.search(text) else found


def _about_a_badge(text: str, folded: str) -> VerifyRequest | TakeInRequest | None:
    """Words that ask to verify or to take in, alone or with an address; the address is left as it was typed."""
    found = _WEB.search(text[:LONGEST_WORDS])
    if found is None:
        alone = _ALONE.fullmatch(folded)
        return None if alone is None else VerifyRequest() if alone["verify"] else TakeInRequest()
    link = re.split(r"[<>|]", found[0], maxsplit=1)[0].rstrip(_AFTER_WEB)
    rest = text[: found.start()] + " " + text[found.end() :]
    if _ASKS_TO_TAKE_IN.search(rest):
        return TakeInRequest(link)
    return VerifyRequest(link) if _ASKS_TO_VERIFY.search(rest) else None


def _about_an_address(words: str, folded: str) -> AddressRequest | None:
    """Words about one's mail addresses: the list, another one to prove, or the code that was sent to it."""
    if _ADDRESSES.fullmatch(folded):
        return AddressRequest()
    code = _MAIL_CODE.fullmatch(folded)
    if code:
        return AddressRequest(code=code["code"])
    named = _ADDRESS_TO_PROVE.fullmatch(words.rstrip("。.!?"))
    return None if named is None else AddressRequest(address=named["linked"] or named["typed"])


def _framed_topic(folded: str) -> str:
    for frame in _LEARN_FRAME:
        match = frame.match(folded)
        if match and (topic := match["topic"].rstrip(" .!?")):
            return topic
    return ""


def _topic_beside(folded: str, spare: re.Match[str]) -> str:
    """What the minutes are wanted for: 「特別支援を5分で学びたい」, "5 minutes on special needs"; else empty."""
    if len(folded) > LONGEST_WISH:
        return ""
    before, after = folded[: spare.start()], folded[spare.end() :]
    for frames, part in ((_TOPIC_AFTER, after), (_TOPIC_BEFORE, before)):
        for frame in frames:
            match = frame.search(part)
            topic = _POLITE.sub("", match["topic"].strip(" 、,.!?")) if match else ""
            if topic and not _NO_TOPIC.match(topic):
                return topic
    return ""


def tells_times(words: str) -> bool:
    """Whether the words may tell when somebody is free, quiet or in a lesson."""
    return _TIMES.search(words) is not None


def plain(text: str) -> str:
    """To compare words by: NFKC (full-width digits, U+2F00 radicals), else like `own_words`."""
    return own_words(unicodedata.normalize("NFKC", text[:LONGEST_WORDS]))


def own_words(text: str) -> str:
    """To show words as they were typed: only control and format characters out, spaces folded, bounded."""
    kept = "".join(" " if unicodedata.category(char) in {"Cc", "Zl", "Zp"} else char for char in text[:LONGEST_WORDS])
    kept = "".join(char for char in kept if unicodedata.category(char) not in {"Cf", "Cs", "Co", "Cn"})
    return " ".join(kept.split())


def nearest_command(words: str) -> str | None:
    """The subcommand that the first word of normalised `words` was probably meant to be."""
    head = words.casefold().partition(" ")[0]
    known = (*_LEARN, *_WHO, *_MOVE, *_JOIN, *_VERIFY, *_TAKE_IN, *_ADDRESS, *GRANT, *REVOKE, *_PLACES)
    near = get_close_matches(head, [word for word in known if word], n=1, cutoff=LIKENESS)
    return near[0] if near else None


def _learn(rest: str) -> Request:
    if not rest:
        return LearnRequest()
    if (quoted := _QUOTED.fullmatch(rest)) is not None:
        return LearnRequest(int(quoted["number"]) if quoted["number"] else None, quoted["topic"].strip())
    match = _MINUTES.match(rest.casefold())
    if match:
        number = match["number"]
        if not number.isdecimal() or not 1 <= int(number[:6]) <= 999:
            return NotANumber(rest)
        return LearnRequest(minutes=int(number))
    both = _MINUTES_THEN_TOPIC.match(rest)
    if both and not _OTHER_UNIT.match(both["topic"].casefold()) and not _YEAR.match(rest):
        return _with_topic(both["number"], _LINK.sub("", both["topic"]))
    if _NO_MINUTES.match(rest.casefold()):
        return NotANumber(rest)
    both = _TOPIC_THEN_MINUTES.match(rest)
    if both:
        return _with_topic(both["number"], both["topic"])
    return LearnRequest(topic=rest)


def _with_topic(number: str, topic: str) -> Request:
    request = _learn(number)
    return replace(request, topic=topic) if isinstance(request, LearnRequest) else request
