"""The room as a platform: tokens, edits, privacy, files, reactions, the clock; two schools with equal user keys."""

import json
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest
from local_stage import MORNING, PNG, SCHOOL, open_room, refused, set_stage

from bot.conversation.card import Button, Card, Field, File, Form, Link, Section
from bot.conversation.views import Notice
from bot.handlers.local.attachments import safe_name
from bot.handlers.local.cardbox import pack, unpack
from bot.handlers.local.room import Room
from bot.handlers.local.room_types import PLATFORM, SUKIMA, Message, Reaction
from bot.services.ports import Live, MessageRef, Unsendable


def only(room: Room, viewer: str = "lee", channel: str = "dm-lee") -> Message:
    (message,) = room.messages(SCHOOL, channel, viewer)
    return message


def test_a_card_comes_back_as_it_was() -> None:
    card = Card(
        "Title",
        ("a", "b"),
        (Section("S", ("x",), (Button("B", "b:1", "danger"),)),),
        (Button("C", "c:1"),),
        Form("F", "f:1", "Send", (Field("n", "N", choices=(("v", "V"),), optional=True, max_chars=3),), "No", "no:1"),
        links=(Link("L", "https://sukima.example/me"),),
    )
    assert unpack(pack(card)) == card


def test_a_card_of_a_room_that_knew_no_links_is_read() -> None:
    box = json.loads(pack(Card("Title")))
    del box["links"]
    assert unpack(json.dumps(box)) == Card("Title")


async def test_the_same_token_posts_once(tmp_path: Path) -> None:
    sender = set_stage(tmp_path).sender
    first = await sender.send(SCHOOL, "lee", Notice("offer"), direct=True, token="t1", lang="en")
    again = await sender.send(SCHOOL, "lee", Notice("offer"), direct=True, token="t1", lang="en")
    other = await sender.send(SCHOOL, "aoki", Notice("offer"), direct=True, token="t1", lang="en")
    assert first == again != other
    assert await sender.find(SCHOOL, "lee", direct=True, token="t1") == first
    assert await sender.find(SCHOOL, "lee", direct=True, token="t2") is None


async def test_a_send_in_doubt_is_found_after_a_restart(tmp_path: Path) -> None:
    before = set_stage(tmp_path)
    ref = await before.sender.send(SCHOOL, "staff", Notice("shared"), direct=False, token="t1", lang="en")
    before.room.close()
    assert await set_stage(tmp_path).sender.find(SCHOOL, "staff", direct=False, token="t1") == ref


async def test_an_edit_keeps_the_picture_unless_it_brings_one(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    ref = await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="t1", lang="en")
    await stage.sender.edit(ref, Notice("shared"), lang="en")
    edited = only(stage.room)
    assert edited.edited
    assert edited.card.title == "Lee earned a badge"
    (picture,) = edited.attachments
    assert picture.path.read_bytes() == PNG

    stage.room.edit(ref, Card("New", files=(File("new.png", "image/png", b"new", "A new one"),)))
    (newer,) = only(stage.room).attachments
    assert newer.path.read_bytes() == b"new"
    assert not picture.path.exists()


async def test_a_file_in_two_messages_outlives_one_of_them(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    ref = await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="t1", lang="en")
    await stage.sender.send(SCHOOL, "aoki", Notice("award"), direct=True, token="t1", lang="en")
    await stage.sender.delete(ref)
    (kept,) = only(stage.room, "aoki", "dm-aoki").attachments
    assert kept.path.exists()


async def test_a_deleted_message_keeps_its_number_and_nothing_else(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    ref = await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="t1", lang="en")
    (file,) = only(stage.room).attachments
    stage.room.react(ref, "lee", "💮")
    await stage.sender.delete(ref)
    await stage.sender.delete(ref)
    gone = only(stage.room)
    assert (gone.deleted, gone.number, gone.card, gone.attachments) == (True, 1, Card(), ())
    assert not file.path.exists()
    assert await stage.sender.reactions(ref) is None
    with pytest.raises(Unsendable):
        await stage.sender.edit(ref, Notice("offer"), lang="en")
    assert await stage.sender.send(SCHOOL, "lee", Notice("award"), direct=True, token="t1", lang="en") == ref


