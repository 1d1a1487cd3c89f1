"""Each morning: whoever vouches for something that becomes stale soon is asked; what nobody answered for is demoted."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import registry
from interazioni.foundation.freshness.models import Suggestion, Vouch
from interazioni.foundation.freshness.rules import ask_owner, demote
from interazioni.foundation.freshness.rules.vouching import ASK_BEFORE


@task("freshness.keep", service="freshness", every="10 6 * * *", one_transaction=False)
def keep() -> None:
    """Each body in a transaction of its own: one that fails keeps no other waiting."""
    _each_body(_to_ask(), lambda rows, by: ask_owner(vouches=rows, by=by))
    _each_body(Q(demoted_at=None, due_at__lte=clock.now()), lambda rows, by: demote(vouches=rows, by=by))


def _to_ask() -> Q:
    """The n-th mail is due so many days before; never two on one day, also where the worker stood still."""
    moment = clock.now()
    due = Q(pk__in=[])
    for number, before in enumerate(ASK_BEFORE):
        due |= Q(asked=number, due_at__lte=moment + before)
    return due & Q(due_at__gt=moment) & (Q(asked_at=None) | Q(asked_at__lt=moment - timedelta(hours=20)))


def _each_body(which: Q, act: Callable[[list[Vouch], Actor], object]) -> None:
    by_body: dict[UUID, list[Vouch]] = {}
    for row in Vouch.objects.filter(which).order_by("body_id", "due_at"):
        by_body.setdefault(row.body_id, []).append(row)
    for body_id, rows in by_body.items():
        by = registry.keepers().actor(body_id)
        with acting(by):
            act(rows, by)


@task("freshness.forget_visitors", service="freshness", every="25 3 * * *")
def forget_visitors() -> None:
    """A day is enough to hold ten thousand suggestions from one address back."""
    Suggestion.objects.exclude(visitor="").filter(created_at__lt=clock.now() - timedelta(days=1)).update(visitor="")
