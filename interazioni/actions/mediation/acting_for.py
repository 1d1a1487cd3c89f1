"""Acts that cross bodies: a mediator's answer changes the call of a body she does not work for.

The rule checks that the act is hers and then acts as the dispatch, in her name: the audit event names her, the rows stay where
row-level security puts them. See `access.rules`: a rule inside a rule may act as somebody else.
"""

from typing import Protocol
from uuid import UUID

from interazioni.actions.mediation.models import Mediator
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import Role
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import SYSTEM_USER


class Answerable(Protocol):
    """An offer or an assignment."""

    dispatch_id: UUID
    mediator_user_id: UUID | None


class Called(Protocol):
    """A call, an assignment or hours: of the body that called, at a dispatch."""

    body_id: UUID
    dispatch_id: UUID


def answers_for(row: Answerable, by: Actor) -> bool:
    """The mediator who was asked or promised; or the dispatcher, to whom it was said by phone. No other mediator of the body."""
    return row.mediator_user_id == by.user_id or _dispatches(row.dispatch_id, by)


def calls_for(row: Called, by: Actor) -> bool:
    """The body that called; or the dispatcher, to whom it was said by phone."""
    return row.body_id == by.body_id or _dispatches(row.dispatch_id, by)


def _dispatches(dispatch_id: UUID, by: Actor) -> bool:
    return dispatch_id == by.body_id and by.can(Permission.CALLS_DISPATCH)


def as_body(body: Body, by: Actor | None = None) -> Actor:
    """The actor who carries out, for `body`, what `by` may do in the rule under way; nobody in particular without `by`."""
    return Actor(
        user_id=by.user_id if by else SYSTEM_USER,
        user_name=by.user_name if by else "",
        body_id=body.pk,
        body_name=body.name,
        roles=frozenset({Role.SYSTEM}),
    )


def as_mediator(mediator_id: UUID | None, dispatch: Body) -> Actor:
    """Who holds a signed link acts as the mediator it was made for, for that one purpose."""
    actor = as_body(dispatch)
    from interazioni.foundation.access.context import acting

    with acting(actor):
        mediator = Mediator.objects.filter(pk=mediator_id).first() if mediator_id else None
    if mediator is None or mediator.user_id is None:
        return actor
    return Actor(
        user_id=mediator.user_id, user_name=mediator.full_name, body_id=dispatch.pk, body_name=dispatch.name, roles=actor.roles
    )  # fmt: skip
