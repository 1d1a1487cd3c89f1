"""What a well-shaped plan file must also be: codes once, references that lead somewhere, days in order, counts that can be fed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from interazioni.plan.programme.planfile.lines import Path
from interazioni.plan.programme.planfile.shape import COUNTS, PERIOD, Report, check_table, is_day

Table = dict[str, Any]
QUARTERS = {"quarter": 3, "half-year": 6, "year": 12}


def tables(document: Table, *names: str) -> Iterator[tuple[Path, Table]]:
    """The tables of an array, and of an array within each of them."""
    if not names:
        yield (), document
        return
    value = document.get(names[0])
    if not isinstance(value, list):
        return
    for number, item in enumerate(value):
        if isinstance(item, dict):
            for path, table in tables(item, *names[1:]):
                yield (names[0], number, *path), table


def measures_of(activity: Table) -> set[str]:
    """The measures that work in an activity can post."""
    sessions = activity.get("sessions")
    found = {v for v in sessions.values() if isinstance(v, str)} if isinstance(sessions, dict) else set()
    deliveries = activity.get("deliveries")
    if isinstance(deliveries, list):
        found |= {d["measure"] for d in deliveries if isinstance(d, dict) and isinstance(d.get("measure"), str)}
    return found


def check(document: Table, report: Report) -> None:
    for names in (
        ("partners",),
        ("groups",),
        ("actions",),
        ("actions", "activities"),
        ("actions", "activities", "deliveries"),
        ("indicators",),
    ):
        _once(document, names, report)
    _days(document, report)
    _units(document, report)
    _partners(document, report)
    _activities(document, report)
    _groups(document, report)
    _indicators(document, report)
    _periods(document, report)
    _mediation(document, report)


def _once(document: Table, names: tuple[str, ...], report: Report) -> None:
    seen: set[str] = set()
    for path, table in tables(document, *names):
        code = table.get("code")
        if isinstance(code, str) and code in seen:
            report((*path, "code"), _("the code “%(code)s” is taken already") % {"code": code})
        elif isinstance(code, str):
            seen.add(code)


def strings(value: Any) -> list[tuple[int, str]]:
    """The texts of a list with their places; what is no list, or no text, has been reported by its shape."""
    return [(n, item) for n, item in enumerate(value) if isinstance(item, str)] if isinstance(value, list) else []


def _codes(document: Table, *names: str) -> set[str]:
    return {table["code"] for _path, table in tables(document, *names) if isinstance(table.get("code"), str)}


def _known(code: Any, among: set[str], path: Path, what: str, report: Report) -> None:
    if isinstance(code, str) and code not in among:
        near = get_close_matches(code, among, n=1)
        hint = " " + _("Did you mean “%(key)s”?") % {"key": near[0]} if near else ""
        report(path, _("there is no %(what)s “%(code)s”.") % {"what": what, "code": code} + hint)


def _days(document: Table, report: Report) -> None:
    plan = document.get("plan", {})
    if (
        isinstance(plan, dict)
        and is_day(plan.get("starts"))
        and is_day(plan.get("ends"))
        and plan["ends"] <= plan["starts"]
    ):
        report(("plan", "ends"), _("the plan ends before it starts"))


def _units(document: Table, report: Report) -> None:
    units = document.get("units")
    if not isinstance(units, dict):
        return
    for names in (("actions", "activities", "deliveries"), ("indicators",)):
        for path, table in tables(document, *names):
            _known(table.get("unit"), set(units), (*path, "unit"), _("unit"), report)


def _partners(document: Table, report: Report) -> None:
    leads = [path for path, partner in tables(document, "partners") if partner.get("role") == "lead"]
    if len(leads) != 1 and isinstance(document.get("partners"), list):
        report(leads[1] if len(leads) > 1 else ("partners",), _("a plan has exactly one partner with the role “lead”"))
    actions, partners = _codes(document, "actions"), _codes(document, "partners")
    for path, partnership in tables(document, "partnerships"):
        _known(partnership.get("action"), actions, (*path, "action"), _("action"), report)
        _known(partnership.get("body"), partners, (*path, "body"), _("partner"), report)
        counted = [key for key in ("number", "schools", "public", "private") if key in partnership]
        if "body" in partnership:
            for key in counted:
                report((*path, key), _("a body that works alone is no partnership: drop this key"))
            continue
        number = partnership.get("number")
        bodies = sum(v for k in ("schools", "public", "private") if isinstance(v := partnership.get(k, 0), int))
        if not isinstance(number, int) or number < 1:
            report(path, _("say how many partnerships these are (number), or the one body that works alone (body)"))
        elif bodies < number:
            report(
                (*path, "number"),
                _("%(number)d partnerships cannot be formed by %(bodies)d bodies")
                % {"number": number, "bodies": bodies},
            )


def _activities(document: Table, report: Report) -> None:
    for path, action in tables(document, "actions"):
        if action.get("activities") == []:
            report((*path, "activities"), _("the action has no activity"))
    for path, activity in tables(document, "actions", "activities"):
        if not measures_of(activity):
            report(path, _("work in this activity would post nothing: it names no measure in sessions or deliveries"))
        sessions = activity.get("sessions")
        if not isinstance(sessions, dict):
            continue
        participants = activity.get("participants", "none")
        if "attended" in sessions and participants == "none":
            report((*path, "sessions"), _("attendance is measured, but the activity has no participants"))
        if "attended" not in sessions and participants in ("persons", "associations"):
            report((*path, "sessions"), _("the activity has participants, but their attendance is not measured"))
        seen: set[str] = set()
        for name, measure in sessions.items():
            if isinstance(measure, str) and measure in seen:
                report(
                    (*path, "sessions", name),
                    _("a session would post “%(measure)s” twice: give each its own measure") % {"measure": measure},
                )
            elif isinstance(measure, str):
                seen.add(measure)


def _groups(document: Table, report: Report) -> None:
    groups = _codes(document, "groups")
    excludes: dict[Any, list[str]] = {}
    for path, group in tables(document, "groups"):
        criteria = group.get("criteria", {})
        if not isinstance(criteria, dict):
            continue
        if group.get("kind") == "persons" and not criteria:
            report(path, _("a group of people needs criteria"))
        if group.get("kind") != "persons" and criteria:
            report((*path, "criteria"), _("only a group of people has criteria"))
        code = group.get("code") if isinstance(group.get("code"), str) else None
        for number, other in strings(criteria.get("excludes")):
            place = (*path, "criteria", "excludes", number)
            _known(other, groups, place, _("group"), report)
            if other == code:
                report(place, _("a group cannot exclude itself"))
            elif code in excludes.get(other, ()):
                report(place, _("the two groups exclude each other: who fits both would count in neither"))
            excludes.setdefault(code, []).append(other)


# What an indicator may count of a group: the ledger knows people by their group, associations as such, contacts as sums.
COUNTED = {
    "persons": ("people", "quantity", "entries"),
    "associations": ("associations",),
    "contacts": ("quantity", "entries"),
}


@dataclass(frozen=True, slots=True)
class _Feed:
    """One thing that an activity posts: for whom, and in which unit (None: each entry is one)."""

    action: str
    activity: str
    whom: Any
    unit: Any


def _feeds(document: Table) -> dict[str, list[_Feed]]:
    """What posts each measure."""
    found: dict[str, list[_Feed]] = defaultdict(list)
    for _path, action in tables(document, "actions"):
        for _inner, activity in tables(action, "activities"):
            at = (str(action.get("code")), str(activity.get("code")))
            sessions = activity.get("sessions")
            for name, measure in sessions.items() if isinstance(sessions, dict) else ():
                if isinstance(measure, str):
                    whom = activity.get("participants", "none") if name == "attended" else "none"
                    found[measure].append(_Feed(*at, whom, None if name == "held" else "hours"))
            for _place, kind in tables(activity, "deliveries"):
                if isinstance(kind.get("measure"), str):
                    found[kind["measure"]].append(_Feed(*at, kind.get("for", "none"), kind.get("unit")))
    return found


def _indicators(document: Table, report: Report) -> None:
    feeds = _feeds(document)
    activities, actions = _codes(document, "actions", "activities"), _codes(document, "actions")
    kinds = {t["code"]: t.get("kind") for _p, t in tables(document, "groups") if isinstance(t.get("code"), str)}
    fund = document.get("fund")
    common = _codes(fund, "common") if isinstance(fund, dict) else set()
    for path, indicator in tables(document, "indicators"):
        for number, name in strings(indicator.get("activities")):
            _known(name, activities, (*path, "activities", number), _("activity"), report)
        for number, name in strings(indicator.get("actions")):
            _known(name, actions, (*path, "actions", number), _("action"), report)
        for number, name in strings(indicator.get("measures")):
            _known(name, set(feeds), (*path, "measures", number), _("measure"), report)
        for number, name in strings(indicator.get("groups")):
            place = (*path, "groups", number)
            _known(name, set(kinds), place, _("group"), report)
            allowed = COUNTED.get(str(kinds.get(name)))
            if allowed and indicator.get("counts") in COUNTS and indicator.get("counts") not in allowed:
                report(place, _("an indicator of this group counts %(counts)s") % {"counts": _either(allowed)})
        _known(indicator.get("common"), common, (*path, "common"), _("common indicator of the fund"), report)
        if indicator.get("measures") == []:
            report((*path, "measures"), _("the indicator counts no measure"))
        _fed(indicator, path, feeds, report)
        _shares(indicator, path, report)
        _pace(indicator, path, document, report)


def _fed(indicator: Table, path: Path, feeds: dict[str, list[_Feed]], report: Report) -> None:
    """Whether the plan's work can feed an indicator at all, and whether what it adds up can be added."""
    listed = [name for _n, name in strings(indicator.get("measures")) if name in feeds]
    if not listed or len(listed) != len(indicator["measures"]):
        return
    within = {name for _n, name in strings(indicator.get("activities"))}
    of = {name for _n, name in strings(indicator.get("actions"))}
    reaching = [
        feed for name in listed for feed in feeds[name]
        if (not within and not of) or feed.activity in within or feed.action in of
    ]  # fmt: skip
    counts = indicator.get("counts")
    wanted = {"people": "persons", "associations": "associations"}.get(str(counts))
    if not reaching:
        report((*path, "measures"), _("nothing can feed this indicator: its activities do not post its measures"))
    elif wanted and not any(feed.whom == wanted for feed in reaching):
        report(
            (*path, "measures"),
            _("nothing can feed this indicator: no work that posts these measures is recorded for %(whom)s")
            % {"whom": wanted},
        )
    elif counts == "quantity":
        units = sorted({str(feed.unit or "sessions") for feed in reaching})
        if len(units) > 1:
            report(
                (*path, "measures"),
                _("quantities of different units cannot be added: %(units)s") % {"units": ", ".join(units)},
            )


