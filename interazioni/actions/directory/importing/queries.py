"""What stands here already, for the preview of an import and for what follows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from uuid import UUID

from interazioni.actions.directory.models import Organisation, Service, State
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.imports.models import Import, ImportRow, Outcome
from interazioni.foundation.vocabularies.folding import fold


@dataclass(frozen=True, slots=True)
class Standing:
    """The body's entries by what a file may know them by. Two queries."""

    by_external: Mapping[str, UUID]
    by_id: frozenset[UUID]
    by_name: Mapping[str, tuple[tuple[UUID, str], ...]] = field(default_factory=dict)  # only such as no import has made
    organisations: tuple[str, ...] = ()  # the first entered first


def standing(actor: Actor) -> Standing:
    by_external: dict[str, UUID] = {}
    by_name: dict[str, tuple[tuple[UUID, str], ...]] = {}
    ids = []
    rows = (
        Service.objects.filter(body_id=actor.body_id)
        .order_by("created_at")
        .values_list("pk", "external_id", "name", "organisation__name")
    )
    for key, external, name, organisation in rows:
        ids.append(key)
        if external:
            by_external[external] = key
        else:
            by_name[fold(name)] = (*by_name.get(fold(name), ()), (key, f"{name} ({organisation})"))
    organisations = (
        Organisation.objects.filter(body_id=actor.body_id).order_by("created_at").values_list("name", flat=True)
    )
    return Standing(by_external, frozenset(ids), by_name, tuple(organisations))


def kept_elsewhere(actor: Actor, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Those of these entries that another body keeps here, with its name. One query."""
    found = Service.objects.filter(pk__in=list(ids)).exclude(body_id=actor.body_id)
    return dict(found.values_list("pk", "body__name"))


def import_of(actor: Actor, import_id: UUID) -> Import | None:
    return Import.objects.filter(pk=import_id, body_id=actor.body_id, kind="services").select_related("file").first()


def entries_of(handed: Import) -> list[Service]:
    """The entries that an import made or changed, drafts first."""
    taken = ImportRow.objects.filter(of=handed, outcome__in=(Outcome.TAKEN, Outcome.MERGED)).values_list(
        "object_id", flat=True
    )
    found = (
        Service.objects.filter(pk__in=set(taken), body_id=handed.body_id)
        .select_related("organisation", "body")
        .prefetch_related("places")
    )
    return sorted(found, key=lambda one: (one.state != State.DRAFT, fold(one.name)))


def drafts(services: Iterable[Service]) -> list[Service]:
    return [one for one in services if one.state == State.DRAFT]
