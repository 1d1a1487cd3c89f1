"""Somebody writes an address down so that we go where they cannot. And plain addresses, which must work."""

import socket
import ssl
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from interazioni.foundation.core.addresses import Reason, Unfetched, public, target
from interazioni.foundation.core.fetching import OPEN_NET, Limits, Reach, fetch
from interazioni.foundation.core.tests.web import Web, door, page, web

SOON = Limits(seconds=1.5, connect=0.5, silence=0.5, size=1000)


@pytest.fixture
def net() -> Iterator[Web]:
    with web() as made:
        yield made


def why(url: str, reach: Reach = OPEN_NET, **more: Any) -> Reason:
    with pytest.raises(Unfetched) as fault:
        fetch(url, reach=reach, **more)
    return fault.value.reason


# --- how an address is written -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "http://2130706433/", "http://0x7f000001/", "http://0x7f.0.0.1/", "http://017700000001/", "http://0177.0.0.1/",
        "http://127.1/", "http://127.0.1/", "http://127.0.0.1.1/", "http://256.256.256.256/", "http://example.0x7f/",
        "http://0x/", "http://1.2.3.4.5/",
        "http://user@127.0.0.1/", "http://user:secret@www.example.org/", "http://www.example.org@127.0.0.1/", "http://@127.0.0.1/",
        "http://www.example.org\\@127.0.0.1/", "http:\\\\127.0.0.1\\", "http://127.0.0.1\t/", "http://www.example.org/\r\nHost: x",
        " http://www.example.org/", "http://www.example.org/a b", "http://127.0.0.1%2f@www.example.org/", "http://127%2e0.0.1/",
        "http://[::1%25eth0]/", "http://[fe80::1%eth0]/", "http://[v1.x]/", "http://[::1/", "http://[127.0.0.1]/", "http://::1/",
        "http:///etc/passwd", "http:www.example.org", "http://", "http://.", "http://..", "http://www..example.org/", "http://-a-.org/",
        "http://www.example.org:99999/", "http://www.example.org:0/", "http://www.example.org:x/", "http://" + "a" * 64 + ".org/",
        "file:///etc/passwd", "ftp://www.example.org/", "gopher://127.0.0.1:25/x", "javascript:alert(1)", "//www.example.org/", "",
        "http://www.example.org/" + "a" * 2000,
    ],
)  # fmt: skip
def test_what_could_be_read_in_two_ways_is_not_asked(url: str) -> None:
    assert why(url) == Reason.FORM


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("http://１２７.０.０.１/", "127.0.0.1"),
        ("http://①②⑦.⓪.⓪.①/", "127.0.0.1"),
        ("http://127。0。0。1/", "127.0.0.1"),
        ("http://127.0.0.1./", "127.0.0.1"),
        ("http://[0:0:0:0:0:0:0:1]/", "::1"),
        ("http://[::ffff:127.0.0.1]/", "::ffff:127.0.0.1"),
        ("HTTPS://WWW.Example.ORG./", "www.example.org"),
        ("https://straße.example/", "xn--strae-oqa.example"),
        ("https://الجزائر.example/", "xn--lgbbat1ad8j.example"),
        ("https://my_office.example/", "my_office.example"),
    ],
)
def test_a_host_is_written_in_one_way(url: str, host: str) -> None:
    found = target(url)
    assert ip_address(found.host) == ip_address(host) if found.literal else found.host == host


def test_a_path_is_sent_as_a_browser_sends_it() -> None:
    assert target("http://www.example.org/città/a%20b?q=è&x=1#parte").path == "/citt%C3%A0/a%20b?q=%C3%A8&x=1"
    assert target("http://www.example.org?x").path == "/?x"


# --- where it leads ------------------------------------------------------------------------------------------------------

