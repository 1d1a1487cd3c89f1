"""The portal of the benches: what the closest peer (Integreat CMS) published its figures for, 200 pages and 172 events in six languages and
at least 100 places with services. Made through the rules once, filled up in SQL, kept in var/bench as a template; each bench has a copy.
"""

import hashlib
import os
import subprocess
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import surroundings  # noqa: E402

from interazioni.config import embedded  # noqa: E402

GUIDES, EVENTS = 200, 172
DATA = ROOT / "var" / "bench" / "pg"

# `chosen`: what is copied, how often, by which mark the copies' addresses are told apart. Everything that hangs on a thing goes with it.
COPY = """
SET session_replication_role = replica;  -- rows as the rules made them: checked once, counted once
CREATE TEMP TABLE copied AS SELECT id AS old, n, md5(id::text || '{mark}' || n)::uuid AS new FROM ({chosen}) chosen;
{tables}
RESET session_replication_role;
ANALYZE;
"""
ROW = """
INSERT INTO {table} SELECT r.* FROM {table} t JOIN copied c ON {joined},
    LATERAL jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({own})) r;
"""
SLUG, PATH = "t.slug || '{mark}' || c.n", "regexp_replace(t.path, '/$', '{mark}' || c.n || '/')"
ANEW = "md5(t.{column}::text || '{mark}' || c.n)::uuid"


def _anew(*columns: str) -> dict[str, str]:
    return {column: ANEW.replace("{column}", column) for column in columns}


# table → how it hangs on a thing, and what its copy does not share with it
TABLES: list[tuple[str, str, dict[str, str]]] = [
    *((f"content_{kind}", "t.id = c.old", {"id": "c.new", "slug": SLUG}) for kind in ("guide", "event")),
    ("directory_service", "t.id = c.old", {"id": "c.new", "slug": SLUG}),
    ("directory_serviceatlocation", "t.service_id = c.old", {**_anew("id", "location_id"), "service_id": "c.new"}),
    ("directory_location", "t.id IN (SELECT location_id FROM directory_serviceatlocation WHERE service_id = c.old)", _anew("id")),
    ("directory_schedule", "t.place_id IN (SELECT id FROM directory_serviceatlocation WHERE service_id = c.old)", _anew("id", "place_id")),
    ("translation_version", "t.source_id IN (SELECT id FROM translation_source WHERE object_id = c.old)", _anew("id", "source_id")),
    ("translation_source", "t.object_id = c.old", {**_anew("id"), "object_id": "c.new", "path": PATH}),
    ("freshness_vouch", "t.object_id = c.old", {**_anew("id"), "object_id": "c.new", "path": PATH}),
    ("search_document", "t.object_id = c.old", {**_anew("id"), "object_id": "c.new", "path": PATH}),
    ("search_opening", "t.object_id = c.old", {**_anew("id"), "object_id": "c.new"}),
]  # fmt: skip


