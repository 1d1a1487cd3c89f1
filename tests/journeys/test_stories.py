"""What people came to do: one story for each of the house's first users."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Server, Walk

ROOT = Path(__file__).resolve().parents[2]
WalkAs = Callable[..., Walk]
MAKE_WORK = """
import dataclasses, json, sys, django
django.setup()
from tests.work import some_work
print(json.dumps({login: {k: str(v) for k, v in dataclasses.asdict(some_work(login)).items()} for login in sys.argv[1:]}))
"""


@pytest.fixture(scope="module")
def work(server: Server) -> dict[str, dict[str, str]]:
    """Work of both schools in the server's own database: `work["giulia"]["edition_id"]`. In a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MAKE_WORK, "giulia", "marco"],
        cwd=ROOT, env={**server.environment, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


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


@pytest.mark.parametrize(
    ("login", "path"),
    [
        ("franca", "/desk/people/"), ("franca", "/desk/people/register/"), ("giulia", "/desk/activities/"),
        ("giulia", "/desk/activities/open/"), ("giulia", "/desk/activities/sessions/"), ("davide", "/desk/activities/deliveries/"),
        ("davide", "/desk/activities/deliveries/record/"), ("chiara", "/desk/audit/"), ("chiara", "/desk/bodies/"),
        ("elena", "/desk/figures/periods/"), ("elena", "/desk/figures/table/"), ("elena", "/desk/figures/quality/"),
        ("elena", "/desk/people/open-name/"), ("chiara", "/desk/figures/"), ("paolo", "/desk/associations/"),
        ("kofi", "/desk/"), ("sara", "/desk/figures/"), ("nadia", "/desk/"), ("paolo", "/desk/plan/"), ("franca", "/desk/imports/"),
    ],
)  # fmt: skip
def test_a_page_of_the_desk_holds_what_every_page_must(
    login: str, path: str, walk_as: WalkAs, work: dict[str, dict[str, str]]
) -> None:
    page = walk_as(login).open(path)
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize(
    "path",
    [
        "/desk/people/{person_id}/", "/desk/people/{person_id}/correct/", "/desk/people/{person_id}/history/",
        "/desk/people/{person_id}/eligibility/", "/desk/people/{person_id}/withdraw/", "/desk/people/{person_id}/merge/",
        "/desk/people/{person_id}/privacy/", "/desk/activities/people/{person_id}/", "/desk/activities/{edition_id}/",
        "/desk/activities/{edition_id}/enrolled/", "/desk/activities/{edition_id}/enrol/", "/desk/activities/{edition_id}/attendance/",
        "/desk/activities/{edition_id}/plan/", "/desk/activities/{edition_id}/correct/", "/desk/activities/{edition_id}/close/",
        "/desk/activities/deliveries/{delivery_id}/", "/desk/activities/deliveries/{delivery_id}/correct/",
        "/desk/activities/sessions/{planned_session_id}/move/", "/desk/activities/sessions/{planned_session_id}/cancel/",
        "/desk/activities/enrolments/{enrolment_id}/end/", "/desk/bodies/{body_id}/", "/desk/bodies/{body_id}/members/",
    ],
)  # fmt: skip
def test_a_page_about_one_thing_holds_what_every_page_must(
    path: str, walk_as: WalkAs, work: dict[str, dict[str, str]]
) -> None:
    """As the coordinator of the school, who may open all of them."""
    page = walk_as("chiara").open(path.format(**work["giulia"]))
    assert page.locator("h1").count() == 1
