"""Claim: at the universe ×100 (9,000 bodies, over 2 million entries) the dashboard's database time is at most 1/50 of
computing the same figures by plain aggregation over the entries.

    .venv/bin/python bench/dashboard.py            builds var/bench/dashboard once (a minute or two), then measures
    .venv/bin/python bench/dashboard.py --fresh    builds it anew
"""

import hashlib
import os
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import compare, finish, measured  # noqa: E402

from interazioni.config import embedded  # noqa: E402

DATA = ROOT / "var" / "bench" / "pg"
BODIES, ENTRIES_A_BODY, PEOPLE_A_BODY = 9000, 230, 24
WANTED = 50

# One row of work by one of the bodies: what each third of them does, with people whose facts follow from their number.
MULTIPLY = f"""
SET session_replication_role = replica;  -- the book's triggers would do the same in many small steps
INSERT INTO partners_body (id, created_at, code, name, kind, public, municipality, email, phone, website, closures)
SELECT ('b0000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now(), 'bench-' || n, 'Ente ' || n, 'school', true,
       lpad((1 + n % 8)::text, 3, '0') || lpad((1 + n % 90)::text, 3, '0'), '', '', '', '[]'
FROM generate_series(1, {BODIES}) n;

CREATE TEMP TABLE work AS  -- the measures that feed a figure, with how they are posted
SELECT row_number() OVER (ORDER BY measure, whom) - 1 AS number, w.* FROM (
    SELECT a.plan_id, a.action_id, a.id AS activity_id, a.attendance_measure AS measure, 'hours' AS unit, 'person' AS whom
    FROM programme_activity a WHERE a.attendance_measure <> '' AND a.participants = 'persons'
    UNION ALL SELECT a.plan_id, a.action_id, a.id, a.session_measure, 'sessions', '' FROM programme_activity a WHERE a.session_measure <> ''
    UNION ALL SELECT a.plan_id, a.action_id, k.activity_id, k.measure, k.unit, CASE k.for_whom WHEN 'persons' THEN 'person' ELSE '' END
    FROM programme_deliverykind k JOIN programme_activity a ON a.id = k.activity_id) w;

INSERT INTO ledger_entry (id, created_at, plan_id, action_id, activity_id, period_id, body_id, measure, quantity, unit, person_id,
                          happened_date, posted_at, source_kind, source_id, groups, sex, age_band, citizenship, municipality)
SELECT gen_random_uuid(), e.day + time '15:00', w.plan_id, w.action_id, w.activity_id, p.id, e.body, w.measure,
       CASE w.unit WHEN 'hours' THEN 2 ELSE 1 + e.n % 3 END, w.unit,
       CASE WHEN w.whom = 'person' THEN ('a0000000-0000-7000-8000-' || lpad(to_hex(e.person), 12, '0'))::uuid END,
       e.day, e.day + time '15:00', 'bench', gen_random_uuid(),
       CASE WHEN w.whom <> 'person' THEN '{{}}'::text[] WHEN e.person % 10 < 4 THEN ARRAY['alunni-paesi-terzi']
            WHEN e.person % 10 < 7 THEN ARRAY['alunni-background-migratorio'] ELSE ARRAY['cittadini-paesi-terzi'] END,
       CASE WHEN w.whom = 'person' THEN (ARRAY['F', 'M', 'F', 'M', ''])[1 + e.person % 5] ELSE '' END,
       CASE WHEN w.whom = 'person' THEN (ARRAY['3-5', '6-10', '11-13', '14-16', '25-34', '35-54'])[1 + e.person % 6] ELSE '' END,
       CASE WHEN w.whom = 'person' THEN (ARRAY['MA', 'AL', 'NG', 'CN', 'PE', 'SN', 'EG', 'UA', 'PK', 'BD', 'MD', 'TN', 'CI', 'GH', 'BR', 'PH', 'IN', 'LK', 'SO', 'ML'])[1 + e.person % 20] ELSE '' END,
       e.municipality
FROM (SELECT b.id AS body, b.municipality, b.number, n,
             b.number * {PEOPLE_A_BODY} + (n * 7) % {PEOPLE_A_BODY} AS person,
             date '2018-09-03' + ((n * 37 + b.number * 11) % 820)::int AS day
      FROM (SELECT id, municipality, row_number() OVER (ORDER BY code)::int AS number FROM partners_body WHERE code LIKE 'bench-%') b,
           generate_series(1, {ENTRIES_A_BODY}) n) e
JOIN work w ON w.number = CASE WHEN e.n % 8 < 6 THEN (e.number % 3) ELSE (e.number * 5 + e.n) % (SELECT count(*) FROM work) END
JOIN programme_period p ON p.plan_id = w.plan_id AND e.day BETWEEN p.starts_date AND p.ends_date;
RESET session_replication_role;
SELECT ledger_rebuild(id) FROM programme_plan;
VACUUM (ANALYZE) ledger_entry; VACUUM (ANALYZE) ledger_tally; VACUUM (ANALYZE) ledger_firstreached;
"""

