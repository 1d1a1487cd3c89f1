"""A small web on the loopback: sites by name, each on an address of 127/8, that answer what the story says. Real sockets, no mocks."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from typing import Any

from interazioni.foundation.core.fetching import Reach, Reason, Unfetched

Says = tuple[int, dict[str, str], bytes]


def page(status: int = 200, body: bytes = b"Buongiorno", **headers: str) -> Says:
    return status, {name.replace("_", "-"): value for name, value in headers.items()}, body


@dataclass
class Web:
    """`pages`: (name, path) → what is answered (to HEAD, too), or a function of the request; any other path is 404.

    `names`: name → addresses; what is in none of them is a name that nobody has. All names live at the web's one port.
    """

    port: int
    pages: dict[tuple[str, str], Says | Callable[[Any], Says]] = field(default_factory=dict)
    names: dict[str, Sequence[str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)  # method, name, path
    heads: list[dict[str, str]] = field(default_factory=list)
    looked_up: list[str] = field(default_factory=list)
    down: bool = False  # no name is looked up any more: the machine has lost the net

    def put(self, name: str, path: str = "/", says: Says | Callable[[Any], Says] | None = None) -> str:
        self.pages[name, path] = says if says is not None else page()
        self.names.setdefault(name, ["127.0.0.1"])
        return self.url(name, path)

    def url(self, name: str, path: str = "/") -> str:
        return f"http://{name}:{self.port}{path}"

    def look_up(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        if self.down:
            raise Unfetched(Reason.LOOKUP, host)
        if host not in self.names:
            raise Unfetched(Reason.ADDRESS, host)
        return self.names[host]

    def reach(self, **other: Any) -> Reach:
        """The open net of this web: 127.0.0.1 alone. The rest of the loopback is a house's inside."""
        given = {"ports": None, "inside": [ip_network("127.0.0.1/32")], "look_up": self.look_up}
        return Reach(**{**given, **other})


@contextmanager
def web(address: str = "127.0.0.1", port: int = 0, sealed_by: ssl.SSLContext | None = None) -> Iterator[Web]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_args: Any) -> None: ...

        def do_GET(self) -> None:
            name = self.headers.get("Host", "").rpartition(":")[0] or self.headers.get("Host", "")
            made.asked.append((self.command, name, self.path))
            made.heads.append(dict(self.headers))
            says = made.pages.get((name, self.path), page(404))
            status, headers, body = says(self) if callable(says) else says
            self.send_response(status)
            for key, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(key, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

    server = ThreadingHTTPServer((address, port), Handler)
    server.daemon_threads = True
    if sealed_by is not None:
        server.socket = sealed_by.wrap_socket(server.socket, server_side=True)
    made = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def door(speaks: Callable[[socket.socket], None], address: str = "127.0.0.1") -> Iterator[int]:
    """A port behind which somebody speaks bytes, in a thread for each who comes; ends with the story."""
    listening = socket.create_server((address, 0))
    lines: list[socket.socket] = []

    def take() -> None:
        while True:
            try:
                line, _from = listening.accept()
            except OSError:
                return
            lines.append(line)
            threading.Thread(target=_spoken, args=[speaks, line], daemon=True).start()

    threading.Thread(target=take, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()
        for line in lines:
            line.close()


def _spoken(speaks: Callable[[socket.socket], None], line: socket.socket) -> None:
    try:
        with line:
            speaks(line)
    except OSError:
        return  # who listened has gone
