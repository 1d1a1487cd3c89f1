"""What is given away: everything published, with all that belongs to it, in a number of queries that does not grow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, TypeVar
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import (
    Count,
    DateTimeField,
    F,
    Func,
    Max,
    Model,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    UUIDField,
    Value,
    Window,
)
from django.db.models.functions import Greatest, JSONObject

from interazioni.actions.directory.models import Organisation, Schedule, Service, ServiceAtLocation, State
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.search.models import Document
from interazioni.foundation.search.queries import Filters, search
from interazioni.foundation.translation.models import Version
from interazioni.foundation.translation.queries import Reading, readings, wordings
from interazioni.front.api.parameters import Slice
from interazioni.plan.partners.models import Body, BodyKind

SERVICE = "service"
MOST_FOUND = 2000  # of a full text search; nobody pages further
# What the answers say of a service and of a place. Columns and not models: made of models a list costs twice as much.
OFFERED = (
    "pk", "organisation_id", "slug", "theme", "email", "website", "phones", "minimum_age", "maximum_age", "spoken", "area", "free", "appointment", "sensitive",
    "organisation__name", "organisation__description", "organisation__email", "organisation__website", "body__email", "verified_at", "demoted_at", "modified_at",
)  # fmt: skip
PLACED = (
    "pk", "service_id", "location_id", "note", "holidays", "closures", "location__organisation_id", "location__name", "location__address",
    "location__postal_code", "location__municipality", "location__latitude", "location__longitude", "location__transport", "location__accessibility",
    "location__access_note",
)  # fmt: skip
PLACED_OPEN = (*PLACED, "hours")
M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Entry:
    """A published service, its words in a language, and where it is to be had.

    `service`: a row of OFFERED; `places`: rows of PLACED_OPEN, whose `hours` are dictionaries.
    """

    service: Any
    words: Reading
    places: Sequence[Any] = ()


def published(language: str) -> QuerySet[Service]:
    """`modified_at`: when anything that a reader of this language is told was last changed or verified."""
    return _published(language).all()


@cache  # putting it together costs as much as asking it
def _published(language: str) -> QuerySet[Service]:
    vouch = Vouch.objects.filter(object_id=OuterRef("pk")).order_by()
    here = ServiceAtLocation.objects.filter(service=OuterRef("pk")).order_by()
    version = Version.objects.filter(
        source__kind=SERVICE, source__object_id=OuterRef("pk"), language=language, published__isnull=False
    )
    return (
        Service.objects.filter(state=State.PUBLISHED)
        .annotate(
            verified_at=Subquery(vouch.values("verified_at")[:1]),
            demoted_at=Subquery(vouch.values("demoted_at")[:1]),
            modified_at=Greatest(
                "changed_at", "published_at", "organisation__changed_at", Subquery(version.values("published_at")[:1]), F("verified_at"), F("demoted_at"),
                Subquery(here.values("service").annotate(at=Max("location__changed_at")).values("at")),
                output_field=DateTimeField(),
            ),
        )
        .order_by("pk")
    )  # fmt: skip


def offered(found: QuerySet[Service]) -> list[Any]:
    """Rows of OFFERED."""
    return sliced(found, None, OFFERED)[0]


def narrowed(
    found: QuerySet[Service],
    *,
    theme: str | None = "",
    organization_id: UUID | None = None,
    modified_after: datetime | None = None,
) -> QuerySet[Service]:
    """Everything that is set must hold; a theme that is None lets nothing through."""
    if theme is None:
        return found.none()
    if theme:
        found = found.filter(theme=theme)
    if organization_id:
        found = found.filter(organisation_id=organization_id)
    if modified_after:
        found = found.filter(Q(modified_at__gte=modified_after))
    return found


def searched(text: str, language: str) -> list[UUID]:
    """Services in which these words stand, the best first. At most four queries."""
    return [one.object_id for one in search(text, language, Filters(kinds=(SERVICE,)), per_page=MOST_FOUND).items]


def in_order(found: QuerySet[M], ids: Sequence[UUID], key: str = "pk") -> QuerySet[M]:
    """Only these, in their order."""
    wanted = Value(list(ids), output_field=ArrayField(UUIDField()))
    return found.filter(**{f"{key}__in": ids}).order_by(Func(wanted, F(key), function="array_position"), "pk")


def sliced(found: QuerySet[Any], part: Slice | None, columns: Sequence[str] = ()) -> tuple[list[Any], int]:
    """(rows of the page, how many there are): one query, two where the page lies beyond the end. With `columns` no models, but these."""
    if part is None:
        rows = list(found.values_list(*columns, named=True) if columns else found)
        return rows, len(rows)
    counted = found.annotate(of_all=Window(Count("*")))
    rows = list((counted.values_list(*columns, "of_all", named=True) if columns else counted)[part.first : part.last])
    if rows:
        return rows, rows[0].of_all
    return [], found.count() if part.first else 0


def entries(rows: Sequence[Any], language: str, *, places: bool = True) -> list[Entry]:
    """Of rows of OFFERED. Two queries, however many; one without places."""
    words = readings(SERVICE, [row.pk for row in rows], language)
    here: dict[UUID, list[Any]] = {}
    if places:
        for place in sliced(_placed(True).filter(service__in=[row.pk for row in rows]), None, PLACED_OPEN)[0]:
            here.setdefault(place.service_id, []).append(place)
    return [Entry(row, words[row.pk], here.get(row.pk, ())) for row in rows if row.pk in words]


def in_all_languages(services: Sequence[Service]) -> dict[UUID, list[tuple[str, dict[str, str]]]]:
    """(language, words by key), the source's first. Two queries."""
    return wordings(SERVICE, [row.pk for row in services])


