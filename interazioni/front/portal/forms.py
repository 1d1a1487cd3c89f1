"""What a reader may ask. Nothing here can be wrong: what is no filter is left out."""

import re
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.models import Theme
from interazioni.actions.directory.queries import places_served
from interazioni.foundation.core import clock
from interazioni.foundation.search.queries import Filters
from interazioni.foundation.ui.forms import DeskForm
from interazioni.foundation.ui.public import spoken
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.municipalities import by_istat

SPOKEN = languages.MEDIATION
NEAR = re.compile(r"(-?\d{1,2}(?:\.\d{1,6})?),(-?\d{1,3}(?:\.\d{1,6})?)")
KINDS: dict[str, Promise] = {
    "service": _("Service"), "guide": _("Guide"), "plan_page": _("Page of the plan"), "news": _("News"), "opportunity": _("Opportunity"),
    "event": _("Event"),
}  # fmt: skip


class SearchForm:
    """The query of an address, read kindly. Names are those of the public API, too.

    `near`: "45.07,7.69", rounded by the page to about a kilometre, so that no address tells where somebody lives.
    """

    def __init__(self, data: QueryDict) -> None:
        self.data = {
            name: data.get(name, "").strip()[:300]
            for name in ("q", "theme", "place", "near", "kind", "open", "spoken", "free", "like", "view", "page")
        }

    def words(self) -> str:
        return self.data["q"]

    def page(self) -> int:
        text = self.data["page"]
        return min(max(int(text), 1), 500) if text.isdecimal() and len(text) < 6 else 1

    def near(self) -> tuple[float, float] | None:
        found = NEAR.fullmatch(self.data["near"])
        if not found:
            return None
        latitude, longitude = float(found[1]), float(found[2])
        return (round(latitude, 2), round(longitude, 2)) if abs(latitude) <= 90 and abs(longitude) <= 180 else None

    def like(self) -> UUID | None:
        try:
            return UUID(self.data["like"])
        except ValueError:
            return None

    def gathered(self) -> bool:
        """Who says where they are wants to see each place."""
        return not (self.data["place"] or self.near() or self.like() or self.as_map())

    def as_map(self) -> bool:
        return self.data["view"] == "map"

    def filters(self) -> Filters:
        place = self.data["place"]
        return Filters(
            kinds=(self.data["kind"],) if self.data["kind"] in KINDS else (),
            near=self.near(),
            theme=self.data["theme"] if self.data["theme"] in Theme.values else "",
            municipality=place if by_istat(place) else "",
            open_at=clock.now() if self.data["open"] else None,
            spoken=self.data["spoken"] if self.data["spoken"] in SPOKEN else "",
            free=bool(self.data["free"]),
            like=self.like(),
            since=clock.now(),
        )

    def address(self, **other: Any) -> str:
        values = {
            name: value
            for name, value in {**self.data, **other}.items()
            if value and not (name == "page" and value == 1)
        }
        return "?" + urlencode(values)

    def address_without_filters(self) -> str:
        return "?" + urlencode({"q": self.words()})

    def themes(self) -> list[tuple[str, Any, bool]]:
        return [(theme.value, theme.label, theme.value == self.data["theme"]) for theme in Theme]

    def kinds(self) -> list[tuple[str, Any, bool]]:
        return [(code, label, code == self.data["kind"]) for code, label in KINDS.items()]

    def places(self) -> list[tuple[str, str, bool]]:
        return [(code, name, code == self.data["place"]) for code, name in places_served()]

    def languages(self) -> list[tuple[str, str, bool]]:
        return [
            (code, name, code == self.data["spoken"]) for code, name in languages.choices(spoken().partition("-")[0])
        ]


class SuggestForm(DeskForm):
    text = forms.CharField(
        label=_("What is wrong or missing?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("In any language. Write no names of people.")
    )  # fmt: skip
    contact = forms.CharField(
        label=_("Your e-mail or phone, only if you want an answer"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "email"})
    )  # fmt: skip