# The same figures, as somebody would compute them who keeps entries and nothing else. Totals: `figures_as_of`.
PLAIN_MONTHS = """
SELECT indicator, to_char(day, 'YYYY-MM'), sum(amount) FROM (
    SELECT i.id AS indicator, e.happened_date AS day, CASE i.counts WHEN 'quantity' THEN e.quantity ELSE sign(e.quantity) END AS amount
    FROM ledger_entry e JOIN programme_indicator i ON i.plan_id = e.plan_id AND i.counts IN ('quantity', 'entries') AND ledger_feeds(e, i)
    WHERE e.plan_id = %(plan)s AND e.happened_date >= %(since)s
    UNION ALL
    SELECT indicator, min(day), 1 FROM (
        SELECT i.id AS indicator, ledger_identity(e.person_id, e.association_id) AS identity, e.happened_date AS day
        FROM ledger_entry e JOIN programme_indicator i ON i.plan_id = e.plan_id AND i.counts IN ('people', 'associations') AND ledger_feeds(e, i)
        LEFT JOIN ledger_entry r ON r.reverses_id = e.id
        WHERE e.plan_id = %(plan)s AND e.reverses_id IS NULL AND r.id IS NULL) p
    GROUP BY indicator, identity HAVING min(day) >= %(since)s) m
GROUP BY 1, 2
"""
PLAIN_CITIZENSHIPS = """
SELECT citizenship, count(*) FROM (
    SELECT DISTINCT ON (e.person_id) e.person_id, e.citizenship
    FROM ledger_entry e JOIN programme_indicator i ON i.id = %(indicator)s AND ledger_feeds(e, i) LEFT JOIN ledger_entry r ON r.reverses_id = e.id
    WHERE e.plan_id = %(plan)s AND e.reverses_id IS NULL AND r.id IS NULL
    ORDER BY e.person_id, e.happened_date, e.id) f
GROUP BY 1
"""


