"""Migrants' and second generations' associations that take part. Delegates, pages and verification come with their issue."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base
from interazioni.plan.partners.models import Body


class Association(Base):
    """An association. The register is one for all bodies; the body that registered it keeps it up to date."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="registered_associations")
    name = models.CharField(_("name"), max_length=200)
    match_name = models.CharField(max_length=200, unique=True)  # normalised: nobody registers it twice
    municipality = models.CharField(_("municipality"), max_length=6)
    countries = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    second_generations = models.BooleanField(_("second generations"), default=False)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True)

    def __str__(self) -> str:
        return self.name
