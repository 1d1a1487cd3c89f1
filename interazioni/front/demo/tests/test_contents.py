"""What the demo and the examples say: every language says the same, in its own script."""

import re
import tomllib

import pytest

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
    known = tomllib.loads((SERVICES.parent / "glossary.toml").read_text(encoding="utf-8"))["concepts"]
    for concept in known:
        assert set(concept["terms"]) == set(settings.PORTAL_LANGUAGES), concept["code"]  # type: ignore[attr-defined]
