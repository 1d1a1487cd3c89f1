"""Every reading of the records of people."""

from interazioni.plan.people.queries.facts import (
    Dimensions,
    GroupVerdict,
    dimensions,
    eligibility_of,
    facts_of,
    group_criteria,
    verdicts_for,
    visible_to,
)
from interazioni.plan.people.queries.listing import Alike, alike, in_group, listed, named, states

__all__ = [
    "Alike",
    "Dimensions",
    "GroupVerdict",
    "alike",
    "dimensions",
    "eligibility_of",
    "facts_of",
    "group_criteria",
    "in_group",
    "listed",
    "named",
    "states",
    "verdicts_for",
    "visible_to",
]
