"""An editor's contents on the desk: what is public, what is a draft, what waits for whom. Writing itself is Wagtail's (`/cms/`)."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from interazioni.actions.content import calendars, queries, rules
from interazioni.actions.content.hanging import LABELS
from interazioni.actions.content.importing.saying import FIELDS
from interazioni.actions.content.models import KINDS, Entry
from interazioni.actions.content.views.public import MEDIA
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.freshness.models import Suggestion, Vouch
from interazioni.foundation.freshness.queries import problems_of
from interazioni.foundation.freshness.rules import confirm
from interazioni.foundation.ui.public import under


@require_safe
@desk(Permission.CONTENT_WRITE)
def entries(request: HttpRequest) -> HttpResponseBase:
    kind = request.GET.get("kind", "")
    rows = queries.entries(request.actor, kind)  # type: ignore[attr-defined]
    return render(
        request, "content/entries.html",
        {
            "rows": [(row, LABELS[row.entry.kind], reverse("content:entry", args=[row.entry.kind, row.entry.pk])) for row in rows],
            "to_be_sent": len(calendars.to_be_sent(request.actor.body_id)),  # type: ignore[attr-defined]
            "may_bring_in": request.actor.can(Permission.IMPORTS_RUN),  # type: ignore[attr-defined]
            "kinds": [(code, LABELS[code], reverse(model.snippet_viewset.get_url_name("add"))) for code, model in KINDS.items()], "kind": kind,
        },
    )  # fmt: skip


def _fetched(kind: str, content_id: UUID) -> Entry:
    found = queries.entry_of(kind, content_id)
    if found is None:
        raise Http404
    return found


@require_safe
@desk(Permission.CONTENT_WRITE)
def entry(request: HttpRequest, kind: str, content_id: UUID) -> HttpResponseBase:
    found = _fetched(kind, content_id)
    viewset = type(found).snippet_viewset
    origin = calendars.origin(found)
    return render(
        request, "content/entry.html",
        {
            "entry": found, "label": LABELS[kind], "address": under(found.path, "it") if found.live else "",
            "edit": reverse(viewset.get_url_name("edit"), args=[found.pk]), "history": reverse(viewset.get_url_name("history"), args=[found.pk]),
            "vouch": Vouch.objects.filter(object_id=found.pk).first(), "review": found.current_workflow_state,
            "suggestions": list(Suggestion.objects.filter(object_id=found.pk).order_by("settled_at", "created_at")[:50]),
            "origin": origin, "kept": [(FIELDS[name], origin.said[name] if isinstance(origin.said[name], str) else "") for name in origin.kept] if origin else [],
            "problems": problems_of(found.pk), "events": audit.history(kind, found.pk), "mine": found.body_id == request.actor.body_id,  # type: ignore[attr-defined]
        },
    )  # fmt: skip


@require_POST
@desk(Permission.CONTENT_WRITE)
def take_off(request: HttpRequest, kind: str, content_id: UUID) -> HttpResponseBase:
    found = _fetched(kind, content_id)
    try:
        rules.take_off(entry=found, by=request.actor)  # type: ignore[attr-defined]
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("It is no longer on the portal. What was written stays here."))
    return redirect("content:entry", kind, content_id)


@require_POST
@desk(Permission.CONTENT_WRITE)
def send_brought_in(request: HttpRequest) -> HttpResponseBase:
    sent = rules.send_brought_in(by=request.actor)  # type: ignore[attr-defined]
    messages.success(
        request,
        ngettext("%(n)s event was sent to be reviewed.", "%(n)s events were sent to be reviewed.", sent) % {"n": sent},
    )
    return redirect("content:entries")


@require_POST
@desk(Permission.CONTENT_WRITE)
def still_true(request: HttpRequest, kind: str, content_id: UUID) -> HttpResponseBase:
    found = _fetched(kind, content_id)
    if found.body_id != request.actor.body_id:  # type: ignore[attr-defined]
        raise Denied(Permission.CONTENT_WRITE)  # nobody gives another body's word
    vouch = Vouch.objects.filter(object_id=found.pk).first()
    if vouch is None:
        raise Http404
    confirm(vouch=vouch, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("Thank you: its days run anew."))
    return redirect("content:entry", kind, content_id)


@require_safe
@desk(Permission.CONTENT_WRITE)
def picture(request: HttpRequest, picture_id: UUID) -> HttpResponseBase:
    """A picture that may not be public yet; `?width=192` for a list."""
    width = request.GET.get("width", "")
    webp = queries.picture_file(picture_id, int(width) if width in {"192", "480"} else 0)
    if webp is None:
        raise Http404
    return HttpResponse(webp, content_type=MEDIA)
