"""The settings: the environment and `.env`, read once, every problem reported at once (design.md 5)."""

import base64
import re
from collections.abc import Callable, Mapping
from email.utils import formataddr
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.domain.language import Lang
from bot.errors import Complaint, Problem
from bot.mail import MailServer, read_sender, read_server
from bot.vault import SHORTEST_PASSPHRASE, too_short

DATABASES = {
    "sqlite": "sqlite+aiosqlite",
    "sqlite+aiosqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}
"""The databases that can be named, and the driver that is used for each."""

SHORTEST_TOKEN = 16
"""Characters of a token that somebody may try to guess over the network."""
SLACK_TOKENS = ("xoxb-", "xapp-", "xoxp-", "xoxe")
"""How tokens of Slack begin: put where something else belongs, they are the usual mistake."""
PRINTABLE = re.compile(r"[\x21-\x7e]+")
DISCORD_API = "https://discord.com/api/v10"
NO_BOTS_TOKEN = (*SLACK_TOKENS, "mfa.", "http")
"""How something else begins that is put where Discord's bot token belongs."""


def _refuse(code: str, **params: str | int) -> PydanticCustomError:
    return PydanticCustomError("sukima", "{code}", {"code": code, **params})


def _database(value: SecretStr) -> SecretStr:
    scheme, colon, rest = value.get_secret_value().partition(":")
    if not colon or not rest.startswith("//") or scheme not in DATABASES:
        raise _refuse("settings.database_url")
    return SecretStr(f"{DATABASES[scheme]}:{rest}")


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (OSError, ValueError, KeyError):  # a zone that is not found is a KeyError
        raise _refuse("settings.timezone") from None
    return value


def _address(value: str) -> str:
    """An origin without a path's last slash: https, or http on this very machine."""
    try:
        parts = urlsplit(value)
        sound = bool(parts.hostname) and parts.port != 0 and PRINTABLE.fullmatch(value) is not None
    except ValueError:
        raise _refuse("settings.public_url") from None
    plain = not (parts.username or parts.password or parts.query or parts.fragment)
    if not (sound and plain and (parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts)))):
        raise _refuse("settings.public_url")
    return value.rstrip("/")


def _is_loopback(parts: SplitResult) -> bool:
    host = parts.hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _networks(value: str) -> str:
    try:
        read_networks(value)
    except ValueError:
        raise _refuse("settings.trusted_proxies") from None
    return value


def read_networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks between commas or blanks. Raises ValueError."""
    return tuple(ip_network(part) for part in value.replace(",", " ").split())


def _hard_to_guess(value: SecretStr) -> SecretStr:
    if len(value.get_secret_value()) < SHORTEST_TOKEN or not PRINTABLE.fullmatch(value.get_secret_value()):
        raise _refuse("settings.metrics_token", least=SHORTEST_TOKEN)
    return value


def _sender(value: str) -> str:
    try:
        return value and formataddr(read_sender(value))
    except ValueError:
        raise _refuse("settings.mail_from") from None


def _mail_server(value: SecretStr, info: ValidationInfo) -> SecretStr:
    """With a sender: where none is given, the server's user is one."""
    try:
        server = read_server(value.get_secret_value())
    except ValueError:
        raise _refuse("settings.smtp_url") from None
    if not info.data.get("given_mail_from", "refused"):
        try:
            read_sender(server.user)
        except ValueError:
            raise _refuse("settings.mail_from_missing") from None
    return value


def _long_enough(value: SecretStr) -> SecretStr:
    if too_short(value.get_secret_value()):
        raise _refuse("settings.secret_short", least=SHORTEST_PASSPHRASE)
    return value


def _slack_token(prefix: str, code: str) -> Callable[[SecretStr], SecretStr]:
    """Tokens of the wrong kind are the usual mistake: each kind has its own beginning."""

    def checked(value: SecretStr) -> SecretStr:
        token = value.get_secret_value()
        if not token.startswith(prefix) or not PRINTABLE.fullmatch(token):
            raise _refuse(code)
        return value

    return checked


