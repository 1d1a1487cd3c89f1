"""A week planned from the shell: files in, files out, no database."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any


def _call(ident: int, starts: int) -> dict[str, Any]:
    return {
        "id": ident, "partner": 0, "site": ident, "sector": "health", "lang": "bm", "min_level": 1, "duration": 60, "mode": "onsite",
        "remote_ok": False, "options": [[starts, starts]], "priority": 2, "gender": None, "gender_pref": None, "known": [], "blocked": [], "family": None,
        "arrival": -100, "locked_mediator": None,
    }  # fmt: skip


# Two calls in two places on Monday, one mediator who can make both.
WEEK: dict[str, Any] = {
    "format": "medpie-1", "sites": [{"id": 0, "lat": 45.07, "lon": 7.68}, {"id": 1, "lat": 45.0, "lon": 7.68}],
    "requests": [_call(0, 540), _call(1, 660)],
    "mediators": [
        {"id": 0, "employer": 0, "langs": {"bm": 3}, "gender": "F", "sectors": ["health"], "lat": 45.07, "lon": 7.68, "car": True, "radius_km": 40,
         "remote": False, "avail": [[480, 1080]], "week_cap_min": 1200}
    ],
    "partner_budget_min": {"0": 600}, "employer_budget_min": {"0": 1200}, "day_cap_min": 480,
    "travel": {"detour": 1.3, "kmh_car": 50, "kmh_pt": 30, "buffer_onsite_min": 10, "buffer_remote_min": 5},
    "cost": {"unfilled": 20000, "travel_per_km": 40, "discontinuity": 2500, "gender_pref": 1500, "no_sector": 1000, "level_short": 800,
             "mode_fallback": 5000, "overload": [[0.25, 0], [0.5, 4], [0.75, 10], [1.0, 20]]},
}  # fmt: skip


def shell(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "interazioni", "mediation", "plan-week", *arguments]
    return subprocess.run(
        command, env={"PATH": "/usr/bin:/bin", "HOME": "/nowhere"}, capture_output=True, text=True, check=False
    )


def test_a_week_of_the_benchmark_becomes_a_plan_without_a_database(tmp_path: Path) -> None:
    week, plan = tmp_path / "week.json", tmp_path / "plan.json"
    week.write_text(json.dumps(WEEK))
    done = shell(str(week), str(plan), "--seconds", "3")
    assert done.returncode == 0, done.stderr
    assert "rules broken: 0" in done.stdout
    assert all(line.strip()[0].isdigit() or line.startswith("served") for line in done.stdout.splitlines()), done.stdout
    assert json.loads(plan.read_text()) == {"assign": {"0": [0, 540, 0], "1": [0, 660, 0]}}


def test_what_is_no_week_is_said_in_one_line(tmp_path: Path) -> None:
    for text in ("{}", "not json", "[]"):
        (tmp_path / "week.json").write_text(text)
        done = shell(str(tmp_path / "week.json"), str(tmp_path / "plan.json"))
        assert done.returncode == 1
        assert "cannot be planned" in done.stderr
        assert "Traceback" not in done.stderr
