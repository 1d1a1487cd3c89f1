"""One entry and the work behind it, for whoever may read the figure: codes, no names."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from interazioni.actions.activities.models import Attendance, Delivery, Session
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core.ids import short_code
from interazioni.foundation.ui.formats import local_moment, local_number
from interazioni.monitoring import disclosure, words
from interazioni.plan.ledger import queries as ledger
from interazioni.plan.ledger import registry
from interazioni.plan.ledger.models import Entry

Fact = tuple[str | Promise, str | Promise]


@dataclass(frozen=True, slots=True)
class Opened:
    """`facts` are of the work; `page` (URL name, id) is where its own body sees it; `reversal` takes the entry back."""

    entry: Entry
    who: str
    facts: list[Fact]
    page: tuple[str, UUID] | None
    reversal: Entry | None

    @property
    def dimensions(self) -> list[Fact]:
        found: list[Fact] = []
        for name in ("municipality", "sex", "age_band", "citizenship"):
            value = getattr(self.entry, name)
            if value:
                found.append((words.DIMENSION_LABELS[name], words.value_label(name, value)))
        return found


def entry_with_source(actor: Actor, entry_id: UUID) -> Opened | None:
    """None where the actor may not read the entry; whoever sees no small numbers opens no single entry."""
    if disclosure.restricted(actor):
        return None
    entry = (
        ledger.visible_to(actor)
        .select_related("activity__action", "body", "period", "reverses")
        .filter(pk=entry_id)
        .first()
    )
    if entry is None:
        return None
    who = short_code("P", entry.person_id) if entry.person_id else ""
    if entry.association_id:
        who = short_code("A", entry.association_id)
    pages = registry.pages_of([(entry.source_kind, entry.source_id)]) if entry.body_id == actor.body_id else {}
    return Opened(
        entry=entry, who=who, facts=_facts(entry), page=pages.get(entry.source_id),
        reversal=Entry.objects.filter(reverses=entry).first(),
    )  # fmt: skip


def _facts(entry: Entry) -> list[Fact]:
    match entry.source_kind:
        case "attendance":
            mark = Attendance.objects.filter(pk=entry.source_id).select_related("session__edition").first()
            if mark is None:
                return []
            minutes = _("%(minutes)s minutes") % {"minutes": local_number(mark.minutes)}
            return [(_("Mark"), f"{mark.get_status_display()}, {minutes}"), *_of_session(mark.session)]
        case "session":
            session = Session.objects.filter(pk=entry.source_id).select_related("edition").first()
            return _of_session(session) if session else []
        case "delivery":
            delivery = Delivery.objects.filter(pk=entry.source_id).select_related("kind").first()
            if delivery is None:
                return []
            return [
                (_("Work"), delivery.kind.title),
                (
                    _("How much"),
                    f"{local_number(delivery.quantity)} {delivery.kind.text('unit') or delivery.kind.unit}",
                ),
                (_("State"), delivery.get_state_display()),
            ]
    return []


def _of_session(session: Session) -> list[Fact]:
    held = _("%(minutes)s minutes") % {"minutes": local_number(session.held_minutes)} if session.held_minutes else ""
    return [
        (
            _("Session"),
            f"{local_moment(session.starts_at)} – {session.get_state_display()}{f', {held}' if held else ''}",
        ),
        (_("Edition"), f"{session.edition.code} – {session.edition.title}"),
        (_("Register taken"), local_moment(session.recorded_at) or "–"),
    ]
