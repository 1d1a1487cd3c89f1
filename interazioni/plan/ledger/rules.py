"""Posting to the book. Neither function is a rule: both refuse to run outside one, and join its transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from django.db import connection

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.plan.ledger.models import Entry
from interazioni.plan.people.queries import Dimensions, dimensions
from interazioni.plan.programme.models import Activity, PeriodState


class OutsideARule(RuntimeError):
    """A post without a rule around it would have no permission, no audit event and no act to belong to."""


class NoOpenPeriod(Exception):
    """Every reporting period from that day on is certified."""


@dataclass(frozen=True, slots=True)
class NewEntry:
    """What an act delivered. `quantity` in `unit` (hours, people, …); at most one of person and association."""

    activity: Activity
    measure: str
    quantity: Decimal
    unit: str
    happened_date: date
    source_kind: str
    source_id: UUID
    person_id: UUID | None = None
    association_id: UUID | None = None
    municipality: str = ""  # of the work, where no person's own is known


def post(entries: Iterable[NewEntry], *, by: Actor) -> list[Entry]:
    """Posts for the actor's body; fills in period and dimensions as they are known now. A few statements, however many."""
    _inside_a_rule()
    news = [entry for entry in entries if entry.measure and entry.quantity > 0]
    if not news:
        return []
    known: dict[tuple[UUID, date], Dimensions] = dimensions(
        {(new.person_id, new.happened_date) for new in news if new.person_id is not None},
        plan_ids={new.activity.plan_id for new in news},
    )
    at = clock.now()
    calendars = {plan_id: _calendar(plan_id) for plan_id in {new.activity.plan_id for new in news}}
    rows = []
    for new in news:
        dims = known[new.person_id, new.happened_date] if new.person_id else Dimensions()
        rows.append(
            Entry(
                plan_id=new.activity.plan_id,
                action_id=new.activity.action_id,
                activity_id=new.activity.pk,
                period_id=_period(calendars[new.activity.plan_id], new.happened_date),
                body_id=by.body_id,
                measure=new.measure,
                quantity=new.quantity,
                unit=new.unit,
                person_id=new.person_id,
                association_id=new.association_id,
                happened_date=new.happened_date,
                posted_at=at,
                created_at=at,
                source_kind=new.source_kind,
                source_id=new.source_id,
                groups=dims.groups_of(new.activity.plan_id),
                sex=dims.sex,
                age_band=dims.age_band,
                citizenship=dims.citizenship,
                municipality=dims.municipality or new.municipality,
            )
        )
    return Entry.objects.bulk_create(rows)


def reverse(entries: Sequence[Entry], *, by: Actor) -> list[Entry]:
    """Takes entries back by their mirror images, in the period that is open for their day now."""
    _inside_a_rule()
    at = clock.now()
    calendars = {plan_id: _calendar(plan_id) for plan_id in {entry.plan_id for entry in entries}}
    return Entry.objects.bulk_create(
        _copy(
            entry,
            quantity=-entry.quantity,
            reverses_id=entry.pk,
            period_id=_period(calendars[entry.plan_id], entry.happened_date),
            posted_at=at,
            created_at=at,
        )
        for entry in entries
    )


def reverse_sources(source_ids: Iterable[UUID], *, by: Actor) -> list[Entry]:
    """Takes back whatever stands for these sources."""
    return reverse(list(standing(source_ids)), by=by)


def standing(source_ids: Iterable[UUID]) -> Sequence[Entry]:
    """The entries of these sources that are neither reversals nor reversed."""
    return list(Entry.objects.filter(source_id__in=list(source_ids), reverses=None, reversal=None))


def repost(person_id: UUID, *, by: Actor, as_person: UUID | None = None) -> int:
    """After a fact of a person changed (or the record was merged `as_person`): what the book holds of the person is
    reversed and posted again wherever the dimensions differ now. Gives how many entries were."""
    return repost_all([person_id], by=by, merged={person_id: as_person} if as_person else {})


def repost_all(person_ids: Collection[UUID], *, by: Actor, merged: Mapping[UUID, UUID] = MappingProxyType({})) -> int:
    """The same for many people at once, in a fixed number of statements. `merged`: record → the record that stays."""
    _inside_a_rule()
    entries = list(Entry.objects.filter(person_id__in=person_ids, reverses=None, reversal=None))
    stands_for = {person_id: merged.get(person_id, person_id) for person_id in person_ids}
    known = dimensions(
        {(stands_for[entry.person_id], entry.happened_date) for entry in entries if entry.person_id},
        plan_ids={entry.plan_id for entry in entries},
    )
    changed: list[tuple[Entry, dict[str, object]]] = []
    for entry in entries:
        if entry.person_id is None:
            continue
        target = stands_for[entry.person_id]
        dims = known[target, entry.happened_date]
        now: dict[str, object] = {
            "person_id": target,
            "groups": dims.groups_of(entry.plan_id),
            "sex": dims.sex,
            "age_band": dims.age_band,
            "citizenship": dims.citizenship,
            "municipality": dims.municipality or entry.municipality,
        }
        if any(getattr(entry, name) != value for name, value in now.items()):
            changed.append((entry, now))
    if not changed:
        return 0
    reverse([entry for entry, _ in changed], by=by)
    at = clock.now()
    calendars = {plan_id: _calendar(plan_id) for plan_id in {entry.plan_id for entry, _ in changed}}
    Entry.objects.bulk_create(
        _copy(
            entry,
            **now,
            period_id=_period(calendars[entry.plan_id], entry.happened_date),
            posted_at=at,
            created_at=at,
        )
        for entry, now in changed
    )
    return len(changed)


def _copy(entry: Entry, **changes: object) -> Entry:
    values = {field.attname: getattr(entry, field.attname) for field in Entry._meta.concrete_fields}
    return Entry(**{**values, "id": new_id(), **changes})


def _inside_a_rule() -> None:
    if not active_rules():
        raise OutsideARule("the ledger is written inside a rule")


def _calendar(plan_id: UUID) -> list[tuple[date, date, str, UUID]]:
    """The plan's periods, kept as they are until the act is done: certification waits for it, or it for certification."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT starts_date, ends_date, state, id FROM programme_period WHERE plan_id = %s ORDER BY starts_date FOR SHARE",
            [plan_id],
        )
        return list(cursor.fetchall())


def _period(calendar: list[tuple[date, date, str, UUID]], day: date) -> UUID:
    """The period of the day, or the next open one when that is certified."""
    for _starts, ends, state, ident in calendar:
        if ends >= day and state == PeriodState.OPEN:
            return ident
    raise NoOpenPeriod(day.isoformat())


def rebuild(plan_id: UUID) -> None:
    """Makes a plan's first-reached rows and tallies anew from its entries: after its indicators changed. Posting waits."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT ledger_rebuild(%s)", [plan_id])
