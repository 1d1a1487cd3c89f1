"""A municipality has its services in a spreadsheet, and brings it in."""

import io
from datetime import time
from typing import Any

import pytest
import xlsxwriter

from interazioni.actions.directory import rules
from interazioni.actions.directory.importing import columns
from interazioni.actions.directory.models import Organisation, Service, ServiceAtLocation, State
from interazioni.actions.directory.tests.bringing import bring, count, entry, lucia, sheet, understood
from interazioni.actions.directory.tests.cast import a_service, an_organisation
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db

DESK = {
    "Nome del servizio": "Sportello stranieri", "Ente": "Comune di Asti", "Tema": "Permessi", "Descrizione": "Aiuto con i documenti.\nSi prepara il kit insieme.",
    "A chi è rivolto": "Cittadini stranieri", "Come si accede": "Si prende un numero.", "Documenti necessari": "Passaporto; marca da bollo", "Costo": "gratuito",
    "Indirizzo": "Piazza San Secondo 1", "CAP": "14100", "Comune": "Asti", "Orari": "lun-ven 9-12:30, gio anche 14-17; chiuso ad agosto",
    "Telefono": "0141 399111 / 0141 399222 (pomeriggio)", "E-mail": "sportello@example.org", "Sito": "www.example.org/sportello", "Lingue parlate": "arabo, francese",
    "Età": "dai 18 anni", "Su appuntamento": "no", "Accessibilità": "Rampa all'ingresso",
}  # fmt: skip


def places(service: Service) -> list[ServiceAtLocation]:
    with acting(lucia()):
        return list(ServiceAtLocation.objects.filter(service=service).select_related("location").order_by("pk"))


def correct(service: Service, **values: Any) -> None:
    with clock.at(DEMO_DAY):
        rules.save_service(service_id=service.pk, values=values, by=lucia())


def test_a_row_becomes_a_draft_with_all_it_says() -> None:
    brought = bring(sheet(DESK))
    assert (brought.outcomes, brought.warnings) == (["taken"], [[]])
    service = entry("Sportello stranieri")
    assert (service.state, service.theme, service.organisation.name) == (State.DRAFT, "permits", "Comune di Asti")
    assert (service.summary, service.obtained) == ("Aiuto con i documenti.", "Si prepara il kit insieme.")
    assert (service.for_whom, service.how, service.cost, service.free) == (
        "Cittadini stranieri",
        "Si prende un numero.",
        "",
        True,
    )
    assert [item["text"] for item in service.needed] == ["Passaporto", "marca da bollo"]
    assert [(one["number"], one["note"]) for one in service.phones] == [
        ("0141 399111", ""),
        ("0141 399222", "pomeriggio"),
    ]
    assert (service.email, service.website) == ("sportello@example.org", "https://www.example.org/sportello")
    assert (service.spoken, service.minimum_age, service.maximum_age, service.appointment) == (
        ["ar", "fr"],
        18,
        None,
        False,
    )
    [place] = places(service)
    where = place.location
    assert (where.address, where.postal_code, where.municipality) == ("Piazza San Secondo 1", "14100", "005005")
    assert (where.latitude is not None, where.access_note) == (True, "Rampa all'ingresso")
    with acting(lucia()):
        assert sorted((one.rule[-5:], one.opens_at) for one in place.schedules.all()) == [
            ("BYDAY=TH"[-5:], time(14)),
            ("TH,FR", time(9)),
        ]
    assert place.closures == [["08-01", "08-31"]]


def test_the_same_file_again_changes_nothing() -> None:
    bring(sheet(DESK))
    before = entry("Sportello stranieri")
    again = bring(sheet(DESK))
    assert (again.outcomes, again.codes) == (["unchanged"], [[]])
    after = entry("Sportello stranieri")
    assert (after.pk, after.version, after.changed_at) == (before.pk, before.version, before.changed_at)


def test_what_the_file_corrects_is_brought_up_to_date_and_what_was_corrected_here_stays() -> None:
    bring(sheet(DESK))
    service = entry("Sportello stranieri")
    correct(service, how="Si telefona prima.", summary="Aiuto con i documenti, in sei lingue.")
    newer = {
        **DESK,
        "Come si accede": "Solo su prenotazione in linea.",
        "A chi è rivolto": "Tutti",
        "Telefono": "0141 399333",
        "Orari": "lun 9-12",
    }
    again = bring(sheet(newer))
    assert (again.outcomes, again.codes) == (["merged"], [["differs:how"]])
    after = entry("Sportello stranieri")
    assert (after.how, after.summary) == ("Si telefona prima.", "Aiuto con i documenti, in sei lingue.")
    assert (after.for_whom, [one["number"] for one in after.phones]) == ("Tutti", ["0141 399333"])
    [place] = places(after)
    with acting(lucia()):
        assert [one.rule for one in place.schedules.all()] == ["FREQ=WEEKLY;BYDAY=MO"]
    third = bring(sheet(newer))
    assert (third.outcomes, third.codes) == (["unchanged"], [["differs:how"]]), (
        "what differs is said until somebody settles it"
    )
    correct(after, how="Solo su prenotazione in linea.")
    assert bring(sheet(newer)).codes == [[]]


