"""What somebody's old phone loads who comes for the first time: the page and all that it is made of, packed."""

import gzip
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from interazioni.actions.content.rules import write
from interazioni.actions.directory.tests.cast import a_service
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import actor
from interazioni.front.demo.contents import GUIDES, read
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db
BUDGET = 150_000  # bytes
LANGUAGES = ("", "ar/", "zh-hans/")


@pytest.fixture(autouse=True)
def a_portal() -> Iterator[None]:
    """The longest of our guides, a service and a page full of events."""
    longest = max((folder / "it.md" for folder in GUIDES.iterdir()), key=lambda path: path.stat().st_size)
    head, blocks = read(longest)
    values = {"title": head["title"], "summary": head["summary"], "theme": head["theme"]}
    by = actor("paolo")
    with clock.at(DEMO_DAY):
        with acting(by):
            write(kind="guide", values={**values, "slug": "longest"}, blocks=blocks, by=by)
            for number in range(25):
                begins = DEMO_DAY + timedelta(days=number + 1)
                dates = {"starts_at": begins, "ends_at": begins + timedelta(hours=2), "municipality": "001272"}
                write(kind="event", values={**values, **dates}, blocks=blocks[:1], by=by)
        a_service("Corso di sartoria")
        yield


def loaded(client: Client, path: str) -> dict[str, int]:
    """Bytes by address. gzip, which any proxy can do: what the application itself sends (brotli) is smaller."""
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    html = gzip.decompress(answer.content).decode()
    parts = {
        part.partition("#")[0]
        for part in re.findall(r'<(?:link|script|img|use|source)[^>]*? (?:href|src|srcset)="([^" ]+)', html)
    }
    sizes = {path: len(answer.content)}
    for part in sorted(parts):
        if part.startswith(settings.STATIC_URL):
            sizes |= of_file(part)
        elif part.endswith("manifest.webmanifest"):
            sizes[part] = len(client.get(part, headers={"Accept-Encoding": "gzip"}).content)
    return sizes


def of_file(address: str) -> dict[str, int]:
    """With the fonts that a style sheet asks for."""
    found = finders.find(address.removeprefix(settings.STATIC_URL))
    assert isinstance(found, str), f"{address} is missing: run script/assets"
    content = Path(found).read_bytes()
    sizes = {address: len(content) if address.endswith((".woff2", ".png")) else len(gzip.compress(content))}
    if address.endswith(".css"):
        for font in re.findall(rb'url\(["\']?([^"\')]+\.woff2)', content):
            at = Path(found).parent / font.decode()
            sizes[f"{address} {at.name}"] = at.stat().st_size
    return sizes


@pytest.mark.parametrize("path", ["", "search/?q=corso", "services/corso-di-sartoria/", "guides/longest/", "events/"])
def test_a_first_visit_fits_in_a_slow_line(client: Client, path: str) -> None:
    for language in LANGUAGES:
        sizes = loaded(client, f"/{language}{path}")
        assert any(part.endswith(".css") for part in sizes), sizes
        assert any(part.endswith(".js") for part in sizes), sizes
        assert any("titillium" in part for part in sizes), sizes
        assert sum(sizes.values()) < BUDGET, sizes
