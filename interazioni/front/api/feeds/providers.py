"""Who gives what to the feeds. News, guides, opportunities and events come in here, a function each."""

from collections.abc import Sequence

from django.db.models import F

from interazioni.front.api import queries
from interazioni.front.api.feeds.registry import Item, Wanted, register


def hang() -> None:
    register(queries.SERVICE, services)


def services(wanted: Wanted) -> Sequence[Item]:
    """Three queries. A service is new in a language when it is published, changed or translated; that it was verified again is no news."""
    found = queries.narrowed(queries.published(wanted.language), theme=wanted.theme)
    if wanted.municipalities:
        found = found.filter(pk__in=queries.offered_in(wanted.municipalities))
    few = found.select_related(None).defer(None).only("slug", "theme", "published_at", "changed_at")
    newest = few.annotate(updated_at=F("told_at")).order_by("-updated_at", "-pk")
    entries = queries.entries(newest[: wanted.limit], wanted.language, places=False)
    towns = queries.towns_by_service(entry.service for entry in entries)
    return [_item(entry, towns.get(entry.service.pk, ())) for entry in entries]


def _item(entry: queries.Entry, towns: Sequence[str]) -> Item:
    row, words = entry.service, entry.words
    summary = words.texts.get("summary")
    return Item(
        id=row.pk, kind=queries.SERVICE, title=words["name"].text, summary=summary.text if summary else "", language=words["name"].language,
        path=f"services/{row.slug}/", published_at=row.published_at or row.changed_at, updated_at=row.updated_at, theme=row.theme,  # type: ignore[attr-defined]
        municipalities=towns,
    )  # fmt: skip
