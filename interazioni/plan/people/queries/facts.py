from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.plan.people.eligibility import Facts, Verdict, age_band, groups_on, verdicts_on
from interazioni.plan.people.models import Citizenship, Guardian, Person, PersonState
from interazioni.plan.programme.models import GroupKind, Plan, RecipientGroup


def visible_to(actor: Actor) -> QuerySet[Person]:
    """The actor's body's people that are still on record. Another body's person is not there at all."""
    require(actor, Permission.PEOPLE_VIEW)
    return Person.objects.filter(body_id=actor.body_id, state__in=[PersonState.ACTIVE, PersonState.WITHDRAWN])


def facts_of(person_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """What eligibility asks, for many people at once: three queries."""
    citizenships: dict[UUID, list[tuple[str, date | None, date | None]]] = defaultdict(list)
    for person_id, country, since, until in (
        Citizenship.objects.filter(person_id__in=person_ids)
        .order_by("person_id", "position")
        .values_list("person_id", "country", "since_date", "until_date")
    ):
        citizenships[person_id].append((country, since, until))
    parents: dict[UUID, list[tuple[str, str]]] = defaultdict(list)
    for person_id, citizenship, birth_country in Guardian.objects.filter(
        person_id__in=person_ids, kind__in=["mother", "father"]
    ).values_list("person_id", "citizenship", "birth_country"):
        parents[person_id].append((citizenship, birth_country))
    return {
        row["pk"]: Facts(
            birth_date=row["birth_date"],
            citizenships=tuple(citizenships[row["pk"]]),
            is_pupil=row["is_pupil"],
            parents=tuple(parents[row["pk"]]),
            permit_situation=row["permit_situation"],
            permit_issued_date=row["permit_issued_date"],
            permit_expiry_date=row["permit_expiry_date"],
        )
        for row in Person.objects.filter(pk__in=person_ids).values(
            "pk", "birth_date", "is_pupil", "permit_situation", "permit_issued_date", "permit_expiry_date"
        )
    }


@dataclass(frozen=True, slots=True)
class Dimensions:
    """By what a figure about a person is broken down, as known for one day. Nothing here names the person."""

    sex: str = ""
    age_band: str = ""
    citizenship: str = ""  # ISO 3166 alpha-2; for several, the first third-country one on record
    municipality: str = ""
    groups: Mapping[UUID, list[str]] = field(default_factory=dict)  # plan → codes of recipient groups

    def groups_of(self, plan_id: UUID) -> list[str]:
        return list(self.groups.get(plan_id, []))


def group_criteria(plan_ids: Collection[UUID]) -> dict[UUID, list[tuple[str, dict[str, Any]]]]:
    """Each plan's groups of people with their criteria."""
    found: dict[UUID, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for plan_id, code, criteria in RecipientGroup.objects.filter(
        plan_id__in=plan_ids, kind=GroupKind.PERSONS
    ).values_list("plan_id", "code", "criteria"):
        found[plan_id].append((code, criteria))
    return found


def dimensions(
    wanted: Collection[tuple[UUID, date]], *, plan_ids: Collection[UUID]
) -> dict[tuple[UUID, date], Dimensions]:
    """The dimensions of people on days, for the ledger: five queries for however many people."""
    if not wanted:
        return {}
    ids = {person_id for person_id, _ in wanted}
    facts = facts_of(ids)
    criteria = group_criteria(plan_ids)
    own = {
        pk: (sex, municipality)
        for pk, sex, municipality in Person.objects.filter(pk__in=ids).values_list("pk", "sex", "municipality")
    }
    result = {}
    for person_id, day in wanted:
        known = facts[person_id]
        sex, municipality = own[person_id]
        held = known.countries_on(day)
        foreign = [country for country in held if country != "IT"]
        result[person_id, day] = Dimensions(
            sex=sex,
            age_band=age_band(known.age_on(day)),
            citizenship=(foreign or held or [""])[0],
            municipality=municipality,
            groups={plan_id: groups_on(known, groups, day) for plan_id, groups in criteria.items()},
        )
    return result


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """How one person stands to one group of recipients on a day."""

    group: RecipientGroup
    verdict: Verdict


def eligibility_of(person: Person, plan: Plan, day: date | None = None) -> list[GroupVerdict]:
    """Each group of the plan with the verdict and its reasons, for the person's page."""
    return verdicts_for(facts_of([person.pk])[person.pk], plan, day or clock.today())


def verdicts_for(facts: Facts, plan: Plan, day: date) -> list[GroupVerdict]:
    """The same for facts that are being typed and belong to nobody yet."""
    groups = list(RecipientGroup.objects.filter(plan=plan, kind=GroupKind.PERSONS))
    verdicts = verdicts_on(
        facts, [(group.code, group.criteria) for group in groups], day, {group.code: group.title for group in groups}
    )
    return [GroupVerdict(group, verdicts[group.code]) for group in groups]
