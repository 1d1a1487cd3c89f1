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

COMMAND = [sys.executable, "-W", "ignore", "-m", "interazioni.foundation.freshness.tests.racing"]


@pytest.fixture
def environment(worker_id: str) -> Iterator[dict[str, str]]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"freshness_{worker_id}_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}
    embedded.drop_database(folder, name)


@pytest.fixture
def net() -> Iterator[Web]:
    with web() as made:
        yield made


def run(environment: dict[str, str], *what: str) -> dict[str, Any]:
    done = subprocess.run([*COMMAND, *what], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


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
            self.let_go.wait(100)
        return page(404 if handler.path == "/0" else 200)


def begun(environment: dict[str, str], *what: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *what], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_killed_checker_goes_on_where_it_was(environment: dict[str, str], net: Web) -> None:
    site = Hanging(net, 4)
    run(environment, "publish", *site.urls)
    checker = begun(environment, "visit")
    assert site.hangs.wait(100)
    before = run(environment, "look")["asked"]
    assert before in (2, 3), "what was answered is written down while others are still asked"
    checker.kill()
    checker.wait()
    site.let_go.set()
    assert run(environment, "visit") == {"held": True, "ended": False}, "it may still be at work"
    run(environment, "three_minutes_later")
    asked = len(net.asked)
    assert run(environment, "visit") == {"held": False, "ended": True}
    again = [path for _method, _name, path in net.asked[asked:]]
    assert len(set(again)) == 6 - before, "only what is left"
    assert run(environment, "look") == {"asked": 6, "failures": [0, 0, 0, 0, 0, 1], "problems": 0}
    assert run(environment, "visit") == {"held": False, "ended": True}
    assert run(environment, "visit", "2")["ended"]
    assert run(environment, "look") == {"asked": 6, "failures": [0, 0, 0, 0, 0, 2], "problems": 1}


def test_of_two_checkers_one_works(environment: dict[str, str], net: Web) -> None:
    site = Hanging(net, 3)
    run(environment, "publish", *site.urls)
    first = begun(environment, "visit")
    assert site.hangs.wait(100)
    assert run(environment, "visit") == {"held": True, "ended": False}
    assert site.asked == 3, "the second asked nobody"
    site.let_go.set()
    said, _errors = first.communicate()
    assert json.loads(said.splitlines()[-1]) == {"held": False, "ended": True}
    assert run(environment, "look")["failures"] == [0, 0, 0, 0, 0, 1]


def test_a_checker_that_was_taken_for_dead_concludes_nothing_twice(environment: dict[str, str], net: Web) -> None:
    site = Hanging(net, 3)
    run(environment, "publish", *site.urls)
    first = begun(environment, "visit")
    assert site.hangs.wait(100)
    run(environment, "three_minutes_later")
    assert run(environment, "visit") == {"held": False, "ended": True}
    site.let_go.set()
    _said, errors = first.communicate()
    assert first.returncode == 0, errors[-2000:]
    assert run(environment, "look") == {"asked": 6, "failures": [0, 0, 0, 0, 0, 1], "problems": 0}


def test_many_suggestions_at_once_from_one_address(environment: dict[str, str]) -> None:
    run(environment, "publish", "https://www.comune.example/")
    assert run(environment, "suggest_together", "somebody", "8", "40") == {"taken": 10, "tried": 320, "rows": 10}
