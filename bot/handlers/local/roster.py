"""Who is in the staff room, and which places it has."""

import sqlite3

from bot.domain.language import Bilingual, Lang
from bot.errors import Problem
from bot.handlers.local.room_clock import RoomClock
from bot.handlers.local.room_types import NAMELESS, SUKIMA, Change, Channel, Space, User


class Roster(RoomClock):
    """Workspaces, people and channels. Raises `Problem` `room.no_such_…` for what is not there."""

    def add_workspace(self, key: str, name: Bilingual, *, zone: str, lang: Lang, staff_channel: str = "staff") -> Space:
        """A workspace with its staff channel and Sukima in it; one with this key keeps its messages."""
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO workspaces (key, name_ja, name_en, staff_channel, zone, lang) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, "
                "zone = excluded.zone, lang = excluded.lang",
                (key, name.ja, name.en, staff_channel, zone, lang),
            )
            db.execute("INSERT OR IGNORE INTO channels (workspace, key) VALUES (?, ?)", (key, staff_channel))
            _save_user(db, User(key, SUKIMA, "Sukima", lang, NAMELESS, is_bot=True))
        return self.workspace(key)

    def add_channel(self, workspace: str, key: str, *, name: Bilingual, about: Bilingual = NAMELESS) -> Channel:
        """A channel that everybody reads; a known one takes the new name."""
        self.workspace(workspace)
        with self._ledger.writing() as db:
            db.execute(
                "INSERT INTO channels (workspace, key, name_ja, name_en, about_ja, about_en) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (workspace, key) DO UPDATE SET name_ja = excluded.name_ja, name_en = excluded.name_en, "
                "about_ja = excluded.about_ja, about_en = excluded.about_en",
                (workspace, key, name.ja, name.en, about.ja, about.en),
            )
        self._show(Change("people", workspace))
        return self.channel(workspace, key)

    def add_user(
        self,
        workspace: str,
        key: str,
        name: str,
        *,
        lang: Lang,
        title: Bilingual,
        is_bot: bool = False,
        is_admin: bool = False,
    ) -> User:
        """Somebody with a chair and a direct conversation with Sukima; a known key takes the new profile."""
        self.workspace(workspace)
        user = User(workspace, key, name, lang, title, is_bot, is_admin)
        with self._ledger.writing() as db:
            _save_user(db, user)
            db.execute(
                "INSERT OR IGNORE INTO channels (workspace, key, direct_user) VALUES (?, ?, ?)",
                (workspace, f"dm-{key}", key),
            )
        self._show(Change("people", workspace))
        return self.user(workspace, key)

    def choose_language(self, workspace: str, key: str, lang: Lang) -> None:
        """The person wants to read the room in `lang`, whatever the profile says."""
        self.user(workspace, key)
        with self._ledger.writing() as db:
            db.execute("UPDATE users SET chosen_lang = ? WHERE workspace = ? AND key = ?", (lang, workspace, key))
        self._show(Change("people", workspace, only=key))

    def workspaces(self) -> tuple[Space, ...]:
        return tuple(_space(row) for row in self._ledger.rows("SELECT * FROM workspaces ORDER BY rowid"))

    def workspace(self, key: str) -> Space:
        row = self._ledger.row("SELECT * FROM workspaces WHERE key = ?", key)
        if row is None:
            raise Problem("room.no_such_workspace", workspace=key)
        return _space(row)

    def users(self, workspace: str) -> tuple[User, ...]:
        """The people of a workspace in the order in which they came; no bots."""
        rows = self._ledger.rows("SELECT * FROM users WHERE workspace = ? AND NOT is_bot ORDER BY seat", workspace)
        return tuple(_user(row) for row in rows)

    def names(self, workspace: str) -> dict[str, str]:
        """Everybody's name by key, bots' too."""
        rows = self._ledger.rows("SELECT key, name FROM users WHERE workspace = ?", workspace)
        return {row["key"]: row["name"] for row in rows}

    def bots(self, workspace: str) -> tuple[User, ...]:
        """Other apps that are in the workspace, and Sukima."""
        rows = self._ledger.rows("SELECT * FROM users WHERE workspace = ? AND is_bot ORDER BY seat", workspace)
        return tuple(_user(row) for row in rows)

    def user(self, workspace: str, key: str) -> User:
        row = self._ledger.row("SELECT * FROM users WHERE workspace = ? AND key = ?", workspace, key)
        if row is None:
            raise Problem("room.no_such_user", user=key)
        return _user(row)

    def channel(self, workspace: str, key: str) -> Channel:
        row = self._ledger.row("SELECT * FROM channels WHERE workspace = ? AND key = ?", workspace, key)
        if row is None:
            raise Problem("room.no_such_channel", channel=key)
        return _channel(row)

    def channels(self, workspace: str) -> tuple[Channel, ...]:
        """The channels that everybody reads, in the order in which they came."""
        rows = self._ledger.rows(
            "SELECT * FROM channels WHERE workspace = ? AND direct_user IS NULL ORDER BY rowid", workspace
        )
        return tuple(_channel(row) for row in rows)

    def direct_channel(self, workspace: str, user: str) -> Channel:
        row = self._ledger.row("SELECT * FROM channels WHERE workspace = ? AND direct_user = ?", workspace, user)
        if row is None:
            raise Problem("room.no_such_user", user=user)
        return _channel(row)

    def _reader_of(self, place: Channel, user: str) -> None:
        """A direct conversation is its person's and Sukima's; for everybody else it is not there."""
        self.user(place.workspace, user)
        if place.direct_user is not None and user not in {place.direct_user, SUKIMA}:
            raise Problem("room.no_such_channel", channel=place.key)


def _save_user(db: sqlite3.Connection, user: User) -> None:
    db.execute(
        "INSERT INTO users (workspace, key, seat, name, lang, title_ja, title_en, is_bot, is_admin) VALUES "
        "(?, ?, (SELECT count(*) FROM users), ?, ?, ?, ?, ?, ?) ON CONFLICT (workspace, key) DO UPDATE "
        "SET name = excluded.name, lang = excluded.lang, title_ja = excluded.title_ja, title_en = excluded.title_en, "
        "is_bot = excluded.is_bot, is_admin = excluded.is_admin",
        (user.workspace, user.key, user.name, user.lang, user.title.ja, user.title.en, user.is_bot, user.is_admin),
    )


def _space(row: sqlite3.Row) -> Space:
    name = Bilingual(row["name_ja"], row["name_en"])
    return Space(row["key"], name, row["staff_channel"], row["zone"], row["lang"])


def _channel(row: sqlite3.Row) -> Channel:
    name, about = Bilingual(row["name_ja"], row["name_en"]), Bilingual(row["about_ja"], row["about_en"])
    return Channel(row["workspace"], row["key"], row["direct_user"], name, about)


def _user(row: sqlite3.Row) -> User:
    title = Bilingual(row["title_ja"], row["title_en"])
    lang = row["chosen_lang"] or row["lang"]
    return User(row["workspace"], row["key"], row["name"], lang, title, bool(row["is_bot"]), bool(row["is_admin"]))
