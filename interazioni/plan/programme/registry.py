"""What higher rooms are told about the plan."""

from collections.abc import Callable
from uuid import UUID

_changed: list[Callable[[UUID], None]] = []


def on_counting_changed(handler: Callable[[UUID], None]) -> None:
    """`handler(plan_id)` runs inside the load, after a plan's counting rules changed: what follows from them is made anew."""
    if handler not in _changed:
        _changed.append(handler)


def counting_changed(plan_id: UUID) -> None:
    for handler in _changed:
        handler(plan_id)
