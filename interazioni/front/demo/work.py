"""Two years of work in the invented region, through the rules, each act at its own moment. Deterministic, with believable gaps.

By the demo's day (2020-02-12) about two thirds of the plan's time have passed: most labs of two school years were held, those of
the spring are planned, some registers are missing, one body is late.
"""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

from interazioni.actions.activities import rules
from interazioni.actions.activities.calendar import Pattern
from interazioni.actions.activities.models import AttendanceStatus, Edition, Enrolment, Session, SessionState
from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.front.demo.bodies import NewBody
from interazioni.front.demo.cast import CAST, SCHOOL_A, ident
from interazioni.front.demo.people import ADULT, BACKGROUND, THIRD, Inventor, Wanted
from interazioni.plan.associations.models import Association
from interazioni.plan.people.rules import register_people
from interazioni.plan.programme.models import Activity, DeliveryKind

TODAY = date(2020, 2, 12)
P, L, A, J = AttendanceStatus.PRESENT, AttendanceStatus.LATE, AttendanceStatus.ABSENT, AttendanceStatus.JUSTIFIED


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The plan's activities and kinds of delivery by code."""

    activities: dict[str, Activity]
    kinds: dict[str, DeliveryKind]

    @classmethod
    def load(cls) -> "Catalogue":
        return cls(
            {a.code: a for a in Activity.objects.select_related("plan", "action")},
            {k.code: k for k in DeliveryKind.objects.select_related("activity__plan", "activity__action")},
        )


