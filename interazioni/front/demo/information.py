"""What an office finds on its desk in February 2020: entries that wait for a yes, some that nobody vouches for any more, a
source that has changed since it was translated, a piece of news that waits for its review. Through the rules."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from interazioni.actions.content.rules import propose
from interazioni.actions.directory.models import Service, State
from interazioni.actions.directory.rules import save_service
from interazioni.foundation.access import context
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.tasks import keep
from interazioni.foundation.translation.rules import set_languages
from interazioni.front.demo.cast import actor
from interazioni.plan.partners.queries import system_actor

# (word of a service's name, days since somebody looked at it): services are good for 120 days.
LOOKED_AT = [("Doposcuola", 131, 3), ("Sportello casa", 126, 2), ("Corso di italiano", 112, 4), ("lavoro", 108, 3)]
NEWS = {
    "title": "Biblioteca: nuovi libri in dodici lingue",
    "summary": "Da marzo ci sono libri per bambini in arabo, cinese, ucraino e altre nove lingue.",
    "theme": "family",
}
TEXT: list[tuple[str, Any]] = [
    ("paragraph", "Puoi prendere i libri a casa per **un mese**. La tessera è gratis."),
    ("points", ["Porta un documento.", "I bambini vengono con un genitore."]),
]
WRITES = "chiara"


def information(day: datetime, say: Callable[[str], None]) -> None:
    """`day`: the demo's. Services and contents are there already."""
    published = Service.objects.filter(state=State.PUBLISHED).select_related("body").order_by("body__code", "slug")
    aged = 0
    for word, days, how_many in LOOKED_AT:
        for service in published.filter(name__icontains=word)[:how_many]:
            with clock.at(day - timedelta(days=days)), context.acting(by := system_actor(service.body)):
                save_service(service_id=service.pk, values={}, by=by)
            aged += 1
    for before in (24, 17, 12, 9, 5, 1):  # the worker's mornings that had something to do
        with clock.at(day - timedelta(days=before)):
            keep.function()
    changed = published.filter(name__icontains="permesso di soggiorno").last()
    if changed is not None:
        with clock.at(day - timedelta(days=3)), context.acting(by := system_actor(changed.body)):
            save_service(service_id=changed.pk, values={"times": "L'appuntamento è di solito entro tre settimane. Vieni due mesi prima che il permesso scade."}, by=by)  # fmt: skip
    with clock.at(day - timedelta(days=1)), context.acting(by := actor(WRITES)):
        propose(kind="news", values=NEWS, blocks=TEXT, by=by)
    with clock.at(day - timedelta(days=1)), context.acting(by := actor("amina")):
        set_languages(languages=["ar", "fr"], by=by)
    say(f"information: {aged} services looked at long ago, a piece of news that waits for its review")