def test_what_the_file_no_longer_says_goes_and_a_column_that_is_gone_says_nothing() -> None:
    bring(sheet({**DESK, "Avviso": "Chiuso per lavori."}))
    assert entry("Sportello stranieri").alert == "Chiuso per lavori."
    bring(sheet({name: cell for name, cell in DESK.items() if name != "Telefono"}))
    assert entry("Sportello stranieri").alert == "Chiuso per lavori."
    assert len(entry("Sportello stranieri").phones) == 2
    assert bring(sheet({**DESK, "Avviso": ""})).outcomes == ["merged"]
    assert entry("Sportello stranieri").alert == ""


def test_documents_that_stay_keep_their_ids_and_with_them_their_translations() -> None:
    bring(sheet(DESK))
    before = {item["text"]: item["id"] for item in entry("Sportello stranieri").needed}
    bring(sheet({**DESK, "Documenti necessari": "Due foto; Passaporto"}))
    after = {item["text"]: item["id"] for item in entry("Sportello stranieri").needed}
    assert after["Passaporto"] == before["Passaporto"]
    assert set(after) == {"Due foto", "Passaporto"}


def test_several_rows_of_one_service_are_its_places() -> None:
    brought = bring(
        sheet(
            DESK,
            {
                "Nome del servizio": "Sportello stranieri",
                "Ente": "Comune di Asti",
                "Indirizzo": "Via Roma 2",
                "Comune": "Canelli",
                "Orari": "mar 14-16",
            },
            {"Indirizzo": "Via Torino 3", "Comune": "Nizza Monferrato"},
        )
    )
    assert brought.outcomes == ["taken", "merged", "merged"]
    assert brought.warnings == [[], [], ["continued"]]
    assert [place.location.municipality for place in places(entry("Sportello stranieri"))] == [
        "005005",
        "005017",
        "005080",
    ]
    assert {row.object_id for row in brought.rows} == {entry("Sportello stranieri").pk}


def test_a_place_that_cannot_be_found_refuses_its_row_and_no_other() -> None:
    other = {"Nome del servizio": "Sportello stranieri", "Ente": "Comune di Asti", "Indirizzo": "Via Roma 2"}
    brought = bring(
        sheet({**DESK, "Comune": "Atlantide"}, {**other, "Comune": "Canelli"}, {**other, "Comune": "Castro"})
    )
    assert brought.outcomes == ["refused", "taken", "refused"]
    assert brought.codes == [["municipality_unknown"], [], ["municipality_ambiguous"]]
    service = entry("Sportello stranieri")
    assert (service.for_whom, [place.location.municipality for place in places(service)]) == (
        "Cittadini stranieri",
        ["005017"],
    )
    mended = bring(sheet(DESK, {**other, "Comune": "Canelli"}, {**other, "Comune": "Castro", "Provincia": "BG"}))
    assert mended.outcomes == ["merged", "merged", "merged"]
    assert len(places(service)) == 3


def test_the_same_service_on_two_sheets_is_one_with_both_places() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        for town, words in (("Asti", "Un aiuto."), ("Canelli", "")):
            page = book.add_worksheet(town)
            for at, (heading, cell) in enumerate(
                {
                    **DESK,
                    "Descrizione": words,
                    "Comune": town,
                    "A chi è rivolto": words,
                    "Come si accede": words,
                }.items()
            ):
                page.write_string(0, at, heading)
                page.write_string(1, at, cell)
    brought = bring(file.getvalue())
    assert brought.outcomes == ["taken", "merged"]
    service = entry("Sportello stranieri")
    assert (service.summary, len(places(service))) == ("Un aiuto.", 2)
    assert bring(file.getvalue()).outcomes == ["unchanged", "unchanged"]


def test_one_name_with_other_words_is_another_service() -> None:
    canelli = {
        **DESK,
        "Descrizione": "Aiuto per chi cerca casa.",
        "Comune": "Canelli",
        "Indirizzo": "Via Roma 2",
        "Tema": "casa",
    }
    assert bring(sheet(DESK, canelli)).outcomes == ["taken", "taken"]
    assert bring(sheet(canelli, DESK)).outcomes == ["unchanged", "unchanged"], "in whichever order they stand"
    assert count() == 2