def places_by_service(services: Iterable[Service]) -> dict[UUID, list[ServiceAtLocation]]:
    """One query."""
    found: dict[UUID, list[ServiceAtLocation]] = {}
    here = ServiceAtLocation.objects.filter(service__in=[row.pk for row in services]).select_related("location")
    for place in _with_hours(here).order_by("pk"):
        found.setdefault(place.service_id, []).append(place)
    return found


def _with_hours(found: QuerySet[ServiceAtLocation]) -> QuerySet[ServiceAtLocation]:
    columns = ("id", "rule", "opens_at", "closes_at", "valid_from", "valid_to")
    hours = Schedule.objects.filter(place=OuterRef("pk")).order_by("opens_at", "pk")
    return found.annotate(hours=ArraySubquery(hours.values(json=JSONObject(**{column: column for column in columns}))))


@cache
def _placed(hours: bool) -> QuerySet[ServiceAtLocation]:
    """With schedules (`hours`: dictionaries), in the same query."""
    found = ServiceAtLocation.objects.order_by("pk")
    return _with_hours(found) if hours else found


def organisations(theme: str | None = "", words: str = "") -> QuerySet[Organisation]:
    """Who offers something that is public."""
    offered = Service.objects.filter(state=State.PUBLISHED)
    if theme is None:
        return Organisation.objects.none()
    if theme:
        offered = offered.filter(theme=theme)
    found = Organisation.objects.filter(pk__in=offered.values("organisation_id")).order_by("pk")
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(description__icontains=word))
    return found


def places_of(services: QuerySet[Service], *, hours: bool = True) -> QuerySet[ServiceAtLocation]:
    return _placed(hours).filter(service__in=services.order_by().values("pk"))


def newest() -> datetime | None:
    """When anything was last changed."""
    return published("it").aggregate(at=Max("modified_at"))["at"]  # type: ignore[no-any-return]


def lead() -> Body | None:
    """The public authority that answers for the plan."""
    return Body.objects.filter(kind=BodyKind.REGION).order_by("code").first()


def public_paths() -> list[Mapping[str, Any]]:
    """Every public thing's path below the language, with the moment at which its page last changed."""
    return list(Document.objects.values("path").annotate(changed_at=Max("changed_at")).order_by("path"))


def count_public_paths() -> int:
    return Document.objects.values("path").distinct().count()
