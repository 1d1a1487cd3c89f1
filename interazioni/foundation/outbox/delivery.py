"""From a row to the mail server: at least once, with a stable Message-ID.

A worker killed between the server's "accepted" and our commit sends the mail again. No protocol avoids that; the second
copy carries the same Message-ID, by which servers and mail programs recognise it.
"""

import smtplib
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db import transaction

from interazioni.foundation.access import context
from interazioni.foundation.core import clock
from interazioni.foundation.outbox import push
from interazioni.foundation.outbox.models import Message, State

ATTEMPTS = 12  # with the waits below: about a day and a half
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=6)
TIMEOUT_SECONDS = 20
SERVICE = "outbox"


class Carrier(Protocol):
    def carry(self, message: EmailMessage) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Smtp:
    """`smtp://`, `smtp+tls://` (STARTTLS) or `smtps://`, with `user:password@` where the server wants it.

    One connection for all mails of a run, opened with the first.
    """

    def __init__(self, url: str) -> None:
        self.url = urlsplit(url)
        self.server: smtplib.SMTP | None = None

    def carry(self, message: EmailMessage) -> None:
        if self.server is None:
            self.server = self._connect()
        self.server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        host, scheme = self.url.hostname or "127.0.0.1", self.url.scheme
        kind = smtplib.SMTP_SSL if scheme == "smtps" else smtplib.SMTP
        server = kind(host, self.url.port or (465 if scheme == "smtps" else 25), timeout=TIMEOUT_SECONDS)
        if scheme == "smtp+tls":
            server.starttls()
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.server is not None:
            self.server.close()


class Folder:
    """`file:///path`: the demo's mail, as `.eml` files that a mail program opens."""

    def __init__(self, url: str) -> None:
        self.path = Path(unquote(urlsplit(url).path))

    def carry(self, message: EmailMessage) -> None:
        self.path.mkdir(parents=True, exist_ok=True)
        name = message["Message-ID"].strip("<>").partition("@")[0]
        (self.path / f"{name}.eml").write_bytes(bytes(message))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None


def carrier(url: str) -> Carrier:
    return Folder(url) if url.startswith("file://") else Smtp(url)


def as_mail(row: Message) -> EmailMessage:
    mail = EmailMessage()
    mail["Message-ID"] = f"<{row.pk}@{urlsplit(settings.BASE_URL).hostname or 'interazioni.invalid'}>"
    mail["Date"] = format_datetime(row.next_attempt_at)
    mail["From"], mail["To"], mail["Subject"] = settings.DEFAULT_FROM_EMAIL, row.to, row.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(row.text)
    return mail


def deliver() -> dict[str, int]:
    """Sends what waits, one transaction a mail; says how many were sent, put off and given up."""
    counts = {"sent": 0, "later": 0, "failed": 0}
    with carrier(settings.SMTP_URL) as chosen:
        while (outcome := _next(chosen)) is not None:
            counts["later" if outcome == "down" else outcome] += 1
            if outcome == "down":  # the mail server is down or busy: the others keep for the next minute
                break
    return counts


def _next(chosen: Carrier) -> str | None:
    with transaction.atomic(), context.service(SERVICE):
        row = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(state=State.QUEUED, next_attempt_at__lte=clock.machine_now())
            .order_by("next_attempt_at", "id")
            .first()
        )
        if row is None:
            return None
        try:
            if row.user_id:
                push.carry(row)
            else:
                chosen.carry(as_mail(row))
        except (OSError, smtplib.SMTPException) as fault:
            outcome = _put_off(row, fault)
            return "down" if outcome == "later" and not row.user_id else outcome
        Message.objects.filter(pk=row.pk).update(
            state=State.SENT, text="", failure="", attempts=row.attempts + 1, done_at=clock.machine_now()
        )
        return "sent"


def _put_off(row: Message, fault: Exception) -> str:
    code = _code(fault)
    attempts = row.attempts + 1
    changes = {"attempts": attempts, "failure": f"{code} {type(fault).__name__}".strip()[:80]}
    if 500 <= code < 600 or attempts >= ATTEMPTS:
        Message.objects.filter(pk=row.pk).update(state=State.FAILED, text="", done_at=clock.machine_now(), **changes)
        return "failed"
    wait = min(FIRST_WAIT * 2 ** (attempts - 1), LONGEST_WAIT)
    Message.objects.filter(pk=row.pk).update(next_attempt_at=clock.machine_now() + wait, **changes)
    return "later"


def _code(fault: Exception) -> int:
    """The server's answer about this very mail; 0 where it said nothing, or spoke of itself (a login refused)."""
    if isinstance(fault, smtplib.SMTPRecipientsRefused):
        return next((code for code, _ in fault.recipients.values()), 0)
    if isinstance(fault, smtplib.SMTPDataError | smtplib.SMTPSenderRefused):
        return int(fault.smtp_code)
    return 0
