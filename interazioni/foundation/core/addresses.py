"""What an address on the web says, and whether it is one of the open net. Pure: nothing is looked up here.

Written for addresses that somebody else wrote down: what browsers, libraries and the C library read in different ways (`http://0x7f.1/`,
`http://good.example\\@127.0.0.1/`, fullwidth digits) is refused, so that nobody reads it otherwise later. See ADR 0018.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import quote, urlsplit

import idna

LONGEST = 2000
DEFAULT_PORT = {"http": 80, "https": 443}
ODD = re.compile(r"[\x00-\x20\x7f\\\ud800-\udfff]")
LABEL = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # a last label that the C library reads as (a part of) an IPv4 address
IN_PATH, IN_QUERY = "/%:@!$&'()*+,;=~-._", "/%:@!$&'()*+,;=~-._?"

UNICAST6 = ip_network("2000::/3")  # everything else of IPv6 is inside, mapped, reserved or for many
NAT64 = ip_network("64:ff9b::/96")  # an IPv4 address, where the net outside speaks IPv6 alone
# What the registries of special addresses hold beside what `is_global` knows, also in an older Python.
SPECIAL = [
    ip_network(text)
    for text in (
        "168.63.129.16/32",  # public by its number, and the inside of one cloud's machines
        "192.0.0.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.175.48.0/24",
        "2001::/23",  # Teredo, ORCHID, benchmarks
        "2001:db8::/32", "2002::/16",  # 6to4: an IPv4 address inside
        "2620:4f:8000::/48", "3fff::/20",
    )
]  # fmt: skip


class Reason(StrEnum):
    """Why there is no answer. Where names are looked up, "there is none" and "it is inside" are one: nobody learns what is inside."""

    FORM = "form"  # no address that we would go to: another scheme, a password in it, an odd way to write a host
    PORT = "port"
    ADDRESS = "address"  # no public address under this name
    LOOKUP = "lookup"  # names cannot be looked up now
    CONNECTION = "connection"  # nobody takes the connection
    TIMEOUT = "timeout"  # somebody took it and was too slow
    TLS = "tls"  # no common way to encrypt
    CERTIFICATE = "certificate"
    REDIRECTS = "redirects"  # too many
    BROKEN = "broken"  # what came is no HTTP, or is cut off


class Unfetched(Exception):
    """`host`: at whose door it ended, where it came so far."""

    def __init__(self, reason: Reason, host: str = "") -> None:
        super().__init__(reason.value)
        self.reason, self.host = reason, host


@dataclass(frozen=True, slots=True)
class Target:
    """An address taken apart. `host`: a name in ASCII small letters, or an IP address as `ipaddress` writes it."""

    scheme: str
    host: str
    port: int
    path: str  # with the query

    @property
    def literal(self) -> IPv4Address | IPv6Address | None:
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def named(self) -> str:
        """As the Host header names it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORT[self.scheme] else f"{host}:{self.port}"


def target(url: str) -> Target:
    """Raises Unfetched (FORM, ADDRESS) for what is no address of the web, and for what is written so that it could be two."""
    if len(url) > LONGEST or ODD.search(url):
        raise Unfetched(Reason.FORM)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise Unfetched(Reason.FORM) from fault
    scheme = parts.scheme.lower()
    if scheme not in DEFAULT_PORT or "@" in parts.netloc or "%" in parts.netloc or port == 0:
        raise Unfetched(Reason.FORM)
    query = "?" + quote(parts.query, safe=IN_QUERY) if parts.query else ""
    host = _host(parts.hostname or "", bracketed="[" in parts.netloc)
    return Target(scheme, host, port or DEFAULT_PORT[scheme], quote(parts.path or "/", safe=IN_PATH) + query)


def _host(text: str, *, bracketed: bool) -> str:
    if bracketed:
        try:
            return str(IPv6Address(text))
        except ValueError as fault:
            raise Unfetched(Reason.FORM) from fault
    try:
        name = (text if text.isascii() else idna.encode(text, uts46=True).decode()).lower().removesuffix(".")
    except (idna.IDNAError, UnicodeError) as fault:
        raise Unfetched(Reason.FORM) from fault
    labels = name.split(".")
    if len(name) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise Unfetched(Reason.FORM)
    if NUMBER.fullmatch(labels[-1]):  # decimal, octal, hexadecimal, with parts left out: one way to write it is enough
        try:
            return str(IPv4Address(name))
        except ValueError as fault:
            raise Unfetched(Reason.FORM) from fault
    if len(labels) == 1:  # "localhost", "intranet": known to a house, not to the net
        raise Unfetched(Reason.ADDRESS, name)
    return name


def public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is somebody's on the open net: not ours, a neighbour's, everybody's, or a form that hides another address."""
    if isinstance(address, IPv6Address):
        if address in NAT64:
            return public(IPv4Address(int(address) & 0xFFFFFFFF))
        if address not in UNICAST6:
            return False
    special = address.is_multicast or address.is_reserved or any(address in network for network in SPECIAL)
    return address.is_global and not special
