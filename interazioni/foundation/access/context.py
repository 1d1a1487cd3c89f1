"""The database's context: which rows the current transaction may see. See `core.rls`."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction

from interazioni.foundation.access.actor import Actor


@dataclass(frozen=True, slots=True)
class Context:
    """What `set_config` tells the database for one transaction. The default sees nothing."""

    user: str = ""
    bodies: str = ""
    figures: str = ""
    plan_wide: str = ""
    names: str = ""
    service: str = ""
    read_only: bool = False  # nothing can be written from here on, whatever the code tries


NOTHING = Context()
_current: ContextVar[Context] = ContextVar("database_context", default=NOTHING)
_actor: ContextVar[Actor | None] = ContextVar("current_actor", default=None)


def current() -> Context:
    return _current.get()


def current_actor() -> Actor | None:
    return _actor.get()


def _apply(context: Context) -> None:
    """One statement. `transaction_read_only` can be switched on at any time, and off by nobody before the end."""
    read_only = ", set_config('transaction_read_only', 'on', true)" if context.read_only else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('interazioni.user', %s, true), set_config('interazioni.bodies', %s, true),"
            " set_config('interazioni.figures', %s, true), set_config('interazioni.plan_wide', %s, true),"
            " set_config('interazioni.names', %s, true), set_config('interazioni.service', %s, true)" + read_only,
            [context.user, context.bodies, context.figures, context.plan_wide, context.names, context.service],
        )


@contextmanager
def _within(context: Context, actor: Actor | None, restore: bool = True) -> Iterator[None]:
    """A transaction (joined if there is one) in which the database shows what `context` allows.

    `restore=False` is for who knows that the transaction ends, or that another context follows at once.
    """
    before = _current.get()
    token, actor_token = _current.set(context), _actor.set(actor)
    joined = connection.in_atomic_block
    try:
        # A joined transaction keeps no savepoint: what fails inside fails as a whole, unless a rule made one.
        with transaction.atomic(savepoint=False):
            _apply(context)
            yield
            if joined and restore and not connection.needs_rollback:  # a rollback takes the settings with it
                _apply(before)
    finally:
        _current.reset(token)
        _actor.reset(actor_token)


def for_actor(actor: Actor, *, names: bool = False, service: str = "") -> Context:
    figures = {actor.body_id, *actor.figure_bodies}
    return Context(
        user=str(actor.user_id),
        bodies=str(actor.body_id),
        figures=",".join(sorted(str(body) for body in figures)),
        plan_wide="on" if actor.plan_wide else "",
        names="on" if names else "",
        service=service,
    )


@contextmanager
def acting(actor: Actor, *, names: bool = False, service: str = "", restore: bool = True) -> Iterator[Actor]:
    """Everything inside is one transaction in the actor's context. How tasks, commands and tests act.

    `names` opens people across bodies and is for rules that have checked the permission and audit the use.
    """
    with _within(for_actor(actor, names=names, service=service), actor, restore):
        yield actor


@contextmanager
def user_only(user_id: UUID, *, read_only: bool = False, restore: bool = True) -> Iterator[None]:
    """Only the user's own rows (memberships): how an actor is found out. `read_only` holds to the transaction's end."""
    with _within(Context(user=str(user_id), read_only=read_only), None, restore):
        yield


@contextmanager
def service(errand: str) -> Iterator[None]:
    """A worker's errand that belongs to no body and no person, e.g. `outbox`."""
    with _within(Context(service=errand), None):
        yield
