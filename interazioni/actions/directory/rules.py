"""Every write of the directory: an entry as a whole, by who may, told apart by its version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from interazioni.actions.directory import publishing
from interazioni.actions.directory.models import Location, Organisation, Schedule, Service, ServiceAtLocation, State
from interazioni.actions.directory.opening import checked
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.vocabularies.folding import fold

ORGANISATION = ("name", "description", "email", "website", "phones")
WORDS = ("name", "summary", "for_whom", "how", "needed", "obtained", "times", "cost", "alert", "also")
SERVICE = (
    *WORDS, "theme", "free", "appointment", "minimum_age", "maximum_age", "spoken", "area", "email", "website", "phones", "sensitive",
)  # fmt: skip
LOCATION = (
    "name", "address", "postal_code", "municipality", "latitude", "longitude", "transport", "accessibility", "access_note",
)  # fmt: skip
MOST_PLACES, MOST_HOURS = 30, 40
T = TypeVar("T", Organisation, Service)


class Changed(ValidationError):
    """Somebody else has saved meanwhile. What was typed stays in the form, beside what stands there now."""


@dataclass(frozen=True, slots=True)
class Open:
    rule: str
    opens_at: time
    closes_at: time
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A service at a location: a known one (`location_id`), or one described by `location`."""

    location_id: UUID | None = None
    location: Mapping[str, Any] = field(default_factory=dict)
    hours: Sequence[Open] = ()
    closures: Sequence[Sequence[str]] = ()
    holidays: bool = False
    note: str = ""


@rule(Permission.DIRECTORY_KEEP)
def save_organisation(
    *, organisation_id: UUID | None = None, values: Mapping[str, Any], version: int | None = None, by: Actor
) -> Organisation:
    """Enters or corrects an organisation of the body."""
    row, changed = _taken(Organisation, organisation_id, values, ORGANISATION, version, by)
    if not row.slug:
        row.slug = _slug(Organisation, row.name)
    row.phones = _items(row.phones, "number")
    row.full_clean(exclude=["body"])
    row.save()
    if changed:
        for service in Service.objects.filter(organisation=row, state=State.PUBLISHED).select_related("body"):
            publishing.publish(service, by, major=False)
    record(by, "directory.save_organisation", object_kind="organisation", object_id=row.pk, changed=changed)
    return row


@rule(Permission.DIRECTORY_KEEP)
def save_service(
    *,
    service_id: UUID | None = None,
    values: Mapping[str, Any],
    places: Sequence[Place] | None = None,
    version: int | None = None,
    minor: bool = False,
    external_id: str = "",
    by: Actor,
) -> Service:
    """Keeps a service and, unless None, where and when it is to be had. A published one is public as it is saved, and vouched for anew.

    `minor`: nothing changes its meaning (a typing error): translations stay good. `values` holds fields of `SERVICE` and, for a new one,
    `organisation_id`. Raises `Changed` when `version` is no longer the one that stands.
    """
    row, changed = _taken(Service, service_id, values, SERVICE, version, by)
    if service_id is None:
        row.organisation = Organisation.objects.get(pk=values["organisation_id"])
        row.slug, row.external_id = _slug(Service, row.name), external_id
    row.needed, row.phones = _items(row.needed, "text"), _items(row.phones, "number")
    row.full_clean(exclude=["body", "organisation"])
    if row.state == State.PUBLISHED and not row.summary:
        raise ValidationError({"summary": _("A public entry needs a sentence that says what it is.")})
    _kept(row, new=service_id is None)
    if places is not None:
        _place(row, places)
    record(
        by, "directory.save_service", object_kind="service", object_id=row.pk, changed=changed, detail={"minor": minor}
    )
    if row.state == State.PUBLISHED:
        publishing.publish(row, by, major=not minor)
    return row


@rule(Permission.DIRECTORY_KEEP)
def publish_service(*, service: Service, by: Actor) -> Service:
    """From now on everybody finds it, and the body vouches for it. Refused without a sentence, a theme and a way to reach it."""
    row = _mine(service)
    if missing := publishing.lacking(row):
        raise ValidationError(_("Before it is published it needs: %(what)s.") % {"what": ", ".join(missing)})
    row.state, row.published_at = State.PUBLISHED, row.published_at or clock.now()
    row.save(update_fields=["state", "published_at"])
    publishing.publish(row, by)
    record(by, "directory.publish_service", object_kind="service", object_id=row.pk)
    return row


@rule(Permission.DIRECTORY_KEEP)
def withdraw_service(*, service: Service, by: Actor) -> Service:
    """It is no longer offered: its page says so, and nobody finds it any more."""
    row = _mine(service)
    if row.state != State.PUBLISHED:
        raise ValidationError(_("It is not published."))
    row.state = State.WITHDRAWN
    row.save(update_fields=["state"])
    publishing.unpublish(row)
    record(by, "directory.withdraw_service", object_kind="service", object_id=row.pk)
    return row


