from django import forms
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.ui.forms import DeskForm


class CalendarForm(DeskForm):
    file = forms.FileField(
        label=_("Your calendar as a file"),
        help_text=_("An .ics file, 1 MB at most. Only when you are busy is kept: no titles, no places, no names."),
        widget=forms.ClearableFileInput(attrs={"accept": ".ics,text/calendar"}),
    )
