"""Every read of the contents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail.models import Revision, TaskState, WorkflowState

from interazioni.actions.content import body, publishing
from interazioni.actions.content.models import KINDS, Entry, Event, Redirect
from interazioni.actions.content.pictured import Picture, Rendition
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.search.models import Document
from interazioni.foundation.search.queries import Filters, Found, search
from interazioni.foundation.translation.queries import Marked, Reading, readings
from interazioni.foundation.ui.public import spoken
from interazioni.foundation.vocabularies import languages
from interazioni.foundation.vocabularies.municipalities import by_istat


@dataclass(frozen=True, slots=True)
class Cover:
    """The picture as a page shows it. `alt`: None where it is only decoration."""

    address: str
    others: str  # for `srcset`; empty where there is one size
    width: int
    height: int
    alt: Marked | None
    credit: Marked | None


@dataclass(frozen=True, slots=True)
class Page:
    """An entry as its page says it, in one language."""

    entry: Entry
    words: Reading
    blocks: Sequence[SafeString | str]
    vouch: Vouch | None
    dates: Sequence[tuple[datetime, datetime]] = ()
    cover: Cover | None = None

    @property
    def place(self) -> str:
        return place_of(self.entry) if isinstance(self.entry, Event) else ""


def page(kind: str, slug: str, language: str) -> Page | None:
    """What is published. Five queries."""
    entry = KINDS[kind]._default_manager.filter(slug=slug, live=True).select_related("body", "picture").first()
    if entry is None:
        return None
    words = readings(kind, [entry.pk], language).get(entry.pk)
    return laid_out(entry, words, Vouch.objects.filter(object_id=entry.pk).first()) if words else None


def laid_out(entry: Entry, words: Reading, vouch: Vouch | None, *, draft: bool = False) -> Page:
    """`draft`: its picture is not public yet, and shown from the desk."""
    drawn = []
    for block in body.blocks(entry.text):
        said = [words.texts[key] for key in block.keys if key in words.texts]
        drawn.append(body.draw(block, [(one.text, _marks(one.language)) for one in said]))
    coming = publishing.dates(entry, limit=12) if isinstance(entry, Event) else ()
    return Page(entry, words, drawn, vouch, coming, _cover(entry.picture, words, draft) if entry.picture else None)


def _cover(picture: Picture, words: Reading, draft: bool) -> Cover:
    sizes = [width for width in picture.widths if width > publishing.SMALL]
    others = "" if draft or len(sizes) < 2 else ", ".join(f"{picture.address(width)} {width}w" for width in sizes)
    address = reverse("content:picture", args=[picture.pk]) if draft else picture.address(picture.width)
    said = words.texts
    return Cover(address, others, picture.width, picture.height, said.get("picture.alt"), said.get("picture.credit"))


def _marks(language: str) -> SafeString | str:
    if language == spoken():
        return ""
    return format_html(' lang="{}" dir="{}"', languages.tag(language), languages.direction(language))


def led_to(entry: Entry, language: str, limit: int = 8) -> list[Found]:
    """The public pages that its editor names, also where they have moved. One query, three where one is no longer at its address."""
    paths = entry.leads_to()[:limit]
    if not paths:
        return []
    found = {one.path: one for one in search("", language, Filters(paths=paths), per_page=limit).items}
    if missing := set(paths) - found.keys():
        new = {path: moved(path) for path in Redirect.objects.filter(path__in=missing).values_list("path", flat=True)}
        later = {one.path: one for one in search("", language, Filters(paths=list(new.values()))).items} if new else {}
        found |= {path: later[now_at] for path, now_at in new.items() if now_at in later}
    return list({found[path].object_id: found[path] for path in paths if path in found}.values())


def moved(path: str) -> str:
    """Where what once stood at this path stands now, or nothing."""
    found = Redirect.objects.filter(path=path).first()
    if found is None:
        return ""
    return Document.objects.filter(object_id=found.object_id).values_list("path", flat=True).first() or ""


def entry_of(kind: str, ident: UUID) -> Entry | None:
    """Of the own body; for who reviews, of any: the database shows no other."""
    model = KINDS.get(kind)
    return model._default_manager.filter(pk=ident).select_related("body").first() if model else None


def public_file(digest: str, width: int) -> bytes | None:
    """For everybody: the database shows what a published entry shows. One query."""
    return _file(Rendition.objects.filter(picture__digest=digest, width=width))


def picture_file(ident: UUID, width: int) -> bytes | None:
    """For an editor: of the own body, public or not; at most so wide, or the largest."""
    files = Rendition.objects.filter(picture=ident)
    return _file(files.filter(width__lte=width) if width else files)


def _file(files: QuerySet[Rendition]) -> bytes | None:
    found = files.order_by("-width").values_list("webp", flat=True).first()
    return bytes(found) if found else None


def pictures_left_over(before: datetime) -> dict[UUID, list[UUID]]:
    """body → its pictures brought in before then that neither an entry shows nor a draft of one would. By the worker."""
    kept: set[str] = set()
    drafts = Q(approved_go_live_at__isnull=False) | Q(task_states__status=TaskState.STATUS_IN_PROGRESS)
    for model in KINDS.values():
        kept |= {
            str(ident) for ident in model._default_manager.exclude(picture=None).values_list("picture_id", flat=True)
        }
        drafts |= Q(pk__in=model._default_manager.values("latest_revision"))
    kept |= {ident for ident in Revision.objects.filter(drafts).values_list("content__picture", flat=True) if ident}
    found: dict[UUID, list[UUID]] = {}
    for ident, body_id in (
        Picture.objects.filter(created_at__lt=before).exclude(pk__in=kept).values_list("pk", "body_id")
    ):
        found.setdefault(body_id, []).append(ident)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the desk's list, whatever its kind."""

    entry: Entry
    due_at: datetime | None
    in_review: bool


