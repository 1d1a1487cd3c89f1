"""`{% load sheet %}`: the sections of a service's sheet; a text in another language than the page's says so."""

from datetime import datetime, timedelta

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from interazioni.foundation.core.clock import ROME
from interazioni.foundation.translation.queries import Marked, Reading
from interazioni.foundation.ui.formats import weekday_date
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


@register.simple_tag
def taking_place(begins: datetime, ends: datetime) -> SafeString | str:
    """`mercoledì 12 febbraio 2020, 18:00–20:00`. Whole days have no hours; what ends on another day says on which, what has no end says none."""
    first, last = begins.astimezone(ROME), ends.astimezone(ROME)
    days = weekday_date(first)
    if (clock_time(first), clock_time(last)) == ("00:00", "23:59"):
        return days if first.date() == last.date() else f"{days} – {weekday_date(last)}"
    if first.date() == last.date() or last - first < timedelta(hours=12):  # until two in the night is the same evening
        hours = clock_time(first) if first == last else f"{clock_time(first)}–{clock_time(last)}"
        return format_html('{}, <span dir="ltr">{}</span>', days, hours)
    return format_html(
        '{}, <span dir="ltr">{}</span> – {}, <span dir="ltr">{}</span>',
        days,
        clock_time(first),
        weekday_date(last),
        clock_time(last),
    )
