"""The first pages of everybody: the portal for a visitor, my day for whoever works here."""

from collections.abc import Callable

import pytest

from interazioni.front.demo.cast import CAST, PASSWORD
from tests.journeys.conftest import Walk

WalkAs = Callable[..., Walk]


def test_a_visitor_reads_the_portal_in_both_languages(walk_as: WalkAs) -> None:
    visitor = walk_as(None)
    for path, language in (("/", "it"), ("/bodies/", "it"), ("/en/", "en"), ("/en/bodies/", "en")):
        page = visitor.open(path)
        assert page.get_attribute("html", "lang") == language
        assert page.locator("h1").count() == 1
    assert visitor.context.cookies() == [], "a public page sets no cookie"


def test_a_visitor_goes_by_the_keyboard(walk_as: WalkAs) -> None:
    page = walk_as(None).open("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", "first of all: to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_an_address_that_is_not_there_says_what_to_do(walk_as: WalkAs) -> None:
    visitor = walk_as(None)
    with visitor.expecting(404):
        page = visitor.open("/nothing-here/")
        assert page.locator("main a").count() >= 1


@pytest.mark.parametrize("login", list(CAST))
def test_each_of_the_cast_comes_to_a_day_of_their_own(login: str, walk_as: WalkAs) -> None:
    page = walk_as(login, fresh=True).open("/desk/")
    assert page.locator("h1").count() == 1


def test_a_wrong_password_is_said_at_the_form_and_the_name_is_kept(walk_as: WalkAs) -> None:
    visitor = walk_as(None)
    page = visitor.open("/account/login/")
    with visitor.step():
        page.fill("input[name=login]", "giulia")
        page.fill("input[name=password]", "not " + PASSWORD)
        page.click("main form button[type=submit]")
    assert page.input_value("input[name=login]") == "giulia"
    assert page.locator("main [role=alert], main .error-summary, main .invalid-feedback").count()


def test_who_forgot_the_password_asks_for_a_new_one(walk_as: WalkAs) -> None:
    visitor = walk_as(None)
    page = visitor.open("/account/password/reset/")
    with visitor.step():
        page.fill("input[name=email]", CAST["giulia"].email)
        page.click("main form button[type=submit]")
    assert page.url.endswith("/done/")


def test_the_desk_sends_a_visitor_to_the_login_and_back(walk_as: WalkAs) -> None:
    visitor = walk_as(None)
    page = visitor.open("/desk/search/?q=ponte")
    assert "/account/login/" in page.url
    with visitor.step():
        page.fill("input[name=login]", "franca")
        page.fill("input[name=password]", PASSWORD)
        page.click("main form button[type=submit]")
    assert page.url.endswith("/desk/search/?q=ponte")


def test_who_logs_out_is_out(walk_as: WalkAs) -> None:
    giulia = walk_as("giulia", fresh=True)
    page = giulia.open("/desk/")
    with giulia.step():
        page.click(".slim-account summary")
        page.click("form[action='/account/logout/'] button")
    page = giulia.open("/desk/")
    assert "/account/login/" in page.url


def test_a_phone_in_arabic_is_shown_the_way_to_arabic(walk_as: WalkAs) -> None:
    visitor = walk_as(None, phone=True, locale="ar-MA")
    page = visitor.open("/guides/")
    way = page.locator("header .own-language")
    assert way.inner_text() == "العربية"
    with visitor.step():
        way.click()
    assert page.url.endswith("/ar/guides/")
    assert way.count() == 0
    with visitor.step():  # who chooses Italian all the same is not asked again
        page.click("header details.languages summary")
        page.click("header .languages-list a[hreflang=it]")
    assert page.url.endswith("/guides/")
    assert way.count() == 0
