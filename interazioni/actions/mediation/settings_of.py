"""What the plan file says about mediation (`[mediation]`), with the ordinary where it says nothing."""

from dataclasses import dataclass
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.actions.mediation.models import Sector
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.programme.models import DeliveryKind, Plan


@dataclass(frozen=True, slots=True)
class PlanRules:
    """Hours before the start under which a cancellation is late; whether it is paid; days for which whom a call was for stays readable;
    hours after which reported hours that nobody disputes stand (0: never)."""

    late_hours: int = 24
    late_pays: bool = True
    known_for_days: int = 7
    attested_after_hours: int = 0


def plan_rules(plan: Plan) -> PlanRules:
    said = plan.document.get("mediation") or {}
    return PlanRules(
        late_hours=said.get("late_cancellation_hours", 24),
        late_pays=said.get("late_cancellation_pays", True),
        known_for_days=said.get("known_for_days", 7),
        attested_after_hours=said.get("attested_after_hours", 0),
    )


def _kinds(name: str) -> list[DeliveryKind]:
    """The kinds of delivery that the plans name so; the latest plan first."""
    found = []
    for plan in Plan.objects.order_by("-starts_date"):
        code = (plan.document.get("mediation") or {}).get(name)
        kind = code and DeliveryKind.objects.filter(plan=plan, code=code).select_related("activity__plan").first()
        if kind:
            found.append(kind)
    return found


def kind_of_call(body: Body, sector: str) -> DeliveryKind:
    """As what the hours of a call count: those for schools apart from those on call to operators."""
    in_school = body.kind == BodyKind.SCHOOL or sector == Sector.SCHOOL
    for name in ("in_schools", "on_call") if in_school else ("on_call", "in_schools"):
        kinds = _kinds(name)
        if kinds:
            return kinds[0]
    raise ValidationError(
        _("The plan file does not say as what hours of mediation count: its part [mediation] is missing.")
    )


def kinds_of_presence() -> list[DeliveryKind]:
    """Desks of community mediation, hours in schools."""
    return [kind for name in ("community", "in_schools") for kind in _kinds(name)]


def kinds_of_plans() -> list[DeliveryKind]:
    """All that the plans count as mediation."""
    return [kind for name in ("on_call", "community", "in_schools") for kind in _kinds(name)]


def dispatches_for(body_id: UUID) -> list[Body]:
    """The bodies that answer this body's calls: those that granted it hours first, then those open to all."""
    from interazioni.actions.mediation.models import Dispatch, Grant, GrantKind

    granted = Grant.objects.filter(body_id=body_id, kind=GrantKind.CALLER).values_list("dispatch_id", flat=True)
    found = {d.body_id: d for d in Dispatch.objects.select_related("body").order_by("body__name")}
    first = [found[ident].body for ident in dict.fromkeys(granted) if ident in found]
    return [*first, *(d.body for d in found.values() if d.open_to_all and d.body not in first)]
