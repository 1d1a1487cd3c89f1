"""What rooms above hang in: they hear of a person whose facts changed, who was merged, who is to be erased.

All handlers run inside the rule that made the change, in its transaction: what they refuse is undone as a whole.
"""

from collections.abc import Callable, Collection, Mapping
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.privacy import registry as privacy

FactsChanged = Callable[[Collection[UUID], Actor], None]
Merged = Callable[[UUID, UUID, Actor], None]
Erased = Callable[[UUID, Actor], Mapping[str, int]]

_facts_changed: list[FactsChanged] = []
_merged: list[Merged] = []


def on_facts_changed(handler: FactsChanged) -> None:
    """`handler(person_ids, by)`: a fact that eligibility or a figure's dimension asks of these people is another now."""
    if handler not in _facts_changed:
        _facts_changed.append(handler)


def on_merged(handler: Merged) -> None:
    """`handler(keep_id, other_id, by)`: what hangs on `other` is `keep`'s from now on."""
    if handler not in _merged:
        _merged.append(handler)


def on_erased(room: str, handler: Erased) -> None:
    """`handler(person_id, by)` blanks what `room` holds about the person; gives what it blanked: kind → how many."""
    privacy.register_eraser("person", room, handler)


def facts_changed(person_ids: Collection[UUID], by: Actor) -> None:
    if person_ids:
        for handler in _facts_changed:
            handler(person_ids, by)


def merged(keep_id: UUID, other_id: UUID, by: Actor) -> None:
    for handler in _merged:
        handler(keep_id, other_id, by)
