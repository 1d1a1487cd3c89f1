"""Calling for a mediator: writing the call, sending, correcting, cancelling; one call or a series of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from interazioni.actions.mediation import notices
from interazioni.actions.mediation.acting_for import as_body, calls_for
from interazioni.actions.mediation.models import (
    LIVE,
    OPEN_CALL,
    Assignment,
    Call,
    CallOption,
    CallState,
    Confidence,
    Continuity,
    Offer,
    OfferState,
    Series,
    Side,
    Urgency,
)
from interazioni.actions.mediation.rules.assignments import end_assignment
from interazioni.actions.mediation.settings_of import kind_of_call, plan_rules
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.vocabularies.distances import coordinates
from interazioni.plan.partners.models import Body, Site
from interazioni.plan.people.models import Person, PersonState

SHORTEST, LONGEST = 10, 600
MOST_OPTIONS, MOST_IN_SERIES = 12, 60


@dataclass(frozen=True, slots=True)
class Option:
    """When it may begin, both ends included; equal ends are a fixed hour. Aware moments of one day."""

    earliest_at: datetime
    latest_at: datetime


@dataclass(frozen=True, slots=True)
class CallData:
    """What a call says. `person_id` is a person of the body that calls; `repeat_until` makes a series every `repeat_weeks`."""

    language: str
    sector: str
    options: Sequence[Option]
    minutes: int
    mode: str = "onsite"
    other_modes: Sequence[str] = ()
    second_languages: Sequence[str] = ()
    min_level: int = 1
    reason: str = "meeting"
    site_id: UUID | None = None
    place: str = ""
    municipality: str = ""
    gender_required: str = ""
    gender_preferred: str = ""
    person_id: UUID | None = None
    continuity: str = Continuity.PREFERRED
    blocked: Sequence[UUID] = ()
    urgency: int = Urgency.NORMAL
    contact_name: str = ""
    contact_phone: str = ""
    preparation: str = ""
    name_to_mediator: bool = False
    channel: str = "page"
    repeat_weeks: int = 0
    repeat_until: date | None = None


def family_code(person_id: UUID) -> str:
    """A pseudonym for the person's family: the same at every call, and no way back to a name."""
    return "F" + sha256(b"mediation family" + person_id.bytes).hexdigest()[:8].upper()


@rule(Permission.CALLS_MAKE)
def make_call(
    *, data: CallData, dispatch: Body, client_id: UUID, send: bool = True, body: Body | None = None, ident: UUID | None = None, by: Actor,
) -> list[Call]:  # fmt: skip
    """Writes a call, or the calls of a series, and sends them. The same `client_id` again gives the same calls and writes nothing.

    `body`: the dispatcher types in what another body asked for by phone or e-mail.
    """
    there = list(Call.objects.filter(client_id=client_id))
    if there:
        record(by, "mediation.repeat_call", object_kind="call", object_id=there[0].pk)
        return there
    caller = body or Body.objects.get(pk=by.body_id)
    if caller.pk != by.body_id and (not by.can(Permission.CALLS_DISPATCH) or dispatch.pk != by.body_id):
        raise ValidationError(_("Only the dispatcher may type in a call for another body."))
    _check(data, caller, by, drafted=not send)
    occurrences = _occurrences(data)
    series = None
    if len(occurrences) > 1:
        series = Series.objects.create(
            body=caller,
            dispatch=dispatch,
            every_weeks=data.repeat_weeks,
            until_date=data.repeat_until,  # type: ignore[misc]  # _check wants it
        )
    made = []
    for number, one in enumerate(occurrences):
        call = Call(
            id=ident if ident and not number else new_id(), body=caller, dispatch=dispatch, series=series, entered_by_id=by.user_id,
            client_id=client_id if not number else new_id(), state=CallState.SENT if send else CallState.DRAFT, state_at=clock.now(),
            sent_at=clock.now() if send else None, channel=data.channel, created_at=clock.now(),
        )  # fmt: skip
        _fill(call, one)
        try:
            with transaction.atomic():
                call.save(force_insert=True)
        except IntegrityError:  # the same POST, a moment earlier, from another connection
            there = list(Call.objects.filter(client_id=client_id))
            if not there:
                raise
            record(by, "mediation.repeat_call", object_kind="call", object_id=there[0].pk)
            return there
        _options(call, one)
        _confidence(call, one)
        made.append(call)
    act = "mediation.send_call" if send else "mediation.draft_call"
    for call in made:
        record(
            by, act, object_kind="call", object_id=call.pk, detail={"language": call.language, "channel": call.channel}
        )
    return made


