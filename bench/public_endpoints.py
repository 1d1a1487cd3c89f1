"""Claims, with the same contents as the closest peer's (Integreat CMS: 200 pages in six languages, 172 events, 100 places): every public list,
page, calendar and feed is at most ten SQL queries, also with ten times as much; drawn anew it costs at most a twentieth of the peer's CPU;
and who has it already (ETag) is told so by at most two queries, none of which reads what was published.

    script/bench public_endpoints                           `--fresh` builds the contents anew, `--show` prints the queries

The peer's figures were measured apart, on this kind of machine, and are taken as they were given to us: 424 queries and 0.6 to 0.7 s of CPU for
its 172 events, 0.3 to 0.74 s for its answers altogether. Events stand against 0.6 s, everything else against its cheapest answer, 0.3 s. The peer
knows no pages: its lists are whole. Ours are asked for a hundred at a time where one entry is short, else a page as it is given to who
does not say how long (50); a hundred with everything nested is printed beside it, and not claimed.

CPU is that of the process in Django's own handler, every middleware included, after something public has changed each time: the least of thirty
looks, as whatever else a shared machine does can only add to it (by half and more, from one second to the next); the median is printed beside it.
What the database spends beside it is printed and not held against the claim, as it is not known to be in the peer's figures.
"""

import os
import statistics
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from wsgiref.util import setup_testing_defaults

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from _contents import portal, ten_times  # noqa: E402
from harness import finish, say_how_busy  # noqa: E402

EVENTS, CHEAPEST = 0.600, 0.300  # the peer's seconds of CPU
SHARE, QUERIES, QUERIES_KNOWN = 20, 10, 2
RUNS = 30
# Steps of the transaction, which every request has.
CONTROL = ("SAVEPOINT", "RELEASE", "SET TRANSACTION", "SELECT set_config")
CONTENTS = ("content_", "directory_", "translation_", "search_", "freshness_", "partners_", "programme_")


@dataclass(frozen=True, slots=True)
class Endpoint:
    name: str
    path: str
    peer: float
    says: str = "<"  # so often at least
    times: int = 1
    claimed: bool = True  # else printed beside the others


ENDPOINTS = (
    Endpoint("guides, a page of the list", "/guides/", CHEAPEST, 'class="result"', 20),
    Endpoint("guides, the same in Arabic", "/ar/guides/", CHEAPEST, 'class="result"', 20),
    Endpoint("one guide", "/guides/iscrizione-scuola/", CHEAPEST, "</article>"),
    Endpoint("one guide in Chinese", "/zh-hans/guides/iscrizione-scuola/", CHEAPEST, "</article>"),
    Endpoint("events, a page of the list", "/events/", EVENTS, 'class="result"', 20),
    Endpoint("events, all 172 as a calendar", "/api/feeds/events.ics", EVENTS, "BEGIN:VEVENT", 172),
    Endpoint("services, 100", "/api/hsds/services?per_page=100", CHEAPEST, '"organization_id"', 100),
    Endpoint("services, 50 with everything", "/api/hsds/services?full=true", CHEAPEST, '"service_at_locations"', 50),
    Endpoint("services, 100 with everything", "/api/hsds/services?full=true&per_page=100", CHEAPEST, '"service_at_locations"', 100, claimed=False),
    Endpoint("services at places, 50", "/api/hsds/service_at_locations", CHEAPEST, '"location_id"', 50),
    Endpoint("feed, RSS", "/api/feeds/latest.rss", CHEAPEST, "<item>", 50),
    Endpoint("feed, Atom", "/api/feeds/latest.atom", CHEAPEST, "<entry", 50),
    Endpoint("feed, JSON", "/api/feeds/latest.json", CHEAPEST, '"date_modified"', 50),
    Endpoint("search, a word", "/api/v1/search?q=permesso&per_page=100", CHEAPEST, '"theme"', 50),
    Endpoint("search, everything", "/api/v1/search?per_page=100", CHEAPEST, '"theme"', 100),
    Endpoint("search, the page", "/search/?q=permesso", CHEAPEST, 'class="result"', 20),
    Endpoint("home", "/", CHEAPEST, "</main>"),
    Endpoint("sitemap, the index", "/sitemap.xml", CHEAPEST, "<sitemap>", 15),
    Endpoint("sitemap, everything in a language", "/sitemap-it-1.xml", CHEAPEST, "<url>", 500),
)  # fmt: skip


def main() -> None:
    folder, database = portal("endpoints")
    os.environ["READS_WRITTEN_SECONDS"] = "0"
    import django

    django.setup()
    reader = Reader()
    say_how_busy()
    held, few = [], {}
    for one in ENDPOINTS:
        holds, few[one.path] = measure(one, reader)
        held.append(holds or not one.claimed)
    reader.hang_up()
    ten_times(folder, database)
    for one in ENDPOINTS:
        reader.ask(one.path)  # what a process does once
    grown = {one.path: len(reader.queries(one.path, anew=True)) for one in ENDPOINTS}
    more = [f"{path}: {few[path]} → {number}" for path, number in grown.items() if number > few[path]]
    held.append(max(grown.values()) <= QUERIES)
    print(
        f"  with ten times as much: at most {max(grown.values())} queries   wanted ≤ {QUERIES}   "
        f"{'; '.join(more) or 'no more than before'}   {'holds' if held[-1] else 'DOES NOT HOLD'}"
    )
    reader.hang_up()
    finish(*held)


