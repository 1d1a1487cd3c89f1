"""Reading calls: those of the own body, and for a dispatch those that come to it."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Min, Q, QuerySet

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import (
    ENDED,
    LIVE_CALL,
    OPEN_CALL,
    Assignment,
    Call,
    CallState,
    Confidence,
    Hours,
    Mediator,
    MediatorLanguage,
    Offer,
)
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock
from interazioni.foundation.vocabularies import languages


def visible_to(actor: Actor) -> QuerySet[Call]:
    """The calls of the actor's body; for a dispatcher also those that come to it."""
    mine = Q(body_id=actor.body_id)
    if actor.can(Permission.CALLS_DISPATCH):
        mine |= Q(dispatch_id=actor.body_id)
    return Call.objects.filter(mine) if actor.can(Permission.CALLS_MAKE) else Call.objects.none()


def listed(actor: Actor) -> QuerySet[Call]:
    """For the list: with its first moment, newest asked first."""
    return (
        visible_to(actor)
        .annotate(first_at=Min("options__earliest_at"))
        .select_related("body", "dispatch")
        .prefetch_related("options")
        .order_by("-first_at", "-id")
    )


def call_of(actor: Actor, call_id: UUID) -> Call | None:
    return (
        visible_to(actor)
        .select_related("body", "dispatch", "site", "kind__activity__plan", "series", "locked_mediator", "person")
        .prefetch_related("options")
        .filter(pk=call_id)
        .first()
    )


def promised(call: Call) -> Assignment | None:
    """Who comes, or came, or should have."""
    return (
        Assignment.objects.filter(call=call)
        .select_related("hours")  # not the mediator: the body that called reads no register
        .exclude(state="withdrawn")
        .order_by("-created_at")
        .first()
    )


def given_back(call: Call) -> QuerySet[Assignment]:
    return Assignment.objects.filter(call=call, state__in=ENDED).order_by("-changed_at")


def offers(call: Call) -> QuerySet[Offer]:
    """Who was asked, and what they said. Only the dispatch sees any."""
    return Offer.objects.filter(call=call).select_related("mediator").order_by("-asked_at", "rank")


def confidence(call: Call) -> Confidence | None:
    return Confidence.objects.filter(call=call).first()


def hours_of(assignment: Assignment | None) -> Hours | None:
    return Hours.objects.filter(assignment=assignment).first() if assignment else None


def speakers(dispatch_id: UUID, tag: str) -> int:
    """How many mediators of a dispatch speak a language: asked before anybody waits for nobody."""
    return MediatorLanguage.objects.filter(tag=tag, mediator__dispatch_id=dispatch_id).count()


def next_best(dispatch_id: UUID, tag: str, limit: int = 3) -> list[str]:
    """Languages that people who speak `tag` are often met in: a variety's own language first, then those most spoken at the dispatch."""
    near = [other for other in NEAR.get(tag, ()) if speakers(dispatch_id, other)]
    if len(near) < limit:
        spoken = MediatorLanguage.objects.filter(mediator__dispatch_id=dispatch_id, tag__in=["fr", "en", "ar", "es"])
        counts: dict[str, int] = {}
        for other in spoken.values_list("tag", flat=True):
            counts[other] = counts.get(other, 0) + 1
        near += [other for other in sorted(counts, key=lambda one: -counts[one]) if other not in near and other != tag]
    return near[:limit]


# Close varieties and the second languages of where they are spoken: what to try when nobody speaks the first. Our judgement, no source.
NEAR: dict[str, tuple[str, ...]] = {
    "ary": ("ar", "fr", "ber"), "ar": ("ary", "fr", "en"), "ber": ("ary", "ar", "fr"), "bm": ("fr", "snk", "mnk"), "snk": ("bm", "fr"), "mnk": ("bm", "wo", "fr", "en"),
    "wo": ("fr", "ff", "mnk"), "ff": ("fuf", "wo", "fr"), "fuf": ("ff", "fr"), "prs": ("fa", "ps"), "fa": ("prs",), "ps": ("prs", "ur"),
    "ur": ("hi", "pa", "en"), "hi": ("ur", "pa", "en"), "pa": ("hi", "ur", "en"), "bn": ("hi", "en"), "ti": ("am", "ar", "en"), "am": ("ti", "en"), "so": ("ar", "en"),
    "bin": ("pcm", "en"), "yo": ("pcm", "en"), "ig": ("pcm", "en"), "pcm": ("en",), "ha": ("en", "fr"), "uk": ("ru", "ro"), "ru": ("uk",), "ka": ("ru",),
    "sq": ("mk", "en"), "mk": ("sr", "sq"), "sr": ("bs", "mk"), "bs": ("sr",), "rom": ("ro", "sr"), "ro": ("rom", "it"), "pt": ("es",), "es": ("pt",), "tl": ("en",),
    "si": ("en",), "ku": ("tr", "ar"), "tr": ("ku",), "zh-Hans": ("en",),
}  # fmt: skip


def open_calls(actor: Actor) -> QuerySet[Call]:
    return listed(actor).filter(state__in=[*OPEN_CALL, CallState.DRAFT])


def coming(actor: Actor) -> QuerySet[Assignment]:
    """What is promised to the actor's body from today on."""
    start = roster.at(clock.today(), time())
    return (
        Assignment.objects.filter(body_id=actor.body_id, call__isnull=False, starts_at__gte=start, state__in=list(LIVE_CALL))
        .select_related("call")
        .order_by("starts_at")
    )  # fmt: skip


def on_day(actor: Actor, day: date) -> QuerySet[Assignment]:
    begins: datetime = roster.at(day, time())
    return Assignment.objects.filter(
        dispatch_id=actor.body_id, starts_at__gte=begins, starts_at__lt=roster.at(day + timedelta(days=1), time())
    ).order_by("starts_at")


def language_choices(actor: Actor, language: str) -> Sequence[tuple[str, str]]:
    """Those that mediators speak come first, then all that mediation knows."""
    spoken = set(MediatorLanguage.objects.values_list("tag", flat=True).distinct()) if actor else set()
    return (
        sorted(languages.choices(language), key=lambda pair: pair[0] not in spoken)
        if spoken
        else languages.choices(language)
    )


def mediators_known(call: Call) -> QuerySet[Mediator]:
    return Mediator.objects.filter(assignments__call__family_code=call.family_code).distinct()
