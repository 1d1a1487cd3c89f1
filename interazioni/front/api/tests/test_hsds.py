"""Another system reads the directory after HSDS 3.1."""

import io
import json
import runpy
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from interazioni.actions.directory import rules
from interazioni.actions.directory.models import Service
from interazioni.actions.directory.tests.cast import TORINO, a_service, an_organisation, as_saved, in_french, secretary
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import tasks as freshness_tasks
from interazioni.front.api.hsds import taxonomies
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
STANDARDS = Path(__file__).parent / "standards"
HSDS = "/api/hsds"
Get = Callable[..., Any]


@pytest.fixture(autouse=True)
def on_the_day_in_italian() -> Iterator[None]:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


@pytest.fixture(scope="session")
def standard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hsds")
    with zipfile.ZipFile(STANDARDS / "hsds-3.1.zip") as packed:
        packed.extractall(folder)
    return folder


def get(path: str, status: int = 200, **asked: Any) -> Any:
    response = Client().get(HSDS + path, asked)
    assert response.status_code == status, response.content
    return json.loads(response.content)


def names(path: str = "/services", **asked: Any) -> list[str]:
    return [one["name"] for one in get(path, **asked)["contents"]]


def everything_said() -> Service:
    """A service that says all that can be said."""
    return a_service(
        "Sportello stranieri", theme="permits", free=True, appointment=True, minimum_age=16, maximum_age=99, obtained="La ricevuta.",
        times="Da settembre.", cost="Niente.", alert="Chiuso per lavori.", also="kit, questura", area=[TORINO, "004003"], spoken=["it", "ar", "zh-Hans"],
        email="sportello@example.org", website="https://example.org/sportello", phones=[{"number": "011 555 1234", "note": "la mattina"}],
        places=[
            rules.Place(
                location={
                    "name": "Casa", "municipality": TORINO, "address": "Via delle Rose 3", "postal_code": "10122", "latitude": 45.07, "longitude": 7.68,
                    "transport": "Tram 4", "accessibility": ["ramp"], "access_note": "Suonare",
                },
                hours=[
                    rules.Open("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30)), rules.Open("FREQ=DAILY", time(14), time(15)),
                    rules.Open("FREQ=MONTHLY;BYDAY=1SA", time(9), time(11), DEMO_DAY.date(), DEMO_DAY.date() + timedelta(90)),
                    rules.Open("FREQ=YEARLY;BYMONTH=9", time(9), time(11)), rules.Open("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", time(9), time(11)),
                ],
                closures=[["08-01", "08-31"]], note="Citofono B",
            ),
            rules.Place(location={"municipality": "004003"}),
        ],
    )  # fmt: skip


def test_the_standards_own_profile_passes(
    standard: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for number in range(5):
        a_service(f"Corso {number}")
    everything_said()

    def urlopen(address: str, timeout: float) -> io.BytesIO:
        parts = urlsplit(address)
        return io.BytesIO(Client().get(f"{parts.path}?{parts.query}").content)

    monkeypatch.setattr("urllib.request.urlopen", urlopen)
    monkeypatch.setattr(
        sys, "argv", ["hsds_check.py", "http://x" + HSDS, str(standard / "profile-3.1/HSDS-3.1.json"), str(standard / "profile-3.1/schemas")]
    )  # fmt: skip
    with pytest.raises(SystemExit) as done:
        runpy.run_path(str(standard / "hsds_check.py"))
    said = capsys.readouterr().out
    assert done.value.code == 0
    assert "FAIL" not in said
    assert said.count("PASS") == 11


@pytest.mark.parametrize(
    ("path", "schema"),
    [("/services", "service"), ("/organizations", "organization"), ("/service_at_locations", "service_at_location")],
)
def test_everything_that_can_be_said_is_said_as_the_schemas_want_it(standard: Path, path: str, schema: str) -> None:
    in_french(a_service())
    everything_said()
    schemas = standard / "profile-3.1" / "schemas"

    def retrieve(uri: str) -> Any:
        return Resource.from_contents(
            json.loads(next(schemas.rglob(uri.rsplit("/", 1)[-1])).read_text()), default_specification=DRAFT202012
        )

    validator = Draft202012Validator(
        json.loads((schemas / f"{schema}.json").read_text()), registry=Registry(retrieve=retrieve), format_checker=FormatChecker()
    )  # fmt: skip
    listed = get(path, full="true", full_service="true", lang="fr")["contents"]
    single = [get(f"{path}/{one['id']}", lang="fr") for one in listed]
    assert [fault.message for one in [*listed, *single] for fault in validator.iter_errors(one)] == []


def test_what_a_service_says_is_found_where_the_standard_wants_it() -> None:
    service = everything_said()
    said = get(f"/services/{service.pk}")
    assert said["description"] == "Impari l'italiano, dal primo livello al certificato A2.\nLa ricevuta."
    assert (said["status"], said["alert"], said["minimum_age"], said["maximum_age"]) == (
        "active",
        "Chiuso per lavori.",
        16,
        99,
    )
    assert said["assured_date"] == "2020-02-12"
    assert [phone["number"] for phone in said["phones"]] == ["011 555 1234"]
    assert [one["document"] for one in said["required_documents"]] == ["Passaporto o permesso di soggiorno"]
    assert [one["code"] for one in said["languages"]] == ["it", "ar", "zh-Hans"]
    assert [area["name"] for area in said["service_areas"]] == ["Torino (TO)", "Alba (CN)"]
    assert said["cost_options"][0]["amount"] == 0
    assert {one["link_type"] for one in said["attributes"]} == {"theme", "appointment"}
    place = next(one for one in said["service_at_locations"] if one.get("description") == "Citofono B")
    assert place["location"]["addresses"][0]["city"] == "Torino"
    hours = {(one.get("freq"), one.get("byday"), one["opens_at"]) for one in place["schedules"]}
    assert hours == {
        ("WEEKLY", "MO,WE", "09:00"), ("WEEKLY", "MO,TU,WE,TH,FR,SA,SU", "14:00"), ("MONTHLY", "1SA", "09:00"), (None, None, "09:00"), ("WEEKLY", "FR", "09:00"),
    }  # fmt: skip
    assert all("08-01/08-31" in one["notes"] for one in place["schedules"])


def test_words_come_in_the_language_that_was_asked_and_what_is_not_translated_says_so() -> None:
    service = a_service()
    in_french(service)
    said = get(f"/services/{service.pk}", lang="fr")
    assert said["name"] == "Cours d'italien pour adultes"
    assert said["url"].endswith(f"/fr/services/{service.slug}/")
    assert said["translation"]["in_source_language"] == []
    albanian = get(f"/services/{service.pk}", lang="sq")
    assert albanian["name"] == "Corso di italiano per adulti"
    assert "name" in albanian["translation"]["in_source_language"]
    response = Client().get(f"{HSDS}/services/{service.pk}", {"lang": "zh-Hans"})
    assert response.headers["Content-Language"] == "zh-Hans"


def test_filters_are_joined_by_and() -> None:
    school = a_service("Corso di cucito")
    permits = a_service("Sportello permessi", theme="permits", organisation_id=school.organisation_id)
    a_service("Aiuto per i permessi", theme="permits")
    term = str(taxonomies.term_id("permits"))
    assert set(names(taxonomy_term_id=term)) == {"Sportello permessi", "Aiuto per i permessi"}
    assert names(taxonomy_term_id=term, organization_id=str(school.organisation_id)) == ["Sportello permessi"]
    assert names(search="permessi", taxonomy_term_id=term, organization_id=str(school.organisation_id)) == [
        "Sportello permessi"
    ]
    assert names(search="cucito", taxonomy_term_id=term) == []
    assert len(names(taxonomy_id=str(taxonomies.TAXONOMY))) == 3
    assert names(taxonomy_id=str(uuid4())) == []
    assert names(organization_id=str(uuid4())) == []
    assert names("/organizations", taxonomy_term_id=str(taxonomies.term_id("health"))) == []
    assert len(get("/service_at_locations", organization_id=str(permits.organisation_id))["contents"]) == 2


def test_the_search_puts_the_best_first_and_pages() -> None:
    for number in range(6):
        a_service(f"Corso di ballo {number}")
    first = get("/services", search="ballo", per_page=4)
    rest = get("/services", search="ballo", per_page=4, page=2)
    assert (first["total_items"], first["total_pages"], first["size"], rest["size"]) == (6, 2, 4, 2)
    assert (rest["last_page"], rest["first_page"]) == (True, False)
    beyond = get("/services", per_page=4, page=9)
    assert (beyond["empty"], beyond["total_items"]) == (True, 6)


def test_a_harvester_asks_for_what_changed_since() -> None:
    course = a_service()
    other = a_service("Corso di cucito")
    later = DEMO_DAY + timedelta(days=3)
    since = (DEMO_DAY + timedelta(days=1)).isoformat()
    assert names(modified_after=since) == []
    with clock.at(later):
        rules.save_place(
            service=other, place=rules.Place(location={"municipality": "004003"}), by=secretary()
        )  # a place is no field of the service
    assert names(modified_after=since) == ["Corso di cucito"]
    assert names(modified_after=since.replace("+00:00", "Z")) == ["Corso di cucito"]
    with clock.at(later):
        rules.save_service(service_id=course.pk, values={"summary": "Altro."}, by=secretary())
    assert names(modified_after=since) == [course.name, other.name]
    everything = get("/services", modified_after=since, full="true")["contents"]
    assert {one["last_modified"] for one in everything} == {"2020-02-15T09:30:00.000+01:00"}
    minimal = get("/services", minimal="true")
    assert minimal["size"] == 2
    assert set(minimal["contents"][0]) == {"id", "last_modified", "modified_date"}


def test_what_nobody_vouches_for_any_more_says_so() -> None:
    service = a_service()
    for day in range(106, 121):  # asked, reminded twice
        with clock.at(DEMO_DAY + timedelta(days=day)):
            freshness_tasks.keep.function()
    with clock.at(DEMO_DAY + timedelta(days=121)):
        said = get(f"/services/{service.pk}")
    assert "unverified" in {one["link_type"] for one in said["attributes"]}


def test_all_at_once_a_line_each() -> None:
    for number in range(3):
        a_service(f"Corso {number}")
    response = Client().get(f"{HSDS}/services", {"format": "ndjson", "full": "true", "per_page": 1})
    assert response.headers["Content-Type"].startswith("application/x-ndjson")
    lines = [json.loads(line) for line in response.content.decode().splitlines()]
    assert [line["name"] for line in lines] == ["Corso 0", "Corso 1", "Corso 2"]


def test_drafts_and_what_was_withdrawn_are_nobodys_business() -> None:
    draft = a_service("Bozza", publish=False)
    gone = a_service("Ritirato")
    rules.withdraw_service(service=gone, by=secretary())
    alone = an_organisation(name="Nessun servizio")
    assert names() == []
    for path in (f"/services/{draft.pk}", f"/services/{gone.pk}", f"/organizations/{alone.pk}", f"/organizations/{gone.organisation_id}",
                 f"/service_at_locations/{gone.places.get().pk}", f"/taxonomies/{uuid4()}", f"/taxonomy_terms/{uuid4()}"):  # fmt: skip
        assert get(path, 404)["status"] == 404


@pytest.mark.parametrize(
    "asked",
    [{"per_page": "0"}, {"per_page": "501"}, {"page": "0"}, {"page": "x"}, {"lang": "klingon"}, {"modified_after": "ieri"}, {"taxonomy_term_id": "1 OR 1=1"},
     {"organization_id": "x" * 5000}, {"search": "x" * 301}, {"format": "xml"}, {"minimal": "forse"}],
)  # fmt: skip
def test_what_cannot_be_understood_is_named(asked: dict[str, str]) -> None:
    response = Client().get(f"{HSDS}/services", asked)
    said = json.loads(response.content)
    assert response.status_code == said["status"] == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [fault["parameter"] for fault in said["errors"]] == list(asked)
    assert next(iter(asked.values())) not in said["errors"][0]["detail"]


ASKED = [
    ("/services", {}), ("/services", {"full": "true"}), ("/services", {"full": "true", "search": "corzo"}), ("/services", {"minimal": "true"}),
    ("/services", {"format": "ndjson", "full": "true", "lang": "fr"}), ("/organizations", {"full_service": "true"}),
    ("/service_at_locations", {}), ("/service_at_locations", {"full": "true", "search": "corzo"}), ("/taxonomy_terms", {}),
]  # fmt: skip


def queries_of(path: str, asked: dict[str, str]) -> int:
    with CaptureQueriesContext(
        connection,
    ) as counted:
        assert Client().get(HSDS + path, asked).status_code == 200
    return sum("SAVEPOINT" not in query["sql"] for query in counted.captured_queries)


def test_an_answer_costs_at_most_ten_queries_however_much_there_is() -> None:
    a_service("Corso 0")
    for path, asked in ASKED:
        queries_of(path, asked | {"first": "1"})  # what a process does once: it reads the glossary
    few = [queries_of(path, asked | {"few": "1"}) for path, asked in ASKED]
    for number in range(1, 40):
        a_service(f"Corso {number}", organisation_id=an_organisation().pk)
    many = [queries_of(path, asked) for path, asked in ASKED]
    assert max(many) <= 10, dict(zip([f"{path} {asked}" for path, asked in ASKED], many, strict=True))
    assert few == many


def test_who_has_it_already_is_told_so_by_one_query_until_something_changes() -> None:
    service = a_service()
    client = Client()
    address = f"{HSDS}/services/{service.pk}"
    etag = client.get(address).headers["ETag"]
    with CaptureQueriesContext(connection) as counted:
        again = client.get(address, headers={"If-None-Match": etag})
    assert again.status_code == 304
    asked = [
        query["sql"]
        for query in counted.captured_queries
        if not query["sql"].startswith(("SAVEPOINT", "RELEASE", "SET TRANSACTION"))
    ]
    assert len(asked) == 1
    assert "core_generation" in asked[0]
    as_saved(service, phones=[{"number": "011 555 0000"}])  # in no text that is searched
    changed = client.get(address, headers={"If-None-Match": etag})
    assert changed.status_code == 200
    assert json.loads(changed.content)["phones"][0]["number"] == "011 555 0000"


def test_one_reads_here_and_nothing_else() -> None:
    response = Client(enforce_csrf_checks=True).post(f"{HSDS}/services", {})
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD")
    head = Client().head(f"{HSDS}/services")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Access-Control-Allow-Origin"] == "*"
    assert Client().get("/api/hsds", {"x": "1"}).headers["Location"] == "/api/hsds/?x=1"
    assert Client().get(f"{HSDS}/services/").headers["Location"] == f"{HSDS}/services"
    assert Client().get("/api").headers["Location"] == "/api/"
    assert Client().get("/api//evil.example/").status_code == 404
    assert Client().get("/api/nowhere").headers["Content-Type"] == "application/problem+json"
