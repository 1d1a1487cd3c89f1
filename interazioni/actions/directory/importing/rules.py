"""Taking services out of files: entries that are new, and what a file changes in those that stand (ADR 0019)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from interazioni.actions.directory.importing.statements import NOTHING, Stated, StatedPlace, bases, compare, digest
from interazioni.actions.directory.models import Organisation, Service, ServiceAtLocation, State
from interazioni.actions.directory.rules import (
    LOCATION,
    Open,
    Place,
    publish_service,
    save_organisation,
    save_place,
    save_service,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.vocabularies.folding import fold

ITEMS = {"needed": "text", "phones": "number"}  # lists whose items keep their ids: by what an item is known again


class Became(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a statement. `codes`: what differs and stays (`differs:<field>`), or why it was refused."""

    became: Became
    service_id: UUID | None = None
    codes: Sequence[str] = ()


@rule(Permission.DIRECTORY_KEEP)
def import_services(*, services: Sequence[Stated], publish: bool = False, by: Actor) -> list[Imported]:
    """Takes each statement or refuses it; one that is refused leaves nothing behind and stops no other.

    A new entry is a draft, unless `publish`, and stays one where it lacks what a public one needs. One that stands is completed
    and brought up to date where nobody has changed it here; what was changed here stays, and is said.
    """
    results = [_one(stated, publish, by) for stated in services]
    record(by, "directory.import_services", object_kind="directory", detail={"services": len(results)})
    return results


@rule(Permission.DIRECTORY_KEEP)
def publish_all(*, services: Sequence[Service], by: Actor) -> int:
    """Publishes the drafts among them that have what a public entry needs. Gives how many."""
    count = 0
    for service in services:
        if service.state != State.DRAFT:
            continue
        try:
            publish_service(service=service, by=by)
        except ValidationError:
            continue
        count += 1
    record(by, "directory.publish_all", object_kind="directory", detail={"services": count})
    return count


def _one(stated: Stated, publish: bool, by: Actor) -> Imported:
    for _again in range(2):
        try:
            with transaction.atomic():
                standing = _standing(stated, by)
                return _merged(standing, stated, by) if standing else _created(stated, publish, by)
        except IntegrityError:  # another import of the same file was faster: now its entry stands
            continue
        except ValidationError as fault:
            fields = list(fault.message_dict) if hasattr(fault, "error_dict") else []
            return Imported(Became.REFUSED, codes=[f"invalid:{name}" for name in fields] or ["invalid"])
    return Imported(Became.REFUSED, codes=["stale"])


def _standing(stated: Stated, by: Actor) -> Service | None:
    mine = Service.objects.select_for_update(of=("self",)).select_related("organisation").filter(body_id=by.body_id)
    found = mine.filter(external_id=stated.external_id).first() if stated.external_id else None
    if found is None and stated.own_id is not None:
        found = mine.filter(pk=stated.own_id).first()
    return found


def _organisation(stated: Mapping[str, Any], by: Actor) -> Organisation:
    """The body's organisation of this name; one that is not known is entered."""
    name = fold(str(stated["name"]))
    for known in Organisation.objects.filter(body_id=by.body_id).order_by("created_at"):
        if fold(known.name) == name:
            return known
    return save_organisation(values={"description": stated["name"], **stated}, by=by)


def _created(stated: Stated, publish: bool, by: Actor) -> Imported:
    values = {name: value for name, value in stated.values.items() if digest(value) != NOTHING}
    organisation = _organisation(stated.organisation, by)
    service = save_service(values={**values, "organisation_id": organisation.pk}, external_id=stated.external_id, by=by)
    places = {one.key: _added(service, one, by) for one in stated.places}
    _remember(service, {**bases(stated.values), "organisation": digest(fold(organisation.name))}, places)
    codes = []
    if publish:
        try:
            publish_service(service=service, by=by)
        except ValidationError:
            codes = ["kept_as_draft"]
    return Imported(Became.CREATED, service.pk, codes)


def _merged(service: Service, stated: Stated, by: Actor) -> Imported:
    base: dict[str, str] = dict(service.imported.get("fields", {}))
    said, standing = dict(stated.values), {name: getattr(service, name) for name in stated.values}
    if stated.organisation.get("name"):
        said["organisation"] = fold(str(stated.organisation["name"]))
        standing["organisation"] = fold(service.organisation.name)
    found = compare(said, standing, base)
    if found.take.pop("organisation", None):  # who offers it is not changed by a file
        found.differs.append("organisation")
        found.base["organisation"] = base.get("organisation", NOTHING)
    if found.take:
        values = {
            name: _with_ids(getattr(service, name), value, ITEMS[name]) if name in ITEMS else value
            for name, value in found.take.items()
        }
        service = save_service(service_id=service.pk, values=values, by=by)
    places, changed, codes = _places(service, stated, by) if stated.places_said else (_remembered(service), False, [])
    # Chosen in the preview: from now on the file knows it. Our own id needs no such note.
    if stated.external_id not in ("", service.external_id, f"hsds:{service.pk}"):
        Service.objects.filter(pk=service.pk).update(external_id=stated.external_id)
    if (found.base, places) != (base, _remembered(service)):
        _remember(service, found.base, places)
    became = Became.CHANGED if found.take or changed else Became.SAME
    return Imported(became, service.pk, [f"differs:{name}" for name in found.differs] + codes)


