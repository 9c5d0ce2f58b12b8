"""The environment is read once, and everything wrong is said at once."""

from pathlib import Path

import pytest

from bot.errors import Complaint, Problem
from bot.settings import Settings

SECRET = "0f" * 32


def refused(environment: dict[str, str], env_file: Path | None = None) -> tuple[Complaint, ...]:
    with pytest.raises(Problem) as caught:
        Settings.from_env(environment, env_file)
    assert caught.value.code == "settings.refused"
    return caught.value.complaints


def test_nothing_said() -> None:
    settings = Settings.from_env({}, None)
    assert settings.data_dir == Path("data")
    assert settings.database_url.get_secret_value() == "sqlite+aiosqlite:///data/sukima.db"
    assert (settings.lang, settings.zone.key) == ("ja", "Asia/Tokyo")
    assert (settings.public_url, settings.secret, settings.secret_file) == (None, None, None)


def test_everything_said(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "SUKIMA_DATA_DIR": str(tmp_path),
            "SUKIMA_DATABASE_URL": "postgresql://sukima:pw@db/sukima",
            "SUKIMA_PUBLIC_URL": "https://sukima.example.jp/",
            "SUKIMA_SECRET": SECRET,
            "SUKIMA_LANG": "en",
            "SUKIMA_TIMEZONE": "Europe/Berlin",
            "PATH": "/usr/bin",
        },
        None,
    )
    assert settings.database_url.get_secret_value() == "postgresql+psycopg://sukima:pw@db/sukima"
    assert settings.public_url == "https://sukima.example.jp"
    assert settings.secret is not None
    assert settings.secret.get_secret_value() == SECRET
    assert (settings.data_dir, settings.lang, settings.timezone) == (tmp_path, "en", "Europe/Berlin")


def test_the_database_lies_in_the_data_directory(tmp_path: Path) -> None:
    settings = Settings.from_env({"SUKIMA_DATA_DIR": str(tmp_path)}, None)
    assert settings.database_url.get_secret_value() == f"sqlite+aiosqlite:///{tmp_path}/sukima.db"


def test_mail() -> None:
    given = {"SUKIMA_SMTP_URL": "smtps://sukima%40post.example:hidden@post.example"}
    settings = Settings.from_env(given, None)
    assert settings.mail is not None
    assert settings.mail[1] == ("", "sukima@post.example"), "the server's user, where no sender is said"
    named = Settings.from_env(given | {"SUKIMA_MAIL_FROM": "Sukima <a@b.example>"}, None)
    assert named.mail is not None
    assert named.mail[1] == ("Sukima", "a@b.example")
    for shown in (repr(settings), str(settings), settings.model_dump_json(), repr(settings.mail)):
        assert "hidden" not in shown
    assert Settings.from_env({}, None).mail is None
    assert [one.code for one in refused({"SUKIMA_SMTP_URL": "smtp://u:hidden@h?starttls=no"})] == ["settings.smtp_url"]
    found = refused({"SUKIMA_SMTP_URL": "smtp://post.example"})
    assert [(one.field_path, one.code) for one in found] == [("SUKIMA_SMTP_URL", "settings.mail_from_missing")]
    found = refused({"SUKIMA_SMTP_URL": "smtp://post.example", "SUKIMA_MAIL_FROM": "nobody"})
    assert [(one.field_path, one.code) for one in found] == [("SUKIMA_MAIL_FROM", "settings.mail_from")]


SLACK = {"SLACK_BOT_TOKEN": "xoxb-hidden", "SLACK_APP_TOKEN": "xapp-hidden"}


def test_slack() -> None:
    settings = Settings.from_env(SLACK | {"SLACK_API_URL": "http://127.0.0.1:9/api/"}, None)
    assert settings.slack_api_url == "http://127.0.0.1:9/api/"
    assert Settings.from_env({"SLACK_API_URL": "http://127.0.0.1:9/api"}, None).slack_api_url.endswith("/api/")
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hidden" not in shown
    signed = Settings.from_env({"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "shhh"}, None)
    assert signed.slack_signing_secret is not None, "how long it is, is Slack's affair, or a gateway's"
    nothing = Settings.from_env({}, None)
    assert (nothing.slack_api_url, nothing.slack_bot_token) == ("https://slack.com/api/", None)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"SLACK_BOT_TOKEN": "xapp-1"}, "slack_bot_token"),
        ({"SLACK_APP_TOKEN": "xoxb-1"}, "slack_app_token"),
        ({"SLACK_SIGNING_SECRET": "xoxb-0123456789abcdef"}, "slack_signing_secret"),
        ({"SLACK_API_URL": "http://slack.example/api/"}, "gateway"),
        ({"SLACK_CLIENT_ID": "xoxb-1", "SLACK_CLIENT_SECRET": "s"}, "slack_client_id"),
        ({"SLACK_CLIENT_SECRET": "xapp-1", "SLACK_CLIENT_ID": "1.2"}, "slack_client_secret"),
    ],
)
def test_what_slack_is_told_wrongly(given: dict[str, str], code: str) -> None:
    complaints = refused(SLACK | given)
    assert [(each.field_path, each.code) for each in complaints] == [(next(iter(given)), f"settings.{code}")]


