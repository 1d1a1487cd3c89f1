"""Event streams: pages that hear at once that something has changed. See `docs/adr/0013-event-streams.md`.

A process of its own (`interazioni.config.asgi`) holds **one** connection to the database, which listens; a reader costs a socket and
an asyncio task, no thread and no connection of a pool. An event says *that* something changed for a body, and nothing of what: the
page fetches that itself, as whoever is logged in. What is said on a channel is the id of a body; a reader hears those of the
body it acts as.

Who reads is found out once a stream, in a thread: by the session's cookie, as every request is. A stream ends after some minutes, and
the browser comes back by itself: whoever has logged out meanwhile, or lost the role, is refused then.
"""

import asyncio
import logging
import signal
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
from itertools import count
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import psycopg
from django.conf import settings
from django.contrib import auth
from django.db import close_old_connections, connections
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host
from psycopg import sql
from psycopg.conninfo import make_conninfo

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor, build
from interazioni.foundation.access.middleware import BODY_KEY, factor_missing
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core.models import as_uuid

log = logging.getLogger(__name__)
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

RETRY_MS = 3000  # after which a browser comes back
TOGETHER_SECONDS = 0.25  # what happens within is one event: a week that is taken over changes hundreds of rows
PULSE_SECONDS = 20.0  # between two signs of life: a proxy closes what is silent for a minute
MOST_OF_ONE = 12  # streams of one person: more is a page gone wrong


@dataclass(frozen=True, slots=True)
class Stream:
    """What a room offers at `/events/<name>/`: the channel it NOTIFYs with a body's id, and who may hear it."""

    name: str
    channel: str
    permission: Permission


_streams: dict[str, Stream] = {}


def register(stream: Stream) -> None:
    """Said by a room in its `ready()`."""
    if _streams.get(stream.name, stream) != stream:
        raise ValueError(f"{stream.name!r} is registered already")
    _streams[stream.name] = stream


class Refused(Exception):
    """Who asks may not read: 401 where nobody is logged in, 403 otherwise."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


# --- who reads ----------------------------------------------------------------------------------------------------------


def reader(session_key: str, stream: Stream) -> Actor:
    """The actor of a session, as it is now. Runs in a thread; raises `Refused`."""
    close_old_connections()
    try:
        request = HttpRequest()
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key or None)
        user = auth.get_user(request)  # also looks whether the password was changed since
        if not user.is_authenticated or not user.is_active:
            raise Refused(401)
        with context.user_only(user.pk, read_only=True):
            built = build(user.pk, as_uuid(request.session.get(BODY_KEY, "")))
        if built is None or not built[0].can(stream.permission) or factor_missing(user, built[0]):
            raise Refused(403)
        return built[0]
    finally:
        # What this thread opened goes back: nobody's stream holds a connection.
        connections.close_all()


def web_origins() -> set[str]:
    """Where our pages come from: with `EVENTS_PORT` the web's port on each host it answers to."""
    base = urlsplit(settings.BASE_URL)
    found = {f"{base.scheme}://{base.netloc}"}
    if settings.EVENTS_PORT:
        port = f":{base.port}" if base.port else ""
        found |= {f"{base.scheme}://{host}{port}" for host in settings.ALLOWED_HOSTS if "*" not in host}
    return found


# --- who is told --------------------------------------------------------------------------------------------------------


@dataclass(eq=False, slots=True)
class Ear:
    """One open stream. However much happens while it is busy sending, it then hears of it once."""

    user_id: UUID
    changed: asyncio.Event = field(default_factory=asyncio.Event)


