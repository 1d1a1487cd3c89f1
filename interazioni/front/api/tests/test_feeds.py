"""Somebody subscribes: read with a real reader of feeds, and with a real reader of calendars."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import feedparser
import icalendar
import pytest
import recurring_ical_events
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from interazioni.actions.content import rules as contents
from interazioni.actions.directory import rules
from interazioni.actions.directory.tests.cast import TORINO, a_service, in_french, secretary
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.core.clock import ROME
from interazioni.foundation.translation.models import Segment, Source
from interazioni.foundation.translation.rules import hand_in, write_pieces
from interazioni.front.api.feeds import router
from interazioni.front.api.feeds.items import Event, Wanted
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
ALBA = "004003"
FORMS = ["rss", "atom", "json"]


@pytest.fixture(autouse=True)
def on_the_day_in_italian() -> Iterator[None]:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def get(form: str, **asked: str) -> bytes:
    response = Client().get(f"/api/feeds/latest.{form}", asked)
    assert response.status_code == 200, response.content
    return response.content


def parsed(form: str, **asked: str) -> Any:
    """As a reader sees it."""
    content = get(form, **asked)
    ET.fromstring(content)  # noqa: S314  # our own: well formed, also for who is strict
    found = feedparser.parse(content)
    assert not found.bozo, found.bozo_exception
    return found


def titles(form: str, **asked: str) -> list[str]:
    if form == "json":
        return [item["title"] for item in json.loads(get(form, **asked))["items"]]
    return [entry.title for entry in parsed(form, **asked).entries]


@pytest.mark.parametrize("form", FORMS)
def test_what_was_changed_last_stands_first(form: str) -> None:
    first = a_service("Primo")
    a_service("Secondo")
    with clock.at(DEMO_DAY + timedelta(days=1)):
        rules.save_service(service_id=first.pk, values={"cost": "Dieci euro."}, by=secretary())
        assert titles(form) == ["Primo", "Secondo"]
    rules.withdraw_service(service=first, by=secretary())
    assert titles(form) == ["Secondo"]


@pytest.mark.parametrize("form", FORMS)
def test_one_subscribes_to_a_theme_and_a_territory(form: str) -> None:
    a_service("Scuola a Torino")
    a_service("Permessi a Torino", theme="permits")
    a_service("Permessi ad Alba", theme="permits", places=[rules.Place(location={"municipality": ALBA})])
    assert titles(form, theme="permits", place=TORINO) == ["Permessi a Torino"]
    assert titles(form, theme="permits", place="CN") == ["Permessi ad Alba"]
    assert set(titles(form, place="to")) == {"Scuola a Torino", "Permessi a Torino"}
    assert titles(form, place="AO") == []
    assert len(titles(form, kind="service")) == 3


def test_a_reader_knows_the_language_of_everything() -> None:
    translated = a_service()
    in_french(translated)
    a_service("Solo in italiano")
    feed = parsed("atom", lang="fr", theme="school")
    assert feed.feed.title.startswith("InterAzioni · ")
    assert feed.feed.language == "fr"
    assert {(entry.title, entry.title_detail.language) for entry in feed.entries} == {
        ("Cours d'italien pour adultes", "fr"),
        ("Solo in italiano", "it"),
    }
    assert all(entry.link.startswith("http://127.0.0.1:8000/fr/services/") for entry in feed.entries)
    rss = parsed("rss", lang="zh-Hans")
    assert rss.feed.language == "zh-Hans"
    assert {entry.language for entry in rss.entries} == {"it"}
    told = json.loads(get("json", lang="fr"))
    assert {item["language"] for item in told["items"]} == {"fr", "it"}


def test_the_three_forms_say_the_same_and_keep_their_ids() -> None:
    service = a_service()
    rss, atom, told = parsed("rss"), parsed("atom"), json.loads(get("json"))
    assert rss.entries[0].id == atom.entries[0].id == told["items"][0]["id"] == service.pk.urn
    assert rss.entries[0].summary == atom.entries[0].summary == told["items"][0]["content_text"].replace("'", "&#x27;")
    assert rss.entries[0].published_parsed == atom.entries[0].published_parsed
    assert told["version"] == "https://jsonfeed.org/version/1.1"
    assert {tag.term for tag in atom.entries[0].tags} == set(told["items"][0]["tags"])
    assert "Torino" in told["items"][0]["tags"]
    self = [link.href for link in atom.feed.links if link.rel == "self"]
    assert self == ["http://127.0.0.1:8000/api/feeds/latest.atom?lang=it"]


@pytest.mark.parametrize("form", FORMS)
def test_what_people_write_cannot_break_a_feed(form: str) -> None:
    nasty = 'Corso <script>alert(1)</script> & \x0b\x1b "x" ]]>'
    a_service(nasty, summary=nasty)
    content = get(form)
    assert b"<script" not in content or form == "json"  # JSON Feed: content_text is text
    assert "Corso" in titles(form)[0]
    if form != "json":
        assert "<script" not in parsed(form).entries[0].summary


def written(kind: str, title: str, **values: Any) -> Any:
    values = {"title": title, "summary": f"{title}, in breve.", "theme": "school"} | values
    return contents.write(kind=kind, values=values, blocks=[("paragraph", "Da leggere."), ("paragraph", "E ancora.")], by=actor("paolo"))  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_all_that_is_published_stands_in_the_feed_in_the_order_in_which_it_came(form: str) -> None:
    a_service("Sportello")
    for hour, (kind, title, more) in enumerate(
        [
            ("guide", "Guida", {}), ("news", "Sciopero dei treni", {"municipality": ALBA}), ("plan_page", "Chi siamo", {}),
            ("opportunity", "Bando", {"deadline": DEMO_DAY + timedelta(days=2), "theme": "work"}),
            ("event", "Festa", {"starts_at": DEMO_DAY + timedelta(days=1), "ends_at": DEMO_DAY + timedelta(days=1, hours=2)}),
        ], 1,
    ):  # fmt: skip
        with clock.at(DEMO_DAY + timedelta(hours=hour)):
            written(kind, title, **more)
    with clock.at(DEMO_DAY + timedelta(hours=9)):
        assert titles(form) == ["Festa", "Bando", "Chi siamo", "Sciopero dei treni", "Guida", "Sportello"]
        assert titles(form, kind="news") == ["Sciopero dei treni"]
        assert titles(form, theme="work") == ["Bando"]
        assert titles(form, place="TO") == ["Festa", "Bando", "Chi siamo", "Guida", "Sportello"]
        assert "Sciopero dei treni" in titles(form, place="CN")
    with clock.at(DEMO_DAY + timedelta(days=3)):
        assert titles(form) == ["Chi siamo", "Sciopero dei treni", "Guida", "Sportello"], "what is over is no news"


FRENCH = {
    "Come si iscrive un figlio": "Comment inscrire un enfant", "Come si iscrive un figlio, in breve.": "Comment inscrire un enfant, en bref.",
    "Da leggere.": "Texte à lire.", "E ancora.": "Et encore.",
}  # fmt: skip


def test_an_entry_comes_anew_when_it_is_translated_and_only_in_that_language() -> None:
    guide = written("guide", "Come si iscrive un figlio")
    with clock.at(DEMO_DAY + timedelta(hours=1)):
        written("news", "Uffici chiusi")
    with clock.at(DEMO_DAY + timedelta(hours=2)), acting(actor("paolo")):
        whole = Source.objects.get(object_id=guide.pk)
        french = {segment.pk: FRENCH[segment.text] for segment in Segment.objects.filter(source=whole)}
        write_pieces(source=whole, language="fr", texts=french, by=actor("paolo"))
        hand_in(source=whole, language="fr", by=actor("paolo"))
    told = {lang: json.loads(get("json", lang=lang))["items"] for lang in ("it", "fr")}
    assert [item["title"] for item in told["it"]] == ["Uffici chiusi", "Come si iscrive un figlio"]
    assert [item["title"] for item in told["fr"]] == ["Comment inscrire un enfant", "Uffici chiusi"]
    assert [item["content_text"] for item in told["fr"]] == [
        "Comment inscrire un enfant, en bref.",
        "Uffici chiusi, in breve.",
    ]
    assert [item["language"] for item in told["fr"]] == ["fr", "it"]


def test_a_feed_of_everything_takes_few_queries_and_reads_no_long_text() -> None:
    a_service()
    for kind, more in (
        ("guide", {}), ("news", {}), ("plan_page", {}), ("opportunity", {"deadline": DEMO_DAY + timedelta(days=2)}),
        ("event", {"starts_at": DEMO_DAY + timedelta(days=1), "ends_at": DEMO_DAY + timedelta(days=1, hours=2)}),
    ):  # fmt: skip
        written(kind, kind, **more)
    get("rss")
    with CaptureQueriesContext(connection) as seen:
        assert len(titles("rss", theme="school", lang="fr")) == 6
    assert (
        len(
            [one for one in seen.captured_queries if one["sql"].startswith("SELECT") and "set_config" not in one["sql"]]
        )
        <= 6
    )
    assert not any('"text"' in one["sql"] for one in seen.captured_queries)


def test_an_empty_feed_and_an_empty_calendar_are_fine() -> None:
    for form in ("rss", "atom"):
        assert parsed(form, theme="health").entries == []
    assert json.loads(get("json", theme="health"))["items"] == []
    calendar = icalendar.Calendar.from_ical(Client().get("/api/feeds/events.ics").content)
    assert [part.name for part in calendar.subcomponents] == ["VTIMEZONE"]


def test_events_come_back_at_the_same_hour_after_the_clocks_change(monkeypatch: pytest.MonkeyPatch) -> None:
    def weekly(wanted: Wanted) -> Sequence[Event]:
        begins = datetime(2020, 3, 26, 17, 0, tzinfo=UTC)  # 18:00 in Turin; the clocks change on the 29th
        return [
            Event(
                UUID(int=9), "Conversazione; tè, biscotti", "Vieni!\nÈ gratis.", "it", "events/conversazione/", begins, begins + timedelta(hours=2), DEMO_DAY,
                rule="FREQ=WEEKLY;BYDAY=TH", except_at=(datetime(2020, 4, 9, 16, 0, tzinfo=UTC),), place="Via Roma 1, Torino", revision=3,
            )
        ]  # fmt: skip

    monkeypatch.setattr(router, "events", weekly)
    response = Client().get("/api/feeds/events.ics", {"lang": "fr"})
    assert response.headers["Content-Type"].startswith("text/calendar")
    calendar = icalendar.Calendar.from_ical(response.content)
    found = recurring_ical_events.of(calendar).between(
        datetime(2020, 3, 20, tzinfo=ROME), datetime(2020, 4, 25, tzinfo=ROME)
    )
    assert [one["DTSTART"].dt.astimezone(ROME).strftime("%m-%d %H:%M") for one in found] == [
        "03-26 18:00",
        "04-02 18:00",
        "04-16 18:00",
        "04-23 18:00",
    ]
    assert str(found[0]["SUMMARY"]) == "Conversazione; tè, biscotti"
    assert str(found[0]["URL"]) == "http://127.0.0.1:8000/fr/events/conversazione/"
    assert all(len(line) <= 75 for line in response.content.split(b"\r\n"))


def test_a_page_shows_its_feeds_to_readers() -> None:
    service = a_service()
    page = Client().get(f"/fr/services/{service.slug}/").content.decode()
    assert '<link rel="alternate" type="application/rss+xml"' in page
    assert "/api/feeds/latest.rss?lang=fr&amp;theme=school" in page
    nowhere = Client().get('/search/?theme="><script>&place=99').content.decode()
    assert '/api/feeds/latest.rss?lang=it"' in nowhere


@pytest.mark.parametrize(
    "asked",
    [
        {"theme": "foo"},
        {"place": "999999"},
        {"place": "XX"},
        {"lang": "it-IT"},
        {"kind": "nothing"},
        {"place": "0" * 99},
    ],
)
def test_what_cannot_be_subscribed_to_is_named(asked: dict[str, str]) -> None:
    response = Client().get("/api/feeds/latest.rss", asked)
    assert response.status_code == 422
    assert json.loads(response.content)["errors"][0]["parameter"] == next(iter(asked))
    assert Client().get("/api/feeds/latest.xml").status_code == 404


def test_a_feed_costs_a_fixed_number_of_queries_and_a_304_one() -> None:
    counts = []
    for step in (1, 30):
        for number in range(step):
            a_service(f"Corso {step} {number}")
        with CaptureQueriesContext(connection) as counted:
            assert Client().get("/api/feeds/latest.atom", {"place": "TO", "theme": "school"}).status_code == 200
        counts.append(sum("SAVEPOINT" not in query["sql"] for query in counted.captured_queries))
    assert counts[0] == counts[1] <= 10
    response = Client().get("/api/feeds/latest.atom")
    again = Client().get("/api/feeds/latest.atom", headers={"If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
