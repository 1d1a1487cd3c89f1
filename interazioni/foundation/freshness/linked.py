"""What public pages hold, as their rooms tell it (`registry.Kind`): addresses, and places without an opening ahead."""

from collections.abc import Iterator, Sequence
from itertools import islice
from urllib.parse import urldefrag, urlsplit
from uuid import UUID

from django.conf import settings

from interazioni.foundation.freshness import registry
from interazioni.foundation.freshness.models import Vouch

CHUNK = 500
LONGEST = 500  # letters of an address; a longer one is not asked


def public() -> Iterator[tuple[str, list[Vouch]]]:
    """Everything that somebody vouches for, kind by kind, in pieces."""
    for kind in registry.kinds:
        rows = Vouch.objects.filter(kind=kind).order_by("object_id").iterator(CHUNK)
        while piece := list(islice(rows, CHUNK)):
            yield kind, piece


def addresses(kind: str, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """What is to be asked of these things: http and https, each once, without fragments and without our own pages."""
    own = f"//{urlsplit(settings.BASE_URL).netloc}/"
    found: dict[UUID, list[str]] = {}
    for ident, urls in registry.kinds[kind].links(ids).items():
        bare = dict.fromkeys(urldefrag(url)[0] for url in urls if url.lower().startswith(("http://", "https://")))
        kept = [url for url in bare if len(url) <= LONGEST and own not in f"{url}/"]
        if kept:
            found[ident] = kept
    return found


def places_never_open(kind: str, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    return {
        ident: [place[:LONGEST] for place in places] for ident, places in registry.kinds[kind].never_open(ids).items()
    }
