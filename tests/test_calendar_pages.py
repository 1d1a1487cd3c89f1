"""Lucia brings in the calendar of her municipality, from the desk and from the shell; Kofi that of his association."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from interazioni.actions.content.models import Event
from interazioni.actions.content.tests.test_bringing_in import FESTA, ics
from interazioni.foundation.access.context import acting, service
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.imports import rules as imports
from interazioni.foundation.imports.models import Import, ImportRow
from interazioni.foundation.imports.running import run
from interazioni.foundation.outbox.models import Message
from interazioni.front.demo.cast import ASSOCIATION, MUNICIPALITY, actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import system_actor

pytestmark = pytest.mark.django_db
OVER = FESTA | {"UID": "capodanno-in-piazza@x.example", "SUMMARY": "Capodanno", "DTSTART;TZID=Europe/Rome": "20200101T000000", "DTEND;TZID=Europe/Rome": "20200101T020000"}  # fmt: skip
HOURLY = FESTA | {"UID": "ogni-ora-un-evento@x.example", "SUMMARY": "Ogni ora", "RRULE": "FREQ=HOURLY"}
COURSE = FESTA | {"UID": "corso-di-cucito@x.example", "SUMMARY": "Corso di cucito", "CATEGORIES": "Corsi"}


@pytest.fixture(autouse=True)
def on_the_day(settings: Any) -> Iterator[None]:
    settings.SECOND_FACTOR_REQUIRED = False
    with clock.at(DEMO_DAY):
        yield


def at_desk(login: str) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(User.objects.get(username=login))
    return client


def hand_in(client: Client, content: bytes, name: str = "eventi.ics") -> str:
    answer = client.post("/desk/imports/upload/", {"kind": "events", "file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    return urlsplit(answer.headers["Location"]).path


def test_from_the_file_to_drafts_that_wait_for_the_reviewer() -> None:
    lucia, by = at_desk("lucia"), actor("lucia")
    assert "/desk/imports/upload/?kind=events" in lucia.get("/desk/contents/").content.decode()
    chosen = lucia.get("/desk/imports/upload/?kind=events").content.decode()
    assert 'value="events"' in chosen
    preview = hand_in(lucia, ics(FESTA, OVER, HOURLY, COURSE).replace(b"Musica", "Città".encode("cp1252")))
    page = lucia.get(preview).content.decode()
    assert "Festa dei popoli" in page
    assert "1 event is over and was left aside." in page
    assert "some lines were read as Windows letters" in page
    assert "Capodanno" not in page
    assert "repeats by the hour or more often" in lucia.get(f"{preview}?show=refused").content.decode()
    with acting(by):
        assert not Event.objects.exists()
    courses, rest = re.findall(r'name="(column\|categories\|\d+)"', page)
    lucia.post(preview, {courses: "school", rest: "family"})
    page = lucia.get(preview).content.decode()
    assert "Chosen by you." in page
    lucia.post(preview, {courses: "school", rest: "family", "confirm": "1"})
    with acting(by):
        handed = Import.objects.get()
    run(handed.pk, by)  # the worker's task
    with acting(by):
        assert dict(Event.objects.values_list("title", "theme")) == {"Festa dei popoli": "family", "Corso di cucito": "school"}  # fmt: skip
        rows = ImportRow.objects.filter(of=handed).order_by("row")
        assert [(row.row, row.outcome, row.codes) for row in rows] == [(1, "taken", ["new"]), (3, "refused", ["too_often"]), (4, "taken", ["new"])]  # fmt: skip
    result = lucia.get(f"/desk/imports/{handed.pk}/").content.decode()
    assert "A draft was written." in result
    assert lucia.get(f"/desk/imports/{handed.pk}/refused.xlsx").status_code == 200
    assert "2 events from calendars are new or have changed" in lucia.get("/desk/contents/").content.decode()
    again = lucia.get(hand_in(lucia, ics(COURSE | {"UID": "un-altro-corso@x.example"}))).content.decode()
    assert "As before." in again
    assert '<option value="school" selected>' in again
    lucia.post("/desk/contents/send-brought-in/")
    with service("outbox"):
        assert Message.objects.filter(purpose="content.review").count() == 1
    assert "Corso di cucito" in at_desk("paolo").get("/desk/").content.decode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>Accedi</title>", "web page"),
        (b"PK\x03\x04....", "archive"),
        (b"Titolo;Data\n", "no calendar"),
        (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "no event"),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_in_words_and_nothing_is_kept(content: bytes, words: str) -> None:
    lucia = at_desk("lucia")
    answer = lucia.post("/desk/imports/upload/", {"kind": "events", "file": SimpleUploadedFile("eventi.ics", content)})
    assert answer.status_code == 200
    assert words in answer.content.decode()
    with acting(actor("lucia")):
        assert not Import.objects.exists()


def test_a_delegate_brings_in_the_calendar_of_the_association_and_sees_no_list_of_people() -> None:
    kofi = at_desk("kofi")
    preview = hand_in(kofi, ics(FESTA))
    assert "Festa dei popoli" in kofi.get(preview).content.decode()
    colleague = system_actor(Body.objects.get(pk=actor("kofi").body_id))  # may do everything in this body
    with acting(colleague):
        people = imports.hand_in(kind="people", name="elenco.csv", content=b"Cognome;Nome\nHoxha;Erion\n", total=1, options={}, by=colleague)  # fmt: skip
    assert kofi.get(f"/desk/imports/{people.pk}/preview/").status_code == 404
    upload = kofi.get("/desk/imports/upload/").content.decode()
    assert 'value="events"' in upload
    assert 'value="people"' not in upload


def shell(tmp_path: Path, content: bytes, *more: str, body: str = MUNICIPALITY, user: str = "lucia") -> dict[str, Any]:
    file, out = tmp_path / "eventi.ics", tmp_path / "out.json"
    file.write_bytes(content)
    call_command("import", str(file), "--kind=events", f"--body={body}", f"--user={user}", f"--report={out}", *more)
    found: dict[str, Any] = json.loads(out.read_text())
    return found


def test_the_same_from_the_shell(tmp_path: Path) -> None:
    said = shell(tmp_path, ics(FESTA, OVER, HOURLY), "--dry-run")
    assert said["totals"] == {"rows": 2, "taken": 1, "merged": 0, "unchanged": 0, "refused": 1}
    with acting(actor("lucia")):
        assert not Event.objects.exists()
    assert shell(tmp_path, ics(FESTA))["totals"]["taken"] == 1
    assert shell(tmp_path, ics(FESTA))["totals"]["unchanged"] == 1
    assert shell(tmp_path, ics(FESTA | {"SUMMARY": "Altro titolo"}))["rows"][0]["codes"] == ["changed:title"]
    assert shell(tmp_path, ics(FESTA), body=ASSOCIATION, user="kofi")["totals"]["taken"] == 1
    with pytest.raises(SystemExit) as refused:
        shell(tmp_path, b"<html>")
    assert refused.value.code == 1
    assert json.loads((tmp_path / "out.json").read_text())["refused"]["code"] == "web_page"
