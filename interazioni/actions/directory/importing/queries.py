"""What stands here already, for the preview of an import and for what follows it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from interazioni.actions.directory.models import Organisation, Service, State
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.imports.models import Import, ImportRow, Outcome
from interazioni.foundation.vocabularies.folding import fold


@dataclass(frozen=True, slots=True)
class Named:
    """An entry that a file may mean by its name. `organisation` is folded."""

    pk: UUID
    words: str
    external_id: str
    organisation: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The body's entries by what a file may know them by. Two queries."""

    by_external: Mapping[str, UUID]
    by_id: frozenset[UUID]
    by_name: Mapping[str, Sequence[Named]]
    organisations: Sequence[str]  # the first entered first


def standing(actor: Actor) -> Standing:
    rows = list(
        Service.objects.filter(body_id=actor.body_id)
        .order_by("created_at")
        .values_list("pk", "external_id", "name", "organisation__name")
    )
    by_name: dict[str, list[Named]] = {}
    for key, external, name, organisation in rows:
        by_name.setdefault(fold(name), []).append(Named(key, f"{name} ({organisation})", external, fold(organisation)))
    organisations = Organisation.objects.filter(body_id=actor.body_id).order_by("created_at")
    return Standing(
        {external: key for key, external, _name, _organisation in rows if external}, frozenset(row[0] for row in rows),
        by_name, list(organisations.values_list("name", flat=True)),
    )  # fmt: skip


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