def test_a_name_that_becomes_two_services_is_asked_about() -> None:
    bring(sheet(DESK))
    canelli = {**DESK, "Descrizione": "Aiuto per chi cerca casa.", "Comune": "Canelli", "Indirizzo": "Via Roma 2"}
    both = sheet(DESK, canelli)
    assert bring(both).codes == [["same_name"], ["same_name"]], "the entry that stands could be either"
    first, second = understood(both).lines
    ours = entry("Sportello stranieri")
    assert bring(both, answers={first.key: str(ours.pk), second.key: "new"}).outcomes == ["unchanged", "taken"]
    assert bring(both).outcomes == ["unchanged", "unchanged"]


def test_an_address_that_is_corrected_in_the_file_is_the_same_place() -> None:
    bring(sheet(DESK))
    bring(sheet({**DESK, "Indirizzo": "Piazza Alfieri 33"}))
    assert [place.location.address for place in places(entry("Sportello stranieri"))] == ["Piazza Alfieri 33"]


def test_no_place_is_taken_away_by_a_file_and_one_taken_away_here_does_not_come_back() -> None:
    second = {**DESK, "Indirizzo": "Via Roma 2", "Comune": "Canelli"}
    bring(sheet(DESK, second))
    service = entry("Sportello stranieri")
    assert bring(sheet(DESK)).codes == [["place_gone"]]
    assert len(places(service)) == 2
    with clock.at(DEMO_DAY):
        rules.remove_place(service=service, place_id=places(service)[1].pk, by=lucia())
    assert bring(sheet(DESK, second)).codes == [["place_removed_here"], []]
    assert len(places(service)) == 1


def test_an_entry_that_was_written_here_is_not_doubled_in_silence() -> None:
    by_hand = a_service("Sportello stranieri", publish=False, how="Si suona.", for_whom="", places=[])
    assert bring(sheet(DESK)).codes == [["same_name"]]
    [line] = understood(sheet(DESK)).lines
    assert [ident for ident, _words in line.choices] == [str(by_hand.pk), "new"]
    brought = bring(sheet(DESK), answers={line.key: str(by_hand.pk)})
    assert brought.outcomes == ["merged"]
    after = entry("Sportello stranieri")
    assert (after.pk, after.how, after.for_whom) == (by_hand.pk, "Si suona.", "Cittadini stranieri")
    assert "differs:how" in brought.codes[0]
    assert len(places(after)) == 1
    assert bring(sheet(DESK)).outcomes == ["unchanged"], "from now on the file knows it"


def test_a_second_entry_where_somebody_says_so() -> None:
    a_service("Sportello stranieri", publish=False)
    [line] = understood(sheet(DESK)).lines
    assert bring(sheet(DESK), answers={line.key: "new"}).outcomes == ["taken"]
    assert count() == 2


def test_published_at_once_where_that_was_chosen_and_a_draft_where_it_lacks_something() -> None:
    bare = {"Nome del servizio": "Doposcuola", "Ente": "Comune di Asti", "Tema": "scuola"}
    brought = bring(sheet(DESK, bare), answers={"state": "published"})
    assert (brought.outcomes, brought.codes) == (["taken", "taken"], [[], ["kept_as_draft"]])
    assert (entry("Sportello stranieri").state, entry("Doposcuola").state) == (State.PUBLISHED, State.DRAFT)


def test_a_theme_is_named_or_asked_for_and_a_guess_is_said_to_be_one() -> None:
    def row(name: str, theme: str) -> dict[str, str]:
        return {"Servizio": name, "Tema": theme, "Comune": "Asti"}

    content = sheet(row("Uno", "Banco alimentare"), row("Corso di italiano", ""), row("Due", ""))
    seen = understood(content)
    assert seen.questions[0].key == "state"
    assert "Banco alimentare" in str(seen.questions[2].label)
    assert [[one.code for one in line.errors] for line in seen.lines] == [["theme_missing"], [], ["theme_missing"]]
    assert [one.code for one in seen.lines[1].warnings] == ["theme_guessed", "no_summary"]
    brought = bring(content, answers={seen.questions[2].key: "home", "theme": "rights"})
    assert brought.outcomes == ["taken"] * 3
    assert [entry(name).theme for name in ("Uno", "Corso di italiano", "Due")] == ["home", "rights", "rights"]
    assert bring(content).outcomes == ["unchanged"] * 3, "an entry that stands has its theme"


