"""Events that a calendar told: taken as drafts, followed as long as nobody edited them here, and sent to be reviewed together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import connection

from interazioni.actions.content import calendars, notices
from interazioni.actions.content.calendars import BroughtIn
from interazioni.actions.content.importing.merging import columns, merge
from interazioni.actions.content.models import Event
from interazioni.actions.content.rules.editing import _stream, note, take_off
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import Act, record, record_all

LOCKS = 1668247156  # the class of our advisory locks: "cont"
MOST_SENT = 500  # to be reviewed, at once


@dataclass(frozen=True, slots=True, kw_only=True)
class EventData:
    """What a calendar says of one event. `uid` tells it from the body's others; `values`: see `importing.saying.FIELDS`."""

    uid: str
    calendar: str
    values: Mapping[str, Any] = field(default_factory=dict)
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """`outcome`: new, changed, same, refused. `codes`: `changed:…`, `differs:…` by field, and others of `importing.saying.OUTCOMES`."""

    outcome: str
    codes: tuple[str, ...] = ()
    event_id: UUID | None = None


@rule(Permission.CONTENT_WRITE)
def take_events(*, events: Sequence[EventData], by: Actor) -> list[Taken]:
    """Writes a draft of each that is not here, and a newer draft of each that the calendar changed and nobody edited here.

    What was edited here stays, field by field (ADR 0020). Nothing is published; what the calendar cancels is taken off the portal.
    """
    _lock(by.body_id)
    here = calendars.brought_in(by.body_id, [one.uid for one in events])
    taking = _Taking(by)
    results = []
    for data in events:
        found = here.get(data.uid)
        taken = taking.again(data, found) if found else taking.new(data)
        results.append(taken)
        if found is None and taken.event_id:
            here |= calendars.brought_in(by.body_id, [data.uid])
    record(by, "content.bring_in", object_kind="body", object_id=by.body_id, detail=taking.counted(results))
    record_all(by, taking.acts)
    return results


def _lock(body_id: UUID) -> None:
    """Two imports with the same event make one draft of it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, uuid_hash(%s))", [LOCKS, body_id])


class _Taking:
    def __init__(self, by: Actor) -> None:
        self.by = by
        self.user = get_user_model().objects.filter(pk=by.user_id).first()
        self.acts: list[Act] = []

    def counted(self, results: Sequence[Taken]) -> dict[str, int]:
        return {name: sum(one.outcome == name for one in results) for name in ("new", "changed", "same", "refused")}

    def new(self, data: EventData) -> Taken:
        if data.cancelled:
            return Taken("same", ("cancelled",))
        event = Event(body_id=self.by.body_id, live=False, external_uid=data.uid, free=False, imported=_said(data))
        self._fill(event, data.values)
        try:
            event.clean_fields(exclude=["body"])
            event.clean()
        except ValidationError:
            return Taken("refused", ("wrong",))
        event.save()
        event.save_revision(user=self.user, clean=False, log_action="wagtail.create")
        self._note(event, "content.brought_in")
        return Taken("new", ("new",), event.pk)

    def again(self, data: EventData, found: BroughtIn) -> Taken:
        event, before = found.event, found.said
        if data.cancelled:
            return self._cancelled(data, found)
        merged = merge(data.values, before, found.values)
        codes = [f"differs:{name}" for name in merged.ours]
        if event.locked and merged.follows:
            return Taken("refused", ("locked", *codes), event.pk)
        if merged.follows:
            draft = found.draft()
            self._fill(draft, merged.follows)
            try:
                draft.clean_fields(exclude=["body"])
                draft.clean()
            except ValidationError:
                return Taken("refused", ("wrong",), event.pk)
            if not event.live:  # a row that is not public shows its draft, as Wagtail keeps it
                draft.save(update_fields=[*columns(merged.follows), *({"text"} & set(merged.follows))])
            draft.save_revision(user=self.user, clean=False, log_action=True)
            self._note(event, "content.follow", merged.follows)
            codes = [*(f"changed:{name}" for name in merged.follows), *codes]
            if not event.live and event.first_published_at and not found.cancelled:
                codes.append("stays_off")
        if found.cancelled:
            codes.append("again")
        self._remember(event, data)
        return Taken("changed" if merged.follows or found.cancelled else "same", tuple(codes), event.pk)

    def _cancelled(self, data: EventData, found: BroughtIn) -> Taken:
        event = found.event
        if found.cancelled:
            return Taken("same", ("cancelled",), event.pk)
        codes = ["cancelled"]
        review = event.current_workflow_state
        if review is not None:
            review.cancel(user=self.user)
            note(entry=event, act="cancel", by=self.by)
        if event.live:
            take_off(entry=event, by=self.by)
            codes.append("taken_off")
        self._remember(event, data, found.said)
        self._note(event, "content.called_off")
        return Taken("changed", tuple(codes), event.pk)

    def _fill(self, event: Event, values: Mapping[str, Any]) -> None:
        for name, value in columns(values).items():
            setattr(event, name, value)
        if "text" in values:
            event.text = _stream(event, [(kind, said) for kind, said in values["text"]])

    def _remember(self, event: Event, data: EventData, said: Mapping[str, Any] | None = None) -> None:
        """What the calendar said is no draft's business (`Event.with_content_json`): it stands in the row, whatever is published."""
        remembered = _said(data, said)
        if event.imported != remembered:
            Event.objects.filter(pk=event.pk).update(imported=remembered)

    def _note(self, event: Event, act: str, changed: Mapping[str, Any] | None = None) -> None:
        self.acts.append(Act(act, event.kind, event.pk, changed or ()))


def _said(data: EventData, values: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "calendar": data.calendar,
        "said": dict(data.values if values is None else values),
        "cancelled": data.cancelled,
    }


@rule(Permission.CONTENT_WRITE)
def send_brought_in(*, by: Actor) -> int:
    """Sends the body's drafts from calendars to be reviewed, as far as nobody has sent or taken them off: one mail for all. Gives how many."""
    _lock(by.body_id)
    user = get_user_model().objects.filter(pk=by.user_id).first()
    waiting = calendars.to_be_sent(by.body_id)[:MOST_SENT]
    with notices.together():
        for event in waiting:
            if (workflow := event.get_workflow()) is not None:
                workflow.start(event, user)  # `note` follows by Wagtail's signal
    record(by, "content.send_brought_in", object_kind="body", object_id=by.body_id, detail={"events": len(waiting)})
    return len(waiting)
