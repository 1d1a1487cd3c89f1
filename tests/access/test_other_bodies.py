"""Another body's object, by its address: 404, whoever asks and however. As if it did not exist."""

import os
from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest

from interazioni.foundation.access.permissions import Permission
from interazioni.front.demo.cast import CAST, SCHOOL_B, actor, ident
from tests.access.doors import Door, doors
from tests.access.test_urls import ask, enter, second_factor_given  # noqa: F401

# The kind of object behind each id in an address → its table. Objects of the plan itself belong to no body.
TABLES = {
    "person_id": "people_person",
    "edition_id": "activities_edition",
    "session_id": "activities_session",
    "enrolment_id": "activities_enrolment",
    "delivery_id": "activities_delivery",
    "import_id": "imports_import",
    "file_id": "files_file",
    "membership_id": "partners_membership",
    "invitation_id": "partners_invitation",
}
NO_BODY = {
    "indicator_id": "an indicator is the plan's",
    "period_id": "a period is the plan's",
    "plan_id": "the plan is public",
    "activity_id": "an activity is the plan's",
    "body_id": "the register of bodies is public; what a body keeps to itself is under ids of its own",
    "association_id": "the register of associations is open to who sees associations",
    "partnership_id": "the register of partnerships is public",
    "object_id": "an event's object: the queries of `audit` show what the reader may see, and an empty history otherwise",
}
WITH_OBJECTS = [door for door in doors() if set(door.objects) & set(TABLES)]
OTHER = ident("body", SCHOOL_B)


def test_every_id_in_an_address_is_of_a_known_kind() -> None:
    unknown = {key for door in doors() for key in door.objects} - set(TABLES) - set(NO_BODY)
    assert unknown == set(), "say in this module which table it names"


@pytest.fixture(scope="module")
def owner() -> Iterator[psycopg.Connection[tuple[UUID]]]:
    with psycopg.connect(os.environ["DATABASE_OWNER_URL"]) as opened:
        yield opened  # type: ignore[misc]


def objects_of_the_other_school(owner: psycopg.Connection[tuple[UUID]], door: Door) -> dict[str, UUID]:
    found = {}
    for key in door.objects:
        if key not in TABLES:
            continue
        row = owner.execute(f"SELECT id FROM {TABLES[key]} WHERE body_id = %s ORDER BY id LIMIT 1", [OTHER]).fetchone()  # type: ignore[arg-type]
        assert row, f"the tests' region has no row of {SCHOOL_B} in {TABLES[key]}: the proof for {door} would be empty"
        found[key] = row[0]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("door", WITH_OBJECTS, ids=str)
def test_another_bodys_object_does_not_exist(door: Door, owner: psycopg.Connection[tuple[UUID]]) -> None:
    known = objects_of_the_other_school(owner, door)
    readable_as_figures = not door.name.startswith("people:")
    wrong = {}
    asked = 0
    for login in CAST:
        somebody = actor(login)
        if somebody.body_id == OTHER or not isinstance(door.needs, Permission) or not somebody.can(door.needs):
            continue
        # The lead of a partnership and the Region may read the work of others, without names; writing is refused too.
        sees_work = readable_as_figures and (somebody.plan_wide or OTHER in somebody.figure_bodies)
        client = enter(login)
        for method in ("get", "post"):
            if sees_work and method == "get":
                continue
            asked += 1
            status = ask(client, door, method, **known)
            # 405: the address takes no such method from anybody.
            if status not in (404, 405) and not (sees_work and status in (403, 200, 422)):
                wrong[f"{login} {method}"] = status
    assert wrong == {}
    assert asked


@pytest.mark.django_db
@pytest.mark.parametrize("door", WITH_OBJECTS, ids=str)
def test_the_object_is_there_for_its_own_body(door: Door, owner: psycopg.Connection[tuple[UUID]]) -> None:
    """Without this, an address that answers 404 to everybody would pass the test above."""
    marco = actor("marco")
    if isinstance(door.needs, Permission) and not marco.can(door.needs):
        return  # proven by the permissions of test_urls; nobody of the cast has this role in that school
    known = objects_of_the_other_school(owner, door)
    statuses = {ask(enter("marco"), door, method, **known) for method in ("get", "post")}
    assert statuses - {404, 405}, statuses
