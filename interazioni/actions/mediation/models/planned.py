"""A week as the planner proposes it, until the dispatcher takes it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interazioni.actions.mediation.models.calls import Call
from interazioni.actions.mediation.models.mediators import Mediator, Mode
from interazioni.foundation.core.models import Base
from interazioni.plan.partners.models import Body


class WeekPlanState(models.TextChoices):
    PLANNING = "planning", _("being planned")
    READY = "ready", _("ready")
    TAKEN = "taken", _("taken over")
    DROPPED = "dropped", _("dropped")
    FAILED = "failed", _("failed")


class WeekPlan(Base):
    """One proposal for one week. The latest one that was taken is what stands; a planner that dies leaves it standing."""

    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    monday = models.DateField()
    state = models.CharField(max_length=10, choices=WeekPlanState, default=WeekPlanState.PLANNING)
    asked_by_id = models.UUIDField()
    weights = models.JSONField(default=dict)  # as they were
    seconds = models.FloatField(default=0)
    cost = models.BigIntegerField(null=True, blank=True)
    bound = models.BigIntegerField(null=True, blank=True)
    calls = models.PositiveIntegerField(default=0)
    covered = models.PositiveIntegerField(default=0)
    kilometres = models.DecimalField(max_digits=9, decimal_places=1, default=0)
    ready_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            # Two dispatchers planning at once plan once.
            models.UniqueConstraint(
                fields=["dispatch", "monday"], condition=Q(state="planning"), name="mediation_weekplan_one_at_once"
            ),
            models.CheckConstraint(condition=Q(monday__iso_week_day=1), name="mediation_weekplan_monday"),
        ]
        indexes = [models.Index(fields=["dispatch", "monday", "-created_at"])]


class PlannedVisit(Base):
    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(WeekPlan, on_delete=models.CASCADE, related_name="visits")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="+")
    mediator = models.ForeignKey(Mediator, on_delete=models.PROTECT, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=Mode)
    language = models.CharField(max_length=12)
    reasons = models.JSONField(default=list)
    instead_of = models.CharField(max_length=150, blank=True)  # the mediator of the plan before, where that changed
    offered = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "call"], name="mediation_plannedvisit_once")]


class Gap(Base):
    """A call that the plan leaves, why, and the one thing that would cover it."""

    dispatch = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(WeekPlan, on_delete=models.CASCADE, related_name="gaps")
    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="+")
    cause = models.JSONField(default=list)  # ["nobody_free", {...}]
    cures = models.JSONField(default=list)  # [["hour", {...}], ["remote", {...}]], the best first
