"""`@task`: work that the worker does, as somebody, once in effect. See `docs/mechanisms/tasks.md`.

A task carries who it acts as: a person in a body (`.defer(by=actor, …)`; the actor is built anew when it runs, so that
somebody who has left the body since does nothing more), or a named errand that belongs to no body (`service="outbox"`).
It runs in one transaction with that context, and the mark that it is done is written in the same transaction, into the
job's own row: a worker killed before the commit has done nothing, one killed after it finds the mark on the second try.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection, transaction
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor, build

F = TypeVar("F", bound=Callable[..., Any])

STALLED_SECONDS = 30  # a shorter threshold was measured to complete a job twice in the queue's own books
KEPT_HOURS = 48


class NoLongerThere(Exception):
    """Whoever the task was to act as has no membership in that body any more. The job fails; nothing was done."""


def _actor(acts_as: dict[str, str]) -> Actor | None:
    """As the person is now; None for a service."""
    if "service" in acts_as:
        return None
    user_id, body_id = UUID(acts_as["user"]), UUID(acts_as["body"])
    with context.user_only(user_id):
        built = build(user_id, body_id)
    if built is None or built[0].body_id != body_id:
        raise NoLongerThere(acts_as["body"])
    return built[0]


def _context(acts_as: dict[str, str], actor: Actor | None) -> AbstractContextManager[Any]:
    return context.service(acts_as["service"]) if actor is None else context.acting(actor)


class Task:
    """What `@task` makes of a function. Call `.defer()`; `.function` is the function itself."""

    def __init__(
        self, function: Callable[..., Any], *, name: str, service: str, every: str, attempts: int, one_transaction: bool
    ) -> None:
        self.function, self.name, self.service, self.one_transaction = function, name, service, one_transaction
        retry = RetryStrategy(max_attempts=attempts, exponential_wait=4) if attempts > 1 else False
        self._job = app.task(self._run, name=name, pass_context=True, retry=retry)  # type: ignore[call-overload]
        if every:
            if not service:
                raise TypeError(f"{name}: a periodic task acts for a service")
            # The moment that the queue adds to the arguments is nobody's business.
            app.periodic(cron=every, periodic_id=name, queueing_lock=name)(self._job)

    def defer(self, *, by: Actor | None = None, key: str = "", **arguments: Any) -> bool:
        """Puts the work into the queue, in the transaction under way: an act that is undone leaves no work behind.

        `key` names the work itself (`import/<id>/batch/7`): it waits at most once, and once done it is not done again.
        False: it waits already. Arguments are ids and counts, never personal values: the queue has no policy.
        """
        if (by is None) == (not self.service):
            raise TypeError(
                f"{self.name} acts as {'the service ' + self.service if self.service else 'an actor: give `by`'}"
            )
        acts_as = {"service": self.service} if by is None else {"user": str(by.user_id), "body": str(by.body_id)}
        lock = f"{self.name}/{key}" if key else None
        try:
            with transaction.atomic():  # the queue refuses a second one by a unique index: only this much is undone
                deferrer = self._job.configure(queueing_lock=lock)
                # By Django's connection, also inside the worker, whose queue has one of its own.
                deferrer.job_manager = JobManager(DjangoConnector())
                deferrer.defer(acts_as=acts_as, key=key, **arguments)
        except AlreadyEnqueued:
            return False
        return True

    def nudge(self) -> None:
        """Once the transaction is committed, run soon: for a periodic errand that should not wait for its minute."""
        transaction.on_commit(lambda: self.defer(key="nudge") and None, robust=True)

    def run_now(self, *, by: Actor | None = None, **arguments: Any) -> Any:
        """The same work here and now, without the queue: for commands."""
        with context.service(self.service) if by is None else context.acting(by):
            return self.function(**_who(by), **arguments)

    def _run(
        self, job_context: JobContext, *, acts_as: dict[str, str] | None = None, key: str = "", **arguments: Any
    ) -> None:
        arguments.pop("timestamp", None)  # of a periodic job
        acts_as = acts_as or {"service": self.service}
        if not self.one_transaction:
            actor = _actor(acts_as)
            self.function(**_who(actor), **arguments)
            return
        with transaction.atomic():
            job = job_context.job
            if _done_before(job.id, f"{self.name}/{key}" if key and key != "nudge" else ""):
                return
            actor = _actor(acts_as)
            with _context(acts_as, actor):
                self.function(**_who(actor), **arguments)
            _mark_done(job.id)


def _who(actor: Actor | None) -> dict[str, Actor]:
    return {} if actor is None else {"by": actor}


def _done_before(job_id: int | None, lock: str) -> bool:
    """Takes turns with another run of the same work, then looks whether it is done."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('task'), hashtext(%s))", [lock or str(job_id)])
        cursor.execute(
            "SELECT EXISTS (SELECT FROM procrastinate_jobs WHERE (id = %s OR queueing_lock = nullif(%s, '')) AND args ? 'done')",
            [job_id, lock],
        )
        row = cursor.fetchone()
    return bool(row and row[0])


def _mark_done(job_id: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET args = args || '{\"done\": true}' WHERE id = %s", [job_id])


def task(
    name: str, *, service: str = "", every: str = "", attempts: int = 5, one_transaction: bool = True
) -> Callable[[Callable[..., Any]], Task]:
    """Decorates a keyword-only function in a room's `tasks.py`.

    With `service` it takes its arguments alone; without, it also takes `by`, the actor. `every` is a cron line.
    `one_transaction=False` is for what makes many of its own, each safe to repeat (the outbox, an import's batches): no
    context is set, a task of an actor still gets `by`, and nothing marks it as done.
    A task that raises is tried again after 4, 16, 64 … seconds, `attempts` times in all.
    """

    def decorate(function: Callable[..., Any]) -> Task:
        return Task(
            function, name=name, service=service, every=every, attempts=attempts, one_transaction=one_transaction
        )

    return decorate


async def rescue_stalled(seconds: float = STALLED_SECONDS) -> int:
    """Puts the jobs of workers that gave no sign of life for so long back into the queue; says how many."""
    jobs = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in jobs:
        await app.job_manager.retry_job(job)
    return len(jobs)


@app.periodic(cron="* * * * *", periodic_id="access.rescue")
@app.task(name="access.rescue", queueing_lock="access.rescue")
async def rescue(timestamp: int) -> None:
    await rescue_stalled()


@app.periodic(cron="17 3 * * *", periodic_id="access.purge")
@app.task(name="access.purge", queueing_lock="access.purge")
async def purge(timestamp: int) -> None:
    """What was done is forgotten after two days; what failed is kept a month for whoever looks into it."""
    await app.job_manager.delete_old_jobs(nb_hours=KEPT_HOURS)
    await app.job_manager.delete_old_jobs(
        nb_hours=24 * 30, include_failed=True, include_cancelled=True, include_aborted=True
    )
