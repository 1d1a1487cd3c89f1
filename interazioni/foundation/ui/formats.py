"""Numbers, shares, days and moments in the reader's language (CLDR, through Babel)."""

from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel import dates as babel_dates
from babel import numbers as babel_numbers
from django.utils.translation import get_language

ROME = ZoneInfo("Europe/Rome")


@lru_cache
def _locale(language: str) -> Locale:
    try:
        # Who reads English here reads it in Europe: day before month.
        return Locale.parse("en-GB" if language == "en" else language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale("it")


def locale() -> Locale:
    return _locale(get_language() or "it")


def local_number(value: Decimal | float | int | str | None, digits: int | None = None) -> str:
    """`1234.5` → `1.234,5`; at most two decimals, or exactly `digits`. Nothing for None, and text as it is."""
    if value is None or value == "":
        return ""
    if isinstance(value, str):
        return value
    pattern = "#,##0.##" if digits is None else "#,##0" + ("." + "0" * digits if digits else "")
    return str(babel_numbers.format_decimal(value, format=pattern, locale=locale()))


def local_percent(ratio: Decimal | float | int | None, digits: int = 0) -> str:
    """A share between 0 and 1 (or above): `0.435` → `44%`.

    Never `100%` for what is short of it, nor `0%` for what is there: then it has one more digit.
    """
    if ratio is None:
        return ""
    exact, shown = Decimal(str(ratio)) * 100, digits
    if exact != 0 and (round(exact, shown) == 0 or (exact < 100 <= round(exact, shown))):
        shown = digits + 1
    pattern = "#,##0" + ("." + "0" * shown if shown else "") + "%"
    return str(babel_numbers.format_percent(ratio, format=pattern, locale=locale()))


def local_date(value: date | datetime | None) -> str:
    """In lists: `12/02/2020`."""
    return "" if value is None else str(babel_dates.format_date(_day(value), format=_short(), locale=locale()))


def long_date(value: date | datetime | None) -> str:
    """In sentences: `12 febbraio 2020`."""
    return "" if value is None else str(babel_dates.format_date(_day(value), format="long", locale=locale()))


def weekday_date(value: date | datetime | None) -> str:
    """On a register: `mercoledì 12 febbraio 2020`."""
    return "" if value is None else str(babel_dates.format_date(_day(value), format="full", locale=locale()))


def local_moment(value: datetime | None) -> str:
    """`12 febbraio 2020, 14:30`, in Rome's time, whatever the server's."""
    if value is None:
        return ""
    return f"{long_date(value)}, {local_time(value)}"


def local_time(value: datetime | None) -> str:
    if value is None:
        return ""
    return value.astimezone(ROME).strftime("%H:%M")


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return (value.astimezone(ROME) if value.tzinfo else value).date()
    return value


def _short() -> str:
    # CLDR's short form has two-digit years, which a date of birth must not have.
    return "dd/MM/yyyy" if locale().language in {"it", "en"} else "medium"


def weekday_name(day: int) -> str:
    """Of a day of the week, Monday 0: `lunedì`."""
    return str(locale().days["stand-alone"]["wide"][day])
