"""A small library, asked as people ask."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.search.models import Document, Token, Word
from interazioni.foundation.search.queries import Filters, Results, newest
from interazioni.foundation.search.queries import search as found_by
from interazioni.foundation.search.rules import OutsideARule, Thing, Wording, index
from interazioni.foundation.search.tasks import count
from interazioni.foundation.translation.rules import set_concept
from interazioni.front.demo.cast import actor
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
TORINO, CUNEO = (45.07, 7.69), (44.39, 7.55)


@rule(Permission.DIRECTORY_KEEP)
def publish(*, things: Sequence[Thing], by: Actor) -> None:
    record(by, "test.publish", object_kind="thing", object_id=new_id())
    index(things)


def a_thing(title: str, kind: str = "service", language: str = "it", **more: Any) -> Thing:
    """`more`: other languages' titles, or a thing's fields."""
    wordings = [
        Wording(language, title),
        *(Wording(code, more.pop(code)) for code in ("ar", "uk", "fr") if code in more),
    ]
    return Thing(kind=kind, object_id=new_id(), path="x/", wordings=wordings, **more)


def shelve(*things: Thing) -> None:
    with acting(actor("lucia")):
        publish(things=things, by=actor("lucia"))
        count()


def search(text: str, language: str = "it", **more: Any) -> Results:
    with acting(actor("lucia")):
        return found_by(text, language, Filters(**more))


def titles(text: str, language: str = "it", **more: Any) -> list[str]:
    return [one.title for one in search(text, language, **more).items]


def test_what_is_found_follows_from_a_rule() -> None:
    with pytest.raises(OutsideARule):
        index([a_thing("Corso")])


def test_a_long_list_of_one_sort_of_offices_does_not_hide_the_guide() -> None:
    shelve(
        *(a_thing(f"Sportello zafferano {n}", theme="work") for n in range(25)),
        a_thing("Zafferano: la guida a che cosa fare", "guide", theme="work"),
    )
    first = titles("zafferano")[:10]
    assert first[0] == "Sportello zafferano 0"
    assert any("guida" in title for title in first)
    assert titles("zafferano", kinds=["service"])[:3] == [
        "Sportello zafferano 0",
        "Sportello zafferano 1",
        "Sportello zafferano 10",
    ]


def test_each_reader_is_told_slips_by_what_they_are_shown() -> None:
    shelve(a_thing("Zucchero filato", fr="Barbe à papa"))
    assert search("zuchero").corrected == "zucchero"
    assert titles("zuchero") == ["Zucchero filato"]
    assert titles("zuchero", "fr") == ["Barbe à papa"], "who reads French types what stood on the door"
    assert search("zucchero", "fr").corrected == ""
    assert titles("xuchero") == [], "nobody misses the first letter and another"


def test_a_word_just_published_is_no_slip_though_it_is_not_counted_yet() -> None:
    shelve(a_thing("Corso di cucina"))
    with acting(actor("lucia")):
        publish(things=[a_thing("Corso di cucino")], by=actor("lucia"))
    assert search("cucino").corrected == ""
    assert "Corso di cucino" in titles("cucino")


def test_letters_at_hand_find_words_of_another_script() -> None:
    shelve(a_thing("Scacchi", ar="شطرنج", uk="Шахматы"))
    assert search("shatranj", "ar").corrected == "شطرنج"
    assert titles("shatranj", "ar") == ["شطرنج"]
    assert titles("shakhmaty", "uk") == ["Шахматы"]
    assert titles("скакки", "uk") == [], "three consonants"
    assert titles("shatranj") == [], "an Italian page has nothing to say to it"


def test_a_concept_is_found_with_a_slip_in_letters_at_hand_and_by_half_its_name() -> None:
    set_concept(
        code="chess",
        terms={"it": ["gioco degli scacchi"], "ru": ["шахматная партия"], "es": ["ajedrez"]},
        by=actor("paolo"),
    )
    shelve(a_thing("Il gioco degli scacchi"))
    for text, language in (
        ("шахматная партия", "ru"), ("шахматнaя партия".replace("a", ""), "ru"), ("shakhmatnaya partiya", "ru"), ("партия", "ru"), ("ajedrez", "es"), ("ajedres", "es"),
        ("ajedrez", "it"),
    ):  # fmt: skip
        assert titles(text, language) == ["Il gioco degli scacchi"], (text, language)
    set_concept(code="chess", terms={"it": ["gioco degli scacchi"]}, by=actor("paolo"))
    assert titles("партия", "ru") == [], "a glossary that changed is read again"


def test_what_names_the_concept_counts_as_having_the_word() -> None:
    set_concept(code="chess", terms={"it": ["scacchi"], "es": ["ajedrez"]}, by=actor("paolo"))
    shelve(a_thing("Scacchi per bambini"), a_thing("Pallone per bambini"), a_thing("Scacchi"))
    assert titles("ajedrez bambini", "es")[0] == "Scacchi per bambini"


def test_the_nearer_of_two_that_fit_as_well_comes_first() -> None:
    near, far = (
        a_thing("Sportello zenzero A", points=[(44.40, 7.55)]),
        a_thing("Sportello zenzero B", points=[(45.07, 7.69)]),
    )
    shelve(near, far)
    assert titles("zenzero", near=TORINO, within_km=200) == ["Sportello zenzero B", "Sportello zenzero A"]
    assert titles("zenzero", near=CUNEO, within_km=200) == ["Sportello zenzero A", "Sportello zenzero B"]
    assert titles("zenzero", near=CUNEO) == ["Sportello zenzero A"]


def test_of_several_places_the_nearest_counts_and_is_told() -> None:
    shelve(a_thing("Sportello ginepro", points=[TORINO, CUNEO]), a_thing("Sportello ginepro B", points=[(44.9, 8.2)]))
    for reader in (CUNEO, TORINO):
        (first, *_others) = search("ginepro", near=reader).items
        assert (first.title, first.latitude, first.longitude) == ("Sportello ginepro", *reader)
        assert first.km == pytest.approx(0, abs=0.01)
    assert titles("ginepro", near=(44.9, 8.2), within_km=20) == ["Sportello ginepro B"]


def test_news_are_what_was_published_or_reworded_and_not_what_was_made_anew() -> None:
    first, second = a_thing("Primo"), a_thing("Secondo")

    def told(language: str = "it") -> list[str]:
        return [
            one.title for one in newest(language, Filters()) if one.title in ("Primo", "Premier", "Secondo", "Secondo!")
        ]

    for hours, thing in enumerate([first, second]):
        with clock.at(DEMO_DAY + timedelta(hours=hours)):
            shelve(thing)
    with clock.at(DEMO_DAY + timedelta(days=1)):
        shelve(replace(first, stale=True))
        assert told() == ["Secondo", "Primo"]
    with clock.at(DEMO_DAY + timedelta(days=2)):
        shelve(replace(first, wordings=[*first.wordings, Wording("fr", "Premier")]))
        assert (told(), told("fr"), told("ar")) == (["Secondo", "Primo"], ["Premier", "Secondo"], ["Secondo", "Primo"])
    with clock.at(DEMO_DAY + timedelta(days=3)):
        shelve(replace(second, wordings=[Wording("it", "Secondo!")]))
        (found, *_others) = newest("it", Filters())
    assert (found.title, found.published_at) == ("Secondo!", DEMO_DAY + timedelta(hours=1))
    assert found.changed_at == DEMO_DAY + timedelta(days=3)


def test_what_is_everywhere_is_also_where_the_reader_is() -> None:
    shelve(
        a_thing("Zafferano a Cuneo", municipalities=["004078"], points=[CUNEO]),
        a_thing("Zafferano a Torino", municipalities=["001272"], points=[TORINO]),
        a_thing("Zafferano: la guida", "guide"),
    )
    assert set(titles("zafferano", municipality="004078")) == {"Zafferano a Cuneo", "Zafferano: la guida"}
    assert set(titles("zafferano", near=TORINO)) == {"Zafferano a Torino", "Zafferano: la guida"}


def test_words_are_counted_by_what_a_reader_is_shown() -> None:
    shelve(a_thing("Zibibbo"), a_thing("Zibibbo e altro", fr="Raisin"))
    known = {row.language: row.documents for row in Token.objects.filter(token__in=["zibibb"])}
    assert known["it"] == 2
    assert known["fr"] == 2, "one by its own words, the other by the title in Italian"
    assert (
        Token.objects.get(language="fr", token="").documents
        == Document.objects.filter(reads_in__contains=["fr"]).count()
    )
    assert Word.objects.get(surface="zibibbo").token == "zibibb"


def test_a_question_costs_at_most_four_queries_and_one_that_is_spelt_right_two() -> None:
    shelve(a_thing("Scacchi"))
    search("scacchi")
    for text, most in (("scacchi", 2), ("scachi zzzz", 3), ("", 1)):
        with acting(actor("lucia")), CaptureQueriesContext(connection) as counted:
            found_by(text, "it")
        assert len(counted.captured_queries) <= most, (text, [one["sql"][:80] for one in counted.captured_queries])
