"""Parsers of single cells: a value with warnings, or an error with words that repeat what was read.

A parser takes a cell and a `Context` (the day the file speaks of). It never raises.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.imports.reading import Cell, text_of
from interazioni.foundation.vocabularies.folding import fold


@dataclass(frozen=True, slots=True)
class Finding:
    """An error or a warning: a code for machines, and words with what was read, in the language of whoever reads them.

    `message` is a lazy translation that may name `%(read)s` (what stood in the cell) and `%(other)s` (what it was held against).
    """

    code: str
    message: str | Promise
    read: str = ""
    other: str = ""

    def __str__(self) -> str:
        return str(self.message) % {"read": self.read, "other": self.other}


@dataclass(frozen=True, slots=True)
class Parsed:
    """`value` is None when the cell was empty or unreadable; `error` tells the two apart."""

    value: Any = None
    warnings: tuple[Finding, ...] = ()
    error: Finding | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a parser may need to know besides the cell. `today`: the day the import runs, the last day of any birth."""

    today: date


Parser = Callable[[Cell, Context], Parsed]
EMPTY = Parsed()

# What people write where they have nothing to write.
_NOTHING = {"", "nd", "n d", "na", "n a", "nn", "n n", "nc", "n c", "np", "n p", "non disponibile", "non pervenuto", "non noto", "ignoto",
            "sconosciuto", "sconosciuta", "non dichiarato", "null", "none", "nan", "n disp", "da verificare", "mancante", "vuoto"}  # fmt: skip


def is_nothing(cell: Cell) -> bool:
    """An empty cell, or one of the words for "not available" ("n.d.", "-", "/", "?")."""
    return cell is None or (isinstance(cell, str) and fold(cell) in _NOTHING)


def parse_text(cell: Cell, context: Context) -> Parsed:
    return EMPTY if is_nothing(cell) else Parsed(text_of(cell))


# --- dates -----------------------------------------------------------------------------------------------------------