class Exchange:
    """From the one listening connection to the readers of each (channel, body)."""

    def __init__(self) -> None:
        self.ears: dict[tuple[str, str], set[Ear]] = defaultdict(set)
        self.of_one: Counter[UUID] = Counter()
        self.listening = False
        self.ended = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen_always())

    def hush(self) -> None:
        """Every stream ends."""
        self.ended.set()
        for ear in self._all():
            ear.changed.set()

    async def end(self) -> None:
        self.hush()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def open(self, key: tuple[str, str], ear: Ear) -> None:
        self.ears[key].add(ear)
        self.of_one[ear.user_id] += 1

    def close(self, key: tuple[str, str], ear: Ear) -> None:
        self.ears[key].discard(ear)
        if not self.ears[key]:
            del self.ears[key]
        self.of_one[ear.user_id] -= 1
        if self.of_one[ear.user_id] <= 0:
            del self.of_one[ear.user_id]

    def _all(self) -> list[Ear]:
        return [ear for ears in self.ears.values() for ear in ears]

    async def _listen_always(self) -> None:
        pause = 0.5
        while not self.ended.is_set():
            try:
                await self._listen()
            except (psycopg.Error, OSError) as fault:
                # The text of a failed connection names the host, never a password; the type says enough.
                log.warning("events: the listening connection is gone (%s), trying again", type(fault).__name__)
            self.listening = False
            await asyncio.sleep(pause)
            pause = min(pause * 2, 15.0)

    async def _listen(self) -> None:
        async with await psycopg.AsyncConnection.connect(_conninfo(), autocommit=True) as connection:
            for channel in {stream.channel for stream in _streams.values()}:
                await connection.execute(sql.SQL("LISTEN {}").format(sql.Identifier(channel)))
            self.listening = True
            for ear in self._all():  # what was said while nobody listened is not known
                ear.changed.set()
            while True:
                async for told in connection.notifies(timeout=PULSE_SECONDS):
                    for ear in self.ears.get((told.channel, told.payload), ()):
                        ear.changed.set()
                await connection.execute("SELECT 1")  # a connection that died without a word is found out here


