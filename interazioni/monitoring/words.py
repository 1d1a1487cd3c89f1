"""Dimensions and their values in the reader's words."""

from collections.abc import Mapping
from datetime import date
from functools import cache

from babel.dates import format_skeleton
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from interazioni.foundation.ui.formats import locale
from interazioni.foundation.vocabularies import countries, municipalities
from interazioni.plan.people.models import Sex
from interazioni.plan.people.queries import AGE_BANDS, age_band
from interazioni.plan.programme.models import Indicator

# In the order in which they are offered. "body" is a figure by body; the others are those of `ledger.queries`.
DIMENSION_LABELS: dict[str, Promise] = {
    "month": gettext_lazy("Month"),
    "body": gettext_lazy("Body"),
    "activity": gettext_lazy("Activity"),
    "province": gettext_lazy("Province"),
    "municipality": gettext_lazy("Municipality"),
    "sex": gettext_lazy("Sex"),
    "age_band": gettext_lazy("Age"),
    "citizenship": gettext_lazy("Citizenship"),
}
AGE_ORDER = [age_band(low) for low, _high in AGE_BANDS]


def month(value: str, *, short: bool = False) -> str:
    """`2019-03` → `marzo 2019`, or `mar 2019`."""
    day = date(int(value[:4]), int(value[5:7]), 1)
    return str(format_skeleton("yMMM" if short else "yMMMM", day, locale=locale()))


def month_alone(value: str) -> str:
    """`2019-03` → `marzo`."""
    return str(locale().months["stand-alone"]["wide"][int(value[5:7])])


def province(prefix: str) -> str:
    """The province of an ISTAT code's first three digits: `001` → `Torino`."""
    return _provinces().get(prefix, prefix)


@cache
def _provinces() -> Mapping[str, str]:
    return {one.istat[:3]: one.province_name or one.province for one in municipalities._all() if one.istat}


def municipality(istat: str) -> str:
    found = municipalities.by_istat(istat)
    return str(found) if found else istat


def value_label(dimension: str, value: str, titles: Mapping[str, str] | None = None) -> str:
    """A dimension's value in words; `titles` for ids (activities, bodies)."""
    if value == "":
        return _("not known")
    match dimension:
        case "month":
            return month(value)
        case "province":
            return province(value)
        case "municipality":
            return province(value) if len(value) == 3 else municipality(value)
        case "sex":
            return str(Sex(value).label) if value in Sex.values else value
        case "age_band":
            return _("%(ages)s years") % {"ages": value.replace("-", "–")}
        case "citizenship":
            return countries.name_of(value, get_language() or "it")
    return (titles or {}).get(value, value)


def sort_key(dimension: str, value: str, amount: object) -> tuple[object, ...]:
    """Months and ages in their order, the rest by amount; what is not known at the end."""
    if value == "":
        return (1,)
    if dimension == "month":
        return (0, value)
    if dimension == "age_band":
        return (0, AGE_ORDER.index(value) if value in AGE_ORDER else 99)
    return (0, -float(amount) if not isinstance(amount, str) and hasattr(amount, "__float__") else 0, value)


_UNITS: dict[str, Promise] = {
    "people": gettext_lazy("people"),
    "hours": gettext_lazy("hours"),
    "meetings": gettext_lazy("meetings"),
    "sessions": gettext_lazy("sessions"),
    "labs": gettext_lazy("labs"),
    "forms": gettext_lazy("forms"),
    "contents": gettext_lazy("contents"),
    "contacts": gettext_lazy("contacts"),
    "bodies": gettext_lazy("bodies"),
    "issues": gettext_lazy("issues"),
    "associations": gettext_lazy("associations"),
    "editions": gettext_lazy("editions"),
    "pathways": gettext_lazy("pathways"),
}


def unit(indicator: Indicator) -> str:
    """The unit as the plan says it, else in our words, else its code."""
    return indicator.text("unit") or unit_of(indicator.unit)


def unit_of(code: str) -> str:
    return str(_UNITS.get(code, code))
