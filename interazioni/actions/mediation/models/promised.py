"""Offers to mediators, what they promised, regular presences, and the hours that came of it."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from interazioni.actions.mediation.models.calls import Call, Side
from interazioni.actions.mediation.models.mediators import Mediator, Mode
from interazioni.foundation.core.models import Base
from interazioni.foundation.core.secrets import EncryptedField
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.programme.models import DeliveryKind


class OfferState(models.TextChoices):
    WAITING = "waiting", _("waiting for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    EXPIRED = "expired", _("no answer in time")
    WITHDRAWN = "withdrawn", _("withdrawn")
    TAKEN = "taken", _("somebody else was first")


class DeclineReason(models.TextChoices):
    BUSY = "busy", _("busy at that time")
    FAR = "far", _("too far")
    LANGUAGE = "language", _("not my language after all")
    SUBJECT = "subject", _("not my subject")
    KNOWN = "known", _("I know these people privately")
    OTHER = "other", _("another reason")


class Offer(Base):
    """A mediator is asked. Offers reserve nobody's time: the first acceptance wins."""

    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="offers")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="offers")
    mediator_user_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=OfferState, default=OfferState.WAITING)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=Mode)
    language = models.CharField(max_length=12)
    rank = models.PositiveSmallIntegerField(default=1)
    reasons = models.JSONField(default=list)  # as the dispatcher read them: [["speaks", {...}], ...]
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    decline_reason = models.CharField(max_length=10, choices=DeclineReason, blank=True)
    decline_words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["call", "mediator"], condition=Q(state="waiting"), name="mediation_offer_waiting_once"
            ),
            models.UniqueConstraint(fields=["call"], condition=Q(state="accepted"), name="mediation_offer_one_wins"),
            models.CheckConstraint(
                condition=Q(state="waiting", answered_at=None) | ~Q(state="waiting") & Q(answered_at__isnull=False),
                name="mediation_offer_answered",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(decline_reason=""), name="mediation_offer_declined"
            ),
        ]
        indexes = [
            models.Index(fields=["mediator", "state"]),
            models.Index(fields=["expires_at"], condition=Q(state="waiting"), name="mediation_offer_expiring"),
        ]


