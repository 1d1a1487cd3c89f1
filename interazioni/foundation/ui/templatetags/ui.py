"""`{% load ui %}`: icons, formats, navigation."""

from datetime import date, datetime
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from interazioni.foundation.ui import formats, public, registry
from interazioni.foundation.ui.forms import FieldError, field_errors
from interazioni.foundation.vocabularies import languages

register = template.Library()

register.filter("number", formats.local_number)
register.filter("percent", formats.local_percent)
register.filter("local_date", formats.local_date)
register.filter("long_date", formats.long_date)
register.filter("weekday_date", formats.weekday_date)

TONE_ICONS = {
    "neutral": "it-info-circle",
    "info": "it-info-circle",
    "success": "it-check-circle",
    "warning": "it-warning-circle",
    "danger": "it-error",
}
TREND_ICONS = {"up": "it-arrow-up", "down": "it-arrow-down", "flat": "it-arrow-right"}


@register.simple_tag
def icon(name: str, size: str = "", label: str = "", flip: bool = False, css: str = "") -> SafeString:
    """An icon of the sprite. `size`: "", "xs", "sm", "lg", "inline". Silent beside words; with `label` it speaks."""
    classes = " ".join(filter(None, ["icon", f"icon-{size}" if size else "", "icon-flip" if flip else "", css]))
    href = f"{static('ui/build/sprite.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, href
    )


@register.simple_tag
def tone_icon(tone: str, size: str = "") -> SafeString:
    return icon(TONE_ICONS.get(tone, TONE_ICONS["neutral"]), size)


@register.simple_tag
def trend_icon(trend: str) -> SafeString:
    return icon(TREND_ICONS.get(trend, TREND_ICONS["flat"]), flip=trend == "flat")


@register.filter
def tone(level_tag: str) -> str:
    """Django's message level as one of our five tones."""
    return {"error": "danger", "debug": "neutral"}.get(level_tag, level_tag or "neutral")


@register.simple_tag
def moment(value: datetime | date | None) -> SafeString | str:
    """`<time>` with the machine's form beside the reader's: day and hour for a moment, the day for a day."""
    if value is None:
        return ""
    if isinstance(value, datetime):  # HTML knows no microseconds
        machine, words = value.isoformat(timespec="seconds"), formats.local_moment(value)
    else:
        machine, words = value.isoformat(), formats.long_date(value)
    return format_html('<time datetime="{}">{}</time>', machine, words)


@register.simple_tag(takes_context=True)
def desk_menu(context: template.Context) -> list[registry.Link]:
    request = context["request"]
    return registry.navigation(registry.menu.for_actor(getattr(request, "actor", None)), request.path)


@register.simple_tag(takes_context=True)
def portal_menu(context: template.Context) -> list[registry.Link]:
    """In the page's language; pages that lie in no language (a login, a signed link) lead to those in the desk's."""
    request = context["request"]
    return registry.navigation(registry.portal_menu, request.path, language=public.spoken())


@register.simple_tag(takes_context=True)
def portal_languages(context: template.Context) -> list[dict[str, Any]]:
    """This page in every language of the portal: code, BCP-47 tag, address, name in itself, direction."""
    return [
        {
            "code": code,
            "tag": languages.tag(code),
            "url": url,
            "current": current,
            "name": languages.own_name(code),
            "dir": languages.direction(code),
        }
        for code, url, current in public.alternatives(context["request"])
    ]


@register.filter
def public_page(path: str) -> str:
    """A public thing's address in the language that is being spoken."""
    return public.under(path)


register.filter("weekday_name", formats.weekday_name)


@register.simple_tag
def portal_url(name: str, **values: Any) -> str:
    """Of a public page in the language that is being spoken."""
    return public.address(name, **values)


@register.simple_tag(takes_context=True)
def object_tabs(context: template.Context, kind: str, object_id: Any) -> list[registry.Link]:
    request = context["request"]
    return registry.tabs_of(kind, object_id, getattr(request, "actor", None), request.path)


@register.filter
def errors_by_field(form: forms.BaseForm) -> list[FieldError]:
    """For forms of libraries as well, which are no `DeskForm`."""
    return field_errors(form)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_personal(field: BoundField) -> bool:
    """Its content must not stay in the browser."""
    personal = getattr(field.form, "personal_fields", ())
    return "*" in personal or field.name in personal


@register.filter
def has_required(form: forms.BaseForm) -> bool:
    return any(field.field.required for field in form.visible_fields())


@register.filter
def bar(share: float | None) -> str:
    """A share as the value of <progress max="1">: with a point in every language, and never past the end."""
    return f"{min(max(float(share or 0), 0.0), 1.0):.4f}"


@register.filter
def unlocalized(value: object) -> str:
    return str(value)
