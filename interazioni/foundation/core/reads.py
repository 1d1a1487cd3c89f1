"""How often public things are read, by language and day: what is read most is translated first. Nothing about readers.

A page served adds one in the process's memory; once a minute a thread of the process writes the sums, on a connection of its own. So a GET stays
read-only and writes nothing, and a busy page costs one row a minute. It is an estimate from below: what a proxy or a browser kept is not
counted, nor the last minute of a process that was killed, nor who says of itself that it is a robot.
"""

import logging
import re
from collections import Counter
from collections.abc import Mapping
from datetime import date
from threading import Event, Lock, Thread
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, connection

from interazioni.foundation.core import clock

KEPT_DAYS = 400
ROBOT = re.compile(r"bot\b|bot/|crawl|spider|slurp|preview|monitor|curl|wget|python|lighthouse", re.IGNORECASE)
WRITE = """
INSERT INTO core_read AS held (kind, object_id, language, day, n) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (kind, object_id, language, day) DO UPDATE SET n = held.n + excluded.n
"""
Key = tuple[str, UUID, str, date]

_log = logging.getLogger(__name__)
_waiting: Counter[Key] = Counter()
_lock = Lock()
_writer: Thread | None = None


def count(kind: str, object_id: UUID, language: str, agent: str = "") -> None:
    """Somebody reads this. Costs a dictionary's entry; never raises, never touches the database."""
    if ROBOT.search(agent):
        return
    global _writer
    with _lock:
        _waiting[kind, object_id, language, clock.today()] += 1
        if settings.READS_WRITTEN_SECONDS and (_writer is None or not _writer.is_alive()):
            _writer = Thread(target=_write_on, name="reads", daemon=True)
            _writer.start()


def flush() -> int:
    """Writes what waits; says how many rows. In the same order in each process, so that none waits for another in a circle."""
    global _waiting
    with _lock:
        rows, _waiting = _waiting, Counter()
    if not rows:
        return 0
    try:
        with connection.cursor() as cursor:
            cursor.executemany(WRITE, [(*key, n) for key, n in sorted(rows.items(), key=lambda one: str(one[0]))])
    except DatabaseError:
        with _lock:
            _waiting.update(rows)
        raise
    return len(rows)


def _write_on() -> None:
    pause = Event()
    while not pause.wait(settings.READS_WRITTEN_SECONDS):
        try:
            flush()
        except DatabaseError as fault:  # the next minute tries again; a page is never in its way
            _log.warning("reads could not be written: %s", type(fault).__name__)
        finally:
            connection.close()


def totals(kind: str, *, days: int = 90) -> Mapping[UUID, int]:
    """Reads of the last days in all languages, of each thing of a kind."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT object_id, sum(n) FROM core_read WHERE kind = %s AND day > %s::date - %s::int GROUP BY object_id",
            [kind, clock.today(), days],
        )
        return {object_id: int(n) for object_id, n in cursor.fetchall()}


def forget() -> None:
    """By the worker, nightly: what is older than a year and a month."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM core_read WHERE day < %s::date - %s::int", [clock.today(), KEPT_DAYS])
