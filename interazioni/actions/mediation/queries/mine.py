"""A mediator's own: offers to answer, promises, hours. And the register that a dispatch keeps."""

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import (
    ENDED,
    LIVE,
    Assignment,
    Availability,
    AvailabilityException,
    Confidence,
    Hours,
    HoursState,
    Mediator,
    MediatorLanguage,
    Offer,
    OfferState,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock


def mediator_of(actor: Actor) -> Mediator | None:
    """The actor's own entry in a register, if there is one."""
    return Mediator.objects.filter(user_id=actor.user_id).select_related("body", "dispatch").first()


def mediators_visible_to(actor: Actor) -> QuerySet[Mediator]:
    """Those that the actor's body employs or sends, for who keeps the register; else the own entry."""
    if actor.can(Permission.MEDIATORS_KEEP):
        return Mediator.objects.filter(
            Q(body_id=actor.body_id) | Q(dispatch_id=actor.body_id) | Q(user_id=actor.user_id)
        )
    return Mediator.objects.filter(user_id=actor.user_id)


def register(actor: Actor) -> QuerySet[Mediator]:
    """For the list: with languages and this week's promised assignments, in a fixed number of statements."""
    monday = roster.at(roster.monday_of(clock.today()), time())
    week = Q(
        assignments__starts_at__gte=monday,
        assignments__starts_at__lt=monday + timedelta(days=7),
        assignments__state__in=[*LIVE, "done", "attested"],
    )
    return (
        mediators_visible_to(actor)
        .select_related("body")
        .prefetch_related(Prefetch("languages", MediatorLanguage.objects.order_by("-level", "tag")))
        .annotate(this_week=Count("assignments", filter=week, distinct=True))
        .order_by("full_name")
    )


def offers_to_answer(mediator: Mediator) -> QuerySet[Offer]:
    return (
        Offer.objects.filter(mediator=mediator, state=OfferState.WAITING, expires_at__gt=clock.now())
        .select_related("call")
        .order_by("starts_at")
    )


def promises(mediator: Mediator) -> QuerySet[Assignment]:
    """From today on, and what is over and not yet written down."""
    start = roster.at(clock.today(), time())
    return (
        Assignment.objects.filter(mediator=mediator, state__in=LIVE)
        .filter(Q(starts_at__gte=start) | Q(starts_at__gte=start - timedelta(days=30)))
        .select_related("body", "call")
        .order_by("starts_at")
    )


def week_of(mediator: Mediator, moment: datetime) -> QuerySet[Assignment]:
    monday = roster.at(roster.monday_of(clock.in_rome(moment).date()), time())
    return (
        Assignment.objects.filter(mediator=mediator, starts_at__gte=monday, starts_at__lt=monday + timedelta(days=7))
        .exclude(state__in=["cancelled", "withdrawn"])
        .select_related("body")
        .order_by("starts_at")
    )


def promise_of(actor: Actor, assignment_id: UUID) -> Assignment | None:
    """The mediator's own, or for a dispatcher one of the dispatch."""
    own = Q(mediator_user_id=actor.user_id)
    if actor.can(Permission.CALLS_DISPATCH):
        own |= Q(dispatch_id=actor.body_id)
    return (
        Assignment.objects.filter(own, pk=assignment_id)
        .select_related("body", "call", "mediator", "presence", "dispatch", "kind__activity__plan")
        .first()
    )


def confidence_of(assignment: Assignment, known_for: timedelta) -> Confidence | None:
    """What is told to who promised, until `known_for` after it; the upkeep then deletes it for everybody."""
    if assignment.call_id is None or assignment.state in ENDED or clock.now() > assignment.ends_at + known_for:
        return None
    return Confidence.objects.filter(call_id=assignment.call_id).first()


def hours_under_way(mediator: Mediator) -> QuerySet[Hours]:
    """Waiting to be confirmed, or disputed."""
    return (
        Hours.objects.filter(assignment__mediator=mediator)
        .exclude(state=HoursState.ATTESTED)
        .select_related("assignment__body")
        .order_by("happened_date")
    )


def availability(mediator: Mediator) -> QuerySet[Availability]:
    return Availability.objects.filter(mediator=mediator).order_by("weekday", "starts")


def exceptions(mediator: Mediator) -> QuerySet[AvailabilityException]:
    return AvailabilityException.objects.filter(
        mediator=mediator, ends_at__gt=clock.now() - timedelta(days=1)
    ).order_by("starts_at")
