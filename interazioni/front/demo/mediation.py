"""Mediation in the invented region, through the rules: a cooperative that is called, its mediators, half a year of calls and the week
of the demo's day, with calls that nobody covers yet. Deterministic.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from interazioni.actions.mediation import candidates, rules
from interazioni.actions.mediation.models import Call, Mediator
from interazioni.actions.mediation.roster import at, load
from interazioni.actions.mediation.settings_of import kinds_of_presence
from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST, COOPERATIVE, MUNICIPALITY, SCHOOL_A, SCHOOL_B, ident
from interazioni.plan.partners.models import Body

NOW = datetime(2020, 2, 12, 7, 30, tzinfo=UTC)
MORNING, AFTERNOON, ALL_DAY = (time(8), time(13)), (time(13), time(18, 30)), (time(8, 30), time(18))
# name, gender, languages with level, municipality, by car, week hours, span of the day
MEDIATORS: tuple[tuple[str, str, str, str, bool, int, tuple[time, time]], ...] = (
    ("Amina Diallo", "F", "bm3 fr3 snk2", "001272", False, 24, ALL_DAY), ("Fatou Ndiaye", "F", "wo3 fr3 ff2", "001272", True, 20, MORNING),
    ("Karim Benali", "M", "ar3 ary3 fr3", "001272", True, 30, ALL_DAY), ("Samira El Amrani", "F", "ary3 ar2 fr2", "001272", False, 20, MORNING),
    ("Li Mei", "F", "zh-Hans3 en2", "001272", False, 24, ALL_DAY), ("Chen Bo", "M", "zh-Hans3", "006003", True, 15, AFTERNOON),
    ("Elira Hoxha", "F", "sq3 en2", "005005", True, 24, ALL_DAY), ("Ioana Popescu", "F", "ro3 es2", "001272", False, 20, ALL_DAY),
    ("Carmen Quispe", "F", "es3 pt2", "001156", True, 18, MORNING), ("Grace Osazee", "F", "en3 bin3 pcm3", "001272", False, 24, ALL_DAY),
    ("Emeka Obi", "M", "en3 ig3 pcm2", "003106", True, 16, AFTERNOON), ("Nasrin Akter", "F", "bn3 hi2 en2", "001272", False, 16, MORNING),
    ("Imran Malik", "M", "ur3 pa3 en2", "001125", True, 20, ALL_DAY), ("Harpreet Kaur", "F", "pa3 hi3 en2", "004003", True, 20, ALL_DAY),
    ("Oksana Bondar", "F", "uk3 ru3", "001272", False, 24, ALL_DAY), ("Selam Tesfay", "F", "ti3 am3 ar2", "001272", False, 20, ALL_DAY),
    ("Hodan Warsame", "F", "so3 ar2 en2", "001272", False, 12, AFTERNOON), ("Zahra Ahmadi", "F", "prs3 fa3 ps2", "006003", True, 20, ALL_DAY),
    ("Reza Karimi", "M", "fa3 prs2 en2", "001272", True, 15, MORNING), ("Aylin Demir", "F", "tr3 ku3", "096004", True, 18, ALL_DAY),
    ("Jovana Petrović", "F", "sr3 bs3 mk2", "001272", False, 12, MORNING), ("Mamadou Baldé", "M", "fuf3 ff3 fr3 wo2", "003106", True, 24, ALL_DAY),
)  # fmt: skip
ASKED = [
    "ar",
    "ar",
    "ary",
    "zh-Hans",
    "zh-Hans",
    "sq",
    "ro",
    "es",
    "fr",
    "en",
    "ur",
    "bn",
    "bm",
    "wo",
    "fuf",
    "so",
    "ti",
    "uk",
    "pa",
    "prs",
    "tr",
    "bin",
]


class Calls:
    """The calls of one body, made by one of its people."""

    def __init__(self, body: Body, actor: Actor, dispatch: Body, sector: str) -> None:
        self.body, self.actor, self.dispatch, self.sector = body, actor, dispatch, sector
        self.random = random.Random(f"mediation/{body.code}")  # noqa: S311
        self.number = 0

    def make(self, day: date, moment: datetime, **said: Any) -> Call:
        self.number += 1
        rnd = self.random
        minutes = rnd.choice((45, 60, 60, 90, 120))
        begins = at(day, time(rnd.choice((9, 9, 10, 10, 11, 14, 15, 16)), rnd.choice((0, 0, 30))))
        latest = begins + timedelta(minutes=rnd.choice((0, 0, 0, 60, 120)))
        remote = rnd.random() < 0.2
        data = rules.CallData(
            language=said.pop("language", None) or rnd.choice(ASKED), sector=self.sector, options=[rules.Option(begins, latest)], minutes=minutes,
            mode="phone" if remote else "onsite", other_modes=() if remote or rnd.random() < 0.2 else ("video", "phone"),
            reason=rnd.choice(("meeting", "enrolment", "family", "visit", "information")), municipality=self.body.municipality,
            urgency=rnd.choices((1, 2, 4), (75, 18, 7))[0], gender_required="F" if rnd.random() < 0.06 else "", **said,
        )  # fmt: skip
        with clock.at(moment):
            return rules.make_call(
                data=data, dispatch=self.dispatch, client_id=ident("call-form", self.body.code, str(self.number)),
                ident=ident("call", self.body.code, str(self.number)), by=self.actor,
            )[0]  # fmt: skip


def mediation(actors: dict[str, Actor], say: Callable[[str], None], past: int = 70, open_: int = 40) -> None:
    """`actors`: somebody who works in each body, by its code."""
    dispatcher = actors[COOPERATIVE]
    dispatch = Body.objects.get(pk=dispatcher.body_id)
    listed = {body.code: body for body in Body.objects.all()}
    with context.acting(dispatcher):
        mediators = _register(dispatcher)
        _presences(dispatcher, mediators, listed[SCHOOL_A], dispatch)
    sectors = {SCHOOL_A: "school", SCHOOL_B: "school", MUNICIPALITY: "social"}
    others = [code for code in sorted(actors) if code not in sectors and code != COOPERATIVE][:9]
    callers = [
        Calls(
            listed[code],
            actors[code],
            dispatch,
            sectors.get(code, "school" if listed[code].kind == "school" else "social"),
        )
        for code in [*sectors, *others]
    ]
    for caller in callers:
        caller.sector = "health" if listed[caller.body.code].kind == "health" else caller.sector
    rnd = random.Random("mediation")  # noqa: S311
    done = sum(_worked(callers[n % len(callers)], dispatcher, rnd, n) for n in range(past))
    say(f"mediation: {done} calls done")
    fresh = [_coming(callers[n % len(callers)], n) for n in range(open_)]
    _answer(fresh, dispatcher, rnd)
    _ask_amina(callers[0], mediators[0], dispatcher)
    say(f"mediation: {len(fresh)} calls of this week and the next")


def _register(by: Actor) -> list[Mediator]:
    made = []
    with clock.at(datetime(2018, 9, 3, 8, tzinfo=UTC)):
        rules.set_dispatch(values={"open_to_all": True, "phone": "+390110000000"}, by=by)
        for number, (name, gender, spoken, municipality, by_car, hours, span) in enumerate(MEDIATORS):
            data = rules.MediatorData(
                full_name=name, gender=gender, sectors=["school", "social"] + (["health"] if number % 3 else []) + (["legal"] if number % 4 == 0 else []),
                municipality=municipality, languages={one[:-1]: int(one[-1]) for one in spoken.split()},
                week_cap=hours * 60, since=date(2018, 9, 3), email=f"{name.split()[0].lower()}@mediatori.example", phone=f"+3901100001{number:02}",
                by_car=by_car, radius_km=90 if by_car else 40, remote_modes=("phone", "video") if number % 5 else ("phone",),
                user_id=CAST["amina"].user_id if number == 0 else None,
                qualifications=(("Mediatore interculturale", "corso regionale inventato", date(2015, 6, 30)),) if number % 2 == 0 else (),
            )  # fmt: skip
            mediator = rules.register_mediator(data=data, ident=ident("mediator", name), by=by)
            days = [day for day in range(5) if (number + day) % 6]
            rules.set_availability(mediator=mediator, spans=[rules.Span(day, *span) for day in days], by=by)
            made.append(mediator)
    for code, minutes in ((SCHOOL_A, 80 * 60), (SCHOOL_B, 60 * 60), (MUNICIPALITY, 120 * 60)):
        with clock.at(datetime(2019, 9, 2, 8, tzinfo=UTC)):
            rules.grant_hours(
                body=Body.objects.get(code=code),
                kind="caller",
                minutes=minutes,
                starts=date(2019, 9, 1),
                ends=date(2020, 8, 31),
                by=by,
            )
    return made


def _worked(caller: Calls, dispatcher: Actor, rnd: random.Random, number: int) -> int:
    """A call of the past half year, as it went: most were done and confirmed, some cancelled, some never covered."""
    day = date(2019, 9, 16) + timedelta(days=2 * number)
    while day.weekday() > 4 or day >= date(2020, 2, 11) or date(2019, 12, 21) <= day <= date(2020, 1, 6):
        day -= timedelta(days=9)
    sent = datetime.combine(day - timedelta(days=rnd.randrange(2, 9)), time(9, rnd.randrange(60)), tzinfo=UTC)
    call = caller.make(day, sent)
    with context.acting(dispatcher), clock.at(sent + timedelta(minutes=rnd.randrange(10, 600))):
        row = Call.objects.get(pk=call.pk)
        found = candidates.rank(row).candidates
        if not found:
            rules.give_up(call=row, words="nessuno disponibile", by=dispatcher)
            return 0
        (offer,) = rules.ask(call=row, mediator_ids=[found[0].mediator_id], by=dispatcher)
        if number % 7 == 3 and len(found) > 1:
            rules.decline_offer(offer=offer, reason=rnd.choice(("busy", "busy", "far", "subject")), by=dispatcher)
            (offer,) = rules.ask(call=row, mediator_ids=[found[1].mediator_id], by=dispatcher)
        promised = rules.accept_offer(offer=offer, by=dispatcher)
    if number % 13 == 5:
        with clock.at(promised.starts_at - timedelta(hours=rnd.choice((3, 50)))):
            rules.cancel_call(call=row, words="appuntamento spostato", by=dispatcher)
        return 0
    with clock.at(promised.ends_at + timedelta(minutes=20)):
        length = int((promised.ends_at - promised.starts_at).total_seconds() // 60)
        hours = rules.report_hours(
            assignment=promised, minutes=length + rnd.choice((0, 0, 0, 15)), travel_km=Decimal(rnd.randrange(0, 60)), travel_minutes=rnd.randrange(0, 50),
            by=dispatcher,
        )  # fmt: skip
    if day < date(2020, 1, 31) or number % 3:
        with clock.at(promised.ends_at + timedelta(hours=rnd.randrange(2, 40))):
            rules.attest_hours(hours=hours, by=caller.actor)
    return 1


def _presences(by: Actor, mediators: Sequence[Mediator], school: Body, own: Body) -> None:
    kinds = {kind.code: kind for kind in kinds_of_presence()}
    community, in_school = kinds["ore-mediazione-comunita"], kinds["ore-mediazione-scuola"]
    with clock.at(datetime(2020, 1, 8, 9, tzinfo=UTC)):
        for number, (mediator, kind, body, title, weekday) in enumerate(
            (
                (mediators[2], community, own, "Sportello di comunità, Porta Palazzo", 1), (mediators[9], community, own, "Sportello di comunità, Barriera", 3),
                (mediators[4], in_school, school, "Ore di mediazione a scuola", 0),
            )
        ):  # fmt: skip
            presence = rules.begin_presence(
                mediator=mediator, kind=kind, body=body,
                data=rules.PresenceData(title=title, weekday=weekday, starts=time(9 if weekday else 14), minutes=120, since=date(2020, 1, 13),
                                        until=date(2020, 5, 29), municipality="001272"),
                ident=ident("presence", str(number)), by=by,
            )  # fmt: skip
            for kept in presence.assignments.filter(ends_at__lt=NOW).order_by("starts_at"):
                with clock.at(kept.ends_at + timedelta(minutes=5)):
                    rules.report_hours(
                        assignment=kept, minutes=120, contacts=6 + (number * 5 + kept.starts_at.day) % 9, by=by
                    )


def _ask_amina(caller: Calls, amina: Mediator, dispatcher: Actor) -> None:
    """One waits for her yes or no, in the first free hour of the next days that would suit."""
    for day in (date(2020, 2, 13), date(2020, 2, 14), date(2020, 2, 17), date(2020, 2, 18)):
        call = caller.make(day, NOW - timedelta(minutes=90), language="bm")
        with context.acting(dispatcher), clock.at(NOW - timedelta(minutes=20)):
            row = Call.objects.prefetch_related("options").get(pk=call.pk)
            if any(one.mediator_id == amina.pk for one in candidates.rank(row).candidates):
                rules.ask(call=row, mediator_ids=[amina.pk], by=dispatcher)
                return


def _coming(caller: Calls, number: int) -> Call:
    day = date(2020, 2, 12) + timedelta(days=(0, 1, 1, 2, 5, 6, 7, 8)[number % 8])
    while day.weekday() > 4:
        day += timedelta(days=1)
    return caller.make(day, NOW - timedelta(hours=30 - number % 29))


def _answer(calls: Sequence[Call], dispatcher: Actor, rnd: random.Random) -> None:
    """Half of them are promised by now, some are being asked, the rest is open."""
    with context.acting(dispatcher):
        for number, call in enumerate(calls):
            row = Call.objects.prefetch_related("options").get(pk=call.pk)
            with clock.at(NOW - timedelta(minutes=50 - number)):
                first = min(option.earliest_at for option in row.options.all())
                if first < NOW or number % 4 == 3:
                    continue
                loaded = load(
                    row.dispatch_id, clock.in_rome(first).date(), clock.in_rome(first).date(), without=[row.pk]
                )
                found = candidates.rank(row, loaded).candidates
                if not found:
                    continue
                (offer,) = rules.ask(call=row, mediator_ids=[found[0].mediator_id], by=dispatcher)
                if number % 4 != 2 or (offer.mediator_user_id is None and rnd.random() < 0.5):
                    rules.accept_offer(offer=offer, by=dispatcher)