def _slack_signing_secret(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret.startswith(("xoxb-", "xapp-")) or not PRINTABLE.fullmatch(secret):
        raise _refuse("settings.slack_signing_secret")
    return value


def _slack_client(value: str) -> str:
    if value.startswith(SLACK_TOKENS) or not PRINTABLE.fullmatch(value):
        raise _refuse("settings.slack_client_id")
    return value


def _slack_client_secret(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret.startswith(SLACK_TOKENS) or not PRINTABLE.fullmatch(secret):
        raise _refuse("settings.slack_client_secret")
    return value


def _gateway(value: str) -> str:
    """Another address of a platform, for gateways and tests, with its path's last slash."""
    try:
        return f"{_address(value)}/"
    except PydanticCustomError:
        raise _refuse("settings.gateway") from None


def _discord_base(value: str) -> str:
    """Another address of Discord's, without a path's last slash."""
    return _gateway(value).rstrip("/")


def _discord_gateway(value: str) -> str:
    """As other addresses, but of a web socket; the library asks by itself for a version and an encoding."""
    scheme, colon, rest = value.partition("?")[0].partition("://")
    if scheme not in ("wss", "ws"):
        raise _refuse("settings.gateway_socket")
    try:
        _address(f"{'https' if scheme == 'wss' else 'http'}{colon}{rest}")
    except PydanticCustomError:
        raise _refuse("settings.gateway_socket") from None
    return f"{scheme}{colon}{rest}"


def _discord_token(value: SecretStr, info: ValidationInfo) -> SecretStr:
    """Discord's own begin with the bot's id. How another server's look is that server's affair."""
    token = value.get_secret_value()
    is_other = not PRINTABLE.fullmatch(token) or token.startswith(NO_BOTS_TOKEN) or token.isdecimal()
    if is_other or (info.data.get("discord_api_base") == DISCORD_API and not _names_its_bot(token)):
        raise _refuse("settings.discord_token")
    return value


def _names_its_bot(token: str) -> bool:
    parts = token.split(".")
    try:
        bot = base64.urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4))
    except ValueError:
        return False
    return len(parts) == 3 and all(parts) and bot.isdigit()


def _only_secret(value: Path, info: ValidationInfo) -> Path:
    if info.data.get("secret", "refused") is not None:
        raise _refuse("settings.two_secrets")
    if not value.is_file():
        raise _refuse("settings.secret_file")
    return value


def _directory(value: Path) -> Path:
    if value.exists() and not value.is_dir():
        raise _refuse("settings.data_dir")
    return value


