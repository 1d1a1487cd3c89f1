"""What this room does when people change: two records joined, somebody erased, somebody asking what is kept."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.actions.activities.models import Attendance, Delivery, Enrolment
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock
from interazioni.foundation.privacy.registry import Section
from interazioni.plan.ledger.rules import reverse_sources


def join(keep_id: UUID, other_id: UUID, by: Actor) -> None:
    """What `other` attended and received is `keep`'s. Where both were marked in one session `keep`'s mark stands."""
    kept = {row.edition_id: row for row in Enrolment.objects.select_for_update().filter(person_id=keep_id)}
    for enrolment in Enrolment.objects.select_for_update().filter(person_id=other_id):
        same = kept.get(enrolment.edition_id)
        if same is None:
            enrolment.person_id = keep_id
            enrolment.save(update_fields=["person"])
            continue
        marked = Attendance.objects.filter(enrolment=same).values("session_id")
        twice = Attendance.objects.filter(enrolment=enrolment, session_id__in=marked)
        reverse_sources(list(twice.values_list("pk", flat=True)), by=by)
        twice.delete()
        Attendance.objects.filter(enrolment=enrolment).update(enrolment=same)
        same.since_date = min(same.since_date, enrolment.since_date)
        if enrolment.until_date is None or (same.until_date and same.until_date < enrolment.until_date):
            same.until_date = enrolment.until_date
        same.save(update_fields=["since_date", "until_date"])
        enrolment.delete()
    Delivery.objects.filter(person_id=other_id).update(person_id=keep_id)


def erase(person_id: UUID, by: Actor) -> Mapping[str, int]:
    """What was attended and received still counts, for a record that names nobody; what was written about it goes."""
    return {"deliveries": Delivery.objects.filter(person_id=person_id).exclude(title="").update(title="")}


def sections(person_id: UUID, by: Actor) -> Sequence[Section]:
    marks = (
        Attendance.objects.filter(enrolment__person_id=person_id, body_id=by.body_id)
        .select_related("session__edition")
        .order_by("session__starts_at")
    )
    received = (
        Delivery.objects.filter(person_id=person_id, body_id=by.body_id)
        .select_related("kind")
        .order_by("happened_date")
    )
    parts = (
        Enrolment.objects.filter(person_id=person_id, body_id=by.body_id)
        .select_related("edition")
        .order_by("since_date")
    )
    return [
        Section(_("Takes part in"), (_("Edition"), _("from"), _("to")), [(row.edition.title, row.since_date, row.until_date) for row in parts]),
        Section(
            _("Attendance"),
            (_("Day"), _("Edition"), _("Mark"), _("Minutes")),
            [
                (clock.in_rome(mark.session.starts_at).date(), mark.session.edition.title, mark.get_status_display(), mark.minutes)
                for mark in marks
            ],
        ),
        Section(
            _("Work done for the person"),
            (_("Day"), _("What"), _("How much"), _("Noted")),
            [
                (row.happened_date, row.kind.title, row.quantity, row.title if row.state == "recorded" else _now("withdrawn"))
                for row in received
            ],
        ),
    ]  # fmt: skip