class Presence(Base):
    """A mediator regularly at a place: a desk of community mediation, hours in a school. Each week an assignment."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")  # where it is held
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="presences")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="presences")
    kind = models.ForeignKey(DeliveryKind, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(_("title"), max_length=200)
    language = models.CharField(_("language"), max_length=12, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("where exactly"), max_length=200, blank=True)
    municipality = models.CharField(_("municipality"), max_length=6)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    weekday = models.PositiveSmallIntegerField(_("day"))
    starts = models.TimeField(_("from"))
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    every_weeks = models.PositiveSmallIntegerField(_("every how many weeks"), default=1)
    since_date = models.DateField(_("from"))
    until_date = models.DateField(_("to"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_date__gte=F("since_date")), name="mediation_presence_days"),
            models.CheckConstraint(condition=Q(minutes__range=(15, 600)), name="mediation_presence_minutes"),
        ]


class AssignmentState(models.TextChoices):
    ACCEPTED = "accepted", _("accepted")
    CONFIRMED = "confirmed", _("confirmed")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    ATTESTED = "attested", _("done and confirmed")
    CANCELLED = "cancelled", _("cancelled")
    WITHDRAWN = "withdrawn", _("given back by the mediator")
    MEDIATOR_ABSENT = "mediator_absent", _("the mediator did not come")
    USER_ABSENT = "user_absent", _("the people did not come")


LIVE = (AssignmentState.ACCEPTED, AssignmentState.CONFIRMED, AssignmentState.UNDER_WAY)
WORKED = (AssignmentState.DONE, AssignmentState.ATTESTED)
ENDED = (AssignmentState.CANCELLED, AssignmentState.WITHDRAWN, AssignmentState.MEDIATOR_ABSENT)


class Assignment(Base):
    """A mediator is promised to be somewhere (`incarico`): for a call, or in a regular presence.

    While it takes the mediator's time (`busy`), the database lets nothing else overlap it and wants time to travel between.
    The mediator's name and phone stand here as they were promised: the body that called sees its own, and no list of mediators.
    """

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")  # that called, or where it is held
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="assignments")
    mediator_user_id = models.UUIDField(null=True, blank=True)
    mediator_name = models.CharField(max_length=150)
    mediator_phone = models.CharField(max_length=30, blank=True)
    call = models.ForeignKey(Call, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    presence = models.ForeignKey(Presence, on_delete=models.PROTECT, null=True, blank=True, related_name="assignments")
    kind = models.ForeignKey(DeliveryKind, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=Mode)
    language = models.CharField(max_length=12, blank=True)
    place = models.CharField(max_length=250, blank=True)
    municipality = models.CharField(max_length=6, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    state = models.CharField(max_length=16, choices=AssignmentState, default=AssignmentState.ACCEPTED)
    sequence = models.PositiveIntegerField(default=0)  # of its calendar entry: the database counts every change
    changed_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=Side, blank=True)
    ended_late = models.BooleanField(default=False)
    ended_words = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mediation_assignment_span"),
            models.CheckConstraint(
                condition=Q(call=None, presence__isnull=False) | Q(call__isnull=False, presence=None),
                name="mediation_assignment_one",
            ),
            models.UniqueConstraint(
                fields=["call"],
                condition=Q(call__isnull=False) & ~Q(state__in=["cancelled", "withdrawn", "mediator_absent"]),
                name="mediation_assignment_one_mediator",
            ),
            models.UniqueConstraint(
                fields=["presence", "starts_at"], condition=~Q(state="withdrawn"), name="mediation_assignment_once"
            ),
            ExclusionConstraint(
                name="mediation_assignment_one_place",
                deferrable=models.Deferrable.DEFERRED,  # a plan moves several at once
                expressions=[
                    ("mediator", RangeOperators.EQUAL),
                    (
                        Func(F("starts_at"), F("ends_at"), function="tstzrange", output_field=DateTimeRangeField()),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=~Q(state__in=["cancelled", "withdrawn", "mediator_absent"]),
            ),
        ]
        indexes = [
            models.Index(fields=["mediator", "starts_at"]),
            models.Index(fields=["dispatch", "starts_at"]),
            models.Index(fields=["body", "starts_at"]),
        ]


class HoursState(models.TextChoices):
    REPORTED = "reported", _("waiting to be confirmed")
    ATTESTED = "attested", pgettext_lazy("hours", "confirmed")
    DISPUTED = "disputed", _("disputed")


class Hours(Base):
    """What was worked in an assignment, said by the mediator, confirmed by who called. Confirmed hours stand in the ledger."""

    assignment = models.OneToOneField(Assignment, on_delete=models.PROTECT, related_name="hours")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    employer = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    mediator_user_id = models.UUIDField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=HoursState, default=HoursState.REPORTED)
    happened_date = models.DateField()
    minutes = models.PositiveSmallIntegerField(_("minutes worked"))
    paid_only = models.BooleanField(default=False)  # a late cancellation: paid, but nothing was delivered
    travel_km = models.DecimalField(_("kilometres"), max_digits=6, decimal_places=1, default=0)
    travel_minutes = models.PositiveSmallIntegerField(_("minutes on the way"), default=0)
    contacts = models.PositiveSmallIntegerField(_("people met"), null=True, blank=True)
    reported_at = models.DateTimeField()
    attested_at = models.DateTimeField(null=True, blank=True)
    attested_how = models.CharField(max_length=10, blank=True)  # touch, signature, link, time, dispatch
    signature = EncryptedField(_("signature"))
    dispute_words = EncryptedField(_("what is wrong"))
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(1, 720)), name="mediation_hours_minutes"),
            models.CheckConstraint(
                condition=Q(state="attested", attested_at__isnull=False) | ~Q(state="attested") & Q(attested_at=None),
                name="mediation_hours_attested",
            ),
        ]
        indexes = [models.Index(fields=["dispatch", "happened_date"]), models.Index(fields=["body", "state"])]
