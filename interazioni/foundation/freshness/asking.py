"""Asking many addresses: several hosts at a time, each of them one thing after the other. Knows no rows; threads touch no database."""

import logging
import queue
import threading
from collections.abc import Generator, Mapping, Sequence
from contextlib import AbstractContextManager
from time import monotonic

from interazioni.foundation.core.addresses import Reason, Unfetched, target
from interazioni.foundation.core.fetching import OPEN_NET, Limits, Reach, fetch
from interazioni.foundation.freshness.judging import ABSENT, LATER

log = logging.getLogger(__name__)
HANDS = 8  # hosts at a time
PAUSE_SECONDS = 1.0  # between two questions to one host
LIMITS = Limits(size=0)  # what a page says is not read
ENOUGH = 3  # in a row: a host that is not there, or too slow, is left alone for the night
UNASKED = frozenset({Reason.FORM, Reason.PORT, Reason.ADDRESS, Reason.LOOKUP})  # a second way of asking changes nothing
TIRED = frozenset({"429", "503"})  # it wants to be left alone


def host_of(url: str) -> str:
    """Those of one host are asked one after the other; what has none is no host's."""
    try:
        return target(url).host
    except Unfetched:
        return ""


class Turns:
    """One question at a time to a host, also where a redirect leads from another one."""

    def __init__(self) -> None:
        self._locks: dict[str, threading.Lock] = {}
        self._lock = threading.Lock()

    def __call__(self, host: str) -> AbstractContextManager[object]:
        with self._lock:
            return self._locks.setdefault(host, threading.Lock())


def look(url: str, reach: Reach, turns: Turns) -> tuple[str, str]:
    """(answer, the host that gave it or that was not there). HEAD is the smaller question; only what GET says, too, is a failure."""
    said, where = _said("HEAD", url, reach, turns)
    if said in UNASKED or said in TIRED or said == LATER or (said.isdecimal() and int(said) < 400):
        return said, where
    return _said("GET", url, reach, turns)


def _said(method: str, url: str, reach: Reach, turns: Turns) -> tuple[str, str]:
    try:
        answer = fetch(url, method=method, limits=LIMITS, reach=reach, turn=turns)
    except Unfetched as fault:
        return fault.reason.value, fault.host
    except Exception:  # a fault of ours with one address keeps no other from being asked
        log.exception("a link could not be asked")
        return LATER, ""
    return str(answer.status), host_of(answer.url)


def ask(
    by_host: Mapping[str, Sequence[str]], *, reach: Reach = OPEN_NET, seconds: float, pause: float = PAUSE_SECONDS
) -> Generator[tuple[str, str], None, None]:
    """(address, answer), as they come. After `seconds` no new question is begun; what is left is for the next time."""
    answers: queue.SimpleQueue[tuple[str, str] | None] = queue.SimpleQueue()
    hosts = iter(list(by_host.items()))
    taking, stop, turns, ends = threading.Lock(), threading.Event(), Turns(), monotonic() + seconds

    def hand() -> None:
        try:
            while not stop.is_set():
                with taking:
                    host, urls = next(hosts, ("", ()))
                if not urls:
                    break
                for found in _of_host(host, urls, reach, turns, pause, stop, ends):
                    answers.put(found)
        finally:
            answers.put(None)

    hands = [threading.Thread(target=hand, name=f"links-{n}") for n in range(min(HANDS, len(by_host)))]
    for one in hands:
        one.start()
    left = len(hands)
    try:
        while left:
            found = answers.get()
            if found is None:
                left -= 1
            else:
                yield found
    finally:  # also where whoever listens has had enough
        stop.set()
        for one in hands:
            one.join()


def _of_host(
    host: str, urls: Sequence[str], reach: Reach, turns: Turns, pause: float, stop: threading.Event, ends: float
) -> Generator[tuple[str, str], None, None]:
    absent = slow = 0
    for number, url in enumerate(urls):
        if stop.is_set() or monotonic() > ends:
            return
        said, where = look(url, reach, turns)
        yield url, said
        absent = absent + 1 if said in ABSENT and where == host else 0
        slow = slow + 1 if said == Reason.TIMEOUT else 0
        if absent >= ENOUGH or slow >= ENOUGH or said in TIRED:
            for rest in urls[number + 1 :]:
                yield rest, said if absent >= ENOUGH else LATER
            return
        if number + 1 < len(urls):
            stop.wait(pause)
