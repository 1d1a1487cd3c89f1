"""What was worked: reported by the mediator, confirmed by the body that called, then in the ledger; once."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.actions.mediation import notices
from interazioni.actions.mediation.acting_for import answers_for, as_body, calls_for
from interazioni.actions.mediation.models import Assignment, AssignmentState, Hours, HoursState
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.plan.ledger.rules import NewEntry, post, reverse_sources

LONGEST = 720
SOURCE = "mediation"


@rule(Permission.CALLS_ANSWER)
def report_hours(
    *, assignment: Assignment, minutes: int, travel_km: Decimal = Decimal(0), travel_minutes: int = 0, contacts: int | None = None, by: Actor,
) -> Hours:  # fmt: skip
    """ "Done": the mediator says how long it took, and the way. Again: corrects what was not confirmed yet, or was disputed."""
    row = Assignment.objects.select_related("dispatch").filter(pk=assignment.pk).first()
    if row is None or not answers_for(row, by):
        raise ValidationError(_("This is not yours."))
    if not 1 <= minutes <= LONGEST:
        raise ValidationError({"minutes": _("Between one minute and %(most)s hours.") % {"most": LONGEST // 60}})
    if clock.now() < row.starts_at:
        raise ValidationError(_("It has not begun yet."))
    written = _write(
        assignment=row, minutes=minutes, travel_km=travel_km, travel_minutes=travel_minutes, contacts=contacts, by=as_body(row.dispatch, by)
    )  # fmt: skip
    record(by, "mediation.report_hours", object_kind="assignment", object_id=row.pk, detail={"minutes": minutes})
    return written


@rule(Permission.CALLS_DISPATCH)
def _write(
    *, assignment: Assignment, minutes: int, travel_km: Decimal, travel_minutes: int, contacts: int | None, by: Actor
) -> Hours:
    row = Assignment.objects.select_for_update(of=("self",)).select_related("body", "presence").get(pk=assignment.pk)
    there = Hours.objects.select_for_update().filter(assignment=row).first()
    if row.state not in (
        AssignmentState.ACCEPTED,
        AssignmentState.CONFIRMED,
        AssignmentState.UNDER_WAY,
        AssignmentState.DONE,
    ):
        raise ValidationError(_("This is over already: its hours stand."))
    if there is not None and there.state == HoursState.ATTESTED:
        raise ValidationError(_("These hours are confirmed already."))
    hours = there or Hours(
        assignment=row, body_id=row.body_id, dispatch_id=row.dispatch_id, employer_id=row.employer_id,
        mediator_user_id=row.mediator_user_id, happened_date=clock.in_rome(row.starts_at).date(),
    )  # fmt: skip
    hours.minutes, hours.travel_km, hours.travel_minutes, hours.contacts = minutes, travel_km, travel_minutes, contacts
    hours.reported_at, hours.state, hours.dispute_words = clock.now(), HoursState.REPORTED, ""
    hours.version += 1 if there else 0
    hours.save(force_insert=there is None)
    if row.state != AssignmentState.DONE:
        row.state, row.changed_at = AssignmentState.DONE, clock.now()
        row.save(update_fields=["state", "changed_at"])
    if row.presence_id and row.body_id == row.dispatch_id:  # nobody else was there to confirm: the dispatch's own desk
        _attest(hours, row, "own", "")
    else:
        notices.to_be_attested(hours, row, row.body)
    record(by, "mediation.write_hours", object_kind="assignment", object_id=row.pk)
    return hours


@rule(Permission.CALLS_MAKE)
def attest_hours(
    *, hours: Hours, how: str = "touch", signature: str = "", version: int | None = None, by: Actor
) -> Hours:
    """The body that called confirms: by one touch, by a signature on the phone, from the link. Posts to the ledger, once.

    `version`: the one that was read; hours corrected meanwhile are not confirmed unseen.
    """
    row = Hours.objects.select_related("dispatch").filter(pk=hours.pk).first()
    if row is None or not calls_for(row, by):
        raise ValidationError(_("This is not yours."))
    written = _attest_as_dispatch(
        hours=row, how=how, signature=signature, version=version, by=as_body(row.dispatch, by)
    )
    record(by, "mediation.attest_hours", object_kind="assignment", object_id=row.assignment_id, detail={"how": how})
    return written


@rule(Permission.CALLS_DISPATCH)
def _attest_as_dispatch(*, hours: Hours, how: str, signature: str, version: int | None, by: Actor) -> Hours:
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("kind__activity__plan", "employer")
        .get(pk=hours.assignment_id)
    )
    row = Hours.objects.select_for_update().get(pk=hours.pk)
    if row.state == HoursState.DISPUTED:
        raise ValidationError(_("These hours are in doubt: the mediator corrects them first."))
    if row.state == HoursState.REPORTED:
        if version not in (None, row.version):
            raise ValidationError(_("The hours have been corrected meanwhile: look at them again."))
        _attest(row, assignment, how, signature)
    record(by, "mediation.stand", object_kind="assignment", object_id=assignment.pk)
    return row


def _attest(row: Hours, assignment: Assignment, how: str, signature: str) -> None:
    row.state, row.attested_at, row.attested_how, row.signature = HoursState.ATTESTED, clock.now(), how, signature
    row.save(update_fields=["state", "attested_at", "attested_how", "signature"])
    assignment.state, assignment.changed_at = AssignmentState.ATTESTED, clock.now()
    assignment.save(update_fields=["state", "changed_at"])
    _post_hours(hours=row, by=as_body(assignment.employer))


@rule(Permission.DELIVERIES_RECORD)
def _post_hours(*, hours: Hours, by: Actor) -> None:
    """In the book of the body that employs: it is the one that delivered."""
    assignment = Assignment.objects.select_related("kind__activity__plan").get(pk=hours.assignment_id)
    kind = assignment.kind
    post(
        [
            NewEntry(
                activity=kind.activity, measure=kind.measure, quantity=(Decimal(hours.minutes) / 60).quantize(Decimal("0.01")), unit=kind.unit,
                happened_date=hours.happened_date, source_kind=SOURCE, source_id=hours.pk, municipality=assignment.municipality,
            )
        ],
        by=by,
    )  # fmt: skip
    record(by, "mediation.post_hours", object_kind="assignment", object_id=assignment.pk)


@rule(Permission.CALLS_MAKE)
def dispute_hours(*, hours: Hours, words: str, by: Actor) -> Hours:
    """The body that called does not agree, and says why. What was confirmed by time alone can still be disputed."""
    if not words.strip():
        raise ValidationError({"words": _("Say what is wrong.")})
    row = Hours.objects.select_related("dispatch").filter(pk=hours.pk).first()
    if row is None or not calls_for(row, by):
        raise ValidationError(_("This is not yours."))
    written = _dispute(hours=row, words=words, by=as_body(row.dispatch, by))
    record(by, "mediation.dispute_hours", object_kind="assignment", object_id=row.assignment_id)
    return written


@rule(Permission.CALLS_DISPATCH)
def _dispute(*, hours: Hours, words: str, by: Actor) -> Hours:
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("mediator", "employer")
        .get(pk=hours.assignment_id)
    )
    row = Hours.objects.select_for_update().get(pk=hours.pk)
    if row.paid_only:
        raise ValidationError(_("These hours follow from the plan's rule for late cancellations."))
    if row.state == HoursState.ATTESTED:
        if row.attested_how != "time":
            raise ValidationError(_("These hours are confirmed already."))
        assignment.state, assignment.changed_at = AssignmentState.DONE, clock.now()
        assignment.save(update_fields=["state", "changed_at"])
        _unpost(hours=row, by=as_body(assignment.employer))
    row.state, row.attested_at, row.attested_how, row.dispute_words = (
        HoursState.DISPUTED,
        None,
        "",
        words.strip()[:1000],
    )
    row.save(update_fields=["state", "attested_at", "attested_how", "dispute_words"])
    notices.disputed(row, assignment.mediator)
    record(by, "mediation.doubt_hours", object_kind="assignment", object_id=assignment.pk)
    return row


@rule(Permission.CALLS_DISPATCH)
def reopen_hours(*, hours: Hours, words: str, by: Actor) -> Hours:
    """Confirmed by mistake: the dispatcher takes the confirmation back, with a reason; the ledger takes back its entry."""
    if not words.strip():
        raise ValidationError({"words": _("Say what is wrong.")})
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("employer", "mediator")
        .get(pk=hours.assignment_id)
    )
    row = Hours.objects.select_for_update().get(pk=hours.pk)
    if row.dispatch_id != by.body_id:
        raise ValidationError(_("This is not yours."))
    if row.state != HoursState.ATTESTED or row.paid_only:
        raise ValidationError(_("These hours are not confirmed."))
    assignment.state, assignment.changed_at = AssignmentState.DONE, clock.now()
    assignment.save(update_fields=["state", "changed_at"])
    row.state, row.attested_at, row.attested_how, row.dispute_words = (
        HoursState.DISPUTED,
        None,
        "",
        words.strip()[:1000],
    )
    row.save(update_fields=["state", "attested_at", "attested_how", "dispute_words"])
    _unpost(hours=row, by=as_body(assignment.employer))
    notices.disputed(row, assignment.mediator)
    record(by, "mediation.reopen_hours", object_kind="assignment", object_id=assignment.pk)
    return row


@rule(Permission.DELIVERIES_RECORD)
def _unpost(*, hours: Hours, by: Actor) -> None:
    reverse_sources([hours.pk], by=by)
    record(by, "mediation.unpost_hours", object_kind="assignment", object_id=hours.assignment_id)
