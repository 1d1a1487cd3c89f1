"""A published service becomes words to translate, somebody's word that they are true, and documents to be found."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from interazioni.actions.directory.models import Location, Service, ServiceAtLocation, State
from interazioni.actions.directory.opening import AHEAD_DAYS, Hours, intervals
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.freshness.rules import release, vouch_for
from interazioni.foundation.search.rules import Thing, Wording, forget, index, reopen
from interazioni.foundation.translation.queries import wordings
from interazioni.foundation.translation.rules import sync, withdraw
from interazioni.foundation.vocabularies import municipalities
from interazioni.foundation.vocabularies.distances import coordinates

KIND = "service"
DAYS = 120  # a body's word on a service
FIELDS = ("name", "summary", "alert", "for_whom", "how", "needed", "obtained", "times", "cost", "also")


def path(service: Service) -> str:
    return f"services/{service.slug}/"


def texts(service: Service) -> list[tuple[str, str]]:
    """The service's words in the order of its sheet: what is translated. Each paragraph of a long text is a segment of its own."""
    found: list[tuple[str, str]] = []
    for field in FIELDS:
        if field == "needed":
            found += [(f"needed.{item['id']}", item["text"]) for item in service.needed]
        elif field in ("for_whom", "how", "obtained", "times", "cost"):
            paragraphs = [line.strip() for line in getattr(service, field).splitlines() if line.strip()]
            found += [(f"{field}.{number}", paragraph) for number, paragraph in enumerate(paragraphs)]
        else:
            found.append((field, getattr(service, field)))
    return [(key, text) for key, text in found if text.strip()]


def lacking(service: Service) -> list[str]:
    """What it needs before it can be public, in words."""
    found = []
    if not service.summary:
        found.append(_("what it is, in one sentence"))
    if not (service.phones or service.email or service.website or service.places.all()):
        found.append(_("a place, a phone, an e-mail or a page"))
    return found


def publish(service: Service, by: Actor, *, major: bool = True) -> None:
    """Inside the rule that publishes or corrects a published service."""
    sync(
        kind=KIND,
        object_id=service.pk,
        body_id=service.body_id,
        language="it",
        texts=texts(service),
        major=major,
        path=path(service),
        theme=service.theme,
    )
    vouch_for(
        kind=KIND,
        object_id=service.pk,
        body_id=service.body_id,
        body_name=service.body.name,
        title=service.name,
        path=path(service),
        by=by,
    )
    reindex([service.pk])


def unpublish(service: Service) -> None:
    withdraw(kind=KIND, object_ids=[service.pk])
    release(object_ids=[service.pk])
    forget([service.pk])


def reindex(ids: Iterable[UUID]) -> None:
    """Inside a rule: makes what is found anew from what is published. Six queries, however many."""
    wanted = list(ids)
    services = list(Service.objects.filter(pk__in=wanted, state=State.PUBLISHED).defer("imported"))
    said = wordings(KIND, [service.pk for service in services])
    stale = set(
        Vouch.objects.filter(object_id__in=wanted, demoted_at__isnull=False).values_list("object_id", flat=True)
    )
    places: dict[UUID, list[ServiceAtLocation]] = {}
    for place in (
        ServiceAtLocation.objects.filter(service__in=services).select_related("location").prefetch_related("schedules")
    ):
        places.setdefault(place.service_id, []).append(place)
    index(_thing(service, said[service.pk], places.get(service.pk, []), service.pk in stale) for service in services)


def renew(ids: Iterable[UUID]) -> None:
    """Inside a rule: the search knows some weeks ahead, and time goes on."""
    openings: dict[UUID, set[tuple[datetime, datetime]]] = {ident: set() for ident in ids}
    places = ServiceAtLocation.objects.filter(service__in=openings).select_related("location")
    for place in places.prefetch_related("schedules"):
        openings[place.service_id].update(spans(place))
    reopen(KIND, {ident: sorted(found) for ident, found in openings.items()})


def _thing(
    service: Service, said: Sequence[tuple[str, dict[str, str]]], places: Sequence[ServiceAtLocation], stale: bool
) -> Thing:
    where = [place.location for place in places]
    return Thing(
        kind=KIND, object_id=service.pk, path=path(service), theme=service.theme, stale=stale, free=service.free, spoken=service.spoken,
        municipalities=sorted({one.municipality for one in where}), points=[point for one in where if (point := _point(one))],
        opening=sorted({span for place in places for span in spans(place)}),
        wordings=[_wording(language, words, where) for language, words in said],
    )  # fmt: skip


def _point(location: Location) -> tuple[float, float] | None:
    """Where it is; where nobody said, the middle of its municipality."""
    if location.latitude is not None and location.longitude is not None:
        return location.latitude, location.longitude
    return coordinates(location.municipality)


def _wording(language: str, words: dict[str, str], where: Sequence[Location]) -> Wording:
    towns = {str(found) for one in where if (found := municipalities.by_istat(one.municipality))}
    return Wording(
        language=language, title=words.get("name", ""), summary=words.get("summary", ""),
        text="\n".join([*(text for key, text in words.items() if key not in ("name", "summary", "also")), *sorted(towns)]),
        also=words.get("also", ""),
    )  # fmt: skip


def hours(place: ServiceAtLocation) -> list[Hours]:
    return [Hours(one.rule, one.opens_at, one.closes_at, one.valid_from, one.valid_to) for one in place.schedules.all()]


def spans(place: ServiceAtLocation, first: datetime | None = None) -> list[tuple[datetime, datetime]]:
    """When it is open from today on, as far as the search looks."""
    begins = (first or clock.now()).astimezone(clock.ROME).date()
    found = municipalities.by_istat(place.location.municipality)
    return intervals(
        hours(place), place.closures, begins, begins + timedelta(days=AHEAD_DAYS), province=found.province if found else "", on_holidays=place.holidays,
    )  # fmt: skip
