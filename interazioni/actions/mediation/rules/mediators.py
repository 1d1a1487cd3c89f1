"""The register of mediators: who they are, what they speak, when they work, on whose hours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from interazioni.actions.mediation.models import (
    Availability,
    AvailabilityException,
    Dispatch,
    Grant,
    Level,
    Mediator,
    MediatorLanguage,
    Qualification,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.vocabularies.distances import coordinates
from interazioni.plan.partners.models import Body


@dataclass(frozen=True, slots=True)
class Span:
    """A weekly span of availability; `weekday` 0 is Monday."""

    weekday: int
    starts: time
    ends: time
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class MediatorData:
    """What is kept of a mediator. `languages`: BCP-47 tag → level; `week_cap` minutes."""

    full_name: str
    gender: str
    sectors: Sequence[str]
    municipality: str
    languages: Mapping[str, int]
    week_cap: int
    since: date
    until: date | None = None
    email: str = ""
    phone: str = ""
    by_car: bool = False
    radius_km: int = 40
    remote_modes: Sequence[str] = ()
    user_id: UUID | None = None
    employer_id: UUID | None = (
        None  # another body than the actor's, where a dispatch sends several employers' mediators
    )
    qualifications: Sequence[tuple[str, str, date | None]] = field(default_factory=tuple)


@rule(Permission.MEDIATORS_KEEP)
def set_dispatch(*, values: Mapping[str, Any], by: Actor) -> Dispatch:
    """Opens the actor's body as a dispatch, or changes how it works (fields of `Dispatch`)."""
    there = Dispatch.objects.select_for_update().filter(body_id=by.body_id).first()
    row = there or Dispatch(body_id=by.body_id)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    for name, value in values.items():
        setattr(row, name, value)
    row.full_clean(validate_unique=False)
    row.save(force_insert=there is None)
    record(by, "mediation.set_dispatch", object_kind="dispatch", object_id=row.pk, changed=changed)
    return row


@rule(Permission.MEDIATORS_KEEP)
def register_mediator(*, data: MediatorData, ident: UUID | None = None, by: Actor) -> Mediator:
    """Puts a mediator on the register of the actor's dispatch."""
    row = Mediator(id=ident or new_id(), dispatch_id=by.body_id, body_id=data.employer_id or by.body_id)
    _fill(row, data)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as fault:
        raise ValidationError({"user": _("This person is on the register already.")}) from fault
    _languages(row, data)
    record(by, "mediation.register_mediator", object_kind="mediator", object_id=row.pk)
    return row


@rule(Permission.MEDIATORS_KEEP)
def correct_mediator(*, mediator: Mediator, data: MediatorData, version: int | None = None, by: Actor) -> Mediator:
    """Corrects the entry; refuses when somebody changed it since `version`."""
    row = Mediator.objects.select_for_update().get(pk=mediator.pk)
    if version is not None and version != row.version:
        raise ValidationError(_("Somebody changed this entry meanwhile. Look at it again."))
    before = {name: getattr(row, name) for name in _FIELDS}
    _fill(row, data)
    row.version += 1
    row.save()
    _languages(row, data)
    changed = [name for name in _FIELDS if getattr(row, name) != before[name]]
    record(by, "mediation.correct_mediator", object_kind="mediator", object_id=row.pk, changed=changed)
    return row


_FIELDS = ("full_name", "gender", "sectors", "municipality", "email", "phone", "by_car", "radius_km", "remote_modes", "week_cap_minutes",
           "since_date", "until_date", "user_id", "body_id")  # fmt: skip


def _fill(row: Mediator, data: MediatorData) -> None:
    if not data.languages:
        raise ValidationError({"languages": _("Say at least one language.")})
    centre = coordinates(data.municipality)
    if centre is None:
        raise ValidationError({"municipality": _("Nobody knows where this municipality lies.")})
    row.full_name, row.gender, row.sectors = data.full_name, data.gender, list(data.sectors)
    row.municipality, (row.latitude, row.longitude) = data.municipality, centre
    row.email, row.phone, row.by_car, row.radius_km = data.email, data.phone, data.by_car, data.radius_km
    row.remote_modes, row.week_cap_minutes = list(data.remote_modes), data.week_cap
    row.since_date, row.until_date, row.user_id = data.since, data.until, data.user_id
    if data.employer_id:
        row.body_id = data.employer_id
    row.full_clean(validate_unique=False, validate_constraints=False)
    if data.until and data.until < data.since:
        raise ValidationError({"until": _("The last day lies before the first.")})


