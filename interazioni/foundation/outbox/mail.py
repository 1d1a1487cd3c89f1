"""Django's mail goes through the outbox too: allauth's mails leave like all others."""

from collections.abc import Sequence
from email.utils import parseaddr
from typing import Any

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from interazioni.foundation.outbox.models import Message
from interazioni.foundation.outbox.rules import hand_over


class OutboxBackend(BaseEmailBackend):
    """`EMAIL_BACKEND`. One row a recipient; the plain text alone, which every reader and every mail program can show."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows: list[Message] = []
        for message in email_messages:
            if message.attachments:
                raise ValueError("the outbox carries text, no attachments")
            purpose: Any = message.extra_headers.get("X-Purpose", "account")
            rows += [
                Message(to=parseaddr(to)[1], subject=str(message.subject), text=str(message.body), purpose=purpose)
                for to in message.recipients()
            ]
        hand_over(rows)
        return len(email_messages)
