"""`{% load portal %}`: languages of texts, places, kinds of things."""

from collections.abc import Sequence

from django import template
from django.utils.functional import Promise

from interazioni.foundation.translation import registry
from interazioni.foundation.ui import public
from interazioni.foundation.vocabularies import languages, municipalities

register = template.Library()
register.filter("tag", languages.tag)
register.filter("own_name", languages.own_name)
register.filter("dir", languages.direction)
register.simple_tag(public.spoken, name="spoken_language")


@register.filter
def towns(codes: Sequence[str]) -> str:
    names = [found.name for code in codes[:3] if (found := municipalities.by_istat(code))]
    return ", ".join(names) + (" …" if len(codes) > 3 else "")


@register.filter
def kind_name(kind: str) -> str | Promise:
    return registry.kinds[kind].label
