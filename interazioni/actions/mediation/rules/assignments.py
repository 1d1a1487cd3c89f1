"""What was promised: confirming, being there, giving back, ending early, moving. The call goes with it, in the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from interazioni.actions.mediation import notices
from interazioni.actions.mediation.acting_for import answers_for, as_body, calls_for
from interazioni.actions.mediation.models import (
    LIVE,
    Assignment,
    AssignmentState,
    Call,
    Hours,
    HoursState,
    Mediator,
    Mode,
    Side,
    Urgency,
)
from interazioni.actions.mediation.settings_of import plan_rules
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock

EARLY = timedelta(minutes=60)  # "I am there" an hour ahead at most
SOON = timedelta(hours=48)


class NoRoom(ValidationError):
    """The mediator is promised elsewhere at that time, or has no time to travel."""


@contextmanager
def one_place_at_a_time() -> Iterator[None]:
    """What the database holds against, said in words, here and not at the end of the transaction."""
    try:
        with transaction.atomic():
            yield
            with connection.cursor() as cursor:
                cursor.execute("SET CONSTRAINTS mediation_assignment_one_place, mediation_time_between IMMEDIATE")
                cursor.execute("SET CONSTRAINTS mediation_assignment_one_place, mediation_time_between DEFERRED")
    except IntegrityError as fault:
        name = getattr(getattr(fault.__cause__, "diag", None), "constraint_name", "") or ""
        if name == "mediation_assignment_one_place":
            raise NoRoom(_("At that time the mediator is promised elsewhere already.")) from fault
        if name == "mediation_time_between":
            raise NoRoom(_("Between two places there is no time to travel.")) from fault
        raise


def promise(
    call: Call, mediator: Mediator, starts_at: datetime, ends_at: datetime, mode: str, language: str, *, confirmed: bool
) -> Assignment:  # fmt: skip
    """Inside a rule. Writes the promise; the database lets it be in one place at a time, and carries the call along."""
    with one_place_at_a_time():
        assignment = Assignment(
            body_id=call.body_id, dispatch_id=call.dispatch_id, employer_id=mediator.body_id, mediator=mediator,
            mediator_user_id=mediator.user_id, mediator_name=mediator.full_name, mediator_phone=mediator.phone, call=call, kind_id=call.kind_id,
            starts_at=starts_at, ends_at=ends_at, mode=mode, language=language,
            place=call.place if mode == Mode.ONSITE else "", municipality=call.municipality,
            latitude=call.latitude if mode == Mode.ONSITE else None, longitude=call.longitude if mode == Mode.ONSITE else None,
            state=AssignmentState.CONFIRMED if confirmed else AssignmentState.ACCEPTED, changed_at=clock.now(), created_at=clock.now(),
        )  # fmt: skip
        assignment.save(force_insert=True)
    return assignment


@rule(Permission.CALLS_MAKE)
def confirm_assignment(*, assignment: Assignment, by: Actor) -> Assignment:
    """The body that called, or the dispatcher for it, confirms who is coming and when."""
    row = Assignment.objects.select_related("dispatch").filter(pk=assignment.pk).first()
    if row is None or not calls_for(row, by):
        raise ValidationError(_("This is not yours."))
    confirmed = _confirm(assignment=row, by=as_body(row.dispatch, by))
    record(by, "mediation.confirm_assignment", object_kind="assignment", object_id=row.pk)
    return confirmed


@rule(Permission.CALLS_DISPATCH)
def _confirm(*, assignment: Assignment, by: Actor) -> Assignment:
    """As the dispatch: the body that called reads no register of mediators."""
    row = _locked(assignment)
    if row.state == AssignmentState.ACCEPTED:
        _to(row, AssignmentState.CONFIRMED)
        notices.promised(row, row.mediator)
    elif row.state != AssignmentState.CONFIRMED:
        raise ValidationError(_("This can no longer be confirmed."))
    record(by, f"mediation.{AssignmentState.CONFIRMED}", object_kind="assignment", object_id=row.pk)
    return row


@rule(Permission.CALLS_ANSWER)
def arrive(*, assignment: Assignment, by: Actor) -> Assignment:
    """ "I am there": from an hour before."""
    row = _mine(assignment, by)
    if row.state in (AssignmentState.ACCEPTED, AssignmentState.CONFIRMED):
        if clock.now() < row.starts_at - EARLY:
            raise ValidationError(_("It is too early for that: it begins later."))
        _as_dispatch(assignment=row, state=AssignmentState.UNDER_WAY, by=as_body(row.dispatch, by))
    elif row.state != AssignmentState.UNDER_WAY:
        raise ValidationError(_("This is over already."))
    record(by, "mediation.arrive", object_kind="assignment", object_id=row.pk)
    return row


@rule(Permission.CALLS_ANSWER)
def withdraw(*, assignment: Assignment, words: str, by: Actor) -> Assignment:
    """The mediator cannot come after all. The call opens again at once; shortly before it begins it becomes urgent."""
    row = _mine(assignment, by)
    if row.state not in (AssignmentState.ACCEPTED, AssignmentState.CONFIRMED):
        raise ValidationError(_("This cannot be given back any more: say it to the dispatcher."))
    end_assignment(assignment=row, how="withdrawn", side=Side.MEDIATOR, words=words, by=as_body(row.dispatch, by))
    record(by, "mediation.withdraw", object_kind="assignment", object_id=row.pk)
    return row


@rule(Permission.CALLS_DISPATCH)
def end_assignment(*, assignment: Assignment, how: str, side: str, words: str = "", by: Actor) -> Assignment:
    """Ends a promise before it was kept: `cancelled`, `withdrawn`, `mediator_absent`, `user_absent`.

    A late cancellation, and people who did not come, pay the hours without the way where the plan says so.
    """
    row = _locked(assignment)
    if row.state not in LIVE and not (row.state == AssignmentState.DONE and how == AssignmentState.USER_ABSENT):
        raise ValidationError(_("This is over already."))
    if how in (AssignmentState.MEDIATOR_ABSENT, AssignmentState.USER_ABSENT) and clock.now() < row.starts_at:
        raise ValidationError(_("It has not begun yet: cancel it instead."))
    plan = plan_rules(row.kind.activity.plan)
    row.ended_by, row.ended_words = side, words.strip()[:300]
    row.ended_late = row.starts_at - clock.now() < timedelta(hours=plan.late_hours)
    _to(row, AssignmentState(how), "ended_by", "ended_words", "ended_late")
    if (
        plan.late_pays
        and row.ended_late
        and side != Side.MEDIATOR
        and how in (AssignmentState.CANCELLED, AssignmentState.USER_ABSENT)
    ):
        _paid_only(row)
    if how == AssignmentState.WITHDRAWN and row.call is not None:
        _open_again(row.call, row.starts_at)
        notices.ended(row, row.body.email, _("The mediator cannot come after all. We are looking for another one."))
    elif how == AssignmentState.CANCELLED:
        notices.ended(row, row.mediator.email, _("It is no longer needed."))
    record(
        by,
        "mediation.end_assignment",
        object_kind="assignment",
        object_id=row.pk,
        detail={"how": how, "side": side, "late": row.ended_late},
    )
    return row


@rule(Permission.CALLS_MAKE)
def report_absence(*, assignment: Assignment, words: str = "", by: Actor) -> Assignment:
    """The body that called says that the mediator did not come. The call can be sent again."""
    if not calls_for(assignment, by):
        raise ValidationError(_("This is not yours."))
    return end_assignment_for(assignment, AssignmentState.MEDIATOR_ABSENT, Side.CALLER, words, by)


@rule(Permission.CALLS_ANSWER)
def report_nobody_there(*, assignment: Assignment, words: str = "", by: Actor) -> Assignment:
    """The mediator came and the people did not."""
    row = _mine(assignment, by)
    return end_assignment_for(row, AssignmentState.USER_ABSENT, Side.CALLER, words, by)


def end_assignment_for(assignment: Assignment, how: str, side: str, words: str, by: Actor) -> Assignment:
    dispatch = assignment.dispatch
    ended = end_assignment(assignment=assignment, how=how, side=side, words=words, by=as_body(dispatch, by))
    record(by, f"mediation.{how}", object_kind="assignment", object_id=assignment.pk)
    return ended


@rule(Permission.CALLS_DISPATCH)
def move_assignment(
    *, assignment: Assignment, starts_at: datetime, mediator: Mediator | None = None, by: Actor
) -> Assignment:
    """Another hour, or another mediator, agreed by phone. Length and place stay."""
    row = _locked(assignment)
    if row.state not in (AssignmentState.ACCEPTED, AssignmentState.CONFIRMED):
        raise ValidationError(_("Only what is still to come can be moved."))
    if starts_at <= clock.now():
        raise ValidationError({"starts_at": _("This time has passed already.")})
    length = row.ends_at - row.starts_at
    with one_place_at_a_time():
        if mediator is not None and mediator.pk != row.mediator_id:
            before = row.mediator
            row.mediator, row.mediator_user_id, row.employer_id = mediator, mediator.user_id, mediator.body_id
            row.mediator_name, row.mediator_phone = mediator.full_name, mediator.phone
            notices.ended(row, before.email, _("Somebody else goes instead of you."))
        row.starts_at, row.ends_at, row.changed_at = starts_at, starts_at + length, clock.now()
        row.save(
            update_fields=[
                "mediator",
                "mediator_user_id",
                "employer",
                "mediator_name",
                "mediator_phone",
                "starts_at",
                "ends_at",
                "changed_at",
            ]
        )
    notices.moved(row, row.mediator)
    record(by, "mediation.move_assignment", object_kind="assignment", object_id=row.pk)
    return row


@rule(Permission.CALLS_DISPATCH)
def _as_dispatch(*, assignment: Assignment, state: AssignmentState, by: Actor) -> None:
    assignment.arrived_at = assignment.arrived_at or clock.now()
    _to(assignment, state, "arrived_at")
    record(by, f"mediation.{state}", object_kind="assignment", object_id=assignment.pk)


def _to(row: Assignment, state: AssignmentState, *fields: str) -> None:
    row.state, row.changed_at = state, clock.now()
    row.save(update_fields=["state", "changed_at", *fields])


def _locked(assignment: Assignment) -> Assignment:
    return (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("mediator", "dispatch", "body", "call", "kind__activity__plan")
        .get(pk=assignment.pk)
    )


def _mine(assignment: Assignment, by: Actor) -> Assignment:
    """The actor's own, or any of the dispatch for its dispatcher."""
    row = (
        Assignment.objects.select_related("mediator", "dispatch", "body", "kind__activity__plan")
        .filter(pk=assignment.pk)
        .first()
    )
    if row is None or not answers_for(row, by):
        raise ValidationError(_("This is not yours."))
    return row


def _paid_only(row: Assignment) -> None:
    """Paid, not delivered: on the timesheet, never in the ledger."""
    Hours.objects.filter(assignment=row).delete()
    hours = Hours(
        assignment=row, body_id=row.body_id, dispatch_id=row.dispatch_id, employer_id=row.employer_id, mediator_user_id=row.mediator_user_id,
        happened_date=clock.in_rome(row.starts_at).date(), minutes=int((row.ends_at - row.starts_at).total_seconds() // 60), paid_only=True,
        reported_at=clock.now(), state=HoursState.REPORTED,
    )  # fmt: skip
    hours.save(force_insert=True)
    hours.state, hours.attested_at, hours.attested_how = HoursState.ATTESTED, clock.now(), "plan"
    hours.save(update_fields=["state", "attested_at", "attested_how"])


def _open_again(call: Call, starts_at: datetime) -> None:
    from interazioni.actions.mediation.tasks import next_steps

    call = Call.objects.get(pk=call.pk)
    if starts_at - clock.now() < SOON:
        call.urgency = Urgency.URGENT
    call.automatic, call.next_step_at = True, clock.now()
    call.save(update_fields=["urgency", "automatic", "next_step_at"])
    next_steps.nudge()
