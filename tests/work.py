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
from interazioni.actions.content import rules as contents
from interazioni.actions.directory import rules as directory
from interazioni.actions.mediation import rules as mediation
from interazioni.actions.mediation import tasks_week
from interazioni.actions.mediation.models import Call, PlannedVisit
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.rules.week import ask_for_plan
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.roles import Role
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Problem, ProblemKind, Vouch
from interazioni.foundation.freshness.rules import Find, note_problems, suggest
from interazioni.foundation.imports.rules import hand_in
from interazioni.front.demo import drawings
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


@dataclass(frozen=True, slots=True)
class Mediated:
    """Ids of one object of each kind of the room of mediation, all of one body that calls, sends and employs."""

    mediator_id: UUID
    exception_id: UUID
    call_id: UUID
    offer_id: UUID
    assignment_id: UUID
    presence_id: UUID
    weekplan_id: UUID
    visit_id: UUID
    promised_call_id: UUID
    day_id: UUID  # of the presence


@dataclass(frozen=True, slots=True)
class Listed:
    """Ids of a body's entries in the directory."""

    organisation_id: UUID
    service_id: UUID
    place_id: UUID
    suggestion_id: UUID
    slug: str
    content_id: UUID
    picture_id: UUID
    vouch_id: UUID
    problem_id: UUID


def some_directory(login: str) -> Listed:
    """An organisation with a published service at a place, and a reader's word on it."""
    by = replace(actor(login), roles=actor(login).roles | {Role.SECRETARY})
    with clock.at(DEMO_DAY):
        organisation = directory.save_organisation(
            values={"name": "Doposcuola", "description": "Compiti insieme."}, by=by
        )
        service = directory.save_service(
            values={
                "organisation_id": organisation.pk,
                "name": "Compiti",
                "theme": "school",
                "summary": "Compiti insieme.",
            },
            by=by,
        )
        place = directory.save_place(service=service, place=directory.Place(location={"municipality": "001272"}), by=by)
        directory.publish_service(service=service, by=by)
        helper = replace(by, roles=frozenset({Role.SYSTEM}))
        said = suggest(kind="service", object_id=service.pk, text="Chiuso.", language="it", visitor="x", by=helper)
        picture = contents.add_picture(content=drawings.png("school"), by=helper)
        words = {
            "title": "Come si impara", "summary": "In breve.", "theme": "school", "picture": picture, "picture_alt": "Una scuola gialla.",
            "picture_credit": "Disegno di InterAzioni",
        }  # fmt: skip
        guide = contents.write(kind="guide", values=words, blocks=[("paragraph", "Insieme.")], by=helper)
        begins = clock.now() + timedelta(days=1)
        weekly = {
            "title": "Caffè delle lingue", "summary": "Si parla insieme.", "theme": "school", "starts_at": begins, "ends_at": begins + timedelta(hours=2),
            "rule": "FREQ=WEEKLY", "until": (begins + timedelta(days=30)).date(), "where": "Biblioteca, via Roma 1", "municipality": "001272",
        }  # fmt: skip
        contents.write(kind="event", values=weekly, blocks=[("paragraph", "Con un tè.")], by=helper)
        vouch = Vouch.objects.get(object_id=service.pk)
        dead = Find(vouch.pk, ProblemKind.DEAD_LINK, "https://compiti.example/", clock.now(), "404")
        note_problems(finds=[dead], gone=[], by=helper)
        with acting(by):
            problem = Problem.objects.get(vouch=vouch)
    return Listed(
        organisation.pk, service.pk, place.pk, said.pk, service.slug, guide.pk, picture.pk, vouch.pk, problem.pk
    )  # fmt: skip


def some_mediation(login: str) -> Mediated:
    """A body with a mediator of its own: a call that waits for her answer, one worked, a weekly presence, a planned week."""
    by = replace(actor(login), roles=actor(login).roles | {Role.DISPATCHER, Role.OPERATOR})
    body = Body.objects.get(pk=by.body_id)
    monday = DEMO_DAY.date() - timedelta(days=DEMO_DAY.date().weekday())
    spans = [mediation.Span(day, time(8), time(18)) for day in range(5)]

    def called(hour: int) -> Call:
        moment = at(DEMO_DAY.date() + timedelta(days=1), time(hour))
        data = mediation.CallData(
            language="bm", sector="school", options=[mediation.Option(moment, moment)], minutes=60, municipality="001272", mode="phone"
        )  # fmt: skip
        return mediation.make_call(data=data, dispatch=body, client_id=uuid4(), by=by)[0]

    with clock.at(DEMO_DAY), acting(by):
        mediation.set_dispatch(values={"open_to_all": False}, by=by)
        data = mediation.MediatorData(
            full_name="Binta Traoré", gender="F", sectors=["school"], municipality="001272", languages={"bm": 3}, week_cap=1500,
            since=date(2018, 7, 1), remote_modes=["phone"], user_id=by.user_id,
        )  # fmt: skip
        mediator = mediation.register_mediator(data=data, by=by)
        mediation.set_availability(mediator=mediator, spans=spans, by=by)
        exception = mediation.add_exception(
            mediator=mediator, starts_at=DEMO_DAY + timedelta(days=9), ends_at=DEMO_DAY + timedelta(days=10), by=by
        )
        asked = called(9)
        (offer,) = mediation.ask(call=asked, mediator_ids=[mediator.pk], by=by)
        made = mediation.assign(call=called(11), mediator_id=mediator.pk, by=by)
        presence = mediation.begin_presence(
            mediator=mediator, kind=DeliveryKind.objects.get(code="ore-mediazione-scuola"), body=body, by=by,
            data=mediation.PresenceData(title="Sportello", weekday=3, starts=time(15), minutes=120, since=date(2020, 2, 13),
                                        until=date(2020, 3, 13), municipality="001272"),
        )  # fmt: skip
        called(17)
        plan = ask_for_plan(monday=monday, start=False, by=by)
        tasks_week.run(plan.pk, by, 1)
        promised_call_id = made.call_id
        assert promised_call_id
        day_id = presence.assignments.earliest("starts_at").pk
        visit = PlannedVisit.objects.filter(plan=plan).earliest("starts_at")
    with clock.at(DEMO_DAY + timedelta(days=2)):
        mediation.report_hours(assignment=made, minutes=60, by=by)
    return Mediated(
        mediator.pk, exception.pk, asked.pk, offer.pk, made.pk, presence.pk, plan.pk, visit.pk, promised_call_id, day_id
    )
