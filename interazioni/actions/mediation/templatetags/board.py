"""What the board says of moments: near ones by their distance."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interazioni.actions.mediation.words import hours
from interazioni.foundation.core.clock import in_rome
from interazioni.foundation.ui.formats import local_date, local_time

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
