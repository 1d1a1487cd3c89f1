"""The invented region, made through the rules. Deterministic: the same ids, names and figures at every build.

Sizes: `tests` is the cast's bodies with little work, for the suite's template; `1` is the brochure's scale.
"""

from datetime import UTC, date, datetime
from importlib.util import find_spec
from pathlib import Path

from django.conf import settings

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.roles import Role
from interazioni.foundation.accounts.rules import create_account
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import (
    ASSOCIATION, CAST, COOPERATIVE, FIERI, IRES, MUNICIPALITY, PASSWORD, REGION, SCHOOL_A, SCHOOL_B, ident,
)  # fmt: skip
from interazioni.plan.partners import rules as partners
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.partners.queries import SYSTEM_USER

PLAN_FILE = Path(settings.ROOT) / "plans" / "interazioni-piemonte-2.toml"
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


def build(size: str) -> None:
    """Everything, in order: bodies, plan, cast, then the work. Refuses to run twice on one database."""
    if Body.objects.exists():
        raise RuntimeError("the database has a region already")
    system = builder()
    with clock.at(BEGINNING), context.acting(system):
        bodies(system)
        plan(system)
        cast(system)


def bodies(system: Actor) -> None:
    for code, name, kind, public, municipality in NAMED_BODIES:
        partners.register_body(
            code=code, name=name, kind=kind, public=public, municipality=municipality,
            email=f"segreteria@{code}.example", body_id=ident("body", code), by=system,
        )  # fmt: skip
    listed = {body.code: body for body in Body.objects.all()}
    for code, body in listed.items():
        partners.register_site(body=body, name="Sede centrale", municipality=body.municipality, address="via dell'Esempio 1", by=system)
    partners.form_partnership(
        code="ats-a1-1", name="ATS Scuole in rete 1", plan_code="interazioni-piemonte-2", action_code="a1",
        lead=listed[SCHOOL_A], others=[listed[SCHOOL_B], listed[COOPERATIVE]], by=system,
    )  # fmt: skip


def plan(system: Actor) -> None:
    if find_spec("interazioni.plan.programme.rules") is None:
        return
    from interazioni.plan.programme import planfile
    from interazioni.plan.programme.rules import load_plan

    checked, problems = planfile.check(PLAN_FILE.read_text())
    assert checked is not None, problems
    load_plan(plan_file=checked, by=system)


def cast(system: Actor) -> None:
    listed = {body.code: body for body in Body.objects.all()}
    for member in CAST.values():
        create_account(
            login=member.login, email=member.email, first_name=member.first_name, last_name=member.last_name,
            password=PASSWORD, user_id=member.user_id, by=system,
        )  # fmt: skip
        for code, roles in member.roles.items():
            partners.appoint(user_id=member.user_id, body=listed[code], roles=roles, since=date(2018, 7, 1), by=system)
