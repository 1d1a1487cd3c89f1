"""Hours: said by the mediator, confirmed by who called, counted once, on paper by the month. Wednesday 12 February 2020."""

import io
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.models import Assignment, Hours, HoursState, Presence
from interazioni.actions.mediation.queries import timesheets as queries
from interazioni.actions.mediation.roster import at
from interazioni.actions.mediation.tests.cast import (
    SCHOOL_A,
    TORINO,
    a_call,
    a_dispatch,
    a_mediator,
    dispatcher,
    fixed,
    promised,
    seen,
)
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST, REGION, actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.verifying import verify
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor
from interazioni.plan.programme.models import DeliveryKind

pytestmark = pytest.mark.django_db
LATER = DEMO_DAY + timedelta(days=3)
SIGNED = "M10 100L200 20L400 180M420 30L500 90"


@pytest.fixture(autouse=True)
def no_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def enter(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(pk=CAST[login].user_id))
    return client


def opened(
    client: Client, name: str, *args: Any, moment: datetime = LATER, query: dict[str, str] | None = None, **data: Any
) -> Any:
    with clock.at(moment), translation.override("en"):
        address = reverse(f"mediation:{name}", args=args)
        return client.post(address, data) if data else client.get(address, query)


def worked(minutes: int = 75, day: date | None = None, hour: int = 10, **said: Any) -> Hours:
    """Awa was at school A, and wrote it down."""
    call = a_call(options=[fixed(day, time(hour))] if day else [fixed(hour=time(hour))])
    made = promised(call, said.pop("mediator", None) or a_mediator(login="amina", name="Amina Diallo"))
    with clock.at(made.ends_at):
        return rules.report_hours(assignment=made, minutes=minutes, by=dispatcher(), **said)


def counted() -> Decimal:
    """Hours in the book, as who sees the whole plan reads them; and the book agrees with its facts."""
    system = system_actor(Body.objects.get(code=REGION))
    with acting(system):
        found = verify()
        assert list(found.differences) == []
        return sum((one.quantity for one in Entry.objects.filter(source_kind="mediation")), Decimal(0))


def test_one_touch_confirms_and_counts_once() -> None:
    a_dispatch()
    hours = worked()
    assert counted() == 0
    giulia = enter("giulia")
    page = opened(giulia, "hours_to_confirm").content.decode()
    assert "Amina Diallo, 1 h 15" in page
    for _again in range(2):
        sent = opened(giulia, "confirm_hours", hours.assignment_id, version=str(hours.version), from_list="1")
        assert sent.status_code == 302
    assert counted() == Decimal("1.25")
    assert seen(Assignment, hours.assignment_id).state == "attested"
    assert "Amina Diallo" in opened(giulia, "hours_to_confirm").content.decode()  # among those confirmed lately


def test_hours_corrected_meanwhile_are_not_confirmed_unseen() -> None:
    a_dispatch()
    hours = worked()
    with clock.at(LATER):
        rules.report_hours(assignment=hours.assignment, minutes=120, by=dispatcher())
    opened(enter("giulia"), "confirm_hours", hours.assignment_id, version=str(hours.version))
    assert seen(Hours, hours.pk).state == HoursState.REPORTED
    assert counted() == 0


def test_a_signature_is_kept_enciphered_and_shown() -> None:
    a_dispatch()
    hours = worked()
    giulia = enter("giulia")
    opened(giulia, "confirm_hours", hours.assignment_id, version=str(hours.version), sign="1", signature=SIGNED)
    assert seen(Hours, hours.pk).signature == SIGNED
    with acting(dispatcher()), connection.cursor() as cursor:
        cursor.execute("SELECT signature::text FROM mediation_hours WHERE id = %s", [hours.pk])
        assert SIGNED not in str(cursor.fetchone())
    assert SIGNED in opened(giulia, "confirm_hours", hours.assignment_id).content.decode()


@pytest.mark.parametrize("drawn", ["", "<script>", "M10", "M1 1" * 9000])
def test_what_is_no_signature_confirms_nothing(drawn: str) -> None:
    a_dispatch()
    hours = worked()
    opened(enter("giulia"), "confirm_hours", hours.assignment_id, version="1", sign="1", signature=drawn)
    assert seen(Hours, hours.pk).state == HoursState.REPORTED


def test_disputed_in_words_corrected_and_then_confirmed() -> None:
    a_dispatch()
    hours = worked(120)
    giulia = enter("giulia")
    empty = opened(giulia, "dispute_hours", hours.assignment_id, words=" ")
    assert empty.status_code == 200
    opened(giulia, "dispute_hours", hours.assignment_id, words="Siamo rimasti un'ora sola.")
    assert seen(Hours, hours.pk).state == HoursState.DISPUTED
    assert "Siamo rimasti" in opened(enter("amina"), "promise", hours.assignment_id).content.decode()
    with pytest.raises(ValidationError), clock.at(LATER):
        rules.attest_hours(hours=hours, by=actor("giulia"))
    opened(enter("davide"), "correct_hours", hours.assignment_id, minutes="60")
    opened(giulia, "confirm_hours", hours.assignment_id, version=str(seen(Hours, hours.pk).version))
    assert counted() == 1


