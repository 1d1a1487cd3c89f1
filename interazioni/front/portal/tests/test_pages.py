"""What a family finds: the first page, what is alike gathered, lists without dead ends."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from interazioni.actions.content import rules as contents
from interazioni.actions.directory import rules as directory
from interazioni.actions.directory.tests.cast import a_service
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Suggestion
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.queries import bodies

pytestmark = pytest.mark.django_db
TEXT = [("paragraph", "Da leggere.")]
TOWNS = ("001272", "006003", "004078")  # Torino, Alessandria, Cuneo


@pytest.fixture(autouse=True)
def on_the_demo_day() -> Any:
    with translation.override("it"), clock.at(DEMO_DAY):
        yield


def written(kind: str, title: str, entry_id: UUID | None = None, **values: Any) -> Any:
    by = actor("paolo")
    given = {"title": title, "summary": f"{title}, in breve.", "theme": "health", **values}
    with acting(by):
        return contents.write(kind=kind, values=given, blocks=TEXT, entry_id=entry_id, by=by)


def page(path: str) -> str:
    answer = Client().get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def results(html: str) -> list[str]:
    return re.findall(r'<li class="result">\s*<h3><a[^>]*>([^<]*)</a>', html)


def in_three_towns(name: str = "Sportello della casa") -> list[Any]:
    """The same desk, told in the same words, in three towns."""
    return [
        a_service(
            f"{name} {number}",
            theme="home",
            summary="Ti aiutiamo a cercare casa.",
            places=[directory.Place(location={"municipality": town, "address": "Via delle Rose 3"})],
        )
        for number, town in enumerate(TOWNS, 1)
    ]


def test_what_only_its_place_tells_apart_is_shown_once() -> None:
    desks = in_three_towns()
    html = page("/search/?q=sportello+della+casa")
    assert results(html).count("Sportello della casa 1") == 1
    assert not {"Sportello della casa 2", "Sportello della casa 3"} & set(results(html))
    (narrowed,) = re.findall(r'href="([^"]*like=[^"]*)"', html)
    assert {desk.name for desk in desks} <= set(results(page(narrowed.replace("&amp;", "&"))))


def test_who_says_where_they_are_sees_each_place() -> None:
    desks = in_three_towns()
    for town, desk in zip(TOWNS, desks, strict=True):
        assert desk.name in results(page(f"/search/?q=sportello+della+casa&place={town}"))
    assert results(page("/search/?q=sportello+della+casa&near=44.9,8.6"))[0] == desks[1].name


def test_the_map_counts_every_place() -> None:
    in_three_towns()
    html = page("/search/?q=sportello+della+casa&view=map")
    assert len(set(results(html)) & {f"Sportello della casa {n}" for n in (1, 2, 3)}) == 3


def test_an_address_that_asks_for_nonsense_is_read_kindly() -> None:
    a_service("Corso di lettura")
    for nonsense in ("like=x", "like=00000000-0000-0000-0000-000000000000", "page=-1", "near=999,999", "theme=%27--"):
        page(f"/search/?q=lettura&{nonsense}")


def test_the_first_page_says_what_is_near_in_time() -> None:
    written("event", "Domani", starts_at=DEMO_DAY + timedelta(days=1), ends_at=DEMO_DAY + timedelta(days=1, hours=2))
    written("event", "Ieri", starts_at=DEMO_DAY - timedelta(days=1), ends_at=DEMO_DAY - timedelta(hours=20))
    written("opportunity", "Borsa di studio", deadline=DEMO_DAY + timedelta(days=5))
    html = page("/")
    assert results(html) == ["Domani", "Borsa di studio"]
    assert 'href="tel:112"' in html
    assert page("/ar/").count("<li") >= html.count("<li")  # in every language the same help


def test_news_are_read_latest_first() -> None:
    for days, title in ((30, "Vecchia"), (2, "Nuova"), (10, "Di mezzo")):
        with clock.at(DEMO_DAY - timedelta(days=days)):
            written("news", title)
    assert results(page("/news/")) == ["Nuova", "Di mezzo", "Vecchia"]


def test_no_theme_of_a_list_leads_to_nothing() -> None:
    written("guide", "La tessera sanitaria")
    written("guide", "Il contratto d'affitto", theme="home")
    html = page("/guides/")
    themes = set(re.findall(r'href="\?theme=(\w+)"', html))
    assert themes == {"health", "home"}
    assert results(page("/guides/?theme=home")) == ["Il contratto d&#x27;affitto"]


def test_the_plan_says_what_it_does_and_for_whom() -> None:
    written("plan_page", "Come partecipare")
    html = page("/plan/")
    assert results(html) == ["Come partecipare"]
    assert "960" in html
    assert "/bodies/" in html


def test_a_language_is_marked_only_where_it_is_another() -> None:
    desk = a_service("Corso di lettura", theme="home")
    written("guide", "Affittare una casa", theme="home")
    own, other = (page(f"{root}services/{desk.slug}/") for root in ("/", "/ar/"))
    badge = re.compile(r"Italiano\s*</span>")
    assert "Affittare una casa" in own
    assert not badge.search(own.split('id="near"')[1])
    assert 'lang="it" dir="ltr">Affittare una casa' in other


def test_pages_take_few_queries_however_much_there_is(django_assert_max_num_queries: Any) -> None:
    for number in range(12):
        written("news", f"Notizia {number}")
    in_three_towns()
    for path in ("/", "/plan/", "/news/", "/search/?q=casa", "/search/?q=cassa", "/search/?q=casa&view=map"):
        with django_assert_max_num_queries(10):
            page(path)


def test_every_body_that_takes_part_is_listed() -> None:
    html = page("/bodies/")
    assert all(body.name.replace("'", "&#x27;") in html for body in bodies())


@pytest.mark.parametrize("kind", ["guide", "service"])
def test_who_has_an_account_elsewhere_may_suggest_as_everybody_does(kind: str) -> None:
    """The other body's thing is public: whoever is logged in reads it as the public does, and writes as the public does."""
    slug = written("guide", "Il medico").slug if kind == "guide" else a_service("Sportello").slug
    for login in ("elena", "kofi", "lucia"):
        client = Client()
        client.force_login(get_user_model().objects.get(pk=CAST[login].user_id))
        address = f"/{kind}s/{slug}/suggest/"
        assert client.get(address).status_code == 200
        answer = client.post(address, {"text": "Il numero è cambiato."})
        assert (answer.status_code, "Grazie" in answer.content.decode()) == (200, True)
    with acting(actor("paolo")):
        assert Suggestion.objects.filter(kind=kind).count() == 3


