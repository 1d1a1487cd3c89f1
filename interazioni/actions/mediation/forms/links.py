"""What is asked of who opened a signed link, and of a mediator on the own page: the fewest fields there are."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import Assignment, DeclineReason, Hours
from interazioni.foundation.ui.forms import AmountField, DeskForm


class DeclineForm(DeskForm):
    reason = forms.ChoiceField(
        label=_("Why not"), choices=DeclineReason.choices, initial=DeclineReason.BUSY, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In your words"), required=False, max_length=300, help_text=_("No names of the people.")
    )


class HoursForm(DeskForm):
    """How long it took, and the way there and back."""

    minutes = forms.IntegerField(
        label=_("How long, in minutes"), min_value=1, max_value=720, widget=forms.NumberInput(attrs={"class": "input-short", "min": 1, "max": 720}),
    )  # fmt: skip
    travel_km = AmountField(
        label=_("Kilometres, there and back"), required=False, max_digits=6, decimal_places=1, min_value=0
    )
    travel_minutes = forms.IntegerField(
        label=_("Minutes on the way"), required=False, min_value=0, max_value=720, widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip
    contacts = forms.IntegerField(
        label=_("People met"), required=False, min_value=0, max_value=500, help_text=_("How many, without names."),
        widget=forms.NumberInput(attrs={"class": "input-short"}),
    )  # fmt: skip

    def __init__(self, *args: Any, assignment: Assignment, hours: Hours | None = None, **kwargs: Any) -> None:
        planned = int((assignment.ends_at - assignment.starts_at).total_seconds() // 60)
        kwargs["initial"] = {
            "minutes": hours.minutes if hours else planned,
            "travel_km": hours.travel_km if hours and hours.travel_km else None,
            "travel_minutes": hours.travel_minutes if hours and hours.travel_minutes else None,
            "contacts": hours.contacts if hours else None,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        if assignment.presence_id is None:
            del self.fields["contacts"]
        if assignment.mode != "onsite":
            del self.fields["travel_km"], self.fields["travel_minutes"]

    def values(self) -> dict[str, Any]:
        """The arguments of `rules.report_hours`."""
        return {
            "minutes": self.cleaned_data["minutes"], "travel_km": self.cleaned_data.get("travel_km") or Decimal(0),
            "travel_minutes": self.cleaned_data.get("travel_minutes") or 0, "contacts": self.cleaned_data.get("contacts"),
        }  # fmt: skip


class WordsForm(DeskForm):
    words = forms.CharField(label=_("Why"), max_length=300, help_text=_("No names of the people."))


class DisputeForm(DeskForm):
    words = forms.CharField(label=_("What is wrong"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
