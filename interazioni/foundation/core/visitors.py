"""Who cannot be known by name, told apart for a day: a keyed hash of the address, which nobody can turn back."""

import base64
import hashlib
import hmac
from ipaddress import IPv6Address, ip_address, ip_network

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


def household(text: str) -> str:
    """One name for whoever has many addresses: of IPv6 a household has a whole /64. Some proxies write the port behind it."""
    bare = text.partition("]")[0].lstrip("[") if text.startswith("[") else text
    bare = bare.partition(":")[0] if bare.count(":") == 1 else bare
    try:
        found = ip_address(bare)
    except ValueError:
        return text
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or ip_network((int(found) >> 64 << 64, 64)))
    return str(found)


def visitor(request: HttpRequest) -> str:
    """43 characters; another one tomorrow."""
    said = f"{clock.machine_now():%Y-%m-%d} {household(address(request))}".encode()
    digest = hmac.new(settings.SECRET_KEY.encode(), b"visitor " + said, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
