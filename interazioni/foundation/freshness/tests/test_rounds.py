"""A checker is killed, two check at once, many suggest at once: over real connections, committed for real."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from interazioni.config import embedded
from interazioni.foundation.core.tests.web import Web, page, web

LOOK = """
SELECT json_build_object(
    'asked', (SELECT count(*) FROM freshness_linkstate WHERE asked_date IS NOT NULL),
    'failures', (SELECT json_agg(failures ORDER BY failures) FROM freshness_linkstate),
    'problems', (SELECT count(*) FROM freshness_problem))
"""
COMMAND = [sys.executable, "-W", "ignore", "-m", "interazioni.foundation.freshness.tests.racing"]


class House:
    """A database of its own, and processes that work on it."""

    def __init__(self, folder: str, name: str) -> None:
        self.folder, self.name = folder, name
        self.environment = {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}

    def run(self, *what: str) -> Any:
        done = subprocess.run([*COMMAND, *what], env=self.environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1])

    def begun(self, *what: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*COMMAND, *what], env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def look(self) -> dict[str, Any]:
        return json.loads(embedded._psql(self.folder, self.name, LOOK))  # type: ignore[no-any-return]

    def three_minutes_later(self) -> None:
        """Whoever had the round in hand gave no sign of life."""
        embedded._psql(
            self.folder, self.name, "UPDATE freshness_linkround SET held_until = now() - interval '1 second' WHERE held_until IS NOT NULL"
        )  # fmt: skip


@pytest.fixture
def house(worker_id: str) -> Iterator[House]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"freshness_{worker_id}_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield House(folder, name)
    embedded.drop_database(folder, name)


@pytest.fixture
def net() -> Iterator[Web]:
    with web() as made:
        yield made


class Hanging:
    """The n-th question to a site is not answered before `let_go`."""

    def __init__(self, net: Web, nth: int) -> None:
        self.nth, self.asked, self.hangs, self.let_go, self.lock = (
            nth,
            0,
            threading.Event(),
            threading.Event(),
            threading.Lock(),
        )
        self.urls = [net.put("www.comune.example", f"/{n}", self.says) for n in range(6)]

    def says(self, handler: Any) -> Any:
        with self.lock:
            self.asked += 1
            number = self.asked
        if number == self.nth:
            self.hangs.set()
            self.let_go.wait(500)
        return page(404 if handler.path == "/0" else 200)


def test_a_killed_checker_goes_on_where_it_was(house: House, net: Web) -> None:
    site = Hanging(net, 4)
    checker = house.begun("publish_and_visit", *site.urls)
    assert site.hangs.wait(300)
    checker.kill()
    checker.communicate()
    site.let_go.set()
    before = house.look()["asked"]
    assert before in (1, 2, 3), "what was answered was written down at once"
    assert house.run("visit") == {"held": True, "ended": False}, "it may still be at work"
    house.three_minutes_later()
    asked = len(net.asked)
    assert house.run("visit") == {"held": False, "ended": True}
    again = [path for _method, _name, path in net.asked[asked:]]
    assert len(set(again)) == 6 - before, "only what is left"
    assert house.look() == {"asked": 6, "failures": [0, 0, 0, 0, 0, 1], "problems": 0}
    assert [one["ended"] for one in house.run("visits", "1", "2")] == [True, True]
    assert house.look() == {"asked": 6, "failures": [0, 0, 0, 0, 0, 2], "problems": 1}


def test_of_two_checkers_one_works(house: House, net: Web) -> None:
    site = Hanging(net, 3)
    first = house.begun("publish_and_visit", *site.urls)
    assert site.hangs.wait(300)
    assert house.run("visit") == {"held": True, "ended": False}
    assert site.asked == 3, "the second asked nobody"
    site.let_go.set()
    said, _errors = first.communicate()
    assert json.loads(said.splitlines()[-1]) == {"held": False, "ended": True}
    assert house.look()["failures"] == [0, 0, 0, 0, 0, 1]


def test_a_checker_that_was_taken_for_dead_concludes_nothing_twice(house: House, net: Web) -> None:
    site = Hanging(net, 3)
    first = house.begun("publish_and_visit", *site.urls)
    assert site.hangs.wait(300)
    house.three_minutes_later()
    assert house.run("visit") == {"held": False, "ended": True}
    site.let_go.set()
    _said, errors = first.communicate()
    assert first.returncode == 0, errors[-2000:]
    assert house.look() == {"asked": 6, "failures": [0, 0, 0, 0, 0, 1], "problems": 0}


def test_many_suggestions_at_once_from_one_address(house: House) -> None:
    assert house.run("suggest_together", "somebody", "8", "40") == {"taken": 10, "tried": 320, "rows": 10}
