"""What a mediator's calendar shows: what was promised, ended or asked, from some weeks ago on."""

from datetime import timedelta

from django.db.models import Q, QuerySet

from interazioni.actions.mediation.feed_tokens import hashed
from interazioni.actions.mediation.models import Assignment, AvailabilityException, Feed, Mediator, Offer, OfferState
from interazioni.foundation.core import clock

BACK = timedelta(days=60)
ANSWERED = timedelta(days=3)  # Google asks again after a day


def feed_of(token: str) -> Feed | None:
    return (
        Feed.objects.select_related("mediator__body").filter(token_hash=hashed(token), revoked_at=None).first()
    )  # fmt: skip


def open_feed(mediator: Mediator) -> Feed | None:
    return Feed.objects.filter(mediator=mediator, revoked_at=None).first()


def promised(mediator: Mediator) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(mediator=mediator, ends_at__gt=clock.now() - BACK)
        .select_related("body", "presence", "kind")
        .order_by("starts_at", "pk")
    )


def asked(mediator: Mediator) -> QuerySet[Offer]:
    """Offers that wait, and those answered or run out a few days ago, so that every client takes them out."""
    lately = clock.now() - ANSWERED
    return (
        Offer.objects.filter(mediator=mediator)
        .filter(Q(state=OfferState.WAITING, expires_at__gt=lately) | Q(answered_at__gt=lately))
        .select_related("call__body")
        .order_by("starts_at", "pk")
    )


def exceptions(mediator: Mediator) -> QuerySet[AvailabilityException]:
    return AvailabilityException.objects.filter(mediator=mediator, ends_at__gt=clock.now()).order_by("starts_at", "pk")
