"""A mediator translates into Arabic on her phone; another validates; a source changes under an open page; a file goes out and comes back."""

import re
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.journeys.conftest import Walk

WalkAs = Callable[..., Walk]
Made = dict[str, dict[str, str]]
SAID = {
    "ar": "المساعدة في الواجبات المدرسية",
    "fr": "Aide aux devoirs",
    "es": "Ayuda con los deberes",
    "ru": "Помощь с уроками",
}
SAVE = "button[name=act][value=save]"
VALIDATE = "form[action$='/validate/'] button"


def open_sheet(walk: Walk, language: str, title: str = "Compiti") -> Page:
    """From the board, as one gets there."""
    walk.open(f"/desk/translation/?language={language}&stands=all")
    with walk.step() as page:
        page.get_by_role("link", name=title, exact=True).first.click()
    return walk.page


def fill(page: Page, language: str, also: str = "") -> None:
    """Words for each segment, with the numbers that its source has."""
    for segment in page.locator("section.segment").all():
        numbers = " ".join(re.findall(r"\d+", segment.locator(".segment-source .segment-words").first.inner_text()))
        segment.locator("textarea").fill(f"{SAID[language]}{also} {numbers}".strip())


def hand_in(walk: Walk) -> None:
    with walk.step() as page:
        page.click("button[name=act][value=hand_in]")


def test_a_mediator_translates_into_arabic_on_her_phone(walk_as: WalkAs, work: Made) -> None:
    amina = walk_as("amina", phone=True)
    page = amina.open("/desk/translation/languages/")
    with amina.step():
        page.check("input[value=ar]")
        page.check("input[value=fr]")
        page.click("main form button[type=submit]")
    expect(page.locator("main")).to_contain_text("Francese, Arabo")
    page = open_sheet(amina, "ar")
    field = page.locator("section.segment textarea").first
    assert (field.get_attribute("lang"), field.get_attribute("dir")) == ("ar", "rtl")
    with amina.step():  # one segment by itself, in the wrong language: kept, and said
        field.fill("Compiti per tutti")
        page.locator("section.segment").first.locator(SAVE).click()
        expect(page.locator("section.segment").first.locator(".segment-findings")).to_be_visible()
    hand_in(amina)
    expect(page.locator(".alert-danger").first).to_be_visible()
    with amina.step():
        fill(page, "ar")
    hand_in(amina)
    expect(page.locator("#summary .status-success")).to_be_visible()
    expect(page.locator(VALIDATE)).to_have_count(0)
    visitor = walk_as(None)
    page = visitor.open(f"/ar/services/{work['lucia']['slug']}/")
    assert page.locator("h1").inner_text() == SAID["ar"]
    assert page.locator("h1").get_attribute("lang") is None, "it is in the page's language"


def test_who_validates_is_somebody_else(walk_as: WalkAs, work: Made) -> None:
    paolo = walk_as("paolo")
    page = open_sheet(paolo, "fr")
    fill(page, "fr")
    hand_in(paolo)
    amina = walk_as("amina")
    amina.open("/desk/translation/?language=fr&stands=to_validate")
    with amina.step() as page:
        page.get_by_role("link", name="Compiti", exact=True).first.click()
    with amina.step():
        page.locator(VALIDATE).click()
    expect(page.locator("#summary .status-success")).to_be_visible()
    expect(page.locator(VALIDATE)).to_have_count(0)
    visitor = walk_as(None)
    visitor.open(f"/fr/services/{work['lucia']['slug']}/")


def test_a_source_changes_while_its_translation_is_open(walk_as: WalkAs, work: Made) -> None:
    amina = walk_as("amina", phone=True)
    page = open_sheet(amina, "es")
    fill(page, "es", " para todos")
    lucia = walk_as("lucia")
    other = lucia.open(f"/desk/directory/services/{work['lucia']['service_id']}/correct/")
    with lucia.step():
        before = other.input_value("textarea[name=summary]")
        hour = int((re.findall(r"\d+", before) or ["14"])[0]) + 1
        other.fill("textarea[name=summary]", f"Compiti insieme, dalle {hour}.")
        other.click("main form button[type=submit]")
    hand_in(amina)
    typed = page.locator("section.segment textarea").all()
    assert all(field.input_value().startswith(SAID["es"]) for field in typed), "nothing typed is lost"
    changed = page.locator(".segment-changes")
    expect(changed).to_have_count(1)
    expect(changed.locator("ins").first).to_be_visible()
    with amina.step():
        page.locator("section.segment").filter(has=changed).locator("textarea").fill(f"{SAID['es']}, desde las {hour}")
    hand_in(amina)
    expect(page.locator("#summary .status-success")).to_be_visible()


def test_it_works_without_script(walk_as: WalkAs, work: Made) -> None:
    paolo = walk_as("paolo", java_script_enabled=False)
    paolo.page.goto(paolo.server.url + "/desk/translation/?language=ru&stands=all")
    paolo.page.get_by_role("link", name="Compiti", exact=True).first.click()
    fill(paolo.page, "ru")
    paolo.page.locator("section.segment").first.locator(SAVE).click()
    fields = paolo.page.locator("section.segment textarea").all()
    assert all(field.input_value().startswith(SAID["ru"]) for field in fields), (
        "without script each button keeps the whole page"
    )


def test_a_file_goes_out_and_comes_back(walk_as: WalkAs, work: Made, tmp_path: Path) -> None:
    paolo = walk_as("paolo")
    page = paolo.open("/desk/translation/files/")
    answer = paolo.context.request.get(f"{paolo.server.url}/desk/translation/files/pt/xliff/?what=all")
    text = answer.text()
    assert 'trgLang="pt"' in text
    made = tmp_path / "da-agenzia.xlf"
    made.write_text(
        re.sub(
            r"<source>(.*?)</source>(<target>.*?</target>)?",
            r"<source>\1</source><target>Ajuda escolar: \1</target>",
            text,
        )
    )
    with paolo.step():
        page.set_input_files("input[type=file]", str(made))
        page.click("main form button[type=submit]")
    with paolo.step():
        page.locator("main form button.btn-primary").click()
    page = open_sheet(paolo, "pt")
    assert page.locator("section.segment textarea").first.input_value().startswith("Ajuda escolar")
    bad = tmp_path / "cattivo.xlf"
    bad.write_text('<?xml version="1.0"?>\n<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n<x>&a;</x>')
    page = paolo.open("/desk/translation/files/")
    with paolo.step():
        page.set_input_files("input[type=file]", str(bad))
        page.click("main form button[type=submit]")
    expect(page.locator(".error-summary")).to_contain_text("2")


def test_who_assists_keeps_the_glossary(walk_as: WalkAs) -> None:
    paolo = walk_as("paolo")
    page = paolo.open("/desk/translation/glossary/add/")
    with paolo.step():
        page.fill("input[name=code]", "doposcuola")
        page.fill("textarea[name=in_it]", "doposcuola\naiuto compiti")
        page.fill("textarea[name=in_ar]", "دعم ما بعد المدرسة")
        page.click("main form button[type=submit]")
    expect(page.locator("main table")).to_contain_text("doposcuola")
    with paolo.step():
        page.get_by_role("link", name="doposcuola", exact=True).click()
    paolo.open("/desk/translation/machine/")