@pytest.mark.parametrize(
    ("workspace", "to", "direct"), [(SCHOOL, "nobody", True), (SCHOOL, "no-channel", False), ("no-school", "lee", True)]
)
async def test_who_is_not_there_cannot_be_sent_to(tmp_path: Path, workspace: str, to: str, direct: bool) -> None:
    sender = set_stage(tmp_path).sender
    with pytest.raises(Unsendable):
        await sender.send(workspace, to, Notice("offer"), direct=direct, token="t", lang="en")
    with pytest.raises(Unsendable):
        await sender.find(workspace, to, direct=direct, token="t")


async def test_an_unknown_message_is_unsendable_and_unreadable(tmp_path: Path) -> None:
    sender = set_stage(tmp_path).sender
    for ref in (MessageRef(PLATFORM, SCHOOL, "staff", "none"), MessageRef(PLATFORM, "none", "staff", "none")):
        with pytest.raises(Unsendable):
            await sender.delete(ref)
        with pytest.raises(Unsendable):
            await sender.edit(ref, Notice("offer"), lang="en")
        assert await sender.reactions(ref) is None


async def test_reactions_of_people_are_read_completely(tmp_path: Path) -> None:
    stage = set_stage(tmp_path)
    ref = await stage.sender.send(SCHOOL, "staff", Notice("shared"), direct=False, token="t", lang="en")
    assert await stage.sender.reactions(ref) == Live(frozenset())
    assert stage.room.react(ref, "lee", "💮")
    assert not stage.room.react(ref, "lee", ":white_flower:")
    stage.room.react(ref, "lee", "✅")
    stage.room.react(ref, "robot", "white_flower")
    stage.room.unreact(ref, "lee", "✅️")
    assert await stage.sender.reactions(ref) == Live(frozenset({("lee", "white_flower")}))
    kinds = [(event.kind, event.user, event.emoji, event.is_bot) for event in stage.room.waiting()]
    assert kinds == [
        ("reaction_added", "lee", "white_flower", False),
        ("reaction_added", "lee", "white_check_mark", False),
        ("reaction_added", "robot", "white_flower", True),
        ("reaction_removed", "lee", "white_check_mark", False),
    ]


