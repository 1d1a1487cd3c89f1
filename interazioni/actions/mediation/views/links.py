"""What a signed link opens, without login: one thing to do, on one page. A GET shows; only a POST from the page does anything.

Mail scanners and previews open links: nothing may happen by that.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.acting_for import as_mediator
from interazioni.actions.mediation.forms.links import DeclineForm, DisputeForm, HoursForm, WordsForm
from interazioni.actions.mediation.links import Link, Purpose, Unreadable, read, token
from interazioni.actions.mediation.models import Assignment, Hours, Offer
from interazioni.actions.mediation.words import sentence
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import into
from interazioni.foundation.vocabularies import municipalities
from interazioni.plan.partners.models import Body

Page = Callable[[HttpRequest, Link, Actor], HttpResponseBase]


def signed(purpose: Purpose) -> Callable[[Page], Callable[[HttpRequest, str], HttpResponseBase]]:
    """Reads the link and acts as whom it was made for. A damaged link is 404, an old one 410; neither says more."""

    def decorate(page: Page) -> Callable[[HttpRequest, str], HttpResponseBase]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(page)
        def view(request: HttpRequest, token: str) -> HttpResponseBase:
            try:
                link = read(purpose, token)
            except Unreadable as fault:
                return _private(_gone(request, expired=fault.expired))
            dispatch = Body.objects.filter(pk=link.dispatch_id).first()
            if dispatch is None:
                return _private(_gone(request, expired=True))
            actor = as_mediator(link.mediator_id, dispatch)
            with acting(actor):
                return _private(page(request, link, actor))

        view.signed_link = purpose  # type: ignore[attr-defined]  # read by tests/access
        return view

    return decorate


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """The address is a key: no cache keeps it, no other site hears of it, no search engine lists it."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _gone(request: HttpRequest, *, expired: bool) -> HttpResponseBase:
    return render(request, "mediation/link_gone.html", {"expired": expired}, status=410 if expired else 404)


def _town(istat: str) -> str:
    found = municipalities.by_istat(istat) if istat else None
    return str(found) if found else ""


@signed(Purpose.OFFER)
def offer(request: HttpRequest, link: Link, actor: Actor) -> HttpResponseBase:
    row = (
        Offer.objects.select_related("call__body", "mediator")
        .filter(pk=link.object_id, mediator=link.mediator_id)
        .first()
    )
    if row is None:
        return _gone(request, expired=True)
    form = DeclineForm(request.POST if "decline" in request.POST else None)
    said, status = "", 200
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                rules.accept_offer(offer=row, by=actor)
                return redirect(request.path)
            if "decline" in request.POST and form.is_valid():
                rules.decline_offer(
                    offer=row, reason=form.cleaned_data["reason"], words=form.cleaned_data["words"], by=actor
                )
                return redirect(request.path)
        except ValidationError as error:
            said, status = " ".join(error.messages), 409
        row.refresh_from_db()
    promise = (
        Assignment.objects.filter(call_id=row.call_id, mediator_id=row.mediator_id).exclude(state="withdrawn").first()
        if row.state == "accepted"
        else None
    )
    return render(
        request, "mediation/link_offer.html",
        {
            "offer": row, "call": row.call, "town": _town(row.call.municipality), "form": form, "said": said, "declining": form.is_bound,
            "waiting": row.state == "waiting" and row.expires_at > clock.now(), "late": row.state == "waiting" and row.expires_at <= clock.now(),
            "reasons": sentence(row.reasons), "next": token(Link(Purpose.ASSIGNMENT, promise.pk, row.mediator_id, link.dispatch_id)) if promise else "",
        },
        status=status,
    )  # fmt: skip


@signed(Purpose.ASSIGNMENT)
def assignment(request: HttpRequest, link: Link, actor: Actor) -> HttpResponseBase:
    """Being there, being done, nobody came, giving back."""
    row = (
        Assignment.objects.select_related("body", "mediator", "call")
        .filter(pk=link.object_id, mediator=link.mediator_id)
        .first()
    )
    if row is None:
        return _gone(request, expired=True)
    reported = Hours.objects.filter(assignment=row).first()
    act = next((name for name in ("arrive", "done", "nobody", "back") if name in request.POST), "")
    done = HoursForm(request.POST if act == "done" else None, assignment=row, hours=reported, prefix="done")
    back = WordsForm(request.POST if act == "back" else None, prefix="back")
    said, status = "", 200
    if request.method == "POST":
        try:
            if act == "arrive":
                rules.arrive(assignment=row, by=actor)
            elif act == "done" and done.is_valid():
                rules.report_hours(assignment=row, by=actor, **done.values())
            elif act == "nobody":
                rules.report_nobody_there(assignment=row, by=actor)
            elif act == "back" and back.is_valid():
                rules.withdraw(assignment=row, words=back.cleaned_data["words"], by=actor)
            if not done.errors and not back.errors:
                return redirect(request.path)
        except ValidationError as error:
            if act == "done":
                into(done, error)
            else:
                said, status = " ".join(error.messages), 409
    now = clock.now()
    return render(
        request, "mediation/link_promise.html",
        {
            "assignment": row, "town": _town(row.municipality), "hours": reported, "done": done, "back": back, "said": said,
            "live": row.state in ("accepted", "confirmed", "under_way"), "begun": row.starts_at <= now, "may_arrive": row.state in ("accepted", "confirmed") and row.starts_at - now < rules.EARLY,
            "may_give_back": row.state in ("accepted", "confirmed"), "may_report": row.starts_at <= now and row.state in ("accepted", "confirmed", "under_way", "done") and (reported is None or reported.state != "attested"),
            "mediator": row.mediator,
        },
        status=status,
    )  # fmt: skip


@signed(Purpose.HOURS)
def hours(request: HttpRequest, link: Link, actor: Actor) -> HttpResponseBase:
    """The body that called confirms what a mediator wrote down, or says what is wrong."""
    row = Hours.objects.select_related("assignment", "body").filter(pk=link.object_id).first()
    if row is None:
        return _gone(request, expired=True)
    form = DisputeForm(request.POST if "dispute" in request.POST else None)
    said, status = "", 200
    if request.method == "POST":
        try:
            if "confirm" in request.POST:
                rules.attest_hours(
                    hours=row, how="link", signature=request.POST.get("signature", "")[:20_000], by=actor
                )
                return redirect(request.path)
            if form.is_valid():
                rules.dispute_hours(hours=row, words=form.cleaned_data["words"], by=actor)
                return redirect(request.path)
        except ValidationError as error:
            said, status = " ".join(error.messages), 409
    context: dict[str, Any] = {"hours": row, "assignment": row.assignment, "form": form, "said": said}
    return render(request, "mediation/link_hours.html", context, status=status)