def test_a_confirmation_by_mistake_is_taken_back_with_its_figure() -> None:
    a_dispatch()
    hours = worked(60)
    with clock.at(LATER):
        rules.attest_hours(hours=hours, by=actor("giulia"))
    assert counted() == 1
    davide = enter("davide")
    assert opened(davide, "reopen_hours", hours.assignment_id).status_code == 200
    opened(davide, "reopen_hours", hours.assignment_id, words="giorno sbagliato")
    assert counted() == 0
    opened(davide, "correct_hours", hours.assignment_id, minutes="90")
    with clock.at(LATER):
        rules.attest_hours(hours=seen(Hours, hours.pk), by=actor("giulia"))
    assert counted() == Decimal("1.5")


def test_a_late_cancellation_is_paid_and_counts_as_no_work() -> None:
    a_dispatch()
    made = promised(a_call(), a_mediator())
    with clock.at(made.starts_at - timedelta(hours=2)):
        rules.cancel_call(call=made.call, words="riunione saltata", by=actor("giulia"))  # type: ignore[arg-type]
    with acting(dispatcher()):
        hours = Hours.objects.get(assignment=made)
        found = queries.month(dispatcher(), date(2020, 2, 1))
    assert (hours.paid_only, hours.state, hours.travel_km) == (True, HoursState.ATTESTED, 0)
    assert (found.totals.worked, found.totals.paid_only) == (0, 60)
    assert counted() == 0


def test_another_bodys_hours_do_not_exist() -> None:
    a_dispatch()
    hours = worked()
    marco = enter("marco")
    for name in ("confirm_hours", "dispute_hours"):
        assert opened(marco, name, hours.assignment_id).status_code == 404
    assert opened(marco, "confirm_hours", hours.assignment_id, version="1").status_code == 404
    assert "Amina" not in opened(marco, "hours_to_confirm").content.decode()


def test_the_month_on_the_page_in_the_workbook_and_on_paper() -> None:
    a_dispatch()
    awa, sara = a_mediator("Awa Keita"), a_mediator("Sara Touré")
    for number, mediator in enumerate((awa, awa, sara)):
        worked(60 + number * 15, hour=9 + 3 * number, mediator=mediator, travel_km=Decimal("12.5"), travel_minutes=30)
    davide = enter("davide")
    page = opened(davide, "timesheets", query={"month": "2020-02"}).content.decode()
    assert "2 h 15" in page
    assert "3 h 45" in page
    book = openpyxl.load_workbook(
        io.BytesIO(b"".join(_body(opened(davide, "timesheets", query={"month": "2020-02", "export": "xlsx"}))))
    )
    rows = list(book.active.values)
    assert [row[0] for row in rows[1:]] == ["Awa Keita", "Awa Keita", "Sara Touré", rows[-1][0]]
    assert rows[-1][9] == 225
    sheet = pypdf.PdfReader(io.BytesIO(opened(davide, "timesheet_pdf", awa.pk, 2020, 2).content))
    text = " ".join(one.extract_text() for one in sheet.pages)
    assert "Foglio ore – Awa Keita, febbraio 2020" in text
    assert "2 h 15" in text
    assert "Sara" not in text
    employer = Body.objects.get(pk=dispatcher().body_id)
    both = pypdf.PdfReader(io.BytesIO(opened(davide, "employer_timesheet_pdf", employer.pk, 2020, 2).content))
    assert len(both.pages) == 3  # the list, and a sheet each
    for wrong in ("2020-13", "x"):
        assert opened(davide, "timesheets", query={"month": wrong}).status_code == 404


def _body(response: Any) -> list[bytes]:
    return list(response.streaming_content) if getattr(response, "streaming", False) else [response.content]


def test_the_mediator_has_her_own_sheet_and_nobody_elses() -> None:
    a_dispatch()
    worked(75)
    worked(60, hour=14, mediator=a_mediator("Sara Touré"))
    amina = enter("amina")
    page = opened(amina, "my_timesheet", query={"month": "2020-02"}).content.decode()
    assert "1 h 15" in page
    text = (
        pypdf.PdfReader(io.BytesIO(opened(amina, "my_timesheet_pdf", query={"month": "2020-02"}).content))
        .pages[0]
        .extract_text()
    )
    assert "Amina Diallo" in text
    assert "Sara" not in text