def test_slack_needs_a_token_to_speak_and_a_way_to_hear() -> None:
    for missing, code in (("SLACK_BOT_TOKEN", "slack_no_bot_token"), ("SLACK_APP_TOKEN", "slack_no_transport")):
        given = {name: value for name, value in SLACK.items() if name != missing}
        assert [(each.field_path, each.code) for each in refused(given)] == [(missing, f"settings.{code}")]


def test_an_app_that_many_install_needs_its_id_its_secret_and_a_way_to_hear() -> None:
    app = {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "hidden", "SLACK_APP_TOKEN": "xapp-hidden"}
    settings = Settings.from_env(app, None)
    assert (settings.slack_client_id, settings.slack_bot_token) == ("1.2", None)
    assert "hidden" not in repr(settings) + settings.model_dump_json()
    for missing, told, code in (
        ("SLACK_CLIENT_ID", "SLACK_CLIENT_ID", "slack_client_half"),
        ("SLACK_CLIENT_SECRET", "SLACK_CLIENT_SECRET", "slack_client_half"),
        ("SLACK_APP_TOKEN", "SLACK_APP_TOKEN", "slack_no_transport"),
    ):
        given = {name: value for name, value in app.items() if name != missing}
        assert [(each.field_path, each.code) for each in refused(given)] == [(told, f"settings.{code}")]


DISCORD = {"DISCORD_TOKEN": "MTIzNDU2Nzg5MDEyMzQ1Njc4.hidden.hidden"}


def test_discord() -> None:
    nothing = Settings.from_env({}, None)
    assert (nothing.discord_token, nothing.discord_gateway_url) == (None, None)
    assert nothing.discord_api_base == "https://discord.com/api/v10"
    settings = Settings.from_env(DISCORD, None)
    assert settings.discord_message_content == "no"
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert "hidden" not in shown
    elsewhere = {
        "DISCORD_API_BASE": "http://127.0.0.1:9/api/v10/",
        "DISCORD_GATEWAY_URL": "ws://127.0.0.1:9/?v=10&encoding=json",
        "DISCORD_TOKEN": "anything",
    }
    settings = Settings.from_env(elsewhere, None)
    assert settings.discord_token is not None, "how it looks is the affair of a server that stands in for Discord"
    assert settings.discord_api_base == "http://127.0.0.1:9/api/v10"
    assert settings.discord_gateway_url == "ws://127.0.0.1:9/"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"DISCORD_TOKEN": "123456789012345678"}, "discord_token"),
        ({"DISCORD_TOKEN": "0123456789abcdef0123456789abcdef"}, "discord_token"),
        ({"DISCORD_TOKEN": "Bot MTIzNDU2Nzg5MDEyMzQ1Njc4.hidden.hidden"}, "discord_token"),
        ({"DISCORD_TOKEN": "xoxb-1.2.3"}, "discord_token"),
        ({"DISCORD_TOKEN": "bm8gYm90.hidden.hidden"}, "discord_token"),
        ({"DISCORD_API_BASE": "http://discord.example/api/v10"}, "gateway"),
        ({"DISCORD_CDN_BASE": "ftp://discord.example"}, "gateway"),
        ({"DISCORD_GATEWAY_URL": "https://gateway.discord.example"}, "gateway_socket"),
        ({"DISCORD_GATEWAY_URL": "ws://gateway.discord.example"}, "gateway_socket"),
        ({"DISCORD_MESSAGE_CONTENT": "perhaps"}, "yes_or_no"),
    ],
)
def test_what_discord_is_told_wrongly(given: dict[str, str], code: str) -> None:
    complaints = refused(DISCORD | given)
    assert [(each.field_path, each.code) for each in complaints] == [(next(iter(given)), f"settings.{code}")]


def test_secrets_hide(tmp_path: Path) -> None:
    environment = {"SUKIMA_SECRET": SECRET, "SUKIMA_DATABASE_URL": "postgresql://u:hidden@h/d"}
    settings = Settings.from_env(environment, None)
    for shown in (repr(settings), str(settings), settings.model_dump_json()):
        assert SECRET not in shown
        assert "hidden" not in shown


