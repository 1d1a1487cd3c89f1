"""What the dispatcher has before the eyes: the calls and presences of some days, what needs somebody first."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import (
    LIVE,
    Assignment,
    Call,
    CallOption,
    CallState,
    Mode,
    Offer,
    OfferState,
    Urgency,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.core import clock

LATE_AFTER = timedelta(minutes=10)  # after the beginning, when nobody has said "I am there"
SOON = timedelta(hours=24)


class Lane(StrEnum):
    """What a call needs from the dispatcher, in the order of the board."""

    UNCOVERED = "uncovered"
    WAITING = "waiting"
    COVERED = "covered"
    UNDER_WAY = "under_way"
    DONE = "done"
    OFF = "off"


LANE_OF = {
    CallState.SENT: Lane.UNCOVERED, CallState.DECLINED: Lane.UNCOVERED, CallState.UNCOVERED: Lane.UNCOVERED,
    CallState.MEDIATOR_ABSENT: Lane.UNCOVERED, CallState.PROPOSED: Lane.WAITING, CallState.ACCEPTED: Lane.COVERED,
    CallState.CONFIRMED: Lane.COVERED, CallState.UNDER_WAY: Lane.UNDER_WAY, CallState.DONE: Lane.DONE,
    CallState.ATTESTED: Lane.DONE, CallState.CANCELLED: Lane.OFF, CallState.USER_ABSENT: Lane.OFF,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the board: a call, or (without one) a regular presence. Moments are aware; names are mediators' only."""

    lane: Lane
    starts_at: datetime
    ends_at: datetime
    state: str
    body: str
    language: str
    mode: str
    place: str
    municipality: str
    call_id: UUID | None = None
    code: str = ""
    title: str = ""
    window_until: datetime | None = None  # it may begin until then
    minutes: int = 0
    urgent: bool = False
    mediator: str = ""
    phone: str = ""
    asked: Sequence[str] = ()  # who has not answered yet
    answer_by: datetime | None = None
    declined: int = 0
    unanswered: int = 0
    late: bool = False  # it should have begun
    passed: bool = False  # nobody came, and the hour is over
    near: bool = False  # not covered, and less than a day away


@dataclass(frozen=True, slots=True)
class Board:
    first: date
    last: date
    at: datetime
    lanes: dict[Lane, list[Row]] = field(default_factory=dict)

    def __getitem__(self, lane: Lane) -> list[Row]:
        return self.lanes[lane]


def board(actor: Actor, first: date, last: date) -> Board:
    """Everything of the actor's dispatch from the first to the last day, in a fixed number of statements."""
    now = clock.now()
    begins, ends = roster.at(first, time()), roster.at(last + timedelta(days=1), time())
    found: dict[Lane, list[Row]] = {lane: [] for lane in Lane}
    for call in _calls(actor, begins, ends):
        row = _of_call(call, begins, ends, now)
        found[row.lane].append(row)
    for held in _presences(actor, begins, ends):
        row = _of_presence(held, now)
        found[row.lane].append(row)
    for rows in found.values():
        rows.sort(key=lambda row: (row.starts_at, not row.urgent, row.body))
    return Board(first, last, now, found)


def uncovered(actor: Actor, first: date, last: date) -> tuple[int, list[Call]]:
    """How many calls of these days have nobody yet, and the first of them: for my day."""
    begins, ends = roster.at(first, time()), roster.at(last + timedelta(days=1), time())
    open_now = _of_days(actor, begins, ends).filter(
        state__in=[state for state, lane in LANE_OF.items() if lane in (Lane.UNCOVERED, Lane.WAITING)]
    )
    rows = sorted(
        open_now.select_related("body").prefetch_related("options"),
        key=lambda call: (LANE_OF[CallState(call.state)] == Lane.WAITING, call.options.all()[0].earliest_at),
    )
    return len(rows), rows


def _of_days(actor: Actor, begins: datetime, ends: datetime) -> QuerySet[Call]:
    options = CallOption.objects.filter(call=OuterRef("pk"), earliest_at__lt=ends, latest_at__gte=begins)
    promised = Assignment.objects.filter(call=OuterRef("pk"), starts_at__lt=ends, starts_at__gte=begins)
    return Call.objects.filter(dispatch_id=actor.body_id).exclude(state=CallState.DRAFT).filter(
        Q(Exists(promised)) | Q(Exists(options))
    )  # fmt: skip


