"""Who can be called: mediators, what they speak, when and where they work, and on whose hours."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base
from interazioni.plan.partners.models import Body


class Gender(models.TextChoices):
    FEMALE = "F", _("woman")
    MALE = "M", _("man")


class Level(models.IntegerChoices):
    """How well a mediator speaks a language. Mediation knows no certificate for most of them: the employer says."""

    WORKING = 1, _("gets by at work")
    FLUENT = 2, _("fluent")
    NATIVE = 3, _("mother tongue")


class Sector(models.TextChoices):
    SCHOOL = "school", _("school")
    HEALTH = "health", _("health")
    SOCIAL = "social", _("social services")
    LEGAL = "legal", _("legal")


class Mode(models.TextChoices):
    ONSITE = "onsite", _("on site")
    PHONE = "phone", _("by phone")
    VIDEO = "video", _("by video")


# What is worse than what, in cents: no money changes hands. The same names as in the benchmark of the field.
WEIGHTS: dict[str, Any] = {
    "unfilled": 20000,  # a call left uncovered, times its urgency (1, 2, 4)
    "travel_per_km": 40,
    "discontinuity": 2500,  # not the mediator whom the family knows
    "gender_pref": 1500,
    "no_sector": 1000,
    "level_short": 800,  # for each level below mother tongue
    "second_language": 1200,  # another language than the one asked for, though acceptable
    "mode_fallback": 5000,  # at a distance instead of on site
    "overload": [[0.25, 0], [0.5, 4], [0.75, 10], [1.0, 20]],  # up to each share of the week's hours, for each minute
}
TRAVEL: dict[str, Any] = {"detour": 1.3, "kmh_car": 50, "kmh_pt": 30, "buffer_onsite_min": 10, "buffer_remote_min": 5}


def default_weights() -> dict[str, Any]:
    return dict(WEIGHTS)


def default_travel() -> dict[str, Any]:
    return dict(TRAVEL)


class Dispatch(Base):
    """How a body answers calls for mediation (`centrale`): for whom, how it weighs, how long it waits for an answer."""

    body = models.OneToOneField(Body, on_delete=models.PROTECT, related_name="dispatch_settings")
    open_to_all = models.BooleanField(_("any body of the plan may call"), default=True)
    weights = models.JSONField(default=default_weights)
    travel = models.JSONField(default=default_travel)
    day_cap_minutes = models.PositiveSmallIntegerField(_("minutes a day at most"), default=480)
    answer_minutes = models.PositiveIntegerField(_("minutes to answer an offer"), default=240)
    urgent_answer_minutes = models.PositiveIntegerField(_("minutes to answer an urgent one"), default=15)
    asked_at_once = models.PositiveSmallIntegerField(_("asked at once when it is urgent"), default=5)
    confirms_itself = models.BooleanField(_("an accepted call is confirmed at once"), default=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(day_cap_minutes__gt=0, answer_minutes__gt=0, urgent_answer_minutes__gt=0, asked_at_once__gt=0),
                name="mediation_dispatch_positive",
            )
        ]  # fmt: skip


class Mediator(Base):
    """Somebody who can be called (`mediatrice, mediatore interculturale`). `body` employs, `dispatch` sends."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="mediators")
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="dispatched_mediators")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="mediators"
    )
    full_name = models.CharField(_("name and surname"), max_length=150)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    gender = models.CharField(_("gender"), max_length=1, choices=Gender)
    sectors = ArrayField(models.CharField(max_length=10, choices=Sector), verbose_name=_("sectors"))
    municipality = models.CharField(_("starts from"), max_length=6)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)
    by_car = models.BooleanField(_("travels by car"), default=False)
    radius_km = models.PositiveSmallIntegerField(_("travels up to, in kilometres"), default=40)
    remote_modes = ArrayField(models.CharField(max_length=10), default=list, blank=True, verbose_name=_("also works"))
    week_cap_minutes = models.PositiveSmallIntegerField(_("minutes a week at most"))
    since_date = models.DateField(_("works from"))
    until_date = models.DateField(_("works until"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "user"], condition=Q(user__isnull=False), name="mediation_mediator_user"
            ),
            models.CheckConstraint(condition=Q(week_cap_minutes__gt=0), name="mediation_mediator_cap"),
            models.CheckConstraint(condition=Q(sectors__len__gte=1), name="mediation_mediator_sectors"),
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=F("since_date")), name="mediation_mediator_days"
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None) | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="mediation_mediator_place",
            ),
        ]
        indexes = [models.Index(fields=["dispatch", "full_name"])]

    def __str__(self) -> str:
        return self.full_name


class MediatorLanguage(Base):
    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="languages")
    tag = models.CharField(_("language"), max_length=12)  # BCP-47
    level = models.PositiveSmallIntegerField(_("level"), choices=Level)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["mediator", "tag"], name="mediation_language_once"),
            models.CheckConstraint(condition=Q(level__in=[1, 2, 3]), name="mediation_language_level"),
        ]
        indexes = [models.Index(fields=["tag"])]


class Qualification(Base):
    """A title: there is no national law of the profession and registers differ by region, so it is said as it stands."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="qualifications")
    title = models.CharField(_("title"), max_length=200)
    issuer = models.CharField(_("issued by"), max_length=200, blank=True)
    issued_date = models.DateField(_("on"), null=True, blank=True)


class Availability(Base):
    """A span of the week, by the wall clock in Italy, while it holds."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="availabilities")
    weekday = models.PositiveSmallIntegerField(_("day"))  # 0 is Monday
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("to"))
    since_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["weekday", "starts"]
        constraints = [
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="mediation_availability_span"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="mediation_availability_weekday"),
        ]


class AvailabilityException(Base):
    """A time off, or an extra time on, against the weekly pattern. `uid` is that of the calendar it came from."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="exceptions")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    available = models.BooleanField(_("available"), default=False)
    uid = models.CharField(max_length=250, blank=True)

    class Meta:
        db_table = "mediation_exception"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mediation_exception_span")]
        indexes = [models.Index(fields=["mediator", "starts_at"])]


class GrantKind(models.TextChoices):
    CALLER = "caller", _("hours that a body may call")
    EMPLOYER = "employer", _("hours that an employer gives")


class Grant(Base):
    """Hours granted for a time (`monte ore`): reserved by what is promised, used by what was done, the rest released."""

    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=GrantKind)
    minutes = models.PositiveIntegerField()
    starts_date = models.DateField(_("from"))
    ends_date = models.DateField(_("to"))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_date__gte=F("starts_date")), name="mediation_grant_days"),
            models.UniqueConstraint(
                fields=["dispatch", "body", "kind", "starts_date"], name="mediation_grant_once"
            ),
        ]  # fmt: skip


class Feed(Base):
    """A private, revocable address of a mediator's calendar. Only the SHA-256 of its token is kept."""

    mediator = models.ForeignKey(Mediator, on_delete=models.CASCADE, related_name="feeds")
    token_hash = models.BinaryField(max_length=32, unique=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
