"""What the book derives from its entries: stories about two schools."""

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.front.demo.region import builder
from interazioni.plan.ledger import rules as ledger
from interazioni.plan.ledger.models import Entry, FirstReached, Tally
from interazioni.plan.ledger.rules import NewEntry, NoOpenPeriod, OutsideARule
from interazioni.plan.ledger.tests.conftest import SmallPlan, attended, certify, correct, deliver, register, take_back
from interazioni.plan.ledger.verifying import verify
from interazioni.plan.programme.models import Indicator

NIL = UUID(int=0)


def tally(
    indicator: Indicator, dimension: str = "total", *, body: UUID = NIL, action: UUID = NIL
) -> dict[str, Decimal]:
    """As the Region sees it: value → amount, what fell back to zero left out."""
    found: dict[str, Decimal] = {}
    with acting(builder()):
        for row in Tally.objects.filter(
            indicator=indicator, dimension=dimension, scope_body_id=body, scope_action_id=action
        ):
            found[row.value] = found.get(row.value, Decimal(0)) + row.amount
    return {value: amount for value, amount in found.items() if amount}


def total(indicator: Indicator, *, body: UUID = NIL, action: UUID = NIL) -> Decimal:
    return tally(indicator, body=body, action=action).get("", Decimal(0))


def holds() -> bool:
    with acting(builder()):
        outcome = verify()
    return not [line for line in outcome.differences if "no room has said" not in line]


def test_a_person_counts_once_and_hours_add_up(small: SmallPlan, giulia: Actor, marco: Actor) -> None:
    one, two = register(by=giulia), register(by=giulia, sex="M", country="AL")
    other = register(by=marco)
    deliver(entries=[attended(small.school, p, date(2019, 1, day)) for p in (one, two) for day in (10, 17)], by=giulia)
    deliver(entries=[attended(small.school, other, date(2019, 1, 11), hours="1.5")], by=marco)

    assert total(small.people) == 3
    assert total(small.people, body=giulia.body_id) == 2
    assert total(small.people, body=marco.body_id) == 1
    assert total(small.hours) == Decimal("9.5")
    assert tally(small.people, "sex") == {"F": 2, "M": 1}
    assert tally(small.hours, "citizenship") == {"MA": Decimal("5.5"), "AL": 4}
    assert tally(small.people, "month", body=giulia.body_id) == {"2019-01": 2}
    assert holds()


def test_the_same_person_in_two_actions(small: SmallPlan, giulia: Actor) -> None:
    person = register(by=giulia)
    deliver(entries=[attended(small.school, person, date(2019, 1, 10))], by=giulia)
    deliver(entries=[attended(small.mediation, person, date(2019, 2, 10), measure="hours_mediated")], by=giulia)
    assert total(small.people) == 1
    assert total(small.people, action=small.school.action_id) == 1
    assert total(small.people, action=small.mediation.action_id) == 1
    assert tally(small.people, "month", action=small.mediation.action_id) == {"2019-02": 1}
    assert total(small.hours, body=giulia.body_id, action=small.mediation.action_id) == 2
    assert holds()


def test_an_indicator_of_a_group_counts_only_its_people(small: SmallPlan, giulia: Actor) -> None:
    child, adult, european = (
        register(by=giulia),
        register(by=giulia, birth_date=date(1980, 1, 1)),
        register(by=giulia, country="RO"),
    )
    deliver(entries=[attended(small.school, p, date(2019, 1, 10)) for p in (child, adult, european)], by=giulia)
    assert total(small.people) == 3
    assert total(small.pupils) == 1


def test_a_late_register_of_an_earlier_day_moves_the_first_reach(small: SmallPlan, giulia: Actor) -> None:
    person = register(by=giulia)
    deliver(entries=[attended(small.school, person, date(2019, 3, 10))], by=giulia)
    assert tally(small.people, "month") == {"2019-03": 1}
    deliver(entries=[attended(small.school, person, date(2019, 1, 10))], by=giulia)
    assert tally(small.people, "month") == {"2019-01": 1}
    assert total(small.people) == 1
    assert holds()


