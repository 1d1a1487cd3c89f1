"""Mails of the review. Inside the rule that they follow from; the words of an entry stay on the desk."""

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


def ask_for_review(entry: Entry) -> None:
    with acting(system_actor(entry.body)):  # an editor does not see who works at the technical assistance
        addresses = [(address, LANGUAGE) for address in holders(Permission.CONTENT_REVIEW)]
    for address, language in addresses:
        with translation.override(language):
            send(
                to=address, purpose="content.review", subject=_("To be reviewed: %(title)s") % {"title": entry.title},
                text=_("%(body)s has written “%(title)s” and asks you to read it before it is published.\n\n%(page)s\n")
                % {"body": entry.body.name, "title": entry.title, "page": _page(entry)},
            )  # fmt: skip


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
