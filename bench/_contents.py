"""The portal of the benches: what the closest peer (Integreat CMS) published its figures for, 200 pages and 172 events in six languages and
at least 100 places with services. Made through the rules once, filled up in SQL, kept in var/bench as a template; each bench has a copy.
"""

import atexit
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

# `chosen`: what is copied, how often; `mark`: by which the copies' addresses are told apart. Everything that hangs on a thing goes with it.
COPY = """
SET session_replication_role = replica;  -- rows as the rules made them: checked once, counted once
CREATE TEMP TABLE copied AS SELECT id AS old, n, md5(id::text || '{mark}' || n)::uuid AS new FROM ({chosen}) chosen;
CREATE INDEX ON copied (old);
ANALYZE copied;
{tables}
RESET session_replication_role;
ANALYZE;
"""
ROW = """
INSERT INTO {table} SELECT r.* FROM copied c JOIN {chain}, LATERAL jsonb_populate_record(NULL::{table}, to_jsonb(t) || jsonb_build_object({own})) r;
"""
SLUG, PATH = "t.slug || '{mark}' || c.n", "regexp_replace(t.path, '/$', '{mark}' || c.n || '/')"
ANEW = "md5(t.{column}::text || '{mark}' || c.n)::uuid"
PLACES = "directory_serviceatlocation place ON place.service_id = c.old"
SOURCES = "translation_source source ON source.object_id = c.old"


def _anew(*columns: str) -> dict[str, str]:
    return {column: ANEW.replace("{column}", column) for column in columns}


# table → how its rows (t) hang on a thing (c.old), and what a copy of them does not share with them
TABLES: list[tuple[str, str, dict[str, str]]] = [
    *((f"content_{kind}", f"content_{kind} t ON t.id = c.old", {"id": "c.new", "slug": SLUG}) for kind in ("guide", "event")),
    ("directory_service", "directory_service t ON t.id = c.old", {"id": "c.new", "slug": SLUG}),
    ("directory_location", f"{PLACES} JOIN directory_location t ON t.id = place.location_id", _anew("id")),
    ("directory_schedule", f"{PLACES} JOIN directory_schedule t ON t.place_id = place.id", _anew("id", "place_id")),
    ("directory_serviceatlocation", "directory_serviceatlocation t ON t.service_id = c.old", {**_anew("id", "location_id"), "service_id": "c.new"}),
    ("translation_version", f"{SOURCES} JOIN translation_version t ON t.source_id = source.id", _anew("id", "source_id")),
    ("translation_source", "translation_source t ON t.object_id = c.old", {**_anew("id"), "object_id": "c.new", "path": PATH}),
    ("freshness_vouch", "freshness_vouch t ON t.object_id = c.old", {**_anew("id"), "object_id": "c.new", "path": PATH}),
    ("search_document", "search_document t ON t.object_id = c.old", {**_anew("id"), "object_id": "c.new", "path": PATH}),
    ("search_opening", "search_opening t ON t.object_id = c.old", {**_anew("id"), "object_id": "c.new"}),
]  # fmt: skip


def portal(name: str) -> tuple[str, str]:
    """A database of this run's own with these contents, gone when the run ends; sets the environment. (folder of its server, its name)."""
    made_of = [
        path
        for pattern in ("interazioni/**/migrations/*.py", "interazioni/**/rules.py", "interazioni/front/demo/*.py", "contents/**/*.*")
        for path in sorted(ROOT.glob(pattern))
    ]  # fmt: skip
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in [*made_of, Path(__file__)])).hexdigest()[:10]
    folder, template, own = embedded.start(DATA), f"portal_{digest}", f"portal_of_{name}_{os.getpid()}"
    kept = embedded._psql(folder, "postgres", "SELECT datname FROM pg_database WHERE datname LIKE 'portal\\_%'").split()
    for old in kept:
        whose = old.rpartition("_")[2] if old.startswith(("portal_of_", "portal_draft_")) else ""
        if not Path(f"/proc/{whose}").exists() if whose else (old != template or "--fresh" in sys.argv):
            embedded.drop_database(folder, old)
    if template not in kept or "--fresh" in sys.argv:
        _build(folder, template)
    embedded.create_database(folder, own, template)
    atexit.register(embedded.drop_database, folder, own)
    surroundings(folder, own)
    return folder, own


def _build(folder: str, template: str) -> None:
    """Under another name until it is whole: half a portal is none."""
    began, draft = time.monotonic(), f"portal_draft_{os.getpid()}"
    embedded.create_database(folder, draft)
    surroundings(folder, draft)
    for command in (
        ["-m", "interazioni", "prepare", "--verbosity=0"], ["-m", "interazioni", "demo", "build", "--size=tests"],
        [str(ROOT / "bench" / "_contents.py")],
    ):  # fmt: skip
        subprocess.run([sys.executable, "-W", "ignore", *command], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    for kind, wanted in (("guide", GUIDES), ("event", EVENTS)):
        copies = f"SELECT id, n FROM content_{kind}, generate_series(1, 7) n ORDER BY n, slug"
        copy(folder, draft, f"{copies} LIMIT {wanted} - (SELECT count(*) FROM content_{kind})", "-")
    embedded._psql(folder, "postgres", f'ALTER DATABASE "{draft}" RENAME TO "{template}"')
    print(f"contents built in {time.monotonic() - began:.0f} s")


def copy(folder: str, database: str, chosen: str, mark: str) -> None:
    """`chosen`: a query for (id, n) of the things that are copied."""
    rows = (
        ROW.format(table=table, chain=chain, own=", ".join(f"'{column}', {value}" for column, value in own.items()))
        for table, chain, own in TABLES
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
