"""The invented region, made through the rules. Deterministic: the same ids, names and figures at every build.

Sizes: `tests` is the cast's bodies without work, for the suite's template; `1` is the brochure's scale; `10` and `100`
multiply it in SQL, for the benches.
"""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from django.conf import settings

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.roles import Role
from interazioni.foundation.accounts.rules import create_account
from interazioni.foundation.core import clock
from interazioni.foundation.vocabularies.countries import name_of
from interazioni.front.demo import work as doing
from interazioni.front.demo.ageing import ageing
from interazioni.front.demo.bodies import AROUND, TORINO, NewBody, region_bodies
from interazioni.front.demo.cast import (
    ASSOCIATION,
    CAST,
    COOPERATIVE,
    FIERI,
    IRES,
    MUNICIPALITY,
    PASSWORD,
    REGION,
    SCHOOL_A,
    SCHOOL_B,
    actor,
    ident,
)  # fmt: skip
from interazioni.front.demo.contents import contents
from interazioni.front.demo.directory import directory, glossary
from interazioni.front.demo.information import information
from interazioni.front.demo.mediation import mediation
from interazioni.front.demo.multiply import multiply
from interazioni.front.demo.names import ITALIAN, ORIGINS
from interazioni.front.demo.people import share
from interazioni.plan.associations.rules import register_association
from interazioni.plan.partners import rules as partners
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.partners.queries import SYSTEM_USER
from interazioni.plan.programme import planfile
from interazioni.plan.programme.models import Period
from interazioni.plan.programme.rules import certify_period, load_plan

PLAN_FILE = Path(settings.ROOT) / "plans" / "interazioni-piemonte-2.toml"
PLAN = "interazioni-piemonte-2"
# Invented closures in the manner of a school calendar: Christmas, carnival, Easter, summer.
SCHOOL_HOLIDAYS = (
    ("2018-12-23", "2019-01-06"), ("2019-03-04", "2019-03-06"), ("2019-04-18", "2019-04-26"), ("2019-06-08", "2019-09-08"),
    ("2019-12-22", "2020-01-06"), ("2020-02-22", "2020-02-26"), ("2020-04-09", "2020-04-14"), ("2020-06-11", "2020-09-13"),
)  # fmt: skip
DISPATCHING = frozenset({Role.DISPATCHER, Role.COORDINATOR})
BEGINNING = datetime(2018, 7, 2, 8, 0, tzinfo=UTC)
DEMO_DAY = datetime(2020, 2, 12, 8, 30, tzinfo=UTC)

# code, name, kind, public, ISTAT code of the municipality
NAMED_BODIES: tuple[tuple[str, str, str, bool, str], ...] = (
    (REGION, "Regione Piemonte", BodyKind.REGION, True, "001272"),
    (IRES, "IRES Piemonte", BodyKind.RESEARCH, True, "001272"),
    (FIERI, "FIERI", BodyKind.RESEARCH, False, "001272"),
    (SCHOOL_A, "IC Barriera di Torino", BodyKind.SCHOOL, True, "001272"),
    (SCHOOL_B, "IC Valle di Alessandria", BodyKind.SCHOOL, True, "006003"),
    (COOPERATIVE, "Cooperativa Il Ponte", BodyKind.COOPERATIVE, False, "001272"),
    (MUNICIPALITY, "Comune di Asti", BodyKind.MUNICIPALITY, True, "005005"),
    (ASSOCIATION, "Associazione Sankofa", BodyKind.ASSOCIATION, False, "003106"),
)


def builder() -> Actor:
    """Who makes the region: the system, on behalf of the lead."""
    return Actor(
        user_id=SYSTEM_USER, user_name="", body_id=ident("body", REGION), body_name="Regione Piemonte",
        roles=frozenset({Role.SYSTEM}),
    )  # fmt: skip


def build(size: str, say: Callable[[str], None] = lambda line: None) -> None:
    """Everything, in order: bodies, plan, cast, then each body's work. A build that was killed is begun again elsewhere:
    it refuses a database that holds a region. Nothing happens after the demo's day: the demo goes on from its last act."""
    if Body.objects.exists():
        raise RuntimeError("the database has a region already")
    with clock.at(DEMO_DAY):
        _build(size, say)


