"""A body's service becomes public, is found in other languages, is translated, grows old."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from interazioni.actions.directory import rules
from interazioni.actions.directory.models import Service, State
from interazioni.actions.directory.tasks import renew_openings
from interazioni.actions.directory.tests.cast import FRENCH, TORINO, a_service, as_saved, in_french, secretary, source
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import tasks as freshness_tasks
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.search.queries import Filters, search
from interazioni.foundation.search.tasks import count
from interazioni.foundation.translation import memory
from interazioni.foundation.translation.models import Segment, Version
from interazioni.foundation.translation.models import State as Translated
from interazioni.foundation.translation.queries import readings
from interazioni.foundation.translation.rules import hand_in, set_concept, set_pivot, validate, write_pieces
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_italian() -> Iterator[None]:
    with translation.override("it"):
        yield


def titles(text: str, language: str = "it", **filters: object) -> list[str]:
    with acting(actor("giulia")):
        return [found.title for found in search(text, language, Filters(**filters)).items]


def version(service: Service, language: str = "fr") -> Version:
    return Version.objects.get(source__object_id=service.pk, language=language)


def test_a_draft_is_found_by_nobody_and_a_published_service_by_its_words() -> None:
    draft = a_service("Corso di cucito", publish=False)
    assert titles("cucito") == []
    with clock.at(DEMO_DAY):
        rules.publish_service(service=draft, by=secretary())
    assert titles("cucito") == ["Corso di cucito"]
    assert titles("corsi di cucito a Torino") == ["Corso di cucito"]
    with clock.at(DEMO_DAY):
        rules.withdraw_service(service=draft, by=secretary())
    assert titles("cucito") == []


def test_slips_of_the_finger_and_filters() -> None:
    a_service("Corso di fotografia", spoken=["wo"], free=None)
    with acting(secretary()):
        count()
    assert titles("fotogrfia") == ["Corso di fotografia"]
    assert titles("fotografia", free=True) == []
    assert titles("fotografia", spoken="wo") == ["Corso di fotografia"]
    assert titles("fotografia", municipality=TORINO) == ["Corso di fotografia"]
    wednesday = datetime(2020, 2, 12, 9, 30, tzinfo=UTC)
    assert titles("fotografia", open_at=wednesday) == ["Corso di fotografia"]
    assert titles("fotografia", open_at=wednesday + timedelta(hours=5)) == []


def test_open_now_is_known_as_long_as_nobody_touches_the_entry() -> None:
    """The search knows six weeks ahead; the worker renews them."""
    a_service("Corso di fotografia")
    spring = datetime(2020, 4, 22, 8, 30, tzinfo=UTC)  # ten weeks later, a Wednesday
    assert titles("fotografia", open_at=spring) == []
    with clock.at(spring - timedelta(days=3)):
        renew_openings.function()
    assert titles("fotografia", open_at=spring) == ["Corso di fotografia"]
    assert titles("fotografia", open_at=spring + timedelta(hours=5)) == []


def test_a_concept_is_found_in_any_language_it_has_a_name_in() -> None:
    with clock.at(DEMO_DAY):
        set_concept(
            code="permesso-di-soggiorno", by=actor("paolo"),
            terms={"it": ["permesso di soggiorno"], "fr": ["titre de séjour"], "ar": ["تصريح الإقامة"], "zh-hans": ["居留许可"]},
        )  # fmt: skip
    a_service("Aiuto per le pratiche", summary="Ti aiutiamo con il permesso di soggiorno.", needed=[])
    for text, language in (
        ("titre de séjour", "fr"),
        ("تصريح الاقامة", "ar"),
        ("居留许可", "zh-hans"),
        ("permesso di soggiorno", "it"),
    ):
        assert titles(text, language)[:1] == ["Aiuto per le pratiche"], text


def test_a_translation_is_written_handed_in_and_validated_by_another() -> None:
    service = a_service()
    version = in_french(service)
    assert version.state == Translated.TRANSLATED
    reading = readings("service", [service.pk], "fr")[service.pk]
    assert (reading["name"].text, reading["name"].language) == ("Cours d'italien pour adultes", "fr")
    assert titles("cours d'italien", "fr") == ["Cours d'italien pour adultes"]
    assert titles("corso di italiano", "fr") == ["Cours d'italien pour adultes"], "who types what stands on the door"
    with clock.at(DEMO_DAY):
        assert validate(source=source(service), language="fr", by=actor("amina")).state == Translated.VALIDATED
    in_french(service, language="es", by="amina")
    with pytest.raises(ValidationError, match="altra persona"), clock.at(DEMO_DAY):
        validate(source=source(service), language="es", by=actor("amina"))


def test_a_typing_error_outdates_nothing_and_another_meaning_does() -> None:
    service = a_service()
    in_french(service)
    with clock.at(DEMO_DAY):
        rules.save_service(
            service_id=service.pk,
            values={"summary": "Impari l’italiano, dal primo livello al certificato A2."},
            minor=True,
            by=secretary(),
        )
    assert not version(service).outdated
    as_saved(service, for_whom="Per chi ha almeno 15 anni.")
    assert version(service).outdated
    assert version(service).missing == 1
    reading = readings("service", [service.pk], "fr")[service.pk]
    assert reading.outdated
    assert reading["for_whom.0"].text == "À partir de 16 ans.", "it stays readable, and says so"


def test_a_paragraph_put_first_rewrites_none_of_the_others() -> None:
    service = a_service()
    in_french(service)
    as_saved(service, how="Telefona prima.\nVieni allo sportello.\nPorta un documento.")
    assert version(service).missing == 1
    reading = readings("service", [service.pk], "fr")[service.pk]
    assert [(one.text, one.language) for one in reading.under("how")] == [
        ("Telefona prima.", "it"), ("Viens au guichet.", "fr"), ("Apporte un document.", "fr"),
    ]  # fmt: skip


def test_what_was_made_from_a_pivot_goes_with_it() -> None:
    service = a_service()
    in_french(service)
    with clock.at(DEMO_DAY):
        set_pivot(source=source(service), language="wo", pivot="fr", by=actor("amina"))
    in_french(service, {text: f"wo: {said}" for text, said in FRENCH.items()}, language="wo")
    as_saved(service, for_whom="Per chi ha almeno 15 anni.")
    assert version(service, "wo").outdated
    segment = Segment.objects.get(source__object_id=service.pk, text="Per chi ha almeno 15 anni.")
    with clock.at(DEMO_DAY):
        write_pieces(
            source=source(service), language="fr", texts={segment.pk: "À partir de 15 ans."}, by=actor("amina")
        )
    assert version(service, "wo").outdated, "the French says something else now"
    assert not version(service, "fr").missing


def test_edits_of_a_person_survive_a_machine_and_the_memory_offers_them() -> None:
    service = a_service()
    in_french(service)
    segment = Segment.objects.get(source__object_id=service.pk, text="Vieni allo sportello.")
    with clock.at(DEMO_DAY):
        write_pieces(
            source=source(service), language="fr", texts={segment.pk: "MACHINE"}, origin="machine", by=actor("amina")
        )
    assert segment.pieces.get().text == "Viens au guichet."
    (offer,) = memory.offers("it", "fr", ["Vieni allo sportello."])["Vieni allo sportello."]
    assert (offer.translation, offer.likeness) == ("Viens au guichet.", 1.0)
    assert memory.offers("it", "fr", ["Vieni allo sportello presto."])["Vieni allo sportello presto."][0].likeness < 1


def test_nobody_publishes_what_a_machine_wrote_and_no_one_read() -> None:
    service = a_service()
    with acting(actor("amina")), clock.at(DEMO_DAY):
        texts = {segment.pk: "x" for segment in Segment.objects.filter(source__object_id=service.pk)}
        made = write_pieces(source=source(service), language="es", texts=texts, origin="machine", by=actor("amina"))
        assert made.version.state == Translated.MACHINE
        with pytest.raises(ValidationError, match="leggila"):
            hand_in(source=source(service), language="es", by=actor("amina"))


def test_who_vouches_is_asked_reminded_twice_and_then_it_is_demoted() -> None:
    service = a_service("Corso di tarocchi")
    vouch = Vouch.objects.get(object_id=service.pk)
    asked = []
    for day in range(100, 125):
        with clock.at(DEMO_DAY + timedelta(days=day)):
            freshness_tasks.keep.function()
        asked.append(Vouch.objects.get(pk=vouch.pk).asked)
    assert max(asked) == 3
    assert asked[5] == 0
    vouch.refresh_from_db()
    assert vouch.demoted_at is not None
    with acting(actor("giulia")):
        (found,) = search("tarocchi", "it").items
    assert found.stale
    with clock.at(DEMO_DAY + timedelta(days=130)):
        rules.save_service(service_id=service.pk, values={"cost": "Gratis."}, by=secretary())
    vouch.refresh_from_db()
    assert vouch.demoted_at is None


def test_two_editors_do_not_overwrite_each_other() -> None:
    service = a_service()
    with clock.at(DEMO_DAY):
        rules.save_service(service_id=service.pk, values={"cost": "10 euro"}, version=1, by=secretary())
        with pytest.raises(rules.Changed):
            rules.save_service(service_id=service.pk, values={"cost": "20 euro"}, version=1, by=secretary())


def test_another_bodys_entry_cannot_be_touched() -> None:
    service = a_service(publish=False)
    with pytest.raises(Service.DoesNotExist), clock.at(DEMO_DAY):
        rules.save_service(service_id=service.pk, values={"cost": "x"}, by=actor("franca"))
    with acting(secretary()):
        assert Service.objects.get(pk=service.pk).state == State.DRAFT


def test_two_bodies_write_a_draft_of_the_same_name() -> None:
    ours = a_service("Doposcuola", publish=False)
    theirs = a_service("Doposcuola", by=actor("davide"), publish=False)
    assert ours.slug == "doposcuola"
    assert theirs.slug.startswith("doposcuola-"), "the other's draft is not to be seen, and its address is taken"
    with acting(actor("davide")):
        assert Service.objects.get(pk=theirs.pk).slug == theirs.slug
