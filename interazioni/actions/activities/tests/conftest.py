"""A lab of giulia's: as many pupils as a story wants, ten meetings on Thursdays from 7 February 2019, and the clock at 1 March."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from interazioni.actions.activities.calendar import Pattern
from interazioni.actions.activities.models import Edition
from interazioni.actions.activities.rules import enrol, open_edition, plan_sessions
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST, actor
from interazioni.plan.people.record import PersonData
from interazioni.plan.people.rules import register_people
from interazioni.plan.programme.models import Activity

NOW = datetime(2019, 3, 1, 12, 0, tzinfo=UTC)
NAMES = ("Ștefan", "Đorđe", "Nguyễn", "Łukasz", "Çağla", "Zoë", "Ana", "Bogdan", "Chiamaka", "Dunja")


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def on_first_of_march() -> Iterator[None]:
    with clock.at(NOW):
        yield


def lab_of(n: int, code: str = "T1", login: str = "giulia") -> Edition:
    by = actor(login)
    with clock.at(NOW):
        people = register_people(
            people=[
                PersonData(
                    surname=f"Prova {chr(65 + i // 26)}{chr(65 + i % 26)}", name=NAMES[i % len(NAMES)], birth_date=date(2010, 1, 1 + i % 28),
                    citizenships=(("MA", None, None),), is_pupil=True, sex="F", class_year=2, class_section="B",
                )
                for i in range(n)
            ],
            by=by,
        )  # fmt: skip
        edition = open_edition(
            activity=Activity.objects.get(code="laboratori-l2"), code=code, title="Laboratorio di italiano L2", municipality="001272",
            starts=date(2019, 2, 4), ends=date(2019, 5, 31), led_by=[by.user_id], by=by,
        )  # fmt: skip
        plan_sessions(edition=edition, pattern=Pattern(date(2019, 2, 4), time(15), 120, weekdays=(3,), count=10), by=by)
        enrol(edition=edition, person_ids=[p.person_id for p in people if p.person_id], since=date(2019, 2, 4), by=by)
    return edition


@pytest.fixture
def labs(db: None) -> Callable[..., Edition]:
    return lab_of


def logged_in(login: str) -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=CAST[login].user_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client
