"""The page of the search: every answer leads on."""

from typing import Any

import pytest
from django.test import Client

from interazioni.actions.directory.tests.cast import a_service
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.search.tasks import count
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_small_directory() -> None:
    a_service("Corso di zampogna")
    a_service("Sportello di accoglienza", theme="arriving")
    with acting(actor("paolo")):
        count()


def asked(**values: str) -> Any:
    with clock.at(DEMO_DAY):
        return Client().get("/search/", values).context


def titles(results: Any) -> list[str]:
    return [one.title for one in results.items]


def test_what_is_found_is_shown_and_its_words_put_right() -> None:
    said = asked(q="un corso di zampognna")
    assert titles(said["results"])[0] == "Corso di zampogna"
    assert said["results"].corrected == "un corso di zampogna"
    assert said["wider"] is None


def test_filters_that_leave_nothing_are_said_and_left_out() -> None:
    said = asked(q="zampogna", spoken="wo")
    assert said["results"].total == 0
    assert titles(said["wider"]) == ["Corso di zampogna"]
    assert said["bare"] == "?q=zampogna"


def test_who_finds_nothing_is_told_where_to_ask() -> None:
    said = asked(q="xyzxyz")
    assert said["results"].total == 0
    assert titles(said["wider"]) == ["Sportello di accoglienza"]
    assert titles(asked(q="xyzxyz", theme="school")["wider"]) == ["Corso di zampogna"], "on the theme that was chosen"
    assert titles(asked(q="xyzxyz", theme="work")["wider"]), "or anywhere at all"


def test_the_municipality_stands_beside_the_question_and_the_rest_opens_when_it_is_used() -> None:
    said = asked(q="zampogna", place="001272")
    assert titles(said["results"]) == ["Corso di zampogna"]
    assert said["filtered"]
    assert not said["narrowed"]
    assert asked(q="zampogna", free="1")["narrowed"]
