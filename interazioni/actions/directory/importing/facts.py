"""What was understood of a service, for the preview: label and value, the whole sheet in a few lines."""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.hours_text import said
from interazioni.actions.directory.importing.draft import Draft
from interazioni.actions.directory.models import Theme
from interazioni.foundation.imports.registry import Text
from interazioni.foundation.vocabularies import languages, municipalities


def facts_of(draft: Draft, theme: str, known: bool) -> list[tuple[Text, str]]:
    values = draft.values
    ages = " – ".join(
        str(values.get(name) if values.get(name) is not None else "…") for name in ("minimum_age", "maximum_age")
    )
    stated: list[tuple[Text, object]] = [
        (_("entry"), _("on record") if known else _("new")),
        (_("about"), Theme(theme).label if theme else ""),
        (_("offered by"), draft.organisation.get("name", "")),
        (_("in one sentence"), _short(str(values.get("summary", "")))),
        (_("whom it is for"), _short(str(values.get("for_whom", "")))),
        (_("where"), "; ".join(_where(place.where) for place in draft.places)),
        (
            _("hours"),
            "; ".join(
                _short(hours.replace("\n", ", "), 90)
                for place in draft.places
                if (hours := said(place.when.get("hours", ())))
            ),
        ),
        (_("phones"), ", ".join(one["number"] for one in values.get("phones", []))),
        (_("e-mail"), values.get("email", "")),
        (_("languages"), ", ".join(languages.name_of(tag) for tag in values.get("spoken", []))),
        (_("ages"), ages if ages != "… – …" else ""),
        (_("cost"), _("free of charge") if values.get("free") else _short(str(values.get("cost", "")))),
        (_("documents"), str(len(values["needed"])) if values.get("needed") else ""),
        (_("by appointment only"), _("yes") if values.get("appointment") else ""),
    ]
    return [(label, str(value)) for label, value in stated if value]


def _short(text: str, letters: int = 70) -> str:
    text = " ".join(text.split())
    return text if len(text) <= letters else text[: letters - 1].rsplit(" ", 1)[0] + "…"


def _where(place: Mapping[str, object]) -> str:
    town = municipalities.by_istat(str(place["municipality"]))
    return ", ".join(filter(None, [str(place.get("address", "") or place.get("name", "")), str(town) if town else ""]))
