import os
from collections.abc import Iterator
from datetime import date
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.db import connections
from django.test import Client

from interazioni.config import embedded
from interazioni.front.demo.cast import CAST, actor
from interazioni.plan.people.rules import GuardianData, PersonData, register_person

BOUCHRA = PersonData(
    surname="El Amrani", name="Bouchra", sex="F", birth_date=date(2009, 5, 3), citizenships=(("MA", None, None),),
    phone="+393331234567", languages=("ary",), class_year=2, class_section="B", municipality="001272",
    permit_situation="dated", permit_number="I95700640", permit_expiry_date=date(2030, 6, 30),
    guardians=(GuardianData(kind="mother", full_name="Fatima Zahra Bennani", citizenship="MA", phone="+393339876543"),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _no_second_factor(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SECOND_FACTOR_REQUIRED = False


def logged_in(login: str) -> Client:
    client = Client()
    client.force_login(
        get_user_model().objects.get(pk=CAST[login].user_id),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    return client


def registered(data: PersonData, login: str = "giulia") -> UUID:
    result = register_person(data=data, by=actor(login))
    assert result.person_id is not None
    return result.person_id


@pytest.fixture
def own_database(django_db_blocker) -> Iterator[str]:  # type: ignore[no-untyped-def]
    """A database of its own, in which a test may commit, from several threads: gives the owner's address."""
    folder, name = os.environ["TEST_PG_FOLDER"], f"people_{os.getpid()}"
    embedded.create_database(folder, name, os.environ["TEST_PG_TEMPLATE"])
    settings = connections.settings["default"]
    before = settings["NAME"]
    connections.close_all()
    settings["NAME"] = connections["default"].settings_dict["NAME"] = name
    with django_db_blocker.unblock():
        yield embedded.url(folder, embedded.OWNER, name)
        connections.close_all()
    settings["NAME"] = connections["default"].settings_dict["NAME"] = before
    embedded.drop_database(folder, name)
