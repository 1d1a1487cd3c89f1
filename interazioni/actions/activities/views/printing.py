"""The register on paper, as schools sign it: one session, or a month with empty columns."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from interazioni.actions.activities import queries
from interazioni.actions.activities.models import Edition, Session, SessionState
from interazioni.actions.activities.printed import Column, printed
from interazioni.actions.activities.views.fetching import edition_of, session_of
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock


@require_safe
@desk(Permission.ATTENDANCE_RECORD)
def session_register(request: HttpRequest, session_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    session = session_of(actor, session_id)
    names = [line.name for line in queries.roster(session)]
    return _sent(session.edition, [session], names, actor.body_name, signing=True)


@require_safe
@desk(Permission.ATTENDANCE_RECORD)
def month_register(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    """`?month=2020-02`, or this month: a column to sign for each session."""
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    try:
        first = date.fromisoformat(f"{request.GET.get('month') or clock.today().strftime('%Y-%m')}-01")
    except ValueError as error:
        raise Http404 from error
    after = (first + timedelta(days=31)).replace(day=1)
    begin, end = (datetime.combine(day, datetime.min.time(), tzinfo=clock.ROME) for day in (first, after))
    sessions = list(
        edition.sessions.exclude(state=SessionState.CANCELLED)
        .filter(starts_at__gte=begin, starts_at__lt=end)
        .order_by("starts_at")
    )
    names = [
        name for enrolment, name in queries.enrolled(edition)
        if enrolment.since_date < after and (enrolment.until_date is None or enrolment.until_date >= first)
    ]  # fmt: skip
    return _sent(edition, sessions, names, actor.body_name)


def _sent(
    edition: Edition, sessions: list[Session], names: list[str], body: str, *, signing: bool = False
) -> HttpResponse:
    columns = [
        Column(clock.in_rome(session.starts_at), session.held_minutes or session.planned_minutes)
        for session in sessions
    ]
    pdf = printed(edition, columns, names, body, signing=signing)
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{_("register")}-{edition.code}.pdf"'
    return response
