"""The municipality's calendar comes in, an editor improves what it says, and the calendar comes again."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from interazioni.actions.content import calendars, rules
from interazioni.actions.content.importing_kind import EVENTS, apply, understand
from interazioni.actions.content.models import Event
from interazioni.actions.content.rules import EventData
from interazioni.actions.content.tests.test_contents import enter, errors
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.core import clock
from interazioni.foundation.imports.registry import Asked, Line, Taken, Understood
from interazioni.foundation.outbox.models import Message
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
UID = "festa-dei-popoli-2020@comune.asti.example"
FESTA = {
    "UID": UID, "SUMMARY": "Festa dei popoli", "DTSTART;TZID=Europe/Rome": "20200320T180000", "DTEND;TZID=Europe/Rome": "20200320T220000",
    "LOCATION": "Parco Biberach", "DESCRIPTION": r"Musica e cibo da tutto il mondo.\n\nPorta un piatto del tuo paese.", "URL": "https://www.comune.asti.it/festa",
}  # fmt: skip


@pytest.fixture(autouse=True)
def on_the_day_in_italian(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def ics(*events: Mapping[str, str], name: str = "Eventi Asti") -> bytes:
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"X-WR-CALNAME:{name}"]
    for event in events:
        lines += ["BEGIN:VEVENT", *(f"{key}:{value}" for key, value in event.items()), "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def look(*events: Mapping[str, str], login: str = "lucia", **asked: Any) -> Understood:
    by = actor(login)
    with acting(by):
        return understand(Asked(EVENTS.read(ics(*events), "calendario.ics"), by, **asked))


def bring(*events: Mapping[str, str], login: str = "lucia", **asked: Any) -> list[Taken]:
    lines = look(*events, login=login, **asked).lines
    by = actor(login)
    with acting(by):
        return list(apply([line for line in lines if not line.errors], {}, frozenset(), by))


def facts(line: Line) -> dict[str, str]:
    return {str(label): value for label, value in line.facts}


def here(login: str = "lucia") -> Event:
    with acting(actor(login)):
        return Event.objects.get(external_uid=UID)


def latest(login: str = "lucia") -> Event:
    """As the editor sees it: the newest draft."""
    with acting(actor(login)):
        found: Event = here(login).get_latest_revision_as_object()
        return found


def edit(login: str = "lucia", **changes: str) -> Client:
    """Opens the event in Wagtail's editor, changes something, saves: whatever else stands there goes back as the browser sends it."""
    client = enter(login)
    event = here(login)
    address = reverse("wagtailsnippets_content_event:edit", args=[event.pk])
    form = client.get(address).context["form"]
    data: dict[str, str] = {}
    for name in form.fields:
        if name != "text":
            value = form[name].value()
            if hasattr(value, "strftime"):
                value = clock.in_rome(value).strftime("%Y-%m-%d %H:%M") if hasattr(value, "hour") else value.isoformat()
            data[name] = str(value) if value not in (None, False) else ""
    blocks = list(latest(login).text.get_prep_value())
    data["text-count"] = str(len(blocks))
    for n, block in enumerate(blocks):
        data |= {f"text-{n}-type": block["type"], f"text-{n}-order": str(n), f"text-{n}-deleted": "", f"text-{n}-id": block["id"]}  # fmt: skip
        data[f"text-{n}-value"] = block["value"].replace("\n", "\r\n")
    response = client.post(address, data | changes)
    assert response.status_code == 302, errors(response)
    return client


def publish() -> None:
    """Paolo reads what waits for him and approves."""
    paolo = enter("paolo")
    with acting(actor("paolo")):
        state = here("paolo").current_workflow_task_state
    paolo.post(reverse("wagtailsnippets_content_event:workflow_action", args=[here("paolo").pk, "approve", state.pk]), {"comment": ""})  # fmt: skip


def send(login: str = "lucia") -> int:
    return rules.send_brought_in(by=actor(login))


