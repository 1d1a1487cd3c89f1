from uuid import UUID

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor, build
from interazioni.foundation.access.tasks import NoLongerThere, task
from interazioni.foundation.imports import running
from interazioni.foundation.imports.models import Import


@task("imports.run", service="imports", one_transaction=False)
def run_import(*, import_id: str, user_id: str, body_id: str) -> None:
    """Each batch commits for itself, as whoever confirmed the import; a worker killed half-way leaves whole batches, and
    the next one goes on behind them."""
    with context.user_only(UUID(user_id)):
        built = build(UUID(user_id), UUID(body_id))
    if built is None or built[0].body_id != UUID(body_id):
        raise NoLongerThere(body_id)
    running.run(UUID(import_id), built[0])


def later(handed: Import, by: Actor) -> None:
    """Puts a confirmed import into the queue, once."""
    run_import.defer(key=str(handed.pk), import_id=str(handed.pk), user_id=str(by.user_id), body_id=str(by.body_id))
