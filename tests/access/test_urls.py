"""Every URL × every member of the cast and a visitor. Complete by reflection: a new URL is here before its author is."""

from typing import Any

import pytest
from django.test import Client

from interazioni.actions.content.models import KINDS as CONTENTS
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.accounts.models import User
from interazioni.front.demo.cast import CAST, actor
from tests.access.doors import OPEN_TO_MEMBERS, PUBLIC, Door, doors

DOORS = [door for door in doors() if not door.shut]
SHUT = [door for door in doors() if door.shut]
# URLs that are neither desk nor portal: what a visitor and what a member gets, for GET.
LOGIN = 302
ELSEWHERE: dict[str, tuple[set[int], set[int]]] = {
    "health": ({200}, {200}),
    "set_language": ({405, 302}, {405, 302}),
    # allauth's own: without a login they send there; who has one goes on to where that leads
    "account_login": ({200}, {302}),
    "account_logout": ({302}, {200}),
    "account_inactive": ({200}, {200}),
    "account_signup": ({200, 302}, {200, 302}),  # says that accounts begin with an invitation
    "account_reauthenticate": ({LOGIN}, {200, 302}),
    "account_email": ({LOGIN}, {200}),
    "account_email_verification_sent": ({200}, {200}),
    "account_confirm_email": ({200, 404}, {200, 404}),
    "account_change_password": ({LOGIN}, {200, 302}),
    "account_set_password": ({LOGIN}, {200, 302}),
    "account_reset_password": ({200}, {200}),
    "account_reset_password_done": ({200}, {200}),
    "account_reset_password_from_key": ({200}, {200}),
    "account_reset_password_from_key_done": ({200}, {200}),
    "account_confirm_login_code": ({302, 404}, {302, 404}),
    "mfa_index": ({LOGIN}, {200}),
    "mfa_authenticate": ({302}, {302}),
    "mfa_reauthenticate": ({LOGIN}, {302, 200}),
    "mfa_activate_totp": ({LOGIN}, {302, 200}),
    "mfa_deactivate_totp": ({LOGIN}, {302, 404}),
    "mfa_view_recovery_codes": ({LOGIN}, {302, 404}),
    "mfa_generate_recovery_codes": ({LOGIN}, {302, 404}),
    "mfa_download_recovery_codes": ({LOGIN}, {302, 404}),
    "mfa_list_webauthn": ({LOGIN}, {302, 200}),
    "mfa_add_webauthn": ({LOGIN}, {302, 200}),
    "mfa_reauthenticate_webauthn": ({LOGIN}, {302, 200, 405}),
    "mfa_remove_webauthn": ({LOGIN}, {302, 404}),
    "mfa_edit_webauthn": ({LOGIN}, {302, 404}),
    "mfa_login_webauthn": ({200, 302, 405}, {200, 302, 405}),
}
# Pages for whoever came by an unguessable link.
BY_LINK: dict[str, set[int]] = {
    "invitations:accept": {200, 404},
    "freshness_public:confirm": {404},
    "translation_public:answer": {405},  # takes a POST only: a machine's answer
    "portal:suggest": {404},  # for everybody, about a service that is there
    **{f"portal:suggest_{kind}": {404} for kind in CONTENTS},
    "mediation_public:offer": {404},
    "mediation_public:assignment": {404},
    "mediation_public:hours": {404},
    "mediation_public:feed": {404},
    "mediation_public:feed_availability": {404},
}


@pytest.fixture(autouse=True)
def second_factor_given(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def enter(login: str | None) -> Client:
    client = Client(raise_request_exception=False)
    if login:
        client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def ask(client: Client, door: Door, method: str, **known: Any) -> int:
    response = getattr(client, method)(door.address(**known))
    if getattr(response, "streaming", False):
        b"".join(response.streaming_content)  # type: ignore[attr-defined]  # what a stream does wrong, it does late
    return int(response.status_code)


def test_every_url_says_who_may_open_it() -> None:
    unknown = [door.name for door in DOORS if door.needs is None and door.name not in ELSEWHERE | BY_LINK]
    assert unknown == [], "neither @desk, nor public, nor in the table of this test"


def test_the_table_has_no_url_that_is_gone() -> None:
    assert set(ELSEWHERE | BY_LINK) - {door.name for door in DOORS} == set()


def test_names_are_unique() -> None:
    names = [door.name for door in DOORS]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.django_db
@pytest.mark.parametrize(("login", "status"), [("giulia", 403), ("paolo", 404)])
def test_what_wagtail_brings_beyond_contents_is_not_there(login: str, status: int) -> None:
    client = enter(login)
    assert SHUT
    assert {
        door.name: found
        for door in SHUT
        for method in ("get", "post")
        if (found := ask(client, door, method)) != status
    } == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_visitor_reads_the_portal_and_is_asked_to_log_in_at_the_desk(method: str) -> None:
    client = enter(None)
    wrong = {}
    for door in DOORS:
        status = ask(client, door, method)
        if door.needs is PUBLIC:
            right = {200, 404} if method == "get" else {405, 403, 200, 404, 302, 303, 422}
        elif door.needs is not None:
            right = {302, 405}
        elif method == "get":
            right = ELSEWHERE[door.name][0] if door.name in ELSEWHERE else BY_LINK.get(door.name, set())
        else:
            right = set(range(200, 500))
        if status not in right:
            wrong[door.name] = status
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("login", list(CAST))
def test_each_of_the_cast_opens_what_the_role_allows_and_nothing_else(login: str, method: str) -> None:
    """403 without the permission; with it anything but 403 and a fault (404: the id in this test belongs to nothing)."""
    somebody = actor(login)
    client = enter(login)
    wrong = {}
    for door in DOORS:
        if door.name in ("account_logout", "set_language") and method == "post":
            continue
        status = ask(client, door, method)
        if isinstance(door.needs, Permission) and not somebody.can(door.needs):
            fine = status in (403, 405)  # 405: the address takes this method from nobody
        elif door.needs is None and method == "get":
            fine = status in (ELSEWHERE[door.name][1] if door.name in ELSEWHERE else BY_LINK.get(door.name, set()))
        elif door.needs is OPEN_TO_MEMBERS or isinstance(door.needs, Permission):
            fine = status < 500 and status != 403
        else:
            fine = status < 500
        if not fine:
            wrong[door.name] = status
    assert wrong == {}


@pytest.mark.django_db
@pytest.mark.parametrize("login", list(CAST))
def test_who_sees_names_sets_up_a_second_factor_first(login: str, settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = True
    client = enter(login)
    led = {door.name: ask(client, door, "get") for door in DOORS if door.needs not in (None, PUBLIC)}
    opened = {name for name, status in led.items() if status not in (302, 405)}  # 405: takes a POST only
    if actor(login).sees_personal_data:
        assert opened == set()
    else:
        assert "desk:home" in opened
