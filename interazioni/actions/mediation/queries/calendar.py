"""What a mediator's calendar shows: what was promised, ended or asked, from some weeks ago on."""

from datetime import timedelta

from django.db.models import QuerySet

from interazioni.actions.mediation.feed_tokens import hashed
from interazioni.actions.mediation.models import Assignment, Feed, Mediator, Offer
from interazioni.foundation.core import clock

BACK = timedelta(days=60)


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
    return (
        Offer.objects.filter(mediator=mediator, asked_at__gt=clock.now() - BACK, ends_at__gt=clock.now() - BACK)
        .select_related("call__body")
        .order_by("starts_at", "pk")
    )
