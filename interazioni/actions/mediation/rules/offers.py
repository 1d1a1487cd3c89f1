"""Asking mediators: one after the other, or several at once with the first acceptance winning, exactly once."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.actions.mediation import candidates, notices
from interazioni.actions.mediation.acting_for import answers_for, as_body
from interazioni.actions.mediation.candidates import Candidate
from interazioni.actions.mediation.models import (
    OPEN_CALL,
    Assignment,
    Call,
    CallState,
    DeclineReason,
    Dispatch,
    Mediator,
    Offer,
    OfferState,
    Urgency,
)
from interazioni.actions.mediation.rules.assignments import NoRoom, promise
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock


class TooLate(ValidationError):
    """The offer was taken by somebody else, withdrawn, or its time ran out. The message says which."""


@rule(Permission.CALLS_DISPATCH)
def ask(*, call: Call, mediator_ids: Sequence[UUID], by: Actor) -> list[Offer]:
    """Asks these mediators, all at once. Each must be a candidate now; who is not is refused with the reason why."""
    row = _locked(call)
    ranking = candidates.rank(row)
    chosen = []
    for mediator_id in mediator_ids:
        candidate = ranking.of(mediator_id)
        if candidate is None:
            from interazioni.actions.mediation.words import sentence

            other = next((one for one in ranking.others if one.mediator_id == mediator_id), None)
            raise ValidationError(
                _("%(name)s cannot come: %(why)s.") % {"name": other.name, "why": sentence(other.reasons)}
                if other else _("This mediator is not on the register.")
            )  # fmt: skip
        chosen.append(candidate)
    return _ask(row, chosen, by)


@rule(Permission.CALLS_DISPATCH)
def ask_next(*, call: Call, by: Actor) -> list[Offer]:
    """Asks the best candidate who was not asked yet; when it is urgent, several at once. Without any the call is not covered.

    From here on it goes by itself: who declines or does not answer in time is followed by the next.
    """
    row = _locked(call)
    asked = set(
        Offer.objects.filter(call=row).exclude(state=OfferState.WITHDRAWN).values_list("mediator_id", flat=True)
    )
    waiting = Offer.objects.filter(call=row, state=OfferState.WAITING).exists()
    left = [one for one in candidates.rank(row).candidates if one.mediator_id not in asked]
    settings = _dispatch(row)
    many = settings.asked_at_once if row.urgency == Urgency.URGENT else 1
    row.automatic = True
    row.save(update_fields=["automatic"])
    if left:
        return _ask(row, left[:many], by, before=len(asked))
    if not waiting:
        row.state, row.state_at, row.next_step_at = CallState.UNCOVERED, clock.now(), None
        row.version += 1
        row.save(update_fields=["state", "state_at", "next_step_at", "version"])
        notices.uncovered(row, row.body)
    record(by, "mediation.nobody_left", object_kind="call", object_id=row.pk)
    return []


@rule(Permission.CALLS_DISPATCH)
def ask_as_planned(*, call: Call, candidate: Candidate, by: Actor) -> list[Offer]:
    """Asks one mediator for the hour that the week's plan has chosen."""
    return _ask(_locked(call), [candidate], by)


@rule(Permission.CALLS_DISPATCH)
def assign(
    *, call: Call, mediator_id: UUID, starts_at: datetime | None = None, candidate: Candidate | None = None, by: Actor
) -> Assignment:
    """Agreed by phone: the dispatcher writes the promise down at once, at the time that the candidates' list shows.

    `candidate`: as the week's plan has it, looked at a moment ago.
    """
    row = _locked(call)
    if row.state not in (*OPEN_CALL, CallState.UNCOVERED):
        raise ValidationError(_("Somebody else has taken care of this call meanwhile."))
    candidate = candidate or candidates.rank(row).of(mediator_id)
    if candidate is None:
        raise ValidationError(_("At that time the mediator cannot come any more. Look at the list again."))
    mediator = Mediator.objects.get(pk=mediator_id)
    length = candidate.ends_at - candidate.starts_at
    begins = starts_at or candidate.starts_at
    made = promise(row, mediator, begins, begins + length, candidate.mode, candidate.language, confirmed=True)
    _tell_others(row, None)
    notices.promised(made, mediator)
    notices.covered(made, row, row.body)
    record(by, "mediation.assign", object_kind="call", object_id=row.pk)
    return made


