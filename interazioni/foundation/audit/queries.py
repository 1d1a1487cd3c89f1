from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext

from interazioni.foundation.audit.models import Event
from interazioni.foundation.audit.registry import sentence, url_of


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an object's history, in plain words."""

    id: UUID
    at: datetime
    who: str
    did: str
    changed: list[str]
    detail: dict[str, Any]
    object_kind: str
    object_id: UUID | None
    body_id: UUID
    url: str = ""  # of the object's page, where a room has said how it is found


def _lines(events: Iterable[Event]) -> list[Line]:
    events = list(events)
    asked = get_user_model().objects.filter(pk__in={e.user_id for e in events})
    users = {user.pk: user.get_full_name() or user.get_username() for user in asked}
    return [
        Line(
            e.pk,
            e.at,
            users.get(e.user_id) or gettext("The system"),
            sentence(e.act),
            e.changed,
            e.detail,
            e.object_kind,
            e.object_id,
            e.body_id,
            url_of(e.object_kind, e.object_id),
        )
        for e in events
    ]


def history(object_kind: str, object_id: UUID, *, limit: int = 100) -> list[Line]:
    """What happened to one object, newest first. The database shows only what the actor's body may see."""
    return _lines(Event.objects.filter(object_kind=object_kind, object_id=object_id).order_by("-at", "-id")[:limit])


def recent(body_id: UUID, *, limit: int = 50, before: UUID | None = None) -> list[Line]:
    """What a body did lately, newest first; `before` is the id of the last line of the page before."""
    events = Event.objects.filter(body_id=body_id)
    last = events.filter(pk=before).first() if before else None
    if last is not None:
        events = events.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    return _lines(events.order_by("-at", "-id")[:limit])


@dataclass(frozen=True, slots=True)
class Verification:
    """`broken` names the first link whose hash or events do not fit; None: the chain holds.

    `head` is the last link's number and hash. Noted elsewhere, it also proves that no links were cut off the end.
    """

    seals: int
    events: int
    unsealed: int
    broken: int | None
    head: str = ""


def verify() -> Verification:
    """Recomputes every link in the database, from the events as they stand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT seals, events, unsealed, broken FROM audit_verify()")
        seals, events, unsealed, broken = cursor.fetchone()
        cursor.execute("SELECT number, encode(hash, 'hex') FROM audit_seal ORDER BY number DESC LIMIT 1")
        last = cursor.fetchone()
    return Verification(seals, events, unsealed, broken, f"{last[0]}:{last[1]}" if last else "")
