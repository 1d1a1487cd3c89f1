"""A call for mediation: what is needed, where and when, and how far it has come."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models.mediators import Gender, Level, Mediator, Mode, Sector
from interazioni.foundation.core.ids import short_code
from interazioni.foundation.core.models import Base
from interazioni.foundation.core.secrets import EncryptedField
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.people.models import Person
from interazioni.plan.programme.models import DeliveryKind


class CallState(models.TextChoices):
    """Which follows which stands in the database (`mediation_call_moves`), and in `docs/mechanisms/mediation.md`."""

    DRAFT = "draft", _("draft")
    SENT = "sent", _("sent")
    PROPOSED = "proposed", _("a mediator is being asked")
    DECLINED = "declined", _("declined by those asked")
    ACCEPTED = "accepted", _("accepted")
    CONFIRMED = "confirmed", _("confirmed")
    UNDER_WAY = "under_way", _("under way")
    DONE = "done", _("done")
    ATTESTED = "attested", _("done and confirmed")
    UNCOVERED = "uncovered", _("not covered")
    CANCELLED = "cancelled", _("cancelled")
    MEDIATOR_ABSENT = "mediator_absent", _("the mediator did not come")
    USER_ABSENT = "user_absent", _("the people did not come")


OPEN_CALL = (CallState.SENT, CallState.PROPOSED, CallState.DECLINED)  # nobody is promised yet
LIVE_CALL = (CallState.ACCEPTED, CallState.CONFIRMED, CallState.UNDER_WAY)


class Urgency(models.IntegerChoices):
    """How much worse it is to leave the call uncovered: the number is the weight."""

    NORMAL = 1, _("can wait")
    SOON = 2, _("important")
    URGENT = 4, _("urgent")


class Reason(models.TextChoices):
    """Why a mediator is needed: from a list, so that nobody writes down an illness."""

    MEETING = "meeting", _("a talk or meeting")
    ENROLMENT = "enrolment", _("enrolment or paperwork")
    FAMILY = "family", _("a meeting with the family")
    VISIT = "visit", _("a visit or consultation")
    INFORMATION = "information", _("explaining rights or rules")
    CONFLICT = "conflict", _("a misunderstanding to clear up")
    OTHER = "other", _("something else")


class Continuity(models.TextChoices):
    PREFERRED = "preferred", _("better the one the family knows")
    REQUIRED = "required", _("only one the family knows")
    INDIFFERENT = "indifferent", _("whoever can")


class Channel(models.TextChoices):
    PAGE = "page", _("this page")
    PHONE = "phone", _("phone")
    MAIL = "mail", _("e-mail")


class Side(models.TextChoices):
    CALLER = "caller", _("the body that called")
    DISPATCH = "dispatch", _("the dispatcher")
    MEDIATOR = "mediator", _("the mediator")


class Series(Base):
    """Calls that recur: made together, each living its own life."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    every_weeks = models.PositiveSmallIntegerField(default=1)
    until_date = models.DateField()


class Call(Base):
    """A request for mediation (`chiamata`) by a body to a dispatch. It names nobody: see `Confidence`."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="calls")
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="dispatched_calls")
    kind = models.ForeignKey(DeliveryKind, on_delete=models.PROTECT, related_name="+")  # what it will count as
    state = models.CharField(max_length=16, choices=CallState, default=CallState.DRAFT)
    state_at = models.DateTimeField()
    language = models.CharField(_("language"), max_length=12)
    second_languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    min_level = models.PositiveSmallIntegerField(_("at least"), choices=Level, default=Level.WORKING)
    sector = models.CharField(_("sector"), max_length=10, choices=Sector)
    reason = models.CharField(_("reason"), max_length=12, choices=Reason, default=Reason.MEETING)
    mode = models.CharField(_("how"), max_length=10, choices=Mode, default=Mode.ONSITE)
    other_modes = ArrayField(models.CharField(max_length=10), default=list, blank=True)
    site = models.ForeignKey(Site, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    place = models.CharField(_("where exactly"), max_length=200, blank=True)
    municipality = models.CharField(_("municipality"), max_length=6, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    minutes = models.PositiveSmallIntegerField(_("how long, in minutes"))
    gender_required = models.CharField(max_length=1, choices=Gender, blank=True)
    gender_preferred = models.CharField(max_length=1, choices=Gender, blank=True)
    person = models.ForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    family_code = models.CharField(max_length=12, blank=True)  # a pseudonym: who is known, not who they are
    continuity = models.CharField(max_length=12, choices=Continuity, default=Continuity.PREFERRED)
    blocked = ArrayField(models.UUIDField(), default=list, blank=True)  # mediators who must not come
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.NORMAL)
    series = models.ForeignKey(Series, on_delete=models.PROTECT, null=True, blank=True, related_name="calls")
    channel = models.CharField(max_length=6, choices=Channel, default=Channel.PAGE)
    entered_by_id = models.UUIDField()
    client_id = models.UUIDField(unique=True)  # the form's own id: the same POST twice is one call
    sent_at = models.DateTimeField(null=True, blank=True)
    filled_at = models.DateTimeField(null=True, blank=True)  # first promised: time to fill
    locked_mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    ended_by = models.CharField(max_length=10, choices=Side, blank=True)
    ended_late = models.BooleanField(default=False)
    ended_words = models.CharField(max_length=300, blank=True)
    automatic = models.BooleanField(default=False)  # who declines or does not answer is followed by the next
    next_step_at = models.DateTimeField(null=True, blank=True)  # when the offers under way run out
    purged_at = models.DateTimeField(null=True, blank=True)  # the link to a person is gone
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(minutes__range=(10, 600)), name="mediation_call_minutes"),
            models.CheckConstraint(
                condition=~Q(mode="onsite") | Q(latitude__isnull=False, longitude__isnull=False),
                name="mediation_call_place",
            ),
            models.CheckConstraint(condition=Q(urgency__in=[1, 2, 4]), name="mediation_call_urgency"),
            models.CheckConstraint(condition=Q(state="draft") | Q(sent_at__isnull=False), name="mediation_call_sent"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(ended_by=""), name="mediation_call_cancelled_by"
            ),
        ]
        indexes = [
            models.Index(fields=["dispatch", "state", "sent_at"]),
            models.Index(fields=["body", "-created_at"]),
            models.Index(fields=["next_step_at"], condition=Q(next_step_at__isnull=False), name="mediation_call_next"),
            models.Index(fields=["dispatch", "family_code"], condition=~Q(family_code=""), name="mediation_call_family"),
        ]  # fmt: skip

    @property
    def code(self) -> str:
        """Stands for the call in mails and calendars."""
        return short_code("M", self.pk)

    def __str__(self) -> str:
        return self.code


class CallOption(Base):
    """When it may begin: any moment from the first to the last. A fixed hour is a span of no length."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="options")
    earliest_at = models.DateTimeField(_("from"))
    latest_at = models.DateTimeField(_("to"))

    class Meta:
        ordering = ["earliest_at"]
        constraints = [
            models.CheckConstraint(condition=Q(latest_at__gte=F("earliest_at")), name="mediation_option_span"),
        ]
        indexes = [models.Index(fields=["earliest_at"])]


class Confidence(Base):
    """What only the body that called and the mediator who accepted may read, until some days after. Then it is gone."""

    call = models.OneToOneField(Call, on_delete=models.CASCADE, related_name="confidence")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    person_name = EncryptedField(_("whom it is for"))
    contact_name = EncryptedField(_("whom to ask for"))
    contact_phone = EncryptedField(_("phone there"))
    preparation = EncryptedField(_("what to prepare"))
