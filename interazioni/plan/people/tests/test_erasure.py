"""Erasure and subject access: after it, no column of any table of the database holds what the person was."""

import json
from dataclasses import replace
from datetime import date

import psycopg
import pytest
from django.urls import reverse

from interazioni.foundation.access.context import acting
from interazioni.foundation.audit.models import Event
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.privacy.models import Erasure
from interazioni.front.demo.cast import actor
from interazioni.plan.people.models import Person, PersonState
from interazioni.plan.people.record import permit_hash, tax_code_hash
from interazioni.plan.people.rules import (
    GuardianData,
    PersonData,
    correct_person,
    erase_person,
    merge_people,
    register_person,
)
from interazioni.plan.people.tests.conftest import BOUCHRA, logged_in, registered

CANARY = PersonData(
    surname="Canarinskij", name="Zyxwvut", birth_date=date(2008, 8, 8), tax_code="RSSMRA80A01L219M", permit_number="CN1234567",
    phone="+393337654321", permit_situation="renewal_pending", citizenships=(("MA", None, None),), languages=("snk",),
    guardians=(GuardianData(kind="mother", full_name="Qwfpgj Canarinskaja", phone="+393331112223"),),
)  # fmt: skip
WORDS = ("canarinsk", "zyxwvut", "rssmra80a01l219m", "cn1234567", "3337654321", "qwfpgj", "3331112223", "2008-08-08")


def everything_in(database: str) -> dict[str, bytes]:
    """Each column of each table, as the owner (whom no policy stops): table.column → all its values."""
    found: dict[str, bytes] = {}
    with psycopg.connect(database) as owner:
        owner.execute("SET default_transaction_read_only = on")
        columns = owner.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        ).fetchall()
        for table, column, kind in columns:
            expression = f'"{column}"' if kind == "bytea" else f"convert_to(\"{column}\"::text, 'UTF8')"
            rows = owner.execute(f'SELECT {expression} FROM "{table}" WHERE "{column}" IS NOT NULL').fetchall()
            found[f"{table}.{column}"] = b"\n".join(bytes(row[0]) for row in rows).lower()
    return found


def traces(database: str, words: tuple[str, ...], blobs: tuple[bytes | None, ...]) -> set[str]:
    return {
        place
        for place, content in everything_in(database).items()
        if any(word.encode() in content for word in words) or any(blob and blob.lower() in content for blob in blobs)
    }


def test_nothing_of_an_erased_person_is_left_anywhere(own_database: str) -> None:
    pk = registered(CANARY)
    other = registered(replace(CANARY, surname="Canarinskij Due", tax_code="", permit_number="CN7654321", new=True))
    merge_people(keep=pk, other=other, by=actor("franca"))
    correct_person(person_id=pk, version=2, data=replace(CANARY, phone="+393337654321"), by=actor("franca"))
    hashes = (tax_code_hash("RSSMRA80A01L219M"), permit_hash("CN1234567"), permit_hash("CN7654321"))
    before = traces(own_database, WORDS, hashes)
    assert {
        "people_person.surname",
        "people_person.match_name",
        "people_person.birth_date",
        "people_person.tax_code_hash",
    } <= before
    assert not any(place.startswith(("audit_", "ledger_")) for place in before)  # not even before
    chiara = logged_in("chiara")
    wrong = chiara.post(reverse("people:erase", args=[pk]), {"reason": "asked", "sure": "Rossi"})
    assert wrong.status_code == 200
    assert (
        chiara.post(reverse("people:erase", args=[pk]), {"reason": "asked", "sure": "canarinskij"}).status_code == 302
    )
    assert traces(own_database, WORDS, hashes) == set()
    with acting(actor("chiara")):
        stubs = list(Person.objects.filter(pk__in=[pk, other]))
        assert {stub.state for stub in stubs} == {PersonState.ERASED}
        assert all(stub.__dict__["tax_code"] is None and stub.__dict__["phone"] is None for stub in stubs)
        assert Erasure.objects.get().blanked["people"]["record"] == 2
    assert chiara.get(reverse("people:detail", args=[pk])).status_code == 404


@pytest.mark.django_db
def test_subject_access_tells_everything_and_is_noted() -> None:
    pk = registered(CANARY)
    chiara = logged_in("chiara")
    page = chiara.post(reverse("people:give_access", args=[pk])).content.decode()
    for said in ("Canarinskij", "RSSMRA80A01L219M", "CN1234567", "Qwfpgj"):
        assert said in page
    answer = json.loads(chiara.post(reverse("people:give_access", args=[pk]), {"as": "json"}).content)
    assert "Canarinskij" in json.dumps(answer)
    assert chiara.post(reverse("people:give_access", args=[pk]), {"as": "xlsx"}).status_code == 200
    with acting(actor("chiara")):
        assert Event.objects.filter(act="people.give_access", object_id=pk).count() == 3


@pytest.mark.django_db
def test_who_was_erased_can_be_registered_again_as_somebody_new() -> None:
    pk = registered(BOUCHRA)
    erase_person(person_id=pk, reason="asked", by=actor("chiara"))
    again = register_person(data=BOUCHRA, by=actor("giulia"))
    assert again.person_id != pk
    assert as_uuid(str(again.person_id))