@rule(Permission.DIRECTORY_KEEP)
def save_place(*, service: Service, place: Place, place_id: UUID | None = None, by: Actor) -> ServiceAtLocation:
    """One place of a service and its hours, beside the others. A location that other services share changes for all of them."""
    row = _mine(service)
    standing = ServiceAtLocation.objects.select_related("location").get(pk=place_id, service=row) if place_id else None
    if standing is None and row.places.count() >= MOST_PLACES:
        raise ValidationError(_("A service has at most %(places)s places.") % {"places": MOST_PLACES})
    saved = _placed(row, place, standing)
    record(by, "directory.save_place", object_kind="service", object_id=row.pk, detail={"new": standing is None})
    if row.state == State.PUBLISHED:
        publishing.publish(row, by)
    return saved


@rule(Permission.DIRECTORY_KEEP)
def remove_place(*, service: Service, place_id: UUID, by: Actor) -> None:
    row = _mine(service)
    row.places.filter(pk=place_id).delete()
    record(by, "directory.remove_place", object_kind="service", object_id=row.pk)
    if row.state == State.PUBLISHED:
        publishing.publish(row, by)


@rule(Permission.SYSTEM_UPKEEP)
def renew_openings(*, ids: Sequence[UUID], by: Actor) -> None:
    """By the worker: "open now" is known for the coming weeks again."""
    publishing.renew(ids)
    record(by, "directory.renew_openings", object_kind="body", object_id=by.body_id, detail={"services": len(ids)})


def _mine(service: Service) -> Service:
    return Service.objects.select_for_update(of=("self",)).select_related("body").get(pk=service.pk)


def _taken(
    model: type[T], ident: UUID | None, values: Mapping[str, Any], fields: Sequence[str], version: int | None, by: Actor
) -> tuple[T, list[str]]:
    """The row with its new values, unsaved, and the names of what differs."""
    if ident is None:
        row = model(id=new_id(), body_id=by.body_id)
    else:
        row = model.objects.select_for_update(of=("self",)).select_related("body").get(pk=ident)
        if version is not None and row.version != version:
            raise Changed(
                _(
                    "Somebody else has changed this entry while you were writing. Look at what stands there now, then save again."
                )
            )
        row.version += 1
    changed = [name for name in fields if name in values and getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    row.changed_at = clock.now()
    return row, changed


def _items(items: Sequence[Mapping[str, Any]], said: str) -> list[dict[str, Any]]:
    """Items of a list keep their id, so that their translations stay with them; new ones get one; empty ones go."""
    return [{**item, "id": str(item.get("id") or new_id())} for item in items if str(item.get(said, "")).strip()]


def _slug(model: type[Organisation] | type[Service], name: str) -> str:
    wanted = slugify(fold(name))[:100] or "servizio"
    taken = set(model.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    return next(
        slug for slug in [wanted, *(f"{wanted}-{number}" for number in range(2, len(taken) + 3))] if slug not in taken
    )


def _kept(row: Service, *, new: bool) -> None:
    """Saves it; a draft of another body, which is not ours to see, may have the address that a new one would get."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        if not new:
            raise
        row.slug = f"{row.slug[:120]}-{row.pk.hex[-8:]}"
        row.save()


def _place(service: Service, places: Sequence[Place]) -> None:
    if len(places) > MOST_PLACES or any(len(place.hours) > MOST_HOURS for place in places):
        raise ValidationError(
            _("A service has at most %(places)s places, each with %(hours)s lines of hours.")
            % {"places": MOST_PLACES, "hours": MOST_HOURS}
        )
    standing = {row.location_id: row for row in service.places.select_related("location")}
    kept = {
        _placed(service, place, standing.get(place.location_id) if place.location_id else None).pk for place in places
    }
    service.places.exclude(pk__in=kept).delete()


def _placed(service: Service, place: Place, standing: ServiceAtLocation | None) -> ServiceAtLocation:
    location = _location(service, place, standing.location if standing else None)
    row = standing or ServiceAtLocation(body_id=service.body_id, service=service, location=location)
    row.closures = _closures(place.closures)
    row.holidays, row.note = place.holidays, place.note
    row.save()
    row.schedules.all().delete()
    Schedule.objects.bulk_create(
        Schedule(
            body_id=service.body_id, place=row, rule=checked(one.rule), opens_at=one.opens_at, closes_at=one.closes_at,
            valid_from=one.valid_from, valid_to=one.valid_to,
        )
        for one in place.hours
    )  # fmt: skip
    return row


def _closures(closures: Sequence[Sequence[str]]) -> list[list[str]]:
    found = []
    for first, last in closures:
        for text in (first, last):
            try:
                date.fromisoformat(text if len(text) == 10 else f"2000-{text}")
            except ValueError as fault:
                raise ValidationError(_("“%(day)s” is no day.") % {"day": text[:20]}) from fault
        if len(first) != len(last) or (len(first) == 10 and first > last):
            raise ValidationError(_("A closure ends before it begins."))
        found.append([first, last])
    return found


def _location(service: Service, place: Place, standing: Location | None) -> Location:
    if place.location_id is not None and not place.location:
        return Location.objects.get(pk=place.location_id, body_id=service.body_id)
    row = standing or Location(body_id=service.body_id, organisation_id=service.organisation_id)
    row.changed_at = clock.now()
    for name in LOCATION:
        if name in place.location:
            setattr(row, name, place.location[name])
    row.full_clean(exclude=["body", "organisation"])
    row.save()
    return row
