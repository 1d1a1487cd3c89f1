from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.queries.statistics import Asked
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import DayField, DeskForm
from interazioni.foundation.vocabularies import municipalities

REGION = "Piemonte"
LONGEST = timedelta(days=5 * 366)


@cache
def provinces() -> dict[str, str]:
    """ISTAT's three digits → the province's name, of the Region."""
    found = {one.istat[:3]: one.province_name for one in municipalities.in_region(REGION)}
    return dict(sorted(found.items(), key=lambda pair: pair[1]))


def province_name(code: str) -> str:
    """Of another region: its digits."""
    return provinces().get(code, code)


class StatisticsForm(DeskForm):
    """Which stretch of time and which area. GET, so that a figure has an address."""

    first = DayField(label=_("From"), required=False)
    last = DayField(label=_("To"), required=False)
    province = forms.ChoiceField(label=_("Province"), required=False)
    dispatch = forms.ChoiceField(label=_("Who sends the mediators"), required=False)

    def __init__(self, data: Any, *, dispatches: Sequence[tuple[UUID, str]], **kwargs: Any) -> None:
        super().__init__({**self.usual(), **{key: value for key, value in data.items() if value}}, **kwargs)
        self.fields["province"].choices = [("", _("All")), *provinces().items()]  # type: ignore[attr-defined]
        if len(dispatches) > 1:
            self.fields["dispatch"].choices = [("", _("All")), *((str(pk), name) for pk, name in dispatches)]  # type: ignore[attr-defined]
        else:
            del self.fields["dispatch"]

    @staticmethod
    def usual() -> dict[str, str]:
        """The last year up to today: every call of it has had its hour."""
        today = clock.today()
        return {"first": (today - timedelta(days=364)).isoformat(), "last": today.isoformat()}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and last and last < first:
            self.add_error("last", _("The last day lies before the first."))
        elif first and last and last - first > LONGEST:
            self.add_error("last", _("Five years at most."))
        return data

    def asked(self) -> Asked:
        """What is asked for; where it cannot be read, the usual."""
        usual = {key: date.fromisoformat(value) for key, value in self.usual().items()}
        data = self.cleaned_data if self.is_valid() else usual
        dispatch = data.get("dispatch")
        return Asked(
            data.get("first") or usual["first"], data.get("last") or usual["last"], str(data.get("province") or ""),
            UUID(str(dispatch)) if dispatch else None,
        )  # fmt: skip
