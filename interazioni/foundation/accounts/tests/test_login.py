"""Giulia logs in, forgets her password, sets up a second factor."""

import re
from urllib.parse import parse_qs

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from interazioni.foundation.accounts.models import User
from interazioni.front.demo.cast import CAST, PASSWORD

pytestmark = pytest.mark.django_db
EMAIL = CAST["giulia"].email


@pytest.fixture(autouse=True)
def fresh_rate_limits() -> None:
    cache.clear()


def logged_in(login: str = "giulia") -> Client:
    client = Client()
    answer = client.post("/account/login/", {"login": login, "password": PASSWORD})
    assert answer.status_code == 302
    return client


@pytest.mark.parametrize("login", ["giulia", EMAIL, EMAIL.upper()])
def test_by_name_or_by_address(login: str) -> None:
    assert logged_in(login).get("/account/login/").status_code == 302


def test_a_wrong_password_and_an_unknown_name_read_alike() -> None:
    texts = [
        re.sub(r'value="[^"]*"', "", Client().post("/account/login/", {"login": login, "password": "wrong"}).text)
        for login in ("giulia", "nobody")
    ]
    assert texts[0] == texts[1]


def test_guessing_is_slowed_down() -> None:
    client = Client()
    for _ in range(6):
        client.post("/account/login/", {"login": "giulia", "password": "wrong"})
    assert client.post("/account/login/", {"login": "giulia", "password": PASSWORD}).status_code != 302


def test_nobody_signs_up() -> None:
    assert (
        Client()
        .post("/account/signup/", {"email": "x@example.org", "password1": PASSWORD, "password2": PASSWORD})
        .status_code
        == 200
    )
    assert not User.objects.filter(email="x@example.org").exists()


def test_logging_out_is_a_post() -> None:
    client = logged_in()
    client.get("/account/logout/")
    assert "_auth_user_id" in client.session
    client.post("/account/logout/")
    assert "_auth_user_id" not in client.session


def test_a_forgotten_password_is_set_anew() -> None:
    client = Client()
    assert client.post("/account/password/reset/", {"email": EMAIL}).status_code == 302
    (sent,) = mail.outbox
    found = re.search(r"http://127\.0\.0\.1:8000(\S+)", str(sent.body))
    assert found
    page = client.get(found[1], follow=True)
    address = page.redirect_chain[-1][0]
    assert (
        client.post(address, {"password1": "un'altra frase lunga", "password2": "un'altra frase lunga"}).status_code
        == 302
    )
    assert Client().post("/account/login/", {"login": "giulia", "password": "un'altra frase lunga"}).status_code == 302
    assert "token" in client.get(found[1], follow=True).context or client.get(found[1], follow=True).status_code == 200


def test_the_link_of_a_reset_names_our_own_address_whatever_was_asked(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["evil.example"]
    Client(headers={"host": "evil.example"}).post("/account/password/reset/", {"email": EMAIL})
    assert "evil.example" not in str(mail.outbox[0].body)


def test_an_unknown_address_gets_no_mail_and_the_page_does_not_tell() -> None:
    assert Client().post("/account/password/reset/", {"email": "nobody@example.org"}).status_code == 302
    assert mail.outbox == []


# --- the second factor ----------------------------------------------------------------------------------------------------


def code(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time())))))


def test_who_sees_people_needs_a_second_factor_and_sets_one_up(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = logged_in()
    assert client.get("/desk/bodies/")["Location"] == "/account/2fa/"
    assert (
        "secondo fattore" in client.get("/account/2fa/").text.lower()
        or "second factor" in client.get("/account/2fa/").text
    )
    asked_again = client.get("/account/2fa/totp/activate/")["Location"]
    assert client.post(asked_again, {"password": PASSWORD}).status_code == 302
    secret = client.get("/account/2fa/totp/activate/").context["form"].secret
    assert client.post("/account/2fa/totp/activate/", {"code": code(secret)}).status_code == 302
    assert client.get("/account/2fa/recovery-codes/").status_code == 200
    assert client.get("/desk/bodies/").status_code == 200
    stored = Authenticator.objects.get(type="totp", user_id=CAST["giulia"].user_id).data["secret"]
    assert secret not in stored, "encrypted in its row"
    second = Client()
    asked = second.post("/account/login/", {"login": "giulia", "password": PASSWORD})
    assert asked["Location"] == "/account/2fa/authenticate/"
    assert second.get("/desk/bodies/").status_code == 302, "a password alone opens nothing"


def test_who_sees_no_people_needs_none(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    assert logged_in("amina").get("/desk/bodies/").status_code == 200


def test_the_demo_says_that_it_asks_for_none(settings: Settings) -> None:
    settings.DEMO, settings.SECOND_FACTOR_REQUIRED = True, False
    page = Client().get("/account/login/").text
    assert PASSWORD in page
    assert "giulia" in page
    settings.DEMO = False
    assert PASSWORD not in Client().get("/account/login/").text


@pytest.mark.parametrize(
    "page",
    ["login/", "password/reset/", "2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "password/change/", "logout/"],
)
def test_no_page_of_the_login_runs_what_stands_in_it(page: str) -> None:
    """The policy refuses inline script, style and handlers: pages must not need them. Data in JSON is no script."""
    client = Client() if page in ("login/", "password/reset/") else logged_in()
    if "_auth_user_id" in client.session:
        client.post("/account/reauthenticate/", {"password": PASSWORD})
    answer = client.get(f"/account/{page}")
    assert answer.status_code == 200
    policy = parse_qs(answer["Content-Security-Policy"].replace("; ", "&").replace(" ", "=", 1))
    assert policy
    for script in re.findall(r"<script([^>]*)>", answer.text):
        assert "src=" in script or 'type="application/json"' in script
    assert not re.search(r"<[^>]+\s(?:on[a-z]+|style)=", answer.text)
