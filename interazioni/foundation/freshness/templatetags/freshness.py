"""`{% load freshness %}`: what was found, in words."""

from urllib.parse import urlencode

from django import template

from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.freshness.words import problem_words

register = template.Library()
register.filter("problem_words", problem_words)


@register.filter
def page_of(vouch: Vouch | None) -> str:
    """What the forms of a thing's own page say, so that one comes back there and not to the board."""
    return urlencode({"page_of": str(vouch.pk)}) if vouch else ""
