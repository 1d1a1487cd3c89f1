"""What stands around the data: the description of all addresses, the search, the sitemap, machines that read pages."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from jsonschema import Draft202012Validator, FormatChecker

from interazioni.actions.content import rules as contents
from interazioni.actions.directory import rules
from interazioni.actions.directory.tests.cast import TORINO, a_service, in_french, secretary
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.search.tasks import count
from interazioni.front.api import root, sitemap
from interazioni.front.api.urls import operations
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"


@pytest.fixture(autouse=True)
def on_the_day_in_italian() -> Iterator[None]:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def tree(content: bytes) -> ET.Element:
    return ET.fromstring(content)  # noqa: S314  # our own


def get(path: str, **asked: Any) -> Any:
    response = Client().get(path, asked)
    assert response.status_code == 200, response.content
    return json.loads(response.content)


# --- the search ---------------------------------------------------------------------------------------------------------


def found(**asked: Any) -> list[str]:
    return [one["title"] for one in get("/api/v1/search", **asked)["results"]]


def test_the_search_answers_as_the_portal_does() -> None:
    in_french(a_service())
    a_service("Sportello permessi", theme="permits", free=False, spoken=["it"])
    with acting(actor("paolo")):
        count()
    answer = get("/api/v1/search", q="adultes", lang="fr")
    assert answer["language"] == "fr"
    [one] = answer["results"]
    assert (one["title"], one["language"], one["kind"], one["verified"]) == (
        "Cours d'italien pour adultes",
        "fr",
        "service",
        True,
    )
    assert one["url"].startswith("http://127.0.0.1:8000/fr/services/")
    assert one["places"] == [{"istat": TORINO, "name": "Torino", "province": "TO"}]
    assert found(q="permessi", lang="ar")[0] == "Sportello permessi"
    assert get("/api/v1/search", q="permessi", lang="ar")["results"][0]["language"] == "it"
    assert get("/api/v1/search", q="corzo")["corrected"] == "corso"
    assert found(theme="permits") == ["Sportello permessi"]
    assert found(free="true") == found(spoken="AR") == ["Corso di italiano per adulti"]
    assert found(place="004003") == found(kind="guide") == []
    assert len(found(open="true")) == 2  # a Wednesday morning


def test_the_next_page_is_an_address() -> None:
    for number in range(5):
        a_service(f"Corso di ballo {number}")
    seen, address = [], "/api/v1/search?q=ballo&per_page=2&lang=it"
    while address:
        answer = get(address)
        seen += [one["title"] for one in answer["results"]]
        address = (answer["next"] or "").removeprefix("http://127.0.0.1:8000")
    assert len(seen) == len(set(seen)) == 5


@pytest.mark.parametrize(
    "asked",
    [{"q": "x" * 301}, {"lang": "xx"}, {"place": "Torino"}, {"near": "45"}, {"near": "451,7"}, {"near": "nan,nan"}, {"within_km": "0"}, {"page": "-1"}, {"per_page": "101"}, {"theme": "x"},
     {"kind": "a b"}, {"open": "x"}, {"spoken": "<b>"}],
)  # fmt: skip
def test_a_question_that_cannot_be_understood_is_refused_by_name(asked: dict[str, str]) -> None:
    response = Client().get("/api/v1/search", asked)
    assert response.status_code == 422
    assert response.headers["Content-Type"] == "application/problem+json"
    assert [fault["parameter"] for fault in json.loads(response.content)["errors"]] == list(asked)


def test_strange_questions_find_nothing_and_break_nothing() -> None:
    a_service()
    for q in ("'; DROP TABLE", "\x00", "a:* & !b", "()|&!", "§x", "😀" * 50, "\\", "%%%"):
        assert Client().get("/api/v1/search", {"q": q}).status_code in (200, 422), q
        assert Client().get("/api/hsds/services", {"search": q}).status_code in (200, 422), q
        assert Client().get("/api/hsds/organizations", {"search": q}).status_code in (200, 422), q


def test_a_search_costs_at_most_six_queries_and_is_kept() -> None:
    a_service()
    for asked in ({"q": "corzo"}, {"q": "corzo"}):
        with CaptureQueriesContext(connection) as counted:
            get("/api/v1/search", **asked)
        last = sum("SAVEPOINT" not in query["sql"] for query in counted.captured_queries)
    assert last <= 2
    with CaptureQueriesContext(connection) as counted:
        get("/api/v1/search", q="corzzo")
    assert sum("SAVEPOINT" not in query["sql"] for query in counted.captured_queries) <= 6


# --- the description ----------------------------------------------------------------------------------------------------


def test_every_address_is_described_once_and_answers() -> None:
    described = get("/api/openapi.json")
    assert described["openapi"].startswith("3.1")
    paths = {re.sub(r"\{\w+\}", "{}", path) for path in described["paths"]}
    served = {"/api/" + re.sub(r"<[^>]+>|\{[^}]+\}", "{}", str(one.pattern)) for one in operations}
    assert paths == served
    ids = [operation["operationId"] for path in described["paths"].values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert all(set(path) == {"get"} for path in described["paths"].values())
    for path in described["paths"].values():
        for asked in path["get"]["parameters"]:
            if (default := asked["schema"].get("default")) is not None:
                Draft202012Validator(asked["schema"], format_checker=FormatChecker()).validate(default)
    for name, address in get("/api/").items():
        assert Client().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200, name
    assert set(root.ADDRESSES) == set(get("/api/"))


def test_whoever_asks_before_a_change_is_told_of_it_after() -> None:
    addresses = [
        "/api/hsds/services?full=true", "/api/hsds/organizations", "/api/hsds/service_at_locations", "/api/v1/search?q=corso", "/api/cpsv/services.ttl", "/api/dcat.ttl",
        "/api/feeds/latest.rss", "/api/feeds/events.ics", "/sitemap.xml", "/sitemap-it-1.xml", "/robots.txt", "/open-data/",
    ]  # fmt: skip
    a_service()
    client = Client()
    etags = {address: client.get(address).headers["ETag"] for address in addresses}
    for address, etag in etags.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 304, address
    rules.publish_service(service=a_service("Corso nuovo", publish=False), by=secretary())
    for address, etag in etags.items():
        assert client.get(address, headers={"If-None-Match": etag}).status_code == 200, address


# --- search engines -----------------------------------------------------------------------------------------------------


def test_the_sitemap_names_every_page_in_every_language() -> None:
    service = a_service()
    index = tree(Client().get("/sitemap.xml").content)
    files = [loc.text.removeprefix("http://127.0.0.1:8000") for loc in index.iter(f"{MAP}loc")]
    assert len(files) == len(settings.PORTAL_LANGUAGES)
    seen = set()
    for file in files:
        for url in tree(Client().get(file).content).iter(f"{MAP}url"):
            address = url.find(f"{MAP}loc").text
            seen.add(address)
            others = {link.get("hreflang"): link.get("href") for link in url.iter(f"{XHTML}link")}
            assert len(others) == len(settings.PORTAL_LANGUAGES) + 1
            assert others["x-default"] == others["it"]
            assert address in others.values()
    assert f"http://127.0.0.1:8000/zh-hans/services/{service.slug}/" in seen
    for address in seen:
        if "/ti/" in address or address.count("/") <= 4:
            assert Client().get(address.removeprefix("http://127.0.0.1:8000")).status_code == 200, address
    assert Client().get("/sitemap-it-2.xml").status_code == 404


def test_many_pages_are_more_files(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        a_service(f"Corso {number}")
    monkeypatch.setattr(sitemap, "PER_FILE", 3)
    index = tree(Client().get("/sitemap.xml").content)
    files = [loc.text.removeprefix("http://127.0.0.1:8000") for loc in index.iter(f"{MAP}loc")]
    italian = [file for file in files if "-it-" in file]
    assert len(italian) == -(-(len(sitemap.ROOTS) + 4) // 3)
    pages = [loc.text for file in italian for loc in tree(Client().get(file).content).iter(f"{MAP}loc")]
    assert len(pages) == len(set(pages)) == len(sitemap.ROOTS) + 4


def test_robots_are_told_where_not_to_look_and_where_the_map_is() -> None:
    text = Client().get("/robots.txt").content.decode()
    assert "Disallow: /desk/" in text
    assert "Sitemap: http://127.0.0.1:8000/sitemap.xml" in text


# --- machines that read pages -------------------------------------------------------------------------------------------


def embedded(page: str) -> dict[str, Any]:
    [text] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return json.loads(text)


def test_a_service_says_in_its_page_what_it_is() -> None:
    service = a_service()
    in_french(service)
    said = embedded(Client().get(f"/fr/services/{service.slug}/").content.decode())
    assert (said["@type"], said["inLanguage"], said["lastReviewed"]) == ("WebPage", "fr", "2020-02-12")
    thing = said["mainEntity"]
    assert thing["name"] == "Cours d'italien pour adultes"
    assert thing["offers"]["price"] == 0
    [channel] = thing["availableChannel"]
    assert channel["serviceLocation"]["address"]["addressLocality"] == "Torino"
    assert [(one["dayOfWeek"], one["opens"]) for one in channel["serviceLocation"]["openingHoursSpecification"]] == [
        ("Monday", "09:00"),
        ("Wednesday", "09:00"),
    ]
    assert thing["@id"] in Client().get("/api/cpsv/services.ttl").content.decode()


def written(kind: str, title: str, **values: Any) -> Any:
    values = {"title": title, "summary": f"{title}, in breve.", "theme": "school"} | values
    return contents.write(kind=kind, values=values, blocks=[("paragraph", "Da leggere.")], by=actor("paolo"))


def test_an_event_says_when_and_where_it_takes_place_each_time() -> None:
    begins = DEMO_DAY.replace(hour=16) + timedelta(days=1)
    event = written(
        "event", "Caffè delle lingue", starts_at=begins, ends_at=begins + timedelta(hours=2), rule="FREQ=WEEKLY", until=(begins + timedelta(days=15)).date(),
        where="Biblioteca", municipality=TORINO,
    )  # fmt: skip
    said = embedded(Client().get(f"/ar/events/{event.slug}/").content.decode())
    thing = said["mainEntity"]
    assert (said["inLanguage"], thing["inLanguage"], thing["@type"]) == ("ar", "it", "Event"), (
        "nothing is translated yet"
    )
    assert [datetime.fromisoformat(one["startDate"]) for one in (thing, *thing["subEvent"])] == [
        begins + timedelta(days=n) for n in (0, 7, 14)
    ]
    [place] = thing["location"]
    assert (place["name"], place["address"]["addressLocality"]) == ("Biblioteca", "Torino")
    assert thing["eventAttendanceMode"].endswith("/OfflineEventAttendanceMode")


def test_what_ends_tells_the_search_engines_when() -> None:
    ends = DEMO_DAY + timedelta(days=4)
    call = written("opportunity", "Borsa di studio", deadline=ends, sources="Regione https://www.regione.example/borsa")
    thing = embedded(Client().get(f"/opportunities/{call.slug}/").content.decode())["mainEntity"]
    assert datetime.fromisoformat(thing["expires"]) == ends
    assert (thing["@type"], thing["headline"], thing["citation"]) == (
        "Article",
        "Borsa di studio",
        ["https://www.regione.example/borsa"],
    )
    news = written("news", "Uffici chiusi")
    assert embedded(Client().get(f"/news/{news.slug}/").content.decode())["mainEntity"]["@type"] == "NewsArticle"


def test_no_text_ends_the_element_that_it_stands_in() -> None:
    nasty = "</script><script>alert(1)</script><!-- & \u2028"
    service = a_service(nasty, summary=nasty)
    page = Client().get(f"/services/{service.slug}/").content.decode()
    assert "<script>alert" not in page
    assert embedded(page)["mainEntity"]["description"] == nasty
