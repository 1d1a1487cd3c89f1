"""The board: what a body vouches for and how it stands; for who sees the plan, of every body. Each line with what to do about it."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.freshness import queries, registry
from interazioni.foundation.freshness.models import Problem, Suggestion, Vouch
from interazioni.foundation.freshness.rules import confirm, dismiss_problem, settle_suggestion
from interazioni.foundation.freshness.tables import FreshFilter, FreshTable, last_night, page
from interazioni.foundation.ui.tables import export_asked, paged

KEPT = ("q", "body", "kind", "state", "sort", "page")  # of the address, when one comes back


@require_safe
@desk(Permission.CONTENT_WRITE)
def board(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    rows = queries.sums(actor)
    chosen = FreshFilter(
        request.GET, queryset=queries.board(actor), bodies=[(row.body_id, row.body_name) for row in rows]
    )
    night = queries.last_round()
    table = FreshTable(chosen.qs, request=request, actor=actor)
    if export_asked(request):
        return table.workbook(_("freshness"))
    body_id, kind = as_uuid(request.GET.get("body", "")), request.GET.get("kind", "")
    said, waiting = queries.suggestions(actor, body_id=body_id, kind=kind if kind in registry.kinds else "")
    return render(
        request, "freshness/board.html",
        {
            "filter": chosen, "table": paged(request, table), "rows": rows, "figures": queries.figures(rows), "all": actor.plan_wide,
            "said": [(one, page(one.vouch, actor) if one.vouch else "") for one in said], "waiting": waiting, "lost": night is not None and night.lost, "night": last_night(night),
            "back": request.GET.urlencode(),
        },
    )  # fmt: skip


def _back(request: HttpRequest) -> HttpResponseBase:
    """To the board as it was filtered, or to the page of the thing itself, which names itself by its vouch."""
    came = QueryDict(request.POST.get("back", "")[:500])
    vouch_id = as_uuid(came.get("page_of", ""))
    vouch = Vouch.objects.filter(pk=vouch_id).first() if vouch_id else None
    if vouch is not None:
        return redirect(page(vouch, request.actor))  # type: ignore[attr-defined]
    kept = {name: came[name] for name in KEPT if came.get(name)}
    return redirect(reverse("freshness:board") + (f"?{urlencode(kept)}" if kept else ""))


@require_POST
@desk(Permission.CONTENT_WRITE)
def still_true(request: HttpRequest, vouch_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    vouch = Vouch.objects.filter(pk=vouch_id, body_id=actor.body_id).first()  # nobody gives another body's word
    if vouch is None:
        raise Http404
    confirm(vouch=vouch, by=actor)
    messages.success(request, _("Thank you: “%(title)s” is marked as verified today.") % {"title": vouch.title})
    return _back(request)


@require_POST
@desk(Permission.CONTENT_WRITE)
def dismiss(request: HttpRequest, problem_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    problem = Problem.objects.filter(pk=problem_id, vouch__body_id=actor.body_id).first()
    if problem is None:
        raise Http404
    dismiss_problem(problem=problem, by=actor)
    messages.success(request, _("Noted: it is right as it is, and is not asked about again."))
    return _back(request)


@require_POST
@desk(Permission.CONTENT_WRITE)
def settle(request: HttpRequest, suggestion_id: UUID) -> HttpResponseBase:
    found = Suggestion.objects.filter(pk=suggestion_id).first()
    if found is None:
        raise Http404
    words = request.POST.get("words", "").strip()[:500]
    try:
        settle_suggestion(suggestion=found, taken=request.POST.get("taken") == "yes", words=words, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("Settled."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return _back(request)
