"""Calendars as they come: cut off, folded in the middle of a letter, in letters that they do not say."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interazioni.foundation.core.ical import components, text
from interazioni.foundation.core.ical.components import read
from interazioni.foundation.core.ical.moments import Unreadable, Zones, length, moment

TITLE = "Città di tutti – perché no? “Sì”"


def ics(*lines: str, end: str = "\r\n") -> str:
    return end.join(["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""])


def title(content: bytes) -> str:
    (event,) = (event for calendar in read(content).calendars for event in calendar.walk("VEVENT"))
    return event.text("SUMMARY")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\r\r\n"])
def test_letters_and_ends_of_lines_of_every_program(encoding: str, end: str) -> None:
    content = ics(f"SUMMARY:{TITLE}", "LOCATION:Caffè", end=end).encode(encoding)
    assert title(content) == TITLE
    assert read(content).remarks == ({text.GUESSED} if encoding == "cp1252" else set())


@settings(max_examples=60, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60), st.integers(1, 80))
def test_a_fold_may_stand_within_a_letter(words: str, width: int) -> None:
    escaped = words.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    line = f"SUMMARY:{escaped}".encode()
    folded = b"\r\n ".join(line[at : at + width] for at in range(0, len(line), width))
    content = ics("@").encode().replace(b"@", folded)
    assert title(content) == (text._once(words) if text._TWICE.search(words) and text._once(words) else words).strip()


def test_one_line_in_other_letters_spoils_no_other() -> None:
    content = ics("SUMMARY:Città").encode() + ics("SUMMARY:Città").encode("cp1252")
    found = read(content)
    assert [event.text("SUMMARY") for one in found.calendars for event in one.walk("VEVENT")] == ["Città", "Città"]
    assert found.remarks == {text.GUESSED}


def test_what_was_encoded_twice_is_set_right_and_said() -> None:
    for taken_for in ("latin-1", "cp1252"):
        said = TITLE.removesuffix("”")  # of which one octet has no letter in Windows-1252
        content = ics(f"SUMMARY:{said}").encode().decode(taken_for).encode()
        assert title(content) == said
        assert read(content).remarks == {text.TWICE}
    assert title(ics("SUMMARY:SÃO PAULO, Â, À LA CARTE").encode()) == "SÃO PAULO, Â, À LA CARTE"


def test_a_letter_of_which_an_octet_was_lost_costs_that_letter_only() -> None:
    content = ics("SUMMARY:Perché la città è di tutti").encode().replace("à".encode(), b"\xc3")
    assert title(content) == "Perché la citt\ufffd è di tutti"
    assert read(content).remarks == {text.DAMAGED}


def test_a_charset_that_is_said_wrongly_and_nuls_are_read_past() -> None:
    assert title(ics("SUMMARY;CHARSET=ISO-8859-1:Città").encode()) == "Città"
    assert title(ics("SUMMARY;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:Citt=C3=A0").encode()) == "Città"
    content = ics("SUMMARY:Ci\0ttà\x1b").encode()
    assert title(content) == "Città"
    assert read(content).remarks == {text.CONTROLS}


def test_what_breaks_off_is_read_as_far_as_it_goes() -> None:
    whole = ics("UID:1", "SUMMARY:Prima") + ics("UID:2", "SUMMARY:Seconda", "DESCRIPTION:lunga")
    for at in range(whole.index("SUMMARY:Seconda") + len("SUMMARY:Seconda"), len(whole) - len("END:VCALENDAR\r\n")):
        found = read(whole[:at].encode())
        events = [event for one in found.calendars for event in one.walk("VEVENT")]
        assert [event.text("SUMMARY") for event in events] == ["Prima", "Seconda"]
        assert components.CUT_OFF in found.remarks


def test_a_missing_end_and_events_without_a_calendar() -> None:
    found = read(b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nBEGIN:VALARM\nSUMMARY:bip\nBEGIN:VEVENT\nSUMMARY:B\nEND:VEVENT\nEND:VCALENDAR\n")  # fmt: skip
    assert [event.text("SUMMARY") for event in found.calendars[0].walk("VEVENT")] == ["A", "B"]
    assert found.remarks == {components.MISSING_END}
    bare = read(b"\xef\xbb\xbfWarning: mysql_connect()\nBEGIN:VEVENT\nSUMMARY:A\nEND:VEVENT\n")
    assert [event.text("SUMMARY") for event in bare.calendars[0].walk("VEVENT")] == ["A"]
    assert bare.remarks == {components.NO_FRAME}


def test_a_line_break_that_an_exporter_wrote_into_a_text_belongs_to_the_text() -> None:
    found = read(ics("DESCRIPTION:Vieni!", "Nota: porta un documento", "NB: è gratis", "location: qui", "UID:7").encode())  # fmt: skip
    (event,) = found.calendars[0].walk("VEVENT")
    assert event.text("DESCRIPTION") == "Vieni!\nNota: porta un documento\nNB: è gratis\nlocation: qui"
    assert event.text("UID") == "7"
    assert found.remarks == {components.BROKEN_LINES}


def test_colons_and_semicolons_in_quotes() -> None:
    (event,) = read(ics('DTSTART;TZID="(UTC+01:00) Roma; Vienna";X=1:20200213T100000', 'SUMMARY;A="mai chiuso:ciao').encode()).calendars[0].walk("VEVENT")  # fmt: skip
    said = event.first("DTSTART")
    assert said is not None
    assert said.parameters == {"TZID": "(UTC+01:00) Roma; Vienna", "X": "1"}
    assert said.value == "20200213T100000"
    assert event.text("SUMMARY") == "ciao"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.lists(st.sampled_from([b"BEGIN:VCALENDAR", b"BEGIN:VEVENT", b"END:VEVENT", b"END:", b"SUMMARY:x", b'X;A="', b" y", b"\xff\xfe", b"\0", b":", b";"])).map(b"\r\n".join))  # fmt: skip
def test_whatever_the_bytes_are_it_ends_and_raises_nothing(content: bytes) -> None:
    for calendar in read(content).calendars:
        for event in calendar.walk("VEVENT"):
            event.text("SUMMARY")


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VEVENT\n" * 300_000,
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\n" + b"a\n" * 2_000_000,
        b"BEGIN:VCALENDAR\nDTSTART;" + b'"' * 3_000_000,
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nDESCRIPTION:" + b"\\n" * 2_000_000,
    ],
)
def test_four_megabytes_of_nonsense_end(content: bytes) -> None:
    found = read(content)
    assert sum(1 for one in found.calendars for _ in one.walk("VEVENT")) <= components.MOST_PARTS + 1


def zones(*lines: str) -> Zones:
    return Zones(read("\r\n".join(["BEGIN:VCALENDAR", *lines, "END:VCALENDAR"]).encode()).calendars[0])


ROME = ZoneInfo("Europe/Rome")
DESCRIBED = [
    "BEGIN:VTIMEZONE", "TZID:(UTC+01:00) Amsterdam\\, Berlino\\, Roma", "BEGIN:STANDARD", "DTSTART:16010101T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100",
    "END:STANDARD", "BEGIN:DAYLIGHT", "DTSTART:16010101T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "END:DAYLIGHT", "END:VTIMEZONE",
]  # fmt: skip


@pytest.mark.parametrize(
    "name", ["Europe/Rome", "W. Europe Standard Time", "/freeassociation.sourceforge.net/Europe/Rome", "/mozilla.org/20050126_1/Europe/Rome", "(UTC+01:00) Amsterdam, Berlino, Roma"]
)  # fmt: skip
def test_zones_by_every_name_they_have(name: str) -> None:
    known = zones(*DESCRIBED)
    assert moment("20200713T180000", known.named(name)) == datetime(2020, 7, 13, 18, tzinfo=ROME)
    assert known.unknown == set()


def test_a_zone_that_nobody_knows_is_italian_time_and_said() -> None:
    known = zones()
    for name in ("Customized Time Zone", "../../../etc/passwd", "Europe", "\0"):
        assert moment("20200213T180000", known.named(name)) == datetime(2020, 2, 13, 18, tzinfo=ROME)
    assert len(known.unknown) == 4


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("20200213T170000Z", datetime(2020, 2, 13, 17, tzinfo=UTC)),
        ("20200213T180000", datetime(2020, 2, 13, 18, tzinfo=ROME)),
        ("20200213T1800", datetime(2020, 2, 13, 18, tzinfo=ROME)),
        ("2020-02-13T18:00:00+01:00", datetime(2020, 2, 13, 17, tzinfo=UTC)),
        ("20200213T240000", datetime(2020, 2, 14, tzinfo=ROME)),
        ("20200213", date(2020, 2, 13)),
    ],
)
def test_moments(said: str, meant: date | datetime) -> None:
    assert moment(said, ROME) == meant


@pytest.mark.parametrize("said", ["", "domani", "20200230", "20200213T250000", "00010101T000000Z", "16010101T000000", "99991231", "20200213T180000X"])  # fmt: skip
def test_what_is_no_moment(said: str) -> None:
    with pytest.raises(Unreadable):
        moment(said, ROME)


def test_lengths() -> None:
    assert length("PT1H30M") == timedelta(minutes=90)
    assert length("P1W") == timedelta(days=7)
    assert length("+P1DT2H") == timedelta(hours=26)
    for said in ("P", "PT", "-PT1H", "1H", "P99999999999D", "PT1H30"):
        with pytest.raises(Unreadable):
            length(said)
