"""Run by `test_races` as processes of their own, with a database of their own: real transactions that commit.

`python -m interazioni.actions.activities.tests.racing race` lets two people save one register at once, in threads with their
own connections, and prints what became of it; `… post` takes registers until it is killed; `… look` says how things stand.
"""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")

import django

django.setup()

from django.db import connection  # noqa: E402

from interazioni.actions.activities.models import Attendance, AttendanceStatus, Edition, Enrolment, Session  # noqa: E402
from interazioni.actions.activities.rules import Mark, RegisterTaken, record_register  # noqa: E402
from interazioni.actions.activities.tests.conftest import NOW, lab_of  # noqa: E402
from interazioni.foundation.access.context import acting  # noqa: E402
from interazioni.foundation.core import clock  # noqa: E402
from interazioni.front.demo.cast import SCHOOL_A, actor  # noqa: E402
from interazioni.plan.ledger.models import Entry  # noqa: E402
from interazioni.plan.ledger.verifying import verify  # noqa: E402

P, A = AttendanceStatus.PRESENT, AttendanceStatus.ABSENT


def together(*acts: Callable[[], RegisterTaken]) -> list[RegisterTaken]:
    """Each in a thread of its own, which begins when all are ready."""
    ready, done = threading.Barrier(len(acts)), []

    def run(act: Callable[[], RegisterTaken]) -> None:
        try:
            with clock.at(NOW):
                ready.wait()
                done.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def race() -> dict[str, Any]:
    edition = lab_of(4)
    giulia, nadia = actor("giulia"), actor("nadia", SCHOOL_A)
    with acting(giulia):
        sessions = list(edition.sessions.order_by("starts_at")[:3])
        ids = list(Enrolment.objects.filter(edition=edition).order_by("pk").values_list("pk", flat=True))

    def saving(session: Session, who: Any, *marks: Mark) -> Callable[[], RegisterTaken]:
        return lambda: record_register(session=session, held_minutes=120, marks=marks, by=who)

    def mark(number: int, status: AttendanceStatus) -> Mark:
        return Mark(ids[number], status, None, None, uuid4())

    same = together(saving(sessions[0], giulia, mark(0, P)), saving(sessions[0], nadia, mark(0, A)))
    different = together(
        saving(sessions[1], giulia, mark(0, P), mark(1, A)), saving(sessions[1], nadia, mark(2, P), mark(3, P))
    )
    retried = mark(0, P)
    twice = together(saving(sessions[2], giulia, retried), saving(sessions[2], giulia, retried))
    return {
        "same": sorted([taken.saved, len(taken.conflicts)] for taken in same),
        "different": sorted([taken.saved, len(taken.conflicts)] for taken in different),
        "twice": sorted([taken.saved, len(taken.conflicts)] for taken in twice),
        **look(),
    }


def look() -> dict[str, Any]:
    with acting(actor("elena")):
        found = verify().differences
    with acting(actor("giulia")):
        return {
            "differences": found,
            "marks": Attendance.objects.exclude(minutes=0).count(),
            "entries": Entry.objects.filter(source_kind="attendance", reverses=None, reversal=None).count(),
        }


def post() -> None:
    """Takes the registers of one edition again and again, each time the other way round, until it is killed."""
    giulia = actor("giulia")
    with acting(giulia):
        edition = Edition.objects.get(code="T1")
        sessions = list(edition.sessions.filter(starts_at__lt=NOW).order_by("starts_at"))
        ids = list(Enrolment.objects.filter(edition=edition).order_by("pk").values_list("pk", flat=True))
        versions = {(row.session_id, row.enrolment_id): row for row in Attendance.objects.filter(session__in=sessions)}
    status = {key: (row.status, row.version) for key, row in versions.items()}
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    with clock.at(NOW):
        while True:
            for session in sessions:
                marks = []
                for ident in ids:
                    before, version = status.get((session.pk, ident), (A, None))
                    marks.append(Mark(ident, A if before == P else P, None, version, uuid4()))
                taken = record_register(session=session, held_minutes=120, marks=marks, by=giulia)
                for each in marks:
                    status[session.pk, each.enrolment_id] = (each.status, taken.versions[each.enrolment_id])


if __name__ == "__main__":
    if sys.argv[1] == "post":
        post()
    else:
        sys.stdout.write(json.dumps({"race": race, "look": look}[sys.argv[1]]()))
