"""The private calendar of a mediator, out and in. Wednesday 12 February 2020, 9:30 in Italy."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
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


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.datetimes(datetime(2019, 1, 1), datetime(2021, 12, 31)), st.integers(5, 600),  # noqa: DTZ001  # by the clock on the wall
            st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=120),
        ),
        max_size=6,
    )
)  # fmt: skip
def test_whatever_goes_out_comes_back_in_as_the_same_moments(times: list[tuple[datetime, int, str]]) -> None:
    calendar = calendars._calendar("Prova")
    made = []
    for number, (moment, minutes, words) in enumerate(times):
        starts_at = at(moment.date(), moment.time().replace(microsecond=0))
        event = calendars._event(f"{number}@x", starts_at, starts_at + timedelta(minutes=minutes), starts_at)
        event.add("summary", words)
        calendar.add_component(event)
        made.append((starts_at, starts_at + timedelta(minutes=minutes), words))
    calendar.add_missing_timezones(first_date=date(2018, 1, 1))
    back = [
        (one.decoded("dtstart").astimezone(UTC), one.decoded("dtend").astimezone(UTC), str(one["summary"]))
        for one in Calendar.from_ical(calendar.to_ical()).walk("VEVENT")
    ]
    assert back == [(starts.astimezone(UTC), ends.astimezone(UTC), words) for starts, ends, words in made]


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
    ],
)  # fmt: skip
def test_what_cannot_be_read_says_why(content: bytes, sentence: str) -> None:
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
    broken = hand_in(b"BEGIN:VCALENDAR")
    assert "not a calendar" in broken.content.decode()
    with acting(dispatcher()):
        assert amina.exceptions.count() == 2  # nothing is lost by a broken file
    hand_in(ics())
    with acting(dispatcher()):
        assert [one.uid for one in amina.exceptions.all()] == [""]  # what was typed in stays
    assert promised(a_call(), amina)


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


# --- real clients -----------------------------------------------------------------------------------------------------------

KHAL = """
[calendars]
[[mediation]]
path = {folder}/kept/mediation/
type = calendar
readonly = True
[locale]
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
local_timezone = Europe/Rome
default_timezone = Europe/Rome
[sqlite]
path = {folder}/khal.db
"""
SYNC = """
[general]
status_path = "{folder}/status/"
[pair mediation]
a = "far"
b = "near"
collections = null
conflict_resolution = "a wins"
partial_sync = "revert"
[storage far]
type = "http"
url = "{url}"
[storage near]
type = "filesystem"
path = "{folder}/kept/mediation/"
fileext = ".ics"
"""


@pytest.fixture
def clients(tmp_path: Path) -> Callable[[str], tuple[Callable[[], None], Callable[[], str]]]:
    """vdirsyncer that fetches an address, and khal that lists what it fetched."""
    bin_ = Path(sys.executable).parent
    environment = {
        **os.environ,
        "XDG_CONFIG_HOME": str(tmp_path),
        "XDG_CACHE_HOME": str(tmp_path),
        "HOME": str(tmp_path),
        "LC_ALL": "C.UTF-8",
    }

    def run(*command: str) -> str:
        done = subprocess.run(
            [str(bin_ / command[0]), *command[1:]],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def made(url: str) -> tuple[Callable[[], None], Callable[[], str]]:
        (tmp_path / "kept" / "mediation").mkdir(parents=True, exist_ok=True)
        (tmp_path / "sync").write_text(SYNC.format(folder=tmp_path, url=url))
        (tmp_path / "khal.conf").write_text(KHAL.format(folder=tmp_path))

        def sync() -> None:
            run("vdirsyncer", "-c", str(tmp_path / "sync"), "discover")
            run("vdirsyncer", "-c", str(tmp_path / "sync"), "sync", "--force-delete")

        def listed() -> str:
            return run(
                "khal", "-c", str(tmp_path / "khal.conf"), "list", "--format", "{start-time}-{end-time} {title} [{status}]", "2020-03-26", "10d"
            )  # fmt: skip

        return sync, listed

    return made


def test_khal_and_vdirsyncer_read_the_feed_and_its_changes(live_feed: Callable[[bytes], str], clients: Any) -> None:
    """Before and after the change of hour of 29 March; then a cancellation."""
    a_dispatch()
    awa = a_mediator()
    address = address_of(awa)
    friday, monday = (
        promised(a_call(options=[fixed(date(2020, 3, 27))]), awa),
        promised(a_call(options=[fixed(date(2020, 3, 30))]), awa),
    )
    url = live_feed(read(address).content)
    sync, listed = clients(url)
    sync()
    lines = [line for line in listed().splitlines() if "10:00-11:00" in line]
    assert len(lines) == 2, listed()
    with clock.at(DEMO_DAY + timedelta(minutes=5)):
        rules.move_assignment(assignment=friday, starts_at=friday.starts_at + timedelta(hours=3), by=dispatcher())
        rules.cancel_call(call=seen(Call, monday.call_id), words="", by=actor("giulia"))
    live_feed(read(address, DEMO_DAY + timedelta(minutes=6)).content)
    sync()
    said = listed()
    assert "13:00-14:00" in said
    assert "10:00-11:00" not in said or "CANCELLED" in said.split("10:00-11:00")[1].splitlines()[0]


@pytest.fixture
def live_feed() -> Any:
    """Serves what our view answered, on the loopback: the clients are processes of their own, outside of the test's transaction."""
    from http.server import BaseHTTPRequestHandler, HTTPServer
    from threading import Thread

    told: list[bytes] = [b""]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(told[0])))
            self.end_headers()
            self.wfile.write(told[0])

        def log_message(self, *args: Any) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()

        def say(content: bytes) -> str:
            told[0] = content
            return f"http://127.0.0.1:{server.server_port}/feed.ics"

        yield say
        server.shutdown()
        thread.join()


def test_the_address_is_one_path_without_query() -> None:
    a_dispatch()
    parts = urlsplit(address_of(a_mediator()))
    assert parts.query == ""
    assert parts.path.endswith(".ics")
