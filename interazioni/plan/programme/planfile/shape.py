"""What may stand where in a plan file, and the check of it: unknown, missing and mistyped keys."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from math import isfinite
from typing import Any, TypeGuard

from django.utils.translation import gettext as _

from interazioni.plan.programme.planfile.lines import Path

Report = Callable[[Path, str], None]
UNIT_LENGTH = 20
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")
LARGEST = 10**9
YEARS = range(1990, 2200)  # outside, a slip of the keyboard


@dataclass(frozen=True, slots=True)
class Key:
    """A key: its kind (`text`, `unit`, `units`, `titles`, `titles_list`, `code`, `codes`, `day`, `number`, `count`, `ages`, `pace`, `flag`,
    `choice`, `table`, `tables`, or `any` where the meaning decides)."""

    kind: str
    required: bool = False
    choices: tuple[str, ...] = ()
    shape: "dict[str, Key]" = field(default_factory=dict)


_TITLE = Key("titles", required=True)
_CODE = Key("code", required=True)
_UNIT = Key("unit", required=True)
_SOURCE = Key("text")  # where a fact was read; "configured" for a choice of the installation

CRITERIA = {
    "citizenship": Key("choice", choices=("third-country",)),
    "age": Key("ages"),
    "pupil": Key("flag"),
    "parent": Key("choice", choices=("foreign",)),
    "regular_stay": Key("flag"),
    "excludes": Key("codes"),
}
COUNTS = ("people", "associations", "quantity", "entries")
PARTICIPANTS = ("persons", "associations", "none")
DELIVERY = {
    "code": _CODE, "title": _TITLE, "measure": _CODE, "unit": _UNIT, "for": Key("choice", choices=PARTICIPANTS),
}  # fmt: skip
ACTIVITY = {
    "code": _CODE, "title": _TITLE, "source": _SOURCE, "participants": Key("choice", choices=PARTICIPANTS),
    "sessions": Key("table", shape={"held": Key("code"), "hours": Key("code"), "attended": Key("code")}),
    "deliveries": Key("tables", shape=DELIVERY),
}  # fmt: skip
SHAPE: dict[str, Key] = {
    "plan": Key("table", required=True, shape={
        "code": _CODE, "title": _TITLE, "subtitle": Key("titles"), "summary": Key("titles"),
        "starts": Key("day", required=True), "ends": Key("day", required=True), "source": _SOURCE,
    }),
    "fund": Key("table", required=True, shape={
        "title": _TITLE, "programme": Key("titles"), "source": _SOURCE,
        "objectives": Key("tables", shape={"code": _CODE, "title": _TITLE}),
        "common": Key("tables", shape={"code": _CODE, "title": _TITLE, "source": _SOURCE}),
    }),
    "units": Key("units", required=True),  # the words for each unit that the file uses
    "partners": Key("tables", required=True, shape={
        "code": _CODE, "name": Key("text", required=True), "role": Key("choice", required=True, choices=("lead", "partner")), "task": Key("titles"), "source": _SOURCE,
    }),
    "partnerships": Key("tables", shape={
        "action": _CODE, "number": Key("count"), "schools": Key("count"), "public": Key("count"), "private": Key("count"), "body": Key("code"),
        "source": _SOURCE,
    }),
    "groups": Key("tables", required=True, shape={
        "code": _CODE, "title": _TITLE, "kind": Key("choice", required=True, choices=("persons", "contacts", "associations")),
        "source": _SOURCE, "criteria": Key("table", shape=CRITERIA),
    }),
    "actions": Key("tables", required=True, shape={
        "code": _CODE, "number": Key("text"), "title": _TITLE, "aim": Key("titles"), "results": Key("titles"), "outputs": Key("titles_list"), "source": _SOURCE,
        "activities": Key("tables", required=True, shape=ACTIVITY),
    }),
    "indicators": Key("tables", required=True, shape={
        "code": _CODE, "title": _TITLE, "rule": _TITLE, "counts": Key("choice", required=True, choices=COUNTS),
        "measures": Key("codes", required=True), "activities": Key("codes"), "actions": Key("codes"), "groups": Key("codes"),
        "unit": _UNIT, "target": Key("number"), "common": Key("code"), "source": _SOURCE, "pace": Key("pace"),
        "shares": Key("tables", shape={"body": _CODE, "target": Key("number", required=True)}),
    }),
    "periods": Key("any", required=True),
    "mediation": Key("table", shape={
        "on_call": _CODE, "in_schools": _CODE, "community": _CODE,  # kinds of delivery: as which the hours count
        "late_cancellation_hours": Key("count", required=True), "late_cancellation_pays": Key("flag"),
        "known_for_days": Key("count", required=True),  # how long afterwards a mediator still sees whom a call was for
        "attested_after_hours": Key("count"),  # reported hours that nobody disputes stand confirmed after so long; 0: never
        "source": _SOURCE,
    }),
}  # fmt: skip
PERIOD = {"code": _CODE, "title": _TITLE, "starts": Key("day", required=True), "ends": Key("day", required=True)}


def check_table(value: Any, shape: dict[str, Key], path: Path, report: Report) -> None:
    """Reports what is unknown, missing or of the wrong type in a table, and in what lies below it."""
    if not isinstance(value, dict):
        report(path, _("a table of keys is wanted here"))
        return
    for name in value:
        if name not in shape:
            near = get_close_matches(name, shape, n=1)
            hint = " " + _("Did you mean “%(key)s”?") % {"key": near[0]} if near else ""
            report((*path, name), _("the key “%(key)s” is not known.") % {"key": name} + hint)
    for name, key in shape.items():
        if name not in value:
            if key.required:
                report(path, _("the key “%(key)s” is missing") % {"key": name})
            continue
        _check_value(value[name], key, (*path, name), report)


def _check_value(value: Any, key: Key, path: Path, report: Report) -> None:
    if key.kind == "table":
        check_table(value, key.shape, path, report)
    elif key.kind == "tables":
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            report(path, _("a list of tables is wanted here: [[%(key)s]]") % {"key": path[-1]})
            return
        for number, item in enumerate(value):
            check_table(item, key.shape, (*path, number), report)
    elif key.kind == "units" and isinstance(value, dict):
        for name, item in value.items():
            for fault in [*_faults(name, Key("unit")), *_titles(item)]:
                report((*path, name), fault)
    elif key.kind == "titles_list" and isinstance(value, list):
        for number, item in enumerate(value):
            for fault in _titles(item):
                report((*path, number), fault)
    else:
        for fault in _faults(value, key):
            report(path, fault)


def _faults(value: Any, key: Key) -> Iterator[str]:
    match key.kind:
        case "text" if not isinstance(value, str) or not value.strip():
            yield _("a text is wanted here")
        case "code" if not is_code(value):
            yield _("a code is wanted here: small letters, digits and hyphens, at most 60")
        case "codes" if not isinstance(value, list) or not all(is_code(item) for item in value):
            yield _("a list of codes is wanted here")
        case "titles":
            yield from _titles(value)
        case "titles_list":
            yield _("a list of texts is wanted here")
        case "unit" if not isinstance(value, str) or not value.strip() or len(value) > UNIT_LENGTH:
            yield _("a unit is wanted here, in one word: “hours”, “people”, “forms”")
        case "units":
            yield _('a table of units and their names is wanted here: hours = { it = "ore", en = "hours" }')
        case "day" if not is_day(value):
            yield _("a day is wanted here: 2018-07-01, without quotes, without an hour, between 1990 and 2199")
        case "number" if not _is_number(value):
            yield _("a number above zero is wanted here, with two decimals at most")
        case "count" if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            yield _("a whole number is wanted here")
        case "flag" if not isinstance(value, bool):
            yield _("true or false is wanted here")
        case "choice" if value not in key.choices:
            yield _("one of these is wanted here: %(choices)s") % {"choices": ", ".join(key.choices)}
        case "ages" if not _is_ages(value):
            yield _("two ages are wanted here, the lower first: [3, 16]")
        case "pace" if not _is_pace(value):
            yield _('shares by month are wanted here, growing to 1 at most: [["2018-12", 0.1], …]')


def is_day(value: Any) -> TypeGuard[date]:
    """TOML's moments are days too in Python, but cannot be compared with them."""
    return isinstance(value, date) and not isinstance(value, datetime) and value.year in YEARS


