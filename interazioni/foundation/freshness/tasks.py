"""At night: links are asked. Each morning: whoever vouches for something that becomes stale soon is asked, and told what was found."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import service
from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import bodies, checking
from interazioni.foundation.freshness.models import Problem, Suggestion, Vouch
from interazioni.foundation.freshness.rules import ask_owner, demote
from interazioni.foundation.freshness.rules.letters import ASK_BEFORE

A_DAY_APART = timedelta(hours=20)  # two mails; a morning's run is not to the minute
LAST_WORD = timedelta(hours=44)  # from the last reminder to the mark


@task("freshness.check_links", service="freshness", every="* 1-5 * * *", one_transaction=False, attempts=1)
def check_links() -> None:
    """A piece of the night's round; the next visit goes on."""
    checking.go_on()


@task("freshness.keep", service="freshness", every="10 6 * * *", one_transaction=False)
def keep() -> None:
    """Each body in a transaction of its own: one that fails keeps no other waiting."""
    due: dict[UUID, list[Vouch]] = defaultdict(list)
    for row in Vouch.objects.filter(_to_ask()).order_by("due_at"):
        due[row.body_id].append(row)
    found: dict[UUID, list[Problem]] = defaultdict(list)
    with service("freshness"):
        for problem in Problem.objects.filter(told_at=None, dismissed_at=None).select_related("vouch"):
            found[problem.vouch.body_id].append(problem)
    over: dict[UUID, list[Vouch]] = defaultdict(list)
    for row in Vouch.objects.filter(_to_demote()).order_by("due_at"):
        over[row.body_id].append(row)

    def morning(body_id: UUID, by: Actor) -> None:
        if due[body_id] or found[body_id]:
            ask_owner(vouches=due[body_id], problems=found[body_id], by=by)
        if over[body_id]:
            demote(vouches=over[body_id], by=by)

    bodies.each([*due, *found, *over], morning)


def _to_ask() -> Q:
    """The n-th mail is due so many days before; never two on one day. Where the worker stood still, it is late, and is sent all the same."""
    moment = clock.now()
    due = Q(pk__in=[])
    for number, before in enumerate(ASK_BEFORE):
        due |= Q(asked=number, due_at__lte=moment + before)
    return due & Q(demoted_at=None) & (Q(asked_at=None) | Q(asked_at__lt=moment - A_DAY_APART))


def _to_demote() -> Q:
    """Asked, reminded twice, and some time to answer: nobody's word ends unasked."""
    moment = clock.now()
    return Q(demoted_at=None, due_at__lte=moment, asked__gte=len(ASK_BEFORE), asked_at__lte=moment - LAST_WORD)


@task("freshness.forget_visitors", service="freshness", every="25 3 * * *")
def forget_visitors() -> None:
    """A day is enough to hold ten thousand suggestions from one address back."""
    Suggestion.objects.exclude(visitor="").filter(created_at__lt=clock.now() - timedelta(days=1)).update(visitor="")
