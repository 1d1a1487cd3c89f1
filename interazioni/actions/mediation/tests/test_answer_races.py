"""Many say yes at once, and hours are confirmed several times at once: over real connections, committed for real."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from interazioni.config import embedded


@pytest.fixture
def environment(worker_id: str) -> Iterator[dict[str, str]]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"answers_{worker_id}_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}
    embedded.drop_database(folder, name)


def run(what: str, environment: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "interazioni.actions.mediation.tests.racing_answers", what]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_of_ten_who_say_yes_at_once_one_comes_and_nobody_is_in_two_places(environment: dict[str, str]) -> None:
    said = run("answers", environment)
    assert said["others"] == []
    assert (said["won"], said["too_late"], said["promises"], said["accepted"]) == (1, 9, 1, 1)
    assert (said["two_places"], said["no_room"]) == (1, 1)


def test_hours_confirmed_four_times_at_once_count_once(environment: dict[str, str]) -> None:
    said = run("confirmations", environment)
    assert said == {"confirmed": 4, "entries": 1, "others": []}
