"""Opening an edition, planning its sessions, enrolling who takes part."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils.translation import gettext as _

from interazioni.actions.activities.calendar import Laid, Pattern, lay
from interazioni.actions.activities.models import (
    Edition,
    EditionState,
    Enrolment,
    Leading,
    Session,
    SessionState,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.plan.associations.models import Association
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.people.models import Person, PersonState
from interazioni.plan.programme.models import Activity, Participants


@rule(Permission.EDITIONS_MANAGE)
def open_edition(
    *,
    activity: Activity,
    code: str,
    title: str,
    municipality: str,
    starts: date,
    ends: date,
    site: Site | None = None,
    place: str = "",
    led_by: Collection[UUID] = (),
    ident: UUID | None = None,
    by: Actor,
) -> Edition:
    """Opens an edition of an activity for the actor's body. `led_by` are the users whose day it belongs to."""
    if not activity.holds_sessions:
        raise ValidationError({"activity": _("This activity has no sessions: record its work as a delivery.")})
    if site is not None and site.body_id != by.body_id:
        raise ValidationError({"site": _("Choose a place of your own body.")})
    _within_plan(activity, starts, ends)
    edition = Edition(
        id=ident or new_id(), body_id=by.body_id, activity=activity, code=code, title=title, site=site, place=place,
        municipality=municipality, starts_date=starts, ends_date=ends,
    )  # fmt: skip
    edition.full_clean(exclude=["led_by"])
    edition.save(force_insert=True)
    _set_leading(edition, led_by)
    record(
        by, "activities.open_edition", object_kind="edition", object_id=edition.pk, detail={"activity": activity.code}
    )
    return edition


@rule(Permission.EDITIONS_MANAGE)
def correct_edition(
    *,
    edition: Edition,
    version: int,
    title: str,
    municipality: str,
    starts: date,
    ends: date,
    site: Site | None = None,
    place: str = "",
    led_by: Collection[UUID] = (),
    by: Actor,
) -> Edition:
    """Corrects an edition; `version` is the one the form was based on. Raises ValidationError when somebody was faster."""
    locked = Edition.objects.select_for_update(of=("self",)).select_related("activity__plan").get(pk=edition.pk)
    if locked.version != version:
        raise ValidationError(
            _("Somebody changed this edition in the meantime: look at it again before you save."), code="stale"
        )
    if site is not None and site.body_id != by.body_id:
        raise ValidationError({"site": _("Choose a place of your own body.")})
    _within_plan(locked.activity, starts, ends)
    outside = [day for (day,) in locked.sessions.exclude(state=SessionState.CANCELLED).values_list("starts_at")]
    if any(not starts <= clock.in_rome(moment).date() <= ends for moment in outside):
        raise ValidationError({"ends_date": _("There are sessions outside these days: move or cancel them first.")})
    values = {
        "title": title,
        "municipality": municipality,
        "starts_date": starts,
        "ends_date": ends,
        "site": site,
        "place": place,
    }
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    for name, value in values.items():
        setattr(locked, name, value)
    locked.version += 1
    locked.full_clean(exclude=["led_by"])
    locked.save()
    _set_leading(locked, led_by)
    record(by, "activities.correct_edition", object_kind="edition", object_id=locked.pk, changed=changed)
    return locked


@rule(Permission.EDITIONS_MANAGE)
def close_edition(*, edition: Edition, by: Actor) -> Edition:
    """Nothing more is planned or enrolled. Registers of sessions past can still be taken."""
    Edition.objects.filter(pk=edition.pk).update(state=EditionState.CLOSED, version=F("version") + 1)
    edition.refresh_from_db()
    record(by, "activities.close_edition", object_kind="edition", object_id=edition.pk)
    return edition


@rule(Permission.EDITIONS_MANAGE)
def plan_sessions(*, edition: Edition, pattern: Pattern, by: Actor) -> Laid:
    """Plans the pattern's sessions; those that stand already at the same moment are left as they are."""
    _open(edition)
    body = Body.objects.get(pk=edition.body_id)
    laid = lay(pattern, body.closures)
    first, last = edition.starts_date, edition.ends_date
    outside = [moment for moment in laid.starts if not first <= clock.in_rome(moment).date() <= last]
    if outside:
        day = clock.in_rome(outside[0]).date()
        raise ValidationError(_("%(day)s is outside the edition's days.") % {"day": day.strftime("%d/%m/%Y")})
    there = set(edition.sessions.exclude(state=SessionState.CANCELLED).values_list("starts_at", flat=True))
    Session.objects.bulk_create(
        Session(body_id=edition.body_id, edition=edition, starts_at=moment, planned_minutes=pattern.minutes)
        for moment in laid.starts
        if moment not in there
    )
    record(
        by, "activities.plan_sessions", object_kind="edition", object_id=edition.pk,
        detail={"sessions": len(set(laid.starts) - there), "left_out": len(laid.left_out)},
    )  # fmt: skip
    return laid


