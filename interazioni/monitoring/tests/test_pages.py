"""Every page, as each of the cast meets it."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import short_code
from interazioni.front.demo import cast
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.tests.conftest import SmallPlan, attended, deliver, register

NOW = datetime(2020, 2, 12, 8, 30, tzinfo=UTC)
LATER = datetime(2021, 3, 1, 8, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def as_(login: str) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(get_user_model().objects.get(pk=cast.CAST[login].user_id))
    return client


def page(login: str, name: str, *arguments: Any, **parameters: str) -> Any:
    with clock.at(NOW):
        return as_(login).get(reverse(f"monitoring:{name}", args=arguments), {"plan": "small", **parameters})


@pytest.mark.parametrize("login", ["elena", "paolo", "sara", "chiara", "giulia", "kofi"])
def test_the_dashboard_opens_for_whoever_sees_figures(small: SmallPlan, login: str) -> None:
    response = page(login, "dashboard")
    assert response.status_code == 200
    assert response.content.decode().count("<h1") == 1


def test_a_mediator_sees_no_figures(small: SmallPlan) -> None:
    assert page("amina", "dashboard").status_code == 403


def test_the_dashboard_takes_ten_queries_however_much_there_is(small: SmallPlan) -> None:
    with CaptureQueriesContext(connection) as captured:
        page("elena", "dashboard")
    ours = [
        query["sql"]
        for query in captured
        if "ledger_" in query["sql"] or "programme_" in query["sql"] or '"partners_body"' in query["sql"]
    ]
    ours = [sql for sql in ours if sql.startswith("SELECT") and '"partners_membership"' not in sql]
    assert len(ours) <= 10, "\n".join(ours)
    # Figures are read from tallies: no entry is touched.
    assert not [sql for sql in ours if "ledger_entry" in sql or "ledger_firstreached" in sql]


@pytest.mark.parametrize(
    "dimension", ["month", "body", "activity", "province", "municipality", "sex", "age_band", "citizenship"]
)
@pytest.mark.parametrize("language", ["it", "en"])
def test_a_figure_by_each_dimension_with_its_chart_and_workbook(
    small: SmallPlan, dimension: str, language: str
) -> None:
    client = as_("elena")
    client.cookies["django_language"] = language
    url = reverse("monitoring:breakdown", args=[small.people.pk, dimension])
    with clock.at(NOW):
        assert client.get(url, {"plan": "small"}).status_code == 200
        chart = client.get(reverse("monitoring:breakdown_chart", args=[small.people.pk, dimension]), {"plan": "small"})
        book: Any = client.get(url, {"plan": "small", "export": "xlsx"})
    assert chart["Content-Type"] == "image/svg+xml"
    assert chart.content.startswith(b"<svg")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(book.streaming_content))).active
    amounts = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert sum(amounts) == 17


def test_a_chart_is_sent_once(small: SmallPlan) -> None:
    client = as_("elena")
    url = reverse("monitoring:course_chart", args=[small.people.pk])
    with clock.at(NOW):
        first = client.get(url, {"plan": "small"})
        again = client.get(url, {"plan": "small"}, headers={"if-none-match": first["ETag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    assert first["Cache-Control"] == "private, no-cache"
    assert not again.content


def test_the_region_opens_a_figure_to_codes(small: SmallPlan) -> None:
    response = page("elena", "entries", small.people.pk, sex="M")
    html = response.content.decode()
    assert "Inventata" not in html
    assert html.count("P-") >= 3
    assert "<strong>3</strong>" in html
    book = page("elena", "entries", small.hours.pk, export="xlsx")
    sheet = openpyxl.load_workbook(BytesIO(b"".join(book.streaming_content))).active
    assert sum(row[-1] for row in sheet.iter_rows(min_row=2, values_only=True)) == 34


def test_the_evaluator_sees_entries_without_people(small: SmallPlan) -> None:
    html = page("sara", "entries", small.people.pk).content.decode()
    assert "P-" not in html.replace("P-A", "")
    assert "MA" not in html.split("<tbody>")[1].split("</tbody>")[0]
    few = page("sara", "entries", small.people.pk, sex="M").content.decode()
    assert "&lt; 5" in few
    assert "<tbody>" not in few
    assert page("sara", "course_chart", small.people.pk, body="ic-valle-alessandria").status_code == 404


@pytest.mark.parametrize(
    ("login", "parameters"),
    [
        ("giulia", {"body": "ic-valle-alessandria"}),
        ("giulia", {"body": "partnership"}),
        ("elena", {"body": "none"}),
        ("elena", {"plan": "none"}),
        ("elena", {"action": "none"}),
    ],
)
def test_what_is_not_the_actors_is_not_there(small: SmallPlan, login: str, parameters: dict[str, str]) -> None:
    for name, arguments in (
        ("dashboard", []),
        ("figure", [small.people.pk]),
        ("entries", [small.people.pk]),
        ("table", []),
        ("as_of", []),
    ):
        assert page(login, name, *arguments, **parameters).status_code == 404


@pytest.mark.parametrize(
    "nonsense",
    [
        {"month": "2019-99"},
        {"activity": "x"},
        {"sex": "\x00"},
        {"municipality": "'"},
        {"citizenship": "ZZ" * 60},
        {"age_band": "😀"},
    ],
)
def test_nonsense_in_the_address_is_no_fault(small: SmallPlan, nonsense: dict[str, str]) -> None:
    for name, arguments in (("dashboard", []), ("entries", [small.people.pk]), ("breakdown", [small.people.pk, "sex"])):
        assert page("elena", name, *arguments, **nonsense).status_code == 200


def test_an_unknown_dimension_is_not_there(small: SmallPlan) -> None:
    assert page("elena", "breakdown", small.people.pk, "surname").status_code == 404


def test_elena_certifies_the_first_period_and_not_one_before_its_turn(small: SmallPlan) -> None:
    first, second, _third = small.periods
    client = as_("elena")
    with clock.at(NOW):
        early = client.post(reverse("monitoring:certify", args=[second.pk]))
        assert early.status_code == 200
        second.refresh_from_db()
        assert second.state == "open"
        done = client.post(reverse("monitoring:certify", args=[first.pk]))
        assert done.status_code == 302
        report = client.get(reverse("monitoring:period", args=[first.pk])).content.decode()
        listed = client.get(reverse("monitoring:periods"), {"plan": "small"}).content.decode()
    first.refresh_from_db()
    assert first.state == "certified"
    assert "12 febbraio 2020" in report
    assert "it-locked" in listed


def test_certification_is_the_regions_alone(small: SmallPlan) -> None:
    url = reverse("monitoring:certify", args=[small.periods[0].pk])
    for login in ("paolo", "sara", "chiara", "giulia"):
        with clock.at(NOW):
            assert as_(login).post(url).status_code == 403


def test_a_report_as_of_a_past_day(small: SmallPlan) -> None:
    response = page("elena", "as_of", on="2019-01-31")
    assert "31 gennaio 2019" in response.content.decode()
    book = page("elena", "as_of", on="2019-01-31", export="xlsx")
    rows = list(openpyxl.load_workbook(BytesIO(b"".join(book.streaming_content))).active.iter_rows(values_only=True))
    people = next(row for row in rows if row[0] == "people")
    assert 14 in people
    for wrong in ("2031-01-01", "31/02/2019", "x", ""):
        response = page("elena", "as_of", on=wrong)
        assert response.status_code == 200
        assert "<table" not in response.content.decode()


def test_data_quality_counts_and_names_nobody(small: SmallPlan) -> None:
    with clock.at(NOW):
        register(by=cast.actor("giulia"), birth_date=None)
    html = page("paolo", "quality").content.decode()
    assert "IC Barriera" in html
    assert "Inventata" not in html
    own = page("davide", "quality").content.decode()
    assert "IC Barriera" not in own
    assert page("giulia", "quality").status_code == 403
    assert page("paolo", "quality", export="xlsx").status_code == 200


def test_the_figure_pages_stay_within_few_queries(small: SmallPlan) -> None:
    giulia = cast.actor("giulia")
    with clock.at(NOW):
        deliver(entries=[attended(small.school, register(by=giulia), date(2020, 1, 8)) for _ in range(40)], by=giulia)
    for name, arguments in (
        ("figure", [small.people.pk]),
        ("entries", [small.people.pk]),
        ("breakdown", [small.people.pk, "citizenship"]),
        ("table", []),
    ):
        with CaptureQueriesContext(connection) as captured:
            page("elena", name, *arguments)
        selects = [
            query for query in captured if query["sql"].startswith("SELECT") and "set_config" not in query["sql"]
        ]
        assert len(selects) <= 16, (name, len(selects))


def test_my_day_has_its_tiles(small: SmallPlan) -> None:
    with clock.at(NOW):
        for login in ("elena", "chiara", "giulia"):
            assert as_(login).get("/desk/").status_code == 200


def test_an_entry_opens_to_the_work_behind_it_and_nobody_is_named(small: SmallPlan) -> None:
    with acting(cast.actor("giulia")):
        entry = Entry.objects.filter(body_id=cast.actor("giulia").body_id, person_id__isnull=False).first()
    assert entry is not None
    html = page("elena", "entry", entry.pk).content.decode()
    assert short_code("P", entry.person_id) in html  # type: ignore[arg-type]
    assert "Inventata" not in html
    assert page("marco", "entry", entry.pk).status_code == 404
    assert page("sara", "entry", entry.pk).status_code == 404
    assert page("giulia", "entry", entry.pk).status_code == 200
