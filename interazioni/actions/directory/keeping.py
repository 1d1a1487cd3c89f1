"""What the freshness of information asks of this room: where its public pages lead, and which places never open."""

from collections.abc import Sequence
from uuid import UUID

from django.urls import reverse

from interazioni.actions.directory.models import Service, ServiceAtLocation, State
from interazioni.actions.directory.opening import opens_ahead
from interazioni.actions.directory.publishing import KIND, hours
from interazioni.foundation.core import clock
from interazioni.foundation.translation.marks import URL
from interazioni.foundation.translation.queries import wordings
from interazioni.foundation.vocabularies import municipalities


def page(service_id: UUID) -> str:
    return reverse("directory:service", args=[service_id])


def withdraw(service_id: UUID) -> str:
    return reverse("directory:withdraw", args=[service_id])


def links(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """The websites of the service and of who offers it, and what its sheet writes out, in every language. Three queries."""
    services = Service.objects.filter(pk__in=ids, state=State.PUBLISHED).select_related("organisation")
    found = {row.pk: [row.website, row.organisation.website] for row in services}
    for ident, said in wordings(KIND, list(found)).items():
        found[ident] += [url for _language, words in said for text in words.values() for url in URL.findall(text)]
    return found


def never_open(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Places with hours and no opening in the coming half year, where neither the notice nor a word on the hours says why. Two queries."""
    today = clock.today()
    places = ServiceAtLocation.objects.filter(
        service__in=ids, service__state=State.PUBLISHED, service__alert="", note="", schedules__isnull=False
    ).distinct()
    found: dict[UUID, list[str]] = {}
    for place in places.select_related("location").prefetch_related("schedules").order_by("pk"):
        town = municipalities.by_istat(place.location.municipality)
        province = town.province if town else ""
        if not opens_ahead(hours(place), place.closures, today, province=province, on_holidays=place.holidays):
            where = [place.location.name or place.location.address, str(town) if town else ""]
            found.setdefault(place.service_id, []).append(", ".join(part for part in where if part))
    return found
