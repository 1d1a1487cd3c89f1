"""Handing a message over. No rule, like `ledger.post`: it refuses to run outside one, and that rule leaves the event."""

from collections.abc import Iterable
from uuid import UUID

from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.outbox.models import Message


class OutsideARule(RuntimeError):
    """A message follows from an act; an act is a rule."""


def send(*, to: str, subject: str, text: str, purpose: str) -> UUID:
    """Queues one mail in the transaction of the rule under way; it leaves once that is committed. Returns its id."""
    return send_each([Message(to=to, subject=subject, text=text, purpose=purpose)])[0]


def send_each(messages: Iterable[Message]) -> list[UUID]:
    """The same for many at once: one statement, however many."""
    if not active_rules():
        raise OutsideARule("outbox.send() is called inside a rule")
    return hand_over(messages)


def hand_over(messages: Iterable[Message]) -> list[UUID]:
    """Also outside a rule: the mails of the login, before anybody is known (`outbox.mail`)."""
    from interazioni.foundation.outbox.tasks import send_waiting

    rows = list(messages)
    for row in rows:
        row.subject = " ".join(row.subject.split())[:250]  # a line break in a header would be another header
    Message.objects.bulk_create(rows)
    send_waiting.nudge()
    return [row.pk for row in rows]
