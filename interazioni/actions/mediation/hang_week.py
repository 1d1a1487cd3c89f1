"""The week in the navigation, on my day, and in the histories."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation import planning_desk, roster
from interazioni.actions.mediation.queries import week as queries
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe
from interazioni.foundation.core import clock
from interazioni.foundation.ui import registry

ACTS = {
    "mediation.ask_for_plan": _("asked for a plan of the week"),
    "mediation.plan_under_way": _("asked for a plan that was being made already"),
    "mediation.plan_progress": _("planned on"),
    "mediation.write_plan": _("wrote a plan of the week"),
    "mediation.fail_plan": _("could not plan the week"),
    "mediation.stop_plan": _("stopped the planning"),
    "mediation.take_plan": _("took a plan of the week"),
    "mediation.take_plan_later": _("had a long plan taken by the worker"),
    "mediation.move_planned": _("gave a planned visit to somebody else"),
    "mediation.set_weights": _("changed how much things weigh in a plan"),
    "mediation.set_dispatch": _("changed how the dispatch works"),
    "mediation.lock_call": _("kept, or freed, who goes in the plan"),
}


def week_tile(actor: Actor) -> registry.TileContent | None:
    """This week and the next: what waits to be planned, and what broke since the plan."""
    rows = []
    this_week = roster.monday_of(clock.today())
    for monday, label in ((this_week, _now("This week")), (this_week + timedelta(days=7), _now("Next week"))):
        stands = queries.standing(actor.body_id, monday)
        waiting = len(planning_desk.open_calls(actor.body_id, monday))
        if stands is None and not waiting:
            continue
        broken = bool(stands and queries.broken_since(stands))
        note = _now("%(n)s calls wait") % {"n": waiting} if waiting else _now("nothing waits")
        rows.append(
            registry.TileRow(
                label=label, url=f"{reverse('mediation:week')}?monday={monday}", note=note,
                side=_now("plan again") if broken else "" if stands else _now("not planned"), tone="warning" if broken or not stands else "",
            )
        )  # fmt: skip
    if not rows:
        return None
    return registry.TileContent(
        title=_("The week of mediation"), icon="it-calendar", rows=rows, link=reverse("mediation:week"), link_label=_("Plan the week")
    )  # fmt: skip


def hang() -> None:
    dispatch = Permission.CALLS_DISPATCH
    registry.menu.register(
        registry.MenuItem(
            key="mediation-week", label=_("The week"), url_name="mediation:week", icon="it-calendar", permission=dispatch, order=28
        )
    )  # fmt: skip
    registry.tiles.register(registry.Tile(key="mediation-week", build=week_tile, permission=dispatch, order=14))
    for act, sentence in ACTS.items():
        describe(act, sentence)
