"""Giulia takes the register of her lab."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError

from interazioni.actions.activities.calendar import Pattern
from interazioni.actions.activities.models import Attendance, AttendanceStatus, Edition, Enrolment, Session
from interazioni.actions.activities.rules import (
    Mark,
    enrol,
    open_edition,
    plan_sessions,
    record_register,
    unhold_session,
)
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import actor
from interazioni.plan.ledger.models import Entry, Tally
from interazioni.plan.people.record import PersonData
from interazioni.plan.people.rules import register_people
from interazioni.plan.programme.models import Activity

pytestmark = pytest.mark.django_db
NOW = datetime(2019, 3, 1, 12, 0, tzinfo=UTC)


@pytest.fixture
def lab() -> Edition:
    giulia = actor("giulia")
    with clock.at(NOW):
        people = register_people(
            people=[
                PersonData(
                    surname="Prova",
                    name=name,
                    birth_date=date(2010, 1, 1),
                    citizenships=(("MA", None, None),),
                    is_pupil=True,
                    sex="F",
                )
                for name in ("Uno", "Due", "Tre")
            ],
            by=giulia,
        )
        edition = open_edition(
            activity=Activity.objects.get(code="laboratori-l2"), code="T1", title="Laboratorio", municipality="001272",
            starts=date(2019, 2, 4), ends=date(2019, 5, 31), led_by=[giulia.user_id], by=giulia,
        )  # fmt: skip
        plan_sessions(
            edition=edition, pattern=Pattern(date(2019, 2, 4), time(15), 120, weekdays=(3,), count=10), by=giulia
        )
        enrol(
            edition=edition, person_ids=[p.person_id for p in people if p.person_id], since=date(2019, 2, 4), by=giulia
        )
    return edition


def marks(edition: Edition, *statuses: AttendanceStatus, based_on: int | None = None) -> list[Mark]:
    enrolled = Enrolment.objects.filter(edition=edition).order_by("id")
    return [
        Mark(e.pk, s, 60 if s == AttendanceStatus.LATE else None, based_on, uuid4())
        for e, s in zip(enrolled, statuses, strict=True)
    ]


P, L, A = AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.ABSENT


def net(measure: str) -> Decimal:
    return sum((e.quantity for e in Entry.objects.filter(measure=measure)), Decimal(0))


def test_who_was_there_counts_and_figures_follow(lab: Edition) -> None:
    giulia = actor("giulia")
    with acting(giulia), clock.at(NOW):
        session = lab.sessions.order_by("starts_at")[0]
        taken = record_register(session=session, held_minutes=120, marks=marks(lab, P, L, A), by=giulia)
        assert (taken.saved, taken.conflicts) == (3, ())
        assert net("laboratori-l2-frequenza") == 3
        assert net("laboratori-l2-incontri") == 1
        assert net("laboratori-l2-ore") == 2
        people = Tally.objects.filter(
            indicator__code="alunni-paesi-terzi", dimension="total", scope_body_id=giulia.body_id
        )
        assert {row.amount for row in people} == {2}


def test_the_same_register_again_changes_nothing(lab: Edition) -> None:
    giulia = actor("giulia")
    with acting(giulia), clock.at(NOW):
        session = lab.sessions.order_by("starts_at")[0]
        posted = marks(lab, P, P, A)
        record_register(session=session, held_minutes=120, marks=posted, by=giulia)
        before = Entry.objects.count()
        again = record_register(session=session, held_minutes=120, marks=posted, by=giulia)
        assert (again.saved, again.conflicts, Entry.objects.count()) == (0, (), before)


def test_two_people_mark_the_same_pupil_and_the_second_chooses(lab: Edition) -> None:
    giulia, nadia = actor("giulia"), actor("nadia")
    with clock.at(NOW):
        with acting(giulia):
            session = lab.sessions.order_by("starts_at")[0]
            first = marks(lab, P, P, A)
            record_register(session=session, held_minutes=120, marks=first[:2], by=giulia)
            seen = marks(lab, A, P, P)
        with acting(nadia):
            taken = record_register(session=session, held_minutes=120, marks=seen, by=nadia)
        assert taken.saved == 1  # the third, whom nobody had marked
        assert [conflict.mark.enrolment_id for conflict in taken.conflicts] == [first[0].enrolment_id]
        assert taken.conflicts[0].recorded_by_id == giulia.user_id
        with acting(nadia):
            chosen = Mark(first[0].enrolment_id, A, None, taken.conflicts[0].version, uuid4())
            assert record_register(session=session, held_minutes=120, marks=[chosen], by=nadia).saved == 1
            assert net("laboratori-l2-frequenza") == 4


def test_a_shorter_session_than_planned_posts_what_was_held(lab: Edition) -> None:
    giulia = actor("giulia")
    with acting(giulia), clock.at(NOW):
        session = lab.sessions.order_by("starts_at")[0]
        record_register(session=session, held_minutes=120, marks=marks(lab, P, P, P), by=giulia)
        record_register(session=session, held_minutes=90, marks=marks(lab, P, P, P, based_on=1), by=giulia)
        assert (net("laboratori-l2-ore"), net("laboratori-l2-frequenza"), net("laboratori-l2-incontri")) == (
            Decimal("1.5"),
            Decimal("4.5"),
            Decimal(1),
        )


def test_taken_by_mistake_it_is_as_if_it_had_not_been(lab: Edition) -> None:
    giulia = actor("giulia")
    with acting(giulia), clock.at(NOW):
        session = lab.sessions.order_by("starts_at")[0]
        record_register(session=session, held_minutes=120, marks=marks(lab, P, P, P), by=giulia)
        unhold_session(session=session, by=giulia)
        assert net("laboratori-l2-frequenza") == net("laboratori-l2-incontri") == 0
        assert not Attendance.objects.filter(session=session).exists()
        assert (
            not Tally.objects.filter(indicator__code="alunni-paesi-terzi", dimension="total").exclude(amount=0).exists()
        )


def test_a_session_to_come_has_no_register(lab: Edition) -> None:
    giulia = actor("giulia")
    with acting(giulia), clock.at(NOW):
        later = lab.sessions.order_by("-starts_at")[0]
        with pytest.raises(ValidationError):
            record_register(session=later, held_minutes=120, marks=marks(lab, P, P, P), by=giulia)


def test_marcos_school_sees_no_session_of_giulias(lab: Edition) -> None:
    with acting(actor("marco")):
        assert not Session.objects.filter(edition=lab).exists()
