"""A week of the benchmark planned from the shell: reads the week, writes the plan, prints what it costs beside the bound."""

from __future__ import annotations

import json
import resource
import sys
import time
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

from interazioni.actions.mediation.planning import benchmark, check
from interazioni.actions.mediation.planning.problem import Plan, Problem
from interazioni.actions.mediation.planning.solve import plan_week

START = time.perf_counter()


def seconds_for(problem: Problem) -> float:
    """How long a week of this size deserves when nobody says: 4 s for 1,000 calls with fixed hours, more where most can move."""
    pairs = len(problem.slots)
    movable = sum(
        len({slot.earliest for slot in slots}) > 1 or any(slot.latest > slot.earliest for slot in slots)
        for slots in problem.slots.values()
    )
    flexible = movable / max(1, pairs) > 0.6
    calls = len(problem.calls)
    return (
        3.0 + calls / 1000
        if calls <= 600
        else (16.0 if flexible else 4.2)
        if calls <= 1500
        else 140.0
        if calls <= 4000
        else 290.0
    )


def plan_week_file(week: Path, plan: Path, seconds: float | None = None, out: Callable[[str], object] = print) -> Plan:
    """Plans `week` (JSON, format medpie-1) and writes `plan`; says how it goes through `out`."""
    problem = benchmark.read(json.loads(week.read_text()))
    told = [0.0]

    def progress(state: Plan) -> None:
        now = time.perf_counter() - START
        if now - told[0] > 1 or not told[0]:
            told[0] = now
            out(f"{now:7.1f} s  {_said(state)}")

    allowed = seconds_for(problem) if seconds is None else seconds
    allowed *= 1.0 if len(problem.calls) < 1500 else 0.97  # a large program looks at the clock less often
    allowed -= time.perf_counter() - START
    found = plan_week(problem, seconds=max(0.2, allowed), progress=progress)
    plan.write_text(json.dumps(benchmark.written(problem, found)))
    wrong = check.violations(problem, found.visits)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    out(f"{time.perf_counter() - START:7.1f} s  {_said(found)}, {memory:.0f} MB")
    out(f"served {len(found.visits)} of {len(problem.calls)} calls; rules broken: {len(wrong)}")
    return found


def _said(state: Plan) -> str:
    bound = (
        "no bound yet"
        if state.bound is None or state.gap is None
        else f"bound {state.bound}, at most {100 * state.gap:.3f} % above it"
    )
    return f"cost {state.cost}, {bound}"


def main(arguments: list[str] | None = None) -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("week", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--seconds", type=float)
    asked = parser.parse_args(arguments)
    plan_week_file(asked.week, asked.plan, asked.seconds)


if __name__ == "__main__":
    main(sys.argv[1:])
