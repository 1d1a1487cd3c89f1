"""Giulia and marco at their pages: the register first of all."""

import gzip
import json
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.db.models import Count
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from interazioni.actions.activities.models import Attendance, Delivery, Edition, Enrolment, Session
from interazioni.actions.activities.tests.conftest import logged_in
from interazioni.foundation.access.context import acting
from interazioni.front.demo.cast import actor
from interazioni.plan.ledger.models import Entry
from interazioni.plan.ledger.verifying import verify
from interazioni.plan.programme.models import Activity, DeliveryKind

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("on_first_of_march")]
Labs = Callable[..., Edition]


def first_session(edition: Edition) -> Session:
    with acting(actor("giulia")):
        session = edition.sessions.order_by("starts_at").first()
    assert session
    return session


def fields(html: str) -> dict[str, str]:
    """What a browser would post of the register's form as it stands."""
    html = html[html.index("data-register") :]
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html))
    found |= dict(re.findall(r'name="(s\d+)" value="(\w+)" checked', html))
    found |= dict(re.findall(r'id="t\d+" name="(t\d+)"[^>]* value="(\d*)"', html))
    found["held_minutes"] = re.search(r'name="held_minutes"[^>]*value="(\d+)"', html)[1]  # type: ignore[index]
    found["topic"] = ""
    return found


@pytest.mark.parametrize("n", [25, 60])
def test_a_register_is_small_and_asks_little_however_many(labs: Labs, n: int) -> None:
    session, giulia = first_session(labs(n)), logged_in("giulia")
    url = reverse("activities:register", args=[session.pk])
    with CaptureQueriesContext(connection) as opened:
        page = giulia.get(url, headers={"accept-encoding": "gzip"})
    assert len(page.content) <= 15 * 1024
    posted = fields(gzip.GzipFile(fileobj=BytesIO(page.content)).read().decode())
    assert sum(value == "present" for value in posted.values()) == n
    posted |= {"s1": "absent", "s2": "justified", "s3": "late", "t3": "45"}
    with CaptureQueriesContext(connection) as saved:
        answer = giulia.post(url, posted)
    assert answer.status_code == 302
    with acting(actor("giulia")):
        counted = Attendance.objects.filter(session=session).values_list("status").order_by().annotate(n=Count("pk"))
        assert dict(counted) == {"present": n - 3, "absent": 1, "justified": 1, "late": 1}
    with acting(actor("elena")):
        assert verify().differences == ()
    assert len(asked(opened)) <= 6, asked(opened)
    assert len(asked(saved)) <= 15, asked(saved)


def asked(captured: CaptureQueriesContext) -> list[str]:
    """The queries that read or write a table: not the transaction's own bounds, nor the setting of its context."""
    own = ("SAVEPOINT", "RELEASE", "SELECT set_config", "SET TRANSACTION")
    return [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(own)]


def test_a_register_that_is_sent_twice_is_taken_once(labs: Labs) -> None:
    session, giulia = first_session(labs(3)), logged_in("giulia")
    url = reverse("activities:register", args=[session.pk])
    posted = fields(giulia.get(url).content.decode()) | {"s1": "absent"}
    for _ in range(2):
        assert giulia.post(url, posted).status_code == 302
    with acting(actor("giulia")):
        assert Attendance.objects.filter(session=session, version__lte=1).count() == 3
        assert Entry.objects.filter(source_kind="attendance").count() == 2


def test_who_was_faster_is_shown_beside_what_i_wrote_and_i_choose(labs: Labs) -> None:
    session, giulia, nadia = first_session(labs(3)), logged_in("giulia"), logged_in("nadia")
    switched = nadia.session
    switched["body"] = str(actor("giulia").body_id)
    switched.save()
    url = reverse("activities:register", args=[session.pk])
    seen = fields(giulia.get(url).content.decode())
    also_seen = fields(nadia.get(url).content.decode())
    assert nadia.post(url, also_seen | {"s0": "absent"}).status_code == 302
    page = giulia.post(url, seen | {"s0": "late", "t0": "30", "s1": "absent"})
    assert page.status_code == 409
    html = page.content.decode()
    assert 'value="absent"' in html
    assert 'value="late:30"' in html
    assert "Nadia Haddad" in html
    again = fields(html)
    assert "s0" not in again  # nothing is chosen for me
    assert giulia.post(url, again | {"s0": "late:30"}).status_code == 302
    with acting(actor("giulia")):
        first = Attendance.objects.get(session=session, enrolment_id=again["e0"].partition("|")[0])
        assert (first.status, first.minutes, first.version) == ("late", 30, 2)
    with acting(actor("elena")):
        assert verify().differences == ()


