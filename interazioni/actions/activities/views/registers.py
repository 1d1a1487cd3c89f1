"""Taking the register: everyone present, then the exceptions, one button. Works without script; answers JSON as well."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_http_methods

from interazioni.actions.activities import marking, queries, rules
from interazioni.actions.activities.marking import Posted, Unreadable
from interazioni.actions.activities.models import Session, SessionState
from interazioni.actions.activities.views.fetching import session_of
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock


# Compressed here and not by a proxy alone: on a school's network this page must stay under 15 KB. Django pads the answer at
# random, so that its length does not give the token away (BREACH).
@gzip_page
@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.ATTENDANCE_RECORD)
def register(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if request.method != "POST":
        return _page(request, session_of(actor, session_id))
    in_json = request.content_type == "application/json"
    try:
        posted = marking.from_json(request.body) if in_json else marking.from_form(request.POST)
    except Unreadable as error:
        if in_json:
            return JsonResponse({"errors": error.messages}, status=400)
        messages.error(request, _("This register could not be read: here it is again, as it stands."))
        return redirect("activities:register", session_of(actor, session_id).pk)
    if posted.errors:
        return _page(request, session_of(actor, session_id), posted=posted, status=422)
    try:
        taken = rules.record_register(
            session=Session(pk=session_id), held_minutes=posted.held_minutes, held_based_on=posted.held_based_on, topic=posted.topic,
            marks=posted.marks, by=actor,
        )  # fmt: skip
    except Session.DoesNotExist as error:
        raise Http404 from error
    except rules.NotEnrolled as error:
        ids = {mark.enrolment_id for mark in posted.marks}
        if queries.own_enrolments(actor, list(ids)) < len(ids):
            raise Http404 from error
        return _refused(request, session_of(actor, session_id), posted, error, in_json)
    except ValidationError as error:
        return _refused(request, session_of(actor, session_id), posted, error, in_json)
    if in_json:
        return JsonResponse(_answer(taken), status=409 if taken.conflicts else 200)
    if taken.conflicts:
        return _page(request, session_of(actor, session_id), posted=posted, conflicts=taken.conflicts, status=409)
    messages.success(request, _("The register is saved."))
    return redirect("activities:register", session_id)


def _refused(
    request: HttpRequest, session: Session, posted: Posted, error: ValidationError, in_json: bool
) -> HttpResponseBase:
    if in_json:
        return JsonResponse({"errors": error.messages}, status=422)
    return _page(request, session, posted=posted, refused=error.messages, status=422)


def _page(
    request: HttpRequest, session: Session, *, posted: Posted | None = None, conflicts: tuple[rules.Conflict, ...] = (),
    refused: list[str] | None = None, status: int = 200,
) -> HttpResponseBase:  # fmt: skip
    who = queries.names_of_users([conflict.recorded_by_id for conflict in conflicts]) if conflicts else {}
    lines = marking.shown(queries.roster(session), posted, conflicts, who)
    begun = session.starts_at <= clock.now()
    context: dict[str, Any] = {
        "session": session,
        "edition": session.edition,
        "lines": lines,
        "begun": begun,
        "open": begun and session.state != SessionState.CANCELLED,
        "held": session.state == SessionState.HELD,
        "minutes": session.held_minutes or session.planned_minutes,
        "typed_minutes": posted.held_minutes if posted else session.held_minutes or session.planned_minutes,
        "topic": posted.topic if posted and posted.topic is not None else session.topic,
        "client": uuid4(),
        "here": sum(shown.status in rules.HERE for shown in lines),
        "conflicts": [shown for shown in lines if shown.conflict],
        "errors": [(number, shown) for number, shown in enumerate(lines) if shown.error],
        "refused": refused or [],
        "may_manage": request.actor.can(Permission.EDITIONS_MANAGE),  # type: ignore[attr-defined]
    }
    return render(request, "activities/register.html", context, status=status)


def _answer(taken: rules.RegisterTaken) -> dict[str, Any]:
    return {
        "session": str(taken.session.pk),
        "held_minutes": taken.session.held_minutes,
        "saved": taken.saved,
        "versions": {str(enrolment): version for enrolment, version in taken.versions.items()},
        "conflicts": [
            {
                "enrolment": str(conflict.mark.enrolment_id),
                "client_id": str(conflict.mark.client_id),
                "status": conflict.status,
                "minutes": conflict.minutes,
                "version": conflict.version,
                "recorded_at": conflict.recorded_at,
                "recorded_by": str(conflict.recorded_by_id),
            }
            for conflict in taken.conflicts
        ],
    }
