"""Whom somebody else's categories are about, in our eight themes. Pure.

A category that is not known is asked about in the preview; a theme read from a service's own words is a guess, and said to be one.
"""

import re
from functools import cache

from django.utils import translation

from interazioni.actions.directory.themes import Theme
from interazioni.foundation.vocabularies.folding import fold

# Beginnings of words, folded; the first letters stand for all their endings.
_STEMS: dict[Theme, str] = {
    Theme.ARRIVING: "accoglien arriv orientament benvenut primo_accesso segretariato_sociale welcome arrival orientation newcomer primo_orientamento informativ",
    Theme.PERMITS: "permess soggiorno immigrazion questura cittadinanz prefettura passaport visto visti residency immigration citizenship visa nulla_osta",
    Theme.SCHOOL: "scuol scolastic istruzion italiano l2 cpia alfabetizz doposcuola compiti educazione_adulti school education literacy language_course italian studi",
    Theme.HOME: "casa abitar abitazion abitativ alloggi affitt housing dormitori shelter home accommodation ospitalita homeless senza_dimora",
    Theme.WORK: "lavor occupazion impiego tirocin professional curriculum work job employment training centro_per_limpiego inseriment_lavorativ imprendit",
    Theme.HEALTH: "salut sanita sanitari medic ambulator consultori psicolog ospedal vaccin health medical clinic mental counselling dentist infermier ostetric",
    Theme.FAMILY: "famigli genitor minori bambin infanzia nido maternita neonat family children parent maternity giovani mamme donne_e_bambini",
    Theme.RIGHTS: "diritt legal tutel discriminazion violenz tratta avvocat rights legal_aid protezione_internazionale asylum richiedenti_asilo antiviolenza sfruttament",
}  # fmt: skip


@cache
def _exact() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in ("it", "en"):
        with translation.override(language):
            found |= {fold(str(theme.label)): theme.value for theme in Theme}
    return found | {theme.value: theme.value for theme in Theme}


@cache
def _stems() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<!\w){stem.replace('_', ' ')}"), theme.value)
        for theme, stems in _STEMS.items()
        for stem in stems.split()
    )


def theme_of(category: str) -> str:
    """The theme that a category means, "" where it is none of ours, or could be two."""
    key = fold(category)
    return _exact().get(key) or _only(key)


def guess(*texts: str) -> str:
    """From a service's own words, the first text that speaks of one theme alone."""
    return next((theme for text in texts if (theme := _only(fold(text[:600])))), "")


def _only(key: str) -> str:
    found = {theme for stem, theme in _stems() if stem.search(key)}
    return found.pop() if len(found) == 1 else ""