def test_what_i_did_not_touch_says_nothing_against_what_a_colleague_wrote(labs: Labs) -> None:
    """Both opened the register before anybody had saved; then both corrected another pupil of a register already taken."""
    session, giulia, nadia = first_session(labs(4)), logged_in("giulia"), logged_in("nadia")
    switched = nadia.session
    switched["body"] = str(actor("giulia").body_id)
    switched.save()
    url = reverse("activities:register", args=[session.pk])
    for one, two in (("s0", "s1"), ("s2", "s3")):
        seen, also_seen = (fields(who.get(url).content.decode()) for who in (giulia, nadia))
        assert giulia.post(url, seen | {one: "absent"}).status_code == 302
        assert nadia.post(url, also_seen | {two: "justified"}).status_code == 302
        now = fields(giulia.get(url).content.decode())
        assert (now[one], now[two]) == ("absent", "justified")
    with acting(actor("elena")):
        assert verify().differences == ()


def test_late_without_minutes_is_asked_and_nothing_typed_is_lost(labs: Labs) -> None:
    session, giulia = first_session(labs(3)), logged_in("giulia")
    url = reverse("activities:register", args=[session.pk])
    posted = fields(giulia.get(url).content.decode()) | {"s0": "late", "t0": "", "s1": "justified"}
    page = giulia.post(url, posted)
    assert page.status_code == 422
    shown = fields(page.content.decode())
    assert (shown["s0"], shown["s1"], shown["s2"]) == ("late", "justified", "present")
    with acting(actor("giulia")):
        assert not Attendance.objects.exists()


def test_the_same_register_as_json(labs: Labs) -> None:
    edition = labs(3)
    session, giulia = first_session(edition), logged_in("giulia")
    url = reverse("activities:register", args=[session.pk])
    with acting(actor("giulia")):
        ids = list(Enrolment.objects.filter(edition=edition).order_by("pk").values_list("pk", flat=True))
    marks = [{"enrolment": str(pk), "status": "present", "based_on": None, "client_id": str(uuid4())} for pk in ids]
    answer = giulia.post(url, json.dumps({"held_minutes": 120, "marks": marks}), content_type="application/json")
    assert (answer.status_code, answer.json()["saved"], set(answer.json()["versions"].values())) == (200, 3, {1})
    other = [{**marks[0], "status": "absent", "client_id": str(uuid4())}]
    answer = giulia.post(url, json.dumps({"held_minutes": 120, "marks": other}), content_type="application/json")
    assert (answer.status_code, answer.json()["conflicts"][0]["status"]) == (409, "present")
    for broken in (
        "[]",
        "{",
        '{"marks": 3}',
        '{"held_minutes": "x", "marks": []}',
        '{"held_minutes": 1, "marks": [{}]}',
    ):
        assert giulia.post(url, broken, content_type="application/json").status_code == 400


def test_another_bodys_session_is_not_there(labs: Labs) -> None:
    edition, others = labs(2), labs(2, code="B1", login="marco")
    session, marco = first_session(edition), logged_in("marco")
    for name in ("register", "session_pdf", "move", "cancel", "take_back"):
        assert marco.get(reverse(f"activities:{name}", args=[session.pk])).status_code == 404, name
    for name in ("edition", "enrolled", "enrol", "attendance", "history", "correct", "close", "plan", "month_pdf"):
        assert marco.get(reverse(f"activities:{name}", args=[edition.pk])).status_code == 404, name
    with acting(actor("giulia")):
        foreign = Enrolment.objects.filter(edition=edition).first()
    with acting(actor("marco")):
        own = others.sessions.order_by("starts_at").first()
    assert foreign
    assert own
    url = reverse("activities:register", args=[own.pk])
    form = fields(marco.get(url).content.decode()) | {"e0": f"{foreign.pk}|"}
    assert marco.post(url, form).status_code == 404
    mark = {"enrolment": str(foreign.pk), "status": "present", "based_on": None, "client_id": str(uuid4())}
    body = json.dumps({"held_minutes": 120, "marks": [mark]})
    assert marco.post(url, body, content_type="application/json").status_code == 404
    assert marco.post(reverse("activities:enrol", args=[others.pk]), {"who": str(foreign.person_id)}).status_code == 404