MONTH_NAMES = {
    name: number
    for number, names in enumerate(
        ("gennaio gen genn january jan", "febbraio feb febb february", "marzo mar march", "aprile apr april", "maggio mag magg may",
         "giugno giu giugn june jun", "luglio lug lugl july jul", "agosto ago ag august aug", "settembre set sett september sep sept",
         "ottobre ott october oct", "novembre nov november", "dicembre dic december dec"),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WEEKDAYS = re.compile(
    r"\b(?:lun(?:edi|edì)?|mar(?:tedi|tedì)|mer(?:coledi|coledì)?|gio(?:vedi|vedì)?|ven(?:erdi|erdì)?|sab(?:ato)?|dom(?:enica)?)\b[.,']?",
    re.IGNORECASE,
)
_NUMERIC = re.compile(r"(\d{1,4})\s*[/.\-\\ ,:]\s*(\d{1,2})\s*[/.\-\\ ,:]\s*(\d{1,4})")
_WORDED = re.compile(r"(\d{1,2})[°º.]?\s*(?:[/.\- ]|di\s)*\s*([a-z]{3,10})\.?\s*(?:[/.\- ,']|del\s)*\s*(\d{4}|\d{2})")
_WORDED_US = re.compile(r"([a-z]{3,10})\.?\s+(\d{1,2})\s*,\s*(\d{4})")
_EXCEL_EPOCH = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class ReadDate:
    """`how`: "" as expected, `month_first`, `serial`; `problem`: "" or `no_date`, `impossible`, `incomplete`. `year2`: two digits."""

    value: date | None = None
    how: str = ""
    problem: str = ""
    year2: bool = False


def _full_year(year: int, latest_year: int) -> int:
    """A two-digit year: the latest one not after `latest_year`."""
    year += latest_year // 100 * 100
    return year if year <= latest_year else year - 100


def _build(year: int, month: int, day: int, how: str, year2: bool) -> ReadDate:
    try:
        return ReadDate(date(year, month, day), how, year2=year2)
    except ValueError:
        if month > 12 >= day:
            try:
                return ReadDate(date(year, day, month), "month_first", year2=year2)
            except ValueError:
                pass
        return ReadDate(problem="impossible")


@lru_cache(maxsize=65_536)
def _date_of_text(text: str, latest_year: int) -> ReadDate:
    plain = fold_date(text)
    if re.fullmatch(r"\d{8}", plain):
        if 1900 <= int(plain[:4]) <= 2100 and int(plain[4:6]) <= 12:
            return _build(int(plain[:4]), int(plain[4:6]), int(plain[6:]), "", False)
        return _build(int(plain[4:]), int(plain[2:4]), int(plain[:2]), "", False)
    if re.fullmatch(r"\d{6}", plain):
        return _build(_full_year(int(plain[4:]), latest_year), int(plain[2:4]), int(plain[:2]), "", True)
    if re.fullmatch(r"\d{5}(?:[.,]\d+)?", plain):
        return _date_of_serial(float(plain.replace(",", ".")))
    match = _NUMERIC.search(plain)
    if match:
        first, second, third = match.groups()
        if len(first) >= 3:
            return (
                _build(int(first), int(second), int(third), "", False)
                if len(first) == 4
                else ReadDate(problem="impossible")
            )
        if len(third) not in (2, 4):
            return ReadDate(problem="impossible")
        year2 = len(third) == 2
        year = _full_year(int(third), latest_year) if year2 else int(third)
        return _build(year, int(second), int(first), "", year2)
    match = _WORDED.search(plain)
    if match and match[2] in MONTH_NAMES:
        year2 = len(match[3]) == 2
        year = _full_year(int(match[3]), latest_year) if year2 else int(match[3])
        return _build(year, MONTH_NAMES[match[2]], int(match[1]), "", year2)
    match = _WORDED_US.search(plain)
    if match and match[1] in MONTH_NAMES:
        return _build(int(match[3]), MONTH_NAMES[match[1]], int(match[2]), "", False)
    if re.fullmatch(r"(?:19|20)\d\d|\d{1,2}[/.-](?:19|20)\d\d", plain):
        return ReadDate(problem="incomplete")
    return ReadDate(problem="no_date")


def fold_date(text: str) -> str:
    """Lower case, without weekday, time of day and the apostrophe of '08."""
    plain = text.strip().lower().replace("’", "'")
    plain = re.sub(r"[t ]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:z|[+-]\d\d:?\d\d)?\s*$", "", plain)
    plain = _WEEKDAYS.sub(" ", plain)
    return plain.replace("'", " ").strip(" .,;")


def _date_of_serial(number: float) -> ReadDate:
    """Excel's days since 1899-12-30 (the 1900 system, with its false leap day). 1906 to 2091 is taken for a date."""
    if 2_500 <= number <= 70_000:
        return ReadDate(_EXCEL_EPOCH + timedelta(days=int(number)), "serial")
    return ReadDate(problem="no_date")


def read_date(cell: Cell, *, latest_year: int) -> ReadDate:
    """A date in any of the forms people and programs write; see tests for the list. Day comes before month, as in Italy,
    unless only the other order is a date."""
    if isinstance(cell, datetime):
        return ReadDate(cell.date())
    if isinstance(cell, date):
        return ReadDate(cell)
    if isinstance(cell, bool) or cell is None or isinstance(cell, time | timedelta):
        return ReadDate(problem="no_date")
    if isinstance(cell, int | float):
        if cell >= 1_000_000:
            return _date_of_text(str(int(cell)).zfill(8), latest_year)
        if 1900 <= cell <= 2100:
            return ReadDate(problem="incomplete")
        return _date_of_serial(float(cell))
    return _date_of_text(cell, latest_year)


def _date_error(cell: Cell, problem: str) -> Finding:
    read = text_of(cell)
    if problem == "impossible":
        return Finding("date_impossible", _("“%(read)s” is a date that does not exist."), read)
    if problem == "incomplete":
        return Finding(
            "date_incomplete", _("“%(read)s” is only a part of a date: day, month and year are needed."), read
        )
    return Finding("date_unreadable", _("“%(read)s” cannot be read as a date."), read)


def parse_birth_date(cell: Cell, context: Context) -> Parsed:
    """A date of birth: never after `today`, never more than 110 years before; two-digit years fall in the last hundred years."""
    if is_nothing(cell):
        return EMPTY
    read = read_date(cell, latest_year=context.today.year)
    if read.value is None:
        return Parsed(error=_date_error(cell, read.problem))
    value = read.value
    if value > context.today:
        return Parsed(
            error=Finding("birth_date_future", _("The date of birth “%(read)s” is in the future."), text_of(cell))
        )
    if value.year < context.today.year - 110:
        return Parsed(
            error=Finding("birth_date_implausible", _("The date of birth “%(read)s” is too long ago."), text_of(cell))
        )
    warnings: tuple[Finding, ...] = ()
    if read.how == "month_first":
        warnings = (Finding("date_month_first", _("“%(read)s” was read with the month first."), text_of(cell)),)
    return Parsed(value, warnings)


def parse_date(cell: Cell, context: Context) -> Parsed:
    """Any other date, past or to come; a two-digit year lies within 30 years after today or 70 before."""
    if is_nothing(cell):
        return EMPTY
    read = read_date(cell, latest_year=context.today.year + 30)
    if read.value is None:
        return Parsed(error=_date_error(cell, read.problem))
    if read.value.year == 1:  # the funder's sentinel for "no date"
        return EMPTY
    if not context.today.year - 110 <= read.value.year <= context.today.year + 60:
        return Parsed(error=Finding("date_implausible", _("The date “%(read)s” is not plausible."), text_of(cell)))
    warnings: tuple[Finding, ...] = ()
    if read.how == "month_first":
        warnings = (Finding("date_month_first", _("“%(read)s” was read with the month first."), text_of(cell)),)
    return Parsed(read.value, warnings)


def looks_like_date(cell: Cell) -> bool:
    if isinstance(cell, datetime | date):
        return True
    if isinstance(cell, str) and any(map(str.isdigit, cell)):
        return len(cell) < 40 and _date_of_text(cell, 2050).problem in ("", "impossible")
    return isinstance(cell, int | float) and not isinstance(cell, bool) and 25_000 <= cell <= 60_000


# --- sex -------------------------------------------------------------------------------------------------------------

_SEX = {
    **dict.fromkeys(("m", "maschio", "maschile", "maschi", "uomo", "u", "male", "man", "masch", "mas", "ragazzo", "bambino", "sig", "h", "homme"), "M"),
    **dict.fromkeys(
        ("f", "femmina", "femminile", "femmine", "donna", "d", "female", "woman", "femm", "fem", "ragazza", "bambina", "sigra", "sig ra", "femme"), "F"
    ),
}  # fmt: skip


def parse_sex(cell: Cell, context: Context) -> Parsed:
    """`M` or `F`. What else stands there is a warning and no value: sex is never guessed from a name."""
    if is_nothing(cell):
        return EMPTY
    value = _SEX.get(fold(text_of(cell)))
    if value:
        return Parsed(value)
    return Parsed(warnings=(Finding("sex_unreadable", _("“%(read)s” was not understood as a sex."), text_of(cell)),))


def looks_like_sex(cell: Cell) -> bool:
    return isinstance(cell, str) and fold(cell) in _SEX


# --- numbers, phones, e-mail, yes and no --------------------------------------------------------------------------------


def parse_decimal(cell: Cell) -> Decimal | None:
    """A number written the Italian or the English way ("1,5", "1.5", "1 1/2", "2h"); None when it is none."""
    if isinstance(cell, bool) or cell is None:
        return None
    if isinstance(cell, int | float):
        return Decimal(str(round(cell, 6))).normalize() + 0
    if isinstance(cell, time):
        return (Decimal(cell.hour * 60 + cell.minute) / 60).quantize(Decimal("0.01"))
    if isinstance(cell, timedelta):
        return (Decimal(int(cell.total_seconds())) / 3600).quantize(Decimal("0.01"))
    if isinstance(cell, datetime | date):
        return None
    return _decimal_of_text(cell)


@lru_cache(maxsize=8192)
def _decimal_of_text(cell: str) -> Decimal | None:
    text = cell.strip().lower().replace("½", ",5").replace("¼", ",25").replace("¾", ",75")
    clock = re.fullmatch(r"(\d{1,2})\s*(?:h|:|ore?|h\.)\s*(\d{2})\s*(?:m|min|')?", text)
    if clock and int(clock[2]) < 60:
        return (Decimal(int(clock[1]) * 60 + int(clock[2])) / 60).quantize(Decimal("0.01"))
    minutes = re.fullmatch(r"(\d{1,3})\s*(?:min(?:uti)?\.?|')", text)
    if minutes:
        return (Decimal(minutes[1]) / 60).quantize(Decimal("0.01"))
    text = re.sub(r"\s*(?:h|hh|ore?|hrs?)\.?$|^(?:h|ore)\.?\s*", "", text).strip()
    if not re.fullmatch(r"[+-]?(?:\d+(?:[.,]\d+)?|[.,]\d+)", text):
        return None
    try:
        return Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None


def parse_phone(cell: Cell, context: Context) -> Parsed:
    """A phone number in E.164 (+39…); Italy unless a prefix says otherwise. One that is not possible is kept as typed, with a warning.

    Of several in one cell the first good one is taken.
    """
    if is_nothing(cell):
        return EMPTY
    return _phone_of_text(text_of(cell))


@lru_cache(maxsize=65_536)
def _phone_of_text(text: str) -> Parsed:
    import phonenumbers

    pieces = [
        piece
        for piece in re.split(r"\s*(?:[/;|\n]|\s-\s|,\s|\boppure\b|\be\b)\s*", text)
        if sum(map(str.isdigit, piece)) >= 6
    ]
    for piece in pieces or [text]:
        typed = re.sub(r"^00", "+", re.sub(r"[^\d+]", "", piece))
        if typed.startswith("39") and len(typed) > 11:
            typed = "+" + typed
        try:
            number = phonenumbers.parse(typed, "IT")
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_possible_number(number):
            return Parsed(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return Parsed(text[:40], (Finding("phone_doubtful", _("“%(read)s” does not look like a phone number."), text),))


def looks_like_phone(cell: Cell) -> bool:
    text = text_of(cell)
    digits = sum(map(str.isdigit, text))
    return 8 <= digits <= 14 and not re.search(r"[A-Za-z]", text) and (text[:1] in "+03" and not looks_like_date(cell))


def parse_email(cell: Cell, context: Context) -> Parsed:
    if is_nothing(cell):
        return EMPTY
    found = re.search(r"[^\s<>;,:]+@[^\s<>;,:@]+\.[A-Za-z]{2,}", text_of(cell))
    if found:
        return Parsed(found[0].lower())
    return Parsed(warnings=(Finding("email_unreadable", _("“%(read)s” is not an e-mail address."), text_of(cell)),))


def looks_like_email(cell: Cell) -> bool:
    return isinstance(cell, str) and bool(re.search(r"\S@\S+\.\S", cell))


_YES = {
    "si",
    "s",
    "yes",
    "y",
    "x",
    "vero",
    "true",
    "1",
    "ok",
    "consegnata",
    "consegnato",
    "firmata",
    "firmato",
    "data",
    "✓",
    "✔",
}
_NO = {"no", "n", "falso", "false", "0", "non consegnata", "non firmata", "da consegnare"}


def parse_yes_no(cell: Cell) -> bool | None:
    """True, False, or None when it says neither."""
    text = text_of(cell).strip().casefold()
    key = fold(text) or text
    return True if key in _YES else False if key in _NO else None
