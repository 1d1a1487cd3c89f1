"""Kinds of bodies, as the public reads them, too."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class BodyKind(models.TextChoices):
    REGION = "region", _("Region")
    RESEARCH = "research", _("Research institute")
    SCHOOL = "school", _("School")
    MUNICIPALITY = "municipality", _("Municipality or consortium")
    HEALTH = "health", _("Health body")
    COOPERATIVE = "cooperative", _("Cooperative")
    ASSOCIATION = "association", _("Association")
    OTHER = "other", _("Other body")
