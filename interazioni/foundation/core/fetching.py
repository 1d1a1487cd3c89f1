"""Fetching what stands at an address that somebody else wrote down. The one way out of the house for such addresses. See ADR 0018.

Every name is looked up here, every address that it has must be of the open net, and the connection goes to the address that was looked
at: no second look-up in between. Each redirect begins anew. No proxy from the environment, no cookies, no password, no more bytes and no
more seconds than allowed, however slowly they come.
"""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from interazioni.foundation.core.addresses import Reason, Target, Unfetched, public, target

__all__ = ["OPEN_NET", "Answer", "Limits", "Reach", "Reason", "Unfetched", "fetch"]

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HEAD_BYTES = 256 * 1024  # of status line and headers, and of what chunks add
ADDRESSES = 4  # of one name are tried
NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds`: for everything, redirects too. (A look-up of a name takes as long as the system's resolver lets it.)"""

    seconds: float = 20
    connect: float = 5
    silence: float = 10  # between two bytes
    size: int = 1024 * 1024  # of the body
    redirects: int = 5


def looked_up(host: str, port: int) -> list[str]:
    """With the dot at the end: the names of our own house are not tried."""
    try:
        found = socket.getaddrinfo(f"{host}.", port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    except socket.gaierror as fault:
        raise Unfetched(Reason.ADDRESS if fault.errno in NO_SUCH_NAME else Reason.LOOKUP, host) from fault
    except (UnicodeError, OSError) as fault:
        raise Unfetched(Reason.LOOKUP, host) from fault
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a fetch may go. Anything but `OPEN_NET` is for tests, which hand it over: no setting and no environment makes one."""

    ports: frozenset[int] | None = frozenset({80, 443})  # None: any
    inside: Sequence[IPv4Network | IPv6Network] = ()  # taken for public
    look_up: Callable[[str, int], Sequence[str]] = looked_up
    authority: str = ""  # a file with one more authority of certificates


OPEN_NET = Reach()


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    url: str  # where the redirects ended
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    cut: bool  # there was more


def fetch(
    url: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    limits: Limits = Limits(),
    reach: Reach = OPEN_NET,
    turn: Callable[[str], AbstractContextManager[Any]] = nullcontext,
) -> Answer:
    """What the address answers, whatever its status, after at most `limits.redirects` redirects. Raises Unfetched.

    `headers`: of the question, beside those that say who asks (If-None-Match, Accept …); never a secret: they go wherever a redirect leads.
    `turn(host)` is held while that host is asked.
    """
    ends = time.monotonic() + limits.seconds
    for _hop in range(limits.redirects + 1):
        place = target(url)
        if reach.ports is not None and place.port not in reach.ports:
            raise Unfetched(Reason.PORT, place.host)
        waits = time.monotonic()
        with turn(place.host):
            ends += time.monotonic() - waits  # to wait for one's turn is nobody's slowness
            answer = _asked(place, url, method, headers or {}, limits, ends, reach)
        onward = answer.headers.get("location", "") if answer.status in REDIRECTS else ""
        if not onward:
            return answer
        try:
            url = urljoin(url, onward.encode("latin-1").decode(errors="replace").strip().replace(" ", "%20"))
        except ValueError as fault:
            raise Unfetched(Reason.FORM, place.host) from fault
    raise Unfetched(Reason.REDIRECTS, place.host)


def _addresses(place: Target, reach: Reach) -> list[str]:
    """All of the host's, each looked at: one that is inside spoils the name."""
    found = [str(place.literal)] if place.literal is not None else list(reach.look_up(place.host, place.port))
    try:
        known = [ip_address(text) for text in found]
    except ValueError as fault:
        raise Unfetched(Reason.ADDRESS, place.host) from fault
    if not known or not all(public(one) or any(one in network for network in reach.inside) for one in known):
        raise Unfetched(Reason.ADDRESS, place.host)
    return [str(one) for one in known[:ADDRESSES]]


def _asked(
    place: Target, url: str, method: str, headers: Mapping[str, str], limits: Limits, ends: float, reach: Reach
) -> Answer:
    addresses = _addresses(place, reach)
    try:
        _left(ends, limits.connect)
    except TimeoutError as fault:  # redirects, or a slow look-up, have taken all of it
        raise Unfetched(Reason.TIMEOUT, place.host) from fault
    try:
        plain = _connected(addresses, place, limits, ends)
    except OSError as fault:
        raise Unfetched(Reason.CONNECTION, place.host) from fault
    try:
        with plain:
            plain.settimeout(_left(ends, limits.silence))
            if place.scheme == "http":
                return _spoken(plain, place, url, method, headers, limits, ends)
            with _trusting(reach.authority).wrap_socket(plain, server_hostname=place.host) as sealed:
                return _spoken(sealed, place, url, method, headers, limits, ends)
    except TimeoutError as fault:
        raise Unfetched(Reason.TIMEOUT, place.host) from fault
    except ssl.SSLCertVerificationError as fault:
        raise Unfetched(Reason.CERTIFICATE, place.host) from fault
    except ssl.SSLError as fault:
        raise Unfetched(Reason.TLS, place.host) from fault
    except (http.client.HTTPException, OSError, ValueError) as fault:
        raise Unfetched(Reason.BROKEN, place.host) from fault


def _connected(addresses: Sequence[str], place: Target, limits: Limits, ends: float) -> socket.socket:
    """To the first that takes the connection: a number, so nothing is looked up again."""
    fault: OSError = TimeoutError()
    for address in addresses:
        try:
            return socket.create_connection((address, place.port), timeout=_left(ends, limits.connect))
        except OSError as refused:
            fault = refused
    raise fault


def _left(ends: float, most: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return min(left, most)


@lru_cache(maxsize=4)
def _trusting(authority: str) -> ssl.SSLContext:
    """The system's authorities and those that `requests` brings: a small image may have none of its own."""
    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    if authority:
        context.load_verify_locations(authority)
    context.set_alpn_protocols(["http/1.1"])
    return context


class _Line:
    """The socket as `http.client` uses it, with an end to its seconds and bytes: a byte every nine seconds is no way to hold us."""

    def __init__(self, line: socket.socket, limits: Limits, ends: float) -> None:
        self.line, self.limits, self.ends = line, limits, ends

    def sendall(self, said: bytes) -> None:
        self.line.settimeout(_left(self.ends, self.limits.silence))
        self.line.sendall(said)

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Bounded(self))

    def close(self) -> None:
        """`http.client` closes before the body is read; who opened it closes."""


class _Bounded(io.RawIOBase):
    def __init__(self, line: _Line) -> None:
        super().__init__()
        self.source, self.taken = line, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        source = self.source
        source.line.settimeout(_left(source.ends, source.limits.silence))
        count = source.line.recv_into(buffer)
        self.taken += count
        if self.taken > source.limits.size + HEAD_BYTES:
            raise http.client.HTTPException("more than was asked for")
        return count


def _spoken(
    line: socket.socket,
    place: Target,
    url: str,
    method: str,
    headers: Mapping[str, str],
    limits: Limits,
    ends: float,
) -> Answer:
    connection = http.client.HTTPConnection(place.host, place.port)
    connection.auto_open = 0  # never by the name again
    connection.sock = _Line(line, limits, ends)
    connection.putrequest(method, place.path, skip_host=True, skip_accept_encoding=True)
    own = {"Host": place.named, "User-Agent": agent(), "Accept-Encoding": "identity", "Connection": "close"}
    for name, value in {"Accept": "*/*", **headers, **own}.items():
        connection.putheader(name, value)
    connection.endheaders()
    with connection.getresponse() as response:
        body = response.read(limits.size + 1) if limits.size and method != "HEAD" else b""
        cut = len(body) > limits.size
        if limits.size and method != "HEAD" and not cut and response.length:
            raise http.client.IncompleteRead(body)
        said = {name.lower(): value for name, value in reversed(response.getheaders())}  # the first of a name stands
        return Answer(response.status, url, said, body[: limits.size], cut)


def agent() -> str:
    """Who asks, and where that is explained."""
    return f"InterAzioni (+{settings.BASE_URL.rstrip('/')}/)"
