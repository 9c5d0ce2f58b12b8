"""Looking after a deployment from the command line: loading catalogues, the database's upkeep."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path

from bot.app.beside import world_beside
from bot.app.catalogues import pages_beside, read_catalogues
from bot.app.data import erasures_of, make_data_dir, vault_of
from bot.app.files import read_bytes
from bot.app.house import House, made, open_house
from bot.app.world import World
from bot.errors import Problem
from bot.intake.bundle import MAX_ZIP
from bot.scheduler.calendar import HolidayCalendar
from bot.services import catalogue, schools
from bot.services.bringing import bring_file
from bot.services.commands import ByPerson, OfNoSchool
from bot.services.issuers import open_key
from bot.settings import Settings
from bot.wording import Wording
from storage import admin, given_up
from storage.erasures import replay


async def load_catalogues(
    settings: Settings, files: Sequence[Path], voice: Wording, tell: Callable[[str], None]
) -> tuple[catalogue.Loaded, ...]:
    """Read catalogues, then load them: nothing is written while anything is wrong in one of them."""
    read = read_catalogues(files)
    pages = [pages_beside(file, each) for file, each in zip(files, read, strict=True)]
    async with open_house(settings, world_beside(settings)) as house:
        for line in made(house, voice):
            tell(line)
        return await house.load_catalogues(list(zip(read, pages, strict=True)))


async def bring_in(settings: Settings, file: Path, person: str, voice: Wording, tell: Callable[[str], None]) -> None:
    """Bring a ZIP from another deployment into a person's record; `tell` hears how much of it was new.

    Raises `Problem` `file.…`, `bring_…` or `person_unknown`.
    """
    data = read_bytes(file, MAX_ZIP)
    async with open_house(settings, world_beside(settings)) as house:
        for line in made(house, voice):
            tell(line)
        me = await _person(house, person)
        brought = await bring_file(house.store, me, data, house.world.now(), house.foreign)
    if brought.anything:
        tell(voice.say("cli.move.brought", badges=brought.badges, completions=brought.completions))
    else:
        tell(voice.say("cli.move.nothing_new"))
    if brought.taken:
        tell(voice.say_n("cli.move.taken", brought.taken))
    for each in brought.left_out:
        why = voice.say(f"refused.{each.refusal.reason}", **each.refusal.params)
        tell(voice.say("cli.move.left_out", name=each.name, why=why))


async def _person(house: House, public_id: str) -> ByPerson:
    for school in await house.store.look(schools.all_schools, OfNoSchool()):
        command = schools.PersonOf(school_id=school.id, public_id=public_id)
        found = await house.store.look(schools.person_of, command)
        if found is not None:
            return ByPerson(school_id=school.id, person_id=found.id)
    raise Problem("person_unknown")


def upgrade_database(settings: Settings, now: datetime) -> tuple[admin.Upgraded, Path | None]:
    """Make the database, or bring it up to this version. Returns, too, the file of the secret that was made with it.

    As at a first start, a database gets its secret before it is there: without one it would count as lost.
    """
    url = settings.database_url.get_secret_value()
    made = None
    if not admin.is_there(url):
        make_data_dir(settings.data_dir)
        made = vault_of(settings, make=True).made
    return admin.upgrade(url, now=now), made


def check_database(settings: Settings) -> admin.Checked:
    """Look over the whole database, and whether the secret opens every key."""
    url = settings.database_url.get_secret_value()
    if not admin.is_there(url):
        raise Problem("db.missing", file=str(settings.data_dir))
    vault = vault_of(settings, make=False).vault
    return admin.check(url, vault=vault, opens=partial(open_key, vault), now=world_beside(settings).now())


def retry_promises(settings: Settings, now: datetime) -> int:
    """Try anew what was given up; a bot that is at work sees to it within a minute. Counts the promises."""
    return given_up.retry(settings.database_url.get_secret_value(), now=now)


def backup_database(settings: Settings, to: Path) -> Path:
    """Copy the database while it is in use."""
    return admin.backup(settings.database_url.get_secret_value(), to)


def restore_database(settings: Settings, source: Path, now: datetime) -> admin.Restored:
    """Put a backup in the database's place and do later erasures again.

    Nothing is changed, and `Problem("db.backup_shut")` raised, where the secret does not open every key in it.
    """
    if not source.is_file():
        raise Problem("file.missing", file=str(source))
    vault = vault_of(settings, make=False).vault
    marks = erasures_of(settings).marks()
    world = World()  # of the database that is there, which may be broken, nothing is asked

    opens = partial(open_key, vault)

    def proved(url: str) -> None:
        shut = admin.shut_keys(url, vault=vault, opens=opens)
        if shut:
            raise Problem("db.backup_shut", count=len(shut))

    def replayed(url: str) -> None:
        replay(
            url,
            marks,
            vault=vault,
            calendar=HolidayCalendar(),
            now=world.now,
            new_id=world.new_id,
            new_secret=world.entropy,
        )

    url = settings.database_url.get_secret_value()
    return admin.restore(source, url, now=now, prove=proved, opens=opens, replay=replayed, vault=vault)
