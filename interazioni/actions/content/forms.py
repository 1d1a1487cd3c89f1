"""What Wagtail's forms ask of an entry beside what its fields say."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms import WagtailAdminModelForm

from interazioni.actions.content.dates import in_words
from interazioni.actions.content.models import Repeats
from interazioni.actions.content.pictured import Picture
from interazioni.foundation.access.context import current_actor
from interazioni.foundation.vocabularies import municipalities


class EntryForm(WagtailAdminModelForm):
    municipality = forms.ChoiceField(
        label=gettext_lazy("Municipality"), required=False, choices=lambda: [("", gettext_lazy("The whole region")), *((town.istat, str(town)) for town in municipalities.in_region("Piemonte"))],
        help_text=gettext_lazy("Choose one only if what you write concerns that town alone."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        actor = current_actor()
        body_id = self.instance.body_id or (actor and actor.body_id)
        own = Picture.objects.filter(body_id=body_id) if body_id else Picture.objects.none()
        self.fields["picture"].queryset, self.fields["picture"].widget.body_id = own, body_id

    def _post_clean(self) -> None:
        """Wagtail saves drafts while they are typed: what it calls required waits until the entry is to be read by others."""
        super()._post_clean()
        if not self.is_deferred_validation:
            for name, missing in self.instance.wordless().items():
                self.add_error(name, missing)


class EventForm(EntryForm):
    rule = forms.ChoiceField(label=gettext_lazy("Repeats"), required=False, choices=Repeats.choices)
    except_days = forms.CharField(
        label=gettext_lazy("Except on"), required=False, max_length=2400,
        help_text=gettext_lazy("Days on which it does not take place, separated by commas: 06/01/2020, 13/04/2020."),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = self.instance.rule
        if own and own not in Repeats.values:  # from a calendar: it stays as it is unless another is chosen
            self.fields["rule"].choices = [*Repeats.choices, (own, in_words(own))]
        days = [date.fromisoformat(day) for day in self.instance.except_days]
        self.initial["except_days"] = ", ".join(day.strftime("%d/%m/%Y") for day in days)

    def clean_except_days(self) -> list[str]:
        found = []
        for text in self.cleaned_data["except_days"].replace(";", ",").split(","):
            if not text.strip():
                continue
            try:
                day, month, year = (int(part) for part in text.strip().replace("-", "/").replace(".", "/").split("/"))
                found.append(date(year, month, day).isoformat())
            except ValueError as fault:
                raise ValidationError(
                    _("“%(day)s” is no day: write 06/01/2020.") % {"day": text.strip()[:30]}
                ) from fault
        return sorted(set(found))[:200]
