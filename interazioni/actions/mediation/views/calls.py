"""Calls: the list, the one page to make one, and the page on which everything about one is seen and done."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from interazioni.actions.mediation import candidates, rules
from interazioni.actions.mediation.forms.calls import CallFilterForm, CallForm, EndForm, MoveForm
from interazioni.actions.mediation.models import LIVE_CALL, OPEN_CALL, Assignment, Call, CallState, Mode
from interazioni.actions.mediation.queries import calls as queries
from interazioni.actions.mediation.settings_of import plan_rules
from interazioni.actions.mediation.tables.calls import CallTable
from interazioni.actions.mediation.words import language_name, say
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.tables import export_asked, paged

SHOWN = {"": [*OPEN_CALL, *LIVE_CALL, "draft", "uncovered"], "open": list(OPEN_CALL), "uncovered": ["uncovered"]}
NAMES = {"options": "from_0", "earliest_at": "from_0"}
FIRST_CANDIDATES = 8


def _call(actor: Actor, call_id: UUID) -> Call:
    call = queries.call_of(actor, call_id)
    if call is None:
        raise Http404
    return call


def _promise(actor: Actor, call_id: UUID) -> Assignment:
    found = queries.promised(_call(actor, call_id))
    if found is None:
        raise Http404
    return found


@require_safe
@desk(Permission.CALLS_MAKE)
def calls(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = CallFilterForm(request.GET)
    found = queries.listed(actor)
    if form.is_valid():
        shown = form.cleaned_data["show"]
        if shown != "all":
            found = found.filter(state__in=SHOWN[shown])
        if form.cleaned_data["language"]:
            found = found.filter(language=form.cleaned_data["language"])
    table = CallTable(found)
    if export_asked(request):
        return table.workbook(_("calls"))
    return render(
        request, "mediation/calls.html",
        {"form": form, "table": paged(request, table), "narrowed": any(request.GET.get(name) for name in form.fields)},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def make_call(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    form = CallForm(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        send = "draft" not in request.POST
        try:
            made = rules.make_call(
                data=form.call_data(), dispatch=form.dispatch(), client_id=form.cleaned_data["client_id"], send=send,
                body=form.cleaned_data.get("for_body"), by=actor,
            )  # fmt: skip
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            first = made[0]
            if not send:
                messages.info(request, _("Kept as a draft: nobody has been asked yet."))
            elif len(made) > 1:
                messages.success(request, _("%(n)s calls are sent.") % {"n": len(made)})
            else:
                messages.success(request, _("The call %(code)s is sent.") % {"code": first.code})
            return redirect("mediation:call", first.pk)
    status = 422 if form.errors and request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "mediation/make_call.html", {"form": form, "actor": actor}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def correct_call(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    call = _call(actor, call_id)
    form = CallForm(request.POST or None, actor=actor, call=call)
    if request.method == "POST" and form.is_valid():
        try:
            rules.correct_call(
                call=call,
                data=form.call_data(),
                scope=form.cleaned_data.get("scope") or "one",
                version=_version(request),
                by=actor,
            )
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            messages.success(request, _("The call is corrected."))
            return redirect("mediation:call", call_id)
    return render(request, "mediation/make_call.html", {"form": form, "call": call, "actor": actor})


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


@require_safe
@desk(Permission.CALLS_MAKE)
def call(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    """What is asked, who comes, what can be done now; for the dispatch also who could come and why others cannot."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _call(actor, call_id)
    dispatching = actor.can(Permission.CALLS_DISPATCH) and row.dispatch_id == actor.body_id
    open_ = row.state in OPEN_CALL
    assignment = queries.promised(row)
    ranking = candidates.rank(row) if dispatching and (open_ or row.state == CallState.UNCOVERED) else None
    speakers = queries.speakers(row.dispatch_id, row.language) if dispatching else None
    nobody = speakers == 0 and open_
    return render(
        request, "mediation/call.html",
        {
            "call": row, "assignment": assignment, "hours": queries.hours_of(assignment), "confidence": queries.confidence(row), "now": clock.now(),
            "dispatching": dispatching, "own": row.body_id == actor.body_id, "open": open_, "live": row.state in LIVE_CALL,
            "language": language_name(row.language), "second": [language_name(tag) for tag in row.second_languages],
            "modes": [Mode(mode).label for mode in row.other_modes], "ranking": _in_words(ranking), "offers": queries.offers(row) if dispatching else [],
            "nobody_speaks": nobody, "instead": [language_name(tag) for tag in queries.next_best(row.dispatch_id, row.language)] if nobody else [],
            "events": audit.history("call", call_id), "late_hours": plan_rules(row.kind.activity.plan).late_hours,
            "may_correct": open_ or row.state in (CallState.DRAFT, CallState.UNCOVERED),
            "series": queries.listed(actor).filter(series_id=row.series_id).order_by("first_at") if row.series_id else [],
        },
    )  # fmt: skip


