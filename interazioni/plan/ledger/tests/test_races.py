"""Two real connections at once, in a database of their own, as the application's role: what waits, and what comes out."""

import os
import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from interazioni.config import embedded
from interazioni.front.demo.cast import SCHOOL_A, SCHOOL_B, ident

NAME = f"races_{os.getpid()}"
PLAN, ACTION, ACTIVITY, PEOPLE, HOURS, HEADS, PERIOD, NEXT = (uuid4() for _ in range(8))
A, B = ident("body", SCHOOL_A), ident("body", SCHOOL_B)

SETUP = f"""
INSERT INTO programme_plan (id, created_at, code, titles, starts_date, ends_date, document, version, digest, loaded_at)
    VALUES ('{PLAN}', now(), 'races', '{{}}', '2018-07-01', '2020-12-31', '{{}}', 1, '', now());
INSERT INTO programme_action (id, created_at, plan_id, code, position, titles, texts) VALUES ('{ACTION}', now(), '{PLAN}', 'one', 0, '{{}}', '{{}}');
INSERT INTO programme_activity (id, created_at, plan_id, action_id, code, position, titles, texts, holds_sessions, participants, session_measure, session_hours_measure, attendance_measure)
    VALUES ('{ACTIVITY}', now(), '{PLAN}', '{ACTION}', 'act', 0, '{{}}', '{{}}', true, 'persons', '', '', 'm');
INSERT INTO programme_indicator (id, created_at, plan_id, code, position, titles, texts, counts, measures, activities, group_codes, unit, pace)
    VALUES ('{PEOPLE}', now(), '{PLAN}', 'people', 0, '{{}}', '{{}}', 'people', '{{m}}', '{{}}', '{{}}', '', '[]'),
           ('{HEADS}', now(), '{PLAN}', 'heads', 0, '{{}}', '{{}}', 'associations', '{{m}}', '{{}}', '{{}}', '', '[]'),
           ('{HOURS}', now(), '{PLAN}', 'hours', 0, '{{}}', '{{}}', 'quantity', '{{m}}', '{{}}', '{{}}', '', '[]');
INSERT INTO programme_period (id, created_at, plan_id, code, position, titles, texts, starts_date, ends_date, state)
    VALUES ('{PERIOD}', now(), '{PLAN}', 'p1', 0, '{{}}', '{{}}', '2018-07-01', '2019-12-31', 'open'),
           ('{NEXT}', now(), '{PLAN}', 'p2', 1, '{{}}', '{{}}', '2020-01-01', '2020-12-31', 'open');
"""

POST = """
INSERT INTO ledger_entry (id, created_at, plan_id, action_id, activity_id, period_id, body_id, measure, quantity, unit, person_id, association_id,
                          happened_date, posted_at, source_kind, source_id, groups, sex, age_band, citizenship, municipality)
VALUES (%(id)s, now(), %(plan)s, %(action)s, %(activity)s, %(period)s, %(body)s, 'm', 2, 'hours', %(person)s, %(association)s,
        %(day)s, now(), 'test', gen_random_uuid(), '{}', 'F', '6-10', 'MA', '001272')
"""
REVERSE = """
INSERT INTO ledger_entry SELECT (e).* FROM (SELECT jsonb_populate_record(e, jsonb_build_object('id', gen_random_uuid(), 'quantity', -quantity, 'reverses_id', id)) AS e
FROM ledger_entry e WHERE id = %s) x
"""


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    folder = os.environ["TEST_PG_FOLDER"]
    embedded.create_database(folder, NAME, os.environ["TEST_PG_TEMPLATE"])
    with psycopg.connect(embedded.url(folder, embedded.OWNER, NAME)) as owner:
        owner.execute(SETUP)
    yield embedded.url(folder, embedded.APP, NAME)
    embedded.drop_database(folder, NAME)


@pytest.fixture
def connect(url: str) -> Iterator[object]:
    opened: list[psycopg.Connection[tuple[object, ...]]] = []

    def connect_as(body: UUID) -> psycopg.Connection[tuple[object, ...]]:
        opened.append(connection := psycopg.connect(url))
        for name in ("bodies", "figures"):
            connection.execute("SELECT set_config(%s, %s, false)", [f"interazioni.{name}", str(body)])
        connection.execute("SELECT set_config('interazioni.plan_wide', 'on', false)")
        connection.commit()
        return connection

    yield connect_as
    for connection in opened:
        connection.close()


