"""The private calendar of a mediator, out and in. Wednesday 12 February 2020, 9:30 in Italy."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from icalendar import Calendar

from interazioni.actions.mediation import calendars, rules
from interazioni.actions.mediation.models import Call, Mediator
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.rules.calendar import open_feed, revoke_feed
from interazioni.actions.mediation.tests.cast import (
    TOMORROW,
    a_call,
    a_dispatch,
    a_mediator,
    asked,
    dispatcher,
    fixed,
    promised,
    seen,
)
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def address_of(mediator: Mediator) -> str:
    with clock.at(DEMO_DAY):
        token = open_feed(mediator=mediator, by=dispatcher())
    return reverse("mediation_public:feed", args=[token])


def read(address: str, moment: datetime = DEMO_DAY, **headers: str) -> Any:
    with clock.at(moment):
        return Client(headers=headers).get(address)


def events(address: str, moment: datetime = DEMO_DAY) -> list[Any]:
    return list(Calendar.from_ical(read(address, moment).content).walk("VEVENT"))


def test_a_promise_stands_in_the_calendar_and_follows_every_change() -> None:
    a_dispatch()
    awa = a_mediator()
    address = address_of(awa)
    assert events(address) == []
    made = promised(a_call(place="Ufficio alunni"), awa)
    (event,) = events(address)
    assert event.decoded("dtstart") == made.starts_at
    assert str(event["dtstart"].params["TZID"]) == "Europe/Rome"
    assert event["status"] == "CONFIRMED"
    assert "Ufficio alunni" in event["location"]
    before = int(event["sequence"])
    with clock.at(DEMO_DAY + timedelta(minutes=5)):
        rules.move_assignment(assignment=made, starts_at=made.starts_at + timedelta(hours=2), by=dispatcher())
    (moved,) = events(address)
    assert moved["uid"] == event["uid"]
    assert int(moved["sequence"]) > before
    assert moved.decoded("dtstart") == made.starts_at + timedelta(hours=2)
    with clock.at(DEMO_DAY + timedelta(minutes=9)):
        rules.cancel_call(call=seen(Call, made.call_id), words="", by=actor("giulia"))
    (ended,) = events(address)
    assert (ended["status"], ended["uid"]) == ("CANCELLED", event["uid"])
    assert int(ended["sequence"]) > int(moved["sequence"])


@pytest.mark.parametrize(
    ("day", "utc"), [(date(2020, 3, 27), 9), (date(2020, 3, 30), 8), (date(2020, 10, 23), 8), (date(2020, 10, 26), 9)]
)
def test_ten_in_the_morning_is_ten_before_and_after_the_change_of_hour(day: date, utc: int) -> None:
    a_dispatch()
    awa = a_mediator()
    promised(a_call(options=[fixed(day, time(10))]), awa)
    (event,) = events(address_of(awa))
    assert event.decoded("dtstart").astimezone(UTC).hour == utc
    assert event.decoded("dtstart").hour == 10


def test_names_of_people_are_never_in_a_calendar() -> None:
    a_dispatch()
    awa = a_mediator()
    promised(a_call(contact_name="Maestra Bianchi", contact_phone="+39011555", preparation="Pagella di Mariam"), awa)
    asked(a_call(options=[fixed(hour=time(15))], preparation="Pagella di Mariam"), awa)
    told = read(address_of(awa)).content.decode().replace("\r\n ", "")
    for secret in ("Bianchi", "39011555", "Mariam"):
        assert secret not in told


def test_an_offer_is_tentative_and_gone_once_it_is_answered() -> None:
    a_dispatch()
    awa = a_mediator()
    address = address_of(awa)
    (offer,) = asked(a_call(), awa)
    (event,) = events(address)
    assert event["status"] == "TENTATIVE"
    with clock.at(DEMO_DAY + timedelta(minutes=1)):
        rules.accept_offer(offer=offer, by=dispatcher())
    states = {
        str(one["uid"]).endswith("-offer@localhost") or "-offer@" in one["uid"]: str(one["status"])
        for one in events(address)
    }
    assert states == {True: "CANCELLED", False: "CONFIRMED"}


def test_whoever_was_given_a_revoked_address_reads_nothing() -> None:
    a_dispatch()
    awa = a_mediator()
    first = address_of(awa)
    second = address_of(awa)  # a new one takes the place of the old
    assert (read(first).status_code, read(second).status_code) == (404, 200)
    with clock.at(DEMO_DAY):
        revoke_feed(mediator=awa, by=dispatcher())
    assert read(second).status_code == 404
    for damaged in (second[:-6] + "x.ics", "/mediation/calendar/none.ics", "/mediation/calendar/%C3%A8.ics"):
        assert read(damaged).status_code == 404


def test_an_unchanged_calendar_is_not_sent_twice() -> None:
    a_dispatch()
    awa = a_mediator()
    promised(a_call(), awa)
    address = address_of(awa)
    first = read(address)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert "private" in first["Cache-Control"]
    later = DEMO_DAY + timedelta(hours=3)
    again = read(address, later, **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    promised(a_call(options=[fixed(hour=time(15))]), awa)
    assert read(address, later, **{"If-None-Match": first["ETag"]}).status_code == 200
    with clock.at(later):
        assert Client().head(address).status_code == 200
        assert Client().post(address).status_code == 405


def test_lines_are_folded_and_end_as_the_standard_says() -> None:
    a_dispatch()
    awa = a_mediator()
    promised(
        a_call(
            place="Istituto comprensivo con un nome che non finisce più, piano terra, in fondo a destra dopo la scala"
        ),
        awa,
    )
    content = read(address_of(awa)).content
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in content.split(b"\r\n")) <= 75
    assert content.count(b"BEGIN:VTIMEZONE") == 1


def test_when_she_works_goes_out_as_availability() -> None:
    a_dispatch()
    awa = a_mediator(spans=[rules.Span(0, time(9), time(13)), rules.Span(3, time(14), time(18))])
    address = address_of(awa).replace(".ics", "/availability.ics")
    (block,) = Calendar.from_ical(read(address).content).walk("VAVAILABILITY")
    assert [one["rrule"]["byday"] for one in block.walk("AVAILABLE")] == [["MO"], ["TH"]]
    assert [one.decoded("dtstart").hour for one in block.walk("AVAILABLE")] == [9, 14]


def test_what_was_cancelled_stays_some_weeks_and_an_answered_offer_some_days() -> None:
    a_dispatch()
    awa = a_mediator()
    address = address_of(awa)
    made = promised(a_call(), awa)
    (offer,) = asked(a_call(options=[fixed(hour=time(15))]), awa)
    with clock.at(DEMO_DAY + timedelta(minutes=1)):
        rules.withdraw(assignment=made, words="Febbre", by=dispatcher())
        rules.decline_offer(offer=offer, reason="busy", words="", by=dispatcher())
    assert [str(one["status"]) for one in events(address, DEMO_DAY + timedelta(days=2))] == ["CANCELLED", "CANCELLED"]
    (left,) = events(address, DEMO_DAY + timedelta(days=20))
    assert left["uid"].startswith(str(made.pk))
    assert events(address, DEMO_DAY + timedelta(days=70)) == []


def test_links_lead_where_the_mediator_can_go() -> None:
    """With a login to her own pages; who has none is told where the link is, and meets no page that wants a password."""
    a_dispatch()
    awa, amina = a_mediator(), a_mediator("Amina Diallo", login="amina")
    made = promised(a_call(), amina)
    (offer,) = asked(a_call(options=[fixed(hour=time(15))]), amina)
    links = {str(one["status"]): str(one["url"]) for one in events(address_of(amina))}
    assert links["CONFIRMED"].endswith(reverse("mediation:promise", args=[made.pk]))
    page, anchor = links["TENTATIVE"].split("#")
    with clock.at(DEMO_DAY):
        shown = enter("amina").get(urlsplit(page).path)
        assert f'id="{anchor}"' in shown.content.decode()
        assert enter("amina").get(urlsplit(links["CONFIRMED"]).path).status_code == 200
    asked(a_call(options=[fixed(hour=time(17))]), awa)
    (hers,) = events(address_of(awa))
    assert offer.pk
    assert "url" not in hers
    assert "http" not in hers["description"]


def test_reading_sets_no_cookie_and_changes_nothing() -> None:
    a_dispatch()
    amina = a_mediator("Amina Diallo", login="amina")
    promised(a_call(), amina)
    address = address_of(amina)
    answer = read(address)
    assert not answer.cookies
    assert answer["Content-Language"] == "it"
    assert answer["Last-Modified"] == "Wed, 12 Feb 2020 08:30:00 GMT"
    with clock.at(DEMO_DAY), CaptureQueriesContext(connection) as asked_of_it:
        assert Client(headers={"If-Modified-Since": answer["Last-Modified"]}).get(address).content == answer.content
    told = [one["sql"].split(None, 1)[0].upper() for one in asked_of_it.captured_queries]
    assert not {"INSERT", "UPDATE", "DELETE"} & set(told)
    assert any("READ ONLY" in one["sql"] for one in asked_of_it.captured_queries)
    with clock.at(DEMO_DAY):
        assert enter("marco").get(address).content == answer.content  # whoever is logged in meanwhile


def test_a_time_off_and_an_extra_time_on_go_out_above_the_week() -> None:
    a_dispatch()
    awa = a_mediator(spans=[rules.Span(0, time(9), time(13)), rules.Span(4, time(9), time(13), until=date(2018, 7, 2))])
    off = (at(date(2020, 2, 17), time(8)), at(date(2020, 2, 18), time(8)))
    extra = (at(date(2020, 2, 22), time(9)), at(date(2020, 2, 22), time(12)))
    with clock.at(DEMO_DAY):
        rules.add_exception(mediator=awa, starts_at=off[0], ends_at=off[1], by=dispatcher())
        rules.add_exception(mediator=awa, starts_at=extra[0], ends_at=extra[1], available=True, by=dispatcher())
    address = address_of(awa).replace(".ics", "/availability.ics")
    week, away, more = Calendar.from_ical(read(address).content).walk("VAVAILABILITY")
    assert len(week.walk("AVAILABLE")) == 1  # a span that ended before its first day is none
    assert [(one.decoded("dtstart"), one.decoded("dtend")) for one in (away, more)] == [off, extra]
    assert (int(away["priority"]), int(more["priority"])) == (1, 2)
    assert (len(away.walk("AVAILABLE")), len(more.walk("AVAILABLE"))) == (0, 1)


CHANGES = [datetime(2020, 3, 29, tzinfo=UTC), datetime(2020, 10, 25, tzinfo=UTC)]
MOMENTS = st.datetimes(datetime(2019, 1, 1), datetime(2021, 12, 31), timezones=st.just(UTC)) | st.builds(  # noqa: DTZ001
    lambda day, minutes: day + timedelta(minutes=minutes), st.sampled_from(CHANGES), st.integers(-60, 240)
)


@hypothesis_settings(max_examples=80, deadline=None)
@given(
    st.lists(
        st.tuples(
            MOMENTS,
            st.integers(5, 600),
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120),
        ),
        max_size=6,
    )
)
def test_whatever_goes_out_comes_back_in_as_the_same_moments(times: list[tuple[datetime, int, str]]) -> None:
    """Also in the hour that comes twice on 25 October and the one left out on 29 March."""
    calendar = calendars._calendar("Prova")
    made = []
    for number, (moment, minutes, words) in enumerate(times):
        starts_at = moment.replace(microsecond=0)
        event = calendars._event(f"{number}@x", starts_at, starts_at + timedelta(minutes=minutes), starts_at)
        event.add("summary", words)
        calendar.add_component(event)
        made.append((starts_at, starts_at + timedelta(minutes=minutes), words))
    back = [
        (one.decoded("dtstart").astimezone(UTC), one.decoded("dtend").astimezone(UTC), str(one["summary"]))
        for one in Calendar.from_ical(calendar.to_ical()).walk("VEVENT")
    ]
    assert back == made


def test_the_zone_that_goes_out_is_that_of_italy() -> None:
    """A client that knows no Europe/Rome reckons with what stands in the feed: to the half hour about every change of hour."""
    (told,) = Calendar.from_ical(calendars._calendar("Prova").to_ical()).walk("VTIMEZONE")
    zone = told.to_tz(lookup_tzid=False)
    for year in range(2018, 2037):
        for month in (3, 10):
            last = max(day for day in range(25, 32) if date(year, month, day).weekday() == 6)
            for half_hours in range(-6, 12):
                moment = datetime(year, month, last, tzinfo=UTC) + timedelta(minutes=30 * half_hours)
                assert moment.astimezone(zone).utcoffset() == clock.in_rome(moment).utcoffset(), moment


def test_the_address_is_one_path_without_query() -> None:
    a_dispatch()
    parts = urlsplit(address_of(a_mediator()))
    assert parts.query == ""
    assert parts.path.endswith(".ics")


# --- in -------------------------------------------------------------------------------------------------------------------

EVENT = "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20200101T000000Z\r\nSUMMARY:Dentista\r\n{lines}\r\nEND:VEVENT\r\n"


def ics(*bodies: str) -> bytes:
    told = "".join(
        EVENT.format(uid=f"e{number}", lines=body.replace("|", "\r\n")) for number, body in enumerate(bodies)
    )
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//y//IT\r\n{told}END:VCALENDAR\r\n".encode()


def busy(content: bytes) -> list[tuple[datetime, datetime]]:
    with clock.at(DEMO_DAY):
        return [(starts, ends) for _uid, starts, ends in calendars.busy_times(content)]


def test_busy_times_of_her_own_calendar() -> None:
    found = busy(
        ics(
            "DTSTART;TZID=Europe/Rome:20200213T100000|DTEND;TZID=Europe/Rome:20200213T110000",
            "DTSTART:20200214T100000|DTEND:20200214T110000",  # no zone: by the clock on the wall
            "DTSTART;VALUE=DATE:20200217|DTEND;VALUE=DATE:20200219",
            "DTSTART:20200220T080000Z|DURATION:PT30M",
            "DTSTART:20200221T080000Z|DTEND:20200221T090000Z|TRANSP:TRANSPARENT",
            "DTSTART:20200221T080000Z|DTEND:20200221T090000Z|STATUS:CANCELLED",
            "DTSTART:20190101T080000Z|DTEND:20190101T090000Z",  # long over
        )
    )
    rome = [
        (at(TOMORROW, time(10)), at(TOMORROW, time(11))),
        (at(date(2020, 2, 14), time(10)), at(date(2020, 2, 14), time(11))),
    ]
    days = [(at(date(2020, 2, 17), time()), at(date(2020, 2, 19), time()))]
    assert found[:3] == rome + days
    assert len(found) == 4


def test_a_weekly_lesson_follows_the_change_of_hour() -> None:
    found = busy(
        ics(
            "DTSTART;TZID=Europe/Rome:20200210T180000|DTEND;TZID=Europe/Rome:20200210T200000|RRULE:FREQ=WEEKLY;COUNT=12"
        )
    )
    assert {clock.in_rome(starts).hour for starts, _ends in found} == {18}
    assert {starts.astimezone(UTC).hour for starts, _ends in found} == {17, 16}


def test_other_programs_write_other_files() -> None:
    """Outlook's names of zones, Windows' letters, UTF-16, two calendars in one file, a UID that no database would take."""
    hour = [(at(TOMORROW, time(10)), at(TOMORROW, time(11)))]
    lines = "DTSTART;TZID={0}:20200213T100000|DTEND;TZID={0}:20200213T110000"
    rome = ics(lines.format("Europe/Rome") + "|LOCATION:Caffè").decode()
    assert busy(ics(lines.format("W. Europe Standard Time"))) == hour
    assert busy(rome.encode("cp1252")) == hour
    assert busy(rome.encode("utf-16")) == hour
    assert busy(rome.encode("utf-8-sig").replace(b"\r\n", b"\n")) == hour
    assert busy(rome.encode() + ics("DTSTART;VALUE=DATE:20200217")) == [
        *hour,
        (at(date(2020, 2, 17), time()), at(date(2020, 2, 18), time())),
    ]
    assert busy(rome.replace("UID:e0", "UID:\0\0").encode()) == hour


def test_one_lesson_moved_and_one_left_out_of_a_series() -> None:
    found = busy(
        ics("DTSTART:20200213T100000Z|DTEND:20200213T110000Z|RRULE:FREQ=WEEKLY;COUNT=3|EXDATE:20200220T100000Z").replace(
            b"END:VCALENDAR",
            EVENT.format(uid="e0", lines="RECURRENCE-ID:20200227T100000Z\r\nDTSTART:20200227T150000Z\r\nDTEND:20200227T160000Z").encode()
            + b"END:VCALENDAR",
        )
    )  # fmt: skip
    assert [one.isoformat()[:16] for one, _end in found] == ["2020-02-13T10:00", "2020-02-27T15:00"]


def test_nothing_is_kept_of_the_name_of_an_event() -> None:
    named = ics("DTSTART:20200213T100000Z|DTEND:20200213T110000Z").replace(b"UID:e0", b"UID:dentista-rossi@x")
    with clock.at(DEMO_DAY):
        ((key, _start, _end),) = calendars.busy_times(named)
    assert "rossi" not in key
    assert len(key) == 32


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"Nome;Cognome\r\n", "not a calendar"),
        (b"", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "not a calendar"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "not a calendar"),
        (ics("DTSTART:20200213T100000Z|RRULE:FREQ=SECONDLY"), "more than once a day"),
        (ics("DTSTART:20200213T100000Z|RRULE:FREQ=DAILY;BYMINUTE=0,1,2,3,4,5"), "more than once a day"),
        (ics("DTSTART:00010101T100000Z|RRULE:FREQ=DAILY"), "since before 1970"),
        (ics(*["DTSTART:20200213T100000Z|DTEND:20200213T110000Z|RRULE:FREQ=DAILY"] * 20), "more than 2"),
        (b"BEGIN:VCALENDAR\r\n" + b"X-A:" + b"y" * 1_000_001, "larger than 1"),
        (ics("DTSTART:20200213T100000Z|RRULE:FREQ=DAILY;INTERVAL=0"), "not a calendar"),
        (ics(*["DTSTART:19710101T100000Z|DURATION:P5000W|RRULE:FREQ=DAILY"] * 20), "do not come to an end"),
        (ics(*["DTSTART:20200213T100000Z|RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"] * 50), "do not come to an end"),
        (ics("DTSTART;TZID=Europe:20200213T100000|DTEND;TZID=Europe:20200213T110000"), "not a calendar"),
        (ics("DTSTART;TZID=../../../etc/passwd;VALUE=PERIOD:20200213T100000"), "not a calendar"),
        (ics("DTSTART:20200213T100000Z|DURATION:P99999999999D"), "not a calendar"),
        (ics("SUMMARY:no hour"), "not a calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\n" * 30_000 + b"END:VEVENT\r\n" * 30_000 + b"END:VCALENDAR\r\n", "more than 5"),
        ("BEGIN:VCALENDAR".encode("utf-16")[:-1], "not a calendar"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, sentence: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "SECONDS", 2)
    with translation.override("en"), pytest.raises(ValidationError, match=sentence):
        busy(content)


def enter(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def test_she_hands_her_calendar_in_and_is_not_asked_while_busy() -> None:
    a_dispatch()
    amina = a_mediator("Amina Diallo", login="amina")
    with clock.at(DEMO_DAY):
        rules.add_exception(
            mediator=amina,
            starts_at=at(date(2020, 2, 24), time(8)),
            ends_at=at(date(2020, 2, 24), time(9)),
            by=actor("amina"),
        )
    client = enter("amina")

    def hand_in(content: bytes) -> Any:
        with clock.at(DEMO_DAY), translation.override("en"):
            return client.post(
                reverse("mediation:hand_in_calendar", args=[amina.pk]),
                {"file": SimpleUploadedFile("mio.ics", content, "text/calendar")},
            )

    sent = hand_in(ics("DTSTART;TZID=Europe/Rome:20200213T093000|DTEND;TZID=Europe/Rome:20200213T113000"))
    assert sent.status_code == 302
    with acting(dispatcher()):
        assert amina.exceptions.count() == 2
        assert not amina.exceptions.filter(uid__contains="Dentista").exists()
    with pytest.raises(ValidationError):
        promised(a_call(), amina)
    with clock.at(DEMO_DAY), translation.override("en"):
        page = client.get(reverse("mediation:availability", args=[amina.pk])).content.decode()
    assert page.count('name="add"') == 1
    assert page.count("Take out<") == 1  # what was typed in can be taken out one by one; a calendar as a whole
    assert "Busy according to the calendar handed in" in page
    broken = hand_in(b"BEGIN:VCALENDAR")
    assert "not a calendar" in broken.content.decode()
    with acting(dispatcher()):
        assert amina.exceptions.count() == 2  # nothing is lost by a broken file
    hand_in(ics())
    with acting(dispatcher()):
        assert [one.uid for one in amina.exceptions.all()] == [""]  # what was typed in stays
    assert promised(a_call(), amina)
    hand_in(ics("DTSTART:20200220T100000Z|DURATION:PT1H"))
    with clock.at(DEMO_DAY):
        assert client.post(reverse("mediation:hand_in_calendar", args=[amina.pk]), {"forget": "1"}).status_code == 302
    with acting(dispatcher()):
        assert [one.uid for one in amina.exceptions.all()] == [""]


def test_the_address_is_shown_once_and_to_nobody_else() -> None:
    a_dispatch()
    amina = a_mediator("Amina Diallo", login="amina")
    client = enter("amina")
    page = reverse("mediation:calendar", args=[amina.pk])
    with clock.at(DEMO_DAY), translation.override("en"):
        assert "Make a private address" in client.get(page).content.decode()
        opened = client.post(page, {"open": "1"})
        assert "/mediation/calendar/" in opened.content.decode()
        assert "no-store" in opened["Cache-Control"]
        assert "/mediation/calendar/" not in client.get(page).content.decode()
        assert enter("marco").get(page).status_code in (403, 404)
        client.post(page, {"revoke": "1"})
        assert read(f"/mediation/calendar/{'x' * 54}.ics").status_code == 404
