"""Another body's object, by its address: 404, whoever asks and however. As if it did not exist."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from interazioni.foundation.access.permissions import Permission
from interazioni.front.demo.cast import CAST, SCHOOL_B, actor, ident
from tests.access.doors import Door, doors
from tests.access.test_urls import ask, enter, second_factor_given  # noqa: F401
from tests.work import Listed, Mediated, Work, some_directory, some_mediation, some_work

# The kind of object behind each id in an address → one of school B. Objects of the plan itself belong to no body.
MADE: dict[str, Callable[[Work], UUID]] = {
    "person_id": lambda made: made.person_id,
    "edition_id": lambda made: made.edition_id,
    "session_id": lambda made: made.session_id,
    "enrolment_id": lambda made: made.enrolment_id,
    "delivery_id": lambda made: made.delivery_id,
    "entry_id": lambda made: made.entry_id,
    "membership_id": lambda made: made.membership_id,
    "invitation_id": lambda made: made.invitation_id,
    "import_id": lambda made: made.import_id,
}
MEDIATED: dict[str, Callable[[Mediated], UUID]] = {
    "mediator_id": lambda made: made.mediator_id,
    "exception_id": lambda made: made.exception_id,
    "call_id": lambda made: made.call_id,
    "offer_id": lambda made: made.offer_id,
    "assignment_id": lambda made: made.assignment_id,
    "presence_id": lambda made: made.presence_id,
    "weekplan_id": lambda made: made.weekplan_id,
    "visit_id": lambda made: made.visit_id,
}
LISTED: dict[str, Callable[[Listed], UUID]] = {
    "organisation_id": lambda made: made.organisation_id,
    "service_id": lambda made: made.service_id,
    "place_id": lambda made: made.place_id,
    "content_id": lambda made: made.content_id,
    "picture_id": lambda made: made.picture_id,
    "suggestion_id": lambda made: made.suggestion_id,
    "vouch_id": lambda made: made.vouch_id,
    "problem_id": lambda made: made.problem_id,
}
# What these addresses take is a call with somebody promised, and a day of a presence.
OF_ITS_KIND: dict[str, Callable[[Mediated], dict[str, UUID]]] = {
    "mediation:confirm_call": lambda made: {"call_id": made.promised_call_id},
    "mediation:presence_day": lambda made: {"assignment_id": made.day_id},
}
NO_BODY = {
    "kind_id": "a kind of delivery is the plan's",
    "indicator_id": "an indicator is the plan's",
    "period_id": "a period is the plan's",
    "plan_id": "the plan is public",
    "activity_id": "an activity is the plan's",
    "body_id": "the register of bodies is public; what a body keeps to itself is under ids of its own",
    "association_id": "the register of associations is open to who sees associations",
    "partnership_id": "the register of partnerships is public",
    "pk": "Wagtail's own pages of other things, which are shut; its entries have tests of their own in actions/content",
    "public_id": "what /api/ gives is public; drafts and what was withdrawn are not there (front/api/tests)",
    "source_id": "words that are public; translators of all bodies share them",
    "segment_id": "words that are public",
    "concept_id": "the glossary is public",
    "handed_id": "translators' files about what is public; they share them like the board",
    "run_id": "a machine's work on what is public; translators share it like the board",
    "object_id": "an event's object: the queries of `audit` show what the reader may see, and an empty history otherwise",
}
WITH_OBJECTS = [door for door in doors() if set(door.objects) & {*MADE, *MEDIATED, *LISTED}]
OTHER = ident("body", SCHOOL_B)


def test_every_id_in_an_address_is_of_a_known_kind() -> None:
    unknown = {key for door in doors() for key in door.objects} - {*MADE, *MEDIATED, *LISTED, *NO_BODY}
    assert unknown == set(), "say in this module how one of another body is made"


@pytest.fixture
def of_the_other_school() -> Callable[[Door], dict[str, UUID]]:
    def objects(door: Door) -> dict[str, Any]:
        found: dict[str, Any] = {}
        if set(door.objects) & set(MADE):
            made = some_work("marco")
            found |= {key: MADE[key](made) for key in door.objects if key in MADE}
        if set(door.objects) & set(MEDIATED):
            sent = some_mediation("marco")
            found |= {key: MEDIATED[key](sent) for key in door.objects if key in MEDIATED}
            found |= OF_ITS_KIND.get(door.name, lambda _made: {})(sent)
        if set(door.objects) & set(LISTED):
            listed = some_directory("marco")
            found |= {key: LISTED[key](listed) for key in door.objects if key in LISTED}
        return found | ({"kind": "guide"} if "kind" in door.converters else {})

    return objects


@pytest.mark.django_db
@pytest.mark.parametrize("door", WITH_OBJECTS, ids=str)
def test_another_bodys_object_does_not_exist(
    door: Door, of_the_other_school: Callable[[Door], dict[str, UUID]]
) -> None:
    known = of_the_other_school(door)
    readable_as_figures = not door.name.startswith("people:")
    wrong = {}
    asked = 0
    for login in CAST:
        somebody = actor(login)
        if somebody.body_id == OTHER or not isinstance(door.needs, Permission) or not somebody.can(door.needs):
            continue
        if door.name.startswith("partners:") and somebody.can(Permission.BODIES_MANAGE):
            continue  # the Region and its assistance keep the members of every body
        if door.name == "freshness:settle" and somebody.can(Permission.DIRECTORY_REVIEW):
            continue  # who assists the plan settles what readers suggest to any body
        if door.name.startswith("content:") and somebody.can(Permission.CONTENT_REVIEW):
            continue  # who reviews reads every body's contents, and may take one off
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
def test_the_object_is_there_for_its_own_body(
    door: Door, of_the_other_school: Callable[[Door], dict[str, UUID]]
) -> None:
    """Without this, an address that answers 404 to everybody would pass the test above."""
    marco = actor("marco")
    if isinstance(door.needs, Permission) and not marco.can(door.needs):
        return  # proven by the permissions of test_urls; nobody of the cast has this role in that school
    known = of_the_other_school(door)
    statuses = {ask(enter("marco"), door, method, **known) for method in ("get", "post")}
    assert statuses - {404, 405}, statuses
