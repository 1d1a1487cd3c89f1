"""A draft as its readers will see it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation

from interazioni.actions.content import publishing, queries
from interazioni.actions.content.models import Entry
from interazioni.foundation.translation.queries import Marked, Reading


def drawn(entry: Entry, request: HttpRequest) -> HttpResponse:
    """The portal's page, in the language it is written in. Lists of other things are left out."""
    words = {key: Marked(text, publishing.LANGUAGE) for key, text in publishing.texts(entry) if text.strip()}
    reading = Reading(entry.pk, publishing.LANGUAGE, publishing.LANGUAGE, words)
    with translation.override(publishing.LANGUAGE):
        return render(
            request, "portal/entry.html", {"page": queries.laid_out(entry, reading, None, draft=True), "preview": True}
        )
