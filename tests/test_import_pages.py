"""Franca brings in the list she has."""

from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from interazioni.actions.activities.rules import open_edition
from interazioni.foundation.access.context import acting
from interazioni.foundation.accounts.models import User
from interazioni.foundation.files.rules import path_of
from interazioni.foundation.imports.models import Import, ImportRow
from interazioni.foundation.imports.running import run
from interazioni.front.demo.cast import actor
from interazioni.plan.people.models import Person
from interazioni.plan.programme.models import Activity

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "interazioni" / "foundation" / "imports" / "tests" / "samples"


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.SECOND_FACTOR_REQUIRED = False


def at_desk(login: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(username=login))
    return client


def hand_in(client: Client, name: str, kind: str, **more: str) -> str:
    with (SAMPLES / name).open("rb") as file:
        answer = client.post("/desk/imports/upload/", {"kind": kind, "file": file, **more})
    assert answer.status_code == 302, answer.content.decode()
    return urlsplit(answer.headers["Location"]).path


def test_from_the_file_to_people_on_record_and_what_was_not_taken() -> None:
    franca = at_desk("franca")
    preview = hand_in(franca, "elenco_alunni.xlsx", "people")
    page = franca.get(preview).content.decode()
    assert "Hoxha Erion" in page
    assert "31/02/2009" in franca.get(f"{preview}?show=refused").content.decode()
    with acting(actor("franca")):
        assert not Person.objects.exists()  # a preview takes nothing
    answer = franca.post(preview, {"confirm": "1"})
    assert answer.status_code == 302
    by = actor("franca")
    with acting(by):
        handed = Import.objects.get()
    run(handed.pk, by)  # the worker's task
    result = franca.get(f"/desk/imports/{handed.pk}/").content.decode()
    assert "42" in result
    workbook = franca.get(f"/desk/imports/{handed.pk}/refused.xlsx")
    assert workbook.status_code == 200
    assert b"".join(workbook.streaming_content if workbook.streaming else [workbook.content])[:2] == b"PK"  # type: ignore[arg-type]
    with acting(by):
        assert Person.objects.count() == 42


def test_a_name_that_fits_two_pupils_is_asked_about() -> None:
    franca, by = at_desk("franca"), actor("franca")
    people = hand_in(franca, "elenco_alunni.xlsx", "people")
    franca.post(people, {"confirm": "1"})
    with acting(by):
        first = Import.objects.get()
        edition = open_edition(
            activity=Activity.objects.get(code="laboratori-l2"), code="L2-1", title="Laboratorio L2", municipality="001272",
            starts=date(2019, 2, 1), ends=date(2019, 5, 31), by=by,
        )  # fmt: skip
    run(first.pk, by)
    preview = hand_in(franca, "registro_presenze.xlsx", "attendance", edition=str(edition.pk))
    page = franca.get(f"{preview}?show=asked").content.decode()
    assert "who|Presenze/" in page
    with acting(by):
        meant = Person.objects.get(surname="Quispe Mamani", birth_date=date(2004, 9, 23))
    key = page.partition('name="who|')[2].partition('"')[0]
    franca.post(preview, {f"who|{key}": str(meant.pk), "confirm": "1"})
    with acting(by):
        grid = Import.objects.get(kind="attendance")
    run(grid.pk, by)
    with acting(by):
        assert ImportRow.objects.filter(of=grid, outcome="refused").count() == 0
        assert sum(m.minutes for e in edition.enrolments.all() for m in e.attendances.all()) / 60 == 222.5


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("empty.xlsx", b""),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 100),
        ("broken.xlsx", b"PK\x03\x04 broken"),
        ("words.csv", b"only words\n"),
    ],
)
def test_a_file_that_is_no_list_is_refused_in_words_and_nothing_is_kept(name: str, content: bytes) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    franca = at_desk("franca")
    answer = franca.post("/desk/imports/upload/", {"kind": "people", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200
    assert "invalid-feedback" in answer.content.decode() or "error" in answer.content.decode()
    with acting(actor("franca")):
        assert not Import.objects.exists()


def test_another_bodys_import_is_not_there() -> None:
    franca = at_desk("franca")
    preview = hand_in(franca, "elenco_alunni.xlsx", "people")
    davide = at_desk("davide")
    for address in (preview, preview.replace("preview/", ""), preview.replace("preview/", "refused.xlsx")):
        assert davide.get(address).status_code == 404
    assert davide.post(preview.replace("preview/", "cancel/")).status_code == 404


def test_a_cancelled_import_leaves_no_file() -> None:
    franca = at_desk("franca")
    preview = hand_in(franca, "elenco_alunni.xlsx", "people")
    with acting(actor("franca")):
        path = path_of(Import.objects.get().file_id)
    assert path.exists()
    assert b"HOXHA" not in path.read_bytes()  # encrypted
    franca.post(preview.replace("preview/", "cancel/"))
    assert not path.exists()
