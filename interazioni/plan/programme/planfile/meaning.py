"""What a well-shaped plan file must also be: codes once, references that lead somewhere, days in order, counts that can be fed."""

from collections.abc import Iterator
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from django.utils.translation import gettext as _

from interazioni.plan.programme.planfile.lines import Path
from interazioni.plan.programme.planfile.shape import PERIOD, Report, check_table

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
    _partners(document, report)
    _activities(document, report)
    _groups(document, report)
    _indicators(document, report)
    _periods(document, report)


def _once(document: Table, names: tuple[str, ...], report: Report) -> None:
    seen: set[str] = set()
    for path, table in tables(document, *names):
        code = table.get("code")
        if isinstance(code, str) and code in seen:
            report((*path, "code"), _("the code “%(code)s” is taken already") % {"code": code})
        elif isinstance(code, str):
            seen.add(code)


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
        and isinstance(plan.get("starts"), date)
        and isinstance(plan.get("ends"), date)
        and plan["ends"] <= plan["starts"]
    ):
        report(("plan", "ends"), _("the plan ends before it starts"))


def _partners(document: Table, report: Report) -> None:
    leads = [path for path, partner in tables(document, "partners") if partner.get("role") == "lead"]
    if len(leads) != 1 and isinstance(document.get("partners"), list):
        report(leads[1] if len(leads) > 1 else ("partners",), _("a plan has exactly one partner with the role “lead”"))
    actions, partners = _codes(document, "actions"), _codes(document, "partners")
    for path, partnership in tables(document, "partnerships"):
        _known(partnership.get("action"), actions, (*path, "action"), _("action"), report)
        _known(partnership.get("body"), partners, (*path, "body"), _("partner"), report)
        if "body" not in partnership:
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
    for path, activity in tables(document, "actions", "activities"):
        sessions = activity.get("sessions")
        if not measures_of(activity):
            report(path, _("work in this activity would post nothing: it names no measure in sessions or deliveries"))
        if isinstance(sessions, dict) and "attended" in sessions and activity.get("participants", "none") == "none":
            report((*path, "sessions"), _("attendance is measured, but the activity has no participants"))
        if (
            isinstance(sessions, dict)
            and "attended" not in sessions
            and activity.get("participants") in ("persons", "associations")
        ):
            report((*path, "sessions"), _("the activity has participants, but their attendance is not measured"))


def _groups(document: Table, report: Report) -> None:
    groups = _codes(document, "groups")
    for path, group in tables(document, "groups"):
        criteria = group.get("criteria", {})
        if not isinstance(criteria, dict):
            continue
        if group.get("kind") == "persons" and not criteria:
            report(path, _("a group of people needs criteria"))
        if group.get("kind") != "persons" and criteria:
            report((*path, "criteria"), _("only a group of people has criteria"))
        for other in criteria.get("excludes", []) if isinstance(criteria.get("excludes"), list) else []:
            _known(other, groups, (*path, "criteria", "excludes"), _("group"), report)
            if other == group.get("code"):
                report((*path, "criteria", "excludes"), _("a group cannot exclude itself"))


def _indicators(document: Table, report: Report) -> None:
    activities = {t["code"]: t for _p, t in tables(document, "actions", "activities") if isinstance(t.get("code"), str)}
    kinds = {group.get("code"): group.get("kind") for _path, group in tables(document, "groups")}
    measures = set().union(*(measures_of(activity) for activity in activities.values())) if activities else set()
    fits = {"people": "persons", "associations": "associations"}
    for path, indicator in tables(document, "indicators"):
        for name in indicator.get("activities", []) if isinstance(indicator.get("activities"), list) else []:
            _known(name, set(activities), (*path, "activities"), _("activity"), report)
        for name in indicator.get("actions", []) if isinstance(indicator.get("actions"), list) else []:
            _known(name, _codes(document, "actions"), (*path, "actions"), _("action"), report)
        listed = indicator.get("measures", []) if isinstance(indicator.get("measures"), list) else []
        if not listed:
            report((*path, "measures"), _("the indicator counts no measure"))
        for name in listed:
            _known(name, measures, (*path, "measures"), _("measure"), report)
        group, counts = indicator.get("group"), indicator.get("counts")
        if group is not None:
            _known(group, {k for k in kinds if isinstance(k, str)}, (*path, "group"), _("group"), report)
            wanted = kinds.get(group)
            if counts in fits and wanted is not None and wanted != fits[counts]:
                report(
                    (*path, "group"),
                    _("an indicator that counts %(counts)s cannot be narrowed to this group") % {"counts": counts},
                )


def periods_of(document: Table) -> list[Table]:
    """The reporting periods, written out: named one by one, or every quarter, half-year or year of the plan."""
    given = document.get("periods")
    if isinstance(given, list):
        return given
    plan, every = document.get("plan", {}), (given or {}).get("every") if isinstance(given, dict) else None
    if every not in QUARTERS or not isinstance(plan.get("starts"), date) or not isinstance(plan.get("ends"), date):
        return []
    months, written, first = QUARTERS[every], [], plan["starts"]
    while first <= plan["ends"] and len(written) < 400:
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
        if set(given) != {"every"} or given.get("every") not in QUARTERS:
            report(("periods",), _("say every = “quarter”, “half-year” or “year”, or list the periods: [[periods]]"))
        return
    if not isinstance(given, list):
        return
    for number, period in enumerate(given):
        check_table(period, PERIOD, ("periods", number), report)
    _once(document, ("periods",), report)
    days = [
        p
        for p in given
        if isinstance(p, dict) and isinstance(p.get("starts"), date) and isinstance(p.get("ends"), date)
    ]
    if (
        len(days) != len(given)
        or not isinstance(plan, dict)
        or not isinstance(plan.get("starts"), date)
        or not isinstance(plan.get("ends"), date)
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
    if expected != plan["ends"] + timedelta(days=1):
        report(
            ("periods", len(given) - 1, "ends"),
            _("the last period must end with the plan, on %(day)s") % {"day": plan["ends"].isoformat()},
        )
