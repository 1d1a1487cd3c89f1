"""A source is edited while its translation is handed in; two write one segment; a worker is killed: over real connections, committed for real."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from interazioni.config import embedded
from interazioni.foundation.translation.tests.engines import engines

ONE, TWO, OTHER = "Vieni allo sportello.", "Apre alle 9.", "Apre alle 10."
COMMAND = [sys.executable, "-W", "ignore", "-m", "interazioni.foundation.translation.tests.racing"]


@pytest.fixture
def environment(worker_id: str) -> Iterator[dict[str, str]]:
    folder, name = os.environ["TEST_PG_FOLDER"], f"translation_{worker_id}_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    yield {**os.environ, "DATABASE_URL": embedded.url(folder, embedded.APP, name)}
    embedded.drop_database(folder, name)


def run(environment: dict[str, str], *what: str) -> dict[str, Any]:
    done = subprocess.run([*COMMAND, *what], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def test_a_source_edited_while_it_is_handed_in(environment: dict[str, str]) -> None:
    said = run(environment, "edited_first")
    assert said["refused"], "what is handed in was made from words that stand there no more"
    assert (said["missing"], said["published"]) == (1, False)
    assert said["words"] == {ONE: "Viens au guichet.", OTHER: "Ouvre à 9 h."}, "nothing that was written is lost"
    said = run(environment, "handed_in_first")
    assert (said["missing"], said["published"], said["outdated"]) == (1, True, True), (
        "it is read, and says that it is outdated"
    )


def test_of_two_who_write_the_same_segment_one_is_told(environment: dict[str, str]) -> None:
    said = run(environment, "two_translators")
    assert (said["taken"], said["stood"]) == (1, 1)


def test_a_killed_worker_leaves_whole_things_and_the_next_goes_on(environment: dict[str, str]) -> None:
    with engines() as served:
        environment = {**environment, "LIBRETRANSLATE_URL": served.url}
        order = run(environment, "order")["run"]
        served.hang_at = 2
        worker = subprocess.Popen([*COMMAND, "work", order], env=environment)
        assert served.hangs.wait(60)
        worker.kill()
        worker.wait()
        served.release.set()
        assert run(environment, "look", order) == {"done": 1, "state": "running", "drafted": 1, "states": ["machine"]}
        assert run(environment, "work", order) == {"done": 3, "state": "done", "drafted": 3, "states": ["machine"] * 3}
        assert run(environment, "work", order)["drafted"] == 3, "a second run of the same order changes nothing"
