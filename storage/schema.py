"""The schema's version, and whether a database is ours at all."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.errors import Problem
from storage import migrations
from storage.engine import Place, connect_to_look, looking_engine, sync_engine
from storage.trouble import problem_of

if TYPE_CHECKING:
    from alembic.config import Config

HEAD = "0037"
"""The newest migration. A test compares it with the migrations themselves."""
PRODUCT = "sukima"
APPLICATION_ID = 0x53554B4D
"""In the header of every SQLite file of ours: `SUKM`."""


def alembic_config() -> "Config":
    """Alembic without a file of its own: the migrations lie in the package."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent).replace("%", "%%"))
    return config


def known_revisions() -> frozenset[str]:
    folder = Path(migrations.__file__).parent / "versions"
    return frozenset(file.stem.split("_", 1)[0] for file in folder.glob("[0-9]*.py"))


def examine_file(file: Path) -> bool:
    """Whether the file holds a database of ours; False when there is nothing yet. Raises `Problem` for all else."""
    if file.is_dir():
        raise Problem("db.directory", file=str(file))
    if not file.exists() or file.stat().st_size == 0:
        return False
    application, is_empty = _looked_at(file)
    if application == APPLICATION_ID:
        return True
    if application == 0 and is_empty:
        return False
    raise Problem("db.foreign", file=str(file))


def _looked_at(file: Path) -> tuple[int, bool]:
    """Whose database it is by its header, and whether it has no tables.

    Through SQLite only. Where this very process has the database open, closing a file of our own on it would drop
    SQLite's locks (POSIX knows one owner of locks per process); another process would then take the log away.
    """
    try:
        with closing(connect_to_look(file)) as conn:
            application: int = conn.execute("PRAGMA application_id").fetchone()[0]
            if application == APPLICATION_ID:
                return application, False
            tables: int = conn.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
            return application, tables == 0
    except sqlite3.Error as error:
        raise problem_of(error, file=str(file)) or Problem("db.damaged", file=str(file)) from error


def revision_of(conn: Connection, name: str) -> str | None:
    """The migration a database stands at; None for an empty one. Raises `Problem("db.newer")` or `db.foreign`."""
    inspector = inspect(conn)
    if not inspector.has_table("alembic_version"):
        if inspector.has_table("meta"):
            raise Problem("db.foreign", file=name)
        return None
    product = conn.scalar(text("SELECT value FROM meta WHERE key = 'product'")) if inspector.has_table("meta") else None
    if product != PRODUCT:
        raise Problem("db.foreign", file=name)
    revision: str | None = conn.scalar(text("SELECT version_num FROM alembic_version"))
    if revision is not None and revision not in known_revisions():
        raise Problem("db.newer", file=name)
    return revision


def revision_at(place: Place) -> str | None:
    """As `revision_of`, for a database that may not exist yet."""
    if place.file is not None and not examine_file(place.file):
        return None
    engine = looking_engine(place)
    try:
        with engine.connect() as conn:
            return revision_of(conn, place.name)
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()


def require_current(place: Place) -> None:
    """Raises `Problem` unless the database is ours and of this version's schema."""
    revision = revision_at(place)
    if revision is None:
        raise Problem("db.missing", file=place.name)
    if revision != HEAD:
        raise Problem("db.older", file=place.name)


def migrate(place: Place) -> None:
    """Bring the schema to this version, in one transaction."""
    from alembic import command  # only here: a start that has nothing to migrate need not load it

    engine = sync_engine(place, foreign_keys=False)
    try:
        with engine.begin() as conn:
            config = alembic_config()
            config.attributes["connection"] = conn
            command.upgrade(config, "head")
    except DBAPIError as error:
        raise problem_of(error, file=place.name) or error from error
    finally:
        engine.dispose()