def _is_number(value: Any) -> bool:
    return (
        isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
        and 0 < value < LARGEST and round(value, 2) == value
    )  # fmt: skip


def is_code(value: Any) -> TypeGuard[str]:
    return (
        isinstance(value, str)
        and 0 < len(value) <= 60
        and all(c.isascii() and (c.islower() or c.isdigit() or c == "-") for c in value)
    )


def _titles(value: Any) -> Iterator[str]:
    if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
        yield _('texts by language are wanted here: { it = "…", en = "…" }')
    elif not value.get("it", "").strip():
        yield _("the Italian text is missing")


def _is_ages(value: Any) -> bool:
    return (
        isinstance(value, list) and len(value) == 2 and all(isinstance(age, int) and not isinstance(age, bool) for age in value)
        and 0 <= value[0] <= value[1]
    )  # fmt: skip


def _is_pace(value: Any) -> bool:
    if not isinstance(value, list) or not all(isinstance(item, list) and len(item) == 2 for item in value):
        return False
    months = [item[0] for item in value]
    shares = [item[1] for item in value]
    return (
        all(isinstance(month, str) and _MONTH.fullmatch(month) for month in months)
        and all(isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1 for share in shares)
        and months == sorted(set(months)) and shares == sorted(shares)
    )  # fmt: skip
