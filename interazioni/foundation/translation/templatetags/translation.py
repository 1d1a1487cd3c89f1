"""`{% load translation %}`: languages with their direction, findings in words."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from interazioni.foundation.translation import words
from interazioni.foundation.translation.registry import label_of, themes
from interazioni.foundation.vocabularies import languages

register = template.Library()
register.filter("finding", words.said)
register.filter("language", words.language_name)
register.filter("stands", words.stands)
register.filter("own_name", languages.own_name)
register.filter("kind_label", label_of)


@register.filter
def theme_label(code: str) -> str:
    return str(themes.get(code, code))


@register.simple_tag
def spoken(code: str) -> SafeString:
    """`lang` and `dir` of a text in this language."""
    return format_html(' lang="{}" dir="{}"', languages.tag(code), languages.direction(code))
