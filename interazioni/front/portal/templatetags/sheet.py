"""`{% load sheet %}`: the sections of a service's sheet; a text in another language than the page's says so."""

from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interazioni.foundation.core.clock import ROME
from interazioni.foundation.translation.queries import Marked, Reading
from interazioni.foundation.ui.public import spoken
from interazioni.foundation.vocabularies import languages
from interazioni.front.api import structured

register = template.Library()
register.simple_tag(structured.element, name="structured_data")


@register.simple_tag
def marked(text: Marked) -> SafeString | str:
    """`lang` and `dir` where they differ from the page's."""
    if text.language == spoken():
        return ""
    return format_html(' lang="{}" dir="{}"', languages.tag(text.language), languages.direction(text.language))


@register.simple_tag
def sheet_section(words: Reading, field: str, title: str, as_list: bool = False) -> SafeString | str:
    texts = words.under(field)
    if not texts:
        return ""
    inner = format_html_join(
        "", "<li{}>{}</li>" if as_list else "<p{}>{}</p>", ((marked(text), text.text) for text in texts)
    )
    return format_html(
        '<section aria-labelledby="{0}"><h2 id="{0}">{1}</h2>{2}</section>',
        field,
        title,
        format_html("<ul>{}</ul>", inner) if as_list else inner,
    )


@register.filter
def clock_time(moment: datetime) -> str:
    return moment.astimezone(ROME).strftime("%H:%M")
