"""The register of associations: nobody in it twice, corrected by who entered it."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from interazioni.foundation.access.context import acting
from interazioni.foundation.access.rules import Denied
from interazioni.front.demo.cast import CAST, actor
from interazioni.plan.associations.models import Association
from interazioni.plan.associations.queries import matched
from interazioni.plan.associations.rules import correct_association, register_association

pytestmark = pytest.mark.django_db
SANKOFA: dict[str, Any] = {
    "name": "Associazione Sankofa ODV",
    "municipality": "003106",
    "countries": ["GH"],
    "languages": ["en"],
}


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


@pytest.mark.parametrize(
    ("one", "other"),
    [("Associazione Sankofa ODV", "SANKOFA"), ("A.P.S. Mondi", "mondi aps"), ("Ass. D'Azeglio", "d’azeglio")],
)
def test_two_ways_of_writing_a_name(one: str, other: str) -> None:
    assert matched(one) == matched(other)


def test_nobody_registers_an_association_twice() -> None:
    register_association(**SANKOFA, by=actor("franca"))
    with pytest.raises(ValidationError) as error:
        register_association(name="sankofa", municipality="001272", by=actor("lucia"))
    assert list(error.value.message_dict) == ["name"]
    with acting(actor("kofi")):
        assert Association.objects.count() == 1


def test_the_body_that_entered_it_corrects_it_and_no_other() -> None:
    association = register_association(**SANKOFA, by=actor("franca"))
    changed: dict[str, Any] = {"name": "Sankofa", "municipality": "001272", "email": "a@b.example"}
    correct_association(association_id=association.pk, **changed, by=actor("franca"))
    with pytest.raises(Association.DoesNotExist):
        correct_association(association_id=association.pk, **SANKOFA, by=actor("lucia"))
    with pytest.raises(Denied):
        correct_association(association_id=association.pk, **SANKOFA, by=actor("giulia"))
    correct_association(association_id=association.pk, **SANKOFA, by=actor("paolo"))
    assert logged_in("lucia").get(reverse("associations:correct", args=[association.pk])).status_code == 403


def test_the_pages() -> None:
    franca = logged_in("franca")
    typed = {
        "name": "Associazione Sankofa",
        "municipality": "Novara",
        "countries": "Ghana, nigeriana",
        "languages": "inglese",
    }
    assert franca.post(reverse("associations:register"), {**typed, "municipality": "Atlantide"}).status_code == 200
    response = franca.post(reverse("associations:register"), typed, follow=True)
    assert "Sankofa" in response.content.decode()
    asked = franca.post(reverse("associations:register"), {**typed, "name": "Sankofa Giovani"})
    assert 'name="new"' in asked.content.decode()
    assert (
        franca.post(reverse("associations:register"), {**typed, "name": "Sankofa Giovani", "new": "1"}).status_code
        == 302
    )
    page = logged_in("kofi").get(reverse("associations:list"), {"q": "sankofa"}).content.decode()
    assert page.count("/desk/associations/0") >= 2
    assert logged_in("kofi").get(reverse("associations:register")).status_code == 403
    workbook = franca.get(reverse("associations:list"), {"export": "xlsx"})
    assert workbook.getvalue()[:2] == b"PK"