def test_a_reversal_finds_the_next_standing_entry_or_none(small: SmallPlan, giulia: Actor) -> None:
    person = register(by=giulia)
    (first,) = deliver(entries=[attended(small.school, person, date(2019, 1, 10))], by=giulia)
    (second,) = deliver(entries=[attended(small.school, person, date(2019, 4, 10))], by=giulia)
    take_back(entries=[first], by=giulia)
    assert tally(small.people, "month") == {"2019-04": 1}
    assert total(small.hours) == 2
    take_back(entries=[second], by=giulia)
    assert total(small.people) == total(small.pupils) == total(small.hours) == 0
    with acting(builder()):
        assert not FirstReached.objects.filter(identity_id=person.pk).exists()
    assert holds()


def test_meetings_are_net_numbers_of_entries(small: SmallPlan, giulia: Actor) -> None:
    def session(day: int) -> NewEntry:
        return NewEntry(
            small.school, "session", Decimal(1), "sessions", date(2019, 1, day), "test", new_id(), municipality="001272"
        )

    posted = deliver(entries=[session(day) for day in (1, 2, 3)], by=giulia)
    take_back(entries=posted[:1], by=giulia)
    assert total(small.meetings) == 2
    assert tally(small.meetings, "municipality") == {"001272": 2}
    assert tally(small.meetings, "sex") == {}
    assert holds()


def test_an_association_with_two_bodies_counts_once_in_the_plan(small: SmallPlan, giulia: Actor, marco: Actor) -> None:
    association = new_id()

    def takes_part(day: date) -> NewEntry:
        return NewEntry(
            small.groups, "takes_part", Decimal(1), "times", day, "test", new_id(), association_id=association
        )

    deliver(entries=[takes_part(date(2019, 5, 1))], by=giulia)
    (earlier,) = deliver(entries=[takes_part(date(2019, 4, 1))], by=marco)
    assert total(small.associations) == 1
    assert tally(small.associations, "month") == {"2019-04": 1}
    assert total(small.associations, body=giulia.body_id) == total(small.associations, body=marco.body_id) == 1
    take_back(entries=[earlier], by=marco)
    assert tally(small.associations, "month") == {"2019-05": 1}
    assert total(small.associations, body=marco.body_id) == 0
    assert holds()


def test_a_corrected_fact_is_posted_again_with_the_new_dimensions(small: SmallPlan, giulia: Actor) -> None:
    person = register(by=giulia)
    deliver(entries=[attended(small.school, person, date(2019, 1, day)) for day in (10, 17)], by=giulia)
    assert correct(person_id=person.pk, by=giulia, country="RO", sex="M") == 2
    assert tally(small.people, "citizenship") == {"RO": 1}
    assert tally(small.hours, "sex") == {"M": 4}
    assert total(small.pupils) == 0
    assert correct(person_id=person.pk, by=giulia, surname="Altra") == 0
    assert holds()


def test_a_certified_period_is_closed_and_corrections_fall_into_the_next_open_one(
    small: SmallPlan, giulia: Actor, elena: Actor
) -> None:
    person = register(by=giulia)
    (entry,) = deliver(entries=[attended(small.school, person, date(2018, 10, 10))], by=giulia)
    assert entry.period_id == small.periods[0].pk
    with clock.at(datetime(2019, 2, 15, tzinfo=UTC)):
        certify(period=small.periods[0], by=elena)
    (reversal,) = take_back(entries=[entry], by=giulia)
    (late,) = deliver(entries=[attended(small.school, person, date(2018, 11, 10))], by=giulia)
    assert reversal.period_id == late.period_id == small.periods[1].pk
    for period in small.periods[1:]:
        certify(period=period, by=elena)
    with pytest.raises(NoOpenPeriod):
        deliver(entries=[attended(small.school, person, date(2019, 11, 10))], by=giulia)


