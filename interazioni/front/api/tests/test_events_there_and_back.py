"""Our own events.ics, read by our own import: what goes out comes back equal."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from interazioni.actions.content import rules
from interazioni.actions.content.dates import days
from interazioni.actions.content.importing.events import drafts
from interazioni.actions.content.importing.placing import theme_named
from interazioni.actions.content.importing.reading import read_calendar
from interazioni.actions.content.importing.times import shortest
from interazioni.actions.content.importing_kind import EVENTS, apply, understand
from interazioni.actions.content.models import Event
from interazioni.actions.content.tests.test_dates import rules as repetitions
from interazioni.actions.directory.models import Theme
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.core.clock import ROME
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.imports.registry import Asked
from interazioni.foundation.vocabularies import municipalities
from interazioni.front.api.feeds import formats
from interazioni.front.api.feeds.items import calendar_event
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
CHANNEL = formats.Channel("InterAzioni", "", "it", "https://x.example/events.ics", "https://x.example/")
WORDS = st.text("abcdefghilmnopqrstuvzàèéìòùABC 0123456789.,;:!?'\"-()\\", min_size=1, max_size=140).map(lambda said: " ".join(said.split())).filter(lambda said: any(letter.isalpha() for letter in said))  # fmt: skip
TOWNS = [town.istat for town in municipalities.in_region("Piemonte")[::90]]


@pytest.fixture(autouse=True)
def on_the_day_in_italian() -> Iterator[None]:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


@st.composite
def events(draw: Any) -> Event:
    day = draw(st.dates(date(2020, 2, 13), date(2021, 12, 20)))
    rule = draw(st.just("") | repetitions())
    until, left_out = None, []
    if rule:
        found = list(days(rule, day, day + timedelta(days=400)))
        assume(found)
        day = found[0]
        until = day + timedelta(days=draw(st.integers(0, 365)))
        rule = shortest(rule, day)
        left_out = sorted({one.isoformat() for one in draw(st.lists(st.sampled_from(found), max_size=3)) if day < one <= until})  # fmt: skip
    whole = draw(st.booleans())
    begins = time(0, 0) if whole else draw(st.times().map(lambda at: at.replace(second=0, microsecond=0)))
    starts_at = datetime.combine(day, begins, ROME)
    lasts = timedelta(minutes=24 * 60 - 1 if whole else draw(st.integers(0, 600)))
    ends_at = starts_at + lasts
    assume(starts_at.astimezone(UTC).astimezone(ROME) == starts_at)  # an hour that the clock leaves out is none
    town = draw(st.sampled_from(["", *TOWNS]))
    known = municipalities.by_istat(town)
    return Event(
        pk=new_id(), slug="prova", title=draw(WORDS), summary=draw(WORDS), theme=draw(st.sampled_from(Theme.values)), starts_at=starts_at.astimezone(UTC),
        ends_at=ends_at.astimezone(UTC), rule=rule, until=until, except_days=left_out, municipality=town, where=f"via Prova 1, {known.name}" if known else "",
        first_published_at=DEMO_DAY, last_published_at=DEMO_DAY + timedelta(hours=1), live=True,
    )  # fmt: skip


@settings(max_examples=120, deadline=None)
@given(st.lists(events(), min_size=1, max_size=4))
def test_what_goes_out_comes_back_equal(rows: list[Event]) -> None:
    out = [calendar_event(row, row.title, row.summary, "it") for row in rows]
    with translation.override("it"), clock.at(DEMO_DAY):
        content = formats.calendar(CHANNEL, out)
        found = drafts(read_calendar(content, "events.ics"), clock.today()).drafts
    assert len(found) == len(rows)
    for row, draft in zip(rows, found, strict=True):
        assert draft.errors == []
        assert draft.uid == f"{row.pk}@interazioni"
        assert draft.times
        at = draft.times
        assert (at.starts_at, at.ends_at) == (row.starts_at, row.ends_at)
        assert (at.rule, at.until, list(at.except_days)) == (row.rule, row.until, row.except_days)
        assert (draft.values["title"], draft.values["summary"]) == (row.title, row.summary)
        assert (draft.values["where"], draft.values["municipality"]) == (row.where, row.municipality)
        assert [theme_named(name) for name in draft.categories] == [row.theme]
        assert draft.values["sources"].endswith("/events/prova/")


def published(**values: Any) -> Event:
    values = {
        "title": "Festa dei popoli", "summary": "Musica e cibo.", "theme": "family", "starts_at": datetime(2020, 3, 20, 17, tzinfo=UTC),
        "ends_at": datetime(2020, 3, 20, 21, tzinfo=UTC), "where": "Parco Biberach", "municipality": "005005",
    } | values  # fmt: skip
    found = rules.write(kind="event", values=values, blocks=[("paragraph", "Porta un piatto.")], by=actor("paolo"))
    assert isinstance(found, Event)
    return found


def feed(**asked: str) -> bytes:
    answer = Client().get("/api/feeds/events.ics", asked)
    assert answer.status_code == 200
    return answer.content


def test_what_is_published_stands_in_the_feed_by_theme_and_place() -> None:
    published()
    published(title="Ovunque", municipality="", theme="health", rule="FREQ=WEEKLY", until=date(2020, 6, 1))
    published(title="Finita", starts_at=datetime(2020, 1, 1, tzinfo=UTC), ends_at=datetime(2020, 1, 2, tzinfo=UTC))
    everything = feed().decode()
    assert "SUMMARY;LANGUAGE=it:Festa dei popoli" in everything
    assert "LOCATION:Parco Biberach\\, Asti" in everything
    assert "Finita" not in everything
    assert "Festa" not in feed(theme="health").decode()
    assert "Ovunque" in feed(theme="health", place="TO").decode()
    assert "Festa" not in feed(place="TO").decode()
    assert "Festa" in feed(place="AT").decode()


def test_a_single_event_goes_into_a_calendar_from_its_page() -> None:
    event = published()
    published(title="Un'altra")
    page = Client().get(f"/fr/events/{event.slug}/").content.decode()
    address = f"/api/feeds/events/{event.pk}.ics?lang=fr"
    assert f'href="{address}"' in page
    (one,) = Calendar.from_ical(Client().get(address).content).walk("VEVENT")
    assert (one["summary"], one["url"]) == ("Festa dei popoli", f"http://127.0.0.1:8000/fr/events/{event.slug}/")
    assert Client().get(f"/api/feeds/events/{UUID(int=1)}.ics").status_code == 404
    assert "/api/feeds/events.ics?lang=fr" in Client().get("/fr/events/").content.decode()


def test_an_edit_is_in_the_calendar_at_once() -> None:
    event = published()
    assert "Festa dei popoli" in feed().decode()
    with clock.at(DEMO_DAY + timedelta(minutes=1)):
        rules.write(
            kind="event",
            values={"title": "Festa rimandata"},
            blocks=[("paragraph", "A maggio.")],
            entry_id=event.pk,
            by=actor("paolo"),
        )
        assert "Festa rimandata" in feed().decode()


def test_our_own_calendar_handed_back_makes_nothing_twice() -> None:
    published()
    for login in ("paolo", "lucia"):
        by = actor(login)
        with acting(by):
            (line,) = understand(Asked(EVENTS.read(feed(), "events.ics"), by)).lines
            assert [error.code for error in line.errors] == ["from_here"]
    elsewhere = feed().replace(b"@interazioni", b"@interazioni.altrove.example")
    by = actor("lucia")
    with acting(by):
        lines = understand(Asked(EVENTS.read(elsewhere, "events.ics"), by)).lines
        apply(lines, {}, frozenset(), by)
        copy = Event.objects.get()
    assert (copy.title, copy.summary, copy.theme, copy.municipality) == ("Festa dei popoli", "Musica e cibo.", "family", "005005")  # fmt: skip
    assert clock.in_rome(copy.starts_at).strftime("%d.%m %H:%M") == "20.03 18:00"
