"""`{% load monitoring %}`: months, amounts that may be withheld, and texts of the plan."""

from typing import Any

from django import template

from interazioni.foundation.ui.formats import local_number
from interazioni.monitoring import words
from interazioni.monitoring.disclosure import Few

register = template.Library()
register.filter("month", words.month)
register.filter("unit_words", words.unit_of)


@register.filter
def shown(amount: Any) -> str:
    return str(amount) if isinstance(amount, Few) else local_number(amount)


@register.filter
def plan_text(thing: Any, name: str) -> str:
    """A text of the plan file, in the reader's language: `indicator|plan_text:"rule"`."""
    return str(thing.text(name))
