"""What people need help with: everything public stands under one of these."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Theme(models.TextChoices):
    ARRIVING = "arriving", _("Arriving")
    PERMITS = "permits", _("Permits and papers")
    SCHOOL = "school", _("School and Italian")
    HOME = "home", pgettext_lazy("a place to live", "Home")
    WORK = "work", _("Work")
    HEALTH = "health", _("Health")
    FAMILY = "family", _("Family")
    RIGHTS = "rights", _("Rights and protection")
