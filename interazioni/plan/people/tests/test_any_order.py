"""Lists come in any order, cut anywhere, and speak of the same people in parts: the records are the same."""

import itertools
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interazioni.foundation.access.context import acting
from interazioni.foundation.vocabularies import taxcode
from interazioni.front.demo.cast import actor
from interazioni.plan.people import queries
from interazioni.plan.people.models import Person
from interazioni.plan.people.rules import GuardianData, Outcome, PersonData, register_people

BORN = date(2009, 5, 3)


def _truth(surname: str, name: str, born: date, country: str, place: str) -> PersonData:
    return PersonData(
        surname=surname, name=name, sex="F", birth_date=born, citizenships=((country, None, None),), municipality="001272",
        tax_code=taxcode.compose(surname, name, born, "F", place), phone="+393331234567", languages=("ar",), is_pupil=True, class_year=2,
        class_section="B", permit_situation="renewal_pending", permit_number=f"I{born:%y%m%d}7", permit_issued_date=date(2018, 1, 1),
        guardians=(GuardianData(kind="mother", full_name="Madre", citizenship=country, phone="+390111234567"), GuardianData(kind="father", citizenship="IT")),
    )  # fmt: skip


TRUTH = [
    _truth("El Amrani", "Bouchra", BORN, "MA", "Z330"),
    _truth("El Amrani", "Bouchra", date(2010, 1, 1), "MA", "Z330"),  # a namesake
    _truth("Hoxha", "Amal", BORN, "AL", "Z100"),
    _truth("Hu", "Li", date(2008, 2, 29), "CN", "Z210"),
]
PARTS = ("sex", "citizenships", "municipality", "tax_code", "phone", "languages", "class_year", "class_section", "permit_situation",
         "permit_number", "permit_issued_date", "guardians")  # fmt: skip
EMPTY = PersonData(surname="", name="")


@st.composite
def rows(draw: Any) -> tuple[list[PersonData], list[PersonData], list[int]]:
    """Partial statements about the people, the same in another order, and where that is cut."""
    listed = []
    for at in draw(st.lists(st.integers(0, len(TRUTH) - 1), min_size=1, max_size=12)):
        truth = TRUTH[at]
        without = draw(st.sets(st.sampled_from(PARTS)))
        data = replace(
            truth,
            **{part: getattr(EMPTY, part) for part in without},
            is_pupil="class_year" not in without or "class_section" not in without,
        )
        if draw(st.booleans()):
            data = replace(data, surname=truth.surname.upper(), name=f" {truth.name}  ")
        listed.append(data)
    return listed, draw(st.permutations(listed)), draw(st.lists(st.integers(0, len(listed)), max_size=3))


def _records(people: list[PersonData], cuts: list[int]) -> set[tuple[Any, ...]]:
    """What is on record after the batches; undone at the end."""
    giulia = actor("giulia")
    edges = [0, *sorted(cuts), len(people)]
    with transaction.atomic():
        for start, end in itertools.pairwise(edges):
            outcomes = {result.outcome for result in register_people(people=people[start:end], by=giulia)}
            assert outcomes <= {Outcome.CREATED, Outcome.SAME, Outcome.MERGED}
        with acting(giulia):
            found = list(Person.objects.all())
            stated = queries.stated_of(found)
            # Which spelling of the name came first is not what this is about.
            records = {
                tuple(
                    frozenset(value) if isinstance(value, tuple) else str(value).upper()
                    for value in (getattr(stated[each.pk], part) for part in ("surname", "name", "birth_date", *PARTS))
                )
                for each in found
            }
            assert len(records) == len(found)
        transaction.set_rollback(True)
    return records


@pytest.mark.django_db
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(rows())
def test_any_order_and_any_split_make_the_same_records(
    case: tuple[list[PersonData], list[PersonData], list[int]],
) -> None:
    listed, shuffled, cuts = case
    assert _records(listed, []) == _records(shuffled, cuts)
