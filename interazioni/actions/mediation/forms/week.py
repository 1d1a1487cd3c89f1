"""What a dispatcher says about the week: how much each thing weighs, and who goes instead."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models import WEIGHTS
from interazioni.foundation.ui.forms import DeskForm

EXPLAINED = {
    "unfilled": (
        _("A call left uncovered"),
        _("Counted once for a call that can wait, twice when it is important, four times when it is urgent. The higher, the more the plan does to cover it."),
    ),
    "travel_per_km": (
        _("Each kilometre on the road"),
        _("From home to the first place, between places, and home again. In steps of 10. With 40, a hundred kilometres weigh 4000."),
    ),
    "discontinuity": (
        _("Somebody whom the family does not know"),
        _("Counted when the family has met other mediators. The higher, the more often the same person comes."),
    ),
    "gender_pref": (
        _("A man where a woman is preferred, or the other way round"),
        _("Only for preferences: where a woman is needed nobody else is ever planned."),
    ),
    "no_sector": (_("Somebody not used to the sector"), _("A health call by who works in schools, for example.")),
    "level_short": (
        _("Each level below mother tongue"),
        _("Once for somebody fluent, twice for somebody who gets by. Below the least level that was asked for nobody is planned."),
    ),
    "second_language": (
        _("In the second language"),
        _("Another language than the one asked for, where the body that called said that it is acceptable."),
    ),
    "mode_fallback": (
        _("At a distance instead of on site"),
        _("By phone or video where that is acceptable. The lower, the fewer kilometres and the more screens."),
    ),
}  # fmt: skip
RATES = (_("up to a quarter of the week's hours"), _("up to half"), _("up to three quarters"), _("up to all of them"))


class WeightsForm(DeskForm):
    """One number for each weight; four for how fast a full week becomes heavier."""

    def __init__(self, *args: Any, weights: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.weights = weights
        for name, (label, explained) in EXPLAINED.items():
            self.fields[name] = forms.IntegerField(
                label=label, help_text=explained, min_value=0, max_value=1_000_000, initial=weights[name],
                widget=forms.NumberInput(attrs={"class": "input-short", "step": 10 if name == "travel_per_km" else 1}),
            )  # fmt: skip
        for number, (_share, rate) in enumerate(weights["overload"]):
            said = RATES[number] if len(weights["overload"]) == len(RATES) else str(_share)
            self.fields[f"rate_{number}"] = forms.IntegerField(
                label=said, min_value=0, max_value=1000, initial=rate, widget=forms.NumberInput(attrs={"class": "input-short"})
            )  # fmt: skip

    def weighing(self) -> list[Any]:
        return [self[name] for name in EXPLAINED]

    def rates(self) -> list[Any]:
        return [self[name] for name in self.fields if name.startswith("rate_")]

    def values(self) -> dict[str, Any]:
        """As the rule takes them."""
        data = self.cleaned_data
        found: dict[str, Any] = {name: data[name] for name in EXPLAINED}
        found["overload"] = [
            [share, data[f"rate_{number}"]] for number, (share, _rate) in enumerate(self.weights["overload"])
        ]
        return found

    @staticmethod
    def ordinary() -> dict[str, Any]:
        return dict(WEIGHTS)
