"""Data folders as a first start leaves them: their schema is made once in a process, for migrating takes long."""

import functools
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.app.data import make_data_dir, vault_of
from bot.settings import Settings
from storage.admin import upgrade
from storage.engine import place_of


@functools.cache
def _empty_database() -> bytes:
    """A database of SQLite by the migrations, with nothing in it."""
    with tempfile.TemporaryDirectory() as made:
        file = Path(made) / "sukima.db"
        upgrade(f"sqlite:///{file}", now=datetime.now(UTC))
        return file.read_bytes()


def prepare(settings: Settings) -> Settings:
    """A secret and an empty database where there is none yet, so that a house need only be opened."""
    file = place_of(settings.database_url.get_secret_value()).file
    assert file is not None, "tests with another database make it themselves"
    if not file.exists():
        make_data_dir(settings.data_dir)
        vault_of(settings, make=True)
        file.write_bytes(_empty_database())
    return settings
