"""Services travel: out by our HSDS and in again at another body; in by the desk's pages; in by the shell."""

import json
from collections.abc import Iterator
from datetime import date, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.utils import translation

from interazioni.actions.directory import rules
from interazioni.actions.directory.models import Service, ServiceAtLocation, State
from interazioni.actions.directory.tests.bringing import bring, count, entry, lucia, sheet
from interazioni.actions.directory.tests.cast import TORINO, a_service
from interazioni.actions.directory.tests.test_importing_sheet import DESK
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.imports.models import Import
from interazioni.foundation.imports.running import run
from interazioni.front.demo import directory as demo
from interazioni.front.demo.cast import FIERI, MUNICIPALITY
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

pytestmark = pytest.mark.django_db
Sheet = dict[str, Any]


@pytest.fixture(autouse=True)
def _on_the_day_in_italian(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def another_body() -> Actor:
    """One that keeps no services."""
    return system_actor(Body.objects.get(code=FIERI))


def exported() -> bytes:
    return Client().get("/api/hsds/services", {"full": "true", "format": "ndjson"}).content


WORDS = ("name", "also", "theme", "summary", "for_whom", "obtained", "cost", "alert", "free", "appointment", "minimum_age", "maximum_age", "spoken", "area",
         "email", "website", "sensitive")  # fmt: skip
WHERE = (
    "name",
    "address",
    "postal_code",
    "municipality",
    "latitude",
    "longitude",
    "transport",
    "accessibility",
    "access_note",
)


def sheets(body_id: Any = None) -> list[Sheet]:
    """Everything that services say, without ids: of one body, or of all others."""
    found = (
        Service.objects.filter(body_id=body_id) if body_id else Service.objects.exclude(body_id=another_body().body_id)
    )
    return sorted(
        (_sheet(service) for service in found.select_related("organisation")),
        key=lambda one: (one["name"], one["organisation"], str(one["places"])),
    )


def _sheet(service: Service) -> Sheet:
    places = ServiceAtLocation.objects.filter(service=service).select_related("location").prefetch_related("schedules")
    return {
        **{name: getattr(service, name) for name in WORDS}, "organisation": service.organisation.name,
        # HSDS has one field for how and when: what comes back stands under how.
        "how": "\n".join(filter(None, [service.how, service.times])),
        "needed": [item["text"] for item in service.needed], "phones": [(one["number"], one["note"]) for one in service.phones],
        "places": sorted(
            (
                {name: getattr(place.location, name) for name in WHERE}
                | {"note": place.note, "closures": place.closures, "holidays": place.holidays}
                | {"hours": sorted((_weekly(one.rule), one.opens_at, one.closes_at, str(one.valid_from), str(one.valid_to)) for one in place.schedules.all())}
                for place in places
            ), key=str,
        ),
    }  # fmt: skip


def _weekly(rule: str) -> str:
    """ "Every day" comes back as the seven days of the week."""
    return "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU" if rule == "FREQ=DAILY" else rule


def everything_said() -> None:
    a_service(
        "Sportello stranieri", theme="permits", appointment=True, minimum_age=16, maximum_age=99, obtained="La ricevuta.\nUn numero.", times="Da settembre.",
        cost="Gratis, tranne la marca.", alert="Chiuso per lavori.", also="kit, questura", area=[TORINO, "004003"], spoken=["it", "ar", "zh-Hans", "bin"],
        email="sportello@example.org", website="https://example.org/sportello", sensitive=True,
        phones=[{"number": "011 555 1234", "note": "la mattina"}, {"number": "+39 333 1234567", "note": ""}],
        places=[
            rules.Place(
                location={
                    "name": "Casa", "municipality": TORINO, "address": "Via delle Rose 3", "postal_code": "10122", "latitude": 45.07, "longitude": 7.68,
                    "transport": "Tram 4", "accessibility": ["ramp", "lift"], "access_note": "Suonare il campanello",
                },
                hours=[
                    rules.Open("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30)), rules.Open("FREQ=DAILY", time(14), time(15)),
                    rules.Open("FREQ=MONTHLY;BYDAY=1SA", time(9), time(11), date(2020, 2, 1), date(2020, 5, 1)),
                    rules.Open("FREQ=YEARLY;BYMONTH=9", time(9), time(11)), rules.Open("FREQ=WEEKLY;INTERVAL=2;BYDAY=FR", time(9), time(11)),
                    rules.Open("FREQ=WEEKLY;BYDAY=TU;UNTIL=20200630", time(8), time(9)),
                ],
                closures=[["08-01", "08-31"], ["2020-03-02", "2020-03-06"]], note="Citofono B",
            ),
            rules.Place(location={"municipality": "004003", "latitude": 44.7, "longitude": 8.03}, hours=[rules.Open("FREQ=WEEKLY;BYDAY=SU", time(10), time(23, 59))], holidays=True),
        ],
    )  # fmt: skip


def test_what_we_give_out_comes_in_again_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "EACH", 3)
    demo.directory(lambda words: None)
    everything_said()
    by = another_body()
    with acting(by):
        before = sheets()
    assert len(before) == 22
    content = exported()
    brought = bring(content, by=by, answers={"state": "published"})
    assert brought.outcomes == ["taken"] * len(before)
    assert {code for codes in brought.codes for code in codes} == set()
    assert brought.warnings == [["kept_elsewhere"]] * len(before), "whoever brings it in is told that it stands here"
    with acting(by):
        assert sheets(by.body_id) == before
        assert set(Service.objects.filter(body_id=by.body_id).values_list("state", flat=True)) == {State.PUBLISHED}
    again = bring(content, by=by)
    assert (set(again.outcomes), {code for codes in again.codes for code in codes}) == ({"unchanged"}, set())


def test_who_brings_in_what_it_gave_out_changes_nothing() -> None:
    everything_said()
    with acting(lucia()):
        before = sheets(lucia().body_id)
    brought = bring(exported())
    assert count() == 1
    assert brought.outcomes == ["unchanged"]
    # What the standard has no field for comes back in another one: it differs, and ours stays.
    assert set(brought.codes[0]) == {"differs:how", "differs:hours"}
    with acting(lucia()):
        assert sheets(lucia().body_id) == before


# --- the desk --------------------------------------------------------------------------------------------------------


def at_desk(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def upload(client: Client, content: bytes, name: str = "servizi.csv") -> str:
    answer = client.post("/desk/imports/upload/", {"kind": "services", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return urlsplit(answer.headers["Location"]).path


def page_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def handed() -> Import:
    with acting(lucia()):
        return Import.objects.latest("created_at")


BARE = {"Nome del servizio": "Banco alimentare", "Ente": "Caritas", "Tema": "Viveri", "Comune": "Asti"}


def test_from_a_list_to_public_entries() -> None:
    client = at_desk("lucia")
    assert "?kind=services" in page_of(client, "/desk/directory/")
    form = page_of(client, "/desk/imports/upload/?kind=services")
    assert "Open Referral HSDS" in form
    assert b"".join(client.get("/desk/imports/empty/services.xlsx").streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
    preview = upload(client, sheet(DESK, BARE))
    shown = page_of(client, preview)
    assert "Piazza San Secondo 1, Asti (AT)" in shown
    question = shown.partition('name="who|theme-')[2].partition('"')[0]
    client.post(preview, {f"who|theme-{question}": "home", "who|state": ""})
    assert client.post(preview, {f"who|theme-{question}": "home", "confirm": "1"}).status_code == 302
    run(handed().pk, lucia())
    result = page_of(client, f"/desk/imports/{handed().pk}/")
    review = f"/desk/directory/imports/{handed().pk}/"
    assert review in result
    assert entry("Banco alimentare").theme == "home"
    listed = page_of(client, review)
    assert listed.count("Sportello stranieri") == 1
    client.post(review)
    assert (entry("Sportello stranieri").state, entry("Banco alimentare").state) == (State.PUBLISHED, State.DRAFT)
    assert "Sportello stranieri" in page_of(Client(), "/search/?q=sportello")


def test_a_choice_can_be_undone_in_the_preview() -> None:
    client = at_desk("lucia")
    preview = upload(client, sheet(DESK))
    client.post(preview, {"who|state": "published"})
    assert handed().answers == {"state": "published"}
    client.post(preview, {"who|state": ""})
    assert handed().answers == {"state": ""}


def test_what_was_not_taken_comes_back_with_its_reason() -> None:
    client = at_desk("lucia")
    preview = upload(client, sheet({**DESK, "Comune": "Atlantide"}))
    assert "Atlantide" in page_of(client, f"{preview}?show=refused")
    client.post(preview, {"confirm": "1"})
    run(handed().pk, lucia())
    workbook = client.get(f"/desk/imports/{handed().pk}/refused.xlsx")
    assert b"".join(workbook.streaming_content)[:2] == b"PK"  # type: ignore[arg-type]
    assert "HSDS" not in page_of(client, f"/desk/imports/{handed().pk}/")


def test_a_file_that_is_none_is_refused_at_the_form() -> None:
    answer = at_desk("lucia").post(
        "/desk/imports/upload/", {"kind": "services", "file": SimpleUploadedFile("x.json", b'{"services": [')}
    )
    assert answer.status_code == 200
    assert 'id="error-summary"' in answer.content.decode() or "has-error" in answer.content.decode()


def test_another_bodys_import_of_services_is_not_there() -> None:
    bring(sheet(DESK))
    assert at_desk("davide").get(f"/desk/directory/imports/{handed().pk}/").status_code == 404


def test_an_import_of_people_has_no_entries_to_publish() -> None:
    client = at_desk("lucia")
    people = {
        "kind": "people",
        "file": SimpleUploadedFile("p.csv", b"Cognome;Nome;Data di nascita\nRossi;Ada;01/02/2009\n"),
    }
    client.post("/desk/imports/upload/", people)
    assert client.get(f"/desk/directory/imports/{handed().pk}/").status_code == 404
    assert client.get("/desk/imports/empty/people.xlsx").status_code == 404


# --- the shell -------------------------------------------------------------------------------------------------------


def shell(tmp_path: Path, content: bytes, name: str, *more: str) -> Sheet:
    (tmp_path / name).write_bytes(content)
    out = tmp_path / "out.json"
    call_command(
        "import",
        str(tmp_path / name),
        "--kind=services",
        f"--body={MUNICIPALITY}",
        "--user=lucia",
        f"--report={out}",
        *more,
    )
    found: Sheet = json.loads(out.read_text())
    return found


def test_from_the_shell(tmp_path: Path) -> None:
    content = sheet(DESK, BARE)
    dry = shell(tmp_path, content, "servizi.csv", "--dry-run")
    assert (dry["totals"]["taken"], dry["totals"]["refused"], count()) == (1, 1, 0)
    said = shell(tmp_path, content, "servizi.csv", "--answer", "theme=home", "--answer", "state=published")
    assert (said["totals"]["taken"], count()) == (2, 2)
    assert entry("Sportello stranieri").state == State.PUBLISHED
    assert shell(tmp_path, content, "servizi.csv")["totals"]["unchanged"] == 2