def post(
    connection: Any,
    body: UUID,
    day: str,
    *,
    person: UUID | None = None,
    association: UUID | None = None,
    period: UUID = PERIOD,
) -> UUID:
    entry = uuid4()
    connection.execute(
        POST,
        {
            "id": entry,
            "plan": PLAN,
            "action": ACTION,
            "activity": ACTIVITY,
            "period": period,
            "body": body,
            "person": person,
            "association": association,
            "day": day,
        },
    )
    return entry


def at_once(connection, act, first) -> list[BaseException]:  # type: ignore[no-untyped-def]
    """Runs `act` in a thread; once its backend waits for a lock of `first`, commits `first`; gives what went wrong."""
    failures: list[BaseException] = []

    def run() -> None:
        try:
            act()
            connection.commit()
        except psycopg.Error as error:
            connection.rollback()
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    with psycopg.connect(first.info.dsn) as watcher:
        for _ in range(400):
            waits = watcher.execute(
                "SELECT 1 FROM pg_locks WHERE NOT granted AND pid = %s", [connection.info.backend_pid]
            ).fetchone()
            watcher.rollback()
            if waits or not thread.is_alive():
                break
            time.sleep(0.005)
        assert waits, "the second was expected to wait for the first"
    first.commit()
    thread.join(10)
    assert not thread.is_alive()
    return failures


def sure(url: str, indicator: UUID, identity: UUID | None = None) -> tuple[int, list[str]]:
    """First-reached rows of the plan's scope for an identity, and what differs from the entries."""
    with psycopg.connect(url) as reader:
        reader.execute("SELECT set_config('interazioni.plan_wide', 'on', false)")
        rows = reader.execute(
            "SELECT happened_date::text FROM ledger_firstreached WHERE indicator_id = %s AND identity_id = %s AND scope_body_id = %s AND scope_action_id = %s",
            [indicator, identity, UUID(int=0), UUID(int=0)],
        ).fetchall()
        firsts = reader.execute(
            "SELECT count(*) FROM ledger_firstreached a FULL JOIN ledger_expected_first x ON (a.indicator_id, a.identity_id, a.scope_body_id, a.scope_action_id)"
            " = (x.indicator_id, x.identity, x.scope_body_id, x.scope_action_id) WHERE a.entry_id IS DISTINCT FROM x.entry_id"
        ).fetchone()
        tallies = reader.execute(
            "SELECT count(*) FROM (SELECT 1 FROM (SELECT indicator_id, scope_body_id, scope_action_id, dimension, value, amount FROM ledger_tally UNION ALL"
            " SELECT indicator_id, scope_body_id, scope_action_id, dimension, value, -amount FROM ledger_expected_tally) t GROUP BY indicator_id, scope_body_id, scope_action_id, dimension, value HAVING sum(amount) <> 0) d"
        ).fetchone()
    assert firsts == (0,)
    assert tallies == (0,)
    return len(rows), [row[0] for row in rows]


