"""Two dispatchers planning and taking at once over real connections; and a planner that is killed half-way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from interazioni.config import embedded

COMMAND = [sys.executable, "-W", "ignore", "-m", "interazioni.actions.mediation.tests.racing_week"]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"weeks_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}
    embedded.drop_database(folder, name)


def run(what: str, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run([*COMMAND, what], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_planned_once_killed_half_way_and_taken_by_two(environment: dict[str, str]) -> None:
    planned = run("plan", environment)
    assert (planned["plans"], planned["jobs"]) == (1, 1), "two dispatchers who plan at once plan once"
    assert (planned["visits"], planned["promises"]) == (3, 0)

    with subprocess.Popen([*COMMAND, "die"], env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        while process.stdout.readline() != "planning\n":
            assert process.poll() is None
        process.kill()
    killed = run("look", environment)
    assert killed["stands"] == planned["stands"], "the old plan stands"
    assert killed["visits"] == killed["all_visits"] == 3
    assert killed["states"] == ["planning", "ready"]

    resumed = run("again", environment)
    assert resumed["states"] == ["dropped", "ready"]
    assert resumed["stands"] != planned["stands"]

    taken = run("taking", environment)
    assert not [fault for fault in taken["faults"] if "Deadlock" in fault or "IntegrityError" in fault], taken["faults"]
    assert taken["promises"] >= 1
    assert taken["calls_asked_or_promised"] == 3, "every call is asked for or promised, none twice"
