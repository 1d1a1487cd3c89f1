"""Who is a recipient, on a day: computed from facts by the plan's criteria, with the reason in words.

Pure functions over `Facts`. The criteria are data of the plan (`RecipientGroup.criteria`):

| key | meaning |
|---|---|
| `citizenship = "third-country"` | no citizenship of the Union on that day (Regulation (EU) 516/2014, art. 2(e); stateless included) |
| `age = [3, 16]` | completed years on that day, both ends included |
| `pupil = true` | attends school |
| `parent = "foreign"` | a parent's citizenship, or if unknown country of birth, is not Italian |
| `regular_stay = true` | a permit valid on that day, or pending renewal, or long-term, or a minor's own cases |
| `excludes = ["code"]` | who belongs to that group is not counted in this one |
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from interazioni.foundation.vocabularies.countries import is_third_country, union_member
from interazioni.foundation.vocabularies.permits import PermitSituation

COUNTRY = "IT"  # the country whose fund this is
AGE_BANDS = ((0, 2), (3, 5), (6, 10), (11, 13), (14, 16), (17, 24), (25, 34), (35, 54), (55, 200))

# Situations of stay that are regular whatever the date (D.Lgs. 286/1998, art. 5, 9; renewal pending: art. 5 c. 9-bis).
ALWAYS_REGULAR = frozenset(
    {
        PermitSituation.LONG_TERM,
        PermitSituation.RENEWAL_PENDING,
        PermitSituation.FIRST_REQUEST,
        PermitSituation.MINOR_PROVISIONAL,
        PermitSituation.ASYLUM_APPLICANT,
        PermitSituation.ON_PARENT,
    }
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a person that eligibility asks. Unknown is None or empty, and is never taken for a yes."""

    birth_date: date | None = None
    citizenships: Sequence[tuple[str, date | None, date | None]] = ()  # country, first and last day held
    is_pupil: bool = False
    parents: Sequence[tuple[str, str]] = ()  # citizenship, country of birth
    permit_situation: str = ""
    permit_issued_date: date | None = None
    permit_expiry_date: date | None = None

    def countries_on(self, day: date) -> list[str]:
        return [
            country
            for country, since, until in self.citizenships
            if (since is None or since <= day) and (until is None or day <= until)
        ]

    def age_on(self, day: date) -> int | None:
        """Completed years; who is born on 29 February completes them on 1 March of common years."""
        if self.birth_date is None or self.birth_date > day:
            return None
        return day.year - self.birth_date.year - ((day.month, day.day) < (self.birth_date.month, self.birth_date.day))


@dataclass(frozen=True, slots=True)
class Verdict:
    """`eligible` is None where a fact is missing: then `reasons` says which."""

    eligible: bool | None
    reasons: tuple[Promise | str, ...]


def age_band(age: int | None) -> str:
    """`6-10`; the open band is `55+`; unknown is empty. Bands are ours, not the fund's."""
    if age is None:
        return ""
    low, high = next(band for band in AGE_BANDS if age <= band[1])
    return f"{low}+" if high == 200 else f"{low}-{high}"


def _third_country(facts: Facts, day: date) -> Verdict:
    held = facts.countries_on(day)
    verdict = is_third_country(held, day)
    if verdict is None:
        return Verdict(None, (_("the citizenship is not known"),))
    if verdict:
        return Verdict(True, (_("is a citizen of a third country on that day"),))
    if any(union_member(country, day) and country != COUNTRY for country in held):
        return Verdict(False, (_("is a citizen of the European Union on that day"),))
    return Verdict(False, (_("is an Italian citizen on that day"),))


def _age(facts: Facts, day: date, low: int, high: int) -> Verdict:
    age = facts.age_on(day)
    if age is None:
        return Verdict(None, (_("the date of birth is not known"),))
    said = ngettext_lazy("is %(age)d year old on that day", "is %(age)d years old on that day", age) % {"age": age}
    return Verdict(low <= age <= high, (said,))


def _pupil(facts: Facts) -> Verdict:
    return Verdict(facts.is_pupil, (_("attends school") if facts.is_pupil else _("does not attend school"),))


def _foreign_parent(facts: Facts) -> Verdict:
    known = [citizenship or birth for citizenship, birth in facts.parents if citizenship or birth]
    if any(country != COUNTRY for country in known):
        return Verdict(True, (_("has a foreign parent"),))
    if not known:
        return Verdict(None, (_("the parents' citizenship or country of birth is not known"),))
    return Verdict(False, (_("has no foreign parent"),))


def _regular_stay(facts: Facts, day: date) -> Verdict:
    if facts.permit_situation in ALWAYS_REGULAR:
        return Verdict(
            True,
            (_("is regularly present: %(situation)s") % {"situation": PermitSituation(facts.permit_situation).label},),
        )
    if facts.permit_situation == PermitSituation.DATED:
        if facts.permit_expiry_date is None:
            return Verdict(None, (_("the permit's expiry date is not known"),))
        if facts.permit_issued_date is not None and day < facts.permit_issued_date:
            return Verdict(False, (_("the permit was not issued yet on that day"),))
        if day > facts.permit_expiry_date:
            return Verdict(False, (_("the permit had expired on that day"),))
        return Verdict(True, (_("holds a permit valid on that day"),))
    if facts.permit_situation == PermitSituation.NONE:
        return Verdict(False, (_("has no permit of stay"),))
    if facts.permit_situation == PermitSituation.NOT_NEEDED:
        return Verdict(True, (_("needs no permit of stay"),))
    return Verdict(None, (_("the situation of stay is not known"),))


def assess(facts: Facts, criteria: Mapping[str, Any], day: date) -> Verdict:
    """One group's criteria for one person on one day, without `excludes` (that is `groups_on`)."""
    verdicts: list[Verdict] = []
    if criteria.get("citizenship") == "third-country":
        verdicts.append(_third_country(facts, day))
    if "age" in criteria:
        verdicts.append(_age(facts, day, *criteria["age"]))
    if criteria.get("pupil"):
        verdicts.append(_pupil(facts))
    if criteria.get("parent") == "foreign":
        verdicts.append(_foreign_parent(facts))
    if criteria.get("regular_stay"):
        verdicts.append(_regular_stay(facts, day))
    outcomes = [verdict.eligible for verdict in verdicts]
    eligible = False if False in outcomes else None if None in outcomes else True
    # A refusal is explained by what refuses, a doubt by what is missing, a yes by everything that holds.
    reasons = tuple(reason for verdict in verdicts if verdict.eligible is eligible for reason in verdict.reasons)
    return Verdict(eligible, reasons)


def verdicts_on(
    facts: Facts, groups: Iterable[tuple[str, Mapping[str, Any]]], day: date, titles: Mapping[str, str] | None = None
) -> dict[str, Verdict]:
    """Every group's verdict on a day, exclusions included. `titles` puts the groups' names into the reasons."""
    listed = list(groups)
    alone = {code: assess(facts, criteria, day) for code, criteria in listed}
    result = dict(alone)
    for code, criteria in listed:
        for other in criteria.get("excludes", ()):
            if alone[code].eligible is not False and other in alone and alone[other].eligible:
                name = (titles or {}).get(other, other)
                result[code] = Verdict(False, (_("is already counted among: %(group)s") % {"group": name},))
                break
    return result


def groups_on(facts: Facts, groups: Iterable[tuple[str, Mapping[str, Any]]], day: date) -> list[str]:
    """The codes of the groups a person belongs to on a day, sorted. Only a proven yes counts."""
    return sorted(code for code, verdict in verdicts_on(facts, groups, day).items() if verdict.eligible)