def _build(size: str, say: Callable[[str], None]) -> None:
    system = builder()
    full = size != "tests"
    with clock.at(BEGINNING), context.acting(system):
        bodies(system, full)
        plan(system)
        cast(system)
    if not full:
        return
    work(system, say)
    with clock.at(DEMO_DAY - timedelta(days=40)), context.acting(system):
        glossary(system)
        directory(say)
        contents(say)
    information(DEMO_DAY, say)
    with clock.at(DEMO_DAY), context.acting(system):
        ageing(say)
    if int(size) > 1:
        multiply(int(size), say)
    certify(say)


def bodies(system: Actor, full: bool) -> None:
    for code, name, kind, public, municipality in NAMED_BODIES:
        _body(code, name, kind, public, municipality, system)
    if not full:
        listed = {body.code: body for body in Body.objects.all()}
        partners.form_partnership(
            code="ats-1-1", name="ATS Scuola 1", plan_code=PLAN, action_code="scuola",
            lead=listed[SCHOOL_A], others=[listed[SCHOOL_B], listed[COOPERATIVE]], by=system,
        )  # fmt: skip
        return
    named = {code for code, *_rest in NAMED_BODIES}
    everybody, partnerships = region_bodies()
    for body in everybody:
        if body.code not in named:
            _body(body.code, body.name, body.kind, body.public, body.place.istat, system)
    listed = {body.code: body for body in Body.objects.all()}
    actions = {1: "scuola", 2: "servizi", 4: "partecipazione"}
    for partnership in partnerships:
        lead, *others = partnership.bodies
        partners.form_partnership(
            code=partnership.code, name=partnership.name, plan_code=PLAN, action_code=actions[partnership.action],
            lead=listed[lead], others=[listed[code] for code in others], by=system,
        )  # fmt: skip


def _body(code: str, name: str, kind: str, public: bool, municipality: str, system: Actor) -> None:
    body = partners.register_body(
        code=code, name=name, kind=kind, public=public, municipality=municipality, email=f"segreteria@{code}.example",
        closures=SCHOOL_HOLIDAYS if kind == BodyKind.SCHOOL else (), body_id=ident("body", code), by=system,
    )  # fmt: skip
    partners.register_site(
        body=body, name="Sede centrale", municipality=municipality, address="via dell'Esempio 1", by=system
    )


def plan(system: Actor) -> None:
    checked, problems = planfile.check(PLAN_FILE.read_text(encoding="utf-8"))
    if checked is None:
        raise RuntimeError(f"the plan file has errors: {problems}")
    load_plan(plan_file=checked, by=system)


def work(system: Actor, say: Callable[[str], None]) -> None:
    """Each body does its work as an operator of its own; one body is one transaction."""
    everybody, partnerships = region_bodies()
    action_of = {code: partnership.action for partnership in partnerships for code in partnership.bodies}
    of_action = {n: [body for body in everybody if action_of[body.code] == n] for n in (1, 2, 4)}
    schools = [body for body in of_action[1] if body.kind == BodyKind.SCHOOL]
    helpers = [body for body in of_action[1] if body.kind != BodyKind.SCHOOL]
    services, voices = of_action[2], of_action[4]
    counts = {
        **dict(
            zip(
                [b.code for b in schools], zip(share(960, 42), share(500, 42), share(168, 42), strict=True), strict=True
            )
        ),
        **dict(zip([b.code for b in helpers], share(136, 17), strict=True)),
        **dict(zip([b.code for b in services], share(266, 19), strict=True)),
        **dict(zip([b.code for b in voices], share(102, 8), strict=True)),
    }
    with clock.at(BEGINNING), context.acting(system):
        operators = {body.code: operator(body, system) for body in everybody}
    associations(operators[voices[0].code])
    catalogue = doing.Catalogue.load()
    total = len(everybody) + 1
    for number, body in enumerate(everybody, start=1):
        with context.acting(operators[body.code]):
            worker = doing.Worker(body, operators[body.code], catalogue)
            if body in schools:
                doing.school(worker, *counts[body.code])  # type: ignore[misc]
            elif body in helpers:
                doing.school_partner(worker, counts[body.code])  # type: ignore[arg-type]
            elif body in services:
                doing.service(worker, counts[body.code])  # type: ignore[arg-type]
            else:
                n = voices.index(body)
                doing.voice(worker, counts[body.code], doing.association_ids()[n * 3 : n * 3 + 6], n < 3)  # type: ignore[arg-type]
        say(f"{number}/{total} {body.name}")
    ires = NewBody(IRES, "IRES Piemonte", BodyKind.RESEARCH, True, TORINO)
    paolo = replace(system, user_id=CAST["paolo"].user_id, user_name="Paolo Sella", body_id=ident("body", IRES), body_name=ires.name,
                    roles=frozenset({Role.ASSISTANCE}))  # fmt: skip
    with context.acting(paolo):
        doing.information(doing.Worker(ires, paolo, catalogue), len(everybody))
    say(f"{total}/{total} {ires.name}")
    mediation(
        {
            code: replace(by, roles=by.roles | DISPATCHING) if code == COOPERATIVE else by
            for code, by in operators.items()
        },
        say,
    )


