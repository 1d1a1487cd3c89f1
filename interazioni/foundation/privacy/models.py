from django.db import models

from interazioni.foundation.core.models import Base


class Erasure(Base):
    """That somebody was erased, when, by whom and why; of whom it keeps nothing but an id that leads to an empty record."""

    body_id = models.UUIDField()
    subject_kind = models.CharField(max_length=30)
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    user_id = models.UUIDField()
    reason = models.CharField(max_length=30)
    blanked = models.JSONField(default=dict)  # room → kind of row → how many

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="privacy_erasure_once")]
        indexes = [models.Index(fields=["body_id", "-at"])]