def _conninfo() -> str:
    """The application's own role, as Django connects."""
    known = {"host", "port", "user", "password", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey", "options", "connect_timeout"}  # fmt: skip
    given = connections["default"].get_connection_params()
    return make_conninfo(
        **{key: value for key, value in given.items() if key in known},
        application_name="interazioni events", keepalives_idle=30, keepalives_interval=10, keepalives_count=3,
    )  # fmt: skip


# --- the application ----------------------------------------------------------------------------------------------------


class Events:
    """An ASGI application that serves `…/events/<name>/` and nothing else."""

    def __init__(self) -> None:
        self._exchange: Exchange | None = None
        self._numbers = count(1)
        self._heeding = False

    def _heed_signals(self) -> None:
        """A server that is told to end waits for its open answers; ours would keep it for minutes. Whoever handles the signal already
        is called too; asyncio's own handlers, which hear of a signal by another way, are not disturbed."""
        if self._heeding:
            return
        self._heeding, loop = True, asyncio.get_running_loop()

        def heed(number: int, earlier: Any) -> None:
            def told(_number: int, frame: Any) -> None:
                loop.call_soon_threadsafe(self.exchange.hush)
                if callable(earlier):
                    earlier(number, frame)

            with suppress(ValueError):  # not the main thread: nobody sends it signals
                signal.signal(number, told)

        for number in (signal.SIGTERM, signal.SIGINT):
            heed(number, signal.getsignal(number))

    @property
    def exchange(self) -> Exchange:
        # Made where a loop runs; begun again should a server offer no lifespan.
        if self._exchange is None:
            self._exchange = Exchange()
        self._exchange.begin()
        return self._exchange

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._lifespan(receive, send)
        elif scope["type"] == "http":
            await self._http(scope, receive, send)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                _ = self.exchange
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                await self.exchange.end()
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        headers = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in scope["headers"]}
        host, _port = split_domain_port(headers.get("host", ""))
        if not validate_host(host, settings.ALLOWED_HOSTS or ["localhost", "127.0.0.1"]):
            return await _answer(send, 400)
        parts = [part for part in scope["path"].split("/") if part]
        if parts[-2:] == ["events", "health"]:
            return await _answer(send, 200 if self.exchange.listening else 503)
        stream = _streams.get(parts[1]) if len(parts) == 2 and parts[0] == "events" else None
        if stream is None:
            return await _answer(send, 404)
        origin = headers.get("origin", "")
        if origin and origin not in web_origins():
            return await _answer(send, 403)
        cors = [(b"vary", b"Origin")]
        if origin:
            cors += [
                (b"access-control-allow-origin", origin.encode("latin-1")),
                (b"access-control-allow-credentials", b"true"),
            ]
        if scope["method"] != "GET":
            return await _answer(send, 405, [*cors, (b"allow", b"GET")])
        try:
            actor = await asyncio.to_thread(reader, _session_key(headers.get("cookie", "")), stream)
        except Refused as refused:
            return await _answer(send, refused.status, cors)
        except Exception as fault:  # noqa: BLE001  # a database that does not answer must not end the process's stream of others
            log.warning("events: who reads could not be found out (%s)", type(fault).__name__)
            return await _answer(send, 503, [*cors, (b"retry-after", b"15")])
        if self.exchange.of_one[actor.user_id] >= MOST_OF_ONE:
            return await _answer(send, 429, [*cors, (b"retry-after", b"60")])
        await self._stream(stream, actor, "last-event-id" in headers, cors, receive, send)
        return None

    async def _stream(
        self, stream: Stream, actor: Actor, again: bool, cors: list[tuple[bytes, bytes]], receive: Receive, send: Send
    ) -> None:
        self._heed_signals()  # by now the server has set its own
        exchange, key, ear = self.exchange, (stream.channel, str(actor.body_id)), Ear(actor.user_id)
        exchange.open(key, ear)
        gone = asyncio.create_task(_disconnected(receive))
        try:
            await send({"type": "http.response.start", "status": 200, "headers": [
                *cors, (b"content-type", b"text/event-stream; charset=utf-8"), (b"cache-control", b"no-store, no-transform"),
                (b"x-accel-buffering", b"no"), (b"x-content-type-options", b"nosniff"),
            ]})  # fmt: skip
            await _say(send, f"retry: {RETRY_MS}\nevent: ready\nid: {next(self._numbers)}\ndata:\n\n")
            if again:  # whatever it heard last: something may have happened since
                ear.changed.set()
            loop = asyncio.get_running_loop()
            # Not all at the same moment: a restart would else bring everybody back together for ever.
            until = loop.time() + settings.EVENTS_STREAM_SECONDS * (0.8 + 0.2 * (next(self._numbers) % 10) / 10)
            while not gone.done() and not exchange.ended.is_set() and (left := until - loop.time()) > 0:
                waiting = asyncio.create_task(ear.changed.wait())
                await asyncio.wait(
                    {waiting, gone}, timeout=min(PULSE_SECONDS, left), return_when=asyncio.FIRST_COMPLETED
                )
                if not waiting.done():
                    waiting.cancel()
                    if not gone.done():
                        await _say(send, ":\n\n")
                    continue
                await asyncio.sleep(TOGETHER_SECONDS)
                ear.changed.clear()
                if not exchange.ended.is_set():
                    await _say(send, f"event: changed\nid: {next(self._numbers)}\ndata: {stream.name}\n\n")
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except (OSError, RuntimeError):
            pass  # the reader left while we spoke
        finally:
            gone.cancel()
            exchange.close(key, ear)


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _answer(send: Send, status: int, headers: list[tuple[bytes, bytes]] | None = None) -> None:
    plain = [(b"content-type", b"text/plain"), (b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff")]
    await send({"type": "http.response.start", "status": status, "headers": [*plain, *(headers or [])]})
    await send({"type": "http.response.body", "body": f"{status}\n".encode(), "more_body": False})


def _session_key(cookie: str) -> str:
    return parse_cookie(cookie).get(settings.SESSION_COOKIE_NAME, "")
