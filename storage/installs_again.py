"""Where a platform's app is installed after a restore: as it is now, not as it was when the backup was made.

A refresh token works once, so the tokens of a backup are void as a rule; and a workspace that took the app out since
does not come back. The backup's own installations stay where the former database cannot be read, does not know of any
yet, or is sealed under another secret.
"""

import sqlite3
from pathlib import Path

from sqlalchemy import text

from bot.domain.installs import InstallKey
from bot.errors import Problem
from bot.services.install_ports import SealedInstall
from bot.services.installs import open_tokens
from bot.services.ports import Vault
from storage.engine import Place, sync_engine
from storage.former import rows_of

_FORMER = (
    "SELECT platform, enterprise_id, team_id, is_enterprise_install, bot_user, scopes, sealed, expires_at,"
    " exchange_began_at FROM install ORDER BY id"
)
_FORGET = text("DELETE FROM install")
_ADD = text(
    "INSERT INTO install (platform, enterprise_id, team_id, is_enterprise_install, bot_user, scopes, sealed,"
    " expires_at, exchange_began_at) VALUES (:platform, :enterprise_id, :team_id, :is_enterprise_install, :bot_user,"
    " :scopes, :sealed, :expires_at, :exchange_began_at)"
)
_STATES = "SELECT mark, used_at FROM install_state"
_USED = text("INSERT INTO install_state (mark, used_at) VALUES (:mark, :used_at) ON CONFLICT DO NOTHING")


def install_again(former: Path, place: Place, vault: Vault | None) -> None:
    """Take over what the former database knows, if it can be read and opened."""
    found = rows_of(former, _FORMER)
    if found is None or vault is None or not all(_opens(vault, row) for row in found):
        return
    engine = sync_engine(place)
    try:
        with engine.begin() as conn:
            conn.execute(_FORGET)
            for row in found:
                conn.execute(_ADD, dict(row))
            for row in rows_of(former, _STATES) or ():
                conn.execute(_USED, dict(row))
    finally:
        engine.dispose()


def _opens(vault: Vault, row: sqlite3.Row) -> bool:
    key = InstallKey(row["platform"], row["enterprise_id"], row["team_id"], bool(row["is_enterprise_install"]))
    try:
        open_tokens(vault, SealedInstall(key, "", frozenset(), row["sealed"], None, None))
    except Problem:
        return False
    return True
