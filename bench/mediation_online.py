"""Claims: with calls that come at their `arrival` and a fifth of the offers declined, asking late and planning everything that is open goes at
least 60 % of the way from sequential best offers to the plan with hindsight.

    .venv/bin/python bench/mediation_online.py WEEK.json [WEEK.json …] [--hold HOURS] [--seconds N] [--seeds 1,2]

A promise given is never moved. Whether a mediator declines a call is decided by seed, call and mediator alone, so that every policy meets
the same refusals; hindsight knows them all.

* sequential: when a call comes, the cheapest mediator is asked, then the next, until one accepts.
* evenings: each evening all that is open is planned, and everybody in the plan is asked.
* ours: at 6, 10, 14 and 18 o'clock all that is open is planned; only what begins before the next of these and `hold` hours more is asked, and who declines is planned around
  at once. What comes too late for that is offered one after the other.
"""

import json
import random
import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import finish  # noqa: E402

from interazioni.actions.mediation.planning import benchmark, check, greedy  # noqa: E402
from interazioni.actions.mediation.planning.problem import DAY, Problem, Slot, Visit  # noqa: E402
from interazioni.actions.mediation.planning.solve import plan_week  # noqa: E402

DECLINED, WANTED = 0.2, 0.6
HOURS = (6, 10, 14, 18)  # when ours plans
AGAIN = 4  # plans at one moment, while somebody declines


class Field:
    """What is promised so far and who said no."""

    def __init__(self, problem: Problem, arrival: list[int], seed: int) -> None:
        self.problem, self.arrival, self.seed = problem, arrival, seed
        self.board, self.who = greedy.Board(problem), greedy.able(problem)
        self.refused: set[tuple[int, int]] = set()
        self.asked = 0
        for call, one in enumerate(problem.calls):
            if one.fixed:
                self.board.place(call, self.who[call])

    def declines(self, call: int, worker: int) -> bool:
        return random.Random(f"{self.seed}/{call}/{worker}").random() < DECLINED

    def ask(self, call: int, visit: Visit) -> bool:
        self.asked += 1
        if self.declines(call, visit.worker):
            self.refused.add((call, visit.worker))
            return False
        self.board.put(call, visit)
        return True

    def one_after_the_other(self, call: int, now: int) -> None:
        while True:
            best: tuple[int, Visit] | None = None
            for worker, slots in self.who[call].items():
                later = [replace(slot, earliest=max(slot.earliest, now)) for slot in slots if slot.latest >= now]
                if (call, worker) in self.refused or not later or not self.board.room(call, worker):
                    continue
                found = self.board.best(call, worker, later)
                if found is not None and (best is None or found[0] < best[0]):
                    best = found
            if best is None or best[0] >= self.problem.calls[call].unserved or self.ask(call, best[1]):
                return

    def open_at(self, now: int) -> Problem:
        """What is promised, fixed as it is, and what is open and has come."""
        slots: dict[tuple[int, int], list[Slot]] = {}
        for (call, worker), found in self.problem.slots.items():
            visit = self.board.visits.get(call)
            if visit is not None:
                if visit.worker == worker:
                    at = [s for s in found if s.remote == visit.remote and s.earliest <= visit.start <= s.latest]
                    slots[call, worker] = [Slot(visit.start, visit.start, visit.remote, min(s.cost for s in at))]
            elif self.arrival[call] <= now and (call, worker) not in self.refused:
                later = [replace(slot, earliest=max(slot.earliest, now)) for slot in found if slot.latest >= now]
                if later:
                    slots[call, worker] = later
        calls = [replace(one, fixed=call in self.board.visits) for call, one in enumerate(self.problem.calls)]
        return replace(self.problem, calls=calls, slots=slots)

    def planned(self, now: int, until: int, seconds: float) -> int:
        """Plans what is open and asks what begins before `until`; gives how many declined."""
        problem = self.open_at(now)
        if not any(call not in self.board.visits for call, _worker in problem.slots):
            return 0
        plan = plan_week(problem, seconds=seconds)
        new = [
            (visit.start, call)
            for call, visit in plan.visits.items()
            if call not in self.board.visits and visit.start < until
        ]
        # Two that are asked together both stand in the plan: whoever declines leaves room, takes none.
        return sum(not self.ask(call, plan.visits[call]) for _start, call in sorted(new))


