"""What is asked about hours: a signature, a reason, a grant, a regular presence."""

import re
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from babel.dates import get_day_names
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.forms.calls import HourField
from interazioni.actions.mediation.models import GrantKind, Mediator
from interazioni.actions.mediation.rules import PresenceData
from interazioni.actions.mediation.settings_of import kinds_of_presence
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.ui.formats import locale
from interazioni.foundation.ui.forms import AmountField, DayField, DeskForm
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.fields import MunicipalityField
from interazioni.plan.partners.models import Body

LONGEST_SIGNATURE = 20_000
SIGNATURE = re.compile(r"(?:[ML]\d{1,3} \d{1,3})+")  # strokes in a field of 600 by 200, as an SVG path


def signature_of(text: str) -> str:
    """The strokes drawn on the phone, or nothing. Anything but strokes is refused: it is drawn again on paper."""
    text = text.strip()
    if text and (len(text) > LONGEST_SIGNATURE or not SIGNATURE.fullmatch(text)):
        raise ValidationError(_("This signature could not be read: sign again, or confirm without."))
    return text


class ReopenForm(DeskForm):
    words = forms.CharField(
        label=_("Why"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("No names of the people."),
    )


class MonthForm(DeskForm):
    """`?month=2020-02`"""

    month = forms.ChoiceField(label=_("Month"), required=False)


class GrantForm(DeskForm):
    body = forms.ModelChoiceField(Body.objects.none(), label=_("Body"), to_field_name="code")
    kind = forms.ChoiceField(label=_("What for"), choices=GrantKind.choices, widget=forms.RadioSelect)
    hours = AmountField(label=_("Hours"), min_value=Decimal("0.25"), max_value=100_000, max_digits=8, decimal_places=2)
    starts = DayField(label=_("From"))
    ends = DayField(label=_("To"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = clock.today()
        kwargs["initial"] = {
            "kind": GrantKind.CALLER, "starts": today.replace(month=1, day=1), "ends": today.replace(month=12, day=31), **(kwargs.get("initial") or {})
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = Body.objects.order_by("name")  # type: ignore[attr-defined]

    def minutes(self) -> int:
        return int((self.cleaned_data["hours"] * 60).to_integral_value())


class PresenceForm(DeskForm):
    """A mediator regularly at a place. `presence_data()` is what the rule takes."""

    client_id = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What it is called"),
        max_length=200,
        help_text=_("For example: Desk of mediation, or Hours in class 3 A."),
    )
    kind = forms.ChoiceField(label=_("What it counts as"), widget=forms.RadioSelect)
    mediator = forms.ModelChoiceField(Mediator.objects.none(), label=_("Mediator"))
    body = forms.ModelChoiceField(Body.objects.none(), label=_("Held at"), to_field_name="code")
    place = forms.CharField(label=_("Where exactly"), max_length=200, required=False)
    municipality = MunicipalityField(
        label=_("Municipality"), required=False, help_text=_("Only if it is not that of the body.")
    )
    language = forms.ChoiceField(label=_("Language"), required=False)
    weekday = forms.TypedChoiceField(label=_("Day"), coerce=int)
    starts = HourField(label=_("From"))
    minutes = forms.IntegerField(
        label=_("How long, in minutes"), min_value=15, max_value=600, widget=forms.NumberInput(attrs={"class": "input-short", "step": 5})
    )  # fmt: skip
    every_weeks = forms.TypedChoiceField(
        label=_("Again"),
        coerce=int,
        choices=[(1, _("every week")), (2, _("every two weeks")), (4, _("every four weeks"))],
    )
    since = DayField(label=_("From the"))
    until = DayField(label=_("To the"), help_text=_("Days on which the body is closed are left out by themselves."))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        today = clock.today()
        kwargs["initial"] = {
            "client_id": uuid4(), "weekday": today.weekday(), "minutes": 120, "every_weeks": 1, "since": today, **(kwargs.get("initial") or {})
        }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.kinds = {str(kind.pk): kind for kind in kinds_of_presence()}
        choice = self.fields["kind"]
        choice.choices = [(key, kind.title) for key, kind in self.kinds.items()]  # type: ignore[attr-defined]
        choice.initial = next(iter(self.kinds), None)
        self.fields["mediator"].queryset = Mediator.objects.filter(dispatch_id=actor.body_id).order_by("full_name")  # type: ignore[attr-defined]
        self.fields["body"].queryset = Body.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["language"].choices = [("", _("several or any")), *languages.choices((get_language() or "it")[:2])]  # type: ignore[attr-defined]
        self.fields["weekday"].choices = list(get_day_names("wide", context="stand-alone", locale=locale()).items())  # type: ignore[attr-defined]

    def presence_data(self) -> PresenceData:
        said = self.cleaned_data
        return PresenceData(
            title=said["title"], weekday=said["weekday"], starts=said["starts"], minutes=said["minutes"], since=said["since"], until=said["until"],
            municipality=said["municipality"] or said["body"].municipality, place=said["place"], language=said["language"], every_weeks=said["every_weeks"],
        )  # fmt: skip

    def ident(self) -> UUID:
        found: UUID = self.cleaned_data["client_id"]
        return found


class EndPresenceForm(DeskForm):
    last = DayField(label=_("Last day"), help_text=_("What lies after it is cancelled, and the mediator is told."))
