"""`{% load portal %}`: languages of texts, places, kinds of things."""

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise
from django.utils.safestring import SafeString, mark_safe

from interazioni.foundation.ui import public
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.feeds import discovery
from interazioni.front.portal.forms import KINDS

register = template.Library()
register.filter("tag", languages.tag)
register.filter("own_name", languages.own_name)
register.filter("dir", languages.direction)
register.simple_tag(public.spoken, name="spoken_language")
register.simple_tag(discovery.links, name="feed_links")
register.simple_tag(discovery.here, name="feed_address")


@register.filter
def towns(codes: Sequence[str]) -> str:
    names = [found.name for code in codes[:3] if (found := municipalities.by_istat(code))]
    return ", ".join(names) + (" …" if len(codes) > 3 else "")


@register.filter
def kind_name(kind: str) -> str | Promise:
    return KINDS.get(kind, kind)


@register.filter
def spoken_as(titles: dict[str, str]) -> SafeString | str:
    """`lang` and `dir` for a text of the plan that is read in Italian for want of another language."""
    if titles.get(public.spoken()[:2]):
        return ""
    return mark_safe(' lang="it" dir="ltr"')  # a text of ours
