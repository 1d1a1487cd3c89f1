"""The one taxonomy: what people need help with. Its terms have ids of their own, which stay."""

from functools import cache
from typing import Any
from uuid import UUID, uuid5

from django.utils import translation

from interazioni.actions.directory.models import Theme
from interazioni.foundation.vocabularies import languages
from interazioni.front.api.parameters import absolute

TAXONOMY = UUID("6a1c2e64-3f0d-5b8e-8f57-0d2f4c9a7e11")
VERSION = "1"


def term_id(theme: str) -> UUID:
    return uuid5(TAXONOMY, theme)


THEMES: dict[UUID, str] = {term_id(theme): theme for theme in Theme.values}


def taxonomy() -> dict[str, Any]:
    return {
        "id": str(TAXONOMY), "name": "InterAzioni: themes", "version": VERSION, "uri": absolute(f"/api/hsds/taxonomies/{TAXONOMY}"),
        "description": "What people need help with: everything public stands under one of these.",
    }  # fmt: skip


def of_theme(theme: str, language: str) -> dict[str, Any]:
    return _of_theme(theme, language, absolute(""))


@cache
def _of_theme(theme: str, language: str, base: str) -> dict[str, Any]:
    with translation.override(language):
        label = str(Theme(theme).label)
    return {
        "id": str(term_id(theme)), "code": theme, "name": label, "description": label, "taxonomy": "InterAzioni: themes",
        "taxonomy_id": str(TAXONOMY), "taxonomy_detail": taxonomy(), "language": languages.tag(language),
        "term_uri": f"{base}/api/hsds/taxonomy_terms/{term_id(theme)}",
    }  # fmt: skip


def wanted(taxonomy_id: UUID | None, taxonomy_term_id: UUID | None) -> str | None:
    """The theme that both filters leave: "" for any, None for none."""
    if taxonomy_id is not None and taxonomy_id != TAXONOMY:
        return None
    return "" if taxonomy_term_id is None else THEMES.get(taxonomy_term_id)