def measure(one: Endpoint, reader: "Reader") -> tuple[bool, int]:
    """(whether it holds, how many queries it took)."""
    plain = reader.ask(one.path, HTTP_ACCEPT_ENCODING="")[2]
    asked = reader.queries(one.path, anew=True)
    spent, usual, beside = reader.cpu(one.path, anew=True)
    etag = {"HTTP_IF_NONE_MATCH": reader.ask(one.path)[1]["ETag"]}
    known = reader.queries(one.path, **etag)
    status = reader.ask(one.path, **etag)[0]
    told, _, _ = reader.cpu(one.path, **etag)
    read = [sql for sql in known if any(table in sql for table in CONTENTS)]
    claims = {
        f"{one.times} × {one.says} in it": plain.decode().count(one.says) >= one.times,
        f"≤ {QUERIES} queries": len(asked) <= QUERIES,
        f"CPU ≤ 1/{SHARE}": one.peer / spent >= SHARE,
        "304 without the rows": status.startswith("304") and len(known) <= QUERIES_KNOWN and not read,
    }
    missed = [name for name, holds in claims.items() if not holds]
    print(
        f"  {one.name:<34} {len(plain):>9,} bytes  {len(asked):>2} queries  {spent * 1000:>5.1f} ms (median {usual * 1000:>4.1f}; + {beside * 1000:>4.1f} in the database)"
        f"  1/{one.peer / spent:<4.0f} of {one.peer * 1000:.0f} ms   304: {len(known)} query, {told * 1000:.1f} ms   "
        + ("holds" if not missed else ("DOES NOT HOLD: " if one.claimed else "not claimed: ") + ", ".join(missed))
    )
    return not missed, len(asked)


class Reader:
    """Asks the application in this process, through everything that a server would call."""

    def __init__(self) -> None:
        import psycopg
        from django.conf import settings
        from django.core.wsgi import get_wsgi_application

        self.application = get_wsgi_application()
        self.owner = settings.DATABASE_OWNER_URL
        self.editor = psycopg.connect(self.owner, autocommit=True)

    def ask(self, path: str, **more: str) -> tuple[str, dict[str, str], bytes]:
        """(status, headers, body) of a GET."""
        address, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "PATH_INFO": address,
            "QUERY_STRING": query,
            "HTTP_HOST": "127.0.0.1",
            "HTTP_ACCEPT_ENCODING": "gzip",
            **more,
        }
        setup_testing_defaults(environ)
        told: list[Any] = []
        answer = self.application(environ, lambda status, headers, fault=None: told.extend((status, dict(headers))))
        try:
            body = b"".join(answer)
        finally:
            answer.close()
        if not told[0].startswith(("200", "304")):
            raise RuntimeError(f"{path}: {told[0]}")
        return told[0], told[1], body

    def edit(self) -> None:
        """What was kept fits no more."""
        if self.editor.closed:
            import psycopg

            self.editor = psycopg.connect(self.owner, autocommit=True)
        self.editor.execute("INSERT INTO core_generation (topic, n) VALUES ('public', 1)")

    def queries(self, path: str, *, anew: bool = False, **more: str) -> list[str]:
        from django.db import connection

        seen: list[str] = []

        def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
            seen.append(sql)
            return execute(sql, params, many, context)

        if anew:
            self.edit()
        with connection.execute_wrapper(watch):
            self.ask(path, **more)
        found = [sql for sql in seen if not sql.startswith(CONTROL)]
        if "--show" in sys.argv:
            print(*(f"    {sql[:160]}" for sql in found), sep="\n")
        return found

    def cpu(self, path: str, *, anew: bool = False, **more: str) -> tuple[float, float, float]:
        """Seconds of CPU of this process (the least, and the median), and of its database connection (mean, where /proc tells)."""
        from django.db import connection

        self.ask(path, **more)
        server = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
        began, taken = _ran(server), []
        for _ in range(RUNS):
            if anew:
                self.edit()
            before = time.process_time()
            self.ask(path, **more)
            taken.append(time.process_time() - before)
        return min(taken), statistics.median(taken), (_ran(server) - began) / RUNS

    def hang_up(self) -> None:
        from django.db import connection

        connection.close()
        self.editor.close()


def _ran(server: Path) -> float:
    try:
        return int(server.read_text().split()[0]) / 1e9
    except OSError:  # the database is elsewhere
        return 0.0


if __name__ == "__main__":
    main()
