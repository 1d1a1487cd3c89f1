"""Time goes on: what the search knows of opening hours is renewed."""

from uuid import UUID

from interazioni.actions.directory import rules
from interazioni.actions.directory.models import Service, State
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.tasks import task
from interazioni.foundation.freshness import bodies


@task("directory.renew_openings", service="directory", every="20 23 * * 0", one_transaction=False)
def renew_openings() -> None:
    """Each week, for six weeks ahead (`opening.AHEAD_DAYS`)."""
    by_body: dict[UUID, list[UUID]] = {}
    for ident, body_id in Service.objects.filter(state=State.PUBLISHED).values_list("pk", "body_id"):
        by_body.setdefault(body_id, []).append(ident)

    def renew(body_id: UUID, by: Actor) -> None:
        rules.renew_openings(ids=by_body[body_id], by=by)

    bodies.each(by_body, renew)