def _shares(indicator: Table, path: Path, report: Report) -> None:
    """Bodies of partnerships are not in the file: whether a body exists is seen when the plan is loaded."""
    shares = [(place, share) for place, share in tables(indicator, "shares")]
    if shares and "target" not in indicator:
        report((*path, "shares"), _("there are shares, but the indicator has no target"))
    seen: set[str] = set()
    total = 0.0
    for place, share in shares:
        body, part = share.get("body"), share.get("target")
        if isinstance(body, str) and body in seen:
            report((*path, *place, "body"), _("the body “%(code)s” has a share already") % {"code": body})
        elif isinstance(body, str):
            seen.add(body)
        total += part if isinstance(part, int | float) and not isinstance(part, bool) else 0
    target = indicator.get("target")
    if shares and isinstance(target, int | float) and 0 < target < total:
        report((*path, "shares"), _("the shares add up to more than the target"))


def _pace(indicator: Table, path: Path, document: Table, report: Report) -> None:
    plan = document.get("plan", {})
    pace = indicator.get("pace")
    if (
        not isinstance(pace, list)
        or not isinstance(plan, dict)
        or not is_day(plan.get("starts"))
        or not is_day(plan.get("ends"))
    ):
        return
    first, last = plan["starts"].strftime("%Y-%m"), plan["ends"].strftime("%Y-%m")
    for number, point in enumerate(pace):
        if isinstance(point, list) and point and isinstance(point[0], str) and not first <= point[0] <= last:
            report((*path, "pace", number), _("the month is outside the plan"))


