"""A mail is kept until a real server takes it; once sent, its text is gone."""

import socket
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message as Mail
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from django.core.mail import send_mail
from django.db import DatabaseError, transaction
from pytest_django import Settings

from interazioni.foundation.access import context
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.outbox import delivery
from interazioni.foundation.outbox.models import Message, State
from interazioni.foundation.outbox.rules import OutsideARule, send
from interazioni.front.demo.cast import actor

pytestmark = pytest.mark.django_db


class Post:
    """What the server received; it answers what `says` says."""

    def __init__(self) -> None:
        self.mails: list[Mail] = []
        self.says = "250 taken"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.says.startswith("250"):
            self.mails.append(message_from_bytes(envelope.content))
        return self.says


@pytest.fixture
def post(settings: Settings) -> Iterator[Post]:
    handler = Post()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.SMTP_URL = f"smtp://127.0.0.1:{controller.port}"
    yield handler
    controller.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@rule(Permission.PEOPLE_VIEW)
def tell(*, to: str, subject: str = "Saluti", text: str = "Buongiorno, città", by: Any) -> None:
    send(to=to, subject=subject, text=text, purpose="test")
    record(by, "test.tell", object_kind="test")


def rows() -> list[Message]:
    with context.service("outbox"):
        return list(Message.objects.order_by("id"))


def again_now() -> None:
    with context.service("outbox"):
        Message.objects.filter(state=State.QUEUED).update(next_attempt_at="2020-01-01T00:00:00Z")


def test_a_mail_leaves_once_and_its_text_is_forgotten(post: Post) -> None:
    tell(to="marta@example.org", by=actor("giulia"))
    assert delivery.deliver() == {"sent": 1, "later": 0, "failed": 0}
    assert delivery.deliver()["sent"] == 0
    (mail,), (row,) = post.mails, rows()
    assert mail["To"] == "marta@example.org"
    assert mail["Message-ID"] == f"<{row.pk}@127.0.0.1>"
    assert mail.get_payload(decode=True).decode().strip() == "Buongiorno, città"  # type: ignore[union-attr]
    assert (row.state, row.text, row.attempts) == (State.SENT, "", 1)


def test_an_act_that_is_undone_sends_nothing(post: Post) -> None:
    @rule(Permission.PEOPLE_VIEW)
    def tell_and_fail(*, by: Any) -> None:
        tell(to="marta@example.org", by=by)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        tell_and_fail(by=actor("giulia"))
    assert delivery.deliver()["sent"] == 0
    assert post.mails == []


def test_outside_a_rule_nothing_is_sent() -> None:
    with pytest.raises(OutsideARule):
        send(to="marta@example.org", subject="", text="", purpose="test")


def test_a_server_that_is_down_is_waited_for(post: Post, settings: Settings) -> None:
    up = settings.SMTP_URL
    settings.SMTP_URL = f"smtp://127.0.0.1:{free_port()}"
    tell(to="marta@example.org", by=actor("giulia"))
    tell(to="luca@example.org", by=actor("giulia"))
    assert delivery.deliver() == {"sent": 0, "later": 1, "failed": 0}  # the other keeps without being tried
    assert {row.state for row in rows()} == {State.QUEUED}
    settings.SMTP_URL = up
    assert delivery.deliver()["sent"] == 1  # the one that was not tried; the other waits its time
    again_now()
    assert delivery.deliver()["sent"] == 1
    assert sorted(mail["To"] for mail in post.mails) == ["luca@example.org", "marta@example.org"]


def test_waits_grow_and_an_end_comes(post: Post) -> None:
    post.says = "451 later"
    tell(to="marta@example.org", by=actor("giulia"))
    waits = []
    for _ in range(delivery.ATTEMPTS):
        again_now()
        delivery.deliver()
        (row,) = rows()
        waits.append((row.next_attempt_at - clock.machine_now()).total_seconds())
    assert waits[0] == pytest.approx(30, abs=5)
    assert waits[1] == pytest.approx(60, abs=5)
    (row,) = rows()
    assert (row.state, row.text) == (State.FAILED, "")


def test_a_refused_address_is_given_up_at_once(post: Post) -> None:
    post.says = "550 no such mailbox"
    tell(to="nobody@example.org", by=actor("giulia"))
    assert delivery.deliver() == {"sent": 0, "later": 0, "failed": 1}
    assert rows()[0].failure == "550 SMTPDataError"


def test_a_crash_between_sending_and_noting_it_sends_the_same_mail_again(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least once: the second copy has the Message-ID of the first."""
    tell(to="marta@example.org", by=actor("giulia"))

    class Crash(BaseException):
        pass

    carry = delivery.Smtp.carry

    def carry_and_die(self: delivery.Smtp, message: Any) -> None:
        carry(self, message)
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(delivery.Smtp, "carry", carry_and_die)
        with pytest.raises(Crash):
            delivery.deliver()
    assert delivery.deliver()["sent"] == 1
    assert len(post.mails) == 2
    assert len({mail["Message-ID"] for mail in post.mails}) == 1


def test_only_the_errand_reads_what_waits() -> None:
    tell(to="marta@example.org", by=actor("giulia"))
    with context.acting(actor("elena")):
        assert not Message.objects.exists()
        assert Message.objects.update(to="evil@example.org") == 0
    with pytest.raises(DatabaseError), transaction.atomic():
        Message.objects.bulk_create([Message(to="a@example.org", subject="s", text="", purpose="x", state=State.SENT)])


def test_djangos_mail_goes_the_same_way(post: Post, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "interazioni.foundation.outbox.mail.OutboxBackend"  # pytest-django puts its own there
    send_mail("Reset\r\nBcc: all@example.org", "text", None, ["marta@example.org", "luca@example.org"])
    assert delivery.deliver()["sent"] == 2
    assert {mail["To"] for mail in post.mails} == {"marta@example.org", "luca@example.org"}
    assert {mail["Bcc"] for mail in post.mails} == {None}


def test_the_demo_keeps_its_mail_in_a_folder(settings: Settings, tmp_path: Any) -> None:
    settings.SMTP_URL = f"file://{tmp_path}"
    tell(to="marta@example.org", by=actor("giulia"))
    delivery.deliver()
    (file,) = tmp_path.iterdir()
    assert message_from_bytes(file.read_bytes())["To"] == "marta@example.org"
