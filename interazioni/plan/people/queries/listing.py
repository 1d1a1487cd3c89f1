"""The list of a body's people: filtered, sorted and cut by the database; nothing is decrypted for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import code_suffix
from interazioni.foundation.vocabularies import countries, taxcode
from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.permits import PermitSituation
from interazioni.plan.people.eligibility import ALWAYS_REGULAR, COUNTRY
from interazioni.plan.people.models import Citizenship, Guardian, Person
from interazioni.plan.people.queries.facts import visible_to
from interazioni.plan.people.record import PersonData, match_name, permit_hash, stated, tax_code_hash
from interazioni.plan.people.rules.opening import ids_of_code
from interazioni.plan.programme.models import GroupKind, RecipientGroup

COLUMNS = (
    "id", "body_id", "surname", "name", "match_name", "sex", "birth_date", "class_year", "class_section", "state", "municipality",
)  # fmt: skip


def listed(actor: Actor) -> QuerySet[Person]:
    """What a row of the list shows, and no more. `countries` holds the citizenships."""
    held = Citizenship.objects.filter(person=OuterRef("pk")).order_by("position").values("country")
    return visible_to(actor).only(*COLUMNS).annotate(countries=ArraySubquery(held)).order_by("match_name", "id")


def named(people: QuerySet[Person], text: str) -> QuerySet[Person]:
    """By parts of the name, by code (`P-…`), or by tax code."""
    suffix = code_suffix(text.strip()) if text.strip().upper().startswith("P-") else None
    if suffix is not None:
        return people.filter(pk__in=ids_of_code(suffix))
    if taxcode.looks_like(text):
        return people.filter(tax_code_hash=tax_code_hash(text))
    for word in fold(text).split():
        people = people.filter(match_name__contains=word)
    return people


def in_group(people: QuerySet[Person], group: RecipientGroup, day: date | None = None) -> QuerySet[Person]:
    """Those who belong to a group of recipients on a day: `eligibility.groups_on` as conditions of the database."""
    day = day or clock.today()
    people = people.filter(criteria_met(group.criteria, day))
    others = RecipientGroup.objects.filter(
        plan_id=group.plan_id, kind=GroupKind.PERSONS, code__in=group.criteria.get("excludes", [])
    )
    for other in others:
        people = people.exclude(pk__in=Person.objects.filter(criteria_met(other.criteria, day)).values("pk"))
    return people


def criteria_met(criteria: Mapping[str, Any], day: date) -> Q:
    met = Q()
    if criteria.get("citizenship") == "third-country":
        held = Citizenship.objects.filter(
            Q(since_date=None) | Q(since_date__lte=day),
            Q(until_date=None) | Q(until_date__gte=day),
            person=OuterRef("pk"),
        )
        union = [code for code in countries.countries() if countries.union_member(code, day)]
        met &= Q(Exists(held)) & ~Q(Exists(held.filter(country__in=union)))
    if "age" in criteria:
        low, high = criteria["age"]
        met &= Q(birth_date__lte=_years_before(day, low), birth_date__gt=_years_before(day, high + 1))
    if criteria.get("pupil"):
        met &= Q(is_pupil=True)
    if criteria.get("parent") == "foreign":
        parents = Guardian.objects.filter(person=OuterRef("pk"), kind__in=["mother", "father"])
        foreign = ~Q(citizenship__in=["", COUNTRY]) | Q(citizenship="") & ~Q(birth_country__in=["", COUNTRY])
        met &= Q(Exists(parents.filter(foreign)))
    if criteria.get("regular_stay"):
        valid = Q(permit_issued_date=None) | Q(permit_issued_date__lte=day)
        met &= Q(permit_situation__in=[*ALWAYS_REGULAR, PermitSituation.NOT_NEEDED]) | Q(
            valid, permit_situation=PermitSituation.DATED, permit_expiry_date__gte=day
        )
    return met


def _years_before(day: date, years: int) -> date:
    """The last birthday of who has completed that many years on a day; who is born on 29 February completes them on 1 March."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class Alike:
    """Somebody on record who may be the one being registered."""

    person: Person
    why: str  # tax_code, permit, same, name: the strongest first


def alike(
    actor: Actor, *, surname: str, name: str, birth_date: date | None = None, tax_code: str = "", permit_number: str = "",
    but: UUID | None = None, limit: int = 5,
) -> list[Alike]:  # fmt: skip
    """People of the actor's body who may be the one described, the likeliest first. Needs a name of three letters, or a code."""
    key, swapped = match_name(surname, name), match_name(name, surname)
    code, number = tax_code_hash(tax_code), permit_hash(permit_number)
    wanted = Q()
    if code:
        wanted |= Q(tax_code_hash=code)
    if number:
        wanted |= Q(permit_number_hash=number)
    if len(key) >= 3:
        wanted |= Q(match_name__trigram_similar=key) | Q(match_name__startswith=key) | Q(match_name=swapped)
    if not wanted:
        return []
    found = (
        visible_to(actor).filter(wanted).exclude(pk__in=[but] if but else [])
        .only(*COLUMNS, "tax_code_hash", "permit_number_hash")
        .annotate(similarity=TrigramSimilarity("match_name", key))
        .order_by(F("similarity").desc(), "match_name", "id")[:40]
    )  # fmt: skip
    ranked: list[tuple[int, float, Alike]] = []
    for person in found:
        same_day = birth_date is not None and person.birth_date == birth_date
        other_day = birth_date is not None and person.birth_date is not None and not same_day
        similarity = 1.0 if person.match_name == swapped else float(person.similarity)
        if code and person.tax_code_hash is not None and bytes(person.tax_code_hash) == code:
            ranked.append((0, -similarity, Alike(person, "tax_code")))
        elif (
            number
            and person.permit_number_hash is not None
            and bytes(person.permit_number_hash) == number
            and similarity > 0.3
        ):
            ranked.append((1, -similarity, Alike(person, "permit")))
        elif same_day and similarity >= 0.35:
            ranked.append((2, -similarity, Alike(person, "same" if similarity > 0.95 else "day")))
        elif not other_day and (similarity >= 0.6 or (len(key) >= 3 and person.match_name.startswith(key))):
            ranked.append((3, -similarity, Alike(person, "name")))
        elif other_day and similarity > 0.95:
            ranked.append((4, -similarity, Alike(person, "namesake")))
    return [each for _rank, _similarity, each in sorted(ranked, key=lambda item: item[:2])[:limit]]


def citizenships_present(actor: Actor) -> list[str]:
    """The citizenships that the body's people have: what the list can be filtered by."""
    return list(
        Citizenship.objects.filter(body_id=actor.body_id)
        .order_by("country")
        .values_list("country", flat=True)
        .distinct()
    )


def stated_of(people: Sequence[Person]) -> dict[UUID, PersonData]:
    """Everything on record about many people, as statements: two queries. Decrypts; not for lists on the screen."""
    ids = [person.pk for person in people]
    citizenships: dict[UUID, list[Citizenship]] = defaultdict(list)
    for held in Citizenship.objects.filter(person_id__in=ids).order_by("position"):
        citizenships[held.person_id].append(held)
    guardians: dict[UUID, list[Guardian]] = defaultdict(list)
    for guardian in Guardian.objects.filter(person_id__in=ids).order_by("created_at", "id"):
        guardians[guardian.person_id].append(guardian)
    return {person.pk: stated(person, citizenships[person.pk], guardians[person.pk]) for person in people}
