"""Who is a recipient on a day: each rule at its edges, and the same by the database's conditions as by Python."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interazioni.foundation.access.context import acting
from interazioni.front.demo.cast import actor
from interazioni.plan.people import queries
from interazioni.plan.people.eligibility import Facts, age_band, assess, groups_on, verdicts_on
from interazioni.plan.people.models import Person
from interazioni.plan.people.queries.listing import criteria_met
from interazioni.plan.people.rules import GuardianData, PersonData, register_people

DAY = date(2019, 3, 1)
THIRD: dict[str, Any] = {"citizenship": "third-country"}


def holding(*held: tuple[str, date | None, date | None] | str) -> Facts:
    return Facts(citizenships=tuple((each, None, None) if isinstance(each, str) else each for each in held))


@pytest.mark.parametrize(
    ("facts", "day", "expected"),
    [
        (holding("MA"), DAY, True),
        (holding("RO"), DAY, False),
        (holding("RO"), date(2006, 12, 31), True),
        (holding("HR"), date(2013, 6, 30), True),  # Croatia joined on 1 July 2013
        (holding("HR"), date(2013, 7, 1), False),
        (holding("GB"), date(2020, 1, 31), False),  # the United Kingdom left, with a transition to the year's end
        (holding("GB"), date(2020, 12, 31), False),
        (holding("GB"), date(2021, 1, 1), True),
        (holding("XX"), DAY, True),  # stateless
        (holding("CH"), DAY, True),  # of no Union
        (holding("MA", "IT"), DAY, False),
        (holding("MA", ("IT", date(2019, 3, 2), None)), DAY, True),  # Italian from tomorrow
        (holding("MA", ("IT", DAY, None)), DAY, False),
        (holding("MA", ("FR", None, date(2019, 2, 28))), DAY, True),  # French until yesterday
        (holding("MA", ("FR", None, DAY)), DAY, False),
        (holding(("MA", date(2019, 3, 2), None)), DAY, None),  # holds none today, as far as is known
        (holding(), DAY, None),
    ],
)
def test_third_country_citizens(facts: Facts, day: date, expected: bool | None) -> None:
    verdict = assess(facts, THIRD, day)
    assert verdict.eligible is expected
    assert verdict.reasons
    assert all(str(reason) for reason in verdict.reasons)


@pytest.mark.parametrize(
    ("born", "day", "expected"),
    [
        (date(2016, 3, 1), DAY, True),  # three today
        (date(2016, 3, 2), DAY, False),  # three tomorrow
        (date(2002, 3, 2), DAY, True),  # still sixteen, for the last day
        (date(2002, 3, 1), DAY, False),  # seventeen today
        (date(2004, 2, 29), date(2021, 2, 28), True),  # born on 29 February: seventeen on 1 March
        (date(2004, 2, 29), date(2021, 3, 1), False),
        (date(2016, 2, 29), date(2019, 2, 28), False),
        (date(2016, 2, 29), date(2019, 3, 1), True),
        (date(2017, 3, 1), date(2020, 2, 29), False),
        (date(2017, 2, 28), date(2020, 2, 29), True),
        (date(2019, 3, 2), DAY, None),  # not born yet
        (None, DAY, None),
    ],
)
def test_three_to_sixteen_both_ends_included(born: date | None, day: date, expected: bool | None) -> None:
    assert assess(Facts(birth_date=born), {"age": [3, 16]}, day).eligible is expected


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (Facts(permit_situation="dated", permit_expiry_date=DAY), True),  # valid on its last day
        (Facts(permit_situation="dated", permit_expiry_date=DAY - timedelta(1)), False),
        (Facts(permit_situation="dated", permit_issued_date=DAY, permit_expiry_date=DAY), True),
        (
            Facts(
                permit_situation="dated", permit_issued_date=DAY + timedelta(1), permit_expiry_date=DAY + timedelta(9)
            ),
            False,
        ),
        (Facts(permit_situation="dated"), None),
        (Facts(permit_situation="long_term"), True),
        (Facts(permit_situation="renewal_pending", permit_expiry_date=DAY - timedelta(200)), True),
        (Facts(permit_situation="first_request"), True),
        (Facts(permit_situation="minor_provisional"), True),
        (Facts(permit_situation="asylum_applicant"), True),
        (Facts(permit_situation="on_parent"), True),
        (Facts(permit_situation="not_needed"), True),
        (Facts(permit_situation="none"), False),
        (Facts(permit_situation="unknown"), None),
        (Facts(), None),
    ],
)
def test_regularly_present(facts: Facts, expected: bool | None) -> None:
    assert assess(facts, {"regular_stay": True}, DAY).eligible is expected


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        ([("MA", "")], True), ([("IT", ""), ("MA", "")], True), ([("IT", "")], False), ([("", "MA")], True),
        ([("IT", "MA")], False),  # born abroad, Italian: what is known is the citizenship
        ([("", "IT")], False), ([("", "")], None), ([], None),
    ],
)  # fmt: skip
def test_a_foreign_parent(parents: list[tuple[str, str]], expected: bool | None) -> None:
    assert assess(Facts(parents=parents), {"parent": "foreign"}, DAY).eligible is expected


def test_who_counts_in_one_group_is_not_counted_in_the_other() -> None:
    pupil = Facts(birth_date=date(2009, 5, 3), citizenships=(("MA", None, None),), is_pupil=True, parents=(("MA", ""),))
    groups = [
        ("third", {**THIRD, "age": [3, 16], "pupil": True}),
        ("background", {"parent": "foreign", "pupil": True, "excludes": ["third"]}),
    ]
    assert groups_on(pupil, groups, DAY) == ["third"]
    assert "Terzi" in str(verdicts_on(pupil, groups, DAY, {"third": "Terzi"})["background"].reasons[0])
    italian = replace(pupil, citizenships=(("MA", None, None), ("IT", date(2019, 1, 1), None)))
    assert groups_on(italian, groups, DAY) == ["background"]
    assert groups_on(replace(pupil, birth_date=None), groups, DAY) == [
        "background"
    ]  # an unproven yes excludes from nothing


@pytest.mark.parametrize(
    ("age", "band"),
    [
        (None, ""),
        (0, "0-2"),
        (3, "3-5"),
        (5, "3-5"),
        (6, "6-10"),
        (16, "14-16"),
        (17, "17-24"),
        (54, "35-54"),
        (55, "55+"),
        (101, "55+"),
    ],
)
def test_age_bands(age: int | None, band: str) -> None:
    assert age_band(age) == band


near = st.dates(DAY - timedelta(400), DAY + timedelta(400))
maybe = st.none() | near
person = st.builds(
    PersonData,
    surname=st.uuids().map(lambda each: f"Surname {each}"),
    name=st.just("Name"),
    birth_date=st.none() | st.dates(date(2000, 1, 1), date(2019, 1, 1)) | st.sampled_from([date(2016, 2, 29), date(2002, 3, 1), date(2002, 3, 2), date(2016, 3, 1)]),
    citizenships=st.lists(st.tuples(st.sampled_from(["MA", "IT", "RO", "GB", "HR", "XX"]), maybe, st.none()), max_size=3).map(tuple),
    is_pupil=st.booleans(),
    permit_situation=st.sampled_from(["", "dated", "long_term", "none", "not_needed", "on_parent"]),
    permit_expiry_date=maybe,
    guardians=st.lists(
        st.builds(GuardianData, kind=st.sampled_from(["mother"]), full_name=st.just("M"), citizenship=st.sampled_from(["", "IT", "MA"]), birth_country=st.sampled_from(["", "IT", "MA"])),
        max_size=1,
    ).map(tuple),
)  # fmt: skip
CRITERIA: list[dict[str, Any]] = [
    THIRD,
    {"age": [3, 16]},
    {"pupil": True},
    {"parent": "foreign"},
    {"regular_stay": True},
    {**THIRD, "age": [3, 16], "regular_stay": True},
]


@pytest.mark.django_db
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(people=st.lists(person, min_size=20, max_size=30))
def test_the_lists_filter_says_the_same_as_the_persons_page(people: list[PersonData]) -> None:
    giulia = actor("giulia")
    ids = {result.person_id for result in register_people(people=people, by=giulia) if result.person_id}
    with acting(giulia):
        facts = queries.facts_of(ids)
        for criteria in CRITERIA:
            by_python = {pk for pk in ids if assess(facts[pk], criteria, DAY).eligible}
            by_database = set(
                Person.objects.filter(pk__in=ids).filter(criteria_met(criteria, DAY)).values_list("pk", flat=True)
            )
            assert by_python == by_database, criteria