class Worker:
    """The work of one body."""

    def __init__(self, body: NewBody, actor: Actor, catalogue: Catalogue) -> None:
        self.body, self.actor, self.catalogue = body, actor, catalogue
        self.random = random.Random(f"work/{body.code}")  # noqa: S311
        self.late = self.random.random() < 0.12  # a body that writes things down weeks later, or not yet
        self.number = 0

    # --- people ---------------------------------------------------------------------------------------------------------

    def register(self, wanted: Wanted, is_school: bool) -> dict[str, list[UUID]]:
        """Registers the body's people in September 2018; gives their ids by kind."""
        inventor = Inventor(self.body.code, self.body.place, ident("body", self.body.code) if is_school else None)
        on = date(2019, 10, 1)
        made = [
            (kind, inventor.person(kind, on))
            for kind, n in ((THIRD, wanted.third), (BACKGROUND, wanted.background), (ADULT, wanted.adults))
            for _ in range(n)
        ]
        found: dict[str, list[UUID]] = {THIRD: [], BACKGROUND: [], ADULT: []}
        if not made:
            return found
        with clock.at(_moment(date(2018, 9, 10) + timedelta(days=self.random.randrange(20)), 9)):
            results = register_people(people=[data for _kind, data in made], by=self.actor)
        for (kind, _data), result in zip(made, results, strict=True):
            if result.person_id is None:
                raise RuntimeError(f"{self.body.code}: an invented person was not taken: {result}")
            found[kind].append(result.person_id)
        return found

    # --- editions -------------------------------------------------------------------------------------------------------

    def edition(
        self, activity: str, title: str, first: date, weekday: int, at: time, meetings: int, people: Sequence[UUID] = (),
        associations: Sequence[UUID] = (), minutes: int = 120, interval: int = 1, led_by: Collection[UUID] = (), presence: float = 0.84,
    ) -> Edition:  # fmt: skip
        """Opens an edition, plans its meetings, enrols, and takes the registers of those that are over."""
        self.number += 1
        last = min(first + timedelta(weeks=interval * (meetings + 9)), date(2020, 12, 31))
        opened = _moment(min(first - timedelta(days=self.random.randrange(6, 20)), TODAY - timedelta(days=2)), 10)
        with clock.at(opened):
            edition = rules.open_edition(
                activity=self.catalogue.activities[activity], code=f"{first.year % 100}-{self.number:02}", title=title,
                municipality=self.body.place.istat, place=self.body.name, starts=first, ends=last,
                led_by=led_by or [self.actor.user_id], ident=ident("edition", self.body.code, str(self.number)), by=self.actor,
            )  # fmt: skip
            rules.plan_sessions(
                edition=edition,
                pattern=Pattern(first, at, minutes, weekdays=(weekday,), interval=interval, until=last, count=meetings),
                by=self.actor,
            )
            if people or associations:
                rules.enrol(
                    edition=edition, person_ids=people, association_ids=associations, since=first, by=self.actor
                )
        self.registers(edition, presence)
        if last < TODAY - timedelta(days=30):
            with clock.at(_moment(last + timedelta(days=3), 11)):
                rules.close_edition(edition=edition, by=self.actor)
        return edition

    def registers(self, edition: Edition, presence: float) -> None:
        enrolled = list(Enrolment.objects.filter(edition=edition).values_list("pk", flat=True))
        habits = {pk: min(0.98, max(0.25, self.random.gauss(presence, 0.1))) for pk in enrolled}
        for session in Session.objects.filter(edition=edition, state=SessionState.PLANNED).order_by("starts_at"):
            over = session.starts_at + timedelta(minutes=session.planned_minutes)
            day = clock.in_rome(session.starts_at).date()
            if day >= TODAY:
                break
            chance = self.random.random()
            if chance < 0.03:
                with clock.at(over - timedelta(days=1)):
                    rules.cancel_session(session=session, reason="docente assente", by=self.actor)
                continue
            missing = chance > (0.6 if self.late else 0.95) and day > TODAY - timedelta(days=24)
            if missing:
                continue
            with clock.at(min(over + timedelta(minutes=self.random.randrange(5, 3000)), _moment(TODAY, 6))):
                held = session.planned_minutes - (30 if self.random.random() < 0.06 else 0)
                marks = [self._mark(session, pk, habits[pk], held) for pk in enrolled]
                rules.record_register(session=session, held_minutes=held, marks=marks, by=self.actor)

    def _mark(self, session: Session, enrolment: UUID, habit: float, held: int) -> rules.Mark:
        chance = self.random.random()
        status = (L if chance < 0.04 else P) if chance < habit else (J if self.random.random() < 0.4 else A)
        minutes = held // 2 if status == L else None
        return rules.Mark(enrolment, status, minutes, None, ident("mark", str(session.pk), str(enrolment)))

    # --- work that is not a session -----------------------------------------------------------------------------------------

    def deliver(self, kind: str, day: date, quantity: float, title: str = "", person: UUID | None = None) -> None:
        if day > TODAY:
            return
        self.number += 1
        with clock.at(min(_moment(day + timedelta(days=self.random.randrange(0, 4)), 16), _moment(TODAY, 6))):
            rules.record_delivery(
                kind=self.catalogue.kinds[kind], happened=day, quantity=Decimal(str(quantity)), person_id=person, title=title,
                municipality=self.body.place.istat, client_id=ident("delivery", self.body.code, str(self.number)), by=self.actor,
            )  # fmt: skip

    def months(self, first: date = date(2018, 10, 1)) -> Iterable[date]:
        """A working day of each month of work so far, without August."""
        month = first
        while month <= TODAY:
            if month.month != 8:
                day = month + timedelta(days=self.random.randrange(2, 26))
                yield day - timedelta(days=max(0, day.weekday() - 4))
            month = (month.replace(day=28) + timedelta(days=5)).replace(day=1)


def _moment(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), tzinfo=UTC)


# --- what each kind of body does -----------------------------------------------------------------------------------------------


