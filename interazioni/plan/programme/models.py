"""The plan as data: read from a plan file (`plans/*.toml`), never edited by hand. Texts are `{"it": …, "en": …}`."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base


def in_language(texts: dict[str, str]) -> str:
    """The text in the reader's language, or else in Italian, the language of the plan's meaning."""
    return texts.get((get_language() or "it")[:2]) or texts.get("it", "")


class Plan(Base):
    code = models.SlugField(max_length=60, unique=True)
    titles = models.JSONField()
    starts_date = models.DateField()
    ends_date = models.DateField()
    document = models.JSONField()  # fund, objectives, project, partners: what is read and shown, not counted
    version = models.PositiveIntegerField(default=1)
    digest = models.CharField(max_length=64)  # SHA-256 of the file's meaning: loading it twice changes nothing
    loaded_at = models.DateTimeField()

    @property
    def title(self) -> str:
        return in_language(self.titles)

    def __str__(self) -> str:
        return self.code


class _OfPlan(Base):
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="%(class)s_set")
    code = models.SlugField(max_length=60)
    position = models.PositiveSmallIntegerField(default=0)
    titles = models.JSONField()
    texts: Any = models.JSONField(default=dict)  # further texts, each {"it", "en"}: description, outputs, rule …

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        return in_language(self.titles)

    def text(self, name: str) -> str:
        return in_language(self.texts.get(name, {}))

    def __str__(self) -> str:
        return self.code


class Action(_OfPlan):
    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="programme_action_code")]


class Participants(models.TextChoices):
    PERSONS = "persons", _("people")
    ASSOCIATIONS = "associations", _("associations")
    NONE = "none", _("nobody by name")


class Activity(_OfPlan):
    """An activity of an action. Work in it posts the measures named here to the ledger."""

    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="activities")
    holds_sessions = models.BooleanField(default=False)  # editions with sessions and a register
    participants = models.CharField(max_length=12, choices=Participants, default=Participants.NONE)
    session_measure = models.CharField(max_length=60, blank=True)  # 1 for each session held
    session_hours_measure = models.CharField(max_length=60, blank=True)  # hours of each session held
    attendance_measure = models.CharField(max_length=60, blank=True)  # hours attended, per person or association

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="programme_activity_code")]


class DeliveryKind(_OfPlan):
    """Work of an activity that is not a session: hours of mediation, a simplified form, people informed."""

    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="delivery_kinds")
    measure = models.CharField(max_length=60)
    unit = models.CharField(max_length=20)  # "hours", "people", "forms", …: the plan's own words are in texts["unit"]
    for_whom = models.CharField(max_length=12, choices=Participants, default=Participants.NONE)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="programme_deliverykind_code")]


class GroupKind(models.TextChoices):
    PERSONS = "persons", _("people")
    CONTACTS = "contacts", _("contacts")
    ASSOCIATIONS = "associations", _("associations")


class RecipientGroup(_OfPlan):
    """A group of recipients (`destinatari`) with the criteria by which a person belongs to it on a day."""

    kind = models.CharField(max_length=12, choices=GroupKind)
    criteria = models.JSONField(default=dict)  # see people.eligibility

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="programme_recipientgroup_code")]


class Counts(models.TextChoices):
    PEOPLE = "people", _("distinct people")
    ASSOCIATIONS = "associations", _("distinct associations")
    QUANTITY = "quantity", _("sum of quantities")
    ENTRIES = "entries", _("number of entries")


class Indicator(_OfPlan):
    """What is counted. An entry feeds it if measure, activity and groups fit (empty lists fit everything)."""

    counts = models.CharField(max_length=12, choices=Counts)
    measures = ArrayField(models.CharField(max_length=60))
    activities = ArrayField(models.UUIDField(), default=list)
    group_codes = ArrayField(models.CharField(max_length=60), default=list)  # of people: who belongs to any of them
    unit = models.CharField(max_length=20)
    target = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    pace = models.JSONField(default=list)  # [["2018-12", 0.1], …] cumulative shares at the end of months; empty: linear

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="programme_indicator_code"),
            models.CheckConstraint(condition=Q(measures__len__gte=1), name="programme_indicator_measures"),
            models.CheckConstraint(condition=Q(target=None) | Q(target__gt=0), name="programme_indicator_target"),
        ]


class Share(Base):
    """A part of an indicator's target that falls to one body."""

    indicator = models.ForeignKey(Indicator, on_delete=models.CASCADE, related_name="shares")
    body = models.ForeignKey("partners.Body", on_delete=models.PROTECT, related_name="shares")
    target = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["indicator", "body"], name="programme_share_once")]


class PeriodState(models.TextChoices):
    OPEN = "open", _("open")
    CERTIFIED = "certified", _("certified")


class Period(_OfPlan):
    """A reporting period. Once certified, later corrections fall into the next open one."""

    starts_date = models.DateField()
    ends_date = models.DateField()
    state = models.CharField(max_length=10, choices=PeriodState, default=PeriodState.OPEN)
    certified_at = models.DateTimeField(null=True)
    certified_by_id = models.UUIDField(null=True)

    class Meta:
        ordering = ["starts_date"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "code"], name="programme_period_code"),
            models.CheckConstraint(condition=Q(ends_date__gte=F("starts_date")), name="programme_period_days"),
            models.CheckConstraint(
                condition=Q(state="open", certified_at=None) | Q(state="certified", certified_at__isnull=False),
                name="programme_period_certified",
            ),
            ExclusionConstraint(
                name="programme_period_no_overlap",
                deferrable=models.Deferrable.DEFERRED,  # a plan file may move several days at once
                expressions=[
                    ("plan", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_date"),
                            F("ends_date"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