@rule(Permission.EDITIONS_MANAGE)
def move_session(*, session: Session, starts_at: datetime, minutes: int, by: Actor) -> Session:
    """Moves a session that was not held yet."""
    locked = Session.objects.select_for_update(of=("self",)).select_related("edition").get(pk=session.pk)
    if locked.state != SessionState.PLANNED:
        raise ValidationError(_("Only a planned session can be moved."))
    if not locked.edition.starts_date <= clock.in_rome(starts_at).date() <= locked.edition.ends_date:
        raise ValidationError({"day": _("This day is outside the edition's days.")})
    if (
        locked.edition.sessions.exclude(pk=locked.pk)
        .exclude(state=SessionState.CANCELLED)
        .filter(starts_at=starts_at)
        .exists()
    ):
        raise ValidationError({"day": _("The edition meets at that moment already.")})
    locked.starts_at, locked.planned_minutes = starts_at, minutes
    locked.full_clean(validate_constraints=False)
    locked.save(update_fields=["starts_at", "planned_minutes"])
    record(
        by,
        "activities.move_session",
        object_kind="session",
        object_id=locked.pk,
        changed=["starts_at", "planned_minutes"],
    )
    return locked


@rule(Permission.EDITIONS_MANAGE)
def cancel_session(*, session: Session, reason: str, by: Actor) -> Session:
    """The session is not held. It no longer counts, and no register is missing for it."""
    locked = Session.objects.select_for_update().get(pk=session.pk)
    if locked.state == SessionState.HELD:
        raise ValidationError(_("This session was held: take its register back first."))
    locked.state, locked.cancelled_reason = SessionState.CANCELLED, reason
    locked.save(update_fields=["state", "cancelled_reason"])
    record(by, "activities.cancel_session", object_kind="session", object_id=locked.pk)
    return locked


@rule(Permission.EDITIONS_MANAGE)
def enrol(
    *,
    edition: Edition,
    person_ids: Sequence[UUID] = (),
    association_ids: Sequence[UUID] = (),
    since: date | None = None,
    by: Actor,
) -> int:
    """Enrols people of the body, or associations; whoever is enrolled stays so, whoever had left comes back. Gives how many are new."""
    _open(edition)
    participants = edition.activity.participants
    if (person_ids and participants != Participants.PERSONS) or (
        association_ids and participants != Participants.ASSOCIATIONS
    ):
        raise ValidationError(_("This activity does not enrol these participants."))
    people = set(
        Person.objects.filter(pk__in=person_ids, body_id=edition.body_id, state=PersonState.ACTIVE).values_list(
            "pk", flat=True
        )
    )
    associations = set(Association.objects.filter(pk__in=association_ids).values_list("pk", flat=True))
    if people != set(person_ids) or associations != set(association_ids):
        raise ValidationError(_("Somebody in the list is not on record in your body any more: look at the list again."))
    since = since or min(max(clock.today(), edition.starts_date), edition.ends_date)
    there = {(row.person_id, row.association_id): row for row in edition.enrolments.select_for_update()}
    back = [
        row.pk
        for key, row in there.items()
        if (key[0] in people or key[1] in associations) and row.until_date is not None
    ]
    Enrolment.objects.filter(pk__in=back).update(until_date=None)
    fresh = [
        Enrolment(body_id=edition.body_id, edition=edition, person_id=pk, since_date=since)
        for pk in person_ids
        if (pk, None) not in there
    ]
    fresh += [
        Enrolment(body_id=edition.body_id, edition=edition, association_id=pk, since_date=since)
        for pk in association_ids
        if (None, pk) not in there
    ]
    Enrolment.objects.bulk_create(fresh)
    record(
        by,
        "activities.enrol",
        object_kind="edition",
        object_id=edition.pk,
        detail={"new": len(fresh), "back": len(back)},
    )
    return len(fresh) + len(back)


@rule(Permission.EDITIONS_MANAGE)
def end_enrolment(*, enrolment: Enrolment, last_day: date, by: Actor) -> Enrolment:
    """Somebody leaves an edition; what was attended stays."""
    enrolment.until_date = max(last_day, enrolment.since_date)
    enrolment.save(update_fields=["until_date"])
    record(
        by,
        "activities.end_enrolment",
        object_kind="edition",
        object_id=enrolment.edition_id,
        detail={"enrolment": str(enrolment.pk)},
    )
    return enrolment


def _set_leading(edition: Edition, users: Collection[UUID]) -> None:
    there = set(edition.leadings.values_list("user_id", flat=True))
    edition.leadings.exclude(user_id__in=users).delete()
    Leading.objects.bulk_create(
        Leading(body_id=edition.body_id, edition=edition, user_id=user)
        for user in dict.fromkeys(users)
        if user not in there
    )


def _open(edition: Edition) -> None:
    if edition.state != EditionState.OPEN:
        raise ValidationError(_("This edition is closed."))


def _within_plan(activity: Activity, starts: date, ends: date) -> None:
    plan = activity.plan
    if starts < plan.starts_date or ends > plan.ends_date:
        raise ValidationError({"starts_date": _("The days must lie within the plan.")})
