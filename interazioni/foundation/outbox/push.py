"""Notifications to browsers: RFC 8030, enciphered for the device alone (RFC 8291), signed as ours (RFC 8292).

Without `VAPID_PRIVATE_KEY` none are offered and none are sent.
"""

import json
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address
from socket import getaddrinfo
from typing import Any
from urllib.parse import urlsplit

import requests
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02
from pywebpush import WebPusher

from interazioni.foundation.outbox.models import Device, Message

LIFE_SECONDS = 24 * 3600  # a service keeps it as long for a device that is off
TIMEOUT_SECONDS = 10
LONGEST = 500
GONE = (404, 410)


class Later(OSError):
    """A push service did not take it now."""


class Unsafe(ValueError):
    """An address that is no push service's: not https, or inside a private network."""


def application_key() -> str:
    """Ours, public, as browsers want it; empty where push is not set up."""
    return _public(settings.VAPID_PRIVATE_KEY) if settings.VAPID_PRIVATE_KEY else ""


@lru_cache(maxsize=2)
def _public(private: str) -> str:
    point = Vapid02.from_string(private).public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    return urlsafe_b64encode(point).rstrip(b"=").decode()


def hashed(endpoint: str) -> bytes:
    return sha256(endpoint.encode()).digest()


def checked(endpoint: str) -> str:
    """The address, if it is one of the open net; whoever subscribes could name any. `PUSH_LOCAL` lets tests use the loopback."""
    parts = urlsplit(endpoint)
    if len(endpoint) > LONGEST or not parts.hostname:
        raise Unsafe
    if settings.PUSH_LOCAL:
        return endpoint
    if parts.scheme != "https" or parts.username or parts.port not in (None, 443):
        raise Unsafe
    try:
        addresses = {entry[4][0] for entry in getaddrinfo(parts.hostname, 443)}
    except OSError as fault:
        raise Later from fault
    if not addresses or not all(ip_address(str(one).partition("%")[0]).is_global for one in addresses):
        raise Unsafe
    return endpoint


def carry(message: Message) -> None:
    """To each device of the user. Raises Later where one could not be reached: all are tried again, and the same notification
    replaces itself on a device that has it already (its `tag`)."""
    if not settings.VAPID_PRIVATE_KEY or message.user_id is None:
        return
    told = json.dumps({"title": message.subject, "body": message.text, "url": message.url, "tag": str(message.pk)})
    later = False
    with requests.Session() as session:
        session.max_redirects = 0  # a service does not send us on to somewhere else
        for device in Device.objects.filter(user_id=message.user_id):
            try:
                status = _post(session, device, told)
            except Unsafe:
                status = GONE[0]
            except (requests.RequestException, OSError):
                later = True
                continue
            if status in GONE:
                device.delete()
            elif status == 429 or status >= 500:
                later = True
    if later:
        raise Later


def _post(session: requests.Session, device: Device, told: str) -> int:
    endpoint = checked(device.endpoint)
    parts = urlsplit(endpoint)
    signed: dict[str, Any] = Vapid02.from_string(settings.VAPID_PRIVATE_KEY).sign(
        {"aud": f"{parts.scheme}://{parts.netloc}", "sub": settings.VAPID_SUBJECT}
    )
    pusher = WebPusher(
        {"endpoint": endpoint, "keys": {"p256dh": device.key, "auth": device.secret}}, requests_session=session
    )
    response = pusher.send(told, headers={**signed, "urgency": "high"}, ttl=LIFE_SECONDS, timeout=TIMEOUT_SECONDS)
    return int(response.status_code)
