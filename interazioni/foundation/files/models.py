"""Private documents of a body. What is in them lies encrypted on disk, bound to its row; the row says what it is."""

from django.db import models

from interazioni.foundation.core.models import Base


class PrivateFile(Base):
    body_id = models.UUIDField()
    name = models.CharField(max_length=200)  # as it was handed in: shown and given back, never a path
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)  # SHA-256 of the content
    kept_until_date = models.DateField()
    dropped_at = models.DateTimeField(null=True)  # the content is gone, the row stays for the history

    class Meta:
        indexes = [models.Index(fields=["body_id", "kept_until_date"])]
