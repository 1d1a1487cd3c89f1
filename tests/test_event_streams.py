"""The event streams as a browser has them: a granian of its own, a session's cookie, changes made elsewhere through the rules."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from interazioni.config import embedded
from tests import database

ROOT = Path(__file__).resolve().parents[1]
WEB, PATH = "http://127.0.0.1:8000", "/events/mediation/"
PATIENCE = 15.0
Tell = Callable[..., str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Place:
    """A database of its own, whoever changes it, and where its events are heard."""

    def __init__(self, folder: Path, name: str) -> None:
        pg = os.environ["TEST_PG_FOLDER"]
        self.port, self.folder, self.name = free_port(), folder, name
        self.owner = embedded.url(pg, embedded.OWNER, name)
        self.environment = {
            **os.environ,
            "DATABASE_URL": embedded.url(pg, embedded.APP, name),
            "INTERAZIONI_DATA_DIR": str(folder),
            "INTERAZIONI_DEMO": "1",
            "DJANGO_SETTINGS_MODULE": "interazioni.config.settings",
            "BASE_URL": WEB,
            "EVENTS_PORT": str(self.port),
            "EVENTS_STREAM_SECONDS": "600",
            "PYTHONWARNINGS": "ignore",
        }
        self.environment.pop("DATABASE_OWNER_URL")

    @contextmanager
    def serving(self, port: int, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
        granian = str(Path(sys.executable).parent / "granian")
        with (self.folder / "events.log").open("ab") as log:
            process = subprocess.Popen(
                [granian, "--interface", "asgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--log-level", "warning",
                 "--workers-kill-timeout", "5", "interazioni.config.asgi:application"],
                cwd=ROOT, env={**self.environment, **environment}, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
            try:
                for _ in range(300):
                    if process.poll() is not None:
                        break
                    try:
                        if ask(port, "/events/health")[0] == 200:
                            break
                    except OSError:
                        pass
                    time.sleep(0.1)
                assert process.poll() is None, (self.folder / "events.log").read_text()[-4000:]
                yield process
            finally:
                if process.poll() is None:
                    process.terminate()
                    try:
                        process.wait(PATIENCE)
                    except subprocess.TimeoutExpired:
                        process.kill()
                        process.wait()


def ask(port: int, path: str, method: str = "GET", **headers: str) -> tuple[int, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request(method, path, headers={key.replace("_", "-"): value for key, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, answer.headers
    finally:
        connection.close()


class Reader:
    """What a browser's EventSource does, line by line."""

    def __init__(self, port: int, key: str, **headers: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        said = {"Cookie": f"csrftoken=x; sessionid={key}", "Origin": WEB, "Accept": "text/event-stream"}
        self.connection.request("GET", PATH, headers={**said, **{k.replace("_", "-"): v for k, v in headers.items()}})
        self.answer = self.connection.getresponse()
        assert self.answer.status == 200, self.answer.status
        assert self.next() == "ready"

    def next(self, patience: float = PATIENCE) -> str | None:
        """The name of the next event; None after `patience` seconds without one, or at the stream's end."""
        assert self.connection.sock is not None or self.answer.fp is not None
        self.answer.fp.raw._sock.settimeout(patience)  # type: ignore[union-attr]
        name = None
        try:
            while line := self.answer.readline().decode():
                if line.startswith("event: "):
                    name = line.removeprefix("event: ").strip()
                elif line == "\n" and name:
                    return name
        except TimeoutError:
            return None
        return None

    def ended(self) -> bool:
        return self.answer.read() == b"" or self.answer.isclosed()

    def close(self) -> None:
        self.answer.close()
        self.connection.close()


@pytest.fixture(scope="module")
def place(worker_id: str) -> Iterator[Place]:
    folder = database.HOME / f"events-{worker_id}"
    (folder / "static").mkdir(parents=True, exist_ok=True)
    name = f"events_{os.getpid()}"
    with database._alone():
        embedded.drop_database(os.environ["TEST_PG_FOLDER"], name)
        embedded.create_database(os.environ["TEST_PG_FOLDER"], name, os.environ["TEST_PG_TEMPLATE"])
    try:
        yield Place(folder, name)
    finally:
        with database._alone():
            embedded.drop_database(os.environ["TEST_PG_FOLDER"], name)


@pytest.fixture(scope="module")
def tell(place: Place) -> Iterator[Tell]:
    teller = subprocess.Popen(
        [sys.executable, "-m", "tests.telling"], cwd=ROOT, env=place.environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )  # fmt: skip
    assert teller.stdin
    assert teller.stdout
    assert teller.stdout.readline() == "ready\n"

    def said(*words: str) -> str:
        assert teller.stdin
        assert teller.stdout
        teller.stdin.write(" ".join(words) + "\n")
        teller.stdin.flush()
        return teller.stdout.readline().strip()

    try:
        yield said
    finally:
        teller.stdin.close()
        teller.wait(PATIENCE)


@pytest.fixture(scope="module")
def port(place: Place, tell: Tell) -> Iterator[int]:
    with place.serving(place.port):
        yield place.port


def test_a_change_made_elsewhere_is_heard(port: int, tell: Tell) -> None:
    reader = Reader(port, tell("login", "davide"))
    call = tell("call")
    assert reader.next() == "changed"
    tell("give_up", call)
    assert reader.next() == "changed"
    reader.close()


def test_a_reader_may_read_from_the_web_s_own_origin_only(port: int, tell: Tell) -> None:
    key = tell("login", "davide")
    reader = Reader(port, key)
    assert reader.answer.headers["Access-Control-Allow-Origin"] == WEB
    assert reader.answer.headers["Access-Control-Allow-Credentials"] == "true"
    assert reader.answer.headers["Cache-Control"].startswith("no-store")
    assert reader.answer.headers["X-Accel-Buffering"] == "no"
    reader.close()
    status, headers = ask(port, PATH, Cookie=f"sessionid={key}", Origin="https://evil.example")
    assert (status, headers["Access-Control-Allow-Origin"]) == (403, None)
    assert ask(port, PATH, Cookie=f"sessionid={key}", Host="evil.example")[0] == 400


def test_another_bodys_change_is_not_heard(port: int, tell: Tell) -> None:
    reader = Reader(port, tell("login", "davide"))
    tell("elsewhere")
    assert reader.next(1.5) is None
    reader.close()


def test_who_is_nobody_or_no_dispatcher_hears_nothing(port: int, tell: Tell) -> None:
    assert ask(port, PATH)[0] == 401
    assert ask(port, PATH, Cookie="sessionid=made-up")[0] == 401
    assert ask(port, PATH, Cookie='sessionid="; =,;;x')[0] == 401
    assert ask(port, PATH, Cookie=f"sessionid={tell('login', 'giulia')}")[0] == 403
    gone = tell("login", "davide")
    tell("logout", gone)
    assert ask(port, PATH, Cookie=f"sessionid={gone}")[0] == 401


def test_it_serves_streams_and_nothing_else(port: int, tell: Tell) -> None:
    for path in ("/", "/desk/", "/events/", "/events/nothing/", "/static/ui/build/app.js", "/x/events/mediation/"):
        assert ask(port, path)[0] == 404
    assert ask(port, PATH, "POST", Cookie=f"sessionid={tell('login', 'davide')}")[0] == 405
    assert ask(port, "/events/health")[0] == 200


def test_whoever_comes_back_is_told_that_something_may_have_been_missed(port: int, tell: Tell) -> None:
    key = tell("login", "davide")
    for last in ("17", "of another process", ""):
        reader = Reader(port, key, Last_Event_ID=last)
        assert reader.next() == "changed"
        reader.close()


def test_many_changes_at_once_are_few_events(port: int, tell: Tell) -> None:
    reader = Reader(port, tell("login", "davide"))
    for _ in range(10):
        tell("call")
    assert reader.next() == "changed"
    heard = 1
    while reader.next(1.0):
        heard += 1
    assert heard < 10
    reader.close()


def test_readers_share_one_connection_and_a_lost_one_is_made_anew(place: Place, port: int, tell: Tell) -> None:
    key = tell("login", "davide")
    readers = [Reader(port, key) for _ in range(8)]
    mine = f"FROM pg_stat_activity WHERE datname = '{place.name}' AND application_name = 'interazioni events'"
    with psycopg.connect(place.owner, autocommit=True) as owner:
        assert owner.execute(f"SELECT count(*), min(usename) {mine}").fetchone() == (1, embedded.APP)
    embedded._psql(os.environ["TEST_PG_FOLDER"], "postgres", f"SELECT pg_terminate_backend(pid) {mine}")
    # What was said while nobody listened is not known: everybody looks again.
    assert [reader.next() for reader in readers] == ["changed"] * 8
    tell("call")
    assert [reader.next() for reader in readers] == ["changed"] * 8
    readers += [Reader(port, key) for _ in range(4)]
    assert ask(port, PATH, Cookie=f"sessionid={key}")[0] == 429
    for reader in readers:
        reader.close()


def test_a_stream_ends_after_its_time_and_a_logout_is_noticed_then(place: Place, tell: Tell) -> None:
    own = free_port()
    key = tell("login", "davide")
    with place.serving(own, EVENTS_STREAM_SECONDS="1"):
        reader = Reader(own, key)
        tell("logout", key)
        assert reader.next() is None
        assert reader.ended()
        assert ask(own, PATH, Cookie=f"sessionid={key}")[0] == 401


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_at_once_with_readers_on_it(place: Place, tell: Tell, how: signal.Signals) -> None:
    own = free_port()
    with place.serving(own) as process:
        reader = Reader(own, tell("login", "davide"))
        began = time.monotonic()
        process.send_signal(how)
        process.wait(PATIENCE)
        assert time.monotonic() - began < 8
        assert reader.next() is None
    with pytest.raises(OSError):  # noqa: PT011  # refused, however the system calls it
        ask(own, "/events/health")
