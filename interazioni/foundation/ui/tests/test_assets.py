"""The built files: small, complete, and nothing in them that a strict policy would refuse."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

BUILD = Path(settings.ROOT) / "interazioni" / "foundation" / "ui" / "static" / "ui" / "build"


@pytest.fixture(scope="module", autouse=True)
def built() -> None:
    assert (BUILD / "desk.css").exists(), "run script/assets first"


def size(name: str) -> int:
    content = (BUILD / name).read_bytes()
    return len(content) if name.endswith(".woff2") else len(gzip.compress(content, 9))


def test_a_first_visit_is_small() -> None:
    """gzip, which any proxy can do; brotli is smaller. 150 KB is the page's whole budget, HTML included."""
    assert size("desk.css") < 20_000
    assert size("app.js") < 30_000
    names = ["desk.css", "app.js", "sprite.svg", "fonts/titillium-web-regular.woff2", "fonts/titillium-web-600.woff2"]
    assert sum(size(name) for name in names) < 100_000


def test_the_sprite_has_every_listed_icon() -> None:
    listed = [
        line
        for line in (Path(settings.ROOT) / "assets" / "icons.txt").read_text().splitlines()
        if line.startswith("it-")
    ]
    assert re.findall(r'<symbol id="([^"]+)"', (BUILD / "sprite.svg").read_text()) == listed


def test_the_right_to_left_sheet_is_a_mirror() -> None:
    plain, mirrored = (BUILD / "desk.css").read_text(), (BUILD / "desk.rtl.css").read_text()
    assert ".ms-3{margin-left:1rem!important}" in plain
    assert ".ms-3{margin-right:1rem!important}" in mirrored


def test_the_script_needs_no_eval_policy_and_asks_no_other_server() -> None:
    script = (BUILD / "app.js").read_text()
    assert "allowEval:!1" in script
    assert "includeIndicatorStyles:!1" in script
    assert not re.search(r"https?://(?!www\.w3\.org)", script)


def test_licences_travel_along() -> None:
    assert (
        "BSD" in (BUILD / "bootstrap-italia.LICENSE.txt").read_text()
        or "Redistribution" in (BUILD / "bootstrap-italia.LICENSE.txt").read_text()
    )
    assert "OPEN FONT LICENSE" in (BUILD / "fonts" / "titillium-web.OFL.txt").read_text().upper()
