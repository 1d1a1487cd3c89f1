from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from interazioni.plan.programme.models import Activity, DeliveryKind, Indicator, Period, PeriodState, Plan


def plans() -> QuerySet[Plan]:
    """Every plan: a plan is public."""
    return Plan.objects.order_by("starts_date", "code")


def plan_on(day: date) -> Plan | None:
    """The plan that runs on a day; with several, the one that began last; else the latest there is."""
    running = Plan.objects.filter(starts_date__lte=day, ends_date__gte=day).order_by("-starts_date", "code").first()
    return running or Plan.objects.order_by("-ends_date").first()


def activities_with_sessions(plan: Plan) -> QuerySet[Activity]:
    return (
        Activity.objects.filter(plan=plan, holds_sessions=True)
        .select_related("action")
        .order_by("action__position", "position")
    )


def delivery_kinds(plan: Plan) -> QuerySet[DeliveryKind]:
    return (
        DeliveryKind.objects.filter(plan=plan)
        .select_related("activity__action")
        .order_by("activity__action__position", "position")
    )


def indicators(plan: Plan) -> QuerySet[Indicator]:
    return Indicator.objects.filter(plan=plan).order_by("position")


def periods(plan: Plan) -> QuerySet[Period]:
    return Period.objects.filter(plan=plan).order_by("starts_date")


def first_open_period(plan_id: UUID) -> Period | None:
    """Where a correction of a certified period's work falls."""
    return Period.objects.filter(plan_id=plan_id, state=PeriodState.OPEN).order_by("starts_date").first()


def period_on(plan: Plan, day: date) -> Period | None:
    """The reporting period of a day: periods leave no gap within the plan, so None means a day outside it."""
    return Period.objects.filter(plan=plan, starts_date__lte=day, ends_date__gte=day).first()
