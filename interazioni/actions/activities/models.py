"""Editions, sessions, registers, and work that is not a session: for every activity of the plan, whichever action."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base
from interazioni.plan.associations.models import Association
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.people.models import Person
from interazioni.plan.programme.models import Activity, DeliveryKind


class EditionState(models.TextChoices):
    OPEN = "open", _("open")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Edition(Base):
    """One time that an activity is done: a lab at a school, a cycle of meetings, a thematic group (`edizione`)."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="editions")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="editions")
    code = models.CharField(_("code"), max_length=30)
    title = models.CharField(_("title"), max_length=200)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="editions")
    place = models.CharField(_("place"), max_length=200, blank=True)
    municipality = models.CharField(_("municipality"), max_length=6)
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("to"))
    state = models.CharField(max_length=10, choices=EditionState, default=EditionState.OPEN)
    led_by: "models.ManyToManyField[Any, Leading]" = models.ManyToManyField(
        settings.AUTH_USER_MODEL, through="Leading", related_name="led_editions"
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["body", "code"], name="activities_edition_code"),
            models.CheckConstraint(condition=Q(ends_date__gte=F("starts_date")), name="activities_edition_days"),
        ]
        indexes = [models.Index(fields=["body", "state", "-starts_date"])]

    def __str__(self) -> str:
        return self.title


class Leading(Base):
    """Who takes an edition's register: it appears in that person's day."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="leadings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["edition", "user"], name="activities_leading_once")]


class SessionState(models.TextChoices):
    PLANNED = "planned", _("planned")
    HELD = "held", _("held")
    CANCELLED = "cancelled", _("cancelled")


class Session(Base):
    """One meeting of an edition. Its register is taken once it is held; minutes are those held."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="sessions")
    starts_at = models.DateTimeField(_("starts"))
    planned_minutes = models.PositiveSmallIntegerField(_("planned minutes"))
    held_minutes = models.PositiveSmallIntegerField(_("held minutes"), null=True)
    state = models.CharField(max_length=10, choices=SessionState, default=SessionState.PLANNED)
    cancelled_reason = models.CharField(max_length=200, blank=True)
    topic = models.CharField(_("topic"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(null=True)
    recorded_by_id = models.UUIDField(null=True)
    reminded_at = models.DateTimeField(null=True)  # the missing register was last asked for

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["edition", "starts_at"], condition=~Q(state="cancelled"), name="activities_session_once"
            ),
            models.CheckConstraint(
                condition=Q(state="held", held_minutes__gt=0) | ~Q(state="held") & Q(held_minutes=None),
                name="activities_session_held",
            ),
            models.CheckConstraint(
                condition=Q(planned_minutes__gt=0, planned_minutes__lte=24 * 60), name="activities_session_length"
            ),
        ]
        indexes = [models.Index(fields=["body", "state", "starts_at"])]


class Enrolment(Base):
    """Somebody takes part in an edition: a person of the same body, or an association."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="enrolments")
    association = models.ForeignKey(Association, on_delete=models.PROTECT, null=True, related_name="enrolments")
    since_date = models.DateField()
    until_date = models.DateField(null=True)  # the last day

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="activities_enrolment_person"),
            models.UniqueConstraint(fields=["edition", "association"], name="activities_enrolment_association"),
            models.CheckConstraint(
                condition=Q(person=None, association__isnull=False) | Q(person__isnull=False, association=None),
                name="activities_enrolment_one",
            ),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")), name="activities_enrolment_days"
            ),
        ]


class AttendanceStatus(models.TextChoices):
    PRESENT = "present", _("present")
    LATE = "late", _("late or part of the time")
    ABSENT = "absent", _("absent")
    JUSTIFIED = "justified", _("absent, justified")


class Attendance(Base):
    """One mark of a register. `version` and `client_id` let two people mark at once, and one POST arrive twice."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(Session, on_delete=models.PROTECT, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendances")
    status = models.CharField(max_length=10, choices=AttendanceStatus)
    minutes = models.PositiveSmallIntegerField()
    version = models.PositiveIntegerField(default=1)
    client_id = models.UUIDField()  # of the write that made this value
    recorded_at = models.DateTimeField()
    recorded_by_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "enrolment"], name="activities_attendance_once"),
            models.CheckConstraint(
                condition=Q(status__in=["present", "late"], minutes__gt=0)
                | Q(status__in=["absent", "justified"], minutes=0),
                name="activities_attendance_minutes",
            ),
        ]


class DeliveryState(models.TextChoices):
    RECORDED = "recorded", _("recorded")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Delivery(Base):
    """Work that is not a session, until its own room exists (`prestazione`)."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="deliveries")
    kind = models.ForeignKey(DeliveryKind, on_delete=models.PROTECT, related_name="deliveries")
    happened_date = models.DateField(_("day"))
    quantity = models.DecimalField(_("how much"), max_digits=10, decimal_places=2)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries")
    association = models.ForeignKey(
        Association, on_delete=models.PROTECT, null=True, blank=True, related_name="deliveries"
    )
    municipality = models.CharField(_("municipality"), max_length=6, blank=True)
    title = models.CharField(_("what it was"), max_length=200, blank=True)
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.RECORDED)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    client_id = models.UUIDField(unique=True)  # the form's own id: the same POST twice is one delivery
    recorded_by_id = models.UUIDField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="activities_delivery_quantity"),
            models.CheckConstraint(condition=Q(person=None) | Q(association=None), name="activities_delivery_one"),
        ]
        indexes = [models.Index(fields=["body", "-happened_date"])]
