from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.db.models.functions import JSONObject

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


def _rows(person_ids: Collection[UUID]) -> QuerySet[Person, dict[str, Any]]:
    """One statement for everything that eligibility and the dimensions of figures ask: a register asks it at every save."""
    citizenships = Citizenship.objects.filter(person_id=OuterRef("pk")).order_by("position")
    parents = Guardian.objects.filter(person_id=OuterRef("pk"), kind__in=["mother", "father"]).order_by("kind")
    return (
        Person.objects.filter(pk__in=person_ids)
        .annotate(
            held=ArraySubquery(citizenships.values(json=JSONObject(of="country", since="since_date", until="until_date"))),
            parents=ArraySubquery(parents.values(json=JSONObject(of="citizenship", born="birth_country"))),
        )
        .values("pk", "sex", "municipality", "birth_date", "is_pupil", "permit_situation", "permit_issued_date",
                "permit_expiry_date", "held", "parents")
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _facts(row: dict[str, Any]) -> Facts:
    return Facts(
        birth_date=row["birth_date"],
        citizenships=tuple((one["of"], _day(one["since"]), _day(one["until"])) for one in row["held"]),
        is_pupil=row["is_pupil"],
        parents=tuple((one["of"], one["born"]) for one in row["parents"]),
        permit_situation=row["permit_situation"],
        permit_issued_date=row["permit_issued_date"],
        permit_expiry_date=row["permit_expiry_date"],
    )


def facts_of(person_ids: Collection[UUID]) -> dict[UUID, Facts]:
    """What eligibility asks, for many people at once."""
    return {row["pk"]: _facts(row) for row in _rows(person_ids)}


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


def dimensions(
    wanted: Collection[tuple[UUID, date]], *, plan_ids: Collection[UUID]
) -> dict[tuple[UUID, date], Dimensions]:
    """The dimensions of people on days, for the ledger: one statement for however many people."""
    if not wanted:
        return {}
    groups = RecipientGroup.objects.filter(plan_id__in=plan_ids, kind=GroupKind.PERSONS).order_by("position")
    # The plan's criteria come with each row: the same few hundred bytes, and no statement of their own.
    with_groups = _rows({person_id for person_id, _ in wanted}).annotate(
        plan_groups=ArraySubquery(groups.values(json=JSONObject(plan="plan_id", code="code", criteria="criteria")))
    )
    rows = {row["pk"]: row for row in with_groups}
    criteria: dict[UUID, list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for group in next(iter(rows.values()))["plan_groups"] if rows else ():
        criteria[UUID(group["plan"])].append((group["code"], group["criteria"]))
    result = {}
    for person_id, day in wanted:
        row = rows[person_id]
        known = _facts(row)
        held = known.countries_on(day)
        foreign = [country for country in held if country != "IT"]
        result[person_id, day] = Dimensions(
            sex=row["sex"],
            age_band=age_band(known.age_on(day)),
            citizenship=(foreign or held or [""])[0],
            municipality=row["municipality"],
            groups={plan_id: groups_on(known, listed, day) for plan_id, listed in criteria.items()},
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