def test_two_schools_with_equal_keys_stay_apart(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    here = room.post(SCHOOL, "staff", SUKIMA, Card("here"), token="t")
    there = room.post("other", "staff", SUKIMA, Card("there"), token="t")
    assert here != there
    assert [message.card.title for message in room.messages("other", "staff", "lee")] == ["there"]
    room.react(here, "lee", "💮")
    room.mark_seen(SCHOOL, "staff", "lee", 99)
    room.delete(here)
    (other,) = room.messages("other", "staff", "lee")
    assert not other.reactions
    assert not other.deleted
    assert room.seen("other", "staff", "lee") == 0
    with refused("room.no_such_message"):
        room.react(MessageRef(PLATFORM, "other", "staff", here.key), "lee", "💮")


def test_a_direct_conversation_is_private(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    ref = room.post(SCHOOL, "dm-lee", SUKIMA, Card("for Lee"))
    with refused("room.no_such_channel"):
        room.messages(SCHOOL, "dm-lee", "aoki")
    with refused("room.no_such_channel"):
        room.react(ref, "aoki", "💮")
    with refused("room.no_such_channel"):
        room.say(SCHOOL, "dm-lee", "aoki", "hello")


def test_an_ephemeral_message_has_one_reader_and_no_reactions(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    ref = room.post(SCHOOL, "staff", SUKIMA, Card("psst"), ephemeral_for="lee")
    room.post(SCHOOL, "staff", SUKIMA, Card("all"))
    assert [(each.number, each.card.title) for each in room.messages(SCHOOL, "staff", "aoki")] == [(1, "all")]
    assert [(each.number, each.ephemeral) for each in room.messages(SCHOOL, "staff", "lee")] == [(1, True), (2, False)]
    with refused("room.ephemeral_reaction"):
        room.react(ref, "lee", "💮")


@pytest.mark.parametrize(
    "text", ["\x00\x1b[2J", "\ud800 half", "<!channel> <b>@everyone</b>", "あ" * 10_000, "", "\u202etxt"]
)
def test_hostile_words_are_kept_and_delivered(tmp_path: Path, text: str) -> None:
    room = open_room(tmp_path)
    room.say(SCHOOL, "dm-lee", "lee", text, to_sukima=text)
    (event,) = room.waiting()
    assert event.text == text.encode("utf-8", "replace").decode()
    assert "\n".join(only(room).card.lines) == event.text


def test_what_fails_half_way_leaves_nothing(tmp_path: Path) -> None:
    numbers = iter(["message-1", "event-1", "message-2", "event-1"])
    room = open_room(tmp_path, new_id=lambda: next(numbers))
    room.say(SCHOOL, "dm-lee", "lee", "one", to_sukima="one")
    with pytest.raises(sqlite3.IntegrityError):
        room.say(SCHOOL, "dm-lee", "lee", "two", to_sukima="two")
    assert only(room).card.lines == ("one",)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        ("/", "file"),
        ("..", "file"),
        ("", "file"),
        (".hidden", "hidden"),
        ("a b\n\x1b.png", "a-b.png"),
        ("聴く姿勢.png", "聴く姿勢.png"),
        ("x" * 300 + ".png", "x" * 76 + ".png"),
        ("あ" * 300 + ".png", "あ" * 25 + ".png"),
    ],
)
def test_file_names_stay_inside(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_the_clock_goes_forward_only_and_stays_so(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    room.put_clock(MORNING + timedelta(hours=2))
    with refused("room.clock_backwards"):
        room.put_clock(MORNING + timedelta(hours=1))
    room.close()
    again = open_room(tmp_path, now=lambda: MORNING + timedelta(minutes=5))
    assert again.now() == MORNING + timedelta(hours=2, minutes=5)


def test_another_products_file_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "room"
    folder.mkdir()
    with sqlite3.connect(folder / "room.db") as db:
        db.execute("CREATE TABLE theirs (x)")
    db.close()
    with refused("room.foreign"):
        open_room(tmp_path)
    (folder / "room.db").write_bytes(b"not a database at all, but long enough to look like one" * 50)
    with refused("room.foreign"):
        open_room(tmp_path)


def test_a_newer_room_is_left_alone(tmp_path: Path) -> None:
    open_room(tmp_path).close()
    with sqlite3.connect(tmp_path / "room" / "room.db") as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    with refused("room.newer"):
        open_room(tmp_path)


def test_where_nothing_can_be_written_one_sentence_says_so(tmp_path: Path) -> None:
    (tmp_path / "room").write_text("a file where the folder should be")
    with refused("room.unwritable"):
        open_room(tmp_path)


def test_a_person_who_is_renamed_keeps_chair_and_place(tmp_path: Path) -> None:
    room = open_room(tmp_path)
    lee = room.user(SCHOOL, "lee")
    room.add_user(SCHOOL, "lee", "Lee Smith", lang="ja", title=lee.title)
    assert [user.name for user in room.users(SCHOOL)] == ["Lee Smith", "青木 美咲", "青山 健"]


def test_what_is_new_is_new_once(tmp_path: Path) -> None:
    chair = set_stage(tmp_path).chairs.of("lee")
    room = set_stage(tmp_path, room=open_room(tmp_path)).room
    ref = room.post(SCHOOL, "dm-lee", SUKIMA, Card("one"))
    assert [message.card.title for message in chair.read()] == ["one"]
    assert chair.read() == ()
    room.edit(ref, Card("two"))
    room.react(ref, "lee", "💮")
    (message,) = chair.read()
    assert (message.card.title, message.reactions) == ("two", (Reaction("lee", "white_flower"),))
    room.close()
