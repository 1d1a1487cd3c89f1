"""The benchmark's weeks (format `medpie-1`) as problems of ours, and plans as its evaluator reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from interazioni.actions.mediation.planning.problem import Call, Plan, Problem, Slot, Worker
from interazioni.foundation.vocabularies.distances import road_tenths

FIXED_WEIGHT = 10  # a call promised already weighs as much as ten ordinary ones
Row = Mapping[str, Any]


def read(week: Row) -> Problem:
    """The problem of a week. Request and mediator ids must be their places in the lists, as the generator makes them."""
    sites, requests, mediators, cost, travel = (
        week[name] for name in ("sites", "requests", "mediators", "cost", "travel")
    )
    points = [(site["lat"], site["lon"]) for site in sites]
    detour = travel["detour"]
    slots: dict[tuple[int, int], list[Slot]] = {}
    speakers: dict[str, list[int]] = {}
    for number, mediator in enumerate(mediators):
        for tag in mediator["langs"]:
            speakers.setdefault(tag, []).append(number)
    from_home = [[road_tenths((one["lat"], one["lon"]), point, detour) for point in points] for one in mediators]
    for number, request in enumerate(requests):
        locked = request["locked_mediator"]
        for who in [locked] if locked is not None else speakers.get(request["lang"], []):
            mediator = mediators[who]
            ways = list(_ways(request, mediator, from_home[who], cost))
            found = [
                Slot(first, last, remote, price)
                for opens, closes in request["options"]
                for begins, ends in mediator["avail"]
                for first, last in [(max(opens, begins), min(closes, ends - request["duration"]))]
                if first <= last
                for remote, price in ways
            ]
            if found:
                slots[number, who] = found
    return Problem(
        calls=[
            Call(
                key=str(request["id"]), minutes=request["duration"], site=request["site"],
                unserved=cost["unfilled"] * (FIXED_WEIGHT if request["locked_mediator"] is not None else request["priority"]),
                payer=request["partner"], fixed=request["locked_mediator"] is not None,
            )
            for request in requests
        ],
        workers=[
            Worker(str(one["id"]), travel["kmh_car"] if one["car"] else travel["kmh_pt"], one["week_cap_min"], one["employer"])
            for one in mediators
        ],
        slots=slots, between=[[road_tenths(here, there, detour) for there in points] for here in points], from_home=from_home,
        cents_per_tenth_km=cost["travel_per_km"] // 10, overload=[(share, rate) for share, rate in cost["overload"]],
        day_cap=week["day_cap_min"], buffer_onsite=travel["buffer_onsite_min"], buffer_remote=travel["buffer_remote_min"],
        payer_budget={int(key): value for key, value in week["partner_budget_min"].items()},
        employer_budget={int(key): value for key, value in week["employer_budget_min"].items()},
    )  # fmt: skip


def _ways(request: Row, mediator: Row, from_home: list[int], cost: Row) -> Iterator[tuple[bool, int]]:
    """(at a distance?, what the pair costs) for each way in which the two may meet."""
    for remote in (False, True):
        if (remote and request["mode"] == "onsite" and not request["remote_ok"]) or (
            not remote and request["mode"] != "onsite"
        ):
            continue
        if request["locked_mediator"] is not None:
            yield remote, 0
            continue
        level = mediator["langs"].get(request["lang"], 0)
        if level < request["min_level"] or mediator["id"] in request["blocked"]:
            continue
        if request["gender"] and request["gender"] != mediator["gender"]:
            continue
        if not mediator["remote"] if remote else from_home[request["site"]] > 10 * mediator["radius_km"]:
            continue
        price = cost["level_short"] * (3 - level)
        price += cost["mode_fallback"] if remote and request["mode"] == "onsite" else 0
        price += cost["discontinuity"] if request["known"] and mediator["id"] not in request["known"] else 0
        price += cost["gender_pref"] if request["gender_pref"] and request["gender_pref"] != mediator["gender"] else 0
        price += cost["no_sector"] if request["sector"] not in mediator["sectors"] else 0
        yield remote, price


def written(problem: Problem, plan: Plan) -> dict[str, Any]:
    """As the evaluator wants it: `{"assign": {"<request>": [mediator, minute, remote]}}`."""
    return {
        "assign": {
            problem.calls[call].key: [int(problem.workers[visit.worker].key), visit.start, visit.remote]
            for call, visit in sorted(plan.visits.items())
        }
    }


__all__ = ["read", "written"]