@rule(Permission.CALLS_MAKE)
def send_call(*, call: Call, by: Actor) -> Call:
    """A draft goes out; or a call that was not covered is tried again."""
    row = _theirs(call, by)
    if row.state not in (CallState.DRAFT, CallState.UNCOVERED):
        raise ValidationError(_("This call has been sent already."))
    options = [Option(o.earliest_at, o.latest_at) for o in row.options.all()]
    if not options or max(o.latest_at for o in options) <= clock.now():
        raise ValidationError(_("Every time that it gives has passed: correct them first."))
    row.state, row.state_at, row.sent_at = CallState.SENT, clock.now(), row.sent_at or clock.now()
    row.version += 1
    row.save(update_fields=["state", "state_at", "sent_at", "version"])
    record(by, "mediation.send_call", object_kind="call", object_id=row.pk)
    return row


@rule(Permission.CALLS_MAKE)
def correct_call(
    *, call: Call, data: CallData, scope: str = "one", version: int | None = None, by: Actor
) -> list[Call]:
    """Corrects a call that nobody has promised yet; of a series also the `following` ones or `all` that are still open.

    Those of a series move by the same days and minutes. Offers under way are withdrawn: what was asked is no longer what is needed.
    """
    row = _theirs(call, by)
    if version is not None and version != row.version:
        raise ValidationError(_("Somebody changed this call meanwhile. Look at it again."))
    if row.state not in (*OPEN_CALL, CallState.DRAFT, CallState.UNCOVERED):
        raise ValidationError(
            _("Somebody has promised to come: cancel this call and make another, or ask the dispatcher.")
        )
    _check(data, row.body, by, drafted=row.state == CallState.DRAFT)
    before = min(option.earliest_at for option in row.options.all())
    shift = min(option.earliest_at for option in data.options) - before
    rows = [row]
    if row.series_id and scope != "one":
        others = Call.objects.select_for_update().filter(
            series_id=row.series_id, state__in=[*OPEN_CALL, CallState.DRAFT, CallState.UNCOVERED]
        ).exclude(pk=row.pk).order_by("id")  # fmt: skip
        if scope == "following":
            others = others.filter(options__earliest_at__gt=before)
        rows += list(others.distinct() if scope != "following" else others)
    for one in rows:
        mine = data
        if one is not row:
            moved = [
                Option(_shifted(o.earliest_at, shift), _shifted(o.latest_at, shift) + _length(data) - (o.latest_at - o.earliest_at))
                for o in one.options.all()
            ]  # fmt: skip
            mine = replace(data, options=moved, repeat_weeks=0, repeat_until=None)
        _fill(one, mine)
        one.version += 1
        if one.state in (CallState.PROPOSED, CallState.DECLINED, CallState.UNCOVERED):
            one.state, one.state_at = CallState.SENT, clock.now()
        one.next_step_at = None
        one.save()
        _options(one, mine)
        _confidence(one, mine)
        _withdraw_offers(one, _("What was asked for has changed."), by)
        record(by, "mediation.correct_call", object_kind="call", object_id=one.pk)
    return rows


@rule(Permission.CALLS_MAKE)
def cancel_call(*, call: Call, words: str, scope: str = "one", by: Actor) -> list[Call]:
    """Takes the call back: by the body that called, or by the dispatcher. Late or not, by the plan's rule; who was asked is told."""
    row = _theirs(call, by)
    rows = [row]
    if row.series_id and scope != "one":
        first = min(option.earliest_at for option in row.options.all())
        others = Call.objects.select_for_update().filter(series_id=row.series_id).exclude(pk=row.pk).order_by("id")
        if scope == "following":
            others = others.filter(options__earliest_at__gt=first)
        rows += [
            one for one in others if one.state in (*OPEN_CALL, CallState.DRAFT, CallState.ACCEPTED, CallState.CONFIRMED)
        ]
    side = Side.CALLER if row.body_id == by.body_id else Side.DISPATCH
    for one in rows:
        _cancel(one, side, words.strip()[:300], by)
    return rows


