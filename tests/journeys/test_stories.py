"""What people came to do: one story for each of the house's first users."""

from collections.abc import Callable

from tests.journeys.conftest import Walk

WalkAs = Callable[..., Walk]


def test_giulia_takes_the_register_on_her_phone(walk_as: WalkAs, work: dict[str, dict[str, str]]) -> None:
    """Everyone present, then the exceptions: two touches and a button. The next visit shows what was saved."""
    giulia = walk_as("giulia", phone=True)
    page = giulia.open("/desk/")
    # Wednesday 12 February 2020, half past nine in Piemonte: the lab begins at half past ten.
    session = work["giulia"]["session_id"]
    page = giulia.open(f"/desk/activities/sessions/{session}/register/")
    assert page.locator("ol.marks > li").count() == 4
    with giulia.step():
        page.locator("ol.marks > li").nth(1).locator("input[type=radio][value=absent]").check(force=True)
        page.locator(".register-bar button[type=submit]").click()
        page.wait_for_load_state("load")
    page = giulia.open(f"/desk/activities/sessions/{session}/register/")
    assert page.locator("ol.marks > li").nth(1).locator("input[value=absent]").is_checked()


def test_giulia_takes_the_register_without_javascript(walk_as: WalkAs, work: dict[str, dict[str, str]]) -> None:
    giulia = walk_as("giulia")
    cookies = giulia.context.cookies()
    plain = walk_as(None, java_script_enabled=False)
    plain.context.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.page
    page.goto(f"{plain.server.url}/desk/activities/sessions/{work['giulia']['session_id']}/register/")
    assert page.locator("ol.marks > li").count() == 4
    page.locator(".register-bar button[type=submit]").click()
    page.wait_for_load_state("load")
    assert page.locator("ol.marks > li").count() == 4
    assert page.locator(".register-state").count() == 1


def test_elena_opens_a_figure_down_to_its_facts(walk_as: WalkAs, work: dict[str, dict[str, str]]) -> None:
    """Dashboard → indicator → entries → one entry: codes, and nobody's name."""
    elena = walk_as("elena")
    page = elena.open("/desk/figures/")
    figure = page.locator("main a[href*='/desk/figures/'][href*='-']:not(.btn)").first
    with elena.step():
        figure.click()
        page.wait_for_load_state("load")
    with elena.step():
        page.locator("main a[href*='/entries/']").first.click()
        page.wait_for_load_state("load")
    text = page.inner_text("main")
    assert "Adeyemi" not in text
    assert "Grace" not in text
