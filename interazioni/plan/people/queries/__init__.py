"""Every reading of the records of people."""

from interazioni.plan.people.eligibility import AGE_BANDS, age_band
from interazioni.plan.people.queries.facts import (
    Dimensions,
    GroupVerdict,
    dimensions,
    eligibility_of,
    facts_of,
    verdicts_for,
    visible_to,
)
from interazioni.plan.people.queries.listing import (
    Alike,
    alike,
    citizenships_present,
    in_group,
    listed,
    named,
    stated_of,
)

__all__ = [
    "AGE_BANDS",
    "Alike",
    "Dimensions",
    "GroupVerdict",
    "age_band",
    "alike",
    "citizenships_present",
    "dimensions",
    "eligibility_of",
    "facts_of",
    "in_group",
    "listed",
    "named",
    "stated_of",
    "verdicts_for",
    "visible_to",
]
