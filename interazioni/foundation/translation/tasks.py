"""By the clock: what translators handed in and nobody wants any more is forgotten."""

from datetime import timedelta
from uuid import UUID

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import build
from interazioni.foundation.access.tasks import NoLongerThere, task
from interazioni.foundation.core import clock, reads
from interazioni.foundation.translation import drafting
from interazioni.foundation.translation.models import Handed, Run

KEPT = timedelta(days=7)


@task("translation.forget", service="translation", every="29 3 * * *")
def forget() -> None:
    """Files of the last week are kept; reads of the last year."""
    Handed.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    reads.forget()


@task("translation.draft", service="translation", one_transaction=False)
def draft(*, run_id: str, user_id: str, body_id: str) -> None:
    """As whoever ordered it. Each thing commits for itself: a worker killed half-way leaves whole things, and the next goes on behind them."""
    with context.user_only(UUID(user_id)):
        built = build(UUID(user_id), UUID(body_id))
    if built is None or built[0].body_id != UUID(body_id):
        raise NoLongerThere(body_id)
    drafting.run(UUID(run_id), built[0])


def draft_later(run: Run) -> None:
    """Into the queue, once."""
    draft.defer(key=str(run.pk), run_id=str(run.pk), user_id=str(run.by_id), body_id=str(run.body_id))
