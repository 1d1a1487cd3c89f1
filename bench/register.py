"""Claims: a register of 25 pupils is taken in at most 3 requests after the first page, 150 KB compressed on a cold first load and
15 KB on every later one, at most 10 SQL queries per request; saving it, with ledger, audit, first-reached rows and tallies, takes at
most 3 times the bare INSERTs of the same rows.

    .venv/bin/python bench/register.py
"""

import gzip
import re
import sys
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import compare, finish, measured, region  # noqa: E402

PUPILS = 25
COLD, WARM = 150_000, 15_000
# What saving a register writes, by table; the bare side inserts copies of these very rows.
WRITTEN = ("activities_attendance", "audit_event", "ledger_entry", "ledger_firstreached", "ledger_tally")


def main() -> None:
    region("register", "tests")
    import django

    django.setup()
    from datetime import UTC, date, datetime, time

    import psycopg
    from django.conf import settings
    from django.db import connection, transaction
    from django.test import Client
    from django.test.utils import override_settings
    from psycopg.types.json import Json

    from interazioni.actions.activities.calendar import Pattern
    from interazioni.actions.activities.models import AttendanceStatus, Enrolment, Session
    from interazioni.actions.activities.rules import Mark, enrol, open_edition, plan_sessions, record_register
    from interazioni.foundation.access.context import acting
    from interazioni.foundation.accounts.models import User
    from interazioni.foundation.core import clock
    from interazioni.front.demo.bodies import TORINO
    from interazioni.front.demo.cast import actor
    from interazioni.front.demo.people import THIRD, Inventor
    from interazioni.plan.people.rules import register_people
    from interazioni.plan.programme.models import Activity

    giulia = actor("giulia")
    now = datetime(2020, 2, 12, 8, 30, tzinfo=UTC)
    with acting(giulia), clock.at(now):
        inventor = Inventor(f"bench-{uuid4()}", TORINO)
        people = [inventor.person(THIRD, date(2019, 10, 1)) for _ in range(PUPILS)]
        ids = [one.person_id for one in register_people(people=people, by=giulia) if one.person_id]
        edition = open_edition(
            activity=Activity.objects.get(code__startswith="laboratori-l2"), code=f"b{uuid4().hex[:8]}", title="Bench", municipality="001272",
            starts=date(2019, 10, 1), ends=date(2020, 6, 1), led_by=[giulia.user_id], by=giulia,
        )  # fmt: skip
        plan_sessions(
            edition=edition,
            pattern=Pattern(date(2019, 10, 1), time(9), 120, weekdays=(0, 1, 2, 3, 4), count=60),
            by=giulia,
        )
        enrol(edition=edition, person_ids=ids, since=date(2019, 10, 1), by=giulia)
        sessions = list(Session.objects.filter(edition=edition, starts_at__lt=now).order_by("starts_at"))
        enrolled = list(Enrolment.objects.filter(edition=edition).values_list("pk", flat=True))
    held = pages(giulia.user_id, sessions[-1].pk, Client, User, connection, override_settings)

    def marks() -> list[Mark]:
        absent = AttendanceStatus.ABSENT
        return [
            Mark(pk, absent if n < 3 else AttendanceStatus.PRESENT, None, None, uuid4())
            for n, pk in enumerate(enrolled)
        ]

    free = iter(sessions[:-1])

    def ours() -> None:
        with acting(giulia), clock.at(now):
            record_register(session=next(free), held_minutes=120, marks=marks(), by=giulia)

    def counted() -> dict[str, int]:
        with psycopg.connect(settings.DATABASE_OWNER_URL) as owner:
            return {table: owner.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in WRITTEN}  # type: ignore[index]

    before = counted()
    ours()
    after = counted()
    rows = {table: after[table] - before[table] for table in WRITTEN}
    print("  rows of one register: " + ", ".join(f"{n} {table}" for table, n in rows.items()))

    owner = psycopg.connect(settings.DATABASE_OWNER_URL, autocommit=False)
    templates = {table: _columns(owner, table) for table in WRITTEN if rows[table]}
    samples = {
        table: owner.execute(f"SELECT * FROM {table} ORDER BY 1 DESC LIMIT {n}").fetchall()
        for table, n in rows.items()
        if n
    }
    owner.execute(
        "ALTER TABLE activities_attendance DROP CONSTRAINT IF EXISTS activities_attendance_once"
    )  # the copies stand beside them
    owner.execute("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_fold")
    owner.execute("ALTER TABLE ledger_firstreached DISABLE TRIGGER USER")
    owner.commit()

    def bare() -> None:
        """One INSERT a row, as a plain application writes them, in one transaction with its commit."""
        with owner.transaction():
            for table, (columns, keys, documents) in templates.items():
                for sample in samples[table]:
                    values = [
                        uuid4() if name in keys else Json(value) if name in documents else value
                        for name, value in zip(columns, sample, strict=True)
                    ]
                    owner.execute(
                        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})",
                        values,
                    )

    try:
        mine = measured(f"register of {PUPILS}, with ledger, audit, first-reached, tallies", ours, runs=15, warm=3)
        theirs = measured("bare INSERTs of the same rows, one transaction", bare, runs=15, warm=3)
    finally:
        owner.rollback()
        owner.close()
    held.append(compare("Saving a register", mine, theirs, wanted=3, faster=False))
    transaction.get_connection().close()
    finish(*held)


