"""Higher rooms hang their parts here; nobody sees a part that is not theirs."""

from uuid import UUID

import pytest
from django.http import Http404
from django.test import RequestFactory

from interazioni.foundation.ui import registry
from interazioni.foundation.ui.registry import Link, MenuItem, Registry, Subject, Tab, navigation, tabbed

PERSON = UUID("01890000-0000-7000-8000-000000000001")


class Somebody:
    def __init__(self, *permissions: str) -> None:
        self.permissions = permissions

    def can(self, permission: str) -> bool:
        return permission in self.permissions


def test_entries_come_in_order_and_only_those_that_are_allowed() -> None:
    menu: Registry[MenuItem] = Registry()
    menu.register(MenuItem(key="b", label="B", url_name="health", order=2, permission="people.view"))
    menu.register(MenuItem(key="a", label="A", url_name="health", order=1, permission="audit.view"))
    menu.register(MenuItem(key="c", label="C", url_name="health", order=3))
    assert [item.key for item in menu.for_actor(Somebody("people.view", "audit.view"))] == ["a", "b", "c"]
    assert [item.key for item in menu.for_actor(Somebody("people.view"))] == ["b", "c"]
    assert [item.key for item in menu.for_actor(None)] == ["c"]


def test_a_key_is_given_once() -> None:
    menu: Registry[MenuItem] = Registry()
    item = MenuItem(key="a", label="A", url_name="health")
    menu.register(item)
    menu.register(item)  # an app that is loaded twice is no mistake
    with pytest.raises(ValueError, match="registered already"):
        menu.register(MenuItem(key="a", label="Other", url_name="health"))


def test_navigation_marks_the_nearest_and_leaves_out_what_leads_nowhere() -> None:
    items = [
        MenuItem(key="health", label="Health", url_name="health"),
        MenuItem(key="gone", label="Gone", url_name="no-such-room:list"),
    ]
    assert navigation(items, "/health/detail/") == [Link("Health", "/health/", "", True)]
    assert navigation(items, "/elsewhere/")[0].current is False


def test_the_home_of_the_desk_is_marked_on_its_own_page_only() -> None:
    items = [MenuItem(key="home", label="My day", url_name="health", exact=True)]
    assert navigation(items, "/health/")[0].current
    assert not navigation(items, "/health/people/")[0].current


def test_a_tab_is_no_way_round_the_room_that_owns_the_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry._subjects, "probe", lambda actor, object_id: None)
    with pytest.raises(Http404):
        tabbed(RequestFactory().get("/x/"), "probe", PERSON)


def test_the_same_template_answers_htmx_with_the_tab_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from django_htmx.middleware import HtmxDetails

    monkeypatch.setitem(registry._subjects, "probe", lambda actor, object_id: Subject(title="Bouchra", url="/x/"))
    monkeypatch.setitem(registry._tabs, "probe", Registry[Tab]())
    plain = RequestFactory().get("/x/")
    swapped = RequestFactory().get("/x/", headers={"HX-Request": "true", "HX-Target": "tab"})
    swapped.htmx = HtmxDetails(swapped)
    assert tabbed(plain, "probe", PERSON)["tab_base"] == "ui/tabbed.html"
    assert tabbed(swapped, "probe", PERSON)["tab_base"] == "ui/tab_fragment.html"
