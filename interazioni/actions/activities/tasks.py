"""What this room does by itself."""

from interazioni.actions.activities.queries import anything_to_remind
from interazioni.actions.activities.rules.reminding import remind_missing_registers
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.tasks import task
from interazioni.plan.partners.queries import bodies, system_actor


@task("activities.remind", service="registers", every="30 6 * * 1-5", one_transaction=False)
def remind() -> None:
    """On working days, each body in a transaction of its own: one that fails does not keep the others waiting."""
    for body in list(bodies()):
        actor = system_actor(body)
        with acting(actor):
            if anything_to_remind(body.pk):
                remind_missing_registers(by=actor)