class Settings(BaseSettings):
    """What the deployment's owner decides outside of the database."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", case_sensitive=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    data_dir: Annotated[Path, AfterValidator(_directory)] = Field(Path("data"), validation_alias="SUKIMA_DATA_DIR")
    """Where everything is kept that is not in the database, and the database too if it is SQLite."""
    given_database_url: Annotated[SecretStr, AfterValidator(_database)] | None = Field(
        None, validation_alias="SUKIMA_DATABASE_URL"
    )
    public_url: Annotated[str, AfterValidator(_address)] | None = Field(None, validation_alias="SUKIMA_PUBLIC_URL")
    """Where the world finds this deployment; None: nowhere."""
    secret: Annotated[SecretStr, AfterValidator(_long_enough)] | None = Field(None, validation_alias="SUKIMA_SECRET")
    secret_file: Annotated[Path, AfterValidator(_only_secret)] | None = Field(
        None, validation_alias="SUKIMA_SECRET_FILE"
    )
    lang: Lang = Field("ja", validation_alias="SUKIMA_LANG")
    """The language of the command line, and of people who have not chosen yet."""
    timezone: Annotated[str, AfterValidator(_zone)] = Field("Asia/Tokyo", validation_alias="SUKIMA_TIMEZONE")

    given_proxies: Annotated[str, AfterValidator(_networks)] = Field("", validation_alias="SUKIMA_TRUSTED_PROXIES")
    metrics_token: Annotated[SecretStr, AfterValidator(_hard_to_guess)] | None = Field(
        None, validation_alias="SUKIMA_METRICS_TOKEN"
    )
    """Opens health's details and the metrics, from everywhere; None: on this one only, and nowhere behind https."""

    given_mail_from: Annotated[str, AfterValidator(_sender)] = Field("", validation_alias="SUKIMA_MAIL_FROM")
    smtp_url: Annotated[SecretStr, AfterValidator(_mail_server)] | None = Field(
        None, validation_alias="SUKIMA_SMTP_URL"
    )
    """Who carries mail, by which people prove their addresses; None: no mail is sent."""

    slack_api_url: Annotated[str, AfterValidator(_gateway)] = Field(
        "https://slack.com/api/", validation_alias="SLACK_API_URL"
    )
    slack_app_token: Annotated[SecretStr, AfterValidator(_slack_token("xapp-", "settings.slack_app_token"))] | None = (
        Field(None, validation_alias="SLACK_APP_TOKEN")
    )
    """Opens Socket Mode; None: Slack does not reach us so."""
    slack_signing_secret: Annotated[SecretStr, AfterValidator(_slack_signing_secret)] | None = Field(
        None, validation_alias="SLACK_SIGNING_SECRET"
    )
    """By which Slack signs what it posts to `/slack/events`; None: nothing is taken there."""
    slack_bot_token: Annotated[SecretStr, AfterValidator(_slack_token("xoxb-", "settings.slack_bot_token"))] | None = (
        Field(None, validation_alias="SLACK_BOT_TOKEN")
    )
    """What Sukima speaks with in its one workspace; None: it has no workspace of its own."""
    slack_client_id: Annotated[str, AfterValidator(_slack_client)] | None = Field(
        None, validation_alias="SLACK_CLIENT_ID"
    )
    """With the secret: workspaces may install the app by themselves."""
    slack_client_secret: Annotated[SecretStr, AfterValidator(_slack_client_secret)] | None = Field(
        None, validation_alias="SLACK_CLIENT_SECRET"
    )

    discord_api_base: Annotated[str, AfterValidator(_discord_base)] = Field(
        DISCORD_API, validation_alias="DISCORD_API_BASE"
    )
    discord_gateway_url: Annotated[str, AfterValidator(_discord_gateway)] | None = Field(
        None, validation_alias="DISCORD_GATEWAY_URL"
    )
    """Where Discord tells what happens; None: the API says where."""
    discord_cdn_base: Annotated[str, AfterValidator(_discord_base)] = Field(
        "https://cdn.discordapp.com", validation_alias="DISCORD_CDN_BASE"
    )
    discord_token: Annotated[SecretStr, AfterValidator(_discord_token)] | None = Field(
        None, validation_alias="DISCORD_TOKEN"
    )
    """The bot's; None: Sukima is not on Discord."""
    discord_message_content: Literal["yes", "no"] = Field("no", validation_alias="DISCORD_MESSAGE_CONTENT")
    """Whether Discord is asked for everybody's words, so that plain ones in the staff channel may speak to Sukima."""

    @model_validator(mode="after")
    def _slack_whole(self) -> "Settings":
        """A token to speak with needs a way to hear by, and a way to hear by a token to speak with."""
        hears = self.slack_app_token is not None or self.slack_signing_secret is not None
        speaks = self.slack_bot_token is not None or self.slack_client_id is not None
        if (self.slack_client_id is None) is not (self.slack_client_secret is None):
            lacking = "SLACK_CLIENT_ID" if self.slack_client_id is None else "SLACK_CLIENT_SECRET"
            raise _refuse("settings.slack_client_half", field=lacking)
        if hears and not speaks:
            raise _refuse("settings.slack_no_bot_token", field="SLACK_BOT_TOKEN")
        if speaks and not hears:
            raise _refuse("settings.slack_no_transport", field="SLACK_APP_TOKEN")
        return self

    @property
    def mail(self) -> tuple[MailServer, tuple[str, str]] | None:
        """Who carries mail, and the sender's name and address; None: no mail is sent."""
        if self.smtp_url is None:
            return None
        server = read_server(self.smtp_url.get_secret_value())
        return server, read_sender(self.given_mail_from or server.user)

    @property
    def trusted_proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Networks of our own reverse proxies: what they say of who is calling is believed."""
        return read_networks(self.given_proxies)

    @property
    def database_url(self) -> SecretStr:
        """With the driver named; SQLite in the data directory when nothing else was said."""
        if self.given_database_url is not None:
            return self.given_database_url
        return SecretStr(f"sqlite+aiosqlite:///{self.data_dir / 'sukima.db'}")

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @classmethod
    def from_env(cls, environment: Mapping[str, str], env_file: Path | None = Path(".env")) -> "Settings":
        """Read `environment` over `env_file`; an empty value counts as none.

        Raises `Problem("settings.refused")` with one complaint for each setting that cannot be used; never says what
        was written there.
        """
        given = {key: value for key, value in environment.items() if value}
        read: Any = cls  # its signature is that of the fields, which says nothing of a file
        try:
            settings: Settings = read(_env_file=env_file, _env_file_encoding="utf-8", **given)
        except ValidationError as error:
            raise Problem("settings.refused", tuple(map(_complaint, error.errors(include_url=False)))) from None
        except (UnicodeDecodeError, PermissionError):
            raise Problem("settings.refused", (Complaint("settings.env_file", file=str(env_file)),)) from None
        return settings

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is passed in, then `.env`; never the process's own environment behind the caller's back."""
        return init_settings, dotenv_settings


def _complaint(error: Any) -> Complaint:
    """Our own refusals bring their code; what pydantic finds by itself is a choice that is none of the offered."""
    params = dict(error["ctx"]) if error["type"] == "sukima" else {}
    at = params.pop("field", None) or error["loc"][0]
    choices = {"DISCORD_MESSAGE_CONTENT": "settings.yes_or_no"}
    otherwise = choices.get(str(at), "settings.lang") if error["type"] == "literal_error" else "settings.unreadable"
    return Complaint(str(params.pop("code", otherwise)), params, field_path=str(at))
