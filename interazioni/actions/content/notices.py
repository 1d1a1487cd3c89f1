"""Mails of the review. Inside the rule that they follow from; the words of an entry stay on the desk."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from interazioni.actions.content.models import Entry
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.freshness.registry import keepers
from interazioni.foundation.outbox.rules import send
from interazioni.plan.partners.queries import holders, system_actor

LANGUAGE = "it"  # the desk's first language; accounts know no other yet


def _page(entry: Entry) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{reverse('content:entry', args=[entry.kind, entry.pk])}"


_gathered: ContextVar[list[Entry] | None] = ContextVar("entries_to_be_reviewed", default=None)


@contextmanager
def together() -> Iterator[None]:
    """Whatever is sent to be reviewed inside is asked for in one mail."""
    entries: list[Entry] = []
    token = _gathered.set(entries)
    try:
        yield
    finally:
        _gathered.reset(token)
    if len(entries) > 1:
        _ask_for_all(entries)
    elif entries:
        ask_for_review(entries[0])


def ask_for_review(entry: Entry) -> None:
    gathered = _gathered.get()
    if gathered is not None:
        gathered.append(entry)
        return
    for address, language in _reviewers(entry):
        with translation.override(language):
            send(
                to=address, purpose="content.review", subject=_("To be reviewed: %(title)s") % {"title": entry.title},
                text=_("%(body)s has written “%(title)s” and asks you to read it before it is published.\n\n%(page)s\n")
                % {"body": entry.body.name, "title": entry.title, "page": _page(entry)},
            )  # fmt: skip


def _ask_for_all(entries: Sequence[Entry]) -> None:
    first = entries[0]
    page = f"{settings.BASE_URL.rstrip('/')}{reverse('content:entries')}"
    titles = "\n".join(f"– {entry.title}" for entry in entries[:20]) + ("\n…" if len(entries) > 20 else "")
    for address, language in _reviewers(first):
        with translation.override(language):
            said = {"body": first.body.name, "number": len(entries), "titles": titles, "page": page}
            send(
                to=address, purpose="content.review", subject=_("To be reviewed: %(number)s events of %(body)s") % said,
                text=_("%(body)s has brought in %(number)s events from a calendar and asks you to read them before they are published.\n\n%(titles)s\n\n%(page)s\n") % said,
            )  # fmt: skip


def _reviewers(entry: Entry) -> list[tuple[str, str]]:
    with acting(system_actor(entry.body)):  # an editor does not see who works at the technical assistance
        return [(address, LANGUAGE) for address in holders(Permission.CONTENT_REVIEW)]


def tell_the_body(entry: Entry, *, approved: bool, comment: str) -> None:
    with acting(system_actor(entry.body)):
        addresses = keepers().addresses(entry.body_id)
    for address, language in addresses:
        with translation.override(language):
            subject = _("Published: %(title)s") if approved else _("To be changed before it is published: %(title)s")
            said = f"\n{comment}\n" if comment else ""
            send(
                to=address, purpose="content.answer", subject=subject % {"title": entry.title},
                text=_("Whoever assists the plan has read “%(title)s”.") % {"title": entry.title} + f"\n{said}\n{_page(entry)}\n",
            )  # fmt: skip