def _columns(owner: object, table: str) -> tuple[list[str], set[str], set[str]]:
    found = owner.execute(  # type: ignore[attr-defined]
        "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = %s AND table_schema = 'public' ORDER BY ordinal_position",
        [table],
    ).fetchall()
    columns = [name for name, _kind in found]
    own = {"id", "client_id"} if "id" in columns else {"identity_id", "scope_body_id"}
    return columns, own & set(columns), {name for name, kind in found if kind == "jsonb"}


def pages(user_id: UUID, session_id: UUID, client_of: Any, user_of: Any, connection: Any, override: Any) -> list[bool]:
    """Opens the register as a phone does, marks three absences, saves: requests, queries and bytes."""
    asked: list[int] = [0, 0]

    def count(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        asked[sql.startswith(("SAVEPOINT", "RELEASE", "SET TRANSACTION", "SELECT set_config"))] += 1
        if "--show" in sys.argv:
            print("   ", sql[:150].replace("\n", " "))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count), override(ALLOWED_HOSTS=["testserver"], SECOND_FACTOR_REQUIRED=False):
        client = client_of()
        client.force_login(user_of.objects.get(pk=user_id))
        address = f"/desk/activities/sessions/{session_id}/register/"
        asked[:] = [0, 0]
        page = client.get(address, headers={"accept-encoding": "gzip"})
        opening, opening_control = asked
        html = (
            gzip.decompress(page.content).decode()
            if page.headers.get("Content-Encoding") == "gzip"
            else page.content.decode()
        )
        fields = dict(re.findall(r'name="([^"]+)"[^>]*? value="([^"]*)"', html))
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', html))
        for number in range(PUPILS):
            form[f"s{number}"] = "absent" if number < 3 else "present"
        form |= {"held_minutes": fields.get("held_minutes", "120"), "topic": ""}
        asked[:] = [0, 0]
        saved = client.post(address, form)
        saving, saving_control = asked
        requests = 1
        while saved.status_code in (301, 302, 303):
            saved = client.get(saved.headers["Location"])
            requests += 1
    assert saved.status_code == 200, saved.status_code
    built = ROOT / "interazioni" / "foundation" / "ui" / "static" / "ui" / "build"
    parts = [built / "desk.css", built / "app.js", built / "sprite.svg", *(built / "fonts").glob("*.woff2")]
    import brotli

    cold = len(page.content) + sum(
        len(p.read_bytes()) if p.suffix == ".woff2" else len(brotli.compress(p.read_bytes())) for p in parts
    )
    print(
        f"  page {len(page.content):,} bytes compressed ({len(html):,} plain); cold with styles, script, icons, fonts {cold:,} bytes"
    )
    print(f"  requests after the first page: {requests}   SQL queries: {opening} to open, {saving} to save")
    print(
        f"  beside them, statements of the transaction and its context: {opening_control} to open, {saving_control} to save"
    )
    held = [cold <= COLD, len(page.content) <= WARM, requests <= 3, opening <= 10, saving <= 10]
    print(
        f"  wanted: ≤ 3 requests, ≤ {COLD:,} bytes cold, ≤ {WARM:,} later, ≤ 10 queries: {'holds' if all(held) else 'DOES NOT HOLD'}"
    )
    return held


if __name__ == "__main__":
    main()
