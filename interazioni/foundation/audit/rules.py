"""Leaving an event. Called inside rules, in the act's own transaction."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.rules import note_audit
from interazioni.foundation.audit.models import Event
from interazioni.foundation.core import clock


@dataclass(frozen=True, slots=True)
class Act:
    """One event to leave. `changed` holds names of fields, `detail` counts and codes: never a personal value."""

    act: str
    object_kind: str
    object_id: UUID | None = None
    changed: Iterable[str] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)


def record(
    actor: Actor,
    act: str,
    *,
    object_kind: str,
    object_id: UUID | None = None,
    changed: Iterable[str] = (),
    detail: Mapping[str, Any] | None = None,
) -> None:
    """One event of the rule under way."""
    record_all(actor, [Act(act, object_kind, object_id, changed, detail or {})])


def record_all(actor: Actor, acts: Iterable[Act]) -> None:
    """Many events at once, for a rule that works on many objects (a register, a batch of an import). Inside a rule."""
    at = clock.now()
    Event.objects.bulk_create(
        Event(
            at=at,
            created_at=at,
            user_id=actor.user_id,
            body_id=actor.body_id,
            act=act.act,
            object_kind=act.object_kind,
            object_id=act.object_id,
            changed=sorted(act.changed),
            detail=dict(act.detail),
        )
        for act in acts
    )
    note_audit()
