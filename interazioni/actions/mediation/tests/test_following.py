"""What the calls do when the people change for whom they were made."""

import pytest

from interazioni.actions.mediation import following
from interazioni.actions.mediation.models import Call, Confidence
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, a_mediator, after, promised, seen
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import actor
from interazioni.plan.people.record import PersonData
from interazioni.plan.people.rules import erase_person, merge_people, register_people

pytestmark = pytest.mark.django_db


def two_pupils() -> tuple[object, object]:
    giulia = actor("giulia")
    with clock.at(after(0)), acting(giulia):
        made = register_people(
            people=[
                PersonData(surname="Keita", name=name, sex="F", citizenships=(("ML", None, None),), permit_situation="unknown")
                for name in ("Mariam", "Mariama")
            ],
            by=giulia,
        )  # fmt: skip
    return made[0].person_id, made[1].person_id


def test_an_erased_childs_talks_keep_their_hours_and_name_nobody() -> None:
    mariam, _other = two_pupils()
    a_dispatch()
    call = a_call(person_id=mariam, name_to_mediator=True, preparation="Pagella di Mariam")
    made = promised(call, a_mediator())
    with clock.at(after(1)):
        erase_person(person_id=mariam, reason="asked", by=actor("chiara"))  # type: ignore[arg-type]
    kept = seen(Call, call.pk)
    assert (kept.person_id, kept.family_code, kept.state) == (None, "", "confirmed")
    with acting(actor("giulia")):
        assert not Confidence.objects.filter(call=call).exists()
    assert made.call_id == call.pk


def test_two_records_of_one_child_are_one_for_the_calls() -> None:
    mariam, other = two_pupils()
    a_dispatch()
    call = a_call(person_id=other)
    with clock.at(after(1)):
        merge_people(keep=mariam, other=other, by=actor("chiara"))  # type: ignore[arg-type]
    assert seen(Call, call.pk, actor("giulia")).person_id == mariam


def test_subject_access_names_the_talks() -> None:
    mariam, _other = two_pupils()
    a_dispatch()
    promised(a_call(person_id=mariam), a_mediator())
    giulia = actor("giulia")
    with acting(giulia), clock.at(after(1)):
        (section,) = following.sections(mariam, giulia)  # type: ignore[arg-type]
    assert section.rows[0][-1] == "Awa Keita"
