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


def notify(*, user_id: UUID, title: str, text: str, url: str, purpose: str) -> UUID:
    """Inside a rule: queues one notification to the user's devices, if there are any when it is sent. `url` is a path of ours.

    It is read on a locked screen and passes through others' servers: nobody's name, nothing that is told in confidence.
    """
    return send_each([Message(user_id=user_id, subject=title, text=text, url=url, purpose=purpose)])[0]


def hand_over(messages: Iterable[Message]) -> list[UUID]:
    """Also outside a rule: the mails of the login, before anybody is known (`outbox.mail`)."""
    from interazioni.foundation.outbox.tasks import send_waiting

    rows = list(messages)
    for row in rows:
        row.subject = " ".join(row.subject.split())[:250]  # a line break in a header would be another header
    Message.objects.bulk_create(rows)
    send_waiting.nudge()
    return [row.pk for row in rows]