def _either(choices: Iterable[str]) -> str:
    return " / ".join(choices)


def periods_of(document: Table) -> list[Table]:
    """The reporting periods of a plan without errors, written out: named one by one, or every so many months."""
    given = document.get("periods")
    if isinstance(given, list):
        return given
    plan, every = document["plan"], document["periods"]["every"]
    months, written, first = QUARTERS[every], [], plan["starts"]
    while first <= plan["ends"]:
        place = (first.month - 1) // months
        month = (place + 1) * months
        following = date(first.year + (month == 12), month % 12 + 1, 1)
        last = min(following - timedelta(days=1), plan["ends"])
        number = place + 1
        words = {"quarter": ("trimestre", "Quarter"), "half-year": ("semestre", "Half-year"), "year": ("anno", "Year")}[
            every
        ]
        written.append({
            "code": f"{first.year}-{words[0][0]}{number}" if months < 12 else str(first.year),
            "title": {"it": f"{words[0].capitalize()} {number}, {first.year}", "en": f"{words[1]} {number}, {first.year}"} if months < 12
            else {"it": str(first.year), "en": str(first.year)},
            "starts": first, "ends": last,
        })  # fmt: skip
        first = following
    return written


def _periods(document: Table, report: Report) -> None:
    given, plan = document.get("periods"), document.get("plan", {})
    if isinstance(given, dict):
        if set(given) != {"every"} or given["every"] not in list(QUARTERS):  # a list: the value may be anything
            report(("periods",), _("say every = “quarter”, “half-year” or “year”, or list the periods: [[periods]]"))
        return
    if not isinstance(given, list):
        if given is not None:
            report(("periods",), _("say every = “quarter”, “half-year” or “year”, or list the periods: [[periods]]"))
        return
    for number, period in enumerate(given):
        check_table(period, PERIOD, ("periods", number), report)
    _once(document, ("periods",), report)
    if not given:
        report(("periods",), _("a plan has at least one period"))
    if not isinstance(plan, dict) or not all(
        isinstance(table, dict) and is_day(table.get("starts")) and is_day(table.get("ends"))
        for table in [plan, *given]
    ):
        return
    expected = plan["starts"]
    for number, period in enumerate(given):
        if period["starts"] < expected:
            report(("periods", number, "starts"), _("the period overlaps the one before it, or begins before the plan"))
        elif period["starts"] > expected:
            report(
                ("periods", number, "starts"),
                _("the days from %(day)s on belong to no period") % {"day": expected.isoformat()},
            )
        if period["ends"] < period["starts"]:
            report(("periods", number, "ends"), _("the period ends before it starts"))
        expected = period["ends"] + timedelta(days=1)
    if given and expected != plan["ends"] + timedelta(days=1):
        report(
            ("periods", len(given) - 1, "ends"),
            _("the last period must end with the plan, on %(day)s") % {"day": plan["ends"].isoformat()},
        )


def _mediation(document: Table, report: Report) -> None:
    section = document.get("mediation")
    if not isinstance(section, dict):
        return
    kinds = _codes(document, "actions", "activities", "deliveries")
    for name in ("on_call", "in_schools", "community"):
        _known(section.get(name), kinds, ("mediation", name), _("kind of delivery"), report)