def _with_ids(ours: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]], said: str) -> list[dict[str, Any]]:
    """Items that stay keep their id, and with it their translations."""
    held = {one[said]: one["id"] for one in ours if "id" in one}
    return [{**one, "id": held.get(one[said], "")} for one in new]


# --- places ----------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Known:
    """A place of the entry, by the key of the file."""

    rows: dict[UUID, ServiceAtLocation]
    by_key: dict[str, dict[str, str]]  # as remembered: {"id": …, field: digest}
    free: list[ServiceAtLocation] = field(default_factory=list)  # such that no file has spoken of


def _places(service: Service, stated: Stated, by: Actor) -> tuple[dict[str, dict[str, str]], bool, list[str]]:
    """What is remembered of the places, whether any was changed, and what to say. No place is ever taken away by a file."""
    rows = {
        row.pk: row
        for row in ServiceAtLocation.objects.filter(service=service)
        .select_related("location")
        .prefetch_related("schedules")
    }
    remembered = _remembered(service)
    spoken_of = {UUID(one["id"]) for one in remembered.values()}
    known = _Known(rows, remembered, [row for key, row in rows.items() if key not in spoken_of])
    keys = {one.key for one in stated.places}
    _moved(known, keys)
    codes = ["place_gone" for key, one in known.by_key.items() if key not in keys and UUID(one["id"]) in rows]
    changed = False
    for one in stated.places:
        marks = known.by_key.get(one.key)
        if marks is not None and UUID(marks["id"]) not in rows:
            codes.append("place_removed_here")
            continue
        row = rows[UUID(marks["id"])] if marks is not None else _alike(one, known.free)
        if row is None:
            known.by_key[one.key] = _added(service, one, by)
            changed = True
            continue
        marks, taken, differs = _brought_up(service, row, one, marks or {"id": str(row.pk)}, by)
        known.by_key[one.key] = marks
        changed = changed or taken
        codes += [f"differs:{name}" for name in differs]
    return known.by_key, changed, list(dict.fromkeys(codes))


def _moved(known: _Known, keys: set[str]) -> None:
    """One place before and one now: it is the same, its address was corrected in the file."""
    if len(known.by_key) == len(keys) == 1 and not keys & known.by_key.keys():
        known.by_key[next(iter(keys))] = known.by_key.pop(next(iter(known.by_key)))


def _alike(stated: StatedPlace, rows: list[ServiceAtLocation]) -> ServiceAtLocation | None:
    """A place that was entered here by hand, at the same address."""
    wanted = (stated.where.get("municipality"), fold(stated.where.get("address", "")))
    found = next((row for row in rows if (row.location.municipality, fold(row.location.address)) == wanted), None)
    if found is not None:
        rows.remove(found)
    return found


def _added(service: Service, stated: StatedPlace, by: Actor) -> dict[str, str]:
    row = save_place(service=service, place=_place(stated.where, stated.when), by=by)
    return {"id": str(row.pk), **bases({**stated.where, **stated.when})}


def _brought_up(
    service: Service, row: ServiceAtLocation, stated: StatedPlace, marks: Mapping[str, str], by: Actor
) -> tuple[dict[str, str], bool, list[str]]:
    there = {name: getattr(row.location, name) for name in LOCATION}
    times = {
        "hours": [Open(one.rule, one.opens_at, one.closes_at, one.valid_from, one.valid_to) for one in row.schedules.all()],
        "closures": row.closures, "holidays": row.holidays, "note": row.note,
    }  # fmt: skip
    found = compare({**stated.where, **stated.when}, {**there, **times}, marks)
    if found.take:
        moved = {name: value for name, value in found.take.items() if name in LOCATION}
        save_place(service=service, place=_place(moved, {**times, **found.take}), place_id=row.pk, by=by)
    return found.base, bool(found.take), found.differs


def _place(where: Mapping[str, Any], when: Mapping[str, Any]) -> Place:
    given = {name: when[name] for name in ("hours", "closures", "holidays", "note") if name in when}
    return Place(location=dict(where), **given)


# --- what the file said ----------------------------------------------------------------------------------------------


def _remembered(service: Service) -> dict[str, dict[str, str]]:
    return {key: dict(one) for key, one in service.imported.get("places", {}).items()}


def _remember(service: Service, fields: Mapping[str, str], places: Mapping[str, Mapping[str, str]]) -> None:
    Service.objects.filter(pk=service.pk).update(imported={"fields": dict(fields), "places": dict(places)})
