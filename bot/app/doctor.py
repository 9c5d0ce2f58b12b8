"""`sukima check`: looks at a deployment from outside and names each thing that wants mending, with the remedy.

A problem is something that will hurt; a piece of advice is something to know. Nothing is changed by looking.
"""

import http.client
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from bot.app.data import vault_of
from bot.app.looking_after import check_database
from bot.app.serving import listening
from bot.app.site import is_https
from bot.app.slack import slack_settings
from bot.badges import did
from bot.errors import Complaint, Problem
from bot.handlers.discord import checkup as discord_checkup
from bot.handlers.discord.keys import PLATFORM as DISCORD
from bot.handlers.discord.setting_up import own_commands
from bot.handlers.slack.checkup import Deployment, Kept, StaffChannel, look_over
from bot.handlers.slack.keys import PLATFORM as SLACK
from bot.handlers.slack.oauth import INSTALL
from bot.mail import SmtpPost
from bot.services.entries import A_NIGHT
from bot.services.installs import open_tokens
from bot.settings import Settings
from storage import admin

OTHERS = 0o077
"""Whoever is not the owner may do something."""
LEAST_SPACE = 500
"""MiB: a day's backup and a day's work."""
STALE_BACKUP = timedelta(days=2)
CLOCK_SLACK = timedelta(minutes=5)
ENV_FILE = Path(".env")
ANSWER_WITHIN = 2.0
"""Seconds."""
LOOPBACK = "127.0.0.1"


@dataclass(frozen=True)
class Finding:
    """What one look found. `name` is a code of `check.name.…`; nothing is `wrong` when all is well."""

    name: str
    wrong: Complaint | Problem | None = None
    is_advice: bool = False
    """Good to know, nothing to mend."""

    @property
    def is_problem(self) -> bool:
        return self.wrong is not None and not self.is_advice


@dataclass(frozen=True)
class Patient:
    """What is looked at."""

    settings: Settings
    now: datetime
    port: int
    env_file: Path = field(default=ENV_FILE)

    @property
    def url(self) -> str:
        return self.settings.database_url.get_secret_value()


def examine(patient: Patient) -> Iterator[Finding]:
    """Every look in turn. One that finds nothing wrong gives one finding that says so."""
    for name, look in LOOKS.items():
        try:
            found = list(look(patient))
        except Problem as problem:
            found = [_mend(problem)]
        yield from (Finding(name, wrong, advice) for wrong, advice in found or [(None, False)])


Found = tuple[Complaint | Problem | None, bool]
"""What is wrong, and whether it is only advice."""


def _mend(wrong: Complaint | Problem) -> Found:
    return wrong, False


def _advise(wrong: Complaint) -> Found:
    return wrong, True


def _folder(patient: Patient) -> Iterator[Found]:
    folder = patient.settings.data_dir
    if not folder.exists():
        yield _advise(Complaint("check.folder_missing", {"folder": str(folder)}))
        return
    if folder.stat().st_mode & OTHERS:
        yield _mend(Complaint("check.folder_open", {"folder": str(folder)}))
    if not os.access(folder, os.W_OK | os.X_OK):
        yield _mend(Complaint("check.folder_read_only", {"folder": str(folder)}))


def _secret(patient: Patient) -> Iterator[Found]:
    settings = patient.settings
    if settings.secret is not None:
        if patient.env_file.exists() and patient.env_file.stat().st_mode & OTHERS:
            yield _mend(Complaint("check.secret_open", {"file": str(patient.env_file)}))
        return
    file = settings.secret_file or settings.data_dir / "secret"
    if not file.exists():
        if settings.secret_file is None and _is_new(patient):
            yield _advise(Complaint("check.secret_none"))
            return
        vault_of(settings, make=False)  # says what is missing
    if file.stat().st_mode & OTHERS:
        yield _mend(Complaint("check.secret_open", {"file": str(file)}))
    if file.resolve().is_relative_to(settings.data_dir.resolve()):
        yield _advise(Complaint("check.secret_beside", {"file": str(file)}))


