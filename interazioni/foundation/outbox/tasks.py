from datetime import timedelta

from interazioni.foundation.access.tasks import task
from interazioni.foundation.core import clock
from interazioni.foundation.outbox.delivery import SERVICE, deliver
from interazioni.foundation.outbox.models import Message, State


@task("outbox.send", service=SERVICE, every="* * * * *", attempts=1, one_transaction=False)
def send_waiting() -> None:
    """Each minute, and at once when something was handed over."""
    deliver()


@task("outbox.purge", service=SERVICE, every="41 3 * * *")
def purge() -> None:
    """Addresses of mails that are done are kept for a month, for who asks whether it left."""
    Message.objects.exclude(state=State.QUEUED).filter(done_at__lt=clock.machine_now() - timedelta(days=30)).delete()