def test_every_problem_at_once_without_what_was_written(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.touch()
    complaints = refused(
        {
            "SUKIMA_DATA_DIR": str(file),
            "SUKIMA_DATABASE_URL": "mysql://root:hidden@h/d",
            "SUKIMA_PUBLIC_URL": "http://sukima.example.jp",
            "SUKIMA_SECRET": "hidden",
            "SUKIMA_SECRET_FILE": str(tmp_path / "missing"),
            "SUKIMA_LANG": "fr",
            "SUKIMA_TIMEZONE": "Mars/Olympus",
        }
    )
    assert {(complaint.field_path, complaint.code) for complaint in complaints} == {
        ("SUKIMA_DATA_DIR", "settings.data_dir"),
        ("SUKIMA_DATABASE_URL", "settings.database_url"),
        ("SUKIMA_PUBLIC_URL", "settings.public_url"),
        ("SUKIMA_SECRET", "settings.secret_short"),
        ("SUKIMA_SECRET_FILE", "settings.two_secrets"),
        ("SUKIMA_LANG", "settings.lang"),
        ("SUKIMA_TIMEZONE", "settings.timezone"),
    }
    assert "hidden" not in repr(complaints)


@pytest.mark.parametrize(
    "url",
    [
        "https://sukima.example.jp",
        "https://sukima.example.jp:8443/base",
        "http://localhost:8080",
        "http://127.0.0.1",
        "http://127.9.9.9:80",
        "http://[::1]:8080",
    ],
)
def test_addresses_taken(url: str) -> None:
    assert Settings.from_env({"SUKIMA_PUBLIC_URL": url}, None).public_url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://sukima.example.jp",
        "http://10.0.0.1",
        "http://localhost.example.jp",
        "http://127.0.0.1.example.jp",
        "http://localhost@example.jp",
        "https://user:pw@example.jp",
        "https://",
        "https://example.jp?x=1",
        "https://example.jp/#x",
        "https://example.jp:99999",
        "https://[::1",
        "ftp://localhost",
        "javascript:alert(1)",
        "sukima.example.jp",
        "https://exa mple.jp",
    ],
)
def test_addresses_refused(url: str) -> None:
    assert refused({"SUKIMA_PUBLIC_URL": url}) == (Complaint("settings.public_url", field_path="SUKIMA_PUBLIC_URL"),)


@pytest.mark.parametrize("url", ["sqlite", "sqlite:", "oracle://x", "postgresql+psycopg2://x", ""])
def test_databases_refused(url: str) -> None:
    if url:
        assert [complaint.code for complaint in refused({"SUKIMA_DATABASE_URL": url})] == ["settings.database_url"]
    else:
        assert Settings.from_env({"SUKIMA_DATABASE_URL": url}, None).given_database_url is None


def test_one_secret_is_enough(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    assert Settings.from_env({"SUKIMA_SECRET_FILE": str(file)}, None).secret_file == file
    assert [c.code for c in refused({"SUKIMA_SECRET_FILE": str(tmp_path)})] == ["settings.secret_file"]
    both = {"SUKIMA_SECRET_FILE": str(file), "SUKIMA_SECRET": SECRET}
    assert [c.code for c in refused(both)] == ["settings.two_secrets"]


def test_reads_the_env_file_under_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUKIMA_LANG", "fr")  # the process's own environment counts only when it is passed in
    file = tmp_path / ".env"
    file.write_text("SUKIMA_LANG=en\nSUKIMA_TIMEZONE=Europe/Berlin\nOTHER=x\nSUKIMA_PUBLIC_URL=\n")
    settings = Settings.from_env({"SUKIMA_TIMEZONE": "Asia/Seoul"}, file)
    assert (settings.lang, settings.timezone, settings.public_url) == ("en", "Asia/Seoul", None)


def test_an_env_file_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_bytes(b"SUKIMA_LANG=\xff\xfe")
    assert refused({}, file) == (Complaint("settings.env_file", file=str(file)),)


def test_settings_do_not_change() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.from_env({}, None).lang = "en"


@pytest.mark.parametrize(
    ("written", "networks"),
    [("127.0.0.1", 1), ("127.0.0.1, 10.0.0.0/8", 2), ("fd00::/8 192.0.2.1", 2), ("::1,", 1)],
)
def test_trusted_proxies_are_addresses_and_networks(written: str, networks: int) -> None:
    assert len(Settings.from_env({"SUKIMA_TRUSTED_PROXIES": written}, env_file=None).trusted_proxies) == networks
    assert Settings.from_env({}, env_file=None).trusted_proxies == ()


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [
        ("SUKIMA_TRUSTED_PROXIES", "proxy.example", "settings.trusted_proxies"),
        ("SUKIMA_TRUSTED_PROXIES", "10.0.0.1/8", "settings.trusted_proxies"),
        ("SUKIMA_TRUSTED_PROXIES", "*", "settings.trusted_proxies"),
        ("SUKIMA_METRICS_TOKEN", "short", "settings.metrics_token"),
        ("SUKIMA_METRICS_TOKEN", "with a blank in its middle", "settings.metrics_token"),
    ],
)
def test_what_monitors_and_proxies_need_is_checked(name: str, written: str, code: str) -> None:
    with pytest.raises(Problem) as caught:
        Settings.from_env({name: written}, env_file=None)
    assert [(complaint.code, complaint.field_path) for complaint in caught.value.complaints] == [(code, name)]
    assert written not in repr(caught.value.complaints)


def test_the_token_of_the_metrics_does_not_show() -> None:
    settings = Settings.from_env({"SUKIMA_METRICS_TOKEN": "a-token-nobody-guesses"}, env_file=None)
    assert "nobody" not in repr(settings)
