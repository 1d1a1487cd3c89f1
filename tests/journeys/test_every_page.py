"""Every page of the desk that there is, read from the URLconf: a new page is held to the same before its story is told."""

import dataclasses
from collections.abc import Callable

import pytest

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import ROLES
from interazioni.front.demo.cast import CAST
from tests.access.doors import OPEN_TO_MEMBERS, Door, doors
from tests.journeys.conftest import Walk
from tests.work import Listed, Mediated, Work

WalkAs = Callable[..., Walk]
MEDIATED = {field.name for field in dataclasses.fields(Mediated)}
LISTED = {field.name for field in dataclasses.fields(Listed)}
MONTH = {"year": 2020, "month": 2}
KNOWN = {field.name for field in dataclasses.fields(Work)} | MEDIATED | LISTED | MONTH.keys() | {"kind"}
PAGES = [
    door
    for door in doors()
    if (door.needs is OPEN_TO_MEMBERS or isinstance(door.needs, Permission))
    and set(door.converters) <= KNOWN
    # Wagtail's editor is Wagtail's: its console is held to be silent in test_contents.
    and not door.name.startswith("wagtail")
]


def who_opens(door: Door) -> str:
    """Somebody whose role allows it, of school A if there is one: most things that the pages are about are its own."""
    if set(door.converters) & MEDIATED or door.name.startswith("mediation:mine"):
        return "davide"
    if set(door.converters) & LISTED:
        return "lucia"
    candidates = ["chiara", "franca", "giulia", *CAST]
    for login in candidates:
        roles = next(iter(CAST[login].roles.values()))
        if door.needs is OPEN_TO_MEMBERS or any(door.needs in ROLES[role] for role in roles):
            return login
    return candidates[0]


@pytest.mark.parametrize("door", PAGES, ids=str)
def test_a_page_holds_what_every_page_must(door: Door, walk_as: WalkAs, work: dict[str, dict[str, str]]) -> None:
    walk = walk_as(who_opens(door))
    things = {
        **work["giulia"],
        **work["davide"],
        **work["lucia"],
        **MONTH,
        "body_id": work["giulia"]["body_id"],
        "kind": "guide",
    }
    if door.name == "mediation:presence_day":
        things["assignment_id"] = things["day_id"]
    path = door.address(**{key: things[key] for key in door.converters})
    answer = walk.context.request.get(walk.server.url + path, max_redirects=0)
    if answer.status == 405 or not answer.headers.get("content-type", "").startswith("text/html"):
        return  # takes a POST only, or sends a file
    if answer.status in (302, 303, 404):
        return  # nothing to show for this person in this state; who gets in and who does not is told in tests/access
    assert answer.status == 200
    if "<html" not in answer.text():
        return  # a fragment that its page asks for
    page = walk.open(path)
    assert page.locator("h1").count() == 1
