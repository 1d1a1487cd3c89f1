"""The objects of these pages, as far as the actor's body has them: 404 for any other, whoever's it is."""

from uuid import UUID

from django.http import Http404

from interazioni.actions.activities import queries
from interazioni.actions.activities.models import Delivery, Edition, Session
from interazioni.foundation.access.actor import Actor


def edition_of(actor: Actor, edition_id: UUID) -> Edition:
    edition = (
        queries.visible_to(actor)
        .select_related("activity__plan", "activity__action", "site")
        .filter(pk=edition_id)
        .first()
    )
    if edition is None:
        raise Http404
    return edition


def session_of(actor: Actor, session_id: UUID) -> Session:
    session = queries.session_for_register(actor, session_id)
    if session is None:
        raise Http404
    return session


def delivery_of(actor: Actor, delivery_id: UUID) -> Delivery:
    delivery = (
        queries.deliveries_visible_to(actor)
        .select_related("kind__activity__plan", "person", "association")
        .filter(pk=delivery_id)
        .first()
    )
    if delivery is None:
        raise Http404
    return delivery
