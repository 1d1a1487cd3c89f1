"""What registers do when people change; what is asked for when a register is missing; and that figures follow, whatever happens."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interazioni.actions.activities.models import Attendance, AttendanceStatus, Delivery, Edition, Enrolment, Session
from interazioni.actions.activities.queries import grid, parts_of
from interazioni.actions.activities.rules import (
    Mark,
    end_enrolment,
    record_delivery,
    record_register,
    remind_missing_registers,
    unhold_session,
)
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.outbox.models import Message
from interazioni.front.demo.cast import SCHOOL_A, actor
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.verifying import verify
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor
from interazioni.plan.people.rules import erase_person, merge_people
from interazioni.plan.programme.models import DeliveryKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_first_of_march")]
Labs = Callable[..., Edition]
P, L, A, J = AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.ABSENT, AttendanceStatus.JUSTIFIED


def sums() -> tuple[Decimal, Decimal]:
    """What the book holds of hours attended, and what the registers do."""
    held = Entry.objects.filter(source_kind="attendance").aggregate(n=Sum("quantity"))["n"] or Decimal(0)
    minutes = Attendance.objects.values_list("minutes", flat=True)
    return held, sum(((Decimal(m) / 60).quantize(Decimal("0.0001")) for m in minutes), Decimal(0))


STEP = st.tuples(
    st.sampled_from(["giulia", "nadia"]),
    st.integers(0, 1),  # session
    st.sampled_from([120, 90, 100]),
    st.dictionaries(
        st.integers(0, 2), st.tuples(st.sampled_from([P, L, A, J]), st.integers(1, 90), st.booleans()), max_size=3
    ),
    st.booleans(),  # taken back afterwards
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEP, min_size=1, max_size=6))
def test_any_sequence_of_marks_by_two_people_ends_with_figures_that_follow(labs: Labs, steps: list) -> None:  # type: ignore[type-arg]
    edition = Edition.objects.none().first() or labs(3, code=f"H{uuid4().hex[:8]}")
    with acting(actor("giulia")):
        sessions = list(edition.sessions.order_by("starts_at")[:2])
        ids = list(Enrolment.objects.filter(edition=edition).order_by("pk").values_list("pk", flat=True))
    for login, number, held, chosen, back in steps:
        who = actor(login, SCHOOL_A)
        with acting(who):
            session = Session.objects.get(pk=sessions[number].pk)
            versions = dict(Attendance.objects.filter(session=session).values_list("enrolment_id", "version"))
            marks = [
                Mark(ids[n], status, minutes if status == L else None, versions.get(ids[n]) if fresh else None, uuid4())
                for n, (status, minutes, fresh) in chosen.items()
            ]
            record_register(session=session, held_minutes=held, marks=marks, by=who)
            if back:
                unhold_session(session=session, by=who)
    with acting(actor("giulia")):
        in_book, in_registers = sums()
        assert in_book == in_registers
    with acting(actor("elena")):
        assert verify().differences == ()


def test_two_records_joined_keep_one_mark_a_session(labs: Labs) -> None:
    edition, chiara = labs(2), actor("chiara")
    with acting(chiara):
        first, second = edition.sessions.order_by("starts_at")[:2]
        one, two = Enrolment.objects.filter(edition=edition).order_by("person__match_name")
        assert one.person_id
        assert two.person_id
        both = [Mark(one.pk, P, None, None, uuid4()), Mark(two.pk, L, 30, None, uuid4())]
        record_register(session=first, held_minutes=120, marks=both, by=chiara)
        record_register(session=second, held_minutes=120, marks=[Mark(two.pk, P, None, None, uuid4())], by=chiara)
        kind = DeliveryKind.objects.filter(for_whom="persons").first()
        if kind:
            record_delivery(
                kind=kind,
                happened=date(2019, 2, 20),
                quantity=Decimal(1),
                client_id=uuid4(),
                person_id=two.person_id,
                by=chiara,
            )
        merge_people(keep=one.person_id, other=two.person_id, by=chiara)
        assert [(row.status, row.minutes) for row in Attendance.objects.order_by("session__starts_at")] == [
            ("present", 120),
            ("present", 120),
        ]
        assert set(Delivery.objects.values_list("person_id", flat=True)) <= {one.person_id}
        assert sums() == (Decimal(4), Decimal(4))
        (part,) = parts_of(chiara, one.person_id)
        assert (part.present, part.held, part.rate) == (2, 2, Decimal(1))
        erase_person(person_id=one.person_id, reason="asked", by=chiara)
    with acting(actor("elena")):
        assert verify().differences == ()


def test_the_rate_is_over_sessions_held_while_enrolled(labs: Labs) -> None:
    edition, giulia = labs(2), actor("giulia")
    with acting(giulia):
        sessions = list(edition.sessions.order_by("starts_at")[:3])
        one, two = Enrolment.objects.filter(edition=edition).order_by("person__match_name")
        end_enrolment(enrolment=two, last_day=date(2019, 2, 10), by=giulia)
        for session in sessions:
            record_register(session=session, held_minutes=120, marks=[Mark(one.pk, A, None, None, uuid4())], by=giulia)
        record_register(session=sessions[0], held_minutes=120, marks=[Mark(two.pk, P, None, None, uuid4())], by=giulia)
        _held, lines = grid(edition)
        assert [(line.present, line.held) for line in lines] == [(0, 3), (1, 1)]  # of ten planned


def test_who_leads_is_asked_for_missing_registers_once_a_week(labs: Labs) -> None:
    labs(2)
    system = system_actor(Body.objects.get(code=SCHOOL_A))
    with acting(system):
        assert remind_missing_registers(by=system) == 3  # 7, 14 and 21 February; the 28th is still fresh
        assert remind_missing_registers(by=system) == 0
    with clock.at(datetime(2019, 3, 10, tzinfo=UTC)), acting(system):
        assert remind_missing_registers(by=system) == 4
    from interazioni.foundation.access.context import service

    with service("outbox"):
        texts = list(Message.objects.filter(purpose="missing-registers").values_list("text", flat=True))
    assert len(texts) == 2
    assert texts[0].count("/register/") == 3
    assert "Prova" not in texts[0]