def test_a_calendar_becomes_drafts_and_the_reviewer_publishes() -> None:
    with translation.override("en"):
        (line,) = look(FESTA).lines
        assert (line.title, facts(line)["here"], facts(line)["when"]) == ("Festa dei popoli", "new", "Friday, 20 March 2020, 18:00–22:00")  # fmt: skip
    with acting(actor("lucia")):
        assert not Event.objects.exists()  # a preview takes nothing
    (taken,) = bring(FESTA)
    assert (taken.outcome, list(taken.codes)) == ("taken", ["new"])
    event = here()
    assert not event.live
    assert (event.title, event.summary, event.where) == ("Festa dei popoli", "Musica e cibo da tutto il mondo.", "Parco Biberach")  # fmt: skip
    assert event.body.code == "comune-asti"
    assert event.municipality == event.body.municipality  # a municipality's own calendar names no town
    assert event.sources == "comune.asti.it https://www.comune.asti.it/festa"
    assert not event.free  # what a calendar does not say is not promised
    assert Client().get("/events/festa-dei-popoli/").status_code == 404

    assert send() == 1
    with service("outbox"):
        assert [m.to for m in Message.objects.filter(purpose="content.review")] == ["paolo@interazioni.example"]
    publish()
    page = Client().get("/events/festa-dei-popoli/").content.decode()
    assert "Porta un piatto del tuo paese." in page
    assert 'href="https://www.comune.asti.it/festa"' in page
    assert here().external_uid == UID


def test_the_same_file_again_changes_nothing_also_after_an_editor_saved_without_a_change() -> None:
    bring(FESTA)
    revision = here().latest_revision_id
    (taken,) = bring(FESTA)
    assert (taken.outcome, list(taken.codes)) == ("unchanged", [])
    assert here().latest_revision_id == revision
    edit()
    (taken,) = bring(FESTA)
    assert (taken.outcome, list(taken.codes)) == ("unchanged", [])
    with acting(actor("lucia")):
        found = calendars.origin(here())
        assert found is not None
        assert found.kept == ()


def test_what_nobody_touched_follows_the_calendar_and_what_was_edited_here_stays() -> None:
    bring(FESTA)
    edit(title="Festa dei popoli: vieni anche tu")
    moved = FESTA | {"SUMMARY": "Festa dei popoli - NUOVA DATA", "DTSTART;TZID=Europe/Rome": "20200327T180000", "DTEND;TZID=Europe/Rome": "20200327T220000"}  # fmt: skip
    with translation.override("en"):
        said = facts(look(moved).lines[0])
        assert (said["here"], said["edited here, stays"]) == ("changes: when", "title")
    (taken,) = bring(moved)
    assert taken.outcome == "taken"
    assert sorted(taken.codes) == ["changed:when", "differs:title"]
    draft = latest()
    assert draft.title == "Festa dei popoli: vieni anche tu"
    assert clock.in_rome(draft.starts_at).day == 27
    (again,) = bring(moved)
    assert (again.outcome, list(again.codes)) == ("unchanged", ["differs:title"])  # said each time
    edit(title="Festa dei popoli - NUOVA DATA")  # who writes what the calendar says gives the field back
    (back,) = bring(moved | {"SUMMARY": "Festa dei popoli, davvero"})
    assert list(back.codes) == ["changed:title"]
    assert latest().title == here().title == "Festa dei popoli, davvero"


def test_an_hour_corrected_here_is_not_mixed_with_another_day_from_there() -> None:
    bring(FESTA)
    edit(starts_at="2020-03-20 17:00")
    (taken,) = bring(
        FESTA | {"DTSTART;TZID=Europe/Rome": "20200327T180000", "DTEND;TZID=Europe/Rome": "20200327T220000"}
    )
    assert list(taken.codes) == ["differs:when"]
    assert clock.in_rome(latest().starts_at).strftime("%d.%m %H") == "20.03 17"


