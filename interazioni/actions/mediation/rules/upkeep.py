"""What the night does: hours that nobody disputed stand, and whom a call was for is forgotten."""

from collections.abc import Sequence
from datetime import timedelta

from interazioni.actions.mediation.models import Call, Confidence, Hours, HoursState
from interazioni.actions.mediation.rules.hours import attest_hours
from interazioni.actions.mediation.settings_of import plan_rules
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock


@rule(Permission.SYSTEM_UPKEEP)
def stand(*, by: Actor) -> int:
    """Confirms the dispatch's reported hours that are older than the plan allows a doubt. Gives how many."""
    waiting = Hours.objects.filter(dispatch_id=by.body_id, state=HoursState.REPORTED).select_related(
        "assignment__kind__activity__plan"
    )
    count = 0
    for hours in waiting:
        after = plan_rules(hours.assignment.kind.activity.plan).attested_after_hours
        if after and hours.reported_at < clock.now() - timedelta(hours=after):
            attest_hours(hours=hours, how="time", by=by)
            count += 1
    record(by, "mediation.upkeep", object_kind="dispatch", detail={"stood": count})
    return count


@rule(Permission.SYSTEM_UPKEEP)
def forget(*, calls: Sequence[Call], by: Actor) -> int:
    """Some days after a call is over: the names go, and the link to a person; the family's pseudonym stays for continuity."""
    ids = [call.pk for call in calls]
    Confidence.objects.filter(call_id__in=ids).delete()
    Call.objects.filter(pk__in=ids).update(person=None, purged_at=clock.now())
    record(by, "mediation.forget", object_kind="dispatch", detail={"calls": len(ids)})
    return len(ids)