def _database(patient: Patient) -> Iterator[Found]:
    if not admin.is_there(patient.url):
        yield _advise(Complaint("check.database_missing"))
        return
    for complaint in check_database(patient.settings).complaints:
        yield _mend(complaint)


def _is_new(patient: Patient) -> bool:
    """Whether there is no database yet; one that cannot be read is there."""
    try:
        return not admin.is_there(patient.url)
    except Problem:
        return False


def _has_database(patient: Patient) -> bool:
    """Whether there is one that can be read; the look at the database says why not."""
    try:
        return admin.is_there(patient.url)
    except Problem:
        return False


def _space(patient: Patient) -> Iterator[Found]:
    folder = patient.settings.data_dir.absolute()
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free // 2**20
    if free < LEAST_SPACE:
        yield _mend(Complaint("check.space", {"free": free, "least": LEAST_SPACE}))


def _clock(patient: Patient) -> Iterator[Found]:
    """A clock that is behind what was written down already went back, or was set in another zone's time."""
    newest = admin.newest_entry(patient.url) if _has_database(patient) else None
    here = patient.now.astimezone(patient.settings.zone)
    if newest is not None and newest > patient.now + CLOCK_SLACK:
        last = newest.astimezone(patient.settings.zone)
        yield _mend(Complaint("check.clock_behind", {"now": _minute(here), "last": _minute(last)}))
        return
    yield _advise(Complaint("check.clock", {"now": _minute(here), "zone": patient.settings.timezone}))


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _address(patient: Patient) -> Iterator[Found]:
    url = patient.settings.public_url
    if url is None:
        yield _advise(Complaint("check.address_none"))
        return
    if not is_https(url):
        yield _advise(Complaint("check.address_loopback"))
        return
    parts = urlsplit(url)
    if _is_ip(parts.hostname or "") or "." not in (parts.hostname or ""):
        yield _mend(Complaint("check.address_no_name"))
    if parts.path.strip("/"):
        yield _mend(Complaint("check.address_path"))
    if not patient.settings.trusted_proxies:
        yield _mend(Complaint("check.proxies_missing"))


def _mail(patient: Patient) -> Iterator[Found]:
    """Whether the server that carries mail lets us in. Nothing is sent."""
    if patient.settings.mail is None:
        yield _advise(Complaint("check.mail_none"))
        return
    server, sender = patient.settings.mail
    try:
        SmtpPost(server, sender).prove()
    except Problem:
        yield _mend(Complaint("check.mail_shut", {"host": server.host, "port": server.port}))


def _slack(patient: Patient) -> Iterator[Found]:
    """Whether Slack takes the tokens, grants what is needed, and the staff channels can be written to."""
    told = slack_settings(patient.settings)
    if told is None:
        yield _advise(Complaint("check.slack_none"))
        return
    if told.app_token is None and not is_https(patient.settings.public_url or ""):
        yield _mend(Complaint("check.slack_no_address"))
    url = patient.settings.public_url
    if told.app is not None and not is_https(url or ""):
        yield _mend(Complaint("check.slack_no_install_address"))
    has_rows = _has_database(patient)
    bound = [StaffChannel(*each) for each in admin.staff_channels(patient.url, SLACK)] if has_rows else []
    kept = _slack_installs(patient) if has_rows and told.app is not None else []
    here = Deployment(
        told, bound, kept, f"{url if is_https(url or '') else 'https://…'}{INSTALL}", _tells_schools(patient)
    )
    for seen in look_over(here, patient.now):
        yield seen.wrong, seen.is_advice


def _discord(patient: Patient) -> Iterator[Found]:
    """Whether Discord takes the token, lets us hear and write what is needed, and knows our commands."""
    settings = patient.settings
    if settings.discord_token is None:
        yield _advise(Complaint("check.discord_none"))
        return
    has_rows = _has_database(patient)
    here = discord_checkup.Deployment(
        settings.discord_api_base,
        settings.discord_token.get_secret_value(),
        settings.discord_message_content == "yes",
        _discord_channels(patient) if has_rows else [],
        lambda application: admin.commands_told(patient.url, application) if has_rows else None,
        own_commands,
        _tells_schools(patient),
    )
    for seen in discord_checkup.look_over(here):
        yield seen.wrong, seen.is_advice