def test_the_months_page_asks_as_much_for_thirty_lines_as_for_three() -> None:
    a_dispatch()
    awa = a_mediator("Awa Keita", week_cap=3000)
    davide = enter("davide")

    def statements() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert (
                opened(davide, "timesheets", moment=LATER + timedelta(days=20), query={"month": "2020-02"}).status_code
                == 200
            )
        return len(asked)

    days = [date(2020, 2, 13), date(2020, 2, 14), *(date(2020, 2, 17) + timedelta(days=n) for n in range(5))]
    for day in days[:1]:
        for hour in (8, 10, 12):
            worked(45, day, hour, mediator=awa)
    few = statements()
    for day in days[1:]:
        for hour in (8, 10, 12, 14):
            worked(45, day, hour, mediator=awa)
    assert statements() == few


def a_presence(mediator: Any, **said: Any) -> Presence:
    with clock.at(DEMO_DAY):
        return rules.begin_presence(
            mediator=mediator, kind=DeliveryKind.objects.get(code="ore-mediazione-scuola"), body=Body.objects.get(code=SCHOOL_A),
            data=rules.PresenceData(title="Ore in prima", weekday=3, starts=time(15), minutes=120, since=date(2020, 2, 13),
                                    until=said.pop("until", date(2020, 3, 5)), municipality=TORINO, **said),
            by=dispatcher(),
        )  # fmt: skip


def test_a_presence_has_its_days_and_counts_people_without_naming_them() -> None:
    a_dispatch()
    presence = a_presence(a_mediator(login="amina", name="Amina Diallo"))
    with acting(dispatcher()):
        first, *rest = Assignment.objects.filter(presence=presence).order_by("starts_at")
    assert first.starts_at == at(date(2020, 2, 13), time(15))
    assert len(rest) == 3
    amina = enter("amina")
    over = {"moment": first.ends_at}
    opened(amina, "finish", first.pk, minutes="120", contacts="9", travel_km="0", travel_minutes="0", **over)
    with acting(dispatcher()):
        (hours,) = Hours.objects.filter(assignment=first)
        (row,) = queries.presences(dispatcher())
    assert (hours.contacts, row.minutes_done, row.contacts, row.done) == (9, 120, 9, 1)
    page = opened(enter("giulia"), "presence", presence.pk).content.decode()
    assert "Ore in prima" in page


def test_a_presence_that_ends_earlier_frees_the_mediator() -> None:
    a_dispatch()
    awa = a_mediator()
    presence = a_presence(awa)
    opened(enter("davide"), "end_presence", presence.pk, moment=DEMO_DAY, last="2020-02-20")
    promised(a_call(options=[fixed(date(2020, 2, 27), time(15))]), awa)  # there was no room before
    with acting(dispatcher()):
        assert Assignment.objects.filter(presence=presence, state="cancelled").count() == 2


def test_the_dispatcher_plans_a_presence_on_the_page() -> None:
    a_dispatch()
    awa = a_mediator()
    davide = enter("davide")
    form = opened(davide, "begin_presence", moment=DEMO_DAY).context["form"]
    said = {
        "client_id": str(form["client_id"].value()), "title": "Sportello al mercato", "kind": next(iter(form.kinds)), "mediator": str(awa.pk),
        "body": SCHOOL_A, "weekday": "1", "starts": "09:00", "minutes": "120", "every_weeks": "2", "since": "2020-02-18", "until": "2020-03-31",
    }  # fmt: skip
    wrong = opened(davide, "begin_presence", moment=DEMO_DAY, **{**said, "until": "2020-02-01"})
    assert 'value="Sportello al mercato"' in wrong.content.decode()
    for _again in range(2):  # the same POST twice plans once
        assert opened(davide, "begin_presence", moment=DEMO_DAY, **said).status_code == 302
    with acting(dispatcher()):
        assert Presence.objects.get().assignments.count() == 4


def test_a_grant_is_reserved_used_and_given_back() -> None:
    a_dispatch()
    davide = enter("davide")
    opened(
        davide,
        "grant_hours",
        moment=DEMO_DAY,
        body=SCHOOL_A,
        kind="caller",
        hours="10",
        starts="2020-01-01",
        ends="2020-12-31",
    )
    awa = a_mediator()
    promised(a_call(options=[fixed(hour=time(9))]), awa)
    made = promised(a_call(options=[fixed(hour=time(15))]), awa)

    def account() -> tuple[int, int, int, int]:
        with acting(dispatcher()):
            (one,) = queries.accounts(dispatcher())
        return one.reserved, one.used, one.released, one.left

    assert account() == (120, 0, 0, 480)
    with clock.at(made.ends_at):
        rules.report_hours(assignment=made, minutes=45, by=dispatcher())
    assert account() == (60, 45, 15, 495)
    assert "8 h 15" in opened(davide, "grants").content.decode()
