"""Closing the chain's next links. The database does it, as the owner of the events (`audit_seal_pending`)."""

from django.db import connection, transaction

from interazioni.foundation.core import clock

BATCH = 10_000


def seal_pending(*, batch: int = BATCH) -> int:
    """Seals what is not sealed yet, one transaction a link; says how many events. Writers never wait for it."""
    sealed = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            # The machine's time: the chain vouches for real order, whatever day the demo has.
            cursor.execute("SELECT audit_seal_pending(%s, %s)", [clock.machine_now(), batch])
            row = cursor.fetchone()
        count = int(row[0]) if row else 0
        sealed += count
        if count < batch:
            return sealed
