"""Runs of a machine: ordered, followed, stopped."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.translation import machine as machines
from interazioni.foundation.translation import queries
from interazioni.foundation.translation.forms import RunForm
from interazioni.foundation.translation.models import Run, RunState
from interazioni.foundation.translation.queries import Asked
from interazioni.foundation.translation.rules.machine import begin_run, set_running
from interazioni.foundation.translation.tasks import draft_later


@desk(Permission.TRANSLATIONS_WRITE)
def begin(request: HttpRequest) -> HttpResponseBase:
    """For one thing (from its page) or for what is wanted most in a language."""
    actor = request.actor  # type: ignore[attr-defined]
    single = as_uuid(request.POST.get("source", ""))
    form = RunForm(request.POST or None, mine=queries.languages_of(actor), single=single is not None)
    if request.method == "POST" and form.is_valid():
        language = form.cleaned_data["language"]
        if single is not None:
            sources = [single]
        else:
            rows = queries.board(Asked([language], "to_do"), limit=form.cleaned_data["how_many"]).rows
            sources = [row.source_id for row in rows]
        try:
            row = begin_run(engine=form.cleaned_data["engine"], language=language, sources=sources, by=actor)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
            return redirect("translation:machine")
        draft_later(row)
        return redirect("translation:run", row.pk)
    context = {"form": form, "engines": machines.engines(), "runs": Run.objects.order_by("-created_at")[:20]}
    return render(request, "translation/machine.html", context)


def _fetched(run_id: UUID) -> Run:
    found = Run.objects.filter(pk=run_id).first()
    if found is None or found.language not in settings.PORTAL_LANGUAGES:
        raise Http404
    return found


@require_safe
@desk(Permission.TRANSLATIONS_WRITE)
def run(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """How far it is. The part that changes is asked again every few seconds, or by loading the page."""
    found = _fetched(run_id)
    waiting = found.errands.filter(answered_at=None).count()
    going = found.state in (RunState.RUNNING, RunState.WAITING)
    context = {"run": found, "waiting": waiting, "going": going, "all": len(found.sources)}
    htmx = request.htmx  # type: ignore[attr-defined]
    return render(request, "translation/run_progress.html" if htmx else "translation/run.html", context)


@require_POST
@desk(Permission.TRANSLATIONS_WRITE)
def stop(request: HttpRequest, run_id: UUID) -> HttpResponseBase:
    """Stops it, or lets it go on where it was."""
    again = request.POST.get("act") == "again"
    found = set_running(run=_fetched(run_id), running=again, by=request.actor)  # type: ignore[attr-defined]
    if again and found.state == RunState.RUNNING:
        draft_later(found)
    return redirect("translation:run", found.pk)
