"""Every read of events that came from a calendar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from wagtail.models import WorkflowState

from interazioni.actions.content.dates import occurrences
from interazioni.actions.content.importing.merging import merge, standing
from interazioni.actions.content.models import Entry, Event
from interazioni.foundation.core import clock
from interazioni.foundation.imports.models import Import, ImportState
from interazioni.foundation.search.models import Document


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """An event that came from a calendar: its row, what its latest draft says, what the calendar said when it was last read."""

    event: Event
    values: Mapping[str, Any]

    @property
    def said(self) -> Mapping[str, Any]:
        return self.event.imported.get("said") or {}

    @property
    def cancelled(self) -> bool:
        return bool(self.event.imported.get("cancelled"))

    @property
    def calendar(self) -> str:
        return str(self.event.imported.get("calendar") or "")

    @property
    def kept(self) -> tuple[str, ...]:
        """The fields that were edited here and stay so, whatever the calendar says."""
        return merge(self.said, self.said, self.values).ours if self.said else ()

    def draft(self) -> Event:
        """What is edited next: the latest draft, or what is published."""
        return (
            self.event.with_content_json(self.event.latest_revision.content) if _has_draft(self.event) else self.event
        )


def _has_draft(event: Event) -> bool:
    return event.has_unpublished_changes and event.latest_revision is not None


def brought_in(body_id: UUID, uids: Sequence[str]) -> dict[str, BroughtIn]:
    """uid → the body's event. One query."""
    return _by_uid(Event.objects.filter(body_id=body_id, external_uid__in=set(uids) - {""}))


def _by_uid(events: QuerySet[Event]) -> dict[str, BroughtIn]:
    found = {}
    for event in events.select_related("body", "latest_revision"):
        data = event.latest_revision.content if _has_draft(event) else event.serializable_data()
        found[event.external_uid] = BroughtIn(event, standing(data))
    return found


def dates_of(body_id: UUID, series: Sequence[str]) -> list[BroughtIn]:
    """Dates of these series that stand here as events of their own, in a fixed order. One query, or none."""
    if not series:
        return []
    named = Q()
    for uid in series:
        named |= Q(external_uid__startswith=f"{uid}#")
    return list(_by_uid(Event.objects.filter(named, body_id=body_id).order_by("external_uid")).values())


def no_longer_in(body_id: UUID, calendar: str, uids: Sequence[str]) -> list[BroughtIn]:
    """Events of the body that came from this calendar, are not over, and that it no longer tells. One query."""
    if not calendar:
        return []
    others = _by_uid(
        Event.objects.filter(body_id=body_id, imported__calendar=calendar).exclude(external_uid__in=set(uids))
    )
    return [
        one
        for one in others.values()
        if not one.cancelled and (one.event.live or not one.event.first_published_at) and not is_over(one.values)
    ]


def themes_chosen_before(body_id: UUID, kind: str, table: str) -> dict[str, str]:
    """What the body last chose for each category, "" for one that it does not want. One query."""
    taken = Import.objects.filter(body_id=body_id, kind=kind, mapping__has_key=table).exclude(
        state=ImportState.CANCELLED
    )
    found: dict[str, str] = {}
    for mapping in taken.order_by("-created_at").values_list("mapping", flat=True)[:20]:
        found = {**mapping[table], **found}
    return found


def is_over(values: Mapping[str, Any]) -> bool:
    when = values["when"]
    until = date.fromisoformat(when["until"]) if when["until"] else None
    times = (
        datetime.fromisoformat(when["starts"]),
        datetime.fromisoformat(when["ends"]),
        when["rule"],
        until,
        when["except"],
    )
    return not occurrences(*times, first=clock.now(), limit=1)


def published_here(ids: Iterable[UUID]) -> set[UUID]:
    """Which of these events are on this portal, whosesoever they are."""
    return (
        set(Document.objects.filter(kind=Event.kind, object_id__in=set(ids)).values_list("object_id", flat=True))
        if ids
        else set()
    )


def to_be_sent(body_id: UUID) -> list[Event]:
    """Drafts from calendars that wait for nobody yet: not over, not called off, not taken off here, not with the reviewer. Two queries."""
    rows = (
        Event.objects.filter(body_id=body_id, has_unpublished_changes=True)
        .exclude(external_uid="")
        .order_by("starts_at")
    )
    drafts = [one for one in _by_uid(rows).values() if one.event.live or not one.event.first_published_at]
    busy = set(
        WorkflowState.objects.active()
        .filter(object_id__in=[str(one.event.pk) for one in drafts])
        .values_list("object_id", flat=True)
    )
    return [
        one.event for one in drafts if str(one.event.pk) not in busy and not one.cancelled and not is_over(one.values)
    ]


def origin(entry: Entry) -> BroughtIn | None:
    """Of an event that came from a calendar."""
    if not isinstance(entry, Event) or not entry.external_uid:
        return None
    return brought_in(entry.body_id, [entry.external_uid]).get(entry.external_uid)