def portal(name: str) -> str:
    """A database of the bench's own with these contents; sets the environment. Says in which folder its server listens."""
    made_of = [
        path
        for pattern in ("interazioni/**/migrations/*.py", "interazioni/**/rules.py", "interazioni/front/demo/*.py", "contents/**/*.*")
        for path in sorted(ROOT.glob(pattern))
    ]  # fmt: skip
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*made_of, Path(__file__)])).hexdigest()[:10]
    folder, template = embedded.start(DATA), f"portal_{digest}"
    kept = embedded._psql(folder, "postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'portal\\_%'").split()
    for old in kept:
        if "--fresh" in sys.argv or (old != template and not old.startswith("portal_of_")):
            embedded.drop_database(folder, old)
    if embedded.create_database(folder, template):
        began = time.monotonic()
        surroundings(folder, template)
        try:
            for command in (
                ["-m", "interazioni", "prepare", "--verbosity=0"], ["-m", "interazioni", "demo", "build", "--size=tests"],
                [str(ROOT / "bench" / "_contents.py")],
            ):  # fmt: skip
                subprocess.run(
                    [sys.executable, "-W", "ignore", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL
                )
            for kind, wanted in (("guide", GUIDES), ("event", EVENTS)):
                copies = f"SELECT id, n FROM content_{kind}, generate_series(1, 7) n ORDER BY n, slug"
                copy(folder, template, f"{copies} LIMIT {wanted} - (SELECT count(*) FROM content_{kind})", "-")
        except BaseException:
            embedded.drop_database(folder, template)  # half a portal is none
            raise
        print(f"contents built in {time.monotonic() - began:.0f} s")
    own = f"portal_of_{name}"
    embedded.drop_database(folder, own)
    embedded.create_database(folder, own, template)
    surroundings(folder, own)
    return folder


def copy(folder: str, database: str, chosen: str, mark: str) -> None:
    """`chosen`: a query for (id, n) of the things that are copied."""
    rows = (
        ROW.format(table=table, joined=joined, own=", ".join(f"'{column}', {value}" for column, value in own.items()))
        for table, joined, own in TABLES
    )
    embedded._psql(
        folder, database, COPY.replace("{tables}", "".join(rows)).replace("{chosen}", chosen).replace("{mark}", mark)
    )


def ten_times(folder: str, database: str) -> None:
    things = " UNION ALL ".join(
        f"SELECT id FROM {table}" for table in ("content_guide", "content_event", "directory_service")
    )
    copy(folder, database, f"SELECT id, n FROM ({things}) one, generate_series(1, 9) n", "-x")


def write() -> None:
    """What is written by hand once: the demo's services, guides and notices; each guide's words as an event, too, every fourth weekly."""
    import django

    django.setup()
    from interazioni.foundation.access.context import acting
    from interazioni.foundation.core import clock
    from interazioni.foundation.search.tasks import count
    from interazioni.front.demo.contents import GUIDES as FOLDERS
    from interazioni.front.demo.contents import LANGUAGES, contents, read
    from interazioni.front.demo.directory import directory, glossary
    from interazioni.front.demo.region import DEMO_DAY, builder

    by = builder()
    with clock.at(DEMO_DAY - timedelta(days=40)), acting(by):
        glossary(by)
        directory(print)
        contents(print)
        for number, folder in enumerate(sorted(FOLDERS.iterdir())):
            said = {code: read(folder / f"{code}.md") for code in ("it", *LANGUAGES)}
            _event(number, said, DEMO_DAY + timedelta(days=2 + number % 20), by)
        count()


def _event(number: int, said: dict[str, Any], begins: datetime, by: Any) -> None:
    from interazioni.actions.content.rules import write as written
    from interazioni.foundation.translation.models import Source
    from interazioni.foundation.translation.rules import bring_in
    from interazioni.front.demo.contents import LANGUAGES

    head, blocks = said["it"]
    again = {"rule": "FREQ=WEEKLY", "until": (begins + timedelta(days=90)).date()} if number % 4 == 0 else {}
    values = {
        "title": head["title"], "summary": head["summary"], "theme": head["theme"], "starts_at": begins, "ends_at": begins + timedelta(hours=2),
        "where": "Biblioteca civica, via dell'Esempio 1", "municipality": "001272", **again,
    }  # fmt: skip
    event = written(kind="event", values=values, blocks=blocks, by=by)
    source = Source.objects.get(object_id=event.pk)
    keys = [key for key, _text, _ident in source.texts if key.startswith("b.")]
    versions = {}
    for code, language in LANGUAGES.items():
        own, others = said[code]
        texts = [text for _kind, words in others for text in ([words] if isinstance(words, str) else words)]
        versions[language] = {"title": own["title"], "summary": own["summary"], **dict(zip(keys, texts, strict=True))}
    bring_in(source=source, versions=versions, by=by)


if __name__ == "__main__":
    assert os.environ.get("DATABASE_URL"), "part of the benches that need a portal"
    write()
