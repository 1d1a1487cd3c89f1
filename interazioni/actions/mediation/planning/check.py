"""A plan looked at again from scratch, by nobody who helped to make it: what it costs, and every rule that it breaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from interazioni.actions.mediation.planning.problem import DAY, HOME, Problem, Visit


def violations(problem: Problem, visits: Mapping[int, Visit]) -> list[str]:
    """In words, for whoever reads a failed test; empty when the plan holds."""
    wrong: list[str] = []
    days: dict[tuple[int, int], list[tuple[int, int, Visit]]] = defaultdict(list)
    load: dict[int, int] = defaultdict(int)
    payers: dict[int, int] = defaultdict(int)
    employers: dict[int, int] = defaultdict(int)
    for call, visit in visits.items():
        slots = problem.slots.get((call, visit.worker), ())
        if not any(slot.earliest <= visit.start <= slot.latest and slot.remote == visit.remote for slot in slots):
            wrong.append(f"call {call}: worker {visit.worker} cannot serve it at {visit.start}")
        asked = problem.calls[call]
        days[visit.worker, visit.start // DAY].append((visit.start, call, visit))
        load[visit.worker] += asked.minutes
        if asked.payer is not None:
            payers[asked.payer] += asked.minutes
        employer = problem.workers[visit.worker].employer
        if employer is not None:
            employers[employer] += asked.minutes
    for (worker, day), visited in days.items():
        visited.sort(key=lambda one: one[0])
        if sum(problem.calls[call].minutes for _start, call, _visit in visited) > problem.day_cap:
            wrong.append(f"worker {worker}, day {day}: more than the day's minutes")
        here, ends = HOME, None
        for start, call, visit in visited:
            needed = problem.buffer_remote
            if not visit.remote:
                site = _site(problem, call)
                needed = problem.buffer_onsite + problem.travel_minutes(worker, problem.distance(worker, here, site))
                here = site
            if ends is not None and ends + needed > start:
                wrong.append(f"worker {worker}: no time before call {call}")
            ends = start + problem.calls[call].minutes
    wrong += [
        f"worker {worker}: more than the week's minutes"
        for worker, minutes in load.items()
        if minutes > problem.workers[worker].week_cap
    ]
    wrong += [
        f"payer {payer}: over budget"
        for payer, minutes in payers.items()
        if minutes > problem.payer_budget.get(payer, minutes)
    ]
    wrong += [
        f"employer {one}: over budget"
        for one, minutes in employers.items()
        if minutes > problem.employer_budget.get(one, minutes)
    ]
    wrong += [
        f"call {number} is promised and not in the plan"
        for number, call in enumerate(problem.calls)
        if call.fixed and number not in visits
    ]
    return wrong


def tenths(problem: Problem, visits: Mapping[int, Visit]) -> int:
    """Tenths of a kilometre of the whole plan, from home and back each day."""
    days: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for call, visit in visits.items():
        if not visit.remote:
            days[visit.worker, visit.start // DAY].append((visit.start, _site(problem, call)))
    total = 0
    for (worker, _day), stops in days.items():
        here = HOME
        for _start, site in sorted(stops):
            total += problem.distance(worker, here, site)
            here = site
        total += problem.distance(worker, here, HOME)
    return total


def cost(problem: Problem, visits: Mapping[int, Visit]) -> int:
    """In cents: calls left, pairs, kilometres, overload. A visit takes the cheapest slot that its start lies in."""
    load: dict[int, int] = defaultdict(int)
    total = sum(call.unserved for number, call in enumerate(problem.calls) if number not in visits)
    for call, visit in visits.items():
        total += min(
            slot.cost
            for slot in problem.slots[call, visit.worker]
            if slot.earliest <= visit.start <= slot.latest and slot.remote == visit.remote
        )
        load[visit.worker] += problem.calls[call].minutes
    total += sum(problem.overload_cost(worker, minutes) for worker, minutes in load.items())
    return total + problem.cents_per_tenth_km * tenths(problem, visits)


def _site(problem: Problem, call: int) -> int:
    site = problem.calls[call].site
    if site is None:
        raise ValueError(f"call {call} has no place to go to")
    return site