def test_who_offers_it_is_the_body_where_the_file_says_nothing_and_is_entered_once() -> None:
    rows = [
        {"Servizio": f"Servizio {number}", "Tema": "casa", "Comune": "Asti", "Ente": "Coop. Il Ponte" if number else ""}
        for number in range(3)
    ]
    bring(sheet(*rows))
    with acting(lucia()):
        assert sorted(Organisation.objects.filter(body_id=lucia().body_id).values_list("name", flat=True)) == [
            "Comune di Asti",
            "Coop. Il Ponte",
        ]


def test_an_organisation_that_stands_is_found_by_its_name_and_left_as_it_is() -> None:
    known = an_organisation(name="Comune di ASTI", description="Il Comune.")
    bring(sheet(DESK))
    assert entry("Sportello stranieri").organisation == known
    with acting(lucia()):
        known.refresh_from_db()
    assert known.description == "Il Comune."
    assert bring(sheet({**DESK, "Ente": "Comune di Alba"})).outcomes == ["taken"], (
        "another organisation's service of the same name is another"
    )


def test_doubtful_cells_are_said_and_nothing_of_them_is_taken_for_something_else() -> None:
    brought = bring(
        sheet(
            {
                **DESK,
                "Sito": "javascript:alert(1)",
                "E-mail": "nessuna",
                "Lingue parlate": "arabo, dothraki",
                "Età": "boh",
                "Telefono": "in segreteria",
                "Costo": "gratuito per i residenti",
                "Orari": "quando c'è qualcuno",
                "CAP": "141",
                "Descrizione": "<p>Aiuto.</p><script>alert(1)</script>",
                "Su appuntamento": "forse",
            }
        )
    )
    assert brought.outcomes == ["taken"]
    assert set(brought.warnings[0]) == {
        "website_refused", "email_unreadable", "language_unknown", "age_unreadable", "phone_doubtful", "free_doubtful", "hours_as_words", "postal_code",
        "markup", "yes_no",
    }  # fmt: skip
    service = entry("Sportello stranieri")
    assert (service.website, service.email, service.spoken, service.minimum_age, service.phones) == (
        "",
        "",
        ["ar"],
        None,
        [],
    )
    assert (service.free, service.cost, service.summary) == (None, "gratuito per i residenti", "Aiuto.")
    [place] = places(service)
    assert place.note == "quando c'è qualcuno"


def test_a_row_without_a_name_and_one_with_a_name_too_long() -> None:
    brought = bring(sheet({**DESK, "Nome del servizio": "…"}, {**DESK, "Nome del servizio": "Corso " * 40}, DESK))
    assert (brought.outcomes, brought.codes) == (["refused", "refused", "taken"], [["name_missing"], ["name_long"], []])


def test_english_headings_and_a_column_a_day() -> None:
    brought = bring(
        sheet(
            {
                "Service name": "Help desk",
                "Provider": "Comune di Asti",
                "Topic": "Work",
                "Short description": "We help.",
                "Address": "Via Roma 3, 14100 Asti (AT)",
                "Monday": "9-12 / 14-17",
                "Tuesday": "closed",
                "Languages": "English, Urdu",
                "Free of charge": "yes",
                "Age": "16-25",
            }
        )
    )
    assert (brought.outcomes, brought.warnings) == (["taken"], [[]])
    service = entry("Help desk")
    assert (service.theme, service.free, service.spoken, service.minimum_age) == ("work", True, ["en", "ur"], 16)
    [place] = places(service)
    assert (place.location.address, place.location.postal_code, place.location.municipality) == (
        "Via Roma 3",
        "14100",
        "005005",
    )
    with acting(lucia()):
        assert [(one.rule, one.opens_at) for one in place.schedules.all()] == [
            ("FREQ=WEEKLY;BYDAY=MO", time(9)),
            ("FREQ=WEEKLY;BYDAY=MO", time(14)),
        ]


def test_the_empty_sheets_headings_are_read_as_what_they_say() -> None:
    from interazioni.foundation.imports.reading import read_workbook
    from interazioni.foundation.imports.tables import find_tables

    [table] = find_tables(
        read_workbook(sheet(columns.HEADINGS, ["x"] * len(columns.HEADINGS)), "x.csv"), columns.KIND
    ).tables
    found = {proposal.column.label: name for name, proposal in table.mapping.items()}
    assert len(found) == len(columns.HEADINGS)
    assert (found["Ente"], found["Orari"], found["Costo"], found["Età"]) == ("organisation", "hours", "cost", "age")


@pytest.mark.parametrize("content", [b"", b"solo parole\n", b"Colore;Peso\nrosso;3\n", b"%PDF-1.7 ..."])
def test_a_file_without_services_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(ImportRefused):
        understood(content)
