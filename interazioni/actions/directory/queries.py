"""Every read of the directory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from interazioni.actions.directory.models import Organisation, Schedule, Service, ServiceAtLocation, State
from interazioni.actions.directory.opening import next_opening, weekdays
from interazioni.actions.directory.publishing import KIND, spans
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Suggestion, SuggestionState, Vouch
from interazioni.foundation.translation.queries import Reading, readings
from interazioni.foundation.vocabularies import municipalities


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week (Monday 0) and its hours."""

    weekday: int
    hours: Sequence[tuple[time, time]]


@dataclass(frozen=True, slots=True)
class PlaceShown:
    place: ServiceAtLocation
    town: str
    week: Sequence[Day]
    others: Sequence[Schedule]  # rules that are no plain week
    open_now: bool
    until: datetime | None  # when that changes


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that a service's page says, in one language."""

    service: Service
    words: Reading
    places: Sequence[PlaceShown]
    vouch: Vouch | None


def sheet(slug: str, language: str) -> Sheet | None:
    """A published service (or one that was withdrawn: its page says so only to its body). Six queries."""
    service = (
        Service.objects.filter(slug=slug, state=State.PUBLISHED)
        .select_related("organisation", "body")
        .defer("imported")
        .prefetch_related(
            Prefetch("places", ServiceAtLocation.objects.select_related("location").prefetch_related("schedules"))
        )
        .first()
    )
    if service is None:
        return None
    words = readings(KIND, [service.pk], language).get(service.pk)
    if words is None:
        return None
    vouch = Vouch.objects.filter(object_id=service.pk).first()
    return Sheet(service, words, [shown(place) for place in service.places.all()], vouch)


def shown(place: ServiceAtLocation) -> PlaceShown:
    week: dict[int, list[tuple[time, time]]] = {}
    others = []
    for one in place.schedules.all():
        days = weekdays(one.rule)
        if days is None or one.valid_from or one.valid_to:
            others.append(one)
            continue
        for day in days:
            week.setdefault(day, []).append((one.opens_at, one.closes_at))
    town = municipalities.by_istat(place.location.municipality)
    open_now, until = next_opening(spans(place), clock.now())
    return PlaceShown(
        place,
        str(town) if town else "",
        [Day(day, sorted(hours)) for day, hours in sorted(week.items())],
        others,
        open_now,
        until,
    )


def kept_by(actor: Actor) -> QuerySet[Service]:
    """The body's own entries; for who assists the plan, everybody's."""
    found = Service.objects.select_related("organisation", "body")
    if not actor.can(Permission.DIRECTORY_REVIEW):
        found = found.filter(body_id=actor.body_id)
    waiting = Suggestion.objects.filter(object_id=OuterRef("pk"), state=SuggestionState.NEW).order_by()
    return found.annotate(
        due_at=Subquery(Vouch.objects.filter(object_id=OuterRef("pk")).values("due_at")[:1]),
        suggestions=Coalesce(Subquery(waiting.values("object_id").annotate(n=Count("*")).values("n")), 0),
    ).order_by("name")


def named(found: QuerySet[Service], words: str) -> QuerySet[Service]:
    for word in words.split():
        found = found.filter(name__icontains=word)
    return found


def suggestions_on(service_id: UUID) -> QuerySet[Suggestion]:
    """What readers wrote, what waits first."""
    return Suggestion.objects.filter(object_id=service_id).order_by("settled_at", "created_at")


def organisations_of(actor: Actor) -> QuerySet[Organisation]:
    return Organisation.objects.filter(body_id=actor.body_id).order_by("name")


def service_of(actor: Actor, service_id: UUID) -> Service | None:
    return kept_by(actor).filter(pk=service_id).first()


def places_served() -> list[tuple[str, str]]:
    """(ISTAT code, name) of the municipalities in which something published is to be had."""
    codes = (
        ServiceAtLocation.objects.filter(service__state=State.PUBLISHED)
        .values_list("location__municipality", flat=True)
        .distinct()
    )
    found = [(code, str(town)) for code in codes if (town := municipalities.by_istat(code))]
    return sorted(found, key=lambda pair: pair[1])
