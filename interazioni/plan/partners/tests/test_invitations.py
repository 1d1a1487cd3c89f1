"""Chiara invites Marta by e-mail; what the link does, once, and what it does not."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from pytest_django import Settings

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Denied
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.roles import Role
from interazioni.foundation.accounts.models import User
from interazioni.foundation.outbox.models import Message
from interazioni.front.demo.cast import CAST, COOPERATIVE, SCHOOL_A, SCHOOL_B, actor, ident
from interazioni.plan.partners import queries
from interazioni.plan.partners.models import Body, Invitation, Membership
from interazioni.plan.partners.rules import (
    InvitationOver,
    accept_invitation,
    appoint,
    end_membership,
    invite,
    set_closures,
    withdraw_invitation,
)  # fmt: skip

pytestmark = pytest.mark.django_db
SENTENCE = "una frase lunga e sicura"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def school() -> Body:
    return Body.objects.get(code=SCHOOL_A)


def invited(email: str = "marta@example.org", **changes: Any) -> str:
    """Chiara's invitation; returns the page that the mail leads to."""
    invite(
        **{
            "body": school(),
            "email": email,
            "full_name": "Marta Bo",
            "roles": [Role.OPERATOR],
            "by": actor("chiara"),
            **changes,
        }
    )
    with context.service("outbox"):
        text = Message.objects.filter(to=email).latest("id").text
    found = re.search(r"http://127\.0\.0\.1:8000(/account/invitation/\S+)", text)
    assert found
    return found[1]


def as_user(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def details(**changes: str) -> dict[str, str]:
    return {"first_name": "Marta", "last_name": "Bo", "password": SENTENCE, "again": SENTENCE, **changes}


def test_marta_makes_her_account_and_logs_in() -> None:
    page, client = invited(), Client()
    shown = client.get(page)
    assert shown.status_code == 200
    assert "IC Barriera di Torino" in shown.text
    assert not User.objects.filter(email="marta@example.org").exists(), "opening the link changes nothing"
    assert client.post(page, details()).status_code == 302
    logged_in = client.post("/account/login/", {"login": "marta@example.org", "password": SENTENCE})
    assert (logged_in.status_code, logged_in["Location"]) == (302, "/desk/")
    marta = User.objects.get(email="marta@example.org")
    with context.user_only(marta.pk):
        built = queries.build_actor(marta.pk, None)
    assert built is not None
    assert (built[0].body_id, built[0].roles) == (ident("body", SCHOOL_A), frozenset({Role.OPERATOR}))
    with acting(actor("chiara")):
        assert Membership.objects.filter(user=marta).count() == 1


def test_a_link_works_once() -> None:
    page = invited()
    assert Client().post(page, details()).status_code == 302
    again = Client().get(page)
    assert again.status_code == 410
    assert "Marta" not in again.text
    assert Client().post(page, details()).status_code == 410


def test_a_withdrawn_a_late_and_an_invented_link_open_nothing() -> None:
    chiara = actor("chiara")
    page = invited()
    with acting(chiara):
        invitation = Invitation.objects.get(email="marta@example.org")
    withdraw_invitation(invitation=invitation, by=chiara)
    assert Client().post(page, details()).status_code == 410
    assert Client().get("/account/invitation/invented/").status_code == 404
    assert not User.objects.filter(email="marta@example.org").exists()


@pytest.mark.breaks_in
def test_an_expired_link_opens_nothing() -> None:
    page = invited()
    with acting(actor("chiara")):
        Invitation.objects.update(
            expires_at=Invitation.objects.get(email="marta@example.org").expires_at - timedelta(days=15)
        )
    assert Client().post(page, details()).status_code == 410


def test_a_second_invitation_withdraws_the_first() -> None:
    first, second = invited(), invited()
    assert Client().get(first).status_code == 410
    assert Client().get(second).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"again": "another sentence"}, {"password": "short", "again": "short"}, {"first_name": ""}]
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_made(wrong: dict[str, str]) -> None:
    page = invited()
    answer = Client().post(page, details(**wrong))
    assert answer.status_code == 200
    assert 'aria-invalid="true"' in answer.text
    assert not User.objects.filter(email="marta@example.org").exists()
    assert Client().get(page).status_code == 200, "the link still works"


def test_marco_has_an_account_and_adds_the_body_after_login() -> None:
    page = invited(CAST["marco"].email)
    shown = Client().get(page)
    assert "/account/login/?next=" in shown.text
    assert Client().post(page, details()).status_code == 200, "nobody takes over an account by an invitation"
    marco = as_user("marco")
    assert marco.post(page)["Location"] == "/desk/"
    assert marco.get("/desk/bodies/mine/")["Location"].endswith(f"/{ident('body', SCHOOL_A)}/"), (
        "he acts as the new body"
    )
    assert {body.code for body in Body.objects.filter(pk__in=[each.body_id for each in memberships("marco")])} == {
        SCHOOL_A,
        SCHOOL_B,
    }


def memberships(login: str) -> list[Membership]:
    with context.user_only(CAST[login].user_id):
        return list(Membership.objects.filter(user_id=CAST[login].user_id))


def test_two_who_accept_at_once_are_one() -> None:
    invited(CAST["marco"].email)
    with acting(actor("chiara")):
        invitation = Invitation.objects.select_related("body").get(email=CAST["marco"].email)
    by = queries.newcomer(invitation, user_id=CAST["marco"].user_id)
    accept_invitation(invitation=invitation, by=by)
    with pytest.raises(InvitationOver) as refused:
        accept_invitation(invitation=invitation, by=by)
    assert refused.value.reason == "accepted"


# --- who may give what -----------------------------------------------------------------------------------------------


