"""A little work of a body, through the rules: what the proofs of isolation and the journeys are about.

The tests' region has bodies, plan and cast, and no work: each story makes its own.
"""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from interazioni.actions.activities import rules as activities
from interazioni.actions.activities.calendar import Pattern
from interazioni.actions.activities.models import AttendanceStatus, Enrolment, Session
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.roles import Role
from interazioni.foundation.core import clock
from interazioni.foundation.imports.rules import hand_in
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.ledger.models import Entry
from interazioni.plan.partners.models import Body, Membership
from interazioni.plan.partners.rules import invite
from interazioni.plan.people.record import PersonData
from interazioni.plan.people.rules import register_people
from interazioni.plan.programme.models import Activity, DeliveryKind

PUPILS = (("Adeyemi", "Grace"), ("Chen", "Wei"), ("El Idrissi", "Salma"), ("Popa", "Andrei"))


@dataclass(frozen=True, slots=True)
class Work:
    """Ids of one object of each kind, all of one body."""

    body_id: UUID
    person_id: UUID
    edition_id: UUID
    session_id: UUID  # held, with its register
    planned_session_id: UUID  # of the demo's day
    enrolment_id: UUID
    delivery_id: UUID
    entry_id: UUID
    membership_id: UUID
    invitation_id: UUID
    import_id: UUID


def some_work(login: str, pupils: tuple[tuple[str, str], ...] = PUPILS) -> Work:
    """Registers pupils, opens a lab that meets on Wednesdays, takes its first registers, records hours of mediation."""
    by = actor(login)
    with clock.at(DEMO_DAY), acting(by):
        people = register_people(
            people=[
                PersonData(surname=surname, name=name, sex="F", birth_date=date(2009, 3, day), citizenships=(("NG", None, None),),
                           permit_situation="dated", permit_expiry_date=date(2021, 1, 1), class_year=2)
                for day, (surname, name) in enumerate(pupils, 1)
            ],
            by=by,
        )  # fmt: skip
        ids = [each.person_id for each in people if each.person_id]
        activity = Activity.objects.get(code="laboratori-l2")
        starts = date(2020, 1, 15)
        edition = activities.open_edition(
            activity=activity, code=f"t{uuid4().hex[:6]}", title="Italiano L2", municipality="001272", starts=starts,
            ends=date(2020, 5, 27), led_by=[CAST[login].user_id], by=by,
        )  # fmt: skip
        activities.plan_sessions(
            edition=edition, pattern=Pattern(starts, time(10, 30), 120, weekdays=(2,), count=8), by=by
        )
        activities.enrol(edition=edition, person_ids=ids, since=starts, by=by)
        enrolled = list(Enrolment.objects.filter(edition=edition).order_by("id"))
        sessions = list(Session.objects.filter(edition=edition).order_by("starts_at"))
        for session in sessions[:3]:
            marks = [
                activities.Mark(
                    each.pk, AttendanceStatus.ABSENT if at == 0 else AttendanceStatus.PRESENT, None, None, uuid4()
                )
                for at, each in enumerate(enrolled)
            ]
            activities.record_register(session=session, held_minutes=120, marks=marks, by=by)
        today = next(s for s in sessions if clock.in_rome(s.starts_at).date() >= DEMO_DAY.date())
        delivery = activities.record_delivery(
            kind=DeliveryKind.objects.get(code="ore-mediazione-scuola"), happened=DEMO_DAY.date() - timedelta(days=5),
            quantity=Decimal(2), client_id=uuid4(), by=by,
        )  # fmt: skip
        entry = Entry.objects.filter(body_id=by.body_id, person_id__in=ids).earliest("id")
        membership = Membership.objects.get(user_id=by.user_id, body_id=by.body_id)
    office = replace(by, roles=frozenset({Role.COORDINATOR}))  # nobody of the cast runs the second school
    with clock.at(DEMO_DAY):
        invitation = invite(
            body=Body.objects.get(pk=by.body_id), email="nuova@scuola.example", full_name="Carla Nova",
            roles={Role.OPERATOR}, by=office,
        )  # fmt: skip
    with clock.at(DEMO_DAY):
        content = b"Cognome;Nome;Data di nascita\nNuova;Alunna;03/02/2011\n"
        handed = hand_in(kind="people", name="elenco.csv", content=content, total=1, options={}, by=office)
    return Work(by.body_id, ids[0], edition.pk, sessions[0].pk, today.pk, enrolled[0].pk, delivery.pk,
                entry.pk, membership.pk, invitation.pk, handed.pk)  # fmt: skip