def under_heading(html: str, heading: str) -> list[str]:
    _before, found, rest = html.partition(f">{heading}</h2>")
    return results(rest.partition("</section>")[0]) if found else []


def test_a_page_ends_with_what_its_editor_names_wherever_it_stands_now() -> None:
    doctor = written("guide", "Il medico")
    card = written("guide", "La tessera sanitaria")
    desk = a_service("Sportello salute", theme="health")
    address = f"https://portale.example/fr/guides/{card.slug}"
    first = written(
        "guide",
        "Appena arrivati",
        see_also=f"/services/{desk.slug}/\n{address}\n/guides/{doctor.slug}/\n/guides/non-piu/",
    )
    assert under_heading(page(f"/guides/{first.slug}/"), "Leggi anche") == [
        "Sportello salute",
        "La tessera sanitaria",
        "Il medico",
    ]
    assert "Sullo stesso tema" not in page(f"/guides/{first.slug}/")
    written("guide", "La tessera sanitaria", entry_id=card.pk, slug="tessera")
    assert under_heading(page(f"/guides/{first.slug}/"), "Leggi anche") == [
        "Sportello salute",
        "La tessera sanitaria",
        "Il medico",
    ]
    assert under_heading(page(f"/guides/{doctor.slug}/"), "Sullo stesso tema")


@pytest.mark.parametrize(
    "line", ["il medico", "https://www.salute.gov.it/portale/home.html", "/desk/contents/", "javascript:alert(1)"]
)
def test_what_is_no_page_of_ours_is_refused_with_its_line(line: str) -> None:
    with pytest.raises(ValidationError, match=r"non è l.indirizzo di una pagina di questo portale"):
        written("guide", "Appena arrivati", see_also=f"/guides/altro/\n{line}")


def test_an_event_says_in_which_town_it_takes_place_once() -> None:
    times = {
        "starts_at": DEMO_DAY + timedelta(days=1),
        "ends_at": DEMO_DAY + timedelta(days=1, hours=2),
        "municipality": "004078",
    }
    for where, said in (
        ("Piazza Galimberti", "Piazza Galimberti, Cuneo"),
        ("Biblioteca di Cuneo", "Biblioteca di Cuneo"),
        ("", "Cuneo"),
    ):
        event = written("event", f"Festa {where}", where=where, **times)
        assert f'<p lang="it">{said}</p>' in page(f"/events/{event.slug}/")


def test_an_address_cut_short_is_the_list_of_all_services() -> None:
    desks = in_three_towns()
    other = a_service("Corso di teatro", theme="school")
    html = page("/services/")
    assert {other.name} <= set(results(html))
    assert len({desk.name for desk in desks} & set(results(html))) == 1, "what only its place tells apart is one"
    assert results(page("/services/?theme=school")) == [other.name]
    assert 'href="/ar/services/"' in page("/ar/")
