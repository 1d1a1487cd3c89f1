"""The list at a volume: as many statements for 600 people as for one, and nothing decrypted."""

from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse

from interazioni.front.demo.cast import actor
from interazioni.plan.people.rules import register_people
from interazioni.plan.people.tests.conftest import BOUCHRA, logged_in, registered

pytestmark = pytest.mark.django_db

QUERIES = ["", "q=sur", "sort=-birth_date", "sort=school_class&page=5", "citizenship=MA", "state=any"]


def test_the_list_costs_the_same_for_one_and_for_six_hundred(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    registered(replace(BOUCHRA, surname="Surname"))
    client = logged_in("franca")
    url = reverse("people:list")
    alone = {}
    for query in QUERIES:
        with CaptureQueriesContext(connection) as seen:
            client.get(f"{url}?{query}")
        alone[query] = len(seen)
    crowd = [
        replace(BOUCHRA, surname=f"Surname {n}", birth_date=date(2008, 1, 1 + n % 28), permit_number="")
        for n in range(600)
    ]
    register_people(people=crowd, by=actor("giulia"))
    monkeypatch.setattr("interazioni.foundation.core.secrets.open_sealed", _never)
    for query in QUERIES:
        with CaptureQueriesContext(connection) as seen:
            response = client.get(f"{url}?{query}")
        assert len(seen) == alone[query], query
        assert response.content.count(b"<tr><th") == 25
    assert max(alone.values()) <= 16


def _never(*args: object, **kwargs: object) -> str:
    raise AssertionError("a list decrypts nothing")
