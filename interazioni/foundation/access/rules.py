"""`@rule`: every write of the house. A rule checks who may, is one transaction, and leaves an audit event."""

from collections.abc import Callable
from contextlib import nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor, Denied, require
from interazioni.foundation.access.permissions import Permission

__all__ = ["Denied", "Unaudited", "active_rules", "note_audit", "require", "rule"]

P = ParamSpec("P")
T = TypeVar("T")


class Unaudited(RuntimeError):
    """A rule ended without an audit event: a fault of the code, and the act is undone."""


@dataclass(slots=True)
class _Frame:
    name: str
    audited: bool = False


_frames: ContextVar[tuple[_Frame, ...]] = ContextVar("active_rules", default=())


def active_rules() -> tuple[str, ...]:
    """The rules under way, outermost first; empty outside every rule."""
    return tuple(frame.name for frame in _frames.get())


def note_audit() -> None:
    """Called by `audit.record`: the innermost rule has left its event."""
    frames = _frames.get()
    if frames:
        frames[-1].audited = True


def rule(permission: Permission) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorates a keyword-only function that takes `by: Actor`.

    Inside another rule it joins that transaction (as a savepoint: its failure can be caught), and still checks the
    permission and audits itself. Acting as somebody other than the transaction's actor changes the database's context
    for the time of the rule.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        name = f"{function.__module__}.{function.__qualname__}"

        @wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
            if args:
                raise TypeError(f"{name}() takes keyword arguments only")
            by = kwargs.get("by")
            if not isinstance(by, Actor):
                raise TypeError(f"{name}() needs `by`, an Actor")
            require(by, permission)
            frame = _Frame(name)
            with transaction.atomic(), nullcontext() if context.current_actor() == by else context.acting(by):
                token = _frames.set((*_frames.get(), frame))
                try:
                    result = function(*args, **kwargs)
                finally:
                    _frames.reset(token)
                if not frame.audited:
                    raise Unaudited(f"{name} recorded no audit event")
                return result

        wrapper.rule_permission = permission  # type: ignore[attr-defined]  # read by tests/architecture
        return wrapper

    return decorate
