"""What the freshness of information asks of this room: where its public pages lead."""

from collections.abc import Sequence
from uuid import UUID

from interazioni.actions.content.body import LINK
from interazioni.actions.content.models import KINDS, Event, Opportunity
from interazioni.foundation.translation.queries import wordings


def links(kind: str, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Of the text in every language, of the sources, where to apply and where to meet. Three queries."""
    found: dict[UUID, list[str]] = {}
    for row in KINDS[kind]._default_manager.filter(pk__in=ids, live=True):
        found[row.pk] = [address for _name, address in row.cited()]
        if isinstance(row, Opportunity):
            found[row.pk].append(row.link)
        if isinstance(row, Event):
            found[row.pk].append(row.online)
    for ident, said in wordings(kind, list(found)).items():
        found[ident] += [
            match[2] for _language, words in said for text in words.values() for match in LINK.finditer(text)
        ]
    return found