@pytest.mark.breaks_in
def test_the_database_refuses_a_post_into_a_certified_period(small: SmallPlan, giulia: Actor, elena: Actor) -> None:
    (entry,) = deliver(entries=[attended(small.school, register(by=giulia), date(2018, 10, 10))], by=giulia)
    certify(period=small.periods[0], by=elena)
    with acting(giulia), pytest.raises(IntegrityError, match="p1 is certified"), transaction.atomic():
        ledger._copy(entry, source_id=new_id()).save(force_insert=True)


@pytest.mark.breaks_in
@pytest.mark.parametrize(
    "change",
    [
        {"quantity": Decimal(-1)},
        {"measure": "session"},
        {"sex": "M"},
        {"happened_date": date(2019, 2, 2)},
        {"groups": []},
    ],
)
def test_a_reversal_must_mirror(small: SmallPlan, giulia: Actor, change: dict[str, object]) -> None:
    (entry,) = deliver(entries=[attended(small.school, register(by=giulia), date(2019, 1, 10))], by=giulia)
    mirror = {"quantity": -entry.quantity, "reverses_id": entry.pk}
    with acting(giulia), pytest.raises(IntegrityError, match="mirrors"), transaction.atomic():
        ledger._copy(entry, **{**mirror, **change}).save(force_insert=True)
    with acting(giulia):
        ledger._copy(entry, **mirror).save(force_insert=True)
        with pytest.raises(IntegrityError, match="reverses_id"), transaction.atomic():  # not twice
            ledger._copy(entry, **mirror).save(force_insert=True)


@pytest.mark.breaks_in
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entry SET quantity = 1",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
        "UPDATE ledger_tally SET amount = 1",
        "DELETE FROM ledger_tally",
        "INSERT INTO ledger_tally SELECT * FROM ledger_tally",
        "DELETE FROM ledger_firstreached",
        "UPDATE ledger_firstreached SET happened_date = '2000-01-01'",
        "INSERT INTO ledger_firstreached SELECT * FROM ledger_firstreached",
    ],
)
def test_the_application_can_only_add_entries(small: SmallPlan, giulia: Actor, statement: str) -> None:
    deliver(entries=[attended(small.school, register(by=giulia), date(2019, 1, 10))], by=giulia)
    with acting(giulia), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.breaks_in
def test_nobody_posts_for_another_body(small: SmallPlan, giulia: Actor, marco: Actor) -> None:
    (entry,) = deliver(entries=[attended(small.school, register(by=giulia), date(2019, 1, 10))], by=giulia)
    with acting(marco), pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
        ledger._copy(entry).save(force_insert=True)
    with acting(marco):
        assert not Entry.objects.exists()
        assert not Tally.objects.exists()
        assert not FirstReached.objects.exists()


def test_posting_outside_a_rule_is_refused(small: SmallPlan, giulia: Actor) -> None:
    with acting(giulia), pytest.raises(OutsideARule):
        ledger.post([], by=giulia)


def test_a_register_of_25_costs_a_fixed_number_of_statements(
    small: SmallPlan, giulia: Actor, django_assert_max_num_queries: object
) -> None:
    people = [register(by=giulia) for _ in range(25)]
    with django_assert_max_num_queries(14):  # type: ignore[operator]
        deliver(entries=[attended(small.school, p, date(2019, 1, 10)) for p in people], by=giulia)
    assert total(small.people) == 25


@pytest.mark.breaks_in
def test_a_rebuild_after_an_indicator_changed_and_after_a_damage(small: SmallPlan, giulia: Actor) -> None:
    person = register(by=giulia)
    deliver(entries=[attended(small.school, person, date(2019, 1, 10))], by=giulia)
    deliver(entries=[attended(small.mediation, person, date(2019, 1, 12), measure="hours_mediated")], by=giulia)
    Indicator.objects.filter(pk=small.hours.pk).update(measures=["hours_mediated"])
    assert not holds()
    ledger.rebuild(small.plan.pk)
    assert holds()
    assert total(small.hours) == 2
    assert total(small.people) == 1
