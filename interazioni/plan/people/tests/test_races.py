"""Two clerks at once, on two real connections."""

import threading
from collections.abc import Callable
from datetime import date
from functools import partial

from django.db import connection, transaction

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.front.demo.cast import actor
from interazioni.plan.people.models import Person
from interazioni.plan.people.rules import Changed, Outcome, PersonData, correct_person, register_person
from interazioni.plan.people.tests.conftest import BOUCHRA, registered

MARIO = PersonData(surname="Rossi", name="Mario", birth_date=date(1980, 1, 1), tax_code="RSSMRA80A01L219M")


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Each act in a thread and a connection of its own; what each gave, or raised."""
    results: list[object] = [None] * len(acts)

    def run(at: int, act: Callable[[], object]) -> None:
        try:
            results[at] = act()
        except Exception as error:  # noqa: BLE001 - the test looks at it
            results[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, act)) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_two_clerks_registering_the_same_person_make_one_record(own_database: str) -> None:
    giulia, franca = actor("giulia"), actor("franca")
    for data in (
        MARIO,
        PersonData(surname="Hu", name="Li", birth_date=date(2010, 2, 2)),
    ):  # with a tax code, and without
        meet = threading.Barrier(4)

        def register(by: Actor, data: PersonData, meet: threading.Barrier) -> object:
            meet.wait(20)
            return register_person(data=data, by=by)

        results = at_once(*(partial(register, by, data, meet) for by in (giulia, franca, giulia, franca)))
        assert sorted(result.outcome for result in results) == [Outcome.CREATED, *[Outcome.SAME] * 3]  # type: ignore[attr-defined]
        assert len({result.person_id for result in results}) == 1  # type: ignore[attr-defined]
    with acting(giulia):
        assert Person.objects.count() == 2


def test_one_waits_for_the_other_to_commit(own_database: str) -> None:
    """While one registration is not committed yet, the other neither makes a second record nor fails."""
    giulia, franca = actor("giulia"), actor("franca")
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> object:
        with transaction.atomic():
            result = register_person(data=MARIO, by=giulia)
            begun.set()
            go_on.wait(20)
        return result

    def second() -> object:
        begun.wait(20)
        threading.Timer(0.3, go_on.set).start()
        return register_person(data=MARIO, by=franca)

    first, other = at_once(slow, second)
    assert (first.outcome, other.outcome) == (Outcome.CREATED, Outcome.SAME)  # type: ignore[attr-defined]


def test_two_corrections_of_one_version_one_wins_and_the_other_is_told(own_database: str) -> None:
    from dataclasses import replace

    pk = registered(BOUCHRA)
    franca, chiara = actor("franca"), actor("chiara")
    results = at_once(
        lambda: correct_person(person_id=pk, version=1, data=replace(BOUCHRA, class_section="C"), by=franca),
        lambda: correct_person(person_id=pk, version=1, data=replace(BOUCHRA, class_section="D"), by=chiara),
    )
    assert sorted(type(result).__name__ for result in results) == ["Changed", "Person"]
    (told,) = [result for result in results if isinstance(result, Changed)]
    with acting(franca):
        assert told.current.class_section == Person.objects.get(pk=pk).class_section
