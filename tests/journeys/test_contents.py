"""A municipality's office writes in Wagtail's editor, who assists the plan approves, a reader finds it and has it without a connection."""

from collections.abc import Callable

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


def test_the_lists_the_map_and_no_connection_in_three_languages(walk_as: WalkAs, work: Made) -> None:
    visitor = walk_as(None, phone=True)
    for root in ("/", "/ar/", "/zh-hans/"):
        for path in (
            "guides/",
            "events/",
            "opportunities/",
            "news/",
            "plan/",
            "offline/",
            "search/?q=compiti&view=map",
            "search/?near=45.07,7.69",
            "guides/come-si-impara/",
            "guides/come-si-impara/suggest/",
        ):
            visitor.open(root + path)


def test_a_page_about_violence_is_left_at_once(walk_as: WalkAs, work: Made) -> None:
    page = walk_as(None).open("/guides/come-si-impara/")
    assert page.locator("[data-exit]").count() == 0
    assert page.locator("[data-tools]").is_visible()
    assert page.locator("[data-aloud]").is_hidden() or page.evaluate("speechSynthesis.getVoices().length") > 0
