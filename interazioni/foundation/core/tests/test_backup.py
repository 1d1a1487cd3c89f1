"""Backup → nothing → restore: the same rows, the chain holds, what was encrypted opens."""

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from interazioni.config import embedded
from interazioni.foundation.core import backup

ROOT = Path(__file__).resolve().parents[4]
FROM, TO = f"kept_{os.getpid()}", f"again_{os.getpid()}"


def interazioni(database: str, home: Path, *command: str) -> subprocess.CompletedProcess[str]:
    folder = os.environ["TEST_PG_FOLDER"]
    addresses = {
        "DATABASE_URL": embedded.url(folder, embedded.APP, database),
        "DATABASE_OWNER_URL": embedded.url(folder, embedded.OWNER, database),
        "INTERAZIONI_DATA_DIR": str(home),
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "interazioni", *command],
        cwd=ROOT, env={**os.environ, **addresses}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def databases() -> Iterator[str]:
    folder = os.environ["TEST_PG_FOLDER"]
    embedded.create_database(folder, FROM, os.environ["TEST_PG_TEMPLATE"])
    embedded.create_database(folder, TO)
    yield folder
    for name in (FROM, TO):
        embedded.drop_database(folder, name)


def rows(folder: str, name: str) -> dict[str, int]:
    with psycopg.connect(embedded.url(folder, embedded.OWNER, name)) as connection:
        return backup.counts(connection)


OPEN = """
from interazioni.front.demo.cast import SCHOOL_A, actor
from interazioni.foundation.access.context import acting
from interazioni.plan.people.models import Person
from interazioni.plan.people import rules
with acting(actor("franca")):
    print([person.tax_code for person in Person.objects.all() if person.tax_code][:3])
"""


def test_an_installation_comes_back_as_it_was(databases: str, tmp_path: Path) -> None:
    old, new, kept = tmp_path / "old", tmp_path / "new", tmp_path / "kept.backup"
    (old / "files" / "private").mkdir(parents=True)
    (old / "files" / "private" / "notice.pdf").write_bytes(b"%PDF-1.7 signed")
    assert interazioni(FROM, old, "audit", "seal").returncode == 0
    made = interazioni(FROM, old, "backup", str(kept))
    assert made.returncode == 0, made.stderr
    before, opened = rows(databases, FROM), interazioni(FROM, old, "shell", "-v0", "-c", OPEN)
    with tarfile.open(kept) as archive:
        text = b"".join(archive.extractfile(name).read() for name in archive.getnames())  # type: ignore[union-attr]
    for secret in ("FIELD_KEYS", "FIELD_INDEX_KEY"):
        assert os.environ[secret].encode() not in text
    assert kept.stat().st_mode & 0o077 == 0, "nobody else reads it"

    back = interazioni(TO, new, "restore", str(kept))
    assert back.returncode == 0, back.stderr
    assert "the chain holds" in back.stdout
    assert rows(databases, TO) == before
    assert (new / "files" / "private" / "notice.pdf").read_bytes() == b"%PDF-1.7 signed"
    again = interazioni(TO, new, "shell", "-v0", "-c", OPEN)
    assert again.returncode == 0, again.stderr
    assert again.stdout == opened.stdout

    # The application's role has what it had, and no more.
    with psycopg.connect(embedded.url(databases, embedded.APP, TO)) as application:
        assert application.execute("SELECT count(*) FROM people_person").fetchone() == (0,), "no context, no rows"
        with pytest.raises(psycopg.Error):
            application.execute("UPDATE audit_event SET act = 'x'")

    twice = interazioni(TO, new, "restore", str(kept))
    assert twice.returncode != 0
    assert "not empty" in twice.stderr


def test_a_damaged_archive_changes_nothing(databases: str, tmp_path: Path) -> None:
    kept, home = tmp_path / "kept.backup", tmp_path / "home"
    assert interazioni(FROM, home, "backup", str(kept)).returncode == 0
    damaged = bytearray(kept.read_bytes())
    middle = len(damaged) // 2
    damaged[middle] ^= 0xFF
    kept.write_bytes(damaged)
    refused = interazioni(TO, home, "restore", str(kept))
    assert refused.returncode != 0
    assert "damaged" in refused.stderr
    assert rows(databases, TO) == {}
    nothing = tmp_path / "nothing.backup"
    nothing.write_text("no backup")
    assert "no backup of InterAzioni" in interazioni(TO, home, "restore", str(nothing)).stderr