def test_what_is_public_stays_as_it_is_until_the_newer_draft_is_read() -> None:
    bring(FESTA)
    send()
    publish()
    bring(FESTA | {"LOCATION": "Piazza Alfieri, Asti"})
    event = here()
    assert event.live
    assert event.has_unpublished_changes
    assert "Piazza Alfieri" not in Client().get("/events/festa-dei-popoli/").content.decode()
    assert send() == 1
    publish()
    assert "Piazza Alfieri" in Client().get("/events/festa-dei-popoli/").content.decode()
    (taken,) = bring(FESTA | {"LOCATION": "Piazza Alfieri, Asti"})
    assert taken.outcome == "unchanged"


def test_publishing_an_old_draft_does_not_make_untouched_fields_look_edited() -> None:
    bring(FESTA)
    send()
    publish()
    bring(FESTA | {"SUMMARY": "Seconda"})
    with acting(actor("paolo")):
        first = here("paolo").revisions.order_by("created_at").first()
        first.publish(skip_permission_checks=True)
    (taken,) = bring(FESTA | {"SUMMARY": "Terza"})
    assert list(taken.codes) == ["changed:title"]
    assert here().imported["said"]["title"] == "Terza"


def test_what_the_calendar_calls_off_is_taken_off_the_portal() -> None:
    off = FESTA | {"STATUS": "CANCELLED"}
    assert look(off).lines == []  # it never came here: left aside, and counted
    bring(FESTA)
    send()
    publish()
    (line,) = look(off).lines
    assert [warning.code for warning in line.warnings] == ["cancelled_public"]
    (taken,) = bring(off)
    assert list(taken.codes) == ["cancelled", "taken_off"]
    assert not here().live
    assert Client().get("/events/festa-dei-popoli/").status_code == 404
    assert send() == 0
    assert look(off).lines == []
    (back,) = bring(FESTA)
    assert list(back.codes) == ["again"]
    assert not here().live


def test_a_draft_with_the_reviewer_is_taken_back_when_the_calendar_calls_it_off() -> None:
    bring(FESTA)
    send()
    bring(FESTA | {"STATUS": "CANCELLED"})
    with acting(actor("paolo")):
        assert here("paolo").current_workflow_state is None


def test_what_was_taken_off_here_stays_off() -> None:
    bring(FESTA)
    send()
    publish()
    rules.take_off(entry=here(), by=actor("lucia"))
    (taken,) = bring(FESTA | {"SUMMARY": "Festa dei popoli, seconda edizione"})
    assert list(taken.codes) == ["changed:title", "stays_off"]
    assert send() == 0


def test_what_somebody_locked_is_left_alone() -> None:
    bring(FESTA)
    with acting(actor("paolo")):
        event = here("paolo")
        event.locked, event.locked_by_id = True, actor("paolo").user_id
        Event.save(event)
    (taken,) = bring(FESTA | {"SUMMARY": "Altro"})
    assert (taken.outcome, list(taken.codes)) == ("refused", ["locked"])
    assert latest().title == "Festa dei popoli"


def test_another_body_brings_in_the_same_calendar_for_itself() -> None:
    bring(FESTA)
    (taken,) = bring(FESTA, login="franca")
    assert list(taken.codes) == ["new"]
    with acting(actor("paolo")):
        assert Event.objects.filter(external_uid=UID).count() == 2
    assert here("franca").municipality == ""
    (line,) = look(FESTA | {"UID": "altro-evento@x.example"}, login="franca").lines
    assert [warning.code for warning in line.warnings] == ["town_unknown"]


def test_who_may_not_write_contents_brings_nothing_in() -> None:
    with pytest.raises(Denied):
        rules.take_events(events=[EventData(uid=UID, calendar="")], by=actor("giulia"))


