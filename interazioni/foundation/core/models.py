import uuid

from django.db import models

from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id


class Base(models.Model):
    """What every row of ours has: an opaque id, known before the row is written, and the moment it was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        abstract = True


def as_uuid(text: str) -> uuid.UUID | None:
    """The id in a URL or form field, or None where it is no id at all."""
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        return None
