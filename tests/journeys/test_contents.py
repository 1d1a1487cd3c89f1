"""A municipality's office writes in Wagtail's editor, who assists the plan approves, a reader finds it and has it without a connection."""

import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from interazioni.front.demo import drawings
from tests.journeys.conftest import Walk

WalkAs = Callable[..., Walk]
WIDE = {"viewport": {"width": 1280, "height": 900}}
Made = dict[str, dict[str, str]]


def in_wagtail(walk: Walk, path: str) -> None:
    """Wagtail's own pages are held to a silent console (its policy holds) and to no fault of the server; their HTML is Wagtail's."""
    walk.page.goto(walk.server.url + path)
    walk.page.wait_for_load_state("load")
    walk.documents.clear()
    assert not walk.faults, "\n".join(walk.faults)


def test_what_an_office_writes_is_reviewed_and_read(walk_as: WalkAs) -> None:
    lucia = walk_as("lucia", **WIDE)
    page = lucia.open("/desk/contents/")
    in_wagtail(lucia, page.locator("a[href$='/cms/snippets/content/news/add/']").get_attribute("href") or "")
    page.fill("input[name=title]", "Sportello chiuso a Carnevale")
    page.fill("input[name=summary]", "Il 25 febbraio lo sportello è chiuso.")
    page.select_option("select[name=theme]", "arriving")
    page.click("button.c-sf-add-button")
    page.locator("[role=option]").nth(2).click()  # heading, smaller heading, paragraph
    page.fill("textarea[name=text-0-value]", "Riapre il **26 febbraio**. <b>Niente HTML</b>.")
    with page.expect_navigation():
        page.locator("button[name=action-submit]").evaluate("button => button.click()")
    assert not lucia.faults, lucia.faults

    paolo = walk_as("paolo", **WIDE)
    page = paolo.open("/desk/")
    with paolo.step():
        page.click("text=Sportello chiuso a Carnevale")
    in_wagtail(paolo, page.locator("main a.btn-primary").first.get_attribute("href") or "")
    with page.expect_navigation():
        page.locator("button[data-workflow-action-name=approve]").first.evaluate("button => button.click()")

    family = walk_as(None, phone=True)
    page = family.open("/ar/news/")
    with family.step():
        page.click("text=Sportello chiuso a Carnevale")
    assert page.locator("article strong").inner_text() == "26 febbraio"
    assert page.locator("article b").count() == 0


def test_a_picture_is_brought_in_beside_what_is_typed(walk_as: WalkAs, tmp_path: Path) -> None:
    heavy, drawn = tmp_path / "heavy.jpg", tmp_path / "school.png"
    drawn.write_bytes(drawings.png("school"))
    heavy.write_bytes(drawn.read_bytes() + os.urandom(1024) * 40 * 1024)

    lucia = walk_as("lucia", **WIDE)
    in_wagtail(lucia, "/cms/snippets/content/news/add/")
    page = lucia.page
    page.fill("input[name=title]", "La scuola riapre")
    page.fill("input[name=summary]", "Il 27 febbraio la scuola riapre.")
    page.select_option("select[name=theme]", "school")
    page.click("button.c-sf-add-button")
    page.locator("[role=option]").nth(2).click()
    page.fill("textarea[name=text-0-value]", "Alle otto e mezza.")
    page.click("#id_picture-chooser .unchosen button")
    page.click(".modal [role=tab] >> nth=1")
    page.set_input_files(".modal input[type=file]", heavy)
    page.click(".modal [data-chooser-modal-creation-form] button[type=submit]")
    page.wait_for_selector(".modal .error-message")
    assert "10,0" in page.locator(".modal .error-message").inner_text()
    assert page.input_value("input[name=title]") == "La scuola riapre"
    page.set_input_files(".modal input[type=file]", drawn)
    page.click(".modal [data-chooser-modal-creation-form] button[type=submit]")
    page.wait_for_selector("#id_picture-chooser .chosen img[src^='/desk/contents/pictures/']")
    page.wait_for_function("document.querySelector('#id_picture-chooser img').naturalWidth === 192")
    page.click("#id_picture-chooser .chosen [data-w-dropdown-target=toggle]")
    page.click("[data-chooser-action-clear]:visible")
    page.click("#id_picture-chooser .unchosen button")
    page.click(".modal .picture-choices a")
    page.wait_for_selector("#id_picture-chooser:not(.blank)")
    page.fill("input[name=picture_alt]", "Una scuola gialla con due bambini.")
    page.fill("input[name=picture_credit]", "Disegno di InterAzioni, CC BY 4.0")
    with page.expect_navigation():
        page.locator("button[name=action-submit]").evaluate("button => button.click()")
    assert not lucia.faults, lucia.faults

    paolo = walk_as("paolo", **WIDE)
    page = paolo.open("/desk/")
    with paolo.step():
        page.click("text=La scuola riapre")
    in_wagtail(paolo, page.locator("main a.btn-primary").first.get_attribute("href") or "")
    with page.expect_navigation():
        page.locator("button[data-workflow-action-name=approve]").first.evaluate("button => button.click()")

    family = walk_as(None, phone=True)
    page = family.open("/ar/news/")
    page.wait_for_function("document.querySelector('.result-picture').naturalWidth === 192")
    with family.step():
        page.click("text=La scuola riapre")
    shown = page.locator("figure.cover img")
    assert shown.get_attribute("alt") == "Una scuola gialla con due bambini."
    assert shown.get_attribute("lang") == "it"
    assert page.evaluate("document.querySelector('figure.cover img').currentSrc").endswith("/960.webp")
    page.wait_for_function(
        "caches.open('pictures-1').then(c => c.match(document.querySelector('.cover img').currentSrc)).then(Boolean)"
    )
    family.context.set_offline(True)
    page.reload()
    page.wait_for_function("document.querySelector('figure.cover img').naturalWidth > 0")
    family.context.set_offline(False)


def test_a_guide_is_there_without_a_connection_and_what_is_about_violence_is_not(walk_as: WalkAs, work: Made) -> None:
    reader = walk_as(None, phone=True)
    page = reader.open("/en/guides/come-si-impara/")
    page.wait_for_function("caches.open('pages-1').then(c => c.match(location.href)).then(Boolean)")
    page.wait_for_function("caches.open('pages-1').then(c => c.match('/en/offline/')).then(Boolean)")
    reader.context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == "Come si impara"
    page.goto(reader.server.url + "/en/guides/")
    page.wait_for_selector("[data-kept] a")
    assert page.locator("[data-kept] a").first.get_attribute("href") == "/en/guides/come-si-impara/"
    reader.context.set_offline(False)


def test_lists_pages_the_map_and_no_connection_in_every_language(walk_as: WalkAs, work: Made) -> None:
    visitor = walk_as(None, phone=True)
    for code in settings.PORTAL_LANGUAGES:
        root = "/" if code == "it" else f"/{code}/"
        for path in (
            "guides/", "guides/come-si-impara/", "guides/come-si-impara/suggest/", "events/", "events/caffe-delle-lingue/", "news/", "opportunities/", "plan/",
            "offline/", "search/?q=compiti&view=map", "search/?near=45.07,7.69",
        ):  # fmt: skip
            visitor.open(root + path)


def test_a_page_about_violence_is_left_at_once(walk_as: WalkAs, work: Made) -> None:
    page = walk_as(None).open("/guides/come-si-impara/")
    assert page.locator("[data-exit]").count() == 0
    assert page.locator("[data-tools]").is_visible()
    assert page.locator("[data-aloud]").is_hidden() or page.evaluate("speechSynthesis.getVoices().length") > 0
