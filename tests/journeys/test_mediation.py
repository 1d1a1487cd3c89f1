"""From a call to its hours, each at the own screen: who calls, who sends, who comes."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Server, Walk

WalkAs = Callable[..., Walk]
ROOT = Path(__file__).resolve().parents[2]
AMINA = """
import django
django.setup()
from interazioni.actions.mediation.queries.mine import mediator_of
from interazioni.actions.mediation.tests.cast import a_dispatch, a_mediator
from interazioni.foundation.access.context import acting
from interazioni.front.demo.cast import actor
a_dispatch()
with acting(actor("amina")):
    there = mediator_of(actor("amina"))
there or a_mediator("Amina Diallo", login="amina")
"""
MORNING = {"day_0": "2020-02-13", "from_0": "10:00"}
AFTERNOON = {"day_0": "2020-02-13", "from_0": "15:00"}


@pytest.fixture
def amina_on_the_register(server: Server) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", AMINA],
        cwd=ROOT, env={**server.environment, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def called(walk: Walk, when: dict[str, str]) -> str:
    """Giulia calls for Bambara; gives the path of her call."""
    page = walk.open("/desk/mediation/calls/make/")
    page.select_option("main select[name=language]", "bm")
    for name, value in when.items():
        page.fill(f"[name={name}]", value)
    with walk.step():
        page.click("main form.call-form button[type=submit]:not([name])")
        page.wait_for_url("**/desk/mediation/calls/*-*/")
    return page.url.removeprefix(walk.server.url)


@pytest.mark.usefixtures("amina_on_the_register")
def test_called_on_a_phone_asked_accepted_and_seen_by_who_called(walk_as: WalkAs) -> None:
    giulia = walk_as("giulia", phone=True)
    call = called(giulia, MORNING)
    davide = walk_as("davide")
    page = davide.open(call)
    assert "Amina Diallo" in page.inner_text("#candidates")
    with davide.step():
        page.click("#candidates button[name=next]")
        page.wait_for_load_state("load")
    amina = walk_as("amina", phone=True)
    page = amina.open("/desk/mediation/mine/")
    with amina.step():
        page.locator("button[name=accept]").first.click()
        page.wait_for_url("**/desk/mediation/mine/*-*/")
    page = giulia.open(call)
    assert "Amina Diallo" in page.inner_text(".card-promise")


@pytest.mark.usefixtures("amina_on_the_register")
def test_an_old_phone_without_script_says_no(walk_as: WalkAs) -> None:
    call = called(walk_as("giulia"), AFTERNOON)
    davide = walk_as("davide").open(call)
    davide.click("#candidates button[name=next]")
    davide.wait_for_load_state("load")
    cookies = walk_as("amina").context.cookies()
    plain = walk_as(None, phone=True, java_script_enabled=False)
    plain.context.add_cookies(cookies)  # type: ignore[arg-type]
    page = plain.page
    page.goto(f"{plain.server.url}/desk/mediation/mine/")
    offers = page.locator("section.card-promise").count()
    page.locator("section.card-promise details summary").last.click()
    page.locator("section.card-promise details").last.locator("input[value=far]").check()
    page.locator("section.card-promise details").last.locator("button[type=submit]").click()
    page.wait_for_load_state("load")
    assert page.locator("section.card-promise").count() == offers - 1


def test_hours_are_signed_with_a_finger(walk_as: WalkAs, work: dict[str, dict[str, str]]) -> None:
    davide = walk_as("davide", phone=True)
    page = davide.open(f"/desk/mediation/hours/{work['davide']['assignment_id']}/")
    page.locator(".signing summary").click()
    pad = page.locator("canvas")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    assert box
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(box["x"] + 20 + step * 20, box["y"] + 20 + (step % 3) * 15)
    page.mouse.up()
    with davide.step():
        page.click("button[name=sign]")
        page.wait_for_load_state("load")
    assert page.locator("svg.signature-shown").count() == 1
