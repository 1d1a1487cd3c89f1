from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection

from interazioni.foundation.audit.models import Event
from interazioni.foundation.audit.registry import sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an object's history, in plain words."""

    at: datetime
    who: str
    did: str
    changed: list[str]
    detail: dict[str, Any]
    object_kind: str
    object_id: UUID | None
    body_id: UUID


def _lines(events: Sequence[Event]) -> list[Line]:
    users = {user.pk: user.get_full_name() or user.get_username() for user in get_user_model().objects.filter(pk__in={e.user_id for e in events})}
    return [
        Line(e.at, users.get(e.user_id, ""), sentence(e.act), e.changed, e.detail, e.object_kind, e.object_id, e.body_id)
        for e in events
    ]


def history(object_kind: str, object_id: UUID, *, limit: int = 100) -> list[Line]:
    """What happened to one object, newest first. The database shows only what the actor's body may see."""
    return _lines(Event.objects.filter(object_kind=object_kind, object_id=object_id).order_by("-at", "-id")[:limit])


def recent(body_id: UUID, *, limit: int = 50, before: datetime | None = None) -> list[Line]:
    """What a body did lately, newest first."""
    events = Event.objects.filter(body_id=body_id)
    if before is not None:
        events = events.filter(at__lt=before)
    return _lines(events.order_by("-at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Verification:
    """`broken` names the first link whose hash or events do not fit; None: the chain holds."""

    seals: int
    events: int
    unsealed: int
    broken: int | None


def verify() -> Verification:
    """Recomputes every link in the database, from the events as they stand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seals, events, unsealed, broken FROM audit_verify()")
        return Verification(*cursor.fetchone())