INSIDE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",  # noqa: S104
    "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "192.88.99.1",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
    "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:8.8.8.8", "::ffff:0:8.8.8.8", "fe80::1", "fec0::1",
    "fc00::1", "fd00:ec2::254", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::808:808", "2002:7f00:1::", "2002:808:808::1",
    "2001::1", "2001:db8::1", "2001:10::1", "3fff::1", "5f00::1", "100::1",
]  # fmt: skip
OUTSIDE = [
    "8.8.8.8",
    "93.184.215.14",
    "172.32.0.1",
    "100.128.0.1",
    "2a00:1450:4002::1",
    "2606:4700::1111",
    "64:ff9b::808:808",
]


def test_only_the_open_net_is_public() -> None:
    assert {text for text in INSIDE if public(ip_address(text))} == set()
    assert {text for text in OUTSIDE if not public(ip_address(text))} == set()


@pytest.mark.parametrize("address", INSIDE)
def test_inside_is_not_asked_by_number(address: str) -> None:
    assert why(f"http://[{address}]/" if ":" in address else f"http://{address}/") == Reason.ADDRESS


@pytest.mark.parametrize("address", [*INSIDE, "fe80::1%eth0", "127.0.0.1 x", ""])
def test_inside_is_not_asked_by_a_name_of_theirs(address: str) -> None:
    assert why("http://evil.example/", Reach(look_up=lambda _host, _port: [address])) == Reason.ADDRESS


def test_one_address_inside_spoils_the_name() -> None:
    assert why("http://evil.example/", Reach(look_up=lambda _host, _port: ["93.184.215.14", "10.0.0.1"])) == (
        Reason.ADDRESS
    )
    assert why("http://evil.example/", Reach(look_up=lambda _host, _port: [])) == Reason.ADDRESS


def test_names_that_only_a_house_knows_are_not_looked_up() -> None:
    def never(host: str, _port: int) -> list[str]:
        raise AssertionError(host)

    for name in ("localhost", "localhost.", "intranet", "ip6-loopback"):
        assert why(f"http://{name}/", Reach(look_up=never)) == Reason.ADDRESS


def test_the_systems_own_look_up_of_this_machine_leads_nowhere() -> None:
    """For real: the name that every machine has for itself."""
    assert why("http://localhost.localdomain/") in (Reason.ADDRESS, Reason.LOOKUP)


def test_other_ports_are_not_asked(net: Web) -> None:
    net.put("www.example.org")
    assert why(net.url("www.example.org"), net.reach(ports=frozenset({80, 443}))) == Reason.PORT
    assert why("https://www.example.org:8443/") == Reason.PORT
    assert why("http://www.example.org:22/") == Reason.PORT
    assert net.asked == []


def test_the_real_loopback_is_refused_though_somebody_listens(net: Web) -> None:
    net.put("127.0.0.1")
    assert why(f"http://127.0.0.1:{net.port}/", Reach(ports=None)) == Reason.ADDRESS
    assert why(f"http://[::ffff:127.0.0.1]:{net.port}/", Reach(ports=None)) == Reason.ADDRESS
    assert net.asked == [], "nobody was asked anything"


def test_a_redirect_to_the_inside_ends_there(net: Web) -> None:
    for number, inside in enumerate(
        ["http://127.0.0.2:{port}/", "http://169.254.169.254/latest/meta-data/", "http://[::1]:{port}/", "http://2130706433/",
         "//127.0.0.2:{port}/", "http://inside.example:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x",
         "http://user:secret@www.example.org:{port}/"]
    ):  # fmt: skip
        onward = inside.format(port=net.port)
        net.put("www.example.org", f"/{number}", page(302, Location=onward))
        net.names["inside.example"] = ["127.0.0.2"]
        with web("127.0.0.2", net.port) as house:
            assert why(net.url("www.example.org", f"/{number}"), net.reach()) in (Reason.ADDRESS, Reason.FORM), onward
        assert house.asked == [], onward
    assert [name for _method, name, _path in net.asked] == ["www.example.org"] * 9


