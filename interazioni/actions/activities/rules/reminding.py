"""Asking for the registers that are missing."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from interazioni.actions.activities.models import Session
from interazioni.actions.activities.queries import leaders_of, to_remind
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.outbox.rules import send
from interazioni.foundation.ui.formats import local_time, weekday_date

AFTER_DAYS = 3
AGAIN_DAYS = 7


@rule(Permission.SYSTEM_UPKEEP)
def remind_missing_registers(*, after_days: int = AFTER_DAYS, by: Actor) -> int:
    """Writes to who leads an edition of the actor's body about sessions that began more than `after_days` days ago and have no
    register; each session at most once in a week. One mail a person. Gives how many sessions were asked for."""
    now = clock.now()
    sessions = list(
        to_remind(by.body_id, before=now - timedelta(days=after_days), not_since=now - timedelta(days=AGAIN_DAYS))
    )
    leaders = leaders_of([session.edition_id for session in sessions])
    by_user: dict[str, list[Session]] = {}
    for session in sessions:
        for user in leaders.get(session.edition_id, []):
            if user.email:
                by_user.setdefault(user.email, []).append(session)
    asked = {session.pk for waiting in by_user.values() for session in waiting}
    with translation.override("it"):
        for email, waiting in by_user.items():
            n = len(waiting)
            send(
                to=email,
                subject=ngettext("%(n)d register is missing", "%(n)d registers are missing", n) % {"n": n},
                text=_text(waiting),
                purpose="missing-registers",
            )
    Session.objects.filter(pk__in=asked).update(reminded_at=now)
    record(by, "activities.remind", object_kind="body", object_id=by.body_id, detail={"sessions": len(asked)})
    return len(asked)


def _text(sessions: list[Session]) -> str:
    """Which sessions, each with the address of its register. No name of a recipient leaves the house by mail."""
    base = str(settings.BASE_URL).rstrip("/")
    lines = [
        f"- {session.edition.title}, {weekday_date(session.starts_at)}, {local_time(session.starts_at)}\n"
        f"  {base}{reverse('activities:register', args=[session.pk])}"
        for session in sessions
    ]
    return "\n".join(
        [
            _("These sessions have no register yet:"), "", *lines, "",
            _("If a session was not held, cancel it on its page: then no register is missing."),
        ]
    )  # fmt: skip
