"""Figures follow facts: what is corrected about a person is reversed and posted again, from the day on that it holds."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.front.demo.cast import actor
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.rules import NewEntry, post
from interazioni.plan.people.rules import correct_person, merge_people
from interazioni.plan.people.tests.conftest import BOUCHRA, registered
from interazioni.plan.programme.models import Activity, RecipientGroup

pytestmark = pytest.mark.django_db


@rule(Permission.ATTENDANCE_RECORD)
def attend(*, person_id: UUID, days: list[date], by: Actor) -> None:
    """Stands for a room that posts: hours of a person on days."""
    activity = Activity.objects.exclude(attendance_measure="").first()
    assert activity is not None
    post(
        [
            NewEntry(
                activity=activity, measure=activity.attendance_measure, quantity=Decimal(2), unit="hours", happened_date=day,
                source_kind="test", source_id=uuid4(), person_id=person_id,
            )
            for day in days
        ],
        by=by,
    )  # fmt: skip
    record(by, "test.attend", object_kind="person", object_id=person_id)


def standing(person_id: UUID) -> dict[date, Entry]:
    return {e.happened_date: e for e in Entry.objects.filter(person_id=person_id, reverses=None, reversal=None)}


BEFORE, AFTER = date(2019, 3, 1), date(2019, 11, 4)


def test_a_child_becomes_italian_and_counts_until_that_day() -> None:
    pk = registered(BOUCHRA)
    attend(person_id=pk, days=[BEFORE, AFTER], by=actor("giulia"))
    with acting(actor("giulia")):
        third_country = {
            group.code for group in RecipientGroup.objects.all() if group.criteria.get("citizenship") == "third-country"
        }
        first = standing(pk)
        assert third_country & set(first[BEFORE].groups)
        assert third_country & set(first[AFTER].groups)
    italian = replace(BOUCHRA, citizenships=(("MA", None, None), ("IT", date(2019, 9, 1), None)))
    correct_person(person_id=pk, version=1, data=italian, by=actor("franca"))
    with acting(actor("giulia")):
        now = standing(pk)
        assert now[BEFORE].pk == first[BEFORE].pk  # untouched
        assert now[AFTER].pk != first[AFTER].pk
        assert not third_country & set(now[AFTER].groups)
        assert Entry.objects.filter(reverses=first[AFTER]).count() == 1


def test_a_corrected_phone_leaves_the_book_alone() -> None:
    pk = registered(BOUCHRA)
    attend(person_id=pk, days=[BEFORE], by=actor("giulia"))
    correct_person(person_id=pk, version=1, data=replace(BOUCHRA, phone="+390110000000"), by=actor("franca"))
    with acting(actor("giulia")):
        assert Entry.objects.filter(person_id=pk).count() == 1


def test_a_missing_birth_date_filled_by_a_later_list_counts_the_hours_already_attended() -> None:
    from interazioni.plan.people.rules import Outcome, register_people

    thin = replace(BOUCHRA, birth_date=None, tax_code="LMRBHR09E43Z330K")
    pk = registered(thin)
    attend(person_id=pk, days=[BEFORE], by=actor("giulia"))
    with acting(actor("giulia")):
        assert standing(pk)[BEFORE].age_band == ""
    (result,) = register_people(people=[replace(BOUCHRA, same_as=pk)], by=actor("giulia"))
    assert result.outcome is Outcome.MERGED
    with acting(actor("giulia")):
        assert standing(pk)[BEFORE].age_band == "6-10"


def test_two_records_joined_count_as_one_person() -> None:
    keep = registered(BOUCHRA)
    other = registered(
        replace(BOUCHRA, surname="Elamrani", sex="", phone="", languages=("fr",), birth_country="MA", permit_number="")
    )
    for pk in (keep, other):
        attend(person_id=pk, days=[BEFORE], by=actor("giulia"))
    person = merge_people(keep=keep, other=other, take=["languages"], by=actor("franca"))
    assert (person.surname, person.birth_country, person.languages, person.sex) == ("El Amrani", "MA", ["fr"], "F")
    with acting(actor("giulia")):
        assert not standing(other)
        assert Entry.objects.filter(person_id=keep, reverses=None, reversal=None).count() == 2


def test_the_tax_code_of_the_record_that_goes_may_be_taken() -> None:
    keep = registered(BOUCHRA)
    other = registered(replace(BOUCHRA, surname="Elamrani", tax_code="RSSMRA80A01L219M", permit_number=""))
    person = merge_people(keep=keep, other=other, by=actor("franca"))
    assert person.tax_code == "RSSMRA80A01L219M"
    assert person.tax_code_valid
