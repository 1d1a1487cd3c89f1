"""A family looks for help on an old phone, in Urdu; a secretary publishes; who assists the plan hears of what is wrong."""

from collections.abc import Callable

from django.conf import settings

from tests.journeys.conftest import Walk

WalkAs = Callable[..., Walk]


Made = dict[str, dict[str, str]]


def test_a_family_finds_a_service_and_says_what_is_wrong(walk_as: WalkAs, work: Made) -> None:
    visitor = walk_as(None)
    page = visitor.open("/ur/")  # into which no other journey translates
    assert page.get_attribute("html", "dir") == "rtl"
    with visitor.step():
        page.fill("main input[name=q]", "compiti")
        page.click("main form[role=search] button[type=submit]")
    with visitor.step():
        page.click("ol.results a")
    assert page.locator("h1").get_attribute("lang") == "it"
    with visitor.step():
        page.click("a[href$='/suggest/']")
    with visitor.step():
        page.fill("main textarea[name=text]", "پیر کو بند ہے")
        page.click("main form button[type=submit]")
    assert page.locator("main a.btn-primary").get_attribute("href") == f"/ur/services/{work['lucia']['slug']}/"


def test_every_language_reads_the_first_page_the_search_and_a_service(walk_as: WalkAs, work: Made) -> None:
    visitor = walk_as(None)
    for code in settings.PORTAL_LANGUAGES:
        root = "/" if code == "it" else f"/{code}/"
        page = visitor.open(root)
        assert (
            page.locator("link[rel=alternate][hreflang]").count() == len(settings.PORTAL_LANGUAGES) + 1
        )  # and x-default
        visitor.open(f"{root}search/?q=compiti")
        visitor.open(f"{root}services/{work['lucia']['slug']}/")
        visitor.open(f"{root}search/?q=xyzxyz")
        visitor.open(f"{root}open-data/")


def test_a_coordinator_keeps_a_service_on_the_phone(walk_as: WalkAs) -> None:
    chiara = walk_as("chiara")
    page = chiara.open("/desk/directory/")
    with chiara.step():
        page.click("text=Aggiungi un servizio")
    with chiara.step():
        page.fill("textarea[name=description]", "Il Comune.")
        page.click("main form button[type=submit]")
    with chiara.step():
        page.fill("input[name=name]", "Sportello stranieri")
        page.select_option("select[name=theme]", "permits")
        page.fill("textarea[name=summary]", "Ti aiutiamo con i documenti.")
        page.click("main form button[type=submit]")
    with chiara.step():
        page.fill("input[name=municipality]", "Asti")
        page.fill("textarea[name=hours]", "lun-ven 9-12:30")
        page.click("main form button.btn-primary")
    with chiara.step():
        page.click("text=Pubblica")
    assert page.locator("a[href='/services/sportello-stranieri/']").count() == 1
    chiara.open("/desk/freshness/")


def test_a_coordinator_brings_in_a_list_and_another_directorys_file(walk_as: WalkAs) -> None:
    davide = walk_as("davide", phone=True)  # of a body that no other journey enters services for
    page = davide.open("/desk/directory/")
    with davide.step():
        page.click("a[href$='?kind=services']")
    listed = "Nome del servizio;Tema;Descrizione;Indirizzo;Comune;Orari\nDoposcuola;scuola;I compiti insieme.;Via Roma 3;Asti;lun-ven 15-17\nCena;Viveri;;Via Po 2;Torino;boh\nAltro;casa;;Via Po 2;Atlantide;\n"
    with davide.step():
        page.set_input_files(
            "input[type=file]", {"name": "servizi.csv", "mimeType": "text/csv", "buffer": listed.encode()}
        )
        page.click("main form button[type=submit]")
    with davide.step():
        page.click("details.more summary")
    with davide.step():
        page.select_option("select[name^='who|theme-']", "home")
        page.click("main form .buttons button.btn-secondary")
    assert page.locator("select[name^='who|theme-']").input_value() == "home"
    with davide.step():
        page.click("button[name=confirm]")
    with davide.step():
        page.click("a[href*='/desk/directory/imports/']", timeout=60_000)
    with davide.step():
        page.click("main form button.btn-primary")
    assert page.locator("main table a").count() == 2
    service = '{"contents": [{"id": "1", "name": "Ascolto", "status": "active", "attributes": [{"id": "2", "taxonomy_term": {"id": "3", "name": "Food"}}]}], "total_pages": 2}'
    davide.open("/desk/imports/upload/?kind=services")
    with davide.step():
        page.set_input_files(
            "input[type=file]", {"name": "hsds.json", "mimeType": "application/json", "buffer": service.encode()}
        )
        page.click("main form button[type=submit]")
    assert page.locator("select[name='who|organisation']").count() == 1