def test_what_is_over_is_left_aside_and_counted_but_not_where_the_portal_would_be_wrong() -> None:
    over = FESTA | {"UID": "vecchia-festa@x.example", "DTSTART;TZID=Europe/Rome": "20200101T180000", "DTEND;TZID=Europe/Rome": "20200101T220000"}  # fmt: skip
    found = look(over, FESTA)
    assert [line.title for line in found.lines] == ["Festa dei popoli"]
    assert found.lines[0].row == 2  # as the file counts
    with translation.override("en"):
        assert "1 event is over and was left aside." in look(over, FESTA).tables[0].notes
    bring(FESTA)
    (taken,) = bring(over | {"UID": UID})  # it was moved to a day that is past by now
    assert list(taken.codes) == ["changed:when"]


def test_categories_stand_under_themes_and_one_that_is_not_wanted_is_left_aside() -> None:
    school = FESTA | {
        "UID": "corso-di-cucito@x.example",
        "SUMMARY": "Corso di cucito",
        "CATEGORIES": "Corsi,Tempo libero",
    }
    council = FESTA | {
        "UID": "consiglio-comunale@x.example",
        "SUMMARY": "Consiglio comunale",
        "CATEGORIES": "Istituzioni",
    }
    health = FESTA | {
        "UID": "giornata-della-salute@x.example",
        "SUMMARY": "Vaccini: parla il medico",
        "DESCRIPTION": "",
    }
    found = look(school, council, health, FESTA)
    assert [column.label for column in found.tables[-1].columns][:2] == ["Corsi", "Istituzioni"]
    assert themes(found) == {
        "Corso di cucito": "arriving", "Consiglio comunale": "arriving", "Vaccini: parla il medico": "health", "Festa dei popoli": "arriving",
    }  # fmt: skip
    keys = [str(column.index) for column in found.tables[-1].columns]
    chosen = {"categories": dict(zip(keys, ["school", "", "health", "family"], strict=True))}
    assert themes(look(school, council, health, FESTA, mapping=chosen)) == {
        "Corso di cucito": "school", "Vaccini: parla il medico": "health", "Festa dei popoli": "family",
    }  # fmt: skip
    bring(school, council, health, FESTA, mapping=chosen)
    again = look(
        school,
        health,
        FESTA,
        FESTA | {"UID": "un-altro-corso@x.example", "CATEGORIES": "Corsi", "SUMMARY": "Corso di ballo"},
    )
    assert themes(again) == {"Corso di cucito": "school", "Vaccini: parla il medico": "health", "Festa dei popoli": "family", "Corso di ballo": "school"}  # fmt: skip


def themes(found: Understood) -> dict[str, str]:
    return {line.title: line.payload.values["theme"] for line in found.lines}


def test_what_the_calendar_no_longer_tells_is_named_and_left() -> None:
    other = FESTA | {"UID": "mostra-fotografica@x.example", "SUMMARY": "Mostra"}
    bring(FESTA, other)
    with translation.override("en"):
        (note, *_more) = [str(note) for note in look(other).tables[0].notes if "No longer" in str(note)]
    assert "“Festa dei popoli”" in note
    bring(other)
    assert not here().imported["cancelled"]


def test_a_date_moved_out_of_its_series_leaves_it_there() -> None:
    weekly = FESTA | {"RRULE": "FREQ=WEEKLY;COUNT=4"}
    bring(weekly)
    moved = {"UID": UID, "RECURRENCE-ID;TZID=Europe/Rome": "20200327T180000", "DTSTART;TZID=Europe/Rome": "20200328T150000", "DURATION": "PT2H", "SUMMARY": "Festa, spostata"}  # fmt: skip
    taken = bring(weekly, moved)
    assert [list(one.codes) for one in taken] == [["changed:when"], ["new"]]
    assert latest().except_days == ["2020-03-27"]
    with acting(actor("lucia")):
        assert Event.objects.get(external_uid=f"{UID}#20200327").title == "Festa, spostata"


