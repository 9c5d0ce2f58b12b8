"""The data folder: made for the owner's eyes only; in it, the vault's secret and the log of what was erased."""

from pathlib import Path

from bot.app.world import World
from bot.errors import Problem
from bot.settings import Settings
from bot.vault import Opened, open_vault
from storage.erasures import ErasureLog

ERASURES = "erasures.log"


def make_data_dir(folder: Path) -> None:
    """Make the folder where it is missing. Raises `Problem("data.unwritable")`."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        raise Problem("data.unwritable", folder=str(folder)) from None


def vault_of(settings: Settings, *, make: bool) -> Opened:
    """The vault; with `make` a first start makes its secret."""
    secret = settings.secret.get_secret_value() if settings.secret else None
    return open_vault(settings.data_dir, World().entropy, secret=secret, secret_file=settings.secret_file, make=make)


def erasures_of(settings: Settings) -> ErasureLog:
    """What was erased here, to be done again after a restore."""
    return ErasureLog(settings.data_dir / ERASURES)
