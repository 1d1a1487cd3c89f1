"""What happens by itself: what was scheduled is published, what has expired is taken off, what repeats moves on to its next time, and
what is over is nobody's to vouch for."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from wagtail.models import Revision

from interazioni.actions.content import queries, rules
from interazioni.actions.content.models import KINDS, Entry, Event, Opportunity
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Vouch
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

KEPT_DAYS = 30  # a picture that nothing shows


@task("content.keep_hours", service="content", every="*/5 * * * *", one_transaction=False)
def keep_hours() -> None:
    """Each entry in a transaction of its own; one that fails keeps no other waiting for more than five minutes."""
    moment = clock.now()
    due = Revision.objects.filter(approved_go_live_at__lte=moment).order_by("approved_go_live_at")
    for revision_id, body_id in [(row.pk, UUID(row.content["body"])) for row in due]:
        with acting(_by(body_id)):
            Revision.objects.get(pk=revision_id).publish(skip_permission_checks=True)
    for model in KINDS.values():
        over = model._default_manager.filter(live=True, expire_at__lte=moment)
        for ident, body_id in list(over.values_list("pk", "body_id")):
            _expire(model, ident, body_id)
    for ident, body_id in list(
        Opportunity.objects.filter(live=True, deadline__lte=moment).values_list("pk", "body_id")
    ):
        _expire(Opportunity, ident, body_id)


def _by(body_id: UUID) -> Actor:
    return system_actor(Body.objects.get(pk=body_id))


def _expire(model: type[Entry], ident: UUID, body_id: UUID) -> None:
    with acting(_by(body_id)):
        model._default_manager.get(pk=ident).unpublish(set_expired=True)


@task("content.next_dates", service="content", every="20 * * * *", one_transaction=False)
def next_dates() -> None:
    """What repeats is listed by its next time."""
    moment = clock.now()
    running = Event.objects.filter(live=True, until__gte=(moment - timedelta(days=1)).date()).exclude(rule="")
    by_body: dict[UUID, list[UUID]] = {}
    for ident, body_id in running.values_list("pk", "body_id"):
        by_body.setdefault(body_id, []).append(ident)
    for body_id, ids in by_body.items():
        by = _by(body_id)
        with acting(by):
            rules.move_on(ids=ids, by=by)


@task("content.forget_pictures", service="content", every="35 3 * * *", one_transaction=False)
def forget_pictures() -> None:
    """Left over when another was chosen, or when what it was brought in for was never written."""
    for body_id, ids in queries.pictures_left_over(clock.now() - timedelta(days=KEPT_DAYS)).items():
        by = _by(body_id)
        with acting(by):
            rules.forget_pictures(ids=ids, by=by)


@task("content.let_go", service="content", every="40 2 * * *", one_transaction=False)
def let_go() -> None:
    """Nobody is asked whether an event that is over is still true."""
    over = Event.objects.filter(
        Q(rule="", ends_at__lt=clock.now()) | ~Q(rule="") & Q(until__lt=clock.today()), live=True
    )
    vouched = set(Vouch.objects.filter(kind=Event.kind).values_list("object_id", flat=True))
    by_body: dict[UUID, list[UUID]] = {}
    for ident, body_id in over.values_list("pk", "body_id"):
        if ident in vouched:
            by_body.setdefault(body_id, []).append(ident)
    for body_id, ids in by_body.items():
        by = _by(body_id)
        with acting(by):
            rules.let_go(ids=ids, by=by)