def universe(fresh: bool) -> None:
    """A database of this bench, kept in var/bench: the demo's bodies and plan, multiplied in SQL. A changed schema, plan
    or multiplication makes a new one."""
    made_of = [*sorted(ROOT.glob("interazioni/**/migrations/*.py")), *sorted(ROOT.glob("plans/*.toml")), Path(__file__)]
    database = "dashboard_" + hashlib.sha256(b"".join(path.read_bytes() for path in made_of)).hexdigest()[:10]
    folder = embedded.start(DATA)
    kept = embedded._psql(
        folder, "postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'dashboard\\_%'"
    ).split()
    for old in kept:
        if fresh or old != database:
            embedded.drop_database(folder, old)
    made = embedded.create_database(folder, database)
    os.environ.update(
        DATABASE_OWNER_URL=embedded.url(folder, embedded.OWNER, database), DATABASE_URL=embedded.url(folder, embedded.APP, database),
        SECRET_KEY="bench only", FIELD_KEYS="b1:" + "YmVuY2ggb25seSwgdGhpcnR5LXR3byBieXRlcyBsb24=", FIELD_INDEX_KEY="YmVuY2ggb25seS4uLi4uLi4uLi4uLi4uLi4uLi4uLi4=",
        INTERAZIONI_DATA_DIR=str(ROOT / "var" / "bench" / "data"), DJANGO_SETTINGS_MODULE="interazioni.config.settings", LOG_LEVEL="WARNING",
        INTERAZIONI_CLOCK_OFFSET_SECONDS=str(1581496200 - time.time()),  # the demo's day, 2020-02-12
    )  # fmt: skip
    if not made:
        return
    began = time.monotonic()
    try:
        for command in (["prepare", "--verbosity=0"], ["demo", "build", "--size=tests"]):
            subprocess.run(
                [sys.executable, "-m", "interazioni", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
            )
        embedded._psql(folder, database, MULTIPLY)
    except BaseException:
        embedded.drop_database(folder, database)  # half a universe is none
        raise
    print(f"universe ×100 built in {time.monotonic() - began:.0f} s")


def main() -> None:
    universe("--fresh" in sys.argv)
    import django

    django.setup()
    from datetime import timedelta

    from django.db import connection

    from interazioni.foundation.access.context import acting
    from interazioni.foundation.core import clock
    from interazioni.front.demo import cast
    from interazioni.monitoring.queries.asked import ask
    from interazioni.monitoring.queries.dashboard import TREND_MONTHS, dashboard
    from interazioni.plan.ledger import queries as ledger
    from interazioni.plan.ledger.models import Entry, Tally

    spent = 0.0

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal spent
        began = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            spent += time.perf_counter() - began

    def database_time(act: Any) -> tuple[float, Any]:
        nonlocal spent
        spent = 0.0
        with connection.execute_wrapper(watch):
            outcome = act()
        return spent, outcome

    with acting(cast.actor("elena")) as elena:
        print(f"{Entry.objects.count():,} entries, {Tally.objects.count():,} tallies")
        asked = ask(elena, {})
        assert asked is not None
        since = (clock.today().replace(day=1) - timedelta(days=31 * (TREND_MONTHS - 1))).replace(day=1)

        def plain() -> tuple[dict[Any, Decimal], dict[Any, dict[str, Decimal]], dict[str, int]]:
            with connection.cursor() as cursor:
                totals = ledger.figures_as_of(asked.plan)
                months: dict[Any, dict[str, Decimal]] = {}
                cursor.execute(PLAIN_MONTHS, {"plan": asked.plan.pk, "since": since})
                for indicator, month, amount in cursor.fetchall():
                    months.setdefault(indicator, {})[month] = amount
                cursor.execute(PLAIN_CITIZENSHIPS, {"plan": asked.plan.pk, "indicator": board.headline[0].indicator.pk})
                return totals, months, dict(cursor.fetchall())

        board = dashboard(asked)
        totals, months, citizenships = plain()
        for reading in board.readings:  # both sides must say the same before it matters which is faster
            assert reading.value == totals.get(reading.indicator.pk, 0), reading.indicator.code
            assert dict(reading.months) == {m: a for m, a in months.get(reading.indicator.pk, {}).items() if a}, (
                reading.indicator.code
            )
        assert set(board.citizenships) == set(citizenships) - {""}
        ours = measured(
            "dashboard, database time (every query of it)", lambda: database_time(lambda: dashboard(asked))[0]
        )
        theirs = measured("the same figures by plain aggregation over entries", lambda: database_time(plain)[0], runs=3)
        held = compare(
            f"Dashboard of the whole plan, {len(board.readings)} figures with {TREND_MONTHS} months of trend",
            ours,
            theirs,
            wanted=WANTED,
        )
        body = next(body for body in asked.bodies if body.code == "bench-77")
        one = ask(elena, {"body": body.code})
        assert one is not None
        print(f"  one body's share: {measured('', lambda: database_time(lambda: dashboard(one))[0]).p50 * 1000:.1f} ms")
    finish(held)


if __name__ == "__main__":
    main()
