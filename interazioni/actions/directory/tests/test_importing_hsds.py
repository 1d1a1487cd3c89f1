"""Another directory gives its services as HSDS, well or badly made."""

import copy
import json
from datetime import time
from typing import Any

import pytest

from interazioni.actions.directory import rules
from interazioni.actions.directory.models import Organisation, Service, ServiceAtLocation
from interazioni.actions.directory.tests.bringing import Brought, bring, count, entry, lucia, understood
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.imports.reading import ImportRefused
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db

ORGANISATION: dict[str, Any] = {
    "id": "o1",
    "name": "Caritas di Asti",
    "description": "Ascolta e aiuta.",
    "website": "https://example.org",
}
LOCATION: dict[str, Any] = {
    "id": "l1", "location_type": "physical", "name": "Casa", "latitude": 44.9, "longitude": 8.2, "transportation": "Autobus 4",
    "addresses": [{"id": "a1", "address_1": "Via Roma 3", "city": "Asti", "state_province": "AT", "postal_code": "14100", "country": "IT", "address_type": "physical"}],
    "accessibility": [{"id": "x1", "description": "Rampa all'ingresso."}],
}  # fmt: skip
SCHEDULE: dict[str, Any] = {
    "id": "t1",
    "freq": "WEEKLY",
    "byday": "MO,WE",
    "opens_at": "09:00",
    "closes_at": "12:30:00",
}
SERVICE: dict[str, Any] = {
    "id": "s1", "name": "Centro d'ascolto", "status": "active", "description": "Ascolto e orientamento.\nUn pacco di viveri.", "url": "https://example.org/ascolto",
    "email": "ascolto@example.org", "application_process": "Si telefona.", "wait_time": "Una settimana.", "eligibility_description": "Per tutti.", "minimum_age": 18,
    "organization": ORGANISATION, "languages": [{"id": "g1", "code": "fra"}, {"id": "g2", "name": "Arabic"}],
    "phones": [{"id": "p1", "number": "0141 555 123", "extension": 12, "description": "mattina"}],
    "required_documents": [{"id": "d1", "document": "Un documento d'identità"}], "cost_options": [{"id": "c1", "amount": 0, "currency": "EUR"}],
    "attributes": [{"id": "b1", "taxonomy_term": {"id": "q1", "name": "Diritti", "description": "…"}}],
    "service_at_locations": [{"id": "z1", "location": LOCATION, "schedules": [SCHEDULE]}],
}  # fmt: skip


def made(**changes: Any) -> dict[str, Any]:
    return {**copy.deepcopy(SERVICE), **changes}


def without(*names: str, **changes: Any) -> dict[str, Any]:
    return {name: value for name, value in made(**changes).items() if name not in names}


def places(service: Service) -> list[ServiceAtLocation]:
    with acting(lucia()):
        return list(
            ServiceAtLocation.objects.filter(service=service)
            .select_related("location")
            .prefetch_related("schedules")
            .order_by("pk")
        )


def hours(brought: Brought) -> list[tuple[str, time, time]]:
    with acting(lucia()):
        service = Service.objects.get(pk=brought.rows[0].object_id)
    return [(one.rule, one.opens_at, one.closes_at) for place in places(service) for one in place.schedules.all()]


def at(*schedules: Any, **place: Any) -> dict[str, Any]:
    return made(service_at_locations=[{"id": "z1", "location": LOCATION, "schedules": list(schedules), **place}])