def test_two_post_the_same_person_at_once(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two, person = connect(A), connect(A), uuid4()
    post(one, A, "2019-03-01", person=person)
    assert at_once(two, lambda: post(two, A, "2019-02-01", person=person), one) == []
    assert sure(url, PEOPLE, person) == (1, ["2019-02-01"])


def test_one_reverses_what_was_first_while_another_posts(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two, person = connect(A), connect(A), uuid4()
    first = post(one, A, "2019-01-01", person=person)
    one.commit()
    one.execute(REVERSE, [first])
    assert at_once(two, lambda: post(two, A, "2019-05-01", person=person), one) == []
    assert sure(url, PEOPLE, person) == (1, ["2019-05-01"])


def test_one_posts_while_another_reverses_what_was_first(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two, person = connect(A), connect(A), uuid4()
    first = post(one, A, "2019-01-01", person=person)
    one.commit()
    post(one, A, "2019-05-01", person=person)
    assert at_once(two, lambda: two.execute(REVERSE, [first]), one) == []
    assert sure(url, PEOPLE, person) == (1, ["2019-05-01"])


def test_two_reverse_both_of_somebodys_entries(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two, person = connect(A), connect(A), uuid4()
    first, second = post(one, A, "2019-01-01", person=person), post(one, A, "2019-02-01", person=person)
    one.commit()
    one.execute(REVERSE, [first])
    assert at_once(two, lambda: two.execute(REVERSE, [second]), one) == []
    assert sure(url, PEOPLE, person) == (0, [])


def test_two_reverse_the_same_entry(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two, person = connect(A), connect(A), uuid4()
    entry = post(one, A, "2019-01-01", person=person)
    one.commit()
    one.execute(REVERSE, [entry])
    (failure,) = at_once(two, lambda: two.execute(REVERSE, [entry]), one)
    assert isinstance(failure, psycopg.errors.UniqueViolation)
    assert sure(url, PEOPLE, person) == (0, [])


def test_two_bodies_and_one_association(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two, association = connect(A), connect(B), uuid4()
    first = post(one, A, "2019-03-01", association=association)
    assert at_once(two, lambda: post(two, B, "2019-02-01", association=association), one) == []
    assert sure(url, HEADS, association) == (1, ["2019-02-01"])
    post(two, B, "2019-01-01", association=association)
    assert at_once(one, lambda: one.execute(REVERSE, [first]), two) == []
    assert sure(url, HEADS, association) == (1, ["2019-01-01"])


def test_two_bodies_with_people_do_not_wait_for_each_other(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one, two = connect(A), connect(B)
    post(one, A, "2019-03-01", person=uuid4())
    two.execute("SET lock_timeout = '2s'")
    post(two, B, "2019-03-01", person=uuid4())  # schools A and B are in different shards
    two.commit()
    one.commit()
    sure(url, PEOPLE)


def test_certification_waits_for_a_post_and_a_post_for_certification(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    period = uuid4()
    with psycopg.connect(url) as setup:
        setup.execute(
            "INSERT INTO programme_period (id, created_at, plan_id, code, position, titles, texts, starts_date, ends_date, state)"
            " VALUES (%s, now(), %s, 'p0', 0, '{}', '{}', '2018-01-01', '2018-06-30', 'open')",
            [period, PLAN],
        )
    certify = "UPDATE programme_period SET state = 'certified', certified_at = now() WHERE id = %s"
    one, two = connect(A), connect(A)
    post(one, A, "2018-03-01", person=uuid4(), period=period)
    assert at_once(two, lambda: two.execute(certify, [period]), one) == []
    with pytest.raises(psycopg.errors.RestrictViolation):
        post(one, A, "2018-03-01", person=uuid4(), period=period)
    one.rollback()
    two.execute(certify.replace("certified'", "open'").replace("now()", "NULL"), [period])
    two.commit()
    two.execute(certify, [period])
    (failure,) = at_once(one, lambda: post(one, A, "2018-04-01", person=uuid4(), period=period), two)
    assert isinstance(failure, psycopg.errors.RestrictViolation)


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_entry SET quantity = 1", "DELETE FROM ledger_entry", "TRUNCATE ledger_entry CASCADE"]
)
def test_not_even_the_owner_changes_an_entry(url: str, connect, statement: str) -> None:  # type: ignore[no-untyped-def]
    one = connect(A)
    post(one, A, "2019-03-01", person=uuid4())
    one.commit()
    with (
        psycopg.connect(url.replace(embedded.APP, embedded.OWNER)) as owner,
        pytest.raises(psycopg.errors.RestrictViolation),
    ):
        owner.execute(statement)


def test_a_hundred_thousand_entries_in_one_statement(url: str, connect) -> None:  # type: ignore[no-untyped-def]
    one = connect(A)
    began = time.monotonic()
    one.execute(
        "INSERT INTO ledger_entry (id, created_at, plan_id, action_id, activity_id, period_id, body_id, measure, quantity, unit, person_id, happened_date, posted_at,"
        " source_kind, source_id, groups, sex, age_band, citizenship, municipality)"
        " SELECT gen_random_uuid(), now(), %s, %s, %s, %s, %s, 'm', 2, 'hours', ('00000000-0000-0000-0001-' || lpad((n %% 9000)::text, 12, '0'))::uuid,"
        " date '2018-07-01' + n %% 500, now(), 'test', gen_random_uuid(), '{}', 'F', '6-10', 'MA', '001272' FROM generate_series(1, 100000) n",
        [PLAN, ACTION, ACTIVITY, PERIOD, A],
    )
    one.commit()
    took = time.monotonic() - began
    assert took < 60, took
    sure(url, PEOPLE)
