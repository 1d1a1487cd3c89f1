"""A rule is checked, audited and undone as a whole; a page that only shows cannot write."""

from typing import Any

import pytest
from django.db import DatabaseError, InternalError, connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Denied
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import ROLES, Role
from interazioni.foundation.access.rules import Unaudited, active_rules, rule
from interazioni.foundation.access.views import desk
from interazioni.foundation.accounts.models import User
from interazioni.foundation.audit.models import Event
from interazioni.foundation.audit.rules import record
from interazioni.front.demo.cast import CAST, actor

pytestmark = pytest.mark.django_db


@rule(Permission.PEOPLE_REGISTER)
def note(*, by: Any, then: Any = None) -> tuple[str, ...]:
    record(by, "test.note", object_kind="test", object_id=by.user_id)
    if then:
        then()
    return active_rules()


@rule(Permission.PEOPLE_REGISTER)
def forgetful(*, by: Any) -> None:
    User.objects.filter(pk=by.user_id).update(first_name="Changed")


@rule(Permission.PEOPLE_VIEW)
def outer(*, by: Any, inner_by: Any) -> tuple[str, ...]:
    record(by, "test.outer", object_kind="test")
    return note(by=inner_by)


def noted(login: str) -> int:
    somebody = actor(login)
    with acting(somebody):
        return Event.objects.filter(act="test.note", user_id=somebody.user_id).count()


def test_without_the_permission_nothing_happens() -> None:
    with pytest.raises(Denied) as denied:
        note(by=actor("amina"))
    assert denied.value.permission is Permission.PEOPLE_REGISTER


def test_a_rule_that_leaves_no_event_is_undone() -> None:
    giulia = actor("giulia")
    with pytest.raises(Unaudited):
        forgetful(by=giulia)
    assert User.objects.get(pk=giulia.user_id).first_name == "Giulia"


def test_a_rule_takes_keywords_and_an_actor() -> None:
    giulia = actor("giulia")
    for call in (lambda: note(giulia), lambda: note(), lambda: note(by="giulia")):  # type: ignore[call-arg]
        with pytest.raises(TypeError):
            call()  # type: ignore[no-untyped-call]


def test_a_nested_rule_joins_and_checks_for_itself() -> None:
    giulia = actor("giulia")
    names = outer(by=giulia, inner_by=giulia)
    assert [name.rpartition(".")[2] for name in names] == ["outer", "note"]
    assert active_rules() == ()
    with pytest.raises(Denied):
        outer(by=giulia, inner_by=actor("amina"))
    assert noted("giulia") == 1


def test_a_nested_rules_event_does_not_stand_for_the_outer_one() -> None:
    @rule(Permission.PEOPLE_VIEW)
    def silent(*, by: Any) -> None:
        note(by=by)

    with pytest.raises(Unaudited):
        silent(by=actor("giulia"))
    assert noted("giulia") == 0


def test_a_failure_inside_can_be_caught_and_the_rest_stays() -> None:
    giulia = actor("giulia")

    def fail() -> None:
        raise LookupError

    @rule(Permission.PEOPLE_VIEW)
    def careful(*, by: Any) -> None:
        record(by, "test.note", object_kind="test")
        with pytest.raises(LookupError):
            note(by=by, then=fail)

    careful(by=giulia)
    assert noted("giulia") == 1


def test_acting_as_another_is_over_when_it_is_over() -> None:
    giulia, marco = actor("giulia"), actor("marco")

    def bodies() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('interazioni.bodies', true)")
            return str(cursor.fetchone()[0])

    with acting(giulia):
        assert bodies() == str(giulia.body_id)
        with acting(marco):
            assert bodies() == str(marco.body_id)
        assert bodies() == str(giulia.body_id)
        note(by=marco)
        assert bodies() == str(giulia.body_id)
        assert context.current_actor() == giulia
    assert context.current_actor() is None
    assert context.current() == context.NOTHING


def test_every_role_is_in_the_table_and_none_but_the_system_has_everything() -> None:
    assert set(ROLES) == set(Role)
    assert all(ROLES[role] < ROLES[Role.SYSTEM] for role in Role if role is not Role.SYSTEM)


# --- requests -----------------------------------------------------------------------------------------------------------


@desk(Permission.PEOPLE_REGISTER)
def writes(request: HttpRequest) -> HttpResponse:
    note(by=request.actor)  # type: ignore[attr-defined]
    return HttpResponse(status=int(request.GET.get("status", 200)))


@desk(Permission.PEOPLE_ERASE)
def for_few(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("writes/", writes), path("few/", for_few), path("", include("interazioni.config.urls"))]
here = override_settings(ROOT_URLCONF=__name__, SECOND_FACTOR_REQUIRED=False)


def as_user(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


@here
def test_a_get_cannot_write() -> None:
    with pytest.raises((DatabaseError, InternalError), match="read-only"):
        as_user("giulia").get("/writes/")


@here
def test_a_post_writes_and_a_servers_fault_undoes_it() -> None:
    giulia = as_user("giulia")
    assert giulia.post("/writes/").status_code == 200
    assert noted("giulia") == 1
    assert giulia.post("/writes/?status=500").status_code == 500
    assert noted("giulia") == 1, "the second was undone"


@here
def test_who_may_not_gets_403_who_is_nobody_logs_in_first() -> None:
    assert as_user("giulia").get("/few/").status_code == 403
    assert as_user("chiara").get("/few/").status_code == 200
    assert Client().get("/few/")["Location"] == "/account/login/?next=/few/"


@here
def test_what_is_private_is_not_kept_by_anybody() -> None:
    assert as_user("chiara").get("/few/")["Cache-Control"] == "no-store, private"