def school(worker: Worker, third: int, background: int, adults: int) -> None:
    """L2 labs in two school years and the coming spring, inclusion labs, meetings with families, orientation."""
    rnd = worker.random
    found = worker.register(Wanted(third, background, adults), is_school=True)
    pupils, others, parents = found[THIRD], found[BACKGROUND], found[ADULT]
    cut = [len(pupils) * 2 // 5, len(pupils) * 4 // 5]
    groups = [pupils[: cut[0]], pupils[cut[0] : cut[1]], pupils[cut[1] :]]
    cast_lab = worker.body.code == SCHOOL_A
    giulia = [CAST["giulia"].user_id] if cast_lab else []
    weekday = rnd.choice([0, 1, 2, 3, 4])
    worker.edition(
        "laboratori-l2",
        "Laboratorio di italiano L2 – 2018/19",
        _after(date(2018, 10, 8), rnd),
        weekday,
        time(14, 30),
        24,
        groups[0],
        led_by=giulia,
    )
    if cast_lab:  # Giulia's lab of this morning, and its register is still to be taken
        worker.edition(
            "laboratori-l2",
            "Laboratorio di italiano L2 – mattina",
            date(2019, 10, 9),
            2,
            time(8, 30),
            22,
            [*groups[1], *groups[0], *others][:25],
            led_by=giulia,
        )
        worker.edition(
            "laboratori-l2",
            "Laboratorio di italiano L2 – pomeriggio",
            date(2019, 10, 10),
            2,
            time(14, 30),
            22,
            groups[1],
            led_by=giulia,
        )
    else:
        worker.edition(
            "laboratori-l2",
            "Laboratorio di italiano L2 – 2019/20",
            _after(date(2019, 10, 7), rnd),
            weekday,
            time(14, 30),
            24,
            groups[1],
        )
    worker.edition(
        "laboratori-l2",
        "Laboratorio di italiano L2 – primavera 2020",
        _after(date(2020, 2, 24), rnd),
        weekday,
        time(15),
        12,
        groups[2] or groups[1],
    )
    half = len(others) * 3 // 5
    worker.edition(
        "laboratori-inclusione",
        "Laboratorio di inclusione – teatro",
        _after(date(2019, 1, 14), rnd),
        (weekday + 1) % 5,
        time(15),
        6,
        others[:half],
        interval=2,
    )
    worker.edition(
        "laboratori-inclusione",
        "Laboratorio di inclusione – storie dal mondo",
        _after(date(2020, 1, 13) if rnd.random() < 0.55 else date(2020, 2, 27), rnd),
        (weekday + 2) % 5,
        time(15),
        8,
        others[half:],
    )
    worker.edition(
        "incontri-famiglie",
        "Incontri con le famiglie",
        _after(date(2018, 11, 5), rnd),
        3,
        time(17),
        3,
        parents[: len(parents) // 2],
        minutes=90,
        interval=6,
        presence=0.6,
    )
    worker.edition(
        "incontri-famiglie",
        "Incontri con le famiglie – la scuola che viene dopo",
        _after(date(2019, 11, 4), rnd),
        3,
        time(17),
        4,
        parents,
        minutes=90,
        interval=5,
        presence=0.6,
    )
    if rnd.random() < 0.6:
        worker.edition(
            "orientamento",
            "Orientamento dopo la terza media",
            _after(date(2019, 11, 11), rnd),
            4,
            time(14, 30),
            4,
            groups[1][-6:],
            minutes=60,
            interval=2,
        )


def _after(day: date, rnd: random.Random) -> date:
    return day + timedelta(days=rnd.randrange(0, 21))


def school_partner(worker: Worker, adults: int) -> None:
    """A cooperative or association of Action 1: mediation in schools, families."""
    parents = worker.register(Wanted(adults=adults), is_school=False)[ADULT]
    for day in worker.months():
        for _ in range(worker.random.randrange(1, 4)):
            worker.deliver(
                "ore-mediazione-scuola",
                day,
                worker.random.choice([1.5, 2, 2, 3, 4]),
                "Mediazione nei colloqui con le famiglie",
            )
    worker.edition(
        "incontri-famiglie",
        "Madri e padri a scuola",
        _after(date(2019, 3, 4), worker.random),
        1,
        time(17, 30),
        4,
        parents[: len(parents) * 3 // 4],
        minutes=90,
        interval=2,
        presence=0.7,
    )
    if not worker.late:
        worker.edition(
            "incontri-famiglie",
            "Famiglie e scuola, secondo anno",
            _after(date(2020, 1, 13), worker.random),
            1,
            time(17, 30),
            5,
            parents,
            minutes=90,
            interval=2,
            presence=0.7,
        )


def service(worker: Worker, adults: int) -> None:
    """A municipality, health body or cooperative of Action 2."""
    rnd = worker.random
    people = worker.register(Wanted(adults=adults), is_school=False)[ADULT]
    worker.edition(
        "gruppi-lavoro",
        "Gruppo di lavoro: accesso ai servizi",
        _after(date(2018, 11, 5), rnd),
        1,
        time(10),
        14,
        interval=4,
    )
    for day in worker.months(date(2018, 11, 1)):
        worker.deliver("ore-mediazione-chiamata", day, rnd.choice([2, 3, 4, 6]), "Mediazione a chiamata allo sportello")
        worker.deliver("ore-mediazione-comunita", day, rnd.choice([3, 4, 5]), "Presenza in quartiere")
        if rnd.random() < 0.25:
            worker.deliver(
                "modulo-semplificato",
                day,
                1,
                rnd.choice(
                    [
                        "Domanda di residenza",
                        "Iscrizione alla mensa",
                        "Tessera sanitaria",
                        "Richiesta di contributo affitto",
                    ]
                ),
            )
    days = list(worker.months(date(2019, 1, 1)))
    for person in people[: int(len(people) * 0.72)]:
        day = rnd.choice(days)
        if rnd.random() < 0.15:
            worker.deliver("percorso-abitativo", day, 1, person=person)
        else:
            worker.deliver("persona-accompagnata", day, 1, person=person)


def information(worker: Worker, bodies: int) -> None:
    """IRES: content, the application, newsletters, coordination."""
    rnd = worker.random
    worker.edition("scambio", "Tavolo della comunicazione", date(2018, 10, 15), 0, time(10), 8, interval=8)
    worker.deliver("ente-collegato", date(2018, 12, 10), bodies - 9, "Avvio dell'applicativo")
    worker.deliver("ente-collegato", date(2019, 9, 16), 6, "Enti entrati nel secondo anno")
    for day in worker.months():
        worker.deliver("contenuto-pubblicato", day, rnd.randrange(2, 6), "Schede e notizie")
        worker.deliver("newsletter-inviata", day, 1, "Newsletter del mese")
        worker.deliver(
            "persone-informate", day, rnd.randrange(520, 900), "Lettori della newsletter e dei canali sociali"
        )


def voice(worker: Worker, adults: int, associations: Sequence[UUID], first: bool) -> None:
    """A body of Action 4: meetings with associations, information paths."""
    people = worker.register(Wanted(adults=adults), is_school=False)[ADULT]
    worker.edition(
        "associazionismo",
        "Incontri con le associazioni del territorio",
        _after(date(2019, 2, 4), worker.random),
        2,
        time(18),
        8,
        associations=associations,
        interval=6,
        presence=0.7,
    )
    worker.edition(
        "percorsi-informativi",
        "Percorso informativo: diritti e servizi",
        _after(date(2019, 9, 16), worker.random),
        0,
        time(18),
        6,
        people[: len(people) * 2 // 3],
        interval=2,
        presence=0.75,
    )
    if first:
        worker.edition(
            "percorsi-informativi",
            "Percorso informativo: partecipare",
            _after(date(2020, 3, 2), worker.random),
            0,
            time(18),
            6,
            people,
            interval=2,
        )
    for day in worker.months(date(2019, 1, 1)):
        worker.deliver("persone-informate", day, worker.random.randrange(15, 60), "Incontri aperti")


def association_ids() -> list[UUID]:
    return list(Association.objects.order_by("name").values_list("pk", flat=True))


def within(actor: Actor) -> object:
    """One body's work is one transaction: a killed build leaves whole bodies or nothing of them."""
    return context.acting(actor)
