"""What the benches share: both sides measured in one run, the median of several, and one line that says the ratio."""

import http.client
import os
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def say_how_busy() -> None:
    """Figures of CPU, too, are too high where others share the caches and the pipelines."""
    load, processors = os.getloadavg()[0], os.cpu_count() or 1
    if load > processors * 0.75:
        print(
            f"  this machine is busy with other things (load {load:.1f} on {processors} processors): times are too high"
        )


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
    surroundings(folder, name)
    for command in (["prepare", "--verbosity=0"], ["demo", "build", f"--size={size}"]):
        subprocess.run([sys.executable, "-m", "interazioni", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def surroundings(folder: str, name: str) -> None:
    """The environment of whoever works with a bench's database."""
    from interazioni.config import embedded

    data = ROOT / "var" / "bench" / "data"
    (data / "static").mkdir(parents=True, exist_ok=True)
    os.environ.update(
        DATABASE_OWNER_URL=embedded.url(folder, embedded.OWNER, name), DATABASE_URL=embedded.url(folder, embedded.APP, name),
        SECRET_KEY="bench only", FIELD_KEYS="b1:YmVuY2ggb25seSwgdGhpcnR5LXR3byBieXRlcyBsb24=", FIELD_INDEX_KEY="YmVuY2ggb25seS4uLi4uLi4uLi4uLi4uLi4uLi4uLi4=",
        INTERAZIONI_DATA_DIR=str(data), DJANGO_SETTINGS_MODULE="interazioni.config.settings", LOG_LEVEL="WARNING",
        STATICFILES_BACKEND="django.contrib.staticfiles.storage.StaticFilesStorage",
        INTERAZIONI_CLOCK_OFFSET_SECONDS=str(1581496200 - time.time()),  # the demo's day, 2020-02-12
    )  # fmt: skip


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Served:
    port: int
    pid: int

    def cpu(self) -> float:
        """Seconds that the server and its connections to the database have had of the processors."""
        import psutil
        from django.conf import settings

        # PostgreSQL writes into its processes' titles whom they serve.
        whom = f" {settings.DATABASES['default']['NAME']} "
        running = [one.info for one in psutil.process_iter(["name", "cmdline", "cpu_times"])]
        backends = [one for one in running if one["name"] == "postgres" and whom in " ".join(one["cmdline"] or [])]
        workers = psutil.Process(self.pid).children(recursive=True)
        times = [*(one["cpu_times"] for one in backends), *(one.cpu_times() for one in workers)]
        return float(sum(one.user + one.system for one in times))


@contextmanager
def served(workers: int = 2) -> Iterator[Served]:
    """The application over HTTP, as `docs/production.md` serves it, on a free port of the loopback; ended by its id."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    port = free_port()
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "2", "--log-level", "error", "interazioni.config.wsgi:application",
    ]  # fmt: skip
    server = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        wait_for(port, "/health/")
        yield Served(port, server.pid)
    finally:
        server.terminate()
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:  # it was asked while it began
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def wait_for(port: int, path: str) -> None:
    """Until somebody answers there; raises RuntimeError after some minutes: a busy machine starts slowly."""
    for _ in range(900):
        client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        try:
            client.request("GET", path)
            client.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
        finally:
            client.close()
    raise RuntimeError(f"nobody answers on port {port}")
