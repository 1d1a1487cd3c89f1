"""Months, days of the week, how hours were confirmed; signatures as they were drawn."""

from datetime import date
from typing import Any

from babel.dates import format_skeleton, get_day_names
from django import template
from django.utils.translation import gettext as _

from interazioni.actions.mediation.models import Hours
from interazioni.foundation.ui.formats import locale

register = template.Library()


@register.filter
def month_of(day: date) -> str:
    """febbraio 2020"""
    return str(format_skeleton("yMMMM", day, locale=locale()))


@register.filter
def day_name(weekday: int) -> str:
    return str(get_day_names("wide", context="stand-alone", locale=locale())[weekday])


@register.filter
def how_confirmed(hours: Hours) -> str:
    return how(hours.attested_how)


def how(code: str) -> str:
    match code:
        case "touch":
            return _("by touch")
        case "signature":
            return _("signed")
        case "link":
            return _("from the link")
        case "time":
            return _("undisputed in time")
        case "plan":
            return _("by the plan's rule")
        case "own":
            return _("own desk")
    return code


@register.filter
def reached(share: float | None) -> Any:
    """For `<progress max="1">`."""
    return "" if share is None else f"{min(1.0, share):.3f}"
