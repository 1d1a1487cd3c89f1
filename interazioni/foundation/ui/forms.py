"""Forms that everybody can use: labels that stay, errors in words at the field, what was typed kept.

The HTML is in `templates/ui/forms/`; the settings name `Renderer`, so that `{{ form }}` and
`{{ field.as_field_group }}` give it everywhere, also in forms of libraries.
"""

import re
from collections.abc import Collection
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.utils import formats
from django.utils.translation import gettext_lazy as _


class Renderer(TemplatesSetting):
    form_template_name = "ui/forms/form.html"
    formset_template_name = "ui/forms/formset.html"
    field_template_name = "ui/forms/field.html"


class FieldError(NamedTuple):
    """A line of the error summary: where the link goes (an id), and what it says."""

    target: str
    label: str
    message: str


class _Accessible:
    """`personal_fields` names fields whose content must never be kept in the browser (`*`: none of them)."""

    personal_fields: ClassVar[Collection[str]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # A colon after each label is read out, and Italian forms have none.
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)

    @property
    def field_errors(self) -> list[FieldError]:
        return field_errors(self)  # type: ignore[arg-type]


class DeskForm(_Accessible, forms.Form):
    """The base of our forms."""


class DeskModelForm(_Accessible, forms.ModelForm):  # type: ignore[type-arg]
    """The same over a model's fields. It never saves: a rule does."""

    def save(self, commit: bool = True) -> Any:
        raise NotImplementedError("call a rule with the form's cleaned_data")


def field_errors(form: forms.BaseForm) -> list[FieldError]:
    """The errors of the visible fields, in the order of the page. (Those of the form as a whole are not among them.)"""
    return [
        FieldError(first_control(field), str(field.label), str(message))
        for field in form.visible_fields()
        for message in field.errors
    ]


def first_control(field: BoundField) -> str:
    """The id of what takes the focus: a group of choices has no control of its own name, so its first choice."""
    return f"{field.auto_id}_0" if field.use_fieldset else (field.id_for_label or str(field.auto_id))


def into(form: Any, error: ValidationError, names: dict[str, str] | None = None) -> None:
    """A rule's refusal, at the field that it is about; `names` says how the form calls the rule's fields."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, sentences in error.message_dict.items():
        field = (names or {}).get(name, name)
        for sentence in sentences:
            form.add_error(field if field in form.fields else None, sentence)


# --- days -----------------------------------------------------------------------------------------------------------

WEEKDAYS = (
    (0, _("Monday")), (1, _("Tuesday")), (2, _("Wednesday")), (3, _("Thursday")), (4, _("Friday")), (5, _("Saturday")), (6, _("Sunday")),
)  # fmt: skip
ITALIAN_DAY = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y"]


class DayInput(forms.DateInput):
    """`<input type="date">`; but what is no day (31/02/2020) is shown again as text: a date input drops it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        shown = context["widget"]["value"]
        if shown:
            try:
                context["widget"]["value"] = _day(shown).isoformat()
            except ValueError:
                context["widget"]["type"] = "text"
        return context


class DayField(forms.DateField):
    """A day, as a browser sends it (ISO) or as people write it (gg/mm/aaaa). Years have four digits: 05 is no year."""

    widget = DayInput
    default_error_messages = {"invalid": _("Write the day as day/month/year, for example 27/03/2012.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("input_formats", ITALIAN_DAY)
        super().__init__(**kwargs)

    def to_python(self, value: Any) -> date | None:
        return super().to_python(value.strip() if isinstance(value, str) else value)


def _day(text: str) -> date:
    for pattern in ITALIAN_DAY:
        try:
            return datetime.strptime(text.strip(), pattern).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    raise ValueError(text)


# --- numbers --------------------------------------------------------------------------------------------------------


class AmountInput(forms.TextInput):
    """Text with a numeric keyboard: `type="number"` refuses the comma in half of the browsers."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "input-short", **(attrs or {})})

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal | float | int):
            return str(formats.number_format(value, use_l10n=True, force_grouping=False))
        return super().format_value(value)


class AmountField(forms.DecimalField):
    """A quantity with decimals: `1,5` and `1.5`, `1.234,5`. `1.500` could be either and is asked about."""

    widget = AmountInput
    default_error_messages = {
        "invalid": _("Write a number, for example 1,5."),
        "ambiguous": _("Write 1500 or 1,5: a point followed by three digits can be read in two ways."),
    }

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if isinstance(value, str):
            value = re.sub(r"[\s\u00a0\u202f]", "", value)
            if "," in value:
                value = value.replace(".", "").replace(",", ".")
            elif re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})+", value):
                raise ValidationError(self.error_messages["ambiguous"], code="ambiguous")
        return super().to_python(value)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}