def entries(actor: Actor, kind: str = "") -> list[Row]:
    """All that the body wrote (for who reviews: everybody), what was touched last first. Three queries a kind."""
    found: list[Row] = []
    for model in [KINDS[kind]] if kind in KINDS else KINDS.values():
        rows = model._default_manager.select_related("body", "latest_revision").annotate(
            due_at=Subquery(Vouch.objects.filter(object_id=OuterRef("pk")).values("due_at")[:1])
        )
        listed = list(rows.order_by("-created_at")[:500])
        waiting = set(
            WorkflowState.objects.filter(
                object_id__in=[str(one.pk) for one in listed], status=WorkflowState.STATUS_IN_PROGRESS
            ).values_list("object_id", flat=True)
        )
        found += [Row(one, one.due_at, str(one.pk) in waiting) for one in listed]
    return sorted(
        found,
        key=lambda row: row.entry.latest_revision.created_at if row.entry.latest_revision else row.entry.created_at,
        reverse=True,
    )


def waiting_for_review(limit: int = 10) -> list[Entry]:
    """Oldest first. By who reviews."""
    states = WorkflowState.objects.filter(status=WorkflowState.STATUS_IN_PROGRESS).order_by("created_at")
    found = []
    for state in states[: limit * 2]:
        model = state.content_type.model_class()
        if model in KINDS.values() and (
            entry := model._default_manager.filter(pk=state.object_id).select_related("body").first()
        ):
            found.append(entry)
    return found[:limit]


def place_of(event: Any) -> str:
    """Where it takes place, with its town unless it names it. Of an Event or a row of DATED."""
    town = by_istat(event.municipality)
    return ", ".join(filter(None, [event.where, town.name if town and town.name not in event.where else ""]))


# What a calendar says of an event, but for its words.
DATED = (
    "pk", "slug", "theme", "municipality", "where", "starts_at", "ends_at", "rule", "until", "except_days", "created_at", "first_published_at",
    "last_published_at",
)  # fmt: skip


def coming(
    limit: int = 200, *, theme: str = "", municipalities: Sequence[str] = (), only: UUID | None = None
) -> list[Any]:
    """Published events that are not over, for calendars, as rows of DATED: those that come soonest. What concerns the whole region is
    everywhere. One query."""
    rows = Event.objects.filter(Q(ends_at__gt=clock.now()) | Q(until__gte=clock.today()), live=True).order_by(
        "starts_at", "pk"
    )
    if theme:
        rows = rows.filter(theme=theme)
    if municipalities:
        rows = rows.filter(municipality__in=["", *municipalities])
    if only:
        rows = rows.filter(pk=only)
    return list(rows.values_list(*DATED, named=True)[:limit])