def _in_words(ranking: candidates.Ranking | None) -> dict[str, object] | None:
    if ranking is None:
        return None
    return {
        "first": [(one, [say(reason) for reason in one.reasons]) for one in ranking.candidates[:FIRST_CANDIDATES]],
        "more": [(one, [say(reason) for reason in one.reasons]) for one in ranking.candidates[FIRST_CANDIDATES:]],
        "others": [(one, [say(reason) for reason in one.reasons]) for one in ranking.others],
        "total": len(ranking.candidates),
    }


@require_POST
@desk(Permission.CALLS_DISPATCH)
def ask(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    """Asks those who are ticked; or, without any, the best and then the next by itself."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _call(actor, call_id)
    ids = [ident for ident in map(as_uuid, request.POST.getlist("mediator")) if ident is not None]
    try:
        made = (
            rules.ask(call=row, mediator_ids=ids, by=actor)
            if ids and "next" not in request.POST
            else rules.ask_next(call=row, by=actor)
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        if made:
            names = ", ".join(offer.mediator.full_name for offer in made)
            messages.success(request, _("Asked: %(names)s.") % {"names": names})
        else:
            messages.warning(request, _("Nobody is left to ask. The body that called has been told."))
    return redirect("mediation:call", call_id)


@require_POST
@desk(Permission.CALLS_DISPATCH)
def assign(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    """Agreed by phone."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _call(actor, call_id)
    ident = as_uuid(request.POST.get("mediator", ""))
    try:
        if ident is None:
            raise ValidationError(_("Choose a mediator first."))
        made = rules.assign(call=row, mediator_id=ident, by=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%(name)s is coming.") % {"name": made.mediator_name})
    return redirect("mediation:call", call_id)


@require_POST
@desk(Permission.CALLS_MAKE)
def send_call(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    row = _call(actor, call_id)
    try:
        rules.send_call(call=row, by=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("The call %(code)s is sent.") % {"code": row.code})
    return redirect("mediation:call", call_id)


@require_POST
@desk(Permission.CALLS_MAKE)
def confirm_call(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    try:
        rules.confirm_assignment(assignment=_promise(actor, call_id), by=actor)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("Confirmed: the mediator has been told."))
    return redirect("mediation:call", call_id)


def _ending(
    request: HttpRequest, call_id: UUID, *, title: str, question: str, explanation: str, submit: str, act: str
) -> HttpResponseBase:
    """A page that asks why, and then ends something: the same for every way in which a call ends."""
    actor = request.actor  # type: ignore[attr-defined]
    row = _call(actor, call_id)
    form = EndForm(request.POST or None, series=act == "cancel" and bool(row.series_id))
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        try:
            if act == "cancel":
                rules.cancel_call(call=row, words=words, scope=form.cleaned_data.get("scope") or "one", by=actor)
            elif act == "give_up":
                rules.give_up(call=row, words=words, by=actor)
            else:
                rules.report_absence(assignment=_promise(actor, call_id), words=words, by=actor)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("Done. Who has to know has been told."))
            return redirect("mediation:call", call_id)
    return render(
        request, "ui/confirmation.html",
        {"title": title, "kicker": row.code, "question": question, "explanation": explanation, "submit": submit,
         "cancel": reverse("mediation:call", args=[call_id]), "form": form},
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def cancel_call(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    plan = plan_rules(_call(actor, call_id).kind.activity.plan)
    late = _("Less than %(hours)s hours before it begins a cancellation is late.") % {"hours": plan.late_hours}
    if plan.late_pays:
        late += " " + _("The mediator's hours are then paid, without the way.")
    return _ending(
        request, call_id, title=_("Cancel the call"), question=_("Is the mediator no longer needed?"), explanation=late,
        submit=_("Cancel the call"), act="cancel",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_DISPATCH)
def give_up(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    return _ending(
        request, call_id, title=_("Not covered"), question=_("Can nobody come?"),
        explanation=_("The body that called is told at once, and can change its call."), submit=_("Close as not covered"), act="give_up",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_MAKE)
def mediator_absent(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    return _ending(
        request, call_id, title=_("The mediator did not come"), question=_("Did nobody come?"),
        explanation=_("The dispatcher sees it at once and can send somebody else."), submit=_("Nobody came"), act="absent",
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.CALLS_DISPATCH)
def move_call(request: HttpRequest, call_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    assignment = _promise(actor, call_id)
    starts = clock.in_rome(assignment.starts_at)
    form = MoveForm(request.POST or None, initial={"day": starts.date(), "hour": starts.time()})
    if request.method == "POST" and form.is_valid():
        try:
            rules.move_assignment(assignment=assignment, starts_at=form.starts_at(), by=actor)
        except ValidationError as error:
            into(form, error, {"starts_at": "hour"})
        else:
            messages.success(request, _("Moved: the mediator has been told."))
            return redirect("mediation:call", call_id)
    return render(
        request, "mediation/move_call.html", {"form": form, "call": _call(actor, call_id), "assignment": assignment}
    )