def _languages(row: Mediator, data: MediatorData) -> None:
    MediatorLanguage.objects.filter(mediator=row).delete()
    MediatorLanguage.objects.bulk_create(
        MediatorLanguage(mediator=row, tag=tag, level=Level(level)) for tag, level in data.languages.items()
    )
    Qualification.objects.filter(mediator=row).delete()
    Qualification.objects.bulk_create(
        Qualification(mediator=row, title=title, issuer=issuer, issued_date=day)
        for title, issuer, day in data.qualifications
    )


@rule(Permission.CALLS_ANSWER)
def set_availability(*, mediator: Mediator, spans: Sequence[Span], by: Actor) -> None:
    """The weekly pattern anew: the mediator's own page, or the dispatcher for her."""
    row = own_or_kept(mediator, by)
    for span in spans:
        if span.ends <= span.starts:
            raise ValidationError(_("A span must end after it begins; it cannot run past midnight."))
    for one in spans:
        clash = [
            other for other in spans
            if other is not one and other.weekday == one.weekday and other.starts < one.ends and one.starts < other.ends
            and (one.since or date.min) <= (other.until or date.max) and (other.since or date.min) <= (one.until or date.max)
        ]  # fmt: skip
        if clash:
            raise ValidationError(_("Two spans of one day overlap."))
    Availability.objects.filter(mediator=row).delete()
    Availability.objects.bulk_create(
        Availability(
            mediator=row, weekday=span.weekday, starts=span.starts, ends=span.ends, since_date=span.since, until_date=span.until
        )
        for span in spans
    )  # fmt: skip
    record(by, "mediation.set_availability", object_kind="mediator", object_id=row.pk, detail={"spans": len(spans)})


@rule(Permission.CALLS_ANSWER)
def add_exception(*, mediator: Mediator, starts_at: datetime, ends_at: datetime, available: bool = False, by: Actor) -> AvailabilityException:  # fmt: skip
    """A time off (holidays, an exam), or an extra time on."""
    row = own_or_kept(mediator, by)
    if ends_at <= starts_at:
        raise ValidationError({"ends_at": _("It must end after it begins.")})
    made = AvailabilityException.objects.create(mediator=row, starts_at=starts_at, ends_at=ends_at, available=available)
    record(by, "mediation.add_exception", object_kind="mediator", object_id=row.pk)
    return made


@rule(Permission.CALLS_ANSWER)
def remove_exception(*, exception: AvailabilityException, by: Actor) -> None:
    row = own_or_kept(exception.mediator, by)
    AvailabilityException.objects.filter(pk=exception.pk).delete()
    record(by, "mediation.remove_exception", object_kind="mediator", object_id=row.pk)


@rule(Permission.CALLS_ANSWER)
def take_calendar(*, mediator: Mediator, busy: Sequence[tuple[str, datetime, datetime]], by: Actor) -> int:
    """The busy times of an uploaded calendar, by uid: those taken before from a calendar are replaced. Gives how many stand now."""
    row = own_or_kept(mediator, by)
    AvailabilityException.objects.filter(mediator=row).exclude(uid="").delete()
    AvailabilityException.objects.bulk_create(
        AvailabilityException(mediator=row, uid=uid[:250] or "-", starts_at=starts_at, ends_at=ends_at)
        for uid, starts_at, ends_at in busy
    )
    record(by, "mediation.take_calendar", object_kind="mediator", object_id=row.pk, detail={"events": len(busy)})
    return len(busy)


@rule(Permission.MEDIATORS_KEEP)
def grant_hours(*, body: Body, kind: str, minutes: int, starts: date, ends: date, by: Actor) -> Grant:
    """Hours for a body that calls, or of an employer, from a day to a day. The same first day again changes the grant."""
    if ends < starts:
        raise ValidationError({"ends": _("The last day lies before the first.")})
    row, _made = Grant.objects.update_or_create(
        dispatch_id=by.body_id, body=body, kind=kind, starts_date=starts, defaults={"minutes": minutes, "ends_date": ends}
    )  # fmt: skip
    record(
        by, "mediation.grant_hours", object_kind="grant", object_id=row.pk, detail={"minutes": minutes, "kind": kind}
    )
    return row


def own_or_kept(mediator: Mediator, by: Actor) -> Mediator:
    row = Mediator.objects.select_for_update().filter(pk=mediator.pk).first()
    if row is None or (row.user_id != by.user_id and not by.can(Permission.MEDIATORS_KEEP)):
        raise ValidationError(_("Only the mediator, or who keeps the register, can change this."))
    return row
