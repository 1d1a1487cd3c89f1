"""What this room's templates say of places, languages and lengths."""

from django import template

from interazioni.actions.mediation import words
from interazioni.foundation.vocabularies import municipalities

register = template.Library()


@register.filter
def town(istat: str) -> str:
    """The municipality of an ISTAT code, with its province."""
    found = municipalities.by_istat(istat) if istat else None
    return str(found) if found else ""


@register.filter
def language_name(tag: str) -> str:
    return words.language_name(tag) if tag else ""


@register.filter
def as_hours(minutes: int | None) -> str:
    """90 → `1 h 30`."""
    return "" if minutes is None else words.hours(minutes)


@register.filter
def said(reasons: list[object]) -> str:
    """Reasons in words, one after the other."""
    return words.sentence(reasons)
