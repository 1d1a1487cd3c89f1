"""A mediator's calendar: the private feed that clients read, its page, and the calendar that is handed in."""

from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.actions.mediation import calendars, rules
from interazioni.actions.mediation.acting_for import as_body
from interazioni.actions.mediation.feed_tokens import dispatch_of
from interazioni.actions.mediation.forms.calendar import CalendarForm
from interazioni.actions.mediation.models import Feed, Mediator
from interazioni.actions.mediation.queries import calendar as queries
from interazioni.actions.mediation.queries import mine
from interazioni.actions.mediation.rules.calendar import open_feed, revoke_feed
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.ui.forms import into
from interazioni.plan.partners.models import Body

Told = tuple[bytes, datetime | None]


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """The calendar of who holds the address. Reading it changes nothing."""

    def told(mediator: Mediator) -> Told:
        promised, asked = list(queries.promised(mediator)), list(queries.asked(mediator))
        return calendars.feed(mediator, promised, asked), calendars.changed_at(promised, asked)

    return _told(request, token, told)


@require_safe
def feed_availability(request: HttpRequest, token: str) -> HttpResponseBase:
    """When the same mediator works: clients that know RFC 7953 are few, and others stumble over it in a feed."""
    return _told(
        request, token, lambda one: (calendars.availability(one, mine.availability(one), queries.exceptions(one)), None)
    )


def _told(request: HttpRequest, token: str, written: Callable[[Mediator], Told]) -> HttpResponseBase:
    dispatch_id = dispatch_of(token)
    dispatch = Body.objects.filter(pk=dispatch_id).first() if dispatch_id else None
    if dispatch is None:
        raise Http404
    with acting(as_body(dispatch)), translation.override(settings.LANGUAGE_CODE):
        found = queries.feed_of(token)
        if found is None:
            raise Http404
        content, changed_at = written(found.mediator)
    etag = f'"{sha256(content).hexdigest()[:32]}"'
    # Only the ETag decides: an offer that ran out or a body with a new name changes the feed and no moment in it.
    response = get_conditional_response(request, etag=etag) or HttpResponse(
        content, content_type="text/calendar; charset=utf-8", headers={"Content-Disposition": 'inline; filename="mediazione.ics"'}
    )  # fmt: skip
    response["ETag"] = etag
    if changed_at:
        response["Last-Modified"] = http_date(changed_at.timestamp())
    response["Content-Language"] = settings.LANGUAGE_CODE
    # The address is a key: nobody between keeps what it opens, nobody is told of it.
    response["Cache-Control"] = "private, no-cache"
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _mediator(actor: Actor, mediator_id: UUID) -> Mediator:
    found = mine.mediators_visible_to(actor).select_related("body", "dispatch").filter(pk=mediator_id).first()
    if found is None:
        raise Http404
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_ANSWER)
def calendar(request: HttpRequest, mediator_id: UUID) -> HttpResponseBase:
    """Opens and revokes the private address. A new one is on the answer to the POST, and nowhere else afterwards."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _mediator(actor, mediator_id)
    address = ""
    if request.method == "POST" and "revoke" in request.POST:
        revoke_feed(mediator=row, by=actor)
        messages.success(request, _("The address no longer works."))
        return redirect("mediation:calendar", mediator_id)
    if request.method == "POST":
        address = settings.BASE_URL.rstrip("/") + reverse(
            "mediation_public:feed", args=[open_feed(mediator=row, by=actor)]
        )
    response = _page(request, row, CalendarForm(), address)
    if address:
        response.headers["Cache-Control"] = "no-store, private"
    return response


def _page(request: HttpRequest, row: Mediator, form: CalendarForm, address: str = "") -> HttpResponse:
    opened: Feed | None = queries.open_feed(row)
    return render(
        request, "mediation/calendar.html",
        {
            "mediator": row, "opened": opened, "address": address, "webcal": address.replace("https://", "webcal://").replace("http://", "webcal://"),
            "availability": address.removesuffix(".ics") + "/availability.ics",
            "form": form, "taken": row.exceptions.exclude(uid="").count(), "own": row.user_id == request.actor.user_id,  # type: ignore[attr-defined]
        },
    )  # fmt: skip


@require_POST
@desk(Permission.CALLS_ANSWER)
def hand_in_calendar(request: HttpRequest, mediator_id: UUID) -> HttpResponseBase:
    """Busy times from a calendar of hers; those of the file handed in before are replaced, what was typed in stays."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _mediator(actor, mediator_id)
    if "forget" in request.POST:
        rules.take_calendar(mediator=row, busy=[], by=actor)
        messages.success(request, _("Nothing of your calendar is kept any longer."))
        return redirect("mediation:calendar", mediator_id)
    form = CalendarForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            busy = calendars.busy_times(form.cleaned_data["file"].read(calendars.LARGEST + 1))
            count = rules.take_calendar(mediator=row, busy=busy, by=actor)
        except ValidationError as error:
            into(form, ValidationError({"file": error.messages}))
        else:
            said = ngettext("%(n)s busy time taken over.", "%(n)s busy times taken over.", count) % {"n": count}
            messages.success(request, said)
            return redirect("mediation:calendar", mediator_id)
    return _page(request, row, form)
