"""Organisations, services and places, after the Human Services Data Specification 3.1 (openreferral.org, CC BY-SA 4.0).

What is searched, joined or guarded is a table; what is only read with its entry (phones, costs) is a list in the entry, whose items keep
their ids (ADR 0015). Words for the public are the Italian source; `translation` holds the others.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interazioni.actions.directory.themes import Theme as Theme
from interazioni.foundation.core.models import Base
from interazioni.plan.partners.models import Body


class State(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Kept(Base):
    """An entry of one body, changed in one place at a time: `version` tells two editors apart."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()

    class Meta:
        abstract = True


class Organisation(Kept):
    """Who offers services: the body itself, or another that the body knows and keeps."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)
    description = models.TextField(_("what it does"), max_length=1000)
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True, max_length=300)
    phones = models.JSONField(default=list, blank=True)  # [{"id", "number", "note"}]

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="directory_organisation_named")]

    def __str__(self) -> str:
        return self.name


class Location(Kept):
    """A place where people are received."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="locations")
    name = models.CharField(_("name"), max_length=200, blank=True)
    address = models.CharField(_("street and number"), max_length=200, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=5, blank=True)
    municipality = models.CharField(_("municipality"), max_length=6)  # ISTAT
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    transport = models.CharField(_("how to get there"), max_length=300, blank=True)
    accessibility = ArrayField(models.CharField(max_length=20), default=list, blank=True)  # codes: `words.ACCESS`
    access_note = models.CharField(_("more about getting in"), max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="directory_location_on_earth",
            )
        ]


class Service(Kept):
    """Something that one can get. Its words follow the Italian public service sheet."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="services")
    slug = models.SlugField(max_length=140, unique=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    theme = models.CharField(_("theme"), max_length=10, choices=Theme)
    name = models.CharField(_("name"), max_length=160)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)  # a draft may lack it
    for_whom = models.TextField(_("whom it is for"), max_length=1500, blank=True)
    how = models.TextField(_("how to get it"), max_length=2000, blank=True)
    needed = models.JSONField(
        _("what one needs"), default=list, blank=True
    )  # [{"id", "text"}]: documents, HSDS required_documents
    obtained = models.TextField(_("what one obtains"), max_length=1500, blank=True)
    times = models.TextField(_("times and deadlines"), max_length=1500, blank=True)
    cost = models.TextField(_("what it costs"), max_length=600, blank=True)
    alert = models.CharField(_("notice"), max_length=300, blank=True)  # "closed for works until …"
    also = models.CharField(_("words that people use for it"), max_length=300, blank=True)
    free = models.BooleanField(_("free of charge"), null=True, blank=True)
    appointment = models.BooleanField(_("by appointment only"), default=False)
    minimum_age = models.PositiveSmallIntegerField(_("from this age"), null=True, blank=True)
    maximum_age = models.PositiveSmallIntegerField(_("up to this age"), null=True, blank=True)
    spoken = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # BCP-47
    area = ArrayField(models.CharField(max_length=6), default=list, blank=True)  # ISTAT; empty: for everybody
    email = models.EmailField(_("e-mail"), blank=True)
    website = models.URLField(_("website"), blank=True, max_length=300)
    phones = models.JSONField(default=list, blank=True)  # [{"id", "number", "note"}]
    sensitive = models.BooleanField(default=False)  # about violence: its page can be left at once
    published_at = models.DateTimeField(null=True, blank=True)
    reviewed_at = models.DateTimeField(null=True, blank=True)  # by who assists the plan
    external_id = models.CharField(max_length=120, blank=True)  # where it was imported from
    imported = models.JSONField(default=dict, blank=True)  # what the file said, as digests: `importing.statements`

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(minimum_age=None) | Q(maximum_age=None) | Q(minimum_age__lte=F("maximum_age")),
                name="directory_service_ages",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(published_at__isnull=False), name="directory_service_published"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="directory_service_named"),
            models.UniqueConstraint(
                fields=["body", "external_id"], condition=~Q(external_id=""), name="directory_service_imported_once"
            ),
        ]
        indexes = [models.Index(fields=["state", "theme"], name="directory_service_state")]

    def __str__(self) -> str:
        return self.name


class ServiceAtLocation(Base):
    """A service at a place, and when it is open there."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(Location, on_delete=models.CASCADE, related_name="services")
    holidays = models.BooleanField(_("open on public holidays"), default=False)
    closures = models.JSONField(
        default=list, blank=True
    )  # [["08-01", "08-31"], ["2020-03-02", "2020-03-06"]]: every year, or once
    note = models.CharField(_("a word on the hours"), max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "location"], name="directory_service_at_location_once")
        ]


class Schedule(Base):
    """Hours that come back (RFC 5545 rule), in Italian time."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    place = models.ForeignKey(ServiceAtLocation, on_delete=models.CASCADE, related_name="schedules")
    rule = models.CharField(max_length=120)  # "FREQ=WEEKLY;BYDAY=MO,WE"
    opens_at = models.TimeField()
    closes_at = models.TimeField()
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(opens_at__lt=F("closes_at")), name="directory_schedule_opens_first"),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_to=None) | Q(valid_from__lte=F("valid_to")),
                name="directory_schedule_valid",
            ),
        ]
        ordering = ["opens_at"]