def _ask(call: Call, chosen: Sequence[Candidate], by: Actor, before: int = 0) -> list[Offer]:
    if call.state not in (*OPEN_CALL, CallState.UNCOVERED):
        raise ValidationError(_("Somebody else has taken care of this call meanwhile."))
    there = set(Offer.objects.filter(call=call, state=OfferState.WAITING).values_list("mediator_id", flat=True))
    chosen = [one for one in chosen if one.mediator_id not in there]
    settings = _dispatch(call)
    wait = settings.urgent_answer_minutes if call.urgency == Urgency.URGENT else settings.answer_minutes
    now = clock.now()
    rows = {row.pk: row for row in Mediator.objects.filter(pk__in=[one.mediator_id for one in chosen])}
    offers = [
        Offer(
            dispatch_id=call.dispatch_id, call=call, mediator=rows[one.mediator_id], mediator_user_id=rows[one.mediator_id].user_id,
            starts_at=one.starts_at, ends_at=one.ends_at, mode=one.mode, language=one.language, rank=before + number,
            reasons=[list(reason) for reason in one.reasons], asked_at=now, created_at=now,
            # Nobody is kept waiting past the beginning itself.
            expires_at=max(now + timedelta(minutes=1), min(now + timedelta(minutes=wait), one.starts_at)),
        )
        for number, one in enumerate(chosen, start=1)
    ]  # fmt: skip
    Offer.objects.bulk_create(offers)
    for offer in offers:
        notices.offered(offer, call, offer.mediator)
    if offers:
        call.state, call.state_at = CallState.PROPOSED, now
        call.next_step_at = max(offer.expires_at for offer in offers)
        call.version += 1
        call.save(update_fields=["state", "state_at", "next_step_at", "version"])
    record(by, "mediation.ask", object_kind="call", object_id=call.pk, detail={"offers": len(offers)})
    return offers


@rule(Permission.CALLS_ANSWER)
def accept_offer(*, offer: Offer, by: Actor) -> Assignment:
    """The mediator says yes. Of many who say yes at once one wins; the others get `TooLate`, or `NoRoom` when promised elsewhere."""
    mine = _mine(offer, by)
    made = _settle(offer_id=mine.pk, by=as_body(mine.dispatch, by))
    record(by, "mediation.accept_offer", object_kind="offer", object_id=mine.pk)
    return made


@rule(Permission.CALLS_DISPATCH)
def _settle(*, offer_id: UUID, by: Actor) -> Assignment:
    """As the dispatch, whose call it is. The lock on the call puts the answers in line; always the call first, then the mediator."""
    offer = Offer.objects.select_related("mediator").get(pk=offer_id)
    call = _locked(offer.call)
    offer.refresh_from_db(fields=["state", "expires_at"])
    if offer.state == OfferState.ACCEPTED:  # the same answer once more
        record(by, "mediation.settle", object_kind="call", object_id=call.pk)
        return Assignment.objects.select_related("mediator").get(
            call=call,
            mediator_id=offer.mediator_id,
            state__in=["accepted", "confirmed", "under_way", "done", "attested"],
        )
    if offer.state in (OfferState.TAKEN, OfferState.WITHDRAWN) or call.state not in OPEN_CALL:
        raise TooLate(_("Somebody else was faster, or it is no longer needed. Thank you all the same."))
    if offer.state != OfferState.WAITING or offer.expires_at <= clock.now():
        raise TooLate(_("The time to answer is over. If you can still come, phone the dispatcher."))
    made = promise(
        call, offer.mediator, offer.starts_at, offer.ends_at, offer.mode, offer.language, confirmed=_dispatch(call).confirms_itself
    )  # fmt: skip
    Offer.objects.filter(pk=offer.pk).update(state=OfferState.ACCEPTED, answered_at=clock.now())
    _tell_others(call, offer.pk)
    notices.promised(made, offer.mediator)
    notices.covered(made, call, call.body)
    record(by, "mediation.settle", object_kind="call", object_id=call.pk)
    return made


def _tell_others(call: Call, winner: UUID | None) -> None:
    waiting = Offer.objects.filter(call=call, state=OfferState.WAITING).select_related("mediator")
    others = [one for one in waiting if one.pk != winner]
    Offer.objects.filter(pk__in=[one.pk for one in others]).update(state=OfferState.TAKEN, answered_at=clock.now())
    notices.no_longer_needed(others, call, _("Somebody else was faster. Thank you all the same."))


