"""What the demo and the examples say: every language says the same, in its own script."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from interazioni.actions.directory.models import Theme
from interazioni.foundation.translation.checks import Finding, check
from interazioni.foundation.translation.glossary import Term
from interazioni.front.demo.contents import GUIDES, NOTICES, parse, read
from interazioni.front.demo.contents import LANGUAGES as TAGS
from interazioni.front.demo.directory import FILE as SERVICES
from interazioni.front.demo.directory import TOWNS, _town, contents

LANGUAGES = ("it", "en", "fr", "ar", "zh", "uk")
SCRIPTS = {"ar": "[\u0600-\u06ff]", "zh": "[\u4e00-\u9fff]", "uk": "[\u0400-\u04ff]"}


@pytest.mark.parametrize("key", sorted(contents()["types"]))
def test_each_type_of_service_says_the_same_in_six_languages(key: str) -> None:
    kind = contents()["types"][key]
    source = kind["it"]
    for language in LANGUAGES:
        said = kind[language]
        assert said.keys() == source.keys()
        assert len(said["needed"]) == len(source["needed"])
        for field, text in said.items():
            lines, originals = (text, source[field]) if isinstance(text, list) else ([text], [source[field]])
            if field == "words":
                continue
            for line, original in zip(lines, originals, strict=True):
                assert re.findall(r"\d+", line) == re.findall(r"\d+", original), (language, field)
                assert language not in SCRIPTS or re.search(SCRIPTS[language], line), (language, line)


def test_its_towns_are_real() -> None:
    assert len({_town(name).istat for name in TOWNS}) == len(TOWNS)
    assert {_town(name).region for name in TOWNS} == {"Piemonte"}


def test_the_glossary_has_every_language_of_the_portal(settings: object) -> None:
    assert len({concept["code"] for concept in concepts()}) == len(concepts())
    for concept in concepts():
        assert set(concept["terms"]) == set(settings.PORTAL_LANGUAGES), concept["code"]  # type: ignore[attr-defined]


@cache
def concepts() -> list[dict[str, Any]]:
    known: list[dict[str, Any]] = tomllib.loads((SERVICES.parent / "glossary.toml").read_text(encoding="utf-8"))[
        "concepts"
    ]
    return known


@cache
def terms(language: str) -> list[Term]:
    """As `translation.glossary.terms` reads them from the database."""
    return [
        Term(one["code"], one.get("note", ""), one.get("enforced", True), (one["terms"]["it"][0],), tuple(one["terms"][language]))
        for one in concepts()
    ]  # fmt: skip


def wrong(source: Iterable[str], said: Iterable[str], language: str) -> Iterator[tuple[str, Finding]]:
    """What would stop a translator who handed this in."""
    for text, translation in zip(source, said, strict=True):
        for finding in check(text, translation, TAGS[language], terms=terms(TAGS[language])):
            if finding.error:
                yield translation, finding


def words(head: Mapping[str, Any], text: str | list[tuple[str, str | list[str]]]) -> list[str]:
    said = [head["title"], head["summary"], *([head["booking"]] if head.get("booking") else [])]
    for _kind, block in parse(text) if isinstance(text, str) else text:
        said += [block] if isinstance(block, str) else block
    return said


@pytest.mark.parametrize("slug", sorted(folder.name for folder in GUIDES.iterdir()))
def test_each_guide_says_the_same_in_six_languages(slug: str) -> None:
    head, blocks = read(GUIDES / slug / "it.md")
    shape = [(kind, 1 if isinstance(said, str) else len(said)) for kind, said in blocks]
    assert len(", ".join(head["words"])) <= 300  # the field that the search reads; what is longer is cut off
    for language in TAGS:
        own, said = read(GUIDES / slug / f"{language}.md")
        assert [(kind, 1 if isinstance(text, str) else len(text)) for kind, text in said] == shape, language
        assert len(", ".join(own["words"])) <= 300, language
        assert list(wrong(words(head, blocks), words(own, said), language)) == [], language


@pytest.mark.parametrize("path", NOTICES, ids=lambda path: path.stem)
def test_each_notice_says_the_same_in_six_languages(path: Path) -> None:
    for notice in tomllib.loads(path.read_text(encoding="utf-8"))["entries"]:
        source = words(notice["it"], notice["it"]["text"])
        for language in TAGS:
            own = notice[language]
            assert list(wrong(source, words(own, own["text"]), language)) == [], language


def test_guides_lead_to_guides_and_to_who_says_so() -> None:
    heads = {folder.name: read(folder / "it.md")[0] for folder in GUIDES.iterdir()}
    for slug, head in heads.items():
        assert set(head["related"]) <= heads.keys() - {slug}, slug
        assert len(set(head["related"])) == len(head["related"]) >= 3, slug
        assert head["sources"], slug
        assert all(name and address.startswith("https://") for name, address in head["sources"]), slug


def test_every_need_of_the_home_page_has_guides() -> None:
    themes = Counter(read(folder / "it.md")[0]["theme"] for folder in GUIDES.iterdir())
    assert {theme for theme in Theme if themes[theme] < 3} == set()
