"""The morning's mail to who vouches: is it still true, and what the system found. One mail a body, however many things."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import links, registry
from interazioni.foundation.freshness.models import Problem, Vouch
from interazioni.foundation.freshness.words import problem_words
from interazioni.foundation.outbox.rules import send
from interazioni.foundation.ui.formats import long_date

ASK_BEFORE = (timedelta(days=14), timedelta(days=7), timedelta(days=2))  # the question, and two reminders


@rule(Permission.SYSTEM_UPKEEP)
def ask_owner(*, vouches: Sequence[Vouch], problems: Sequence[Problem] = (), by: Actor) -> int:
    """What is due, with a link each, and what was found and not told yet. Gives the number of mails. By the worker, each morning."""
    rows = list(Vouch.objects.select_for_update().filter(pk__in=[one.pk for one in vouches]).order_by("due_at"))
    found = list(
        Problem.objects.select_for_update(of=("self",)).select_related("vouch")
        .filter(pk__in=[one.pk for one in problems], told_at=None).order_by("vouch__title", "seen_at")
    )  # fmt: skip
    addresses = registry.keepers().addresses(by.body_id)
    for address, language in addresses if rows or found else ():
        with translation.override(language):
            send(to=address, purpose="freshness.ask", subject=_subject(rows, found), text=_letter(rows, found))
    for row in rows:
        row.asked, row.asked_at = row.asked + 1, clock.now()
    Vouch.objects.bulk_update(rows, ["asked", "asked_at"])
    Problem.objects.filter(pk__in=[one.pk for one in found]).update(told_at=clock.now())
    record(
        by, "freshness.ask", object_kind="body", object_id=by.body_id,
        detail={"entries": len(rows), "problems": len(found), "mails": len(addresses)},
    )  # fmt: skip
    return len(addresses)


def _subject(rows: Sequence[Vouch], found: Sequence[Problem]) -> str:
    if rows:
        return ngettext(
            "Is it still true? %(n)s entry of yours waits for a yes", "Is it still true? %(n)s entries of yours wait for a yes", len(rows)
        ) % {"n": len(rows)}  # fmt: skip
    things = len({one.vouch_id for one in found})
    return ngettext(
        "Something is wrong with %(n)s entry of yours", "Something is wrong with %(n)s entries of yours", things
    ) % {"n": things}


def _letter(rows: Sequence[Vouch], found: Sequence[Problem]) -> str:
    parts = [_("Good morning,")]
    if rows:
        parts.append(
            _("people read this every day and trust that it is true. Open each link, look, and say yes or correct it. No login is needed to say yes.")
        )  # fmt: skip
        parts += [
            f"{row.title}\n"
            + _("Last verified on %(date)s; it is marked as no longer verified from %(due)s.")
            % {"date": long_date(row.verified_at), "due": long_date(row.due_at)}
            + f"\n{links.address(row)}"
            for row in rows
        ]
    if found:
        parts.append(
            _("The system looks at links and opening hours by itself. This is what it found; people who follow it get no further. Correct it at the desk, or say there that it is right as it is.")
        )  # fmt: skip
        parts += [f"{one.vouch.title}\n{problem_words(one)}\n{_desk(one.vouch)}" for one in found]
    return "\n\n".join(parts) + "\n"


def _desk(vouch: Vouch) -> str:
    return str(settings.BASE_URL).rstrip("/") + registry.kinds[vouch.kind].page(vouch.object_id)