def test_a_teacher_invites_nobody_and_chiara_only_into_her_body() -> None:
    with pytest.raises(Denied):
        invited(by=actor("giulia"))
    with pytest.raises(ValidationError):
        invited(body=Body.objects.get(code=SCHOOL_B))
    assert as_user("chiara").get(f"/desk/bodies/{ident('body', SCHOOL_B)}/members/").status_code == 404
    assert as_user("giulia").get(f"/desk/bodies/{ident('body', SCHOOL_A)}/members/").status_code == 403


@pytest.mark.parametrize(
    ("who", "role"), [("chiara", Role.LEAD), ("chiara", Role.ASSISTANCE), ("chiara", Role.SYSTEM), ("paolo", Role.LEAD)]
)
def test_nobody_gives_more_than_they_may(who: str, role: Role) -> None:
    by = actor(who)
    with pytest.raises(ValidationError):
        appoint(user_id=CAST["giulia"].user_id, body=Body.objects.get(pk=by.body_id), roles=[role], by=by)
    with pytest.raises(ValidationError):
        invited(body=Body.objects.get(pk=by.body_id), roles=[role], by=by)


def test_roles_change_and_a_membership_ends_at_once() -> None:
    chiara, client = actor("chiara"), as_user("chiara")
    with acting(chiara):
        giulias = Membership.objects.get(user_id=CAST["giulia"].user_id)
        own = Membership.objects.get(user_id=CAST["chiara"].user_id)
    assert client.post(f"/desk/bodies/members/{giulias.pk}/roles/", {"roles": ["secretary"]}).status_code == 302
    assert actor("giulia").roles == {Role.SECRETARY}
    assert client.post(f"/desk/bodies/members/{giulias.pk}/end/").status_code == 302
    assert as_user("giulia").get("/desk/bodies/").status_code == 403, "no body any more"
    with pytest.raises(ValidationError):
        end_membership(membership=own, by=chiara)


def test_nadia_switches_between_her_bodies_and_into_no_other() -> None:
    nadia = as_user("nadia")
    for code in (COOPERATIVE, SCHOOL_A):
        assert nadia.post("/desk/bodies/switch/", {"body": ident("body", code)}).status_code == 302
        assert str(ident("body", code)) in nadia.get("/desk/bodies/mine/")["Location"]
    assert nadia.post("/desk/bodies/switch/", {"body": ident("body", SCHOOL_B)}).status_code == 404
    assert nadia.get("/desk/bodies/switch/").status_code == 405


def test_closures_are_the_bodys_own() -> None:
    client, page = as_user("chiara"), f"/desk/bodies/{ident('body', SCHOOL_A)}/closures/"
    form = {"closure-TOTAL_FORMS": "2", "closure-INITIAL_FORMS": "0", "closure-0-first": "23/12/2019", "closure-0-last": "06/01/2020",
            "closure-1-first": "2020-02-24", "closure-1-last": ""}  # fmt: skip
    assert client.post(page, form).status_code == 302
    assert school().closures == [["2019-12-23", "2020-01-06"], ["2020-02-24", "2020-02-24"]]
    assert client.get(page).status_code == 200
    wrong = client.post(page, {**form, "closure-0-last": "2019-12-01"})
    assert wrong.status_code == 200
    assert school().closures[0] == ["2019-12-23", "2020-01-06"]
    assert as_user("marco").get(page).status_code == 404
    with pytest.raises(ValidationError):
        set_closures(body=school(), closures=[], by=actor("marco"))


# --- the register -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["", "?kind=school&q=ic", "partnerships/", "roles/", f"{ident('body', SCHOOL_B)}/"])
def test_every_member_reads_the_register(page: str) -> None:
    for login in ("giulia", "amina", "elena", "kofi"):
        assert as_user(login).get(f"/desk/bodies/{page}").status_code == 200


def test_paolo_registers_a_body_its_site_and_a_partnership() -> None:
    paolo = as_user("paolo")
    made = paolo.post(
        "/desk/bodies/new/",
        {"code": "ic-nuovo", "name": "IC Nuovo", "kind": "school", "public": "on", "municipality": "Asti"},
    )
    body = Body.objects.get(code="ic-nuovo")
    assert made["Location"] == f"/desk/bodies/{body.pk}/members/"
    assert body.municipality == "005005"
    assert (
        paolo.post(f"/desk/bodies/{body.pk}/sites/new/", {"name": "Plesso Gramsci", "municipality": "Asti"}).status_code
        == 302
    )
    assert (
        paolo.post(f"/desk/bodies/{body.pk}/correct/", {"name": "IC Nuovissimo", "kind": "school"}).status_code == 302
    )
    form = {
        "code": "ats-9",
        "name": "ATS 9",
        "plan_code": "p",
        "action_code": "a1",
        "lead": body.pk,
        "others": [ident("body", SCHOOL_A)],
    }
    assert paolo.post("/desk/bodies/partnerships/new/", form).status_code == 302
    shown = paolo.get(f"/desk/bodies/{body.pk}/").text
    assert "IC Nuovissimo" in shown
    assert "Plesso Gramsci" in shown
    assert "ATS 9" in shown
    again = paolo.post("/desk/bodies/new/", {"code": "ic-nuovo", "name": "x", "kind": "school"})
    assert again.status_code == 200
    assert 'aria-invalid="true"' in again.text
    assert as_user("chiara").get("/desk/bodies/new/").status_code == 403


def test_the_list_leaves_as_a_workbook_and_asks_no_more_for_more_bodies(django_assert_max_num_queries: Any) -> None:
    client = as_user("paolo")
    assert client.get("/desk/bodies/?export=xlsx")["Content-Type"].endswith("spreadsheetml.sheet")
    with django_assert_max_num_queries(20):
        client.get("/desk/bodies/")
