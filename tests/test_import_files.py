"""The workbooks as schools have them go in as they are: what `truth.json` says is what is on record afterwards."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from interazioni.actions.activities.models import Attendance, Edition, Session
from interazioni.actions.activities.rules import open_edition
from interazioni.foundation.access.context import acting
from interazioni.foundation.vocabularies.countries import is_third_country
from interazioni.front.demo.cast import SCHOOL_A, actor
from interazioni.plan.ledger.models import Entry
from interazioni.plan.people.models import Person
from interazioni.plan.programme.models import Activity

pytestmark = pytest.mark.django_db
SAMPLES = Path(__file__).parents[1] / "interazioni" / "foundation" / "imports" / "tests" / "samples"
TRUTH = json.loads((SAMPLES / "truth.json").read_text())


def shell(tmp_path: Path, name: str, kind: str, *more: str, user: str = "franca") -> dict[str, Any]:
    out = tmp_path / "out.json"
    call_command(
        "import",
        str(SAMPLES / name),
        f"--kind={kind}",
        f"--body={SCHOOL_A}",
        f"--user={user}",
        f"--report={out}",
        *more,
    )
    found: dict[str, Any] = json.loads(out.read_text())
    return found


@pytest.mark.parametrize("name", ["elenco_alunni.xlsx", "elenco_alunni_registro_elettronico.csv"])
def test_a_list_of_pupils_is_on_record_as_it_should_be(tmp_path: Path, name: str) -> None:
    said = shell(tmp_path, name, "people")
    assert said["totals"]["taken"] == 42
    if name.endswith("xlsx"):
        assert (said["totals"]["merged"], said["totals"]["refused"]) == (1, 2)
        refused = [row for row in said["rows"] if row["outcome"] == "refused"]
        assert all(row["codes"] for row in refused)
    with acting(actor("franca")):
        people = {
            (p.surname, p.name, p.birth_date.isoformat() if p.birth_date else ""): p for p in Person.objects.all()
        }
        assert set(people) == {(p["surname"], p["name"], p["birth_date"]) for p in TRUTH["people"]}
        third = [
            p for p in people.values() if is_third_country([c.country for c in p.citizenships.all()], date(2019, 3, 1))
        ]
        assert len(third) == TRUTH["third_country"]
        for stated in TRUTH["people"]:
            person = people[stated["surname"], stated["name"], stated["birth_date"]]
            assert (person.sex, [c.country for c in person.citizenships.all()]) == (
                stated["sex"],
                [stated["citizenship"]],
            )
            if name.endswith("xlsx"):
                wanted = {"ok": True, "omocodia": True, "invalid": False, "missing": None}[stated["tax_code"]]
                assert person.tax_code_valid is wanted


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    shell(tmp_path, "elenco_alunni.xlsx", "people")
    with acting(actor("franca")):
        before = list(Person.objects.order_by("id").values_list("id", "version", "updated_at"))
    again = shell(tmp_path, "elenco_alunni.xlsx", "people")
    assert (again["totals"]["unchanged"], again["totals"]["taken"], again["totals"]["merged"]) == (43, 0, 0)
    with acting(actor("franca")):
        assert list(Person.objects.order_by("id").values_list("id", "version", "updated_at")) == before


def test_a_dry_run_takes_nothing(tmp_path: Path) -> None:
    said = shell(tmp_path, "elenco_alunni.xlsx", "people", "--dry-run")
    assert (said["totals"]["taken"], said["totals"]["merged"], said["totals"]["refused"]) == (42, 1, 2)
    with acting(actor("franca")):
        assert not Person.objects.exists()


def lab() -> Edition:
    franca = actor("franca")
    return open_edition(
        activity=Activity.objects.get(code="laboratori-l2"), code="L2-1", title="Laboratorio L2", municipality="001272",
        starts=date(2019, 2, 1), ends=date(2019, 5, 31), by=franca,
    )  # fmt: skip


def test_a_grid_of_attendance_counts_every_hour_once(tmp_path: Path) -> None:
    shell(tmp_path, "elenco_alunni.xlsx", "people")
    edition = lab()
    said = shell(tmp_path, "registro_presenze.xlsx", "attendance", "--edition=L2-1")
    refused = [row for row in said["rows"] if row["outcome"] == "refused"]
    assert [row["codes"] for row in refused] == [["ambiguous"]]
    sure = {(p["surname"], p["name"]): p["hours"] for p in TRUTH["attendance"]["people"] if not p["ambiguous"]}
    with acting(actor("franca")):
        assert Session.objects.filter(edition=edition, state="held").count() == TRUTH["attendance"]["sessions_held"]
        assert Session.objects.filter(edition=edition).count() == TRUTH["attendance"]["sessions_planned"]
        hours: dict[tuple[str, str], Decimal] = {}
        for mark in Attendance.objects.filter(session__edition=edition).select_related("enrolment__person"):
            person = mark.enrolment.person
            assert person is not None
            hours[person.surname, person.name] = (
                hours.get((person.surname, person.name), Decimal(0)) + Decimal(mark.minutes) / 60
            )
        assert {who: float(n) for who, n in hours.items()} == sure
        booked = sum(e.quantity for e in Entry.objects.filter(measure="laboratori-l2-frequenza"))
        assert float(booked) == sum(sure.values())
    again = shell(tmp_path, "registro_presenze.xlsx", "attendance", "--edition=L2-1")
    assert again["totals"]["taken"] == 0
    with acting(actor("franca")):
        assert sum(e.quantity for e in Entry.objects.filter(measure="laboratori-l2-frequenza")) == booked


def test_who_may_not_import_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as stopped:
        shell(tmp_path, "elenco_alunni.xlsx", "people", user="marco")
    assert stopped.value.code == 2
