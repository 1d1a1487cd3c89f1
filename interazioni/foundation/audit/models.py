"""Who did what, when, as which body. Plain ids, no foreign keys, no URLs, no personal values."""

from django.db import models

from interazioni.foundation.core.models import Base


class Event(Base):
    """One act. Append-only by trigger; `seal` is set once, by the sealing function of the database."""

    at = models.DateTimeField()  # core.clock: the demo's time in the demo; created_at may differ from it
    user_id = models.UUIDField()
    body_id = models.UUIDField()
    act = models.CharField(max_length=60)  # "people.register"
    object_kind = models.CharField(max_length=30)
    object_id = models.UUIDField(null=True)
    changed = models.JSONField(default=list)  # names of changed fields
    detail = models.JSONField(default=dict)  # counts, codes, other ids: nothing personal
    seal = models.ForeignKey("audit.Seal", null=True, on_delete=models.PROTECT, related_name="events")

    class Meta:
        indexes = [
            models.Index(fields=["object_kind", "object_id", "at"]),
            models.Index(fields=["body_id", "-at"]),
            models.Index(fields=["id"], condition=models.Q(seal=None), name="audit_event_unsealed"),
        ]


class Seal(models.Model):
    """A link of the chain: SHA-256 over the previous link's hash and the digests of a batch of events, in id order."""

    number = models.BigIntegerField(primary_key=True)
    sealed_at = models.DateTimeField()
    count = models.IntegerField()
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
