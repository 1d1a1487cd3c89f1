"""What the board says of moments: near ones by their distance."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from babel.dates import format_skeleton
from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interazioni.actions.mediation.forms.statistics import province_name
from interazioni.actions.mediation.words import hours
from interazioni.foundation.core.clock import in_rome
from interazioni.foundation.ui.formats import local_date, local_time, locale

register = template.Library()


@register.simple_tag
def board_when(row: Any, today: date, tomorrow: date) -> str:
    """Today and tomorrow by their names, other days by their date."""
    day = in_rome(row.starts_at).date()
    named = _("today") if day == today else _("tomorrow") if day == tomorrow else local_date(day)
    hour = local_time(row.starts_at)
    return f"{named} {hour}" if row.window_until else f"{named} {hour}–{local_time(row.ends_at)}"


@register.simple_tag
def board_countdown(until: datetime, now: datetime) -> str:
    left = int((until - now).total_seconds() // 60)
    if left < 0:
        return _("the time to answer is over")
    return _("answer by %(time)s, %(left)s left") % {"time": local_time(until), "left": hours(left)}


@register.simple_tag
def board_until(starts_at: datetime, now: datetime) -> str:
    return _("in %(left)s") % {"left": hours(int((starts_at - now).total_seconds() // 60))}


@register.simple_tag
def board_asked(row: Any) -> str:
    parts = []
    if row.declined:
        parts.append(ngettext("%(n)s has declined", "%(n)s have declined", row.declined) % {"n": row.declined})
    if row.unanswered:
        parts.append(ngettext("%(n)s did not answer", "%(n)s did not answer", row.unanswered) % {"n": row.unanswered})
    return ", ".join(parts) or _("nobody asked yet")


# --- statistics ---------------------------------------------------------------------------------------------------------

HEIGHT, STEP, BAR = 140, 44, 26  # of the chart's picture, in its own units


@register.filter
def province(code: str) -> str:
    return province_name(code)


@register.filter
def month_name(month: str) -> str:
    """`2020-02` → `febbraio 2020`."""
    day = date.fromisoformat(f"{month}-01")
    return str(format_skeleton("yMMMM", day, locale=locale()))


@register.inclusion_tag("mediation/_month_chart.svg")
def month_chart(rows: Sequence[tuple[str, Any, float]]) -> dict[str, Any]:
    """Standing bars, each of three pieces. The numbers stand in the table beside it."""
    most = max((count.calls for _month, count, _share in rows), default=0) or 1
    bars = []
    for place, (month, count, _share) in enumerate(rows):
        pieces, foot = [], float(HEIGHT)
        for kind, n in (("covered", count.covered), ("failed", count.failed), ("other", count.open + count.called_off)):
            tall = HEIGHT * n / most
            foot -= tall
            pieces.append((kind, f"{foot:.1f}", f"{tall:.1f}"))
        label = str(format_skeleton("MMM", date.fromisoformat(f"{month}-01"), locale=locale()))
        middle = place * STEP + STEP / 2
        bars.append(
            {"pieces": pieces, "x": place * STEP + (STEP - BAR) // 2, "middle": f"{middle:g}", "label": label, "calls": count.calls,
             "top": f"{foot - 4:.1f}"}
        )  # fmt: skip
    return {"bars": bars, "width": max(len(rows), 6) * STEP, "height": HEIGHT, "bar": BAR}