def _discord_channels(patient: Patient) -> list[discord_checkup.StaffChannel]:
    roles = admin.followed_roles(patient.url, DISCORD)
    return [
        discord_checkup.StaffChannel(school, guild, channel, *roles.get(guild, ("", "")))
        for school, guild, channel in admin.staff_channels(patient.url, DISCORD)
    ]


def _tells_schools(patient: Patient) -> bool:
    """Whether it is known which schools there are: also where there is no database yet, so that there are none."""
    return _is_new(patient) or (_has_database(patient) and admin.is_current(patient.url))


def _slack_installs(patient: Patient) -> list[Kept]:
    """Where the app was installed. Without the secret (the look at the database says so) nothing is known of tokens."""
    try:
        vault = vault_of(patient.settings, make=False).vault
    except Problem:
        return []
    found = []
    for each in admin.installs(patient.url, SLACK):
        try:
            tokens = open_tokens(vault, each)
        except Problem:
            found.append(Kept(each.key, each.bot_user, None))
        else:
            found.append(Kept(each.key, each.bot_user, tokens))
    return found


def _keys(patient: Patient) -> Iterator[Found]:
    """Every school can sign, and its keys are read where its badges say."""
    if not _has_database(patient):
        return
    former: dict[str, int] = {}
    for names in admin.issuer_names(patient.url):
        if not names.dids:
            yield _mend(Complaint("check.keys_missing", {"school": names.school}))
        for there in {_address_of(name, names.public_id) for name in names.dids if name.startswith(did.DID_WEB)}:
            if there != (patient.settings.public_url or "").rstrip("/"):
                former[there] = former.get(there, 0) + 1
    for there, schools in former.items():
        yield _mend(Complaint("check.address_changed", {"former": there, "schools": schools}))


def _entries(patient: Patient) -> Iterator[Found]:
    """What cannot be told to be taken back: it was signed before there were status lists."""
    awards, endorsements = admin.without_entry(patient.url) if _has_database(patient) else (0, 0)
    if awards or endorsements:
        told: dict[str, str | int] = {"awards": awards, "endorsements": endorsements, "night": A_NIGHT}
        yield _advise(Complaint("check.entries", told))


def _address_of(name: str, public_id: str) -> str:
    """The public address that a did:web was made under."""
    return did.did_web_url(name).removesuffix(f"/issuers/{public_id}/did.json")


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _backup(patient: Patient) -> Iterator[Found]:
    if not patient.url.startswith("sqlite") or not _has_database(patient):
        return
    copies = sorted((patient.settings.data_dir / "backups").glob("sukima-*.db"))
    if not copies:
        yield _advise(Complaint("check.backup_none"))
        return
    age = patient.now.timestamp() - max(copy.stat().st_mtime for copy in copies)
    if age > STALE_BACKUP.total_seconds():
        yield _mend(Complaint("check.backup_old", {"days": int(age // timedelta(days=1).total_seconds())}))


def _port(patient: Patient) -> Iterator[Found]:
    try:
        with listening(LOOPBACK, patient.port):
            return
    except Problem as problem:
        if problem.code != "run.port_taken" or not _is_sukima(patient.port):
            yield _mend(problem)


def _is_sukima(port: int) -> bool:
    """Whether it is Sukima that answers there."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=ANSWER_WITHIN)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().read(16) == b"ok\n"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


LOOKS: dict[str, Callable[[Patient], Iterator[Found]]] = {
    "folder": _folder,
    "secret": _secret,
    "database": _database,
    "space": _space,
    "clock": _clock,
    "address": _address,
    "mail": _mail,
    "slack": _slack,
    "discord": _discord,
    "keys": _keys,
    "entries": _entries,
    "backup": _backup,
    "port": _port,
}
"""Every look, by the name of what is looked at."""
