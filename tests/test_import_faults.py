"""A worker killed in the middle of an import, again and again, and two workers on one import: the end is the same."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from interazioni.config import embedded

COMMAND = [sys.executable, "-m", "tests.importing"]
ROWS = 600


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"imports_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}
    embedded.drop_database(folder, name)


def ask(environment: dict[str, str], *what: str) -> dict[str, Any]:
    done = subprocess.run([*COMMAND, *what], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def holds(found: dict[str, Any]) -> None:
    assert found["state"] == "done"
    assert found["rows"] == found["lines"] == ROWS
    assert found["people"] == found["citizenships"] == found["totals"]["taken"]
    assert found["totals"]["merged"] + found["totals"]["taken"] + found["totals"]["unchanged"] == ROWS
    assert found["names"] == [found["people"]]


def test_killed_at_any_moment_and_begun_again(environment: dict[str, str]) -> None:
    ask(environment, "prepare", str(ROWS))
    chance = random.Random(11)
    halfway = 0
    for kill in range(6):
        with subprocess.Popen([*COMMAND, "work"], env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            for _batch in range(
                kill and chance.randint(1, 3)
            ):  # the first dies before it has done anything it knows of
                process.stdout.readline()
            process.kill()
        found = ask(environment, "look")
        halfway += 0 < found["rows"] < ROWS
        assert found["people"] == found["totals"]["taken"]  # what a row says was done is there, and nothing else
    assert halfway, "no kill fell into the middle"
    holds(ask(environment, "work"))


def test_two_workers_on_one_import(environment: dict[str, str]) -> None:
    ask(environment, "prepare", str(ROWS))
    both = [
        subprocess.Popen([*COMMAND, "work"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    for process in both:
        process.communicate()
    holds(ask(environment, "look"))


def test_services_of_a_worker_that_is_killed_are_taken_once_with_all_their_places(environment: dict[str, str]) -> None:
    """A batch cuts through services: their rows' places stand in the next one's reach."""
    rows = 90
    ask(environment, "prepare", str(rows), "services")
    halfway = 0
    for batches in (0, 1, 1):
        with subprocess.Popen([*COMMAND, "work"], env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            for _batch in range(batches):
                process.stdout.readline()
            process.kill()
        found = ask(environment, "look")
        halfway += 0 < found["rows"] < rows
        assert found["services"] == found["totals"]["taken"]
    assert halfway, "no kill fell into the middle"
    done = ask(environment, "work")
    assert (done["state"], done["rows"], done["totals"]["refused"]) == ("done", rows, 0)
    assert (done["services"], done["places"]) == (rows * 2 // 3, rows)
    assert done["totals"]["merged"] + done["totals"]["taken"] == rows