def _cancel(call: Call, side: Side, words: str, by: Actor) -> None:
    live = Assignment.objects.filter(call=call, state__in=LIVE).first()
    if live is not None:
        end_assignment(assignment=live, how="cancelled", side=side, words=words, by=as_body(call.dispatch, by))
    elif call.state in (*OPEN_CALL, CallState.DRAFT):
        late = timedelta(hours=plan_rules(call.kind.activity.plan).late_hours)
        starts = [option.earliest_at for option in call.options.all()]
        call.ended_by, call.ended_words = side, words
        call.ended_late = bool(starts) and call.state != CallState.DRAFT and min(starts) - clock.now() < late
        call.state, call.state_at, call.next_step_at = CallState.CANCELLED, clock.now(), None
        call.version += 1
        call.save(
            update_fields=["ended_by", "ended_words", "ended_late", "state", "state_at", "next_step_at", "version"]
        )
        _withdraw_offers(call, _("The body that called no longer needs it."), by)
    elif call.state == CallState.UNCOVERED:
        raise ValidationError(_("Nobody is coming: there is nothing to cancel."))
    else:
        raise ValidationError(_("This call is over: it cannot be cancelled."))
    record(by, "mediation.cancel_call", object_kind="call", object_id=call.pk, detail={"side": side})


@rule(Permission.CALLS_DISPATCH)
def give_up(*, call: Call, words: str = "", by: Actor) -> Call:
    """The dispatcher closes a call as not covered; the body that called is told at once, and can change it."""
    row = _locked(call)
    if row.state not in OPEN_CALL:
        raise ValidationError(_("This call is not open."))
    row.state, row.state_at, row.next_step_at, row.ended_words = (
        CallState.UNCOVERED,
        clock.now(),
        None,
        words.strip()[:300],
    )
    row.version += 1
    row.save(update_fields=["state", "state_at", "next_step_at", "ended_words", "version"])
    _withdraw_offers(row, _("The call was closed."), by)
    notices.uncovered(row, row.body)
    record(by, "mediation.give_up", object_kind="call", object_id=row.pk)
    return row


@rule(Permission.CALLS_DISPATCH)
def lock_call(*, call: Call, mediator_id: UUID | None, by: Actor) -> Call:
    """Only this mediator, whatever the planner finds; None unlocks."""
    row = _locked(call)
    row.locked_mediator_id = mediator_id
    row.save(update_fields=["locked_mediator"])
    record(by, "mediation.lock_call", object_kind="call", object_id=row.pk, detail={"locked": bool(mediator_id)})
    return row


def _theirs(call: Call, by: Actor) -> Call:
    row = _locked(call)
    if not calls_for(row, by):
        raise ValidationError(_("This is not yours."))
    return row


def _locked(call: Call) -> Call:
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("body", "dispatch", "kind__activity__plan")
        .get(pk=call.pk)
    )


@rule(Permission.CALLS_DISPATCH)
def _withdraw(*, call: Call, words: str, by: Actor) -> None:
    """What is under way for a call that is no longer what was asked: as the dispatch, whose offers they are."""
    waiting = list(
        Offer.objects.select_for_update(of=("self",))
        .filter(call=call, state=OfferState.WAITING)
        .select_related("mediator")
    )
    Offer.objects.filter(pk__in=[offer.pk for offer in waiting]).update(
        state=OfferState.WITHDRAWN, answered_at=clock.now()
    )
    notices.no_longer_needed(waiting, call, words)
    record(by, "mediation.withdraw_offers", object_kind="call", object_id=call.pk, detail={"offers": len(waiting)})


def _withdraw_offers(call: Call, words: str, by: Actor) -> None:
    _withdraw(call=call, words=words, by=as_body(call.dispatch, by))


