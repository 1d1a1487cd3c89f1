"""Some two hundred invented services in real municipalities, from `contents/services.toml`, through the rules. Deterministic."""

import math
import random
import tomllib
from collections.abc import Callable
from datetime import time, timedelta
from functools import cache
from typing import Any

from django.conf import settings

from interazioni.actions.directory.models import Organisation
from interazioni.actions.directory.rules import Open, Place, publish_service, save_organisation, save_service
from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.search.tasks import count
from interazioni.foundation.translation.models import Source
from interazioni.foundation.translation.rules import bring_in, set_concept
from interazioni.foundation.vocabularies import municipalities
from interazioni.foundation.vocabularies.distances import coordinates, great_circle_km
from interazioni.foundation.vocabularies.municipalities import Municipality
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

FILE = settings.ROOT / "contents" / "services.toml"
EACH = 29  # services of a type
OLDER = {3: 90, 11: 70}  # of each 25: days before the others, so that some are stale today, and some soon
# Where they are: real municipalities of all eight provinces.
TOWNS = (
    "Torino", "Moncalieri", "Rivoli", "Collegno", "Settimo Torinese", "Chieri", "Pinerolo", "Ivrea", "Carmagnola", "Chivasso", "Alessandria",
    "Casale Monferrato", "Tortona", "Novi Ligure", "Acqui Terme", "Asti", "Canelli", "Nizza Monferrato", "Biella", "Cossato", "Cuneo", "Alba", "Bra",
    "Fossano", "Mondovì", "Savigliano", "Saluzzo", "Novara", "Borgomanero", "Trecate", "Verbania", "Domodossola", "Omegna", "Vercelli", "Borgosesia",
)  # fmt: skip
KINDS = {
    "school": "school", "health": "health", "work": "municipality", "permits": "municipality", "home": "cooperative", "family": "health",
    "arriving": "cooperative", "rights": "association",
}  # fmt: skip
OTHERS = ("cooperative", "association", "municipality")
SHEET = ("summary", "for_whom", "how", "obtained", "times", "cost")
LANGUAGES = {"zh": "zh-hans"}


@cache
def contents() -> dict[str, Any]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def directory(say: Callable[[str], None]) -> None:
    rnd = random.Random(4)  # noqa: S311  # invents
    by_kind: dict[str, list[Body]] = {}
    for body in Body.objects.order_by("code"):
        by_kind.setdefault(body.kind, []).append(body)
    streets, made = contents()["streets"], 0
    towns = [_town(name) for name in TOWNS]
    known: dict[str, Organisation] = {}
    for number, (key, kind) in enumerate(contents()["types"].items()):
        keepers = [by_kind.get(KINDS[kind["theme"]], []), *(by_kind.get(other, []) for other in OTHERS)]
        for turn in range(EACH):
            town = towns[(number * 5 + turn) % len(towns)]
            near = _near(keepers, town)
            body = near[turn % len(near)]
            by = system_actor(body)
            with context.acting(by), clock.at(clock.now() - timedelta(days=OLDER.get(made % 25, 0))):
                if body.code not in known:
                    known[body.code] = _organisation(body, by)
                _service(
                    key, kind, known[body.code], town, f"{rnd.choice(streets)} {rnd.randrange(1, 90)}", body, by, rnd
                )
                made += 1
    with context.acting(by):
        count()
    say(f"directory: {made} services in {len(towns)} municipalities, six languages")


def _near(keepers: list[list[Body]], town: Municipality) -> list[Body]:
    """Of the province, of the kind that would offer it or else of another; where there is nobody, the three that are nearest."""
    for bodies in keepers:
        if found := [
            body
            for body in bodies
            if (at := municipalities.by_istat(body.municipality)) and at.province == town.province
        ]:
            return found
    return sorted(keepers[0] or keepers[1], key=lambda body: (_km(body.municipality, town.istat), body.code))[:3]


def _km(here: str, there: str) -> float:
    points = coordinates(here), coordinates(there)
    return great_circle_km(points[0], points[1]) if points[0] and points[1] else math.inf


def _organisation(body: Body, by: Actor) -> Organisation:
    town = municipalities.by_istat(body.municipality)
    return save_organisation(
        values={
            "name": body.name, "description": f"{body.get_kind_display()}, {town.name if town else 'Piemonte'}.", "email": body.email,
            "phones": [{"number": f"011 555 {1000 + sum(map(ord, body.code)) % 9000}", "note": "numero inventato"}],
        }, by=by,
    )  # fmt: skip


def _town(name: str) -> Municipality:
    found = municipalities.parse_place(name).municipality
    if found is None:
        raise RuntimeError(f"no municipality is called {name}")
    return found


def _service(
    key: str,
    kind: dict[str, Any],
    organisation: Organisation,
    town: Municipality,
    street: str,
    body: Body,
    by: Actor,
    rnd: random.Random,
) -> None:
    words = kind["it"]
    point = coordinates(town.istat)
    service = save_service(
        values={
            "organisation_id": organisation.pk, "theme": kind["theme"], "name": f"{words['name']} – {town.name}"[:160],
            **{field: words[field] for field in SHEET}, "needed": [{"text": text} for text in words["needed"]], "also": ", ".join(words["words"])[:300],
            "free": kind["free"], "appointment": kind["appointment"], "minimum_age": kind.get("min_age"), "maximum_age": kind.get("max_age"),
            "spoken": ["zh-Hans" if code == "zh" else code for code in kind["languages"]], "email": body.email,
            "phones": [{"number": f"011 555 {rnd.randrange(1000, 9999)}", "note": "numero inventato"}], "sensitive": key == "centro-antiviolenza",
        },
        places=[
            Place(
                location={
                    "address": street, "municipality": town.istat, "latitude": point[0] + rnd.uniform(-0.01, 0.01) if point else None,
                    "longitude": point[1] + rnd.uniform(-0.01, 0.01) if point else None,
                },
                hours=[_hours(line) for line in kind["hours"]], closures=[["08-01", "08-31"]] if kind["closed_august"] else [],
            )
        ], by=by,
    )  # fmt: skip
    publish_service(service=service, by=by)
    source = Source.objects.get(object_id=service.pk)
    ids = [key for key, _text, _ident in source.texts if key.startswith("needed.")]
    versions = {}
    for language in ("en", "fr", "ar", "zh", "uk"):
        said = kind[language]
        versions[LANGUAGES.get(language, language)] = {
            "name": f"{said['name']} – {town.name}", "summary": said["summary"], "also": ", ".join(said["words"])[:300],
            **{f"{field}.0": said[field] for field in SHEET[1:]}, **dict(zip(ids, said["needed"], strict=False)),
        }  # fmt: skip
    bring_in(source=source, versions=versions, by=by)


def _hours(line: str) -> Open:
    day, _, span = line.partition(" ")
    opens, _, closes = span.partition("-")
    return Open(f"FREQ=WEEKLY;BYDAY={day}", time.fromisoformat(opens), time.fromisoformat(closes))


def glossary(by: Actor) -> None:
    """The plan's terms in the languages of the interface."""
    for concept in tomllib.loads((settings.ROOT / "contents" / "glossary.toml").read_text(encoding="utf-8"))[
        "concepts"
    ]:
        set_concept(
            code=concept["code"], note=concept.get("note", ""), enforced=concept.get("enforced", True), terms=concept["terms"], by=by
        )  # fmt: skip
