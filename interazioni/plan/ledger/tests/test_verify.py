"""`interazioni ledger verify` says in words what differs, with ids only, and ends with 1."""

from collections.abc import Iterator
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.front.demo.region import builder
from interazioni.plan.ledger import registry
from interazioni.plan.ledger.tests.conftest import SmallPlan, attended, deliver, register, take_back
from interazioni.plan.ledger.verifying import verify


@pytest.fixture
def room() -> Iterator[None]:
    """A room whose rows are the book's own standing entries; percent signs must survive."""
    registry.register_source(
        "test",
        "SELECT source_id, measure, person_id, association_id, sum(quantity) FROM ledger_entry"
        " WHERE source_kind = 'test' AND measure NOT LIKE 'never%' GROUP BY 1, 2, 3, 4",
    )
    yield
    registry.unregister_source("test")


def told() -> list[str]:
    with acting(builder()):
        return [line for line in verify().differences if line.startswith("source test")]


def test_a_book_that_equals_its_sources_holds(small: SmallPlan, giulia: Actor, room: None) -> None:
    posted = deliver(
        entries=[attended(small.school, register(by=giulia), date(2019, 1, day)) for day in (8, 9)], by=giulia
    )
    take_back(entries=posted[:1], by=giulia)
    assert told() == []


def test_a_room_that_says_more_is_named(small: SmallPlan, giulia: Actor, room: None) -> None:
    person = register(by=giulia)
    (entry,) = deliver(entries=[attended(small.school, person, date(2019, 1, 8))], by=giulia)
    registry.register_source(
        "test",
        f"SELECT source_id, measure, person_id, association_id, quantity + 1 FROM ledger_entry WHERE id = '{entry.pk}'",
    )
    (line,) = told()
    assert str(entry.source_id) in line
    assert str(person.pk) in line
    assert "2.0000 in the book, 3.0000 in the room" in line
    with pytest.raises(CommandError, match="does not hold") as failed:
        call_command("ledger", "verify", stdout=StringIO())
    assert failed.value.returncode == 1


def test_what_no_room_answers_for_is_said(small: SmallPlan, giulia: Actor) -> None:
    deliver(entries=[attended(small.school, register(by=giulia), date(2019, 1, 8))], by=giulia)
    assert told() == ["source test: 1 entries, and no room has said what should stand"]


def test_pages_of_sources_are_looked_up_once_a_kind() -> None:
    from uuid import UUID, uuid4

    one, two, page = uuid4(), uuid4(), uuid4()
    asked: list[set[UUID]] = []

    def shown_by(ids):  # type: ignore[no-untyped-def]
        asked.append(set(ids))
        return {one: page}

    registry.register_page("test-mark", "nowhere:page", shown_by=shown_by)
    assert registry.pages_of([("test-mark", one), ("test-mark", two), ("unknown", page)]) == {
        one: ("nowhere:page", page)
    }
    assert asked == [{one, two}]
