"""What a calendar says in the words of this house: other programs' ways, and files that were made to hurt. Wednesday 12 February 2020."""

import time as machine
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import recurring_ical_events
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from interazioni.actions.content.body import LINK
from interazioni.actions.content.dates import occurrences
from interazioni.actions.content.importing import words
from interazioni.actions.content.importing.events import Draft, drafts
from interazioni.actions.content.importing.placing import theme_named, theme_of, town
from interazioni.actions.content.importing.reading import read_calendar
from interazioni.actions.content.tests.test_dates import rules
from interazioni.foundation.core.clock import ROME
from interazioni.foundation.core.ical.components import read
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.foundation.vocabularies.municipalities import by_istat

TODAY = date(2020, 2, 12)
EVENING = "DTSTART;TZID=Europe/Rome:20200213T180000|DTEND;TZID=Europe/Rome:20200213T200000"


@pytest.fixture(autouse=True)
def in_english() -> Any:
    with translation.override("en"):
        yield


def ics(*events: str, head: str = "") -> bytes:
    """Events of lines between bars; UID and SUMMARY where they do not say them."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//prova//IT", *head.split("|")]
    for number, event in enumerate(events):
        own = event.split("|")
        lines += ["BEGIN:VEVENT", *([] if "UID:" in event else [f"UID:evento-numero-{number}@prova.example"])]
        lines += [*([] if "SUMMARY" in event else ["SUMMARY:Incontro"]), *own, "END:VEVENT"]
    return "\r\n".join([line for line in lines if line] + ["END:VCALENDAR", ""]).encode()


def understood(*events: str, head: str = "") -> list[Draft]:
    return drafts(read(ics(*events, head=head)), TODAY).drafts


def one(event: str, head: str = "") -> Draft:
    (found,) = understood(event, head=head)
    return found


def codes(draft: Draft) -> list[str]:
    return [finding.code for finding in draft.warnings]


def errors(draft: Draft) -> list[str]:
    return [finding.code for finding in draft.errors]


def starts(draft: Draft) -> list[str]:
    """Every time, in Italy."""
    assert draft.times
    at = draft.times
    found = occurrences(at.starts_at, at.ends_at, at.rule, at.until, at.except_days, first=datetime(1990, 1, 1, tzinfo=UTC), limit=1200)  # fmt: skip
    return [begins.astimezone(ROME).strftime("%Y-%m-%d %H:%M") for begins, _ends in found]


# --- when -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "begins", "ends"),
    [
        (EVENING, "13.02 18:00", "13.02 20:00"),
        ("DTSTART:20200213T170000Z|DURATION:PT2H", "13.02 18:00", "13.02 20:00"),
        ("DTSTART:20200213T180000|DTEND:20200213T200000", "13.02 18:00", "13.02 20:00"),
        ("DTSTART;TZID=America/New_York:20200213T180000|DURATION:PT2H", "14.02 00:00", "14.02 02:00"),
        ("DTSTART;TZID=W. Europe Standard Time:20200213T180030|DURATION:PT2H", "13.02 18:00", "13.02 20:00"),
        ("DTSTART;VALUE=DATE:20200213", "13.02 00:00", "13.02 23:59"),
        ("DTSTART;VALUE=DATE:20200213|DTEND;VALUE=DATE:20200213", "13.02 00:00", "13.02 23:59"),
        ("DTSTART;VALUE=DATE:20200213|DTEND;VALUE=DATE:20200216", "13.02 00:00", "15.02 23:59"),
        ("DTSTART;VALUE=DATE:20200213|DURATION:P2D", "13.02 00:00", "14.02 23:59"),
        ("DTSTART:20200213T180000", "13.02 18:00", "13.02 18:00"),
        ("DTSTART:20200213T180000|DTEND:20200213T170000", "13.02 18:00", "13.02 18:00"),
    ],
)
def test_when_it_begins_and_ends(lines: str, begins: str, ends: str) -> None:
    at = one(lines).times
    assert at
    assert (at.starts_at.strftime("%d.%m %H:%M"), at.ends_at.strftime("%d.%m %H:%M")) == (begins, ends)


def test_the_calendars_own_zone_holds_for_hours_without_one() -> None:
    draft = one("DTSTART:20200213T180000|DURATION:PT1H", head="X-WR-TIMEZONE:Europe/London")
    assert starts(draft) == ["2020-02-13 19:00"]
    assert codes(one("DTSTART;TZID=Custom:20200213T180000|DURATION:PT1H")) == ["zone_unknown"]


@settings(max_examples=80, deadline=None)
@given(
    rules(),
    st.dates(date(2020, 2, 13), date(2020, 12, 28)),
    st.one_of(st.just(""), st.builds("COUNT={}".format, st.integers(1, 50)), st.dates(date(2021, 1, 1), date(2022, 6, 1)).map("UNTIL={:%Y%m%d}T235959Z".format)),
    st.lists(st.integers(0, 300), max_size=4),
    st.lists(st.dates(date(2020, 2, 13), date(2021, 12, 1)), max_size=3),
    st.sampled_from(["Europe/Rome", "Europe/Berlin"]),
)  # fmt: skip
def test_nothing_of_a_series_is_lost_and_nothing_is_made_up(
    rule: str, first: date, end: str, left_out: list[int], added: list[date], zone: str
) -> None:
    """What a calendar program shows of the file is what stands here: series and dates apart together. As far as an endless series is taken."""
    lines = [f"DTSTART;TZID={zone}:{first:%Y%m%d}T180000", "DURATION:PT1H", f"RRULE:{rule};{end}".rstrip(";")]
    lines += [f"EXDATE;TZID={zone}:{first + timedelta(days=n):%Y%m%d}T180000" for n in left_out]
    lines += [f"RDATE;TZID={zone}:{day:%Y%m%d}T180000" for day in added]
    content = ics("|".join(lines))
    found = drafts(read(content), TODAY).drafts
    if any(errors(draft) == ["many_dates"] for draft in found):
        return  # refused with a word
    ours = sorted(start for draft in found if draft.times for start in starts(draft))
    last = datetime(first.year + 2, 12, 31, 23, 59, tzinfo=ROME)
    theirs = recurring_ical_events.of(Calendar.from_ical(content)).between(datetime(2020, 1, 1, tzinfo=ROME), last)
    assert ours == sorted(event["DTSTART"].dt.astimezone(ROME).strftime("%Y-%m-%d %H:%M") for event in theirs)


def test_a_weekly_series_becomes_a_rule_that_editors_know() -> None:
    draft = one(f"{EVENING}|RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TH;WKST=SU;UNTIL=20200305T170000Z|EXDATE:20200220T170000Z")  # fmt: skip
    assert draft.values["when"] == {
        "starts": "2020-02-13T17:00Z", "ends": "2020-02-13T19:00Z", "rule": "FREQ=WEEKLY", "until": "2020-03-05", "except": ["2020-02-20"],
    }  # fmt: skip
    before = one(f"{EVENING}|RRULE:FREQ=WEEKLY;UNTIL=20200305T165900Z")
    assert before.values["when"]["until"] == "2020-03-04"
    assert starts(before)[-1] == "2020-02-27 18:00"


def test_an_exception_written_as_a_day_or_at_midnight_counts() -> None:
    for said in ("EXDATE;VALUE=DATE:20200220", "EXDATE;TZID=Europe/Rome:20200220T000000", "EXDATE:20200220T170000Z,20200227T170000Z"):  # fmt: skip
        assert "2020-02-20 18:00" not in starts(one(f"{EVENING}|RRULE:FREQ=WEEKLY;COUNT=4|{said}"))


def test_an_endless_series_is_taken_until_the_year_after_next_and_begins_this_year() -> None:
    endless = one(f"{EVENING}|RRULE:FREQ=WEEKLY")
    assert codes(endless) == ["cut"]
    assert str(endless.warnings[0]).endswith("until 31/12/2022.")
    old = one("DTSTART;TZID=Europe/Rome:20100211T180000|DURATION:PT2H|RRULE:FREQ=WEEKLY;INTERVAL=2")
    assert starts(old)[0] == "2020-01-02 18:00"  # every second Thursday since 11 February 2010
    assert (old.last or datetime.min.replace(tzinfo=UTC)).year == 2022
    again = drafts(read(ics("DTSTART;TZID=Europe/Rome:20100211T180000|DURATION:PT2H|RRULE:FREQ=WEEKLY;INTERVAL=2")), date(2020, 11, 30))  # fmt: skip
    assert again.drafts[0].values["when"] == old.values["when"]  # read again within the year nothing has changed
    assert one("DTSTART:20100211T180000|RRULE:FREQ=WEEKLY;UNTIL=20150101").last is None  # long over


def test_dates_that_no_rule_says_stand_apart() -> None:
    series, first, second = understood(f"{EVENING}|RRULE:FREQ=WEEKLY;COUNT=3|RDATE;TZID=Europe/Rome:20200301T180000|RDATE;VALUE=PERIOD:20200302T090000Z/PT1H")  # fmt: skip
    assert codes(series) == ["dates_apart"]
    assert (starts(first), starts(second)) == (["2020-03-02 10:00"], ["2020-03-01 18:00"])
    assert len({series.uid, first.uid, second.uid}) == 3
    assert codes(first) == codes(second) == ["apart"]
    monday, series = sorted(understood(f"{EVENING}|RRULE:FREQ=WEEKLY;BYDAY=MO;COUNT=2"), key=lambda draft: -draft.row)
    assert starts(monday) == ["2020-02-13 18:00"]  # the first day of all is none that the rule names
    assert starts(series) == ["2020-02-17 18:00", "2020-02-24 18:00"]


def test_one_date_moved_one_called_off_one_only_answered() -> None:
    uid = "UID:serie-del-giovedi@prova.example"
    series, moved, gone = understood(
        f"{uid}|{EVENING}|RRULE:FREQ=WEEKLY;COUNT=4",
        f"{uid}|RECURRENCE-ID;TZID=Europe/Rome:20200220T180000|DTSTART;TZID=Europe/Rome:20200221T170000|DURATION:PT1H|SUMMARY:Incontro spostato",
        f"{uid}|RECURRENCE-ID:20200227T170000Z|DTSTART:20200227T170000Z|STATUS:CANCELLED",
        f"{uid}|RECURRENCE-ID:20200305T170000Z|DTSTART:20200305T170000Z|DURATION:PT2H|ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example",
    )  # fmt: skip
    assert starts(series) == ["2020-02-13 18:00", "2020-03-05 18:00"]
    assert (moved.title, starts(moved), codes(moved)) == ("Incontro spostato", ["2020-02-21 17:00"], ["moved"])
    assert gone.cancelled
    assert (moved.uid, gone.uid) == ("serie-del-giovedi@prova.example#20200220", "serie-del-giovedi@prova.example#20200227")  # fmt: skip
    (alone,) = understood(f"{uid}|RECURRENCE-ID:20200220T170000Z|DTSTART:20200221T170000Z|DURATION:PT1H")
    assert alone.uid == moved.uid  # also where its series is not in the file


def test_a_series_changed_from_one_day_on_is_taken_until_then() -> None:
    uid = "UID:serie-del-giovedi@prova.example"
    series, rest = understood(
        f"{uid}|{EVENING}|RRULE:FREQ=WEEKLY;COUNT=9", f"{uid}|RECURRENCE-ID;RANGE=THISANDFUTURE:20200227T170000Z|DTSTART:20200228T170000Z|DURATION:PT1H"
    )  # fmt: skip
    assert starts(series) == ["2020-02-13 18:00", "2020-02-20 18:00"]
    assert codes(series) == ["stopped"]
    assert errors(rest) == ["this_and_future"]


def test_hours_that_are_counted_elsewhere_are_said() -> None:
    utc = one("DTSTART:20200213T170000Z|DURATION:PT2H|RRULE:FREQ=WEEKLY;COUNT=12")
    assert codes(utc) == ["hour_stays"]
    assert {start[-5:] for start in starts(utc)} == {"18:00"}
    night = one("DTSTART;TZID=America/New_York:20200213T200000|DURATION:PT2H|RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=3")
    assert starts(night) == ["2020-02-14 02:00", "2020-02-21 02:00", "2020-02-28 02:00"]
    assert codes(night) == []


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        ("SUMMARY:senza giorno", "no_start"),
        ("DTSTART:00010101T000000Z", "no_start"),
        ("DTSTART:99991231", "no_start"),
        ("DTSTART:20200213|DTEND:20220213", "too_long"),
        ("DTSTART:20200213|DURATION:P999999D", "too_long"),
        (f"{EVENING}|RRULE:FREQ=SECONDLY", "too_often"),
        (f"{EVENING}|RRULE:FREQ=DAILY;BYMINUTE=0,1,2,3", "too_often"),
        (f"{EVENING}|RRULE:FREQ=DAILY;BYHOUR=0", "too_often"),
        (f"{EVENING}|RRULE:FREQ=DAILY;INTERVAL=0", "rule_unusable"),
        (f"{EVENING}|RRULE:FREQ=DAILY;UNTIL=mai", "rule_unusable"),
        (f"{EVENING}|RRULE:FREQ=DAILY;COUNT=-1", "rule_unusable"),
        (f"{EVENING}|RRULE:FREQ=YEARLY;BYWEEKNO=20", "rule_unusable"),
        (f"{EVENING}|RRULE:W1 MO #0", "rule_unusable"),
        (f"{EVENING}|RDATE:" + ",".join(f"2020{m:02}{d:02}T1{h}0000Z" for m in (3, 4) for d in range(1, 28) for h in (1, 2)), "many_dates"),
    ],
)  # fmt: skip
def test_what_cannot_be_said_here_is_refused_with_a_word(lines: str, code: str) -> None:
    assert errors(one(lines)) == [code]


def test_hours_that_only_repeat_the_first_ones_are_no_fault() -> None:
    assert one(f"{EVENING}|RRULE:FREQ=DAILY;COUNT=2;BYHOUR=18;BYMINUTE=0;BYSECOND=0").values["when"]["rule"] == "FREQ=DAILY"  # fmt: skip


def test_millions_of_repetitions_end() -> None:
    began = machine.process_time()
    endless = "DTSTART;TZID=America/New_York:19700101T100000|DURATION:PT1H|RRULE:FREQ=DAILY;COUNT=99999999999999999999"
    never = f"{EVENING}|RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"
    found = understood(*[endless] * 400, *[never] * 400, f"{EVENING}|RDATE:" + ",".join(["20200301T100000Z"] * 50_000))
    assert "endless" in {code for draft in found for code in errors(draft)}
    assert machine.process_time() - began < 60


# --- what -----------------------------------------------------------------------------------------------------------------


def test_a_description_becomes_a_sentence_and_blocks_below_it() -> None:
    draft = one(EVENING + r"|DESCRIPTION:Vieni a fare due chiacchiere. È gratis.\n\nPorta:\n- un amico\n- un dolce\n\nInfo su https://www.comune.asti.it/eventi?id=3.")  # fmt: skip
    assert draft.values["summary"] == "Vieni a fare due chiacchiere. È gratis."
    assert draft.values["text"] == [
        ["paragraph", "Porta:"], ["points", ["un amico", "un dolce"]],
        ["paragraph", "Info su [comune.asti.it/eventi?id=3](https://www.comune.asti.it/eventi?id=3)."],
    ]  # fmt: skip


def test_html_leaves_words_lists_and_links_and_no_script() -> None:
    html = "<html><head><title>no</title><style>p{}</style><body><h2>Festa</h2><p>Tutti <b>insieme</b> &amp; contenti<script>alert(1)</script></p><ul><li>pane<li>vino</ul><p><a href='https://x.example/a'>qui</a> <a href='javascript:alert(1)'>là</a><img src=x onerror=alert(1)></p>"  # fmt: skip
    for line in (f"DESCRIPTION:{html}", f"X-ALT-DESC;FMTTYPE=text/html:{html}"):
        draft = one(f"{EVENING}|{line}")
        assert draft.values["text"] == [
            ["subheading", "Festa"], ["paragraph", "Tutti insieme & contenti"], ["points", ["pane", "vino"]], ["paragraph", "[qui](https://x.example/a) là"],
        ]  # fmt: skip


def test_a_sign_that_is_no_tag_stays() -> None:
    draft = one(f"{EVENING}|DESCRIPTION:Se hai < 18 anni & vieni con [un adulto](mai) <3")
    assert draft.values["summary"] == "Se hai < 18 anni & vieni con [un adulto] (mai) <3"


def test_how_to_join_a_meeting_is_left_out_but_its_address() -> None:
    bar = "-::~:~::~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~:~::~:~::-"
    draft = one(rf"{EVENING}|DESCRIPTION:Parliamo di scuola.\n\n{bar}\nJoin with Google Meet: https://meet.google.com/abc-defg-hij\nOr dial: +39 02 0000 PIN: 123#\n{bar}")  # fmt: skip
    assert draft.values["online"] == "https://meet.google.com/abc-defg-hij"
    assert (draft.values["summary"], draft.values["text"]) == ("Parliamo di scuola.", [])
    assert codes(draft) == ["meeting_left_out", "online_public"]
    teams = one(rf"{EVENING}|DESCRIPTION:Ciao.\n{'_' * 80}\nRiunione di Microsoft Teams\nID riunione: 12 345\n{'_' * 80}\nA presto")  # fmt: skip
    assert "12 345" not in str(teams.values)
    assert "A presto" in str(teams.values)


def test_nothing_of_organiser_and_guests_is_read_and_a_contact_only_said() -> None:
    draft = one(f"{EVENING}|ORGANIZER;CN=Anna Bianchi:mailto:anna@b.example|ATTENDEE;CN=Sara Neri:mailto:sara@b.example|CONTACT:Luca Verdi\\, 0141 000000|ATTACH:https://x.example/a.pdf", head="X-WR-CALNAME:anna@b.example")  # fmt: skip
    for secret in ("Bianchi", "anna", "Neri", "sara", "Verdi", "0141"):
        assert secret not in repr(draft)
    assert codes(draft) == ["attachments_left_out", "contact_left_out"]


def test_what_is_private_or_shows_only_that_somebody_is_busy_is_refused() -> None:
    assert errors(one(f"{EVENING}|CLASS:PRIVATE")) == ["private"]
    assert errors(one(f"{EVENING}|SUMMARY:Busy")) == ["only_busy"]
    assert errors(one(f"{EVENING}|SUMMARY: ")) == ["no_title"]


def test_addresses_are_of_pages_or_left_out() -> None:
    good = one(f"{EVENING}|URL:https://www.comune.asti.it/eventi/3|LOCATION:https://meet.jit.si/scuola")
    assert good.values["sources"] == "comune.asti.it https://www.comune.asti.it/eventi/3"
    assert (good.values["online"], good.values["where"]) == ("https://meet.jit.si/scuola", "")
    for bad in ("javascript:alert(1)", "file:///etc/passwd", "https://anna:segreta@x.example/", "https://x.example/" + "a" * 300, "ciao"):  # fmt: skip
        draft = one(f"{EVENING}|URL:{bad}")
        assert draft.values["sources"] == ""
        assert codes(draft) == ["link_left_out"]


def test_what_is_too_long_is_cut_and_said() -> None:
    draft = one(f"{EVENING}|SUMMARY:{'parola ' * 60}|LOCATION:{'via ' * 100}|DESCRIPTION:{'Una frase lunga. ' * 5000}")
    assert codes(draft) == ["title_cut", "text_cut", "where_cut"]
    assert (len(draft.values["title"]), len(draft.values["where"])) == (160, 200)
    assert len(draft.values["summary"]) <= 300
    assert max(len(said) for _kind, said in draft.values["text"]) <= 2000


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=300) | st.lists(st.sampled_from(["<p>", "</p>", "<li>", "<a href='https://x.example'>", "</a>", "<script>", "[", "](", ")", "**", "https://x.example/a", "\n", "- ", "1. ", " ", "parola"])).map("".join))  # fmt: skip
def test_any_text_becomes_blocks_that_a_reader_can_be_shown(text: str) -> None:
    from interazioni.actions.content.body import check

    blocks, _cut = words.read(text)
    summary, rest = words.summary(blocks)
    assert len(summary) <= words.SUMMARY
    for _kind, said in [*blocks, *rest]:
        for piece in [said] if isinstance(said, str) else said:
            check(piece)
            assert piece == piece.strip()
            assert 0 < len(piece) <= words.PARAGRAPH


def test_links_in_a_cut_paragraph_do_not_fall_apart_into_signs() -> None:
    long = "parola " * 280 + "https://x.example/una-pagina " + "parola " * 280
    blocks, _cut = words.read(long)
    assert sum(len(LINK.findall(str(said))) for _kind, said in blocks) == 1


@pytest.mark.parametrize(
    ("where", "name"),
    [
        ("Biblioteca Astense, via Goltieri 3, Asti", "Asti"), ("Via Torino 5, 14100 Asti AT, Italia", "Asti"), ("Alba (CN)", "Alba"),
        ("Biblioteca civica di Ivrea", "Ivrea"), ("Piazza Castello - Torino", "Torino"), ("via Morgari 14 Torino", "Torino"), ("Villa d'Asti", "Asti"),
        ("Corso Alba 12", ""), ("Roma", ""), ("Milano, piazza Duomo", ""), ("Online", ""), ("", ""), ("(" * 500, ""),
    ],
)  # fmt: skip
def test_the_town_that_a_place_names(where: str, name: str) -> None:
    found = by_istat(town(where)) if town(where) else None
    assert (found.name if found else "") == name


def test_themes_by_their_names_in_any_language_and_by_words() -> None:
    assert [theme_named(name) for name in ("Scuola e italiano", "health", "健康", "Lavoro", "Consiglio comunale")] == ["school", "health", "health", "work", ""]  # fmt: skip
    assert theme_of(["Letture per bambini", "giochi per famiglie"]) == "family"


def test_numbers_that_are_none_of_their_own() -> None:
    weak = one(f"{EVENING}|UID:7", head="X-WR-CALNAME:Biblioteca")
    assert weak.uid == "7|Biblioteca"
    first, second = understood(f"{EVENING}|UID:|SUMMARY:Uno", f"{EVENING}|UID:|SUMMARY:Due")
    assert first.uid != second.uid
    assert codes(first) == ["no_uid"]
    one_for_all = understood(f"UID:sempre-lo-stesso@x|SUMMARY:Uno|{EVENING}", "UID:sempre-lo-stesso@x|SUMMARY:Due|DTSTART:20200301T100000Z|DURATION:PT1H")  # fmt: skip
    assert len({draft.uid for draft in one_for_all}) == 2
    newest = drafts(read(ics(f"UID:serie-x-y-z@x|SUMMARY:Nuovo|SEQUENCE:2|{EVENING}", f"UID:serie-x-y-z@x|SUMMARY:Vecchio|SEQUENCE:1|{EVENING}")), TODAY)  # fmt: skip
    assert ([draft.title for draft in newest.drafts], newest.older) == (["Nuovo"], 1)


# --- programs, and files that are none --------------------------------------------------------------------------------------

GOOGLE = r"""BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Eventi in biblioteca
X-WR-TIMEZONE:Europe/Rome
BEGIN:VTIMEZONE
TZID:Europe/Rome
X-LIC-LOCATION:Europe/Rome
BEGIN:DAYLIGHT
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
TZNAME:CEST
DTSTART:19700329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
TZNAME:CET
DTSTART:19701025T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
DTSTART;TZID=Europe/Rome:20200220T173000
DTEND;TZID=Europe/Rome:20200220T190000
RRULE:FREQ=WEEKLY;WKST=MO;UNTIL=20200430T215959Z;BYDAY=TH
EXDATE;TZID=Europe/Rome:20200409T173000
DTSTAMP:20200210T083000Z
UID:0abcdefghijklmnopqrstuv123@google.com
CREATED:20200201T101010Z
DESCRIPTION:<p>Parliamo italiano davanti a un tè.</p><br><ul><li>Ogni livel
 lo</li><li>Gratis</li></ul>
