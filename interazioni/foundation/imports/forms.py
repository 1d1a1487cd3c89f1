from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.imports import registry
from interazioni.foundation.ui.formats import local_number
from interazioni.foundation.ui.forms import DeskForm


class UploadForm(DeskForm):
    """What is handed in: the kind of list, the file, and what the file does not say."""

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    edition = forms.ChoiceField(label=_("Edition"), required=False, help_text=_("Only for an attendance grid."))
    file = forms.FileField(label=_("File"))

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = [kind for kind in registry.kinds() if actor.can(kind.permission)]
        self.fields["kind"].choices = [(kind.code, _offered(kind)) for kind in kinds]  # type: ignore[attr-defined]
        asks = next((kind for kind in kinds if kind.option_choices is not None), None)
        choices = asks.option_choices(actor) if asks is not None and asks.option_choices is not None else []
        self.fields["edition"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]
        if len(kinds) == 1:
            self.fields["kind"].initial = kinds[0].code

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.UPLOAD_MAX_BYTES:
            megabytes = local_number(settings.UPLOAD_MAX_BYTES // (1024 * 1024))
            raise ValidationError(
                _("The file is too large: at most %(n)s MB. Split the list into several files.") % {"n": megabytes}
            )
        return file

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        kind = found.get("kind")
        if kind and registry.kind_of(kind).option and not found.get("edition"):
            self.add_error("edition", _("Say of which edition this is the attendance."))
        return found


def _offered(kind: registry.ImportKind) -> str:
    """A kind and which files it takes."""
    return format_html('<span>{}<span class="field-help d-block">{}</span></span>', kind.label, kind.formats)