def run(week: dict[str, Any], seed: int, policy: str, hold: int, seconds: float) -> tuple[int, float, int]:
    """(cost, share of the calls covered, offers)."""
    problem, arrival = benchmark.read(week), [request["arrival"] for request in week["requests"]]
    field = Field(problem, arrival, seed)
    if policy == "hindsight":
        slots = {
            (call, who): s
            for (call, who), s in problem.slots.items()
            if problem.calls[call].fixed or not field.declines(call, who)
        }
        plan = plan_week(replace(problem, slots=slots), seconds=max(5.0, seconds))
        return _said(problem, dict(plan.visits), 0)
    comes = sorted(
        (moment, call) for call, moment in enumerate(arrival) if not problem.calls[call].fixed and field.who[call]
    )
    if policy == "sequential":
        for moment, call in comes:
            field.one_after_the_other(call, moment)
        return _said(problem, field.board.visits, field.asked)
    hours = (18,) if policy == "evenings" else HOURS
    first = min(moment for moment, _call in comes) // DAY if policy == "evenings" else -1
    moments = [DAY * day + 60 * hour for day in range(first, 6) for hour in hours]
    at = 0
    for number, now in enumerate(moments):
        until = moments[number + 1] if number + 1 < len(moments) else 7 * DAY
        for _again in range(1 if policy == "evenings" else AGAIN):
            if not field.planned(now, 7 * DAY if policy == "evenings" else until + 60 * hold, seconds):
                break
        while at < len(comes) and comes[at][0] < until:
            moment, call = comes[at]
            at += 1
            latest = max(slot.latest for slots in field.who[call].values() for slot in slots)
            if moment >= now and latest < until:
                field.one_after_the_other(call, moment)
    return _said(problem, field.board.visits, field.asked)


def _said(problem: Problem, visits: dict[int, Visit], asked: int) -> tuple[int, float, int]:
    assert not check.violations(problem, visits), check.violations(problem, visits)[:3]
    free = [call for call, one in enumerate(problem.calls) if not one.fixed]
    return check.cost(problem, visits), sum(call in visits for call in free) / len(free), asked


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("weeks", nargs="+", type=Path)
    parser.add_argument(
        "--hold",
        type=int,
        default=4,
        help="a call is asked for when it begins so many hours after the next planning, at the latest",
    )
    parser.add_argument("--seconds", type=float, default=2.0, help="for each plan")
    parser.add_argument("--seeds", default="1")
    asked = parser.parse_args()
    ways = []
    for path in asked.weeks:
        week = json.loads(path.read_text())
        for seed in map(int, asked.seeds.split(",")):
            costs = {}
            for policy in ("sequential", "hindsight", "evenings", "ours"):
                cost, covered, offers = run(week, seed, policy, asked.hold, asked.seconds)
                costs[policy] = cost
                way = 100 * (costs["sequential"] - cost) / max(1, costs["sequential"] - costs.get("hindsight", cost))
                print(
                    f"{path.stem:<8} seed {seed} {policy:<11} cost {cost:>9}  covered {100 * covered:5.1f} %  {offers:>5} offers  {way:6.1f} % of the way",
                    flush=True,
                )
            ways.append((costs["sequential"] - costs["ours"]) / (costs["sequential"] - costs["hindsight"]))
    mean = sum(ways) / len(ways)
    print(f"ours goes {100 * mean:.1f} % of the way, wanted {100 * WANTED:.0f} %")
    finish(mean >= WANTED)


if __name__ == "__main__":
    main()