def operator(body: NewBody, system: Actor) -> Actor:
    """Somebody who works in the body. The cast's own people act where there are any; the others cannot log in."""
    member = next(
        (m for m in CAST.values() if m.body_code == body.code and m.login in ("chiara", "marco", "davide", "lucia")),
        None,
    )
    roles = frozenset({Role.OPERATOR, Role.SECRETARY})
    record = Body.objects.get(code=body.code)
    if member is None:
        girls, boys, families = ITALIAN
        rnd = random.Random(f"operator/{body.code}")  # noqa: S311
        first, last, login = rnd.choice([*girls, *boys]), rnd.choice(families), f"op-{body.code}"
        user = create_account(
            login=login, email=f"{login}@interazioni.example", first_name=first, last_name=last, user_id=ident("user", login), by=system,
        )  # fmt: skip
        partners.appoint(user_id=user.pk, body=record, roles=roles, since=date(2018, 7, 1), by=system)
        user_id, name = user.pk, f"{first} {last}"
    else:
        user_id, name = member.user_id, f"{member.first_name} {member.last_name}"
    return Actor(user_id=user_id, user_name=name, body_id=record.pk, body_name=record.name, roles=roles)


def associations(by: Actor) -> None:
    """Thirty-six migrants' and second generations' associations, of the countries the recipients come from."""
    places = [place for near in AROUND.values() for place in near]
    kinds = ("Associazione culturale", "Comunità", "Unione dei giovani", "Donne")
    with clock.at(BEGINNING), context.acting(by):
        for number, country in enumerate([*ORIGINS, *ORIGINS][:36]):
            kind = kinds[number % 4]
            place = places[number * 5 % len(places)]
            register_association(
                name=f"{kind} {name_of(country, 'it')} – {place.name}", municipality=place.istat, countries=[country],
                languages=ORIGINS[country][4].split()[:1], second_generations=kind.startswith("Unione"),
                email=f"info{number}@associazione.example", ident=ident("association", str(number)), by=by,
            )  # fmt: skip


def certify(say: Callable[[str], None]) -> None:
    """The quarters that ended before the autumn of 2019 are certified; the later ones are still open."""
    elena = actor("elena")
    with context.acting(elena):
        for period in Period.objects.filter(plan__code=PLAN, ends_date__lt=date(2019, 10, 1)).order_by("starts_date"):
            with clock.at(datetime.combine(period.ends_date + timedelta(days=45), time(10), tzinfo=UTC)):
                certify_period(period=period, by=elena)
    say("periods certified")


def cast(system: Actor) -> None:
    listed = {body.code: body for body in Body.objects.all()}
    for member in CAST.values():
        create_account(
            login=member.login, email=member.email, first_name=member.first_name, last_name=member.last_name,
            password=PASSWORD, user_id=member.user_id, by=system,
        )  # fmt: skip
        for code, roles in member.roles.items():
            partners.appoint(user_id=member.user_id, body=listed[code], roles=roles, since=date(2018, 7, 1), by=system)
