"""A mediator's calendar: its private address."""

from interazioni.actions.mediation import feed_tokens
from interazioni.actions.mediation.models import Feed, Mediator
from interazioni.actions.mediation.rules.mediators import own_or_kept
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock


@rule(Permission.CALLS_ANSWER)
def open_feed(*, mediator: Mediator, by: Actor) -> str:
    """A new private address; the one before no longer works. Gives its token, which is shown once: only its hash is kept."""
    row = own_or_kept(mediator, by)
    _revoke(row)
    token = feed_tokens.made(row.dispatch_id)
    Feed.objects.create(mediator=row, token_hash=feed_tokens.hashed(token))
    record(by, "mediation.open_feed", object_kind="mediator", object_id=row.pk)
    return token


@rule(Permission.CALLS_ANSWER)
def revoke_feed(*, mediator: Mediator, by: Actor) -> None:
    """The address no longer works, wherever it was copied to."""
    row = own_or_kept(mediator, by)
    _revoke(row)
    record(by, "mediation.revoke_feed", object_kind="mediator", object_id=row.pk)


def _revoke(row: Mediator) -> None:
    Feed.objects.filter(mediator=row, revoked_at=None).update(revoked_at=clock.now())