def _calls(actor: Actor, begins: datetime, ends: datetime) -> QuerySet[Call]:
    standing = Assignment.objects.exclude(state__in=["cancelled", "withdrawn"]).order_by("created_at")
    answers = Offer.objects.exclude(state=OfferState.WITHDRAWN).select_related("mediator").order_by("rank", "asked_at")
    return (
        _of_days(actor, begins, ends)
        .select_related("body")
        .prefetch_related(
            "options",
            Prefetch("assignments", queryset=standing, to_attr="standing"),
            Prefetch("offers", queryset=answers, to_attr="answers"),
        )
    )


def _presences(actor: Actor, begins: datetime, ends: datetime) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(
            dispatch_id=actor.body_id, presence__isnull=False, starts_at__gte=begins, starts_at__lt=ends
        )
        .exclude(state="withdrawn")
        .select_related("presence", "body")
    )


def _when(call: Call, begins: datetime, ends: datetime) -> tuple[datetime, datetime | None, datetime]:
    """Its beginning within the days shown, until when it may begin, its latest end."""
    options = sorted(call.options.all(), key=lambda option: option.earliest_at)
    shown = next((one for one in options if one.earliest_at < ends and one.latest_at >= begins), options[0])
    until = shown.latest_at if shown.latest_at > shown.earliest_at else None
    return shown.earliest_at, until, options[-1].latest_at + timedelta(minutes=call.minutes)


def _of_call(call: Call, begins: datetime, ends: datetime, now: datetime) -> Row:
    lane = LANE_OF[CallState(call.state)]
    promises: list[Assignment] = call.standing  # type: ignore[attr-defined]
    promise = promises[-1] if promises and lane not in (Lane.UNCOVERED, Lane.WAITING) else None
    answers: list[Offer] = call.answers  # type: ignore[attr-defined]
    waiting = [offer for offer in answers if offer.state == OfferState.WAITING]
    starts_at, until, over = _when(call, begins, ends)
    if promise is not None:
        starts_at, until, over = promise.starts_at, None, promise.ends_at
    return Row(
        lane=lane,
        starts_at=starts_at,
        ends_at=promise.ends_at if promise else starts_at + timedelta(minutes=call.minutes),
        state=str(call.get_state_display()),
        body=call.body.name,
        language=promise.language or call.language if promise else call.language,
        mode=str(Mode(promise.mode if promise else call.mode).label),
        place=call.place if call.mode == Mode.ONSITE else "",
        municipality=call.municipality if call.mode == Mode.ONSITE else "",
        call_id=call.pk,
        code=call.code,
        window_until=until,
        minutes=call.minutes,
        urgent=call.urgency == Urgency.URGENT,
        mediator=promise.mediator_name if promise else "",
        phone=promise.mediator_phone if promise else "",
        asked=[offer.mediator.full_name for offer in waiting],
        answer_by=min((offer.expires_at for offer in waiting), default=None),
        declined=sum(offer.state == OfferState.DECLINED for offer in answers),
        unanswered=sum(offer.state == OfferState.EXPIRED for offer in answers),
        late=lane == Lane.COVERED and starts_at + LATE_AFTER < now,
        passed=lane in (Lane.UNCOVERED, Lane.WAITING) and over < now,
        near=lane in (Lane.UNCOVERED, Lane.WAITING) and now <= starts_at < now + SOON,
    )


def _of_presence(held: Assignment, now: datetime) -> Row:
    lane = LANE_OF.get(CallState(held.state), Lane.OFF)
    assert held.presence is not None
    return Row(
        lane=lane, starts_at=held.starts_at, ends_at=held.ends_at, state=str(held.get_state_display()), body=held.body.name,
        language=held.language, mode=str(held.get_mode_display()), place=held.place, municipality=held.municipality,
        title=held.presence.title, minutes=held.presence.minutes, mediator=held.mediator_name, phone=held.mediator_phone,
        late=held.state in LIVE and lane == Lane.COVERED and held.starts_at + LATE_AFTER < now,
    )  # fmt: skip
