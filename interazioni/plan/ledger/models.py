"""The book of what was delivered, and what the database derives from it. See docs/mechanisms/ledger.md."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from interazioni.foundation.core.models import Base
from interazioni.plan.partners.models import Body
from interazioni.plan.programme.models import Action, Activity, Indicator, Period, Plan


class Entry(Base):
    """One thing delivered. Immutable; a correction is a reversing entry and a new one.

    The dimensions are those known when it was posted. People and associations are opaque ids: erasing a person leaves
    the book as it is.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="+", db_index=False)
    action = models.ForeignKey(Action, on_delete=models.PROTECT, related_name="+", db_index=False)
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+", db_index=False)
    period = models.ForeignKey(Period, on_delete=models.PROTECT, related_name="entries")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=60)
    quantity = models.DecimalField(max_digits=14, decimal_places=4)
    unit = models.CharField(max_length=20)
    person_id = models.UUIDField(null=True)
    association_id = models.UUIDField(null=True)
    happened_date = models.DateField()
    posted_at = models.DateTimeField()
    source_kind = models.CharField(max_length=20)
    source_id = models.UUIDField()
    reverses = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="reversal")

    groups = ArrayField(models.CharField(max_length=60), default=list)
    sex = models.CharField(max_length=1, blank=True)
    age_band = models.CharField(max_length=10, blank=True)
    citizenship = models.CharField(max_length=2, blank=True)
    municipality = models.CharField(max_length=6, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["source_id", "measure"]),
            models.Index(
                fields=["person_id", "measure"], condition=Q(person_id__isnull=False), name="ledger_entry_person"
            ),
            models.Index(
                fields=["association_id"], condition=Q(association_id__isnull=False), name="ledger_entry_association"
            ),
            models.Index(fields=["plan", "measure", "body", "happened_date"], name="ledger_entry_facts"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(person_id=None) | Q(association_id=None), name="ledger_entry_one_identity"
            ),
            models.CheckConstraint(
                condition=Q(reverses=None, quantity__gt=0) | Q(reverses__isnull=False, quantity__lt=0),
                name="ledger_entry_sign",
            ),
        ]


class FirstReached(models.Model):
    """The first standing entry that brought an identity into an indicator, for the whole plan and within a body or action.

    `scope_body` and `scope_action` are the nil UUID where the scope is not narrowed. Written by trigger only.
    """

    pk = models.CompositePrimaryKey("indicator_id", "identity_id", "scope_body_id", "scope_action_id")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    identity_id = models.UUIDField()
    scope_body_id = models.UUIDField()
    scope_action_id = models.UUIDField()
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", db_index=False)
    happened_date = models.DateField()

    class Meta:
        indexes = [
            models.Index(
                fields=["indicator", "scope_body_id", "scope_action_id", "happened_date"],
                name="ledger_firstreached_list",
            )
        ]


class Tally(models.Model):
    """A figure's running total by one dimension: what the dashboard reads. Written by trigger only.

    dimension/value: `total`/'' · `month`/'2019-03' · `action`, `activity`/id · `municipality`/ISTAT · `sex`, `age_band`,
    `citizenship`/code. What is not known has no row: it is the total less the rest. A body's own figure has one row
    (shard 0); the plan's (scope_body nil) is spread over shards, so that bodies at work do not wait for one row.
    """

    pk = models.CompositePrimaryKey("indicator_id", "scope_action_id", "dimension", "scope_body_id", "value", "shard")
    indicator = models.ForeignKey(Indicator, on_delete=models.PROTECT, related_name="+", db_index=False)
    scope_body_id = models.UUIDField()
    scope_action_id = models.UUIDField()
    dimension = models.CharField(max_length=12)
    value = models.CharField(max_length=40)
    shard = models.SmallIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=4)
