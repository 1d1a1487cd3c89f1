"""The planner: every plan holds, no bound lies, and on weeks small enough to try everything it finds the best there is."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interazioni.actions.mediation.planning import check, invent
from interazioni.actions.mediation.planning.problem import Plan, Problem, Visit
from interazioni.actions.mediation.planning.solve import plan_week

tiny = st.builds(
    invent.week, st.integers(1, 5), st.integers(1, 3), st.integers(1, 4), st.integers(0, 10_000), movable=st.sampled_from([0.0, 0.5, 1.0]),
    days=st.integers(1, 2),
)  # fmt: skip
small = st.builds(invent.week, st.integers(20, 80), st.integers(5, 25), st.integers(3, 15), st.integers(0, 10_000))


def one_language(problem: Problem) -> Problem:
    """Everybody can serve everything that somebody can: more to choose from on so few calls."""
    slots = dict(problem.slots)
    for (call, _worker), found in problem.slots.items():
        for other in range(len(problem.workers)):
            slots.setdefault((call, other), found)
    return replace(problem, slots=slots)


def every_plan(problem: Problem) -> Iterator[dict[int, Visit]]:
    """All plans that begin each call as early as a neighbour allows: the starts worth trying are ends plus travel, or a slot's first."""
    ways: list[list[Visit | None]] = []
    for call in range(len(problem.calls)):
        options: list[Visit | None] = [None]
        for (asked, worker), slots in problem.slots.items():
            if asked == call:
                for slot in slots:
                    options += [
                        Visit(worker, start, slot.remote) for start in range(slot.earliest, slot.latest + 1, 15)
                    ]
        ways.append(options)
    for chosen in product(*ways):
        yield {call: visit for call, visit in enumerate(chosen) if visit is not None}


def combinations(problem: Problem) -> int:
    total = 1
    for call in range(len(problem.calls)):
        total *= 1 + sum(
            1 + (slot.latest - slot.earliest) // 15
            for (asked, _worker), slots in problem.slots.items() if asked == call for slot in slots
        )  # fmt: skip
    return total


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tiny)
def test_on_a_tiny_week_no_plan_is_cheaper(problem: Problem) -> None:
    problem = one_language(problem)
    found = plan_week(problem, seconds=5)
    assert check.violations(problem, found.visits) == []
    assert found.cost == check.cost(problem, found.visits)
    assert found.bound is None or found.bound <= found.cost
    if combinations(problem) > 20_000:
        return
    best = min(check.cost(problem, plan) for plan in every_plan(problem) if not check.violations(problem, plan))
    assert found.cost <= best
    assert found.bound is None or found.bound <= best


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(small)
def test_every_plan_holds_and_no_bound_lies(problem: Problem) -> None:
    seen: list[Plan] = []
    found = plan_week(problem, seconds=0.6, progress=seen.append)
    for plan in [*seen, found]:
        assert check.violations(problem, plan.visits) == []
        assert plan.cost == check.cost(problem, plan.visits)
        assert plan.bound is None or plan.bound <= found.cost
    assert [plan.cost for plan in seen] == sorted((plan.cost for plan in seen), reverse=True)


def test_what_is_promised_stays() -> None:
    problem = invent.week(80, 20, 8, 3, promised=10)
    found = plan_week(problem, seconds=1.0)
    assert check.violations(problem, found.visits) == []
    assert all(call in found.visits for call, asked in enumerate(problem.calls) if asked.fixed)


def test_stopped_at_once_it_still_has_a_plan() -> None:
    problem = invent.week(300, 60, 20, 1)
    found = plan_week(problem, seconds=60, stop=lambda: True)
    assert found.visits
    assert check.violations(problem, found.visits) == []


def test_it_begins_from_the_plan_that_stands() -> None:
    problem = invent.week(120, 30, 10, 5)
    before = plan_week(problem, seconds=1.5)
    again = plan_week(problem, seconds=0.01, start=before)
    assert again.cost <= before.cost


def test_a_start_that_no_longer_fits_is_left_out() -> None:
    problem = invent.week(60, 15, 8, 9)
    before = plan_week(problem, seconds=0.5)
    gone = next(iter(before.visits.values())).worker
    changed = replace(problem, slots={key: slots for key, slots in problem.slots.items() if key[1] != gone})
    again = plan_week(changed, seconds=0.5, start=before)
    assert check.violations(changed, again.visits) == []


@pytest.mark.parametrize("cap", ["payer_budget", "employer_budget"])
def test_budgets_hold(cap: str) -> None:
    problem = replace(invent.week(100, 25, 10, 11), **{cap: dict.fromkeys(range(7), 240)})
    found = plan_week(problem, seconds=1.0)
    assert check.violations(problem, found.visits) == []
    assert len(found.visits) < len(problem.calls)


def test_a_week_without_anybody_is_left_as_it_is() -> None:
    problem = replace(invent.week(10, 2, 2, 1), slots={})
    found = plan_week(problem, seconds=1)
    assert not found.visits
    assert found.cost == sum(call.unserved for call in problem.calls)


def test_without_a_place_for_compiled_code_it_plans_all_the_same() -> None:
    """Installed by one user and run by another, with no home: numba refuses to load functions that it could nowhere keep."""
    asked = (
        "import interazioni.actions.mediation.planning.compiled as c; print(c.FOLDER, c.compiled(lambda x: x + 1)(1))"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked], env={"NUMBA_CACHE_DIR": "/proc/nowhere", "PATH": "/usr/bin"}, capture_output=True, text=True, check=True
    )  # fmt: skip
    assert done.stdout.split() == ["None", "2"]
