"""The chain of who did what: nobody changes it, and whoever does so behind the rules is found out."""

import os
import threading
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from interazioni.config import embedded
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.queries import history, recent, verify
from interazioni.foundation.audit.rules import record
from interazioni.foundation.audit.sealing import seal_pending
from interazioni.front.demo.cast import actor

NAME = f"chain_{os.getpid()}"
EVENT = """INSERT INTO audit_event (id, created_at, at, user_id, body_id, act, object_kind, changed, detail)
           VALUES (%(id)s, now(), now(), %(user)s, %(body)s, 'test.act', 'test', '[]', '{}')"""


@rule(Permission.PEOPLE_VIEW)
def act(*, fails: bool = False, by: Any) -> None:
    record(by, "test.act", object_kind="test", object_id=by.user_id)
    if fails:
        raise RuntimeError


@pytest.mark.django_db
def test_an_act_leaves_its_event_and_an_undone_act_leaves_none() -> None:
    giulia = actor("giulia")
    act(by=giulia)
    with pytest.raises(RuntimeError):
        act(fails=True, by=giulia)
    with acting(giulia):
        assert [line.who for line in history("test", giulia.user_id)] == ["Giulia Bianco"]
        assert recent(giulia.body_id, limit=1)[0].did == "test.act"


@pytest.mark.django_db
def test_marco_does_not_read_what_giulia_did() -> None:
    act(by=actor("giulia"))
    with acting(actor("marco")):
        assert history("test", actor("giulia").user_id) == []


@pytest.mark.django_db
@pytest.mark.breaks_in
@pytest.mark.parametrize("change", ["UPDATE audit_event SET act = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event",
                                    "UPDATE audit_seal SET count = 0", "DELETE FROM audit_seal",
                                    "INSERT INTO audit_seal (number, sealed_at, count, previous_hash, hash) VALUES (99, now(), 0, '', '')"])  # fmt: skip
def test_the_application_changes_nothing(change: str) -> None:
    with acting(actor("giulia")), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)


@pytest.mark.django_db
def test_sealing_takes_what_is_there_and_the_chain_holds() -> None:
    act(by=actor("giulia"))
    before = verify()
    assert before.unsealed > 1
    assert seal_pending(batch=before.unsealed - 1) == before.unsealed
    after = verify()
    assert (after.broken, after.unsealed, after.events - before.events) == (None, 0, before.unsealed)
    assert after.seals - before.seals == 2
    assert seal_pending() == 0


@pytest.fixture
def apart() -> Iterator[tuple[str, str, str]]:
    """A database of its own for what is committed: the application's, the owner's and the superuser's addresses."""
    folder = os.environ["TEST_PG_FOLDER"]
    embedded.create_database(folder, NAME, os.environ["TEST_PG_TEMPLATE"])
    yield tuple(embedded.url(folder, role, NAME) for role in (embedded.APP, embedded.OWNER, "postgres"))  # type: ignore[misc]
    embedded.drop_database(folder, NAME)


def seal(connected: psycopg.Connection[Any], at_most: int = 1000) -> int:
    row = connected.execute("SELECT audit_seal_pending(now(), %s)", [at_most]).fetchone()
    return int(row[0]) if row else 0


def broken(connected: psycopg.Connection[Any]) -> int | None:
    row = connected.execute("SELECT broken FROM audit_verify()").fetchone()
    return row[0] if row else None


def write(connected: psycopg.Connection[Any]) -> None:
    body = uuid4()
    connected.execute("SELECT set_config('interazioni.bodies', %s, true)", [str(body)])
    connected.execute(EVENT, {"id": uuid4(), "user": uuid4(), "body": body})


@pytest.mark.parametrize("tampering", [
    "UPDATE audit_event SET act = 'people.view' WHERE seal_id = 2 AND id = (SELECT id FROM audit_event WHERE seal_id = 2 LIMIT 1)",
    "UPDATE audit_event SET at = at + interval '1 second' WHERE seal_id = 2",
    "DELETE FROM audit_event WHERE id = (SELECT id FROM audit_event WHERE seal_id = 2 LIMIT 1)",
    "UPDATE audit_seal SET hash = sha256('x') WHERE number = 2",
    "UPDATE audit_event SET seal_id = 2 WHERE id = (SELECT id FROM audit_event WHERE seal_id = 3 LIMIT 1)",
])  # fmt: skip
def test_tampering_behind_the_rules_is_found_and_the_link_is_named(apart: tuple[str, str, str], tampering: str) -> None:
    app, owner, superuser = apart
    with psycopg.connect(app, autocommit=True) as writer:
        while seal(writer, 10):
            pass
        assert broken(writer) is None
    with psycopg.connect(owner) as changer, pytest.raises(psycopg.errors.RestrictViolation):
        changer.execute(tampering)
    with psycopg.connect(superuser, autocommit=True) as changer:
        changer.execute("SET session_replication_role = replica")  # no trigger runs
        changer.execute(tampering)
        assert broken(changer) == 2


def test_writers_do_not_wait_for_the_sealer_and_sealers_take_turns(apart: tuple[str, str, str]) -> None:
    app = apart[0]
    with psycopg.connect(app) as first, psycopg.connect(app) as second, psycopg.connect(app) as writer:
        assert seal(first) > 0  # not committed yet
        writer.execute("SET lock_timeout = '2s'")
        write(writer)
        writer.commit()
        result: list[int] = []
        turn = threading.Thread(target=lambda: result.append(seal(second)))
        turn.start()
        turn.join(0.5)
        assert turn.is_alive(), "the second waits for the first"
        first.commit()
        turn.join(10)
        second.commit()
        assert result == [1], "and takes what was written meanwhile, in a link of its own"
        assert broken(writer) is None


def test_a_sealer_that_dies_leaves_no_half_link(apart: tuple[str, str, str]) -> None:
    app = apart[0]
    with psycopg.connect(app) as dying:
        assert seal(dying) > 0
        dying.rollback()
        assert broken(dying) is None
        row = dying.execute("SELECT seals FROM audit_verify()").fetchone()
        assert row == (0,)