def _check(data: CallData, caller: Body, by: Actor, *, drafted: bool) -> None:
    if not SHORTEST <= data.minutes <= LONGEST:
        raise ValidationError(
            {"minutes": _("Between %(least)s minutes and %(most)s hours. For more, make several calls.") % {"least": SHORTEST, "most": LONGEST // 60}}
        )  # fmt: skip
    if not data.options:
        raise ValidationError({"options": _("Say when.")})
    if len(data.options) > MOST_OPTIONS:
        raise ValidationError({"options": _("%(most)s times at most.") % {"most": MOST_OPTIONS}})
    for option in data.options:
        starts, latest = clock.in_rome(option.earliest_at), clock.in_rome(option.latest_at)
        if latest < starts:
            raise ValidationError({"options": _("The latest beginning lies before the earliest.")})
        ends = latest + timedelta(minutes=data.minutes)
        if (
            starts.date() != latest.date()
            or (clock.in_rome(option.latest_at + timedelta(minutes=data.minutes)) - timedelta(seconds=1)).date()
            != starts.date()
        ):
            raise ValidationError(
                {"options": _("It would run past midnight (%(end)s): make two calls of it.") % {"end": f"{ends:%H:%M}"}}
            )
        if not drafted and option.latest_at <= clock.now():
            raise ValidationError({"options": _("This time has passed already.")})
    if data.mode == "onsite" and not data.site_id and coordinates(data.municipality or "000000") is None:
        raise ValidationError({"municipality": _("Say in which municipality.")})
    if (
        data.person_id
        and not Person.objects.filter(pk=data.person_id, body_id=by.body_id, state=PersonState.ACTIVE).exists()
    ):
        raise ValidationError({"person": _("This person is not on record in your body.")})
    if data.person_id and caller.pk != by.body_id:
        raise ValidationError({"person": _("A person can be named by the body that has the record only.")})
    if data.continuity == Continuity.REQUIRED and not data.person_id:
        raise ValidationError({"continuity": _("Say for whom: without that nobody knows who is known.")})
    if data.repeat_weeks and data.repeat_until is None:
        raise ValidationError({"repeat_until": _("Say until when it recurs.")})


def _occurrences(data: CallData) -> list[CallData]:
    """The call itself, then the same a number of weeks later, by the wall clock, until the last day."""
    if not data.repeat_weeks or data.repeat_until is None:
        return [data]
    found = []
    step = timedelta(weeks=data.repeat_weeks)
    for number in range(MOST_IN_SERIES + 1):
        options = [
            Option(_shifted(o.earliest_at, step * number), _shifted(o.latest_at, step * number)) for o in data.options
        ]
        if clock.in_rome(options[0].earliest_at).date() > data.repeat_until:
            break
        found.append(replace(data, options=options))
    if len(found) > MOST_IN_SERIES:
        raise ValidationError({"repeat_until": _("%(most)s times at most.") % {"most": MOST_IN_SERIES}})
    return found or [data]


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """So many days later by the wall clock: nine o'clock stays nine o'clock when the hour changes."""
    local = clock.in_rome(moment)
    return (local.replace(tzinfo=None) + by).replace(tzinfo=clock.ROME)


def _length(data: CallData) -> timedelta:
    return data.options[0].latest_at - data.options[0].earliest_at


def _fill(call: Call, data: CallData) -> None:
    site = Site.objects.filter(pk=data.site_id, body_id=call.body_id).first() if data.site_id else None
    if data.site_id and site is None:
        raise ValidationError({"site": _("This place is not one of the body's.")})
    municipality = site.municipality if site else data.municipality
    centre = coordinates(municipality) if municipality else None
    call.kind = kind_of_call(call.body, data.sector)
    call.language, call.second_languages = data.language, [tag for tag in data.second_languages if tag != data.language]
    call.min_level, call.sector, call.reason = data.min_level, data.sector, data.reason
    call.mode, call.other_modes = data.mode, [mode for mode in data.other_modes if mode != data.mode]
    call.site, call.place, call.municipality = site, data.place or (site.name if site else ""), municipality
    call.latitude, call.longitude = centre or (None, None)
    call.minutes, call.urgency = data.minutes, data.urgency
    call.gender_required, call.gender_preferred = data.gender_required, data.gender_preferred
    call.person_id = data.person_id
    call.family_code = family_code(data.person_id) if data.person_id else ""
    call.continuity, call.blocked = data.continuity, list(data.blocked)
    call.full_clean(
        validate_unique=False,
        validate_constraints=False,
        exclude=["person", "kind", "body", "dispatch", "series", "site"],
    )


def _options(call: Call, data: CallData) -> None:
    CallOption.objects.filter(call=call).delete()
    CallOption.objects.bulk_create(
        CallOption(call=call, earliest_at=option.earliest_at, latest_at=option.latest_at) for option in data.options
    )


def _confidence(call: Call, data: CallData) -> None:
    name = ""
    if data.name_to_mediator and data.person_id:
        person = Person.objects.filter(pk=data.person_id).first()
        name = f"{person.name} {person.surname}" if person else ""
    said = {
        "person_name": name, "contact_name": data.contact_name, "contact_phone": data.contact_phone, "preparation": data.preparation,
    }  # fmt: skip
    Confidence.objects.filter(call=call).delete()
    if any(said.values()):
        Confidence(call=call, body_id=call.body_id, dispatch_id=call.dispatch_id, **said).save(force_insert=True)
