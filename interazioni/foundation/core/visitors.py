"""Who cannot be known by name, told apart for a day: a keyed hash of the address, which nobody can turn back."""

import base64
import hashlib
import hmac

from django.conf import settings
from django.http import HttpRequest

from interazioni.foundation.core import clock


def address(request: HttpRequest) -> str:
    """The reader's address: the last one that our own proxy wrote down, where there is one."""
    if settings.SECURE_PROXY_SSL_HEADER:
        forwarded = request.headers.get("X-Forwarded-For", "").split(",")[-1].strip()
        if forwarded:
            return forwarded
    return str(request.META.get("REMOTE_ADDR", ""))


def visitor(request: HttpRequest) -> str:
    """43 characters; another one tomorrow."""
    said = f"{clock.machine_now():%Y-%m-%d} {address(request)}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), b"visitor " + said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
