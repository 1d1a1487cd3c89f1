"""The portal speaks its fifteen languages: none of its pages falls back to Italian unseen."""

import pytest
from django.conf import settings
from django.test import Client
from django.utils import translation

from interazioni.actions.directory.themes import Theme


@pytest.mark.parametrize("language", settings.PORTAL_LANGUAGES)
def test_each_language_has_words_of_its_own(language: str) -> None:
    with translation.override(language):
        labels = [str(theme.label) for theme in Theme]
    with translation.override("it"):
        italian = [str(theme.label) for theme in Theme]
    assert len(set(labels)) == len(labels)
    assert (labels == italian) == (language == "it")


@pytest.mark.django_db
@pytest.mark.parametrize("language", settings.PORTAL_LANGUAGES)
def test_what_the_plan_says_in_italian_is_marked(language: str) -> None:
    text = Client().get("/" if language == "it" else f"/{language}/").content.decode()
    marked = text.count('" lang="it" dir="ltr">')
    assert marked == 0 if language == "it" else marked or language == "en", language
