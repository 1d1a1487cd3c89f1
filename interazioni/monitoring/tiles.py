"""My day: where the plan stands (who runs it), my body's share and what is late (who coordinates it)."""

from django.urls import reverse
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.ui.formats import local_number, local_percent
from interazioni.foundation.ui.registry import TileContent, TileRow
from interazioni.monitoring.queries.asked import ask
from interazioni.monitoring.queries.dashboard import Reading, dashboard
from interazioni.plan.programme.models import Period, PeriodState

MOST_ROWS = 6


def _row(reading: Reading, query: str) -> TileRow:
    share, value = local_percent(reading.share), local_number(reading.shown)
    return TileRow(
        label=reading.indicator.title,
        url=reverse("monitoring:figure", args=[reading.indicator.pk]) + query,
        note=_("%(value)s of %(target)s · %(share)s") % {"value": value, "target": local_number(reading.target), "share": share}
        if reading.target and not reading.few
        else " · ".join(filter(None, [f"{value} {reading.unit}", reading.trend_words])),
        side=reading.standing.words if reading.standing else "",
        tone=reading.standing.tone if reading.standing else "",
    )  # fmt: skip


def plan(actor: Actor) -> TileContent | None:
    asked = ask(actor, {})
    if asked is None:
        return None
    readings = [reading for reading in dashboard(asked).readings if reading.target]
    if not readings:
        return None
    late = sum(1 for reading in readings if reading.standing and reading.standing.late)
    return TileContent(
        title=_("Where the plan stands"), icon="it-chart-line", rows=[_row(reading, "") for reading in readings[:MOST_ROWS]],
        intro=_("All on pace.") if not late else "",
        link=reverse("monitoring:dashboard"), link_label=_("All figures of the plan"),
    )  # fmt: skip


def share(actor: Actor) -> TileContent | None:
    """The body's own share, what is late first; a body to which the plan gives no share sees what it did lately."""
    if actor.plan_wide or not actor.can(Permission.DATA_QUALITY_VIEW):
        return None
    asked = ask(actor, {})
    if asked is None:
        return None
    board = dashboard(asked)
    readings = [reading for reading in board.readings if reading.target]
    if not readings:
        readings = [reading for reading in board.readings if reading.trend_words]
    if not readings:
        return None
    readings.sort(key=lambda reading: not (reading.standing and reading.standing.late))
    return TileContent(
        title=_("Our share of the plan"), icon="it-chart-line", rows=[_row(reading, asked.query()) for reading in readings[:MOST_ROWS]],
        link=reverse("monitoring:dashboard"), link_label=_("All our figures"),
    )  # fmt: skip


def periods(actor: Actor) -> TileContent | None:
    """Reporting periods that are over and not certified yet."""
    overdue = list(
        Period.objects.filter(state=PeriodState.OPEN, ends_date__lt=clock.today()).order_by("starts_date")[:MOST_ROWS]
    )
    if not overdue:
        return None
    return TileContent(
        title=_("Periods to certify"), icon="it-flag",
        rows=[TileRow(label=period.title or period.code, url=reverse("monitoring:period", args=[period.pk])) for period in overdue],
        link=reverse("monitoring:periods"), link_label=_("All reporting periods"),
    )  # fmt: skip
