"""Registering: nobody twice, nothing overwritten, whatever the order."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from interazioni.foundation.access.context import acting
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.audit import queries as audit
from interazioni.front.demo.cast import actor
from interazioni.plan.people.models import Citizenship, Guardian, Person
from interazioni.plan.people.rules import GuardianData, Outcome, PersonData, register_people, register_person

pytestmark = pytest.mark.django_db

BOUCHRA = PersonData(
    surname="El Amrani", name="Bouchra", sex="F", birth_date=date(2009, 5, 3), citizenships=(("MA", None, None),),
    tax_code="LMRBHR09E43Z330Y", phone="+393331234567", languages=("ary",), class_year=2, class_section="B",
    permit_situation="dated", permit_number="I 95700640", permit_expiry_date=date(2020, 6, 30),
    guardians=(GuardianData(kind="mother", full_name="Fatima Zahra", citizenship="MA", phone="+393339876543"),),
)  # fmt: skip


def test_giulia_registers_a_pupil_and_the_secrets_are_sealed() -> None:
    from django.db import connection

    result = register_person(data=BOUCHRA, by=actor("giulia"))
    assert result.outcome is Outcome.CREATED
    with acting(actor("giulia")):
        person = Person.objects.get(pk=result.person_id or "")
        assert (person.surname, person.match_name, person.is_pupil) == ("El Amrani", "el amrani bouchra", True)
        assert person.phone == "+393331234567"
        assert person.permit_number == "I 95700640"
        assert [one.country for one in person.citizenships.all()] == ["MA"]
        assert Guardian.objects.get(person=person).full_name == "Fatima Zahra"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT p::text || g::text FROM people_person p JOIN people_guardian g ON g.person_id = p.id WHERE p.id = %s",
                [person.pk],
            )
            raw = cursor.fetchone()[0]
        assert "Fatima" not in raw
        assert "95700640" not in raw
        with translation.override("en"):
            assert [line.did for line in audit.history("person", person.pk)] == ["registered the person"]


def test_the_same_statement_again_changes_nothing() -> None:
    giulia = actor("giulia")
    first = register_person(data=BOUCHRA, by=giulia)
    again = register_person(data=BOUCHRA, by=giulia)
    assert (again.person_id, again.outcome, again.codes) == (first.person_id, Outcome.SAME, ())


def test_who_is_known_is_completed_and_what_differs_stays() -> None:
    giulia = actor("giulia")
    thin = PersonData(surname="EL AMRANI", name="bouchra", birth_date=date(2009, 5, 3), phone="+390110000000")
    first = register_person(data=thin, by=giulia)
    second = register_person(data=BOUCHRA, by=giulia)
    assert (second.person_id, second.outcome, second.codes) == (first.person_id, Outcome.MERGED, ("phone",))
    with acting(giulia):
        person = Person.objects.get(pk=first.person_id or "")
        assert (person.surname, person.phone, person.sex, person.class_year) == ("EL AMRANI", "+390110000000", "F", 2)
        assert person.tax_code_valid is not None
        assert person.version == 2
        assert Citizenship.objects.filter(person=person).count() == 1


def test_a_name_and_surname_exchanged_are_the_same_person() -> None:
    giulia = actor("giulia")
    first = register_person(data=BOUCHRA, by=giulia)
    swapped = PersonData(surname="Bouchra", name="El Amrani", birth_date=date(2009, 5, 3))
    assert register_person(data=swapped, by=giulia).person_id == first.person_id


def test_a_namesake_without_a_date_of_birth_is_asked_about() -> None:
    giulia = actor("giulia")
    first = register_person(data=BOUCHRA, by=giulia)
    undated = PersonData(surname="El Amrani", name="Bouchra")
    result = register_person(data=undated, by=giulia)
    assert (result.outcome, result.codes, result.candidates) == (Outcome.CONFLICT, ("same_name",), (first.person_id,))
    from dataclasses import replace

    assert register_person(data=replace(undated, same_as=first.person_id), by=giulia).outcome is Outcome.SAME
    assert register_person(data=replace(undated, new=True), by=giulia).outcome is Outcome.CREATED


def test_a_tax_code_that_is_somebody_elses_is_asked_about() -> None:
    giulia = actor("giulia")
    code = "RSSMRA80A01L219M"
    register_person(
        data=PersonData(surname="Rossi", name="Mario", birth_date=date(1980, 1, 1), tax_code=code), by=giulia
    )
    stranger = PersonData(surname="Hoxha", name="Erion", birth_date=date(2009, 11, 2), tax_code=code)
    result = register_person(data=stranger, by=giulia)
    assert (result.outcome, result.codes) == (Outcome.CONFLICT, ("tax_code_of_another",))


def test_two_pupils_with_the_same_name_and_different_days_are_two() -> None:
    giulia = actor("giulia")
    one = PersonData(surname="Hu", name="Li", birth_date=date(2009, 1, 1))
    other = PersonData(surname="Hu", name="Li", birth_date=date(2010, 1, 1))
    results = register_people(people=[one, other, one], by=giulia)
    assert [result.outcome for result in results] == [Outcome.CREATED, Outcome.CREATED, Outcome.SAME]
    assert results[0].person_id != results[1].person_id == results[1].person_id


def test_what_cannot_be_is_refused_and_the_rest_is_taken() -> None:
    giulia = actor("giulia")
    future = PersonData(surname="Hu", name="Li", birth_date=date(2999, 1, 1))
    results = register_people(people=[future, BOUCHRA], by=giulia)
    assert [result.outcome for result in results] == [Outcome.REFUSED, Outcome.CREATED]
    assert results[0].codes == ("birth_date",)
    with pytest.raises(ValidationError) as error:
        register_person(data=future, by=giulia)
    assert list(error.value.message_dict) == ["birth_date"]


def test_the_same_child_in_two_schools_is_two_records() -> None:
    ours = register_person(data=BOUCHRA, by=actor("giulia"))
    theirs = register_person(data=BOUCHRA, by=actor("marco"))
    assert theirs.outcome is Outcome.CREATED
    assert ours.person_id != theirs.person_id


def test_who_may_not_see_people_may_not_register_them() -> None:
    with pytest.raises(Denied):
        register_person(data=BOUCHRA, by=actor("elena"))


def test_a_thousand_people_cost_as_many_statements_as_one(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    giulia = actor("giulia")
    crowd = [
        PersonData(
            surname=f"Surname{n}", name="Name", birth_date=date(2009, 1, 1 + n % 28), citizenships=(("MA", None, None),),
            guardians=(GuardianData(kind="mother", full_name=f"Mother {n}"),),
        )
        for n in range(1000)
    ]  # fmt: skip
    with acting(giulia), django_assert_max_num_queries(12):
        results = register_people(people=crowd, by=giulia)
    assert {result.outcome for result in results} == {Outcome.CREATED}
    from dataclasses import replace

    with acting(giulia), django_assert_max_num_queries(14):
        results = register_people(people=[replace(one, phone="+393330000001") for one in crowd], by=giulia)
    assert {result.outcome for result in results} == {Outcome.MERGED}
