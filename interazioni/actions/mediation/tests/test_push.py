"""Notifications on a mediator's phone: enciphered for it alone, kept while the push service is down, gone when the device is.

The push service here is a server on the loopback that answers as real ones do; a real one cannot be had in a test.
"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from os import urandom
from threading import Thread
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import translation

from interazioni.actions.mediation.rules.push import allow_push, stop_push
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, a_mediator, asked
from interazioni.foundation.access import context
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.outbox import delivery, push
from interazioni.foundation.outbox.models import Device, Message, State
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@dataclass
class Service:
    """A push service: what it was handed, and what it answers."""

    url: str = ""
    says: int = 201
    taken: list[tuple[dict[str, str], bytes]] = field(default_factory=list)


@pytest.fixture
def service(settings: Any) -> Iterator[Service]:
    there = Service()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if there.says == 201:
                there.taken.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(there.says)
            if there.says == 307:
                self.send_header("Location", "http://127.0.0.1:1/inside")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    settings.PUSH_LOCAL = True
    settings.VAPID_PRIVATE_KEY = urlsafe_b64encode(b"\x01" * 32).decode()
    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        there.url = f"http://127.0.0.1:{server.server_port}/to/amina"
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield there
        server.shutdown()
        thread.join()


@dataclass
class Phone:
    private: ec.EllipticCurvePrivateKey
    secret: bytes

    def reads(self, body: bytes) -> dict[str, str]:
        told: dict[str, str] = json.loads(
            http_ece.decrypt(body, private_key=self.private, auth_secret=self.secret, version="aes128gcm")
        )
        return told


def b64(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def a_phone(url: str, login: str = "amina") -> Phone:
    phone = Phone(ec.generate_private_key(ec.SECP256R1()), urandom(16))
    point = phone.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    with clock.at(DEMO_DAY):
        allow_push(endpoint=url, key=b64(point), secret=b64(phone.secret), by=actor(login))
    return phone


def ask_amina() -> None:
    a_dispatch()
    asked(
        a_call(contact_name="Maestra Bianchi", preparation="Pagella di Mariam"),
        a_mediator("Amina Diallo", login="amina"),
    )


def waiting() -> list[Message]:
    with context.service("outbox"):
        return list(Message.objects.exclude(user_id=None).filter(state=State.QUEUED))


def send() -> None:
    with translation.override("en"):
        delivery.deliver()


@pytest.fixture(autouse=True)
def mail_into_a_folder(settings: Any, tmp_path: Any) -> None:
    settings.SMTP_URL = f"file://{tmp_path}"


def test_an_offer_reaches_the_phone_enciphered_and_names_nobody(service: Service) -> None:
    phone = a_phone(service.url)
    ask_amina()
    send()
    ((headers, body),) = service.taken
    assert b"bambara" not in body
    told = phone.reads(body)
    assert told["url"] == reverse("mediation:mine")
    assert "bambara" in told["body"]
    for secret in ("Bianchi", "Mariam", "Barriera"):
        assert secret not in json.dumps(told)
    assert headers["authorization"].startswith("vapid t=")
    assert int(headers["ttl"]) > 0
    send()
    assert len(service.taken) == 1  # once


@pytest.mark.parametrize("answer", [429, 500, 503])
def test_it_is_kept_while_the_service_is_down_and_sent_once_later(service: Service, answer: int) -> None:
    a_phone(service.url)
    ask_amina()
    service.says = answer
    send()
    (kept,) = waiting()
    assert kept.attempts == 1
    service.says = 201
    with context.service("outbox"):
        Message.objects.filter(pk=kept.pk).update(next_attempt_at=clock.machine_now() - timedelta(seconds=1))
    send()
    send()
    assert len(service.taken) == 1
    assert waiting() == []


@pytest.mark.parametrize("answer", [404, 410])
def test_a_device_that_is_gone_is_forgotten(service: Service, answer: int) -> None:
    a_phone(service.url)
    ask_amina()
    service.says = answer
    send()
    assert waiting() == []
    with context.service("outbox"):
        assert not Device.objects.exists()


def test_a_push_service_that_is_down_does_not_hold_the_mails_back(service: Service, tmp_path: Any) -> None:
    a_phone("http://127.0.0.1:1/nobody")
    ask_amina()
    send()
    assert len(waiting()) == 1
    assert list(tmp_path.glob("*.eml"))


def test_a_service_that_sends_us_elsewhere_is_not_followed(service: Service) -> None:
    a_phone(service.url)
    ask_amina()
    service.says = 307
    send()
    assert len(waiting()) == 1  # tried again later, nowhere else


@pytest.mark.parametrize(
    "address",
    ["http://push.example/x", "https://127.0.0.1/x", "https://localhost/x", "https://10.0.0.1/x", "https://169.254.169.254/latest", "https://[::1]/x",
     "https://me@push.example/x", "https://push.example:8443/x", "ftp://x", "", "https://" + "x" * 600],
)  # fmt: skip
def test_no_address_inside_our_own_net_is_taken(address: str) -> None:
    with pytest.raises(ValidationError):
        allow_push(endpoint=address, key="x" * 87, secret="y" * 22, by=actor("amina"))


def test_a_device_is_its_users_alone(service: Service) -> None:
    a_phone(service.url)
    with acting(actor("davide")):
        assert not Device.objects.exists()
    with clock.at(DEMO_DAY):
        stop_push(endpoint=service.url, by=actor("davide"))
    with acting(actor("amina")):
        assert Device.objects.count() == 1
    with clock.at(DEMO_DAY):
        stop_push(endpoint=service.url, by=actor("amina"))
    with acting(actor("amina")):
        assert not Device.objects.exists()


def test_the_page_offers_it_only_where_it_is_set_up(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False
    a_dispatch()
    a_mediator("Amina Diallo", login="amina")
    client = Client()
    client.force_login(User.objects.get(pk=CAST["amina"].user_id))
    settings.VAPID_PRIVATE_KEY = ""
    assert "data-push=" not in client.get(reverse("mediation:mine")).content.decode()
    settings.VAPID_PRIVATE_KEY = urlsafe_b64encode(b"\x02" * 32).decode()
    assert f'data-push="{push.application_key()}"' in client.get(reverse("mediation:mine")).content.decode()
    worker = client.get("/sw.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Cache-Control"] == "no-cache"
