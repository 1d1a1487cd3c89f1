"""The dispatcher's board in the navigation and on my day; the statistics; the events that the board hears."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import Call, CallState
from interazioni.actions.mediation.queries import board as queries
from interazioni.actions.mediation.words import language_name
from interazioni.foundation.access import streams
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.ui import registry
from interazioni.foundation.ui.formats import local_time, weekday_date

ROWS = 6


def _row(call: Call) -> registry.TileRow:
    first = call.options.all()[0]
    waiting = call.state == CallState.PROPOSED
    return registry.TileRow(
        label=f"{language_name(call.language)}, {call.body.name}", url=reverse("mediation:call", args=[call.pk]),
        note=f"{weekday_date(first.earliest_at)}, {local_time(first.earliest_at)}",
        side=_now("being asked") if waiting else _now("not covered"), tone="warning" if waiting else "danger",
    )  # fmt: skip


def uncovered_tile(actor: Actor) -> registry.TileContent | None:
    """What has nobody yet, today and tomorrow; on other days there is nothing to hurry."""
    today = clock.today()
    total, rows = queries.uncovered(actor, today, today + timedelta(days=1))
    return registry.TileContent(
        title=_("Calls not covered"), icon="it-warning-circle" if total else "it-check-circle", tone="warning" if total else "",
        intro=_("%(n)s for today and tomorrow.") % {"n": total} if total > ROWS else "",
        rows=[_row(call) for call in rows[:ROWS]], empty=_("Everything is covered, today and tomorrow."),
        link=reverse("mediation:board"), link_label=_("The board"),
    )  # fmt: skip


def hang() -> None:
    dispatch, plan = Permission.CALLS_DISPATCH, Permission.FIGURES_VIEW_PLAN
    streams.register(streams.Stream(name="mediation", channel="mediation", permission=dispatch))
    registry.menu.register(
        registry.MenuItem(
            key="mediation-board", label=_("Board"), url_name="mediation:board", icon="it-list", permission=dispatch, order=27
        )
    )  # fmt: skip
    registry.menu.register(
        registry.MenuItem(
            key="mediation-statistics", label=_("Mediation"), url_name="mediation:plan_statistics", icon="it-chart-line",
            permission=plan, order=29,
        )
    )  # fmt: skip
    registry.tiles.register(
        registry.Tile(key="mediation-uncovered", build=uncovered_tile, permission=dispatch, order=12)
    )
