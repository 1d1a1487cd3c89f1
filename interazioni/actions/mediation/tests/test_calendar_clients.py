"""The feed in real clients: vdirsyncer fetches it over HTTP from our application on the loopback, khal lists what it fetched."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connections

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.models import Call
from interazioni.actions.mediation.tests.cast import (
    a_call,
    a_dispatch,
    a_mediator,
    asked,
    dispatcher,
    fixed,
    promised,
    seen,
)
from interazioni.actions.mediation.tests.test_calendar import address_of
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db

KHAL = """
[calendars]
[[mediation]]
path = {folder}/kept/mediation/
type = calendar
readonly = True
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Rome
default_timezone = Europe/Rome
[sqlite]
path = {folder}/khal.db
"""
SYNC = """
[general]
status_path = "{folder}/status/"
[pair mediation]
a = "far"
b = "near"
collections = null
conflict_resolution = "a wins"
partial_sync = "revert"
[storage far]
type = "http"
url = "{url}"
[storage near]
type = "filesystem"
path = "{folder}/kept/mediation/"
fileext = ".ics"
"""


@pytest.fixture
def clients(tmp_path: Path) -> Callable[[str], tuple[Callable[[], None], Callable[[], str]]]:
    """vdirsyncer that fetches an address, and khal that lists what it fetched."""
    bin_ = Path(sys.executable).parent
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(bin_ / command[0]), *command[1:]],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def made(url: str) -> tuple[Callable[[], None], Callable[[], str]]:
        (tmp_path / "kept" / "mediation").mkdir(parents=True, exist_ok=True)
        (tmp_path / "sync").write_text(SYNC.format(folder=tmp_path, url=url))
        (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path))

        def sync() -> None:
            run("vdirsyncer", "-c", str(tmp_path / "sync"), "discover")
            run("vdirsyncer", "-c", str(tmp_path / "sync"), "sync", "--force-delete")

        def listed() -> str:
            return run(
                "khal", "-c", str(tmp_path / "khal.conf"), "list", "--format", "{start-long}-{end-time} {title} {status}", "2020-03-26", "300d"
            )  # fmt: skip

        return sync, listed

    return made


class Quiet(WSGIRequestHandler):
    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def served(settings: Any, asked_for: list[tuple[str, str]]) -> Iterator[Callable[[datetime], str]]:
    """Our whole application, over the test's own connection: the clients wait for it while the test waits for them.

    Gives who sets the clock of what is answered, and gets the address.
    """
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    settings.SECURE_SSL_REDIRECT = False
    application, moments, database = get_wsgi_application(), [DEMO_DAY], connections["default"]

    def answered(environ: dict[str, Any], start: Any) -> list[bytes]:
        def noted(status: str, headers: Any, fault: Any = None) -> Any:
            asked_for.append((environ["REQUEST_METHOD"], status[:3]))
            return start(status, headers, fault)

        connections["default"] = database
        with clock.at(moments[-1]):
            return [b"".join(application(environ, noted))]

    with make_server("127.0.0.1", 0, answered, handler_class=Quiet) as server:
        thread = Thread(target=server.serve_forever)
        database.inc_thread_sharing()
        for signal in (request_started, request_finished):  # as Django's own client does: the connection is the test's
            signal.disconnect(close_old_connections)
        thread.start()

        def at(moment: datetime) -> str:
            moments.append(moment)
            return f"http://127.0.0.1:{server.server_port}"

        try:
            yield at
        finally:
            server.shutdown()
            thread.join()
            for signal in (request_started, request_finished):
                signal.connect(close_old_connections)
            database.dec_thread_sharing()


def test_khal_and_vdirsyncer_read_the_feed_and_its_changes(settings: Any, clients: Any) -> None:
    """About both changes of hour of 2020; then a move, a cancellation, and an address that is revoked."""
    a_dispatch()
    awa = a_mediator()
    address = address_of(awa)
    days = [date(2020, 3, 27), date(2020, 3, 30), date(2020, 10, 23), date(2020, 10, 26)]
    made = [promised(a_call(options=[fixed(day)]), awa) for day in days]
    asked(a_call(options=[fixed(date(2020, 3, 31))]), awa)
    requests: list[tuple[str, str]] = []
    with served(settings, requests) as at:
        sync, listed = clients(at(DEMO_DAY) + address)
        sync()
        said = listed()
        for day in days:
            assert f"{day} 10:00-11:00 bambara" in said
        assert "2020-03-31 10:00-11:00 Richiesta: bambara" in said
        assert "TENTATIVE" in said
        assert "CANCELLED" not in said
        with clock.at(DEMO_DAY + timedelta(minutes=5)):
            rules.move_assignment(assignment=made[0], starts_at=made[0].starts_at + timedelta(hours=3), by=dispatcher())
            rules.cancel_call(call=seen(Call, made[1].call_id), words="", by=actor("giulia"))
        at(DEMO_DAY + timedelta(minutes=6))
        sync()
        (moved,) = [line for line in listed().splitlines() if "2020-03-27" in line and "bambara" in line]
        (cancelled,) = [line for line in listed().splitlines() if "2020-03-30" in line and "bambara" in line]
        assert "13:00-14:00" in moved
        assert "CANCELLED" in cancelled
        at(DEMO_DAY + timedelta(days=120))  # some weeks later it is gone
        sync()
        assert "2020-03-30 10:00" not in listed()
        assert "2020-10-26 10:00-11:00" in listed()
    assert set(requests) == {("GET", "200")}


def test_vdirsyncer_refuses_a_calendar_with_availability(settings: Any, clients: Any) -> None:
    """Why it has an address of its own. When this fails, vdirsyncer has learnt RFC 7953."""
    a_dispatch()
    address = address_of(a_mediator()).replace(".ics", "/availability.ics")
    with served(settings, []) as at:
        sync, _listed = clients(at(DEMO_DAY) + address)
        with pytest.raises(AssertionError, match="Unknown component: VAVAILABILITY"):
            sync()
