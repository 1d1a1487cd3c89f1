"""What the benches share: both sides measured in one run, the median of several, and one line that says the ratio."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Timing:
    """Seconds. `runs` is how many times it was done after one that warmed up."""

    name: str
    p50: float
    worst: float
    runs: int


def measured(name: str, act: Callable[[], object], *, runs: int = 7, warm: int = 1) -> Timing:
    """The median of `runs`. `act` may give back the seconds that count (database time only); else it is timed whole."""
    taken = []
    for number in range(warm + runs):
        began = time.perf_counter()
        said = act()
        seconds = said if isinstance(said, float) else time.perf_counter() - began
        if number >= warm:
            taken.append(seconds)
    return Timing(name, statistics.median(taken), max(taken), runs)


def compare(claim: str, ours: Timing, theirs: Timing, *, wanted: float, faster: bool = True) -> bool:
    """Prints one line. `faster`: theirs/ours must reach `wanted`; else ours/theirs must not pass it."""
    ratio = theirs.p50 / ours.p50 if faster else ours.p50 / theirs.p50
    holds = ratio >= wanted if faster else ratio <= wanted
    sign = "≥" if faster else "≤"
    print(claim)
    for timing in (ours, theirs):
        print(
            f"  {timing.name:<58} p50 {_seconds(timing.p50):>10}   worst {_seconds(timing.worst):>10}   of {timing.runs}"
        )
    print(f"  ratio {ratio:.1f}   wanted {sign} {wanted:g}   {'holds' if holds else 'DOES NOT HOLD'}")
    return holds


def finish(*held: bool) -> None:
    """Ends the bench: exit code 1 where a claim does not hold."""
    sys.exit(0 if all(held) else 1)


def _seconds(value: float) -> str:
    return f"{value * 1000:.1f} ms" if value < 10 else f"{value:.1f} s"


def region(name: str, size: str) -> None:
    """A database of the demo region for a bench, in an embedded PostgreSQL under var/bench, made anew; sets the environment."""
    from interazioni.config import embedded

    folder = embedded.start(ROOT / "var" / "bench" / "pg")
    embedded.drop_database(folder, name)
    embedded.create_database(folder, name)
    data = ROOT / "var" / "bench" / "data"
    (data / "static").mkdir(parents=True, exist_ok=True)
    os.environ.update(
        DATABASE_OWNER_URL=embedded.url(folder, embedded.OWNER, name), DATABASE_URL=embedded.url(folder, embedded.APP, name),
        SECRET_KEY="bench only", FIELD_KEYS="b1:YmVuY2ggb25seSwgdGhpcnR5LXR3byBieXRlcyBsb24=", FIELD_INDEX_KEY="YmVuY2ggb25seS4uLi4uLi4uLi4uLi4uLi4uLi4uLi4=",
        INTERAZIONI_DATA_DIR=str(data), DJANGO_SETTINGS_MODULE="interazioni.config.settings", LOG_LEVEL="WARNING",
        STATICFILES_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
        INTERAZIONI_CLOCK_OFFSET_SECONDS=str(1581496200 - time.time()),  # the demo's day, 2020-02-12
    )  # fmt: skip
    for command in (["prepare", "--verbosity=0"], ["demo", "build", f"--size={size}"]):
        subprocess.run([sys.executable, "-m", "interazioni", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
