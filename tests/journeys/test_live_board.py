"""The dispatcher looks at the board while others call: what changes appears by itself."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import Server, Walk

ROOT = Path(__file__).resolve().parents[2]
A_CALL = """
import django
django.setup()
from datetime import time
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, fixed
from interazioni.foundation.core import clock
a_dispatch()
print(a_call(options=[fixed(clock.today(), time(23))], moment=clock.now(), language="ti", minutes=30).pk)
"""


def somebody_calls(server: Server) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", A_CALL],
        cwd=ROOT, env={**server.environment, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def test_a_call_appears_by_itself_and_takes_nothing_away(walk_as: Callable[..., Walk], server: Server) -> None:
    walk = walk_as("davide")
    page = walk.open("/desk/mediation/board/")
    page.wait_for_function("document.getElementById('board-live').dataset.said === 'live'")
    page.focus("#board-day")
    page.evaluate("window.sameDocument = true")
    call = somebody_calls(server)
    page.wait_for_selector(f"#row-{call}", timeout=10_000)
    assert page.evaluate("window.sameDocument")
    assert page.evaluate("document.activeElement.id") == "board-day"
    with walk.step():  # the board with a row on it
        pass
    again = somebody_calls(server)  # and after the first there is a second
    page.wait_for_selector(f"#row-{again}", timeout=10_000)
    page.click(f"#row-{again}")
    page.wait_for_url(f"**/desk/mediation/calls/{again}/")


def test_without_script_the_board_is_a_page_with_a_link(walk_as: Callable[..., Walk], server: Server) -> None:
    call = somebody_calls(server)
    page = walk_as("davide", java_script_enabled=False).page
    page.goto(f"{server.url}/desk/mediation/board/")
    assert page.locator(f"#row-{call}").count() == 1
    page.click(".board-state a")
    assert page.locator(f"#row-{call}").count() == 1
