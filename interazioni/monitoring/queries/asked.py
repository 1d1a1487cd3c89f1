"""What part of the plan a page is asked about, by its address; and what that part is called."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.monitoring import words
from interazioni.plan.ledger.queries import Selection, allowed, figure_bodies
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import bodies as all_bodies
from interazioni.plan.programme.models import Action, Indicator, Plan

PARTNERSHIP = "partnership"
PERSONAL = ("municipality", "sex", "age_band", "citizenship")
PARAMETERS = ("plan", "body", "action", "activity", "month", *PERSONAL)
LONGEST = 60


@dataclass(frozen=True)
class Asked:
    """`bodies` are those the actor may choose from; `body` the one chosen (None: the whole plan, or the partnership)."""

    actor: Actor
    plan: Plan
    plans: list[Plan]
    selection: Selection
    bodies: list[Body]
    actions: list[Action]
    body: Body | None = None
    action: Action | None = None
    partnership: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    def query(self, *, without: tuple[str, ...] = (), changes: Mapping[str, str] = MappingProxyType({})) -> str:
        """`?body=…&sex=F`, changed; empty without parameters. An empty value is kept: it asks for what is not known."""
        kept = {name: value for name, value in {**self.parameters, **changes}.items() if name not in without}
        return f"?{urlencode(kept)}" if kept else ""

    @cached_property
    def narrow_query(self) -> str:
        """The same for the drawing that a phone gets."""
        return self.query(changes={"narrow": "1"})

    @cached_property
    def whole_plan(self) -> bool:
        return not self.selection.bodies

    @cached_property
    def has_partnership(self) -> bool:
        return not self.actor.plan_wide and len(figure_bodies(self.actor)) > 1

    @cached_property
    def whose(self) -> str:
        """Whose work it is, as a heading says it."""
        if self.body is not None:
            return self.body.name
        if self.partnership:
            return _("Bodies of the partnership")
        return _("The whole plan")

    @cached_property
    def narrowed_words(self) -> list[tuple[str, str, str]]:
        """(name, what it narrows in words, the address's query without it), for the filters in force."""
        found = []
        if self.action is not None:
            found.append(("action", self.action.title, self.query(without=("action",))))
        for name, value in self.selection.narrowed().items():
            label = words.value_label(name, value, self.activity_titles if name == "activity" else None)
            found.append((name, f"{words.DIMENSION_LABELS[name]}: {label}", self.query(without=(name,))))
        return found

    @cached_property
    def activity_titles(self) -> dict[str, str]:
        from interazioni.plan.programme.models import Activity

        return {str(activity.pk): activity.title for activity in Activity.objects.filter(plan=self.plan)}


def ask(actor: Actor, parameters: Mapping[str, str]) -> Asked | None:
    """None where there is no such plan, action or body, or the actor may not read its figures: 404. Three queries."""
    plans = list(Plan.objects.order_by("-starts_date"))
    plan = _chosen_plan(plans, parameters.get("plan", ""))
    if plan is None:
        return None
    actions = list(Action.objects.filter(plan=plan))
    action = next((one for one in actions if one.code == parameters.get("action")), None)
    if parameters.get("action") and action is None:
        return None
    bodies = list(all_bodies())
    own = figure_bodies(actor)
    if not actor.plan_wide:
        bodies = [body for body in bodies if body.pk in own]
    code = parameters.get("body", "")
    partnership = code == PARTNERSHIP and not actor.plan_wide and len(own) > 1
    body: Body | None = None
    chosen: tuple[UUID, ...] = ()
    if partnership:
        chosen = tuple(sorted(own))
    elif code or not actor.plan_wide:
        body = next((one for one in bodies if (one.code == code if code else one.pk == actor.body_id)), None)
        if body is None:
            return None
        chosen = (body.pk,)
    narrowed = {
        name: parameters[name][:LONGEST]
        for name in ("activity", "month", *PERSONAL)
        if name in parameters and _makes_sense(name, parameters[name])
    }
    selection = Selection(bodies=chosen, action=action.pk if action else None, **narrowed)
    if not allowed(actor, selection):
        return None
    kept = {name: parameters[name] for name in ("plan", "body", "action") if parameters.get(name)} | narrowed
    return Asked(
        actor=actor, plan=plan, plans=plans, selection=selection, bodies=bodies, actions=actions, body=body, action=action,
        partnership=partnership, parameters=kept,
    )  # fmt: skip


def _chosen_plan(plans: list[Plan], code: str) -> Plan | None:
    if code:
        return next((plan for plan in plans if plan.code == code), None)
    today = clock.today()
    return next((plan for plan in plans if plan.starts_date <= today <= plan.ends_date), plans[0] if plans else None)


def _makes_sense(name: str, value: str) -> bool:
    if name == "activity":
        try:
            UUID(value)
        except ValueError:
            return False
        return True
    if name == "month":
        return (
            len(value) == 7
            and value[:4].isdigit()
            and value[4] == "-"
            and value[5:].isdigit()
            and 1 <= int(value[5:]) <= 12
            and int(value[:4]) > 0
        )
    return "\x00" not in value


def indicator_of(asked: Asked, indicator_id: UUID) -> Indicator | None:
    """An indicator of the plan asked about."""
    return Indicator.objects.filter(pk=indicator_id).select_related("plan").first()
