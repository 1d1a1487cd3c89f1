"""Entries of the demo's bodies, made through the rules."""

from datetime import time
from typing import Any

from interazioni.actions.directory import rules
from interazioni.actions.directory.models import Organisation, Service
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.translation.models import Segment, Source, Version
from interazioni.foundation.translation.rules import hand_in, write_pieces
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

TORINO = "001272"
MORNINGS = rules.Open("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30))


def secretary() -> Actor:
    """Who keeps the entries of the municipality."""
    return actor("lucia")


def an_organisation(by: Actor | None = None, **values: Any) -> Organisation:
    with clock.at(DEMO_DAY):
        return rules.save_organisation(
            values={"name": "Scuola Aperta", "description": "Corsi e aiuto per le famiglie.", **values},
            by=by or secretary(),
        )


def a_service(
    name: str = "Corso di italiano per adulti", by: Actor | None = None, publish: bool = True, **values: Any
) -> Service:
    by = by or secretary()
    places = values.pop(
        "places", [rules.Place(location={"municipality": TORINO, "address": "Via delle Rose 3"}, hours=[MORNINGS])]
    )
    given = {
        "organisation_id": values.pop("organisation_id", None) or an_organisation(by).pk, "name": name, "theme": "school",
        "summary": "Impari l'italiano, dal primo livello al certificato A2.", "for_whom": "Per chi ha almeno 16 anni.", "how": "Vieni allo sportello.\nPorta un documento.",
        "needed": [{"text": "Passaporto o permesso di soggiorno"}], "free": True, "spoken": ["it", "ar"], **values,
    }  # fmt: skip
    with clock.at(DEMO_DAY):
        service = rules.save_service(values=given, places=places, by=by)
        return rules.publish_service(service=service, by=by) if publish else service


def as_saved(service: Service, **values: Any) -> Service:
    with clock.at(DEMO_DAY):
        return rules.save_service(service_id=service.pk, values=values, by=secretary())


FRENCH = {
    "Corso di italiano per adulti": "Cours d'italien pour adultes",
    "Impari l'italiano, dal primo livello al certificato A2.": "Tu apprends l'italien, du premier niveau au certificat A2.",
    "Per chi ha almeno 16 anni.": "À partir de 16 ans.",
    "Vieni allo sportello.": "Viens au guichet.",
    "Porta un documento.": "Apporte un document.",
    "Passaporto o permesso di soggiorno": "Passeport ou titre de séjour (permesso di soggiorno)",
}


def source(service: Service) -> Source:
    return Source.objects.get(object_id=service.pk)


def in_french(
    service: Service, words: dict[str, str] | None = None, language: str = "fr", by: str = "paolo"
) -> Version:
    with acting(actor(by)), clock.at(DEMO_DAY):
        texts = {
            segment.pk: (words or FRENCH)[segment.text]
            for segment in Segment.objects.filter(source__object_id=service.pk)
        }
        write_pieces(source=source(service), language=language, texts=texts, by=actor(by))
        return hand_in(source=source(service), language=language, by=actor(by))
