"""The worker is a real process. It is killed with a job in hand; the job is done once in effect."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from interazioni.config import embedded

ROOT = Path(__file__).resolve().parents[4]
NAME = f"worker_{os.getpid()}"


@pytest.fixture(scope="module")
def urls() -> Iterator[tuple[str, str]]:
    """A database of its own: what a worker commits stays."""
    folder = os.environ["TEST_PG_FOLDER"]
    embedded.create_database(folder, NAME, os.environ["TEST_PG_TEMPLATE"])
    yield embedded.url(folder, embedded.APP, NAME), embedded.url(folder, embedded.OWNER, NAME)
    embedded.drop_database(folder, NAME)


def start(url: str, *options: str) -> subprocess.Popen[bytes]:
    environment = {key: value for key, value in os.environ.items() if key != "DATABASE_OWNER_URL"}
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-m", "interazioni", "worker", *options],
        cwd=ROOT, env={**environment, "DATABASE_URL": url}, start_new_session=True,
    )  # fmt: skip


def until(found: Callable[[], bool], seconds: float = 40) -> None:
    end = time.monotonic() + seconds
    while not found():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.05)  # polling another process


def test_a_killed_workers_job_is_done_once_in_effect(urls: tuple[str, str]) -> None:
    app_url, owner_url = urls
    with psycopg.connect(owner_url, autocommit=True) as owner, psycopg.connect(app_url) as holder:

        def one(query: str) -> object:
            row = owner.execute(query).fetchone()
            return row[0] if row else None

        # Somebody else is sealing: the worker takes the job and hangs in the middle of it.
        owner.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'audit.seal', 0, NULL, NULL, '{}', NULL)::procrastinate_job_to_defer_v1])"
        )
        unsealed = one("SELECT count(*) FROM audit_event WHERE seal_id IS NULL")
        assert isinstance(unsealed, int)
        assert unsealed > 0
        holder.execute("SELECT pg_advisory_xact_lock(hashtext('audit_seal'))")
        worker = start(app_url)
        try:
            until(
                lambda: (
                    one("SELECT status FROM procrastinate_jobs WHERE task_name = 'audit.seal' ORDER BY id LIMIT 1")
                    == "doing"
                )
            )
            until(lambda: bool(one("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")))
        finally:
            os.kill(worker.pid, signal.SIGKILL)
            worker.wait()
        holder.rollback()
        assert one("SELECT count(*) FROM audit_event WHERE seal_id IS NULL") == unsealed
        # The dead worker's last sign of life goes into the past; its job comes back, and the next worker does it.
        owner.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '31 seconds'")
        owner.execute("DELETE FROM procrastinate_jobs WHERE task_name <> 'audit.seal' AND status = 'todo'")
        owner.execute(
            "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'access.rescue', 0, NULL, NULL, '{\"timestamp\": 0}', NULL)::procrastinate_job_to_defer_v1])"
        )
        for _ in range(2):  # the first finds the job stalled, the second does it
            assert start(app_url, "--once").wait(60) == 0
        assert one("SELECT count(*) FROM audit_event WHERE seal_id IS NULL") == 0
        assert one("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'audit.seal' AND status = 'doing'") == 0
        assert one("SELECT broken IS NULL FROM audit_verify()") is True


@pytest.mark.django_db
class TestOnceInEffect:
    """What a task does and that it is done are one commit."""

    def test_the_second_run_of_a_job_does_nothing(self) -> None:
        from django.db import connection

        from interazioni.foundation.access.actor import Actor
        from interazioni.foundation.access.tasks import Task
        from interazioni.front.demo.cast import actor

        done: list[str] = []

        def greet(*, by: Actor, whom: str) -> None:
            done.append(f"{by.user_name} greets {whom}")

        task = Task(greet, name="test.greet", service="", every="", attempts=1, one_transaction=True)
        assert task.defer(by=actor("giulia"), key="whom/1", whom="Amina")
        assert not task.defer(by=actor("giulia"), key="whom/1", whom="Amina"), "the same work waits already"
        for _ in range(2):
            run(task)
        assert done == ["Giulia Bianco greets Amina"]
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name = 'test.greet'")
        assert task.defer(by=actor("giulia"), key="whom/1", whom="Amina")
        run(task)
        assert len(done) == 1, "what was done under this key is not done again"

    def test_whoever_left_the_body_does_nothing_more(self) -> None:
        from interazioni.foundation.access.actor import Actor
        from interazioni.foundation.access.context import acting
        from interazioni.foundation.access.tasks import NoLongerThere, Task
        from interazioni.front.demo.cast import actor
        from interazioni.plan.partners.models import Membership
        from interazioni.plan.partners.rules import end_membership

        done: list[Actor] = []

        def work(*, by: Actor) -> None:
            done.append(by)

        task = Task(work, name="test.work", service="", every="", attempts=1, one_transaction=True)
        task.defer(by=actor("giulia"))
        with acting(actor("chiara")):
            membership = Membership.objects.get(user_id=actor("giulia").user_id)
        end_membership(membership=membership, by=actor("chiara"))
        with pytest.raises(NoLongerThere):
            run(task)
        assert done == []

    def test_a_task_says_whom_it_acts_for(self) -> None:
        from interazioni.foundation.access.tasks import Task

        task = Task(lambda: None, name="test.nobody", service="", every="", attempts=1, one_transaction=True)
        with pytest.raises(TypeError):
            task.defer()


def run(task: object) -> None:
    """The newest job of the task, as the worker would run it."""
    from types import SimpleNamespace

    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, args FROM procrastinate_jobs WHERE task_name = %s ORDER BY id DESC LIMIT 1", [task.name]
        )  # type: ignore[attr-defined]
        ident, found = cursor.fetchone()
    arguments = {
        key: value for key, value in (json.loads(found) if isinstance(found, str) else found).items() if key != "done"
    }
    task._run(SimpleNamespace(job=SimpleNamespace(id=ident)), **arguments)  # type: ignore[attr-defined]