def test_an_edition_is_opened_on_one_page_after_looking_at_its_days(labs: Labs) -> None:
    labs(2)
    giulia = logged_in("giulia")
    activity = Activity.objects.get(code="laboratori-l2")
    form = {
        "activity": activity.pk, "title": "Lab di primavera", "code": "P1", "starts": "2019-04-01", "ends": "31/05/2019", "weekdays": ["0", "3"],
        "at": "15:00", "minutes": "120", "interval": "1", "led_by": [str(actor("giulia").user_id)],
    }  # fmt: skip
    url = reverse("activities:open")
    preview = giulia.post(url, form | {"preview": "1"}).content.decode()
    assert "25 aprile 2019" in preview
    assert "Lunedì dell'Angelo" in preview or "Lunedì dell&#x27;Angelo" in preview
    assert Edition.objects.filter(code="P1").count() == 0
    answer = giulia.post(url, form)
    assert answer.status_code == 302, re.findall(r"field-error.*", answer.content.decode())
    with acting(actor("giulia")):
        edition = Edition.objects.get(code="P1")
        days = [session.starts_at.date().isoformat() for session in edition.sessions.all()]
    assert days[0] == "2019-04-01"
    assert not {"2019-04-22", "2019-04-25"} & set(days)
    enrolling = reverse("activities:enrol", args=[edition.pk])
    assert giulia.get(enrolling + "?class=2B").status_code == 200
    assert giulia.post(enrolling, {"class": "2B"}).status_code == 302
    with acting(actor("giulia")):
        assert edition.enrolments.count() == 2
    for name in ("edition", "enrolled", "attendance", "history", "correct", "close", "plan"):
        assert giulia.get(reverse(f"activities:{name}", args=[edition.pk])).status_code == 200, name
    assert giulia.get(reverse("activities:editions") + "?q=primavera").content.count(b"Lab di primavera") == 1
    assert giulia.get(reverse("activities:editions") + "?export=xlsx").status_code == 200
    assert giulia.get("/desk/").status_code == 200


def test_every_kind_of_work_of_the_plan_is_recorded_corrected_and_withdrawn(labs: Labs) -> None:
    labs(1)
    giulia = logged_in("giulia")
    assert giulia.get(reverse("activities:choose_kind")).status_code == 200
    kinds = list(DeliveryKind.objects.all())
    assert kinds
    for kind in kinds:
        url = reverse("activities:record_delivery", args=[kind.pk])
        client_id = str(uuid4())
        form = {"client_id": client_id, "quantity": "1,5", "happened": "2019-02-20", "person": "Prova"}
        if kind.for_whom == "associations":
            continue
        assert giulia.post(url, form | {"quantity": "0"}).status_code == 200
        for _ in range(2):
            assert giulia.post(url, form).status_code == 302, kind.code
        with acting(actor("giulia")):
            delivery = Delivery.objects.get(client_id=client_id)
        assert (
            giulia.post(
                reverse("activities:correct_delivery", args=[delivery.pk]), form | {"quantity": "2"}
            ).status_code
            == 302
        )
        assert giulia.get(reverse("activities:delivery", args=[delivery.pk])).status_code == 200
        withdraw = reverse("activities:withdraw_delivery", args=[delivery.pk])
        assert giulia.post(withdraw, {}).status_code == 200
        assert giulia.post(withdraw, {"reason": "registrata due volte"}).status_code == 302
        assert logged_in("marco").get(reverse("activities:delivery", args=[delivery.pk])).status_code == 404
    assert giulia.get(reverse("activities:deliveries")).status_code == 200
    with acting(actor("elena")):
        assert verify().differences == ()


def test_the_register_on_paper_carries_every_name(labs: Labs) -> None:
    from pypdf import PdfReader

    edition = labs(30)
    session, giulia = first_session(edition), logged_in("giulia")
    for url in (
        reverse("activities:session_pdf", args=[session.pk]),
        reverse("activities:month_pdf", args=[edition.pk]) + "?month=2019-02",
        reverse("activities:month_pdf", args=[edition.pk]) + "?month=2018-01",
    ):
        answer = giulia.get(url)
        assert answer.headers["Content-Type"] == "application/pdf"
        reader = PdfReader(BytesIO(answer.content))
        text = "".join(page.extract_text() for page in reader.pages)
        assert "Pagina 1 di" in text
        root: Any = reader.trailer["/Root"]
        assert (root["/Lang"], bool(root["/MarkInfo"]["/Marked"])) == ("it", True)
        if "2018" not in url:
            for name in ("Ștefan", "Đorđe", "Łukasz", "Nguyễn", "Çağla"):
                assert name in text
