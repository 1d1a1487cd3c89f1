"""The operator's home: what is expected of me now. Composed of what the rooms registered; it asks no room by name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.ui import registry

HITS = 8  # of each kind: who finds more than that types one more word


@desk(None)
def home(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    built = [(tile.key, tile.build(actor)) for tile in registry.tiles.for_actor(actor)]
    return render(
        request,
        "desk/home.html",
        {"today": clock.today(), "tiles": [(key, content) for key, content in built if content is not None]},
    )


@desk(None)
def search(request: HttpRequest) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    words = request.GET.get("q", "").strip()[:100]
    found = []
    if len(words) >= 2:
        for provider in registry.search.for_actor(actor):
            hits = provider.search(actor, words, HITS)
            if hits:
                found.append((provider.label, hits))
    return render(request, "desk/search.html", {"search_words": words, "found": found})
