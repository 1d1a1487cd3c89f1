"""The secretary of a municipality keeps its services, without script."""

from typing import Any

import pytest
from django.test import Client

from interazioni.actions.directory.models import Service, State
from interazioni.actions.directory.tests.cast import a_service, as_saved
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import links
from interazioni.foundation.freshness.models import Suggestion, SuggestionState, Vouch
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def lucia(client: Client, settings: Any) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    user = User.objects.get(pk=CAST["lucia"].user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def get(client: Client, address: str) -> str:
    with clock.at(DEMO_DAY):
        answer = client.get(address, follow=True)
    assert answer.status_code == 200, address
    return answer.content.decode()


def post(client: Client, to: str, status: int = 200, **values: object) -> str:
    with clock.at(DEMO_DAY):
        answer = client.post(to, values, follow=True)
    assert answer.status_code == status, answer.content.decode()[-3000:]
    return answer.content.decode()


def only() -> Service:
    with acting(actor("lucia")):
        return Service.objects.get()


SHEET = {
    "name": "Sportello stranieri", "theme": "arriving", "summary": "Ti aiutiamo con i documenti.", "how": "Vieni.\nPrendi un numero.",
    "needed": "Passaporto\nCodice fiscale", "phones": "0141 555 123 solo la mattina", "spoken": "arabo, francese", "free": "on",
}  # fmt: skip


def test_from_nothing_to_a_public_page(lucia: Client) -> None:
    assert "Aggiungi un servizio" in get(lucia, "/desk/directory/")
    get(lucia, "/desk/directory/services/add/")
    post(lucia, "/desk/directory/organisations/add/", name="Comune di Asti", description="Il Comune.")
    post(lucia, "/desk/directory/services/add/", **SHEET)
    service = only()
    where = {
        "municipality": "Asti",
        "address": "Piazza San Secondo 1",
        "postal_code": "14100",
        "hours": "lun-ven 9-12:30\nmar 14-17",
        "august": "on",
    }
    wrong = post(lucia, f"/desk/directory/services/{service.pk}/places/add/", **{**where, "hours": "sempre"})
    assert "Piazza San Secondo 1" in wrong, "what was typed stays"
    post(lucia, f"/desk/directory/services/{service.pk}/places/add/", **where)
    assert get(Client(), "/search/?q=sportello").count("Sportello stranieri") == 0
    page = post(lucia, f"/desk/directory/services/{service.pk}/publish/")
    assert "/services/sportello-stranieri/" in page
    public = get(Client(), "/services/sportello-stranieri/")
    assert "Piazza San Secondo 1" in public
    assert "Prendi un numero." in public
    assert "Comune di Asti" in public
    assert 'lang="it"' in get(Client(), "/ar/services/sportello-stranieri/"), (
        "what is not translated says which language it is in"
    )


def test_who_saves_after_somebody_else_sees_both(lucia: Client) -> None:
    service = a_service()
    address = f"/desk/directory/services/{service.pk}/correct/"
    values = {**SHEET, "name": service.name, "theme": "school"}
    post(lucia, address, version="1", **values)
    text = post(lucia, address, status=409, version="1", **{**values, "cost": "Dieci euro"})
    assert "Dieci euro" in text
    assert 'name="version" value="2"' in text


def test_a_withdrawn_service_is_gone_from_the_public_site(lucia: Client) -> None:
    service = a_service()
    get(Client(), f"/services/{service.slug}/")
    post(lucia, f"/desk/directory/services/{service.pk}/withdraw/")
    with clock.at(DEMO_DAY):
        assert Client().get(f"/services/{service.slug}/").status_code == 404
    with acting(actor("lucia")):
        assert Service.objects.get(pk=service.pk).state == State.WITHDRAWN


def test_the_link_of_the_mail_shows_and_only_a_post_confirms(client: Client) -> None:
    service = a_service()
    vouch = Vouch.objects.get(object_id=service.pk)
    address = "/still-true/" + links.token(vouch) + "/"
    later = DEMO_DAY.replace(month=5)
    for _scanner in range(3):
        with clock.at(later):
            assert client.get(address).status_code == 200
    assert Vouch.objects.get(pk=vouch.pk).verified_at == vouch.verified_at
    with clock.at(later):
        assert client.post(address).status_code == 200
    assert Vouch.objects.get(pk=vouch.pk).verified_at == later
    with clock.at(later):
        again = client.post(address)
    assert again.status_code == 200
    assert Vouch.objects.get(pk=vouch.pk).verified_at == later
    assert client.get(address[:-3] + "x/").status_code == 404


def test_an_answer_is_known_until_something_public_changes(client: Client) -> None:
    service = a_service()
    with clock.at(DEMO_DAY):
        first = client.get(f"/services/{service.slug}/")
        same = client.get(f"/services/{service.slug}/", headers={"If-None-Match": first.headers["ETag"]})
    assert same.status_code == 304
    assert "sessionid" not in first.cookies

    as_saved(service, cost="Tre euro.")
    with clock.at(DEMO_DAY):
        other = client.get(f"/services/{service.slug}/", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200
    assert "Tre euro." in other.content.decode()


def test_a_page_is_few_queries_at_any_size(client: Client, django_assert_max_num_queries: Any) -> None:
    services = [a_service(f"Corso {number}") for number in range(12)]
    with clock.at(DEMO_DAY), django_assert_max_num_queries(14):
        client.get("/search/?q=corso&free=1")
    with clock.at(DEMO_DAY), django_assert_max_num_queries(14):
        client.get(f"/fr/services/{services[0].slug}/")


def test_a_reader_suggests_and_who_assists_the_plan_settles_it(client: Client, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    service = a_service()
    address = f"/ar/services/{service.slug}/suggest/"
    assert 'name="text"' in get(client, address)
    post(client, address, text="<script>alert(1)</script> مغلق", contact="reader@example.org")
    for _again in range(9):
        post(client, address, text="ancora")
    refused = post(client, address, status=429, text="undicesimo")
    assert "undicesimo" in refused, "what was typed stays"
    user = User.objects.get(pk=CAST["paolo"].user_id)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    board = get(client, "/desk/freshness/")
    assert "&lt;script&gt;" in board
    assert "reader@example.org" in board
    with acting(actor("paolo")):
        first = Suggestion.objects.order_by("created_at").first()
        assert first is not None
    post(client, f"/desk/freshness/suggestions/{first.pk}/settle/", taken="yes", words="Corretto.")
    with acting(actor("paolo")):
        first.refresh_from_db()
    assert (first.state, first.contact, first.settled_by_id) == (SuggestionState.TAKEN, "", CAST["paolo"].user_id)
