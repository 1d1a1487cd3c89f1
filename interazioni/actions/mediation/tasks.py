"""What time brings: offers that run out, hours that nobody disputes, what may no longer be known."""

from collections import defaultdict
from datetime import timedelta
from uuid import UUID

from interazioni.actions.mediation import rules, tasks_week
from interazioni.actions.mediation.acting_for import as_body
from interazioni.actions.mediation.models import Call
from interazioni.actions.mediation.rules.upkeep import forget, stand
from interazioni.actions.mediation.settings_of import plan_rules
from interazioni.foundation.access import context
from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock
from interazioni.plan.partners.models import Body

SERVICE = "mediation"


@task("mediation.next_steps", service=SERVICE, every="* * * * *", one_transaction=False)
def next_steps() -> None:
    """Each call in a transaction of its own: one that fails holds up no other."""
    with context.service(SERVICE):
        due = list(Call.objects.filter(next_step_at__lte=clock.now()).values_list("pk", "dispatch_id"))
    for call_id, dispatch_id in due:
        actor = as_body(Body.objects.get(pk=dispatch_id))
        with context.acting(actor):
            call = Call.objects.filter(pk=call_id, next_step_at__lte=clock.now()).first()
            if call is not None:
                rules.take_next_step(call=call, by=actor)


@task("mediation.upkeep", service=SERVICE, every="23 4 * * *", one_transaction=False)
def upkeep() -> None:
    """At night: reported hours that stood long enough are confirmed; whom a call was for is forgotten."""
    with context.service(SERVICE):
        dispatches = list(Body.objects.filter(dispatch_settings__isnull=False))
    for dispatch in dispatches:
        actor = as_body(dispatch)
        with context.acting(actor):
            stand(by=actor)
        with context.acting(actor):
            due = list(
                Call.objects.filter(dispatch=dispatch, purged_at=None, state_at__lt=clock.now() - timedelta(days=1))
                .exclude(state__in=["draft", "sent", "proposed", "declined", "accepted", "confirmed", "under_way"])
                .select_related("kind__activity__plan", "body")
            )
        by_body: dict[UUID, list[Call]] = defaultdict(list)
        for call in due:
            if call.state_at < clock.now() - timedelta(days=plan_rules(call.kind.activity.plan).known_for_days):
                by_body[call.body_id].append(call)
        for body_id, calls in by_body.items():
            of_body = as_body(Body.objects.get(pk=body_id))
            with context.acting(of_body):
                forget(calls=calls, by=of_body)


__all__ = ["next_steps", "tasks_week", "upkeep"]  # the queue looks for tasks here
