from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import DayField, DeskForm
from interazioni.monitoring import words
from interazioni.monitoring.queries.asked import PARTNERSHIP, Asked
from interazioni.plan.people.models import Sex

EVERYTHING = ("", _("All"))


class FilterForm(DeskForm):
    """What part of the plan is looked at. GET, so that a figure has an address."""

    body = forms.ChoiceField(label=_("Body"), required=False)
    action = forms.ChoiceField(label=_("Action"), required=False)
    municipality = forms.ChoiceField(label=_("Territory"), required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), required=False, choices=[EVERYTHING, *[(value, label) for value, label in Sex.choices if value]]
    )
    age_band = forms.ChoiceField(label=_("Age"), required=False)
    citizenship = forms.ChoiceField(label=_("Citizenship"), required=False)

    def __init__(self, asked: Asked, citizenships: list[str], **kwargs: Any) -> None:
        # The filters in force fill the form; what a link asked for (what is not known) is no choice of it.
        super().__init__(initial=dict(asked.parameters), **kwargs)
        self._choices("action", [(action.code, action.title) for action in asked.actions])
        if asked.actor.plan_wide:
            self._choices("body", [(body.code, body.name) for body in asked.bodies], _("The whole plan"))
        elif asked.has_partnership:
            self.fields["body"].choices = [  # type: ignore[attr-defined]
                *[(body.code, body.name) for body in asked.bodies if body.pk == asked.actor.body_id],
                (PARTNERSHIP, _("Bodies of the partnership")),
                *[(body.code, body.name) for body in asked.bodies if body.pk != asked.actor.body_id],
            ]
        else:
            del self.fields["body"]
        places = sorted(
            {body.municipality for body in asked.bodies if body.municipality}
            | {asked.selection.municipality or ""} - {""}
        )
        provinces = sorted({place[:3] for place in places}, key=words.province)
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            EVERYTHING,
            (_("Provinces"), [(prefix, words.province(prefix)) for prefix in provinces]),
            (
                _("Municipalities"),
                sorted(
                    [(place, words.municipality(place)) for place in places if len(place) == 6],
                    key=lambda pair: pair[1],
                ),
            ),
        ]
        self._choices("age_band", [(band, words.value_label("age_band", band)) for band in words.AGE_ORDER])
        countries = {*citizenships, asked.selection.citizenship or ""} - {""}
        self._choices(
            "citizenship",
            sorted([(code, words.value_label("citizenship", code)) for code in countries], key=lambda pair: pair[1]),
        )

    def _choices(self, name: str, choices: list[tuple[str, str]], everything: Any = EVERYTHING[1]) -> None:
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]


class AsOfForm(DeskForm):
    on = DayField(label=_("As it stood on"), help_text=_("Any past day, at its end."))

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if day > clock.today():
            raise ValidationError(_("Choose a day that has passed."))
        if day.year < 2000:
            raise ValidationError(_("Choose a day since the plan began."))
        return day


class CertifyForm(DeskForm):
    """With registers missing, going ahead is said in so many words."""

    anyway = forms.BooleanField(label=_("Certify although this is missing"), required=False)

    def __init__(self, *args: Any, missing: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if missing:
            self.fields["anyway"].required = True
            self.fields["anyway"].error_messages["required"] = _(
                "Tick this to go ahead, or wait until nothing is missing."
            )
        else:
            del self.fields["anyway"]