LAST-MODIFIED:20200205T101010Z
LOCATION:Biblioteca Astense\, Via Goltieri\, 3\, 14100 Asti AT\, Italia
SEQUENCE:1
STATUS:CONFIRMED
SUMMARY:Conversazione in italiano
TRANSP:OPAQUE
END:VEVENT
END:VCALENDAR
"""
OUTLOOK = r"""BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
BEGIN:VTIMEZONE
TZID:(UTC+01:00) Amsterdam\, Berlino\, Berna\, Roma\, Stoccolma\, Vienna
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
DESCRIPTION: \n
DTSTART;TZID="(UTC+01:00) Amsterdam, Berlino, Berna, Roma, Stoccolma, Vienna":20200305T150000
DTEND;TZID="(UTC+01:00) Amsterdam, Berlino, Berna, Roma, Stoccolma, Vienna":20200305T170000
LOCATION:Sportello Lavoro\; via Roma 1\, Alba
PRIORITY:5
SEQUENCE:0
SUMMARY;LANGUAGE=it:Come si scrive un curriculum
TRANSP:OPAQUE
UID:040000008200E00074C5B7101A82E00800000000A0B1C2D3E4F5D601000000000000000
X-ALT-DESC;FMTTYPE=text/html:<html xmlns:v="urn:schemas-microsoft-com:vml"><head><style><!-- p.MsoNormal {margin:0} --></style></head><body lang=IT><p class=MsoNormal>Porta la tua storia<o:p></o:p></p></body></html>
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
"""
NEXTCLOUD = r"""BEGIN:VCALENDAR
CALSCALE:GREGORIAN
VERSION:2.0
PRODID:-//IDN nextcloud.com//Calendar app 4.6//EN
BEGIN:VEVENT
CREATED:20200110T090000Z
DTSTAMP:20200111T090000Z
LAST-MODIFIED:20200111T090000Z
SEQUENCE:3
UID:6f7c3a52-0d1b-4e7e-9a55-1c2b3d4e5f60
DTSTART;VALUE=DATE:20200321
DTEND;VALUE=DATE:20200323
STATUS:TENTATIVE
SUMMARY:Festa dei popoli
CATEGORIES:Famiglia,Festa
LOCATION:Torino
DESCRIPTION;ALTREP="data:text/html,%3Cb%3EDue%20giorni%3C%2Fb%3E":Due giorni
 \, per tutti.
