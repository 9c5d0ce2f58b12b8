"""`sukima run` as a real process: what it answers, what it refuses, how it ends."""

import json
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from bot.app.serving import listening
from bot.errors import Problem
from tests.web.running import Running, opened, said_by, started

TOKEN = "a-token-nobody-guesses"
RUN = ("run", "--port", "0", "--lang", "en")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX systems")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def running(folder: Path) -> Iterator[Running]:
    with opened(
        folder,
        *RUN,
        SUKIMA_PUBLIC_URL="https://badges.example",
        SUKIMA_METRICS_TOKEN=TOKEN,
        SUKIMA_TRUSTED_PROXIES="127.0.0.1",
    ) as running:
        yield running


def test_alive_ready_and_in_numbers(running: Running) -> None:
    assert running.ask("/healthz")[:2] == (200, "ok\n")
    status, body, _ = running.ask("/readyz", Authorization=f"Bearer {TOKEN}")
    assert (status, json.loads(body)) == (
        200,
        {"ready": True, "checks": {"database": "ok", "clock": "ok", "keys": "ok"}},
    )
    status, body, _ = running.ask("/metrics", Authorization=f"Bearer {TOKEN}")
    assert status == 200
    assert 'sukima_requests_total{method="GET",route="/readyz",status="200"}' in body


def test_details_only_with_the_token(running: Running) -> None:
    public = {"Host": "badges.example", "X_Forwarded_For": "203.0.113.9"}
    assert running.ask("/metrics", **public)[0] == 404
    assert running.ask("/metrics", **public, Authorization=f"Bearer {TOKEN}")[0] == 200
    assert json.loads(running.ask("/readyz", **public)[1]) == {"ready": True}
    assert running.ask("/metrics", Host="localhost")[0] == 404, "a proxy may send nothing that tells"


def test_a_forged_host_is_refused_and_health_still_answers(running: Running) -> None:
    assert running.ask("/nowhere", Host="evil.example")[0] == 400
    assert running.ask("/nowhere", Host="badges.example")[0] == 404
    assert running.ask("/healthz", Host="10.0.0.7")[0] == 200


def test_every_answer_is_guarded(running: Running) -> None:
    for path, host in (("/nowhere", "badges.example"), ("/nowhere", "evil.example"), ("/healthz", "localhost")):
        headers = running.ask(path, Host=host)[2]
        assert headers["strict-transport-security"].startswith("max-age=")
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "server" not in headers


def test_too_often_is_told_kindly(running: Running) -> None:
    """Each caller behind the proxy has a limit of its own."""
    busy = {"Host": "badges.example", "X_Forwarded_For": "203.0.113.1", "Accept_Language": "en"}
    answers = (running.ask("/nowhere", "POST", **busy) for _ in range(1000))
    first = next(answers)
    status, body, headers = next(answer for answer in answers if answer[0] != first[0])
    assert (status, headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert int(headers["retry-after"]) >= 1
    assert "<h1" in body
    assert running.ask("/nowhere", **{**busy, "X_Forwarded_For": "203.0.113.2"})[0] == 404


def test_the_log_names_routes_and_nobody(running: Running) -> None:
    running.ask("/nowhere/secret-path?token=secret-token", Host="badges.example", X_Forwarded_For="203.0.113.77")
    running.ask("/healthz")
    running.until_logged('"route": "/healthz"')
    log = "".join(running.log)
    for personal in ("secret", "203.0.113", "127.0.0.1"):
        assert personal not in log
    assert all(json.loads(line)["event"] for line in running.log)


def test_only_one_at_a_time_has_the_data_or_the_port(running: Running, folder: Path) -> None:
    taken = said_by(folder, "run", "--port", str(running.port), "--data", "other", "--lang", "en")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert taken.stderr == f"Port {running.port} is in use by another program. Please choose another with --port.\n"
    second = said_by(folder, *RUN)
    assert second.returncode == 1
    assert second.stderr.count("\n") == 1
    assert "Traceback" not in second.stderr


def test_a_port_is_taken_from_the_first_moment() -> None:
    """Also while whoever took it answers nothing yet."""
    with listening("127.0.0.1", 0) as first:
        with pytest.raises(Problem) as told, listening("127.0.0.1", first.port):
            pass
        assert (told.value.code, told.value.params) == ("run.port_taken", {"port": first.port})
    with listening("127.0.0.1", first.port) as again:
        assert again.port == first.port


def test_the_port_of_the_room_is_looked_at_before_anything_is_made(tmp_path: Path) -> None:
    with _two_ports_beside_each_other() as (free, taken):
        done = said_by(tmp_path, "run", "--port", str(free), "--room", "--lang", "en")
    assert done.returncode == 1
    assert done.stderr == f"Port {taken} is in use by another program. Please choose another with --port.\n"
    assert not (tmp_path / "data").exists()


@contextmanager
def _two_ports_beside_each_other() -> Iterator[tuple[int, int]]:
    """The first is free, the second taken by somebody who listens."""
    while True:
        with listening("127.0.0.1", 0) as taken, ExitStack() as stack:
            try:
                stack.enter_context(listening("127.0.0.1", taken.port - 1))
            except Problem:
                continue
            stack.close()
            yield taken.port - 1, taken.port
            return


@pytest.mark.parametrize("host", ["203.0.113.5", "nowhere.invalid", "no host"])
def test_an_address_that_is_none_of_ours(host: str, tmp_path: Path) -> None:
    done = said_by(tmp_path, *RUN, "--host", host)
    assert done.returncode == 1
    assert done.stderr.startswith(f"{host} is no address of this machine")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "data").exists(), "nothing is made when nothing can be served"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may use every port")
