"""Compiles the planner's inner loops once, so that nobody waits for it later: `interazioni prepare` calls this."""

from __future__ import annotations

from interazioni.actions.mediation.planning.problem import Call, Problem, Slot, Worker
from interazioni.actions.mediation.planning.solve import plan_week


def compile_all() -> None:
    """Plans a week of two calls. Where the compiled code is kept: `compiled.py`."""
    plan_week(
        Problem(
            calls=[Call("0", 60, 0, 1000), Call("1", 60, 0, 1000)], workers=[Worker("0", 50, 600)],
            slots={(0, 0): [Slot(540, 600, False, 0)], (1, 0): [Slot(540, 700, False, 0)]}, between=[[0]], from_home=[[10]],
            cents_per_tenth_km=4, overload=[(1.0, 1)], day_cap=480, buffer_onsite=10, buffer_remote=5,
        ),
        seconds=60,
    )  # fmt: skip


if __name__ == "__main__":
    compile_all()