def test_a_name_that_changes_its_address_is_asked_where_it_was_looked_at(net: Web) -> None:
    """DNS rebinding: public when it is looked at, inside when it is connected to."""
    turns: list[str] = []

    def rebinding(host: str, _port: int) -> list[str]:
        turns.append(host)
        return ["127.0.0.1"] if len(turns) == 1 else ["127.0.0.2"]

    net.put("evil.example", "/", page(302, Location="/secret"))
    net.put("evil.example", "/plain")
    with web("127.0.0.2", net.port) as house:
        assert fetch(net.url("evil.example", "/plain"), reach=net.reach(look_up=rebinding)).status == 200
        assert turns == ["evil.example"], "looked up once for one question"
        turns.clear()
        assert why(net.url("evil.example"), net.reach(look_up=rebinding)) == Reason.ADDRESS
        assert len(turns) == 2, "and anew for each redirect"
    assert house.asked == []


def test_no_proxy_of_the_environment_is_believed(net: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    net.put("www.example.org")
    with web() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert fetch(net.url("www.example.org"), reach=net.reach()).body == b"Buongiorno"
    assert proxy.asked == []


# --- what it says --------------------------------------------------------------------------------------------------------


def test_a_page_its_headers_and_who_asks(net: Web) -> None:
    net.put("www.example.org", "/città", page(body=b"x", ETag='"1"', Set_Cookie="a=1"))
    net.pages["www.example.org", "/citt%C3%A0"] = net.pages["www.example.org", "/città"]
    net.put("www.example.org", "/old", page(301, Location=f"http://www.example.org:{net.port}/citt\xc3\xa0"))
    answer = fetch(net.url("www.example.org", "/old#x"), reach=net.reach(), headers={"If-None-Match": '"0"'})
    assert (answer.status, answer.body, answer.headers["etag"], answer.cut) == (200, b"x", '"1"', False)
    assert answer.url.endswith("/città")
    first, second = net.heads
    assert first["User-Agent"] == "InterAzioni (+http://127.0.0.1:8000/)"
    assert (first["Host"], first["If-None-Match"]) == (f"www.example.org:{net.port}", '"0"')
    assert {"Cookie", "Authorization"} & (set(first) | set(second)) == set()


def test_five_redirects_and_no_more(net: Web) -> None:
    for n in range(7):
        net.put("www.example.org", f"/{n}", page(307, Location=f"/{n + 1}"))
    net.put("www.example.org", "/7")
    assert why(net.url("www.example.org", "/0"), net.reach()) == Reason.REDIRECTS
    assert len(net.asked) == 6
    assert fetch(net.url("www.example.org", "/2"), reach=net.reach()).status == 200


def test_no_more_bytes_than_asked_for(net: Web) -> None:
    net.put("www.example.org", "/", page(body=b"x" * 5000))
    answer = fetch(net.url("www.example.org"), reach=net.reach(), limits=SOON)
    assert (len(answer.body), answer.cut) == (1000, True)

    def endless(line: socket.socket) -> None:
        line.recv(4000)
        line.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            line.sendall(b"X: " + b"x" * 10_000 + b"\r\n")

    def chunks(line: socket.socket) -> None:
        line.recv(4000)
        line.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            line.sendall(b"1;" + b"x" * 2000 + b"\r\nx\r\n")

    for speaks in (endless, chunks):
        with door(speaks) as port:
            assert why(f"http://127.0.0.1:{port}/", net.reach(), limits=SOON) == Reason.BROKEN


@pytest.mark.parametrize(
    "said",
    [b"", b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nshort", b"HTTP/1.1 abc\r\n\r\n", b"\x00" * 400,
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"HTTP/1.1 200 OK\r\n" + b"A: 1\r\n" * 500 + b"\r\n"],
)  # fmt: skip
def test_what_is_no_http_or_cut_off(said: bytes, net: Web) -> None:
    def speaks(line: socket.socket) -> None:
        line.recv(4000)
        line.sendall(said)

    with door(speaks) as port:
        assert why(f"http://127.0.0.1:{port}/", net.reach(), limits=SOON) == Reason.BROKEN


def drip(before: bytes, drop: bytes) -> Any:
    def speaks(line: socket.socket) -> None:
        line.recv(4000)
        line.sendall(before)
        while True:
            line.sendall(drop)
            threading.Event().wait(0.1)  # always sooner than the silence that is allowed

    return speaks


@pytest.mark.parametrize(
    ("before", "drop"),
    [(b"", b"H"), (b"HTTP/1.1 200 OK\r\n", b"x"), (b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", b"x"),
     (b"", b"HTTP/1.1 100 Continue\r\n\r\n"), (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n")],
)  # fmt: skip
def test_who_answers_a_byte_at_a_time_holds_nobody(before: bytes, drop: bytes, net: Web) -> None:
    with door(drip(before, drop)) as port:
        begins = time.monotonic()
        assert why(f"http://127.0.0.1:{port}/", net.reach(), limits=SOON) == Reason.TIMEOUT
        assert time.monotonic() - begins < SOON.seconds + 1


def test_who_takes_the_line_and_says_nothing(net: Web) -> None:
    with door(lambda line: line.recv(1 << 20) and line.recv(1) and None) as port:
        begins = time.monotonic()
        assert why(f"http://127.0.0.1:{port}/", net.reach(), limits=SOON) == Reason.TIMEOUT
        assert why(f"https://127.0.0.1:{port}/", net.reach(), limits=SOON) in (Reason.TIMEOUT, Reason.TLS)
        assert time.monotonic() - begins < 3


def test_nobody_there(net: Web) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closing:
        port = closing.getsockname()[1]
    assert why(f"http://127.0.0.1:{port}/", net.reach()) == Reason.CONNECTION
    assert why(net.url("nobody.example"), net.reach()) == Reason.ADDRESS
    net.down = True
    assert why(net.url("www.example.org"), net.reach()) == Reason.LOOKUP


def test_a_second_address_is_tried(net: Web) -> None:
    net.put("www.example.org")
    net.names["www.example.org"] = ["127.0.0.3", "127.0.0.1"]  # nobody listens at the first
    assert fetch(net.url("www.example.org"), reach=net.reach(inside=[ip_network("127.0.0.0/8")])).status == 200


# --- sealed --------------------------------------------------------------------------------------------------------------


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, str]:
    """(what a site of that name seals with, the file of the authority that signed it: itself)."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key()).serial_number(1)
        .not_valid_before(begins).not_valid_after(begins + timedelta(days=9))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = folder / f"{name}.pem"
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(secret + made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context, str(pem)


def test_a_sealed_page_is_asked_by_name_and_its_certificate_is_read(tmp_path: Path) -> None:
    seal, authority = certificate(tmp_path, "www.example.org")
    asked_for: list[str] = []
    seal.sni_callback = lambda _line, name, _context: asked_for.append(name)
    with web(sealed_by=seal) as net:
        net.put("www.example.org")
        net.names["other.example"] = ["127.0.0.1"]
        url = f"https://www.example.org:{net.port}/"
        assert fetch(url, reach=net.reach(authority=authority)).body == b"Buongiorno"
        assert asked_for == ["www.example.org"]
        assert why(url, net.reach()) == Reason.CERTIFICATE, "signed by nobody we trust"
        assert why(f"https://other.example:{net.port}/", net.reach(authority=authority)) == Reason.CERTIFICATE
        assert why(f"https://127.0.0.1:{net.port}/", net.reach(authority=authority)) == Reason.CERTIFICATE
    with web() as plain:
        plain.put("www.example.org")
        assert why(f"https://www.example.org:{plain.port}/", plain.reach()) == Reason.TLS