@rule(Permission.CALLS_ANSWER)
def decline_offer(*, offer: Offer, reason: str = DeclineReason.OTHER, words: str = "", by: Actor) -> Offer:
    """The mediator says no. When nobody else is being asked, the next one is, or the dispatcher sees it."""
    mine = _mine(offer, by)
    declined = _note_decline(offer_id=mine.pk, reason=reason, words=words, by=as_body(mine.dispatch, by))
    record(by, "mediation.decline_offer", object_kind="offer", object_id=mine.pk, detail={"reason": reason})
    return declined


@rule(Permission.CALLS_DISPATCH)
def _note_decline(*, offer_id: UUID, reason: str, words: str, by: Actor) -> Offer:
    from interazioni.actions.mediation.tasks import next_steps

    offer = Offer.objects.get(pk=offer_id)
    call = _locked(offer.call)
    offer.refresh_from_db(fields=["state"])
    if offer.state == OfferState.WAITING:
        offer.state, offer.answered_at = OfferState.DECLINED, clock.now()
        offer.decline_reason, offer.decline_words = DeclineReason(reason), words.strip()[:300]
        offer.save(update_fields=["state", "answered_at", "decline_reason", "decline_words"])
        if call.state == CallState.PROPOSED and not Offer.objects.filter(call=call, state=OfferState.WAITING).exists():
            call.state, call.state_at = CallState.DECLINED, clock.now()
            call.next_step_at = clock.now() if call.automatic else None
            call.version += 1
            call.save(update_fields=["state", "state_at", "next_step_at", "version"])
            if call.automatic:
                next_steps.nudge()
    elif offer.state != OfferState.DECLINED:
        raise TooLate(_("There is nothing to answer any more: somebody else goes, or the time is over."))
    record(by, "mediation.note_decline", object_kind="call", object_id=call.pk)
    return offer


@rule(Permission.CALLS_DISPATCH)
def take_next_step(*, call: Call, by: Actor) -> None:
    """What time brings: offers run out, the next candidate is asked, or the call is left to the dispatcher."""
    row = _locked(call)
    now = clock.now()
    Offer.objects.filter(call=row, state=OfferState.WAITING, expires_at__lte=now).update(
        state=OfferState.EXPIRED, answered_at=now
    )
    waiting = Offer.objects.filter(call=row, state=OfferState.WAITING).order_by("-expires_at").first()
    last = max((option.latest_at for option in row.options.all()), default=now)
    if row.state not in OPEN_CALL:
        row.next_step_at = None
        row.save(update_fields=["next_step_at"])
    elif waiting is not None:
        row.next_step_at = waiting.expires_at
        row.save(update_fields=["next_step_at"])
    elif last <= now:  # the hour has come and nobody goes
        row.state, row.state_at, row.next_step_at = CallState.UNCOVERED, now, None
        row.version += 1
        row.save(update_fields=["state", "state_at", "next_step_at", "version"])
        notices.uncovered(row, row.body)
    elif row.automatic:
        if row.state == CallState.PROPOSED:
            row.state, row.state_at = CallState.DECLINED, now
            row.save(update_fields=["state", "state_at"])
        ask_next(call=row, by=by)
    else:
        if row.state == CallState.PROPOSED:
            row.state, row.state_at = CallState.DECLINED, now
        row.next_step_at = None
        row.save(update_fields=["state", "state_at", "next_step_at"])
    record(by, "mediation.next_step", object_kind="call", object_id=row.pk)


def _locked(call: Call) -> Call:
    return (
        Call.objects.select_for_update(of=("self",))
        .select_related("body", "dispatch", "kind__activity__plan")
        .get(pk=call.pk)
    )


def _dispatch(call: Call) -> Dispatch:
    return Dispatch.objects.filter(body_id=call.dispatch_id).first() or Dispatch(body_id=call.dispatch_id)


def _mine(offer: Offer, by: Actor) -> Offer:
    row = Offer.objects.select_related("dispatch", "mediator").filter(pk=offer.pk).first()
    if row is None or not answers_for(row, by):
        raise ValidationError(_("This is not yours."))
    return row


__all__ = [
    "NoRoom",
    "TooLate",
    "accept_offer",
    "ask",
    "ask_as_planned",
    "ask_next",
    "assign",
    "decline_offer",
    "take_next_step",
]