def test_a_port_that_is_not_allowed(tmp_path: Path) -> None:
    done = said_by(tmp_path, "run", "--port", "1", "--lang", "en")
    assert done.stderr == "Port 1 may not be used here. Please choose one from 1024 up with --port.\n"


def test_check_knows_that_it_is_sukima_who_has_the_port(running: Running, folder: Path) -> None:
    done = said_by(folder, "check", "--port", str(running.port), "--lang", "en")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "✓ port" in done.stdout


# ---------------------------------------------------------------- ending


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_ends_in_seconds_under_load_and_answers_what_it_began(how: signal.Signals, tmp_path: Path) -> None:
    with opened(tmp_path, *RUN) as running:
        broken: list[str] = []
        answered: list[int] = []
        ending = threading.Event()

        def keep_asking() -> None:
            while not ending.is_set():
                try:
                    answered.append(running.ask("/readyz")[0])
                except ConnectionRefusedError:
                    return
                except (OSError, ValueError) as error:
                    # A connection that was never accepted is reset when the listener closes; nothing was begun on it.
                    if not isinstance(error, ConnectionResetError):
                        broken.append(repr(error))
                    return

        askers = [threading.Thread(target=keep_asking) for _ in range(8)]
        for asker in askers:
            asker.start()
        while len(answered) < 20:
            assert running.process.poll() is None
            ending.wait(0.01)
        begun = time.monotonic()
        assert running.end(how) == 0
        took = time.monotonic() - begun
        ending.set()
        for asker in askers:
            asker.join()
    assert not broken
    assert set(answered) <= {200, 503}, "and 503 once it is told to end"
    assert set(answered[:20]) == {200}
    assert took < 15, "the grace that requests and promises have, and no more"
    assert running.said[-1].startswith("Closing")
    assert not any("error" in line for line in running.log if "/readyz" not in line)


def test_an_idle_connection_does_not_hold_the_house_open(tmp_path: Path) -> None:
    with opened(tmp_path, *RUN) as running, socket.create_connection(("127.0.0.1", running.port)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert b"200 OK" in idle.recv(4096)
        begun = time.monotonic()
        assert running.end() == 0
        assert time.monotonic() - begun < 15


def test_a_signal_while_it_opens_ends_it_too(tmp_path: Path) -> None:
    with started(tmp_path, *RUN) as running:
        while not (tmp_path / "data" / "secret").exists():
            assert running.process.poll() is None
            time.sleep(0.01)
        assert running.end() == 0
    assert said_by(tmp_path, "db", "check", "--lang", "en").returncode == 0


# ---------------------------------------------------------------- not ready


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda file: file.unlink(), "db.missing"),
        (lambda file: file.write_bytes(b"no database" * 1000), "db.not_a_database"),
    ],
    ids=["gone", "overwritten"],
)
def test_not_ready_when_the_database_is_broken(harm, why: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with opened(tmp_path, *RUN) as running:
        harm(tmp_path / "data" / "sukima.db")
        status, body, _ = running.ask("/readyz")
        told = json.loads(body)
        assert (status, told["ready"], told["checks"]["database"]) == (503, False, why)
        assert running.ask("/healthz")[0] == 200