def test_a_series_called_off_takes_its_moved_dates_with_it() -> None:
    weekly = FESTA | {"RRULE": "FREQ=WEEKLY;COUNT=4"}
    moved = {"UID": UID, "RECURRENCE-ID;TZID=Europe/Rome": "20200327T180000", "DTSTART;TZID=Europe/Rome": "20200328T150000", "DURATION": "PT2H", "SUMMARY": "Festa, spostata"}  # fmt: skip
    bring(weekly, moved)
    found = look(weekly | {"STATUS": "CANCELLED"})
    assert [line.title for line in found.lines] == ["Festa dei popoli", "Festa, spostata"]
    bring(weekly | {"STATUS": "CANCELLED"})
    with acting(actor("lucia")):
        assert {one.imported["cancelled"] for one in Event.objects.all()} == {True}
    assert look(weekly | {"STATUS": "CANCELLED"}).lines == []


def test_many_are_sent_to_the_reviewer_with_one_mail() -> None:
    many = [FESTA | {"UID": f"evento-numero-{n}@x.example", "SUMMARY": f"Evento {n}"} for n in range(30)]
    assert {one.outcome for one in bring(*many)} == {"taken"}
    client = enter("lucia")
    page = client.get(reverse("content:entries")).content.decode()
    assert reverse("content:send_brought_in") in page
    assert client.post(reverse("content:send_brought_in")).status_code == 302
    with service("outbox"):
        (message,) = Message.objects.filter(purpose="content.review")
    assert "30" in message.subject
    assert reverse("content:send_brought_in") not in client.get(reverse("content:entries")).content.decode()
    assert send() == 0


def test_the_page_of_an_event_says_where_it_comes_from_and_what_is_kept() -> None:
    bring(FESTA)
    edit(title="Il mio titolo")
    bring(FESTA | {"SUMMARY": "Il loro titolo"})
    page = enter("lucia").get(reverse("content:entry", args=["event", here().pk])).content.decode()
    assert "Eventi Asti" in page
    assert "Il loro titolo" in page
    edit(title="Il loro titolo")
    page = enter("lucia").get(reverse("content:entry", args=["event", here().pk])).content.decode()
    assert "Eventi Asti" in page
    assert "<dl>" not in page


def test_a_thousand_events_cost_a_fixed_number_of_queries_where_nothing_changed() -> None:
    counts = []
    for size in (2, 40):
        many = [FESTA | {"UID": f"evento-{size}-{n}@x.example", "SUMMARY": f"Evento {n}"} for n in range(size)]
        bring(*many)
        with CaptureQueriesContext(connection) as counted:
            bring(*many)
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]


def test_two_imports_at_the_same_time_make_one_draft() -> None:
    """The second waits for the first: the lock is held until the transaction ends, and the database holds one UID a body."""
    data = look(FESTA).lines[0].payload
    by = actor("lucia")
    first, second = (rules.take_events(events=[data], by=by) for _ in range(2))
    assert [one.outcome for one in (*first, *second)] == ["new", "same"]
    twice = rules.take_events(events=[data, data], by=actor("franca"))
    assert [one.outcome for one in twice] == ["new", "same"]


def test_in_a_year_an_endless_series_goes_on_as_a_newer_draft() -> None:
    weekly = FESTA | {"RRULE": "FREQ=WEEKLY", "DTSTART;TZID=Europe/Rome": "20200214T180000", "DTEND;TZID=Europe/Rome": "20200214T200000"}  # fmt: skip
    bring(weekly)
    assert str(here().until) == "2022-12-31"
    with clock.at(DEMO_DAY + timedelta(days=300)):
        assert bring(weekly)[0].outcome == "unchanged"
    with clock.at(DEMO_DAY + timedelta(days=366)):
        assert list(bring(weekly)[0].codes) == ["changed:when"]
        assert str(latest().until) == "2023-12-31"
