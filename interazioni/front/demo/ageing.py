"""Time has passed over what is public: nobody answered for some entries, a course is over, readers have written. Through the rules."""

from collections.abc import Callable
from datetime import date

from interazioni.actions.directory.keeping import never_open
from interazioni.actions.directory.models import Service
from interazioni.actions.directory.rules import Open, Place, save_place
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import ProblemKind, Vouch
from interazioni.foundation.freshness.rules import Find, demote, note_problems, suggest
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

SUGGESTED, OVER = 30, 60  # one of so many services
SAID = (
    ("it", "Il martedì pomeriggio è chiuso da un mese."), ("fr", "Le numéro de téléphone n'existe plus."), ("ar", "العنوان تغير."),
    ("en", "You also need a photo, they sent me back."), ("es", "Ahora atienden solo con cita."),
)  # fmt: skip
ENDED = date(2020, 1, 31)


def ageing(say: Callable[[str], None]) -> None:
    vouches = list(Vouch.objects.filter(kind="service").order_by("path"))
    bodies = Body.objects.in_bulk({row.body_id for row in vouches})
    for number, vouch in enumerate(vouches):
        by = system_actor(bodies[vouch.body_id])
        with acting(by):
            if vouch.due_at <= clock.now():
                demote(vouches=[vouch], by=by)
            elif number % OVER == 7:
                _over(vouch, by)
            elif number % SUGGESTED == 5:
                language, text = SAID[number // SUGGESTED % len(SAID)]
                suggest(kind=vouch.kind, object_id=vouch.object_id, text=text, language=language, visitor=f"demo {number}", by=by)  # fmt: skip
    say(f"freshness: {Vouch.objects.filter(demoted_at__isnull=False).count()} entries that nobody vouches for any more")


def _over(vouch: Vouch, by: Actor) -> None:
    """A course that ended, and nobody said so: what the night would find."""
    service = Service.objects.get(pk=vouch.object_id)
    place = service.places.prefetch_related("schedules").get()
    hours = [Open(one.rule, one.opens_at, one.closes_at, one.valid_from, ENDED) for one in place.schedules.all()]
    with clock.at(vouch.verified_at):  # entered so from the beginning
        save_place(service=service, place_id=place.pk, place=Place(location_id=place.location_id, hours=hours), by=by)
    places = never_open([vouch.object_id]).get(vouch.object_id, [])
    finds = [Find(vouch.pk, ProblemKind.NEVER_OPEN, where, clock.now()) for where in places]
    note_problems(finds=finds, gone=[], by=by)