END:VEVENT
END:VCALENDAR
"""


def of(sample: str) -> Draft:
    (found,) = drafts(read_calendar(sample.replace("\n", "\r\n").encode(), "calendario.ics"), TODAY).drafts
    return found


def test_as_google_exports() -> None:
    draft = of(GOOGLE)
    assert draft.calendar == "Eventi in biblioteca"
    assert starts(draft)[:2] == ["2020-02-20 17:30", "2020-02-27 17:30"]
    assert starts(draft)[-1] == "2020-04-30 17:30"
    assert "2020-04-09 17:30" not in starts(draft)
    assert draft.values["when"]["rule"] == "FREQ=WEEKLY"
    assert draft.values["summary"] == "Parliamo italiano davanti a un tè."
    assert draft.values["text"] == [["points", ["Ogni livello", "Gratis"]]]
    assert by_istat(draft.values["municipality"]).name == "Asti"  # type: ignore[union-attr]
    assert codes(draft) == errors(draft) == []


def test_as_outlook_exports() -> None:
    draft = of(OUTLOOK)
    assert starts(draft) == ["2020-03-05 15:00"]
    assert draft.values["where"] == "Sportello Lavoro; via Roma 1, Alba"
    assert draft.values["summary"] == "Porta la tua storia"
    assert draft.theme == "work"
    assert codes(draft) == errors(draft) == []


def test_as_nextcloud_exports() -> None:
    draft = of(NEXTCLOUD)
    assert draft.times
    assert (draft.times.starts_at.strftime("%d.%m"), draft.times.ends_at.strftime("%d.%m %H:%M")) == ("21.03", "22.03 23:59")  # fmt: skip
    assert draft.values["summary"] == "Due giorni, per tutti."
    assert draft.categories == ["Famiglia", "Festa"]
    assert codes(draft) == ["tentative"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n \0", "empty"),
        (b"<!DOCTYPE html><html><body>Accedi</body></html>", "web_page"),
        (b"\xef\xbb\xbf\n <HTML><head>", "web_page"),
        (b"PK\x03\x04" + bytes(100), "wrong_kind"),
        (b"\x1f\x8b\x08" + bytes(100), "wrong_kind"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "wrong_kind"),
        (b"Titolo;Data\r\nFesta;12/3/2020\r\n", "wrong_kind"),
        (b'["vcalendar",[],[]]', "wrong_kind"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no_events"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nEND:VTODO\r\nEND:VCALENDAR\r\n", "no_events"),
        (b"BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n", "old_kind"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 3001 + b"END:VCALENDAR", "too_many_rows"),
        (b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VALARM\r\nEND:VALARM\r\n" * 60_000, "too_many_rows"),
        (b"BEGIN:VCALENDAR\r\nX-A:" + b"y" * 5_000_000, "too_large"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_in_words(content: bytes, code: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        read_calendar(content, "calendario.ics")
    assert refused.value.code == code
    assert len(str(refused.value)) > 15
