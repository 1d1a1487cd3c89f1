"""Claims: a week of mediation is planned within its time, beside a bound that no plan can beat; how the cost of planning grows from 200 to
6,000 calls; and at 6,000 the plan is better than ruin and recreate, in the same run, after two minutes.

    .venv/bin/python bench/mediation_week.py [--quick] [FOLDER WITH WEEKS]

With a folder (or MEDIATION_WEEKS) its weeks (`*.json`, format medpie-1) are planned first. The others are invented, so that it runs anywhere.
"""

import json
import os
import resource
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

SIZES = [(200, 90, 40), (500, 110, 60), (1000, 150, 100), (2000, 280, 200), (3000, 400, 300), (6000, 700, 500)]
FIRST_PLAN = 2.0  # seconds, at up to 1,000 calls
RIVAL_SECONDS = 120.0


def main() -> None:
    from harness import finish
    from ruin_recreate import ruin_and_recreate

    parser = ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", default=os.environ.get("MEDIATION_WEEKS"))
    parser.add_argument("--quick", action="store_true", help="nothing beyond 1,000 calls")
    parser.add_argument("--one", help="internal: one week in a process of its own")
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(one(asked.one)))
        return
    weeks = sorted(str(path) for path in Path(asked.folder).glob("*.json")) if asked.folder else []
    weeks += [f"{calls},{workers},{sites}" for calls, workers, sites in SIZES if calls <= 1000 or not asked.quick]
    print(
        f"{'week':<22}{'calls':>6} {'first plan':>11} {'cost':>12} {'bound':>12} {'gap':>8} {'wall':>8} {'memory':>8}"
    )
    held, last = [], None
    for week in weeks:
        last = fresh(week)
        name = Path(week).stem if week.endswith(".json") else f"invented {week}"
        print(
            f"{name:<22}{last['calls']:>6} {last['first']:>9.2f} s {last['cost']:>12} {last['bound']!s:>12} {last['gap']:>6.3f} % "
            f"{last['wall']:>6.1f} s {last['megabytes']:>5.0f} MB",
            flush=True,
        )
        held.append(last["broken"] == 0 and (last["calls"] > 1200 or last["first"] <= FIRST_PLAN))
    if last is not None and not asked.quick:
        rival = ruin_and_recreate(problem_of(weeks[-1]), RIVAL_SECONDS)
        print(
            f"ruin and recreate after {RIVAL_SECONDS:.0f} s: {rival}, {100 * (rival / last['cost'] - 1):.2f} % dearer"
        )
        held.append(last["cost"] < rival)
    finish(*held)


def fresh(week: str) -> dict[str, Any]:
    """In a process of its own, timed from outside: interpreter, imports and reading the week count."""
    began = time.time()
    done = subprocess.run(
        [sys.executable, __file__, "--one", week], check=True, capture_output=True, text=True,
        env={**os.environ, "BENCH_BEGAN": repr(began)},
    )  # fmt: skip
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return {**found, "wall": time.time() - began - found["inventing"]}


def problem_of(week: str) -> Any:
    from interazioni.actions.mediation.planning import benchmark, invent

    if week.endswith(".json"):
        return benchmark.read(json.loads(Path(week).read_text()))
    calls, workers, sites = map(int, week.split(","))
    return invent.week(calls, workers, sites, 1)


def one(week: str) -> dict[str, Any]:
    from interazioni.actions.mediation.planning import check
    from interazioni.actions.mediation.planning.command import seconds_for
    from interazioni.actions.mediation.planning.solve import plan_week

    began, before = float(os.environ["BENCH_BEGAN"]), time.time()
    problem = problem_of(week)
    inventing = 0.0 if week.endswith(".json") else time.time() - before
    first: list[float] = []

    def progress(_plan: object) -> None:
        if not first:
            first.append(time.time() - began - inventing)

    allowed = seconds_for(problem) - (time.time() - began - inventing)
    plan = plan_week(problem, seconds=allowed, progress=progress)
    return {
        "calls": len(problem.calls), "first": first[0], "cost": plan.cost, "bound": plan.bound, "gap": 100 * (plan.gap or float("nan")),
        "broken": len(check.violations(problem, plan.visits)), "inventing": inventing,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }  # fmt: skip


if __name__ == "__main__":
    main()
