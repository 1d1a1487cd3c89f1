"""By the clock: what translators handed in and nobody wants any more is forgotten."""

from datetime import timedelta

from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock, reads
from interazioni.foundation.translation.models import Handed

KEPT = timedelta(days=7)


@task("translation.forget", service="translation", every="29 3 * * *")
def forget() -> None:
    """Files of the last week are kept; reads of the last year."""
    Handed.objects.filter(created_at__lt=clock.now() - KEPT).delete()
    reads.forget()