def test_a_service_says_here_what_it_said_there() -> None:
    brought = bring(SERVICE)
    assert (brought.outcomes, brought.warnings) == (["taken"], [[]])
    service = entry("Centro d'ascolto")
    assert (service.summary, service.obtained, service.how, service.times) == (
        "Ascolto e orientamento.",
        "Un pacco di viveri.",
        "Si telefona.",
        "Una settimana.",
    )
    assert (service.theme, service.free, service.minimum_age, service.spoken) == ("rights", True, 18, ["fr", "ar"])
    assert [(one["number"], one["note"]) for one in service.phones] == [("0141 555 123", "int. 12 mattina")]
    assert (service.organisation.name, service.organisation.website, service.external_id) == (
        "Caritas di Asti",
        "https://example.org",
        "hsds:s1",
    )
    [place] = places(service)
    assert (place.location.address, place.location.municipality, place.location.latitude) == (
        "Via Roma 3",
        "005005",
        44.9,
    )
    assert (place.location.transport, place.location.access_note) == ("Autobus 4", "Rampa all'ingresso.")
    assert hours(brought) == [("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30))]


@pytest.mark.parametrize(
    "shape",
    [
        lambda: made(),
        lambda: [made()],
        lambda: {"contents": [made()], "total_pages": 1, "page_number": 1},
        lambda: {**ORGANISATION, "services": [without("organization")], "locations": [LOCATION]},
        lambda: {"id": "z1", "location": LOCATION, "schedules": [SCHEDULE], "service": without("service_at_locations")},
        lambda: json.dumps(made()).encode() + b"\n" + json.dumps(made(id="s2", name="Altro")).encode() + b"\n",
        lambda: json.dumps(made()).encode("utf-16"),
        lambda: b"\xef\xbb\xbf" + json.dumps(made()).encode(),
        lambda: {
            "organizations": [ORGANISATION], "locations": [{k: v for k, v in LOCATION.items() if k not in ("addresses", "accessibility")}],
            "services": [without("organization", "service_at_locations", "phones", "languages", "attributes", "required_documents", organization_id="o1")],
            "service_at_locations": [{"id": "z1", "service_id": "s1", "location_id": "l1"}], "schedules": [{**SCHEDULE, "service_at_location_id": "z1"}],
            "addresses": [{**LOCATION["addresses"][0], "location_id": "l1"}], "accessibility": [{"id": "x1", "description": "Rampa all'ingresso.", "location_id": "l1"}],
            "phones": [{**SERVICE["phones"][0], "service_id": "s1"}], "languages": [{"id": "g1", "code": "fr", "service_id": "s1"}],
            "attributes": [{"id": "b1", "link_id": "s1", "taxonomy_term_id": "q1"}], "taxonomy_terms": [{"id": "q1", "name": "Diritti"}],
            "required_documents": [{**SERVICE["required_documents"][0], "service_id": "s1"}],
        },
    ],
)  # fmt: skip
def test_every_shape_in_which_publishers_give_it(shape: Any) -> None:
    brought = bring(shape())
    assert set(brought.outcomes) == {"taken"}
    service = entry("Centro d'ascolto")
    assert (service.organisation.name, service.theme, len(service.needed), service.spoken[:1]) == (
        "Caritas di Asti",
        "rights",
        1,
        ["fr"],
    )
    [place] = places(service)
    assert (place.location.municipality, [one.rule for one in place.schedules.all()]) == (
        "005005",
        ["FREQ=WEEKLY;BYDAY=MO,WE"],
    )


def test_the_same_again_and_a_newer_one_over_what_was_corrected_here() -> None:
    bring(SERVICE)
    assert bring(SERVICE).outcomes == ["unchanged"]
    service = entry("Centro d'ascolto")
    with clock.at(DEMO_DAY):
        rules.save_service(service_id=service.pk, values={"how": "Si suona."}, by=lucia())
    newer = made(application_process="In linea.", eligibility_description="Per adulti.", name="Centro di ascolto")
    newer["service_at_locations"][0]["location"]["addresses"][0]["address_1"] = "Via Torino 9"
    brought = bring(newer)
    assert (brought.outcomes, brought.codes) == (["merged"], [["differs:how"]])
    after = entry("Centro di ascolto")
    assert (after.pk, after.how, after.for_whom) == (service.pk, "Si suona.", "Per adulti.")
    assert [place.location.address for place in places(after)] == ["Via Torino 9"]


@pytest.mark.parametrize(
    ("broken", "warning"),
    [
        (without("organization", organization_id="nowhere"), "organisation_lost"),
        (without("organization"), "organisation_missing"),
        (made(organization="o9"), "organisation_lost"),
    ],
)
def test_nobody_is_said_to_offer_what_nobody_offers(broken: dict[str, Any], warning: str) -> None:
    refused = bring([broken, made(id="s2", name="Altro")])
    assert (refused.outcomes, refused.codes[0]) == (["refused", "taken"], ["organisation_unknown"])
    assert warning in refused.warnings[0]
    [question] = [one for one in understood([broken]).questions if one.key == "organisation"]
    chosen = next(ident for ident, label in question.choices if label == lucia().body_name)
    assert bring([broken], answers={"organisation": chosen}).outcomes == ["taken"]
    assert entry("Centro d'ascolto").organisation.name == lucia().body_name


def test_an_entry_that_stands_needs_nobody_to_be_named_again() -> None:
    bring(SERVICE)
    again = bring([without("organization", "attributes", application_process="In linea.")])
    assert (again.outcomes, again.codes) == (["merged"], [[]])
    service = entry("Centro d'ascolto")
    assert (service.organisation.name, service.theme, service.how) == ("Caritas di Asti", "rights", "In linea.")


@pytest.mark.parametrize(
    ("place", "warning"),
    [
        ({"id": "z1", "location_id": "nowhere"}, "location_lost"),
        ({"id": "z1"}, "location_lost"),
        ({"id": "z1", "location": {"id": "l9", "addresses": [{"city": "Atlantide"}]}}, "municipality_unknown"),
        ({"id": "z1", "location": {"id": "l9", "name": "Casa"}}, "municipality_missing"),
        ({"id": "z1", "location": {"id": "l9", "addresses": [{"city": "Lyon", "country": "FR"}]}}, "place_abroad"),
    ],
)
def test_a_place_that_is_nowhere_is_left_out_and_said(place: dict[str, Any], warning: str) -> None:
    good = {"id": "z2", "location": LOCATION}
    brought = bring(made(service_at_locations=[place, good]))
    assert (brought.outcomes, brought.warnings) == (["taken"], [[warning]])
    assert len(places(entry("Centro d'ascolto"))) == 1


def test_a_point_elsewhere_and_an_invented_address_do_not_stop_the_place() -> None:
    brought = bring(
        made(service_at_locations=[{"id": "z1", "location": {**LOCATION, "latitude": 100, "longitude": "x"}}])
    )
    assert brought.warnings == [["wrong_type"]]
    [place] = places(entry("Centro d'ascolto"))
    assert place.location.latitude == pytest.approx(44.9, abs=0.2), "in the middle of its municipality"


@pytest.mark.parametrize(
    ("schedule", "wanted"),
    [
        ({**SCHEDULE, "opens_at": "0900", "closes_at": "T12:30Z"}, ("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30))),
        (
            {**SCHEDULE, "byday": "WE,MO", "interval": 1, "wkst": "SU"},
            ("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(12, 30)),
        ),
        ({**SCHEDULE, "freq": "MONTHLY", "byday": "1SA"}, ("FREQ=MONTHLY;BYDAY=1SA", time(9), time(12, 30))),
        (
            {**SCHEDULE, "interval": 2, "dtstart": "2020-02-03"},
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE", time(9), time(12, 30)),
        ),
        ({**SCHEDULE, "until": "2020-06-30"}, ("FREQ=WEEKLY;BYDAY=MO,WE;UNTIL=20200630", time(9), time(12, 30))),
        ({**SCHEDULE, "closes_at": "24:00"}, ("FREQ=WEEKLY;BYDAY=MO,WE", time(9), time(23, 59))),
        ({"id": "t1", "description": "lun 9-12"}, ("FREQ=WEEKLY;BYDAY=MO", time(9), time(12))),
        (
            {"id": "t1", "weekday": "Monday", "opens_at": "09:00", "closes_at": "12:00"},
            ("FREQ=WEEKLY;BYDAY=MO", time(9), time(12)),
        ),
    ],
)
def test_schedules(schedule: dict[str, Any], wanted: tuple[str, time, time]) -> None:
    assert hours(bring(at(schedule))) == [wanted]


@pytest.mark.parametrize(
    "schedule",
    [
        {**SCHEDULE, "freq": "SECONDLY"},
        {**SCHEDULE, "freq": "MINUTELY", "byday": None},
        {**SCHEDULE, "count": 3},
        {**SCHEDULE, "byweekno": "41,42"},
        {**SCHEDULE, "byday": "1MO"},
        {**SCHEDULE, "byday": "XX"},
        {**SCHEDULE, "interval": 10**30},
        {**SCHEDULE, "interval": "-1"},
        {**SCHEDULE, "opens_at": "25:00"},
        {**SCHEDULE, "opens_at": 9},
        {**SCHEDULE, "opens_at": "13:00"},
        {**SCHEDULE, "valid_from": "2020-02-30"},
        {**SCHEDULE, "valid_from": "2020-03-01", "valid_to": "2020-02-01"},
        {**SCHEDULE, "freq": "MONTHLY", "byday": None, "bymonthday": "99"},
        {"id": "t1", "description": "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "opens_at": "09:00", "closes_at": "12:00"},
        {"id": "t1", "description": "FREQ=SECONDLY", "opens_at": "09:00", "closes_at": "12:00"},
    ],
)  # fmt: skip
def test_rules_that_cannot_be_kept_are_left_out_and_said(schedule: dict[str, Any]) -> None:
    brought = bring(at(schedule, {**SCHEDULE, "byday": "FR"}))
    assert brought.outcomes == ["taken"]
    assert "hours_rule" in brought.warnings[0]
    assert [rule for rule, _opens, _closes in hours(brought)] == ["FREQ=WEEKLY;BYDAY=FR"], "the others stay"


def test_hours_that_are_only_words_stay_words() -> None:
    bring(at({"id": "t1", "description": "Chiedere al custode"}))
    [place] = places(entry("Centro d'ascolto"))
    assert (place.note, list(place.schedules.all())) == ("Chiedere al custode", [])


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": ""}, "name_missing"), ({"name": None}, "name_missing"), ({"name": ["x"]}, "name_missing"), ({"name": "x" * 161}, "name_long"),
        ({"status": "defunct"}, "not_offered"), ({"status": "inactive"}, "not_offered"),
    ],
)  # fmt: skip
def test_what_is_refused_stops_no_other(changes: dict[str, Any], code: str) -> None:
    brought = bring([made(**changes), made(id="s2", name="Altro")])
    assert (brought.outcomes, brought.codes[0]) == (["refused", "taken"], [code])


def test_the_same_id_twice_and_none_at_all() -> None:
    brought = bring([made(), made(name="Un altro"), without("id", name="Senza")])
    assert (brought.outcomes, brought.codes[1], brought.warnings[2]) == (
        ["taken", "refused", "taken"],
        ["duplicate_id"],
        ["no_id"],
    )
    assert bring([without("id", name="Senza")]).outcomes == ["unchanged"]


def test_wrong_types_everywhere() -> None:
    wrong = made(
        description=[1, 2], url={"a": 1}, email=3.5, minimum_age="twelve", maximum_age=1e400, languages="ar", phones={"number": None}, cost_options=[1, "x"],
        required_documents=[{"document": 5}, None], attributes=[{"taxonomy_term": [1]}], service_at_locations="here", alert=True, alternate_name=10**18,
    )  # fmt: skip
    brought = bring(
        json.dumps([wrong, 7, None, "x", [], made(id="s2", name="Altro")]).encode(), answers={"theme": "home"}
    )
    assert brought.outcomes == ["taken", "refused", "refused", "refused", "refused", "taken"]
    assert {"wrong_type", "email_unreadable", "phone_doubtful"} <= set(brought.warnings[0])


def test_scripts_addresses_and_letters_that_no_text_has() -> None:
    bring(
        made(
            description="<p>Ascolto <script>alert(1)</script>e <b>aiuto</b>.</p><p>Viveri.</p>", url="javascript:alert(document.cookie)", alert="a\u0000b\ud800c",
            email="x@example.org\nBcc: y@example.org",
        )
    )  # fmt: skip
    service = entry("Centro d'ascolto")
    assert (service.summary, service.obtained, service.website, service.alert) == (
        "Ascolto e aiuto.",
        "Viveri.",
        "",
        "abc",
    )
    assert service.email == "x@example.org"


def test_letters_in_another_code_and_letters_that_are_lost() -> None:
    seen = understood(json.dumps(made(name="Città"), ensure_ascii=False).encode("cp1252"))
    assert (seen.lines[0].title, len(seen.tables[0].notes)) == ("Città", 1)
    broken = json.dumps(made(name="Perché", description="Così X."), ensure_ascii=False).encode().replace(b"X", b"\xff")
    brought = bring(broken)
    assert (brought.outcomes, "garbled" in brought.warnings[0]) == (["taken"], True)


def test_lines_of_which_some_are_damaged() -> None:
    whole = json.dumps(made()).encode()
    brought = bring(whole + b'\n{"id": "s2", "name": \n' + json.dumps(made(id="s3", name="Terzo")).encode())
    assert (brought.outcomes, brought.codes[1]) == (["taken", "refused", "taken"], ["line_damaged"])


def test_nan_is_no_number_and_nothing_is_endless() -> None:
    content = json.dumps(made()).replace("44.9", "NaN").replace(": 18", ": -Infinity").encode()
    seen = understood(content)
    assert "NaN" in str(seen.tables[0].notes[0])
    assert bring(content).outcomes == ["taken"]
    assert entry("Centro d'ascolto").minimum_age is None


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"[" * 200_000, "damaged"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "damaged"),
        (b'{"name": "x", "id": ' + b"9" * 5000 + b"}", "damaged"),
        (b'{"services": [', "damaged"),
        (b"[]", "no_services"),
        (b"{}", "no_services"),
        (b'{"contents": []}', "no_services"),
        (json.dumps([ORGANISATION]).encode(), "no_services"),
        (json.dumps(LOCATION).encode(), "no_services"),
        (b'{"contents": [{"id": "1", "name": "Themes", "uri": "x", "version": "1"}]}', "no_services"),
        (b'{"services": {"a": 1}}', "no_services"),
        (b"[" + b" " * 11_000_000 + b"]", "too_large"),
        (json.dumps([{}] * 5_001).encode(), "too_many_rows"),
    ],
)
def test_files_that_are_refused_as_a_whole(content: bytes, code: str) -> None:
    with pytest.raises(ImportRefused) as refused:
        understood(content)
    assert refused.value.code == code
    assert "%" not in str(refused.value)


def test_a_page_of_several_a_list_without_places_and_what_has_no_place_here_are_said() -> None:
    bare = without("service_at_locations", "phones", accreditations="ISO 9001")
    notes = [str(note) for note in understood({"contents": [bare], "total_pages": 7, "page_number": 2}).tables[0].notes]
    assert len(notes) == 3
    assert "7" in notes[0]
    assert "accreditations (1)" in notes[2]


def test_a_list_that_says_nothing_of_places_takes_none_away() -> None:
    bring(SERVICE)
    assert bring(without("service_at_locations", "phones", "languages")).outcomes == ["unchanged"]
    service = entry("Centro d'ascolto")
    assert (len(places(service)), len(service.phones), service.spoken) == (1, 1, ["fr", "ar"])


def test_categories_are_asked_about_once_for_all() -> None:
    def about(name: str, ident: str) -> dict[str, Any]:
        return made(
            id=ident,
            name=f"Servizio {ident}",
            attributes=[{"id": "b", "taxonomy_term": {"id": "q", "name": name, "parent_id": "q"}}],
        )

    content = [about("Food bank", "1"), about("Food bank", "2"), about("Housing", "3")]
    seen = understood(content)
    asked = [question for question in seen.questions if question.key.startswith("theme-")]
    assert len(asked) == 1
    assert bring(content, answers={asked[0].key: "family"}).outcomes == ["taken"] * 3
    assert [entry(f"Servizio {n}").theme for n in (1, 2, 3)] == ["family", "family", "home"]


def test_who_offers_it_is_not_changed_by_a_file() -> None:
    bring(SERVICE)
    again = bring(made(organization={**ORGANISATION, "name": "Un'altra"}))
    assert (again.outcomes, again.codes) == (["unchanged"], [["differs:organisation"]])
    assert entry("Centro d'ascolto").organisation.name == "Caritas di Asti"


def test_our_own_entry_that_comes_back_is_not_doubled() -> None:
    from interazioni.actions.directory.tests.cast import a_service

    ours = a_service("Corso di cucito", publish=False)
    brought = bring([made(id=str(ours.pk), name="Corso di cucito", description="Un'altra frase.")])
    assert (brought.outcomes, count()) == (["merged"], 1)
    assert "differs:summary" in brought.codes[0]


def test_another_bodys_entry_of_the_same_id_is_another_entry() -> None:
    bring(SERVICE)
    from interazioni.front.demo.cast import actor

    davide = actor("davide")
    assert bring(SERVICE, by=davide).codes == [[]]
    assert (count(), count(davide)) == (1, 1)
    with acting(davide):
        assert Organisation.objects.filter(body_id=davide.body_id).get().name == "Caritas di Asti"


def test_words_in_another_language_are_said() -> None:
    assert bring(made(translation={"language": "fr"})).warnings == [["not_italian"]]
