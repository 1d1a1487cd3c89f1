"""What the board is asked, and what comes back from a translation's page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.translation import machine, registry, words
from interazioni.foundation.translation.queries import Asked
from interazioni.foundation.translation.rules import Edit
from interazioni.foundation.ui.forms import DeskForm


class BoardForm(DeskForm):
    language = forms.ChoiceField(label=_("Language"), required=False)
    stands = forms.ChoiceField(label=_("State"), required=False, choices=list(words.STANDS.items()))
    kind = forms.ChoiceField(label=_("Kind"), required=False)
    theme = forms.ChoiceField(label=_("What it is about"), required=False)

    def __init__(self, *args: Any, mine: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = mine
        every = [(code, words.language_name(code)) for code in words.targets()]
        first = _("My languages") if mine else _("All languages")
        self.fields["language"].choices = [("", first), *every]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", "—"), *((code, kind.label) for code, kind in registry.kinds.items())]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", "—"), *registry.themes.items()]  # type: ignore[attr-defined]

    def asked(self, me: UUID) -> Asked:
        """What it asks for; what makes no sense in an address asks for everything wanted."""
        values = self.cleaned_data if self.is_valid() else {}
        chosen = values.get("language")
        stands = values.get("stands") or "wanted"
        return Asked(
            [chosen] if chosen else (self.mine or words.targets()), stands, values.get("kind") or "", values.get("theme") or "", me,
            others=stands == "to_validate",
        )  # fmt: skip


class LanguagesForm(DeskForm):
    languages = forms.MultipleChoiceField(
        label=_("I translate into"), required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "choices-inline"})
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, words.language_name(code)) for code in words.targets()]
        self.fields["languages"].choices = choices  # type: ignore[attr-defined]


class ConceptForm(DeskForm):
    """A concept with its names, one a line, the preferred one first."""

    code = forms.SlugField(
        label=_("Code"), max_length=60, help_text=_("Short and lasting, for example: permesso-di-soggiorno.")
    )
    note = forms.CharField(
        label=_("What is meant, for translators"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    enforced = forms.BooleanField(label=_("A translation must use it, or say why not"), required=False, initial=True)

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if fixed:
            del self.fields["code"]
        for code in words.targets():
            area = forms.Textarea(attrs={"rows": 2, "lang": code, "dir": "auto"})
            self.fields[f"in_{code}"] = forms.CharField(
                label=words.language_name(code), required=False, max_length=1500, widget=area
            )
        self.fields["in_it"].required = True
        self.fields["in_it"].help_text = _(
            "One name a line, the preferred one first. The others are found by the search."
        )

    def terms(self) -> dict[str, list[str]]:
        return {
            name.removeprefix("in_"): [line.strip() for line in value.splitlines() if line.strip()]
            for name, value in self.cleaned_data.items()
            if name.startswith("in_")
        }


def edits(post: Mapping[str, Any]) -> dict[UUID, Edit]:
    """From a translation's page. A field's name says what its writer saw: `t.<segment>.<made of>.<over>`; so a draft that a browser kept is
    never put over words that have changed since."""
    found: dict[UUID, Edit] = {}
    for name, value in post.items():
        parts = name.split(".")
        if len(parts) != 4 or parts[0] != "t" or not (parts[2] + parts[3]).isdecimal() or len(parts[2] + parts[3]) > 12:
            continue
        ident = as_uuid(parts[1])
        if ident is None:
            continue
        found[ident] = Edit(
            str(value), int(parts[2]), int(parts[3]), fits=f"fits.{parts[1]}" in post, excuse=post.get(f"why.{parts[1]}")
        )  # fmt: skip
    return found


class FileForm(DeskForm):
    file = forms.FileField(label=_("XLIFF file"), help_text=_("Version 2.0 or 1.2, as it came out of your tool."))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            raise ValidationError(_now("This is too large to be sent."))
        return file


class RunForm(DeskForm):
    engine = forms.ChoiceField(label=_("Machine"))
    language = forms.ChoiceField(label=_("Into"))
    how_many = forms.TypedChoiceField(
        label=_("How many things, the most read first"), coerce=int, choices=[(n, str(n)) for n in (5, 20, 100, 300)]
    )

    def __init__(self, *args: Any, mine: list[str], single: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["engine"].choices = [(one.value, one.label) for one in machine.engines()]  # type: ignore[attr-defined]
        codes = words.targets() if single else sorted(words.targets(), key=lambda code: code not in mine)
        self.fields["language"].choices = [(code, words.language_name(code)) for code in codes]  # type: ignore[attr-defined]
        if single:
            del self.fields["how_many"]
