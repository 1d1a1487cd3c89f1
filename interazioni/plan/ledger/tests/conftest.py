"""A small plan of two actions, and rules of the tests' own, through which the stories post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.front.demo import cast
from interazioni.front.demo.region import builder
from interazioni.plan.ledger import rules as ledger
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.rules import NewEntry
from interazioni.plan.people.models import Citizenship, Person
from interazioni.plan.programme.models import Action, Activity, Indicator, Period, Plan, RecipientGroup


@dataclass(frozen=True, slots=True)
class SmallPlan:
    plan: Plan
    school: Activity  # action one
    mediation: Activity  # action two
    groups: Activity  # action two, of associations
    people: Indicator  # everybody helped
    pupils: Indicator  # of the group "minors"
    hours: Indicator
    meetings: Indicator  # number of entries
    associations: Indicator
    periods: tuple[Period, ...]


@rule(Permission.PLAN_LOAD)
def make_plan(*, by: Actor) -> SmallPlan:
    plan = Plan.objects.create(
        code="small", titles={"it": "Piccolo", "en": "Small"}, starts_date=date(2018, 7, 1), ends_date=date(2020, 12, 31),
        document={}, digest="", loaded_at=clock.now(),
    )  # fmt: skip
    one, two = (
        Action.objects.create(plan=plan, code=code, position=position, titles={"it": code})
        for position, code in enumerate(["one", "two"])
    )
    school, mediation, groups = (
        Activity.objects.create(plan=plan, action=action, code=code, titles={"it": code})
        for action, code in ((one, "school"), (two, "mediation"), (two, "groups"))
    )
    RecipientGroup.objects.create(
        plan=plan,
        code="minors",
        titles={"it": "minori"},
        kind="persons",
        criteria={"citizenship": "third-country", "age": [3, 16]},
    )

    def indicator(code: str, counts: str, measures: list[str], **more: Any) -> Indicator:
        return Indicator.objects.create(
            plan=plan, code=code, titles={"it": code}, counts=counts, measures=measures, unit="", target=100, **more
        )

    found = SmallPlan(
        plan, school, mediation, groups,
        people=indicator("people", "people", ["hours_attended", "hours_mediated"]),
        pupils=indicator("pupils", "people", ["hours_attended"], group_codes=["minors"], activities=[school.pk]),
        hours=indicator("hours", "quantity", ["hours_attended", "hours_mediated"]),
        meetings=indicator("meetings", "entries", ["session"]),
        associations=indicator("associations", "associations", ["takes_part"]),
        periods=tuple(
            Period.objects.create(plan=plan, code=code, position=n, titles={"it": code}, starts_date=first, ends_date=last)
            for n, (code, first, last) in enumerate(
                [("p1", date(2018, 7, 1), date(2018, 12, 31)), ("p2", date(2019, 1, 1), date(2019, 12, 31)),
                 ("p3", date(2020, 1, 1), date(2020, 12, 31))]
            )
        ),
    )  # fmt: skip
    record(by, "programme.load_plan", object_kind="plan", object_id=plan.pk)
    return found


@rule(Permission.PLAN_LOAD)
def certify(*, period: Period, by: Actor) -> None:
    Period.objects.filter(pk=period.pk).update(state="certified", certified_at=clock.now())
    record(by, "programme.certify_period", object_kind="period", object_id=period.pk)


@rule(Permission.PEOPLE_REGISTER)
def register(
    *,
    by: Actor,
    birth_date: date | None = date(2009, 5, 5),
    sex: str = "F",
    country: str = "MA",
    municipality: str = "001272",
) -> Person:
    person = Person.objects.create(
        body_id=by.body_id, updated_at=clock.now(), surname="Inventata", name="Persona", match_name="", sex=sex,
        birth_date=birth_date, municipality=municipality,
    )  # fmt: skip
    Citizenship.objects.create(body_id=by.body_id, person=person, country=country)
    record(by, "people.register", object_kind="person", object_id=person.pk)
    return person


@rule(Permission.PEOPLE_REGISTER)
def correct(*, person_id: UUID, by: Actor, **facts: Any) -> int:
    country = facts.pop("country", None)
    if country:
        Citizenship.objects.filter(person_id=person_id).update(country=country)
    if facts:
        Person.objects.filter(pk=person_id).update(**facts)
    record(by, "people.correct", object_kind="person", object_id=person_id, changed=sorted(facts))
    return ledger.repost(person_id, by=by)


@rule(Permission.DELIVERIES_RECORD)
def deliver(*, entries: Sequence[NewEntry], by: Actor) -> list[Entry]:
    record(by, "activities.deliver", object_kind="delivery")
    return ledger.post(entries, by=by)


@rule(Permission.DELIVERIES_RECORD)
def take_back(*, entries: Sequence[Entry], by: Actor) -> list[Entry]:
    record(by, "activities.withdraw", object_kind="delivery")
    return ledger.reverse(entries, by=by)


def attended(
    activity: Activity, person: Person | UUID, day: date, *, hours: str = "2", measure: str = "hours_attended"
) -> NewEntry:
    return NewEntry(
        activity=activity, measure=measure, quantity=Decimal(hours), unit="hours", happened_date=day,
        source_kind="test", source_id=new_id(), person_id=person if isinstance(person, UUID) else person.pk,
    )  # fmt: skip


@pytest.fixture
def small(db: None) -> SmallPlan:
    with clock.at(datetime(2019, 2, 1, 9, tzinfo=UTC)):
        return make_plan(by=builder())


@pytest.fixture
def giulia(db: None) -> Actor:
    return cast.actor("giulia")


@pytest.fixture
def marco(db: None) -> Actor:
    return cast.actor("marco")


@pytest.fixture
def elena(db: None) -> Actor:
    return cast.actor("elena")
