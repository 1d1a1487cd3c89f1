"""Two people at the same register at the same moment, over two real connections; and a process that is killed."""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from interazioni.config import embedded

COMMAND = [sys.executable, "-m", "interazioni.actions.activities.tests.racing"]


@pytest.fixture(scope="module")
def environment() -> Iterator[dict[str, str]]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"registers_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}
    embedded.drop_database(folder, name)


def run(what: str, environment: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run([*COMMAND, what], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def test_two_at_once_then_killed_at_any_moment(environment: dict[str, str]) -> None:
    found = run("race", environment)
    assert found["same"] == [[0, 1], [1, 0]]  # one is saved, the other is asked
    assert found["different"] == [[2, 0], [2, 0]]  # both are saved
    assert found["twice"] == [[0, 0], [1, 0]]  # a retried POST happens once
    assert found["differences"] == []
    assert found["marks"] == found["entries"]
    chance = random.Random(7)
    for _ in range(5):
        with subprocess.Popen([*COMMAND, "post"], env=environment, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout
            assert process.stdout.readline() == "ready\n"
            time.sleep(chance.uniform(0.02, 0.6))  # how long it lives, not a wait for something
            process.kill()
    found = run("look", environment)
    assert found["differences"] == []
    assert found["marks"] == found["entries"] > 0
