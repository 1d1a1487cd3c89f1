"""Who takes part in an edition: enrolling from the list, by search, by class at once; leaving."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.actions.activities import queries, rules
from interazioni.actions.activities.forms import EndEnrolmentForm
from interazioni.actions.activities.models import EditionState, Enrolment
from interazioni.actions.activities.views.fetching import edition_of
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.core.models import as_uuid
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.registry import tabbed
from interazioni.plan.programme.models import Participants


@require_safe
@desk(Permission.ATTENDANCE_RECORD)
def enrolled(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    return render(
        request,
        "activities/enrolled.html",
        {
            **tabbed(request, "edition", edition_id),
            "edition": edition,
            "rows": queries.enrolled(edition),
            "may_manage": actor.can(Permission.EDITIONS_MANAGE),
            "may_see": actor.can(Permission.PEOPLE_VIEW),
            "open": edition.state == EditionState.OPEN and edition.activity.participants != Participants.NONE,
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def enrol(request: HttpRequest, edition_id: UUID) -> HttpResponseBase:
    """A list of who is not enrolled, narrowed by name or class; ticked ones, or a whole class, are enrolled at once."""
    actor = request.actor  # type: ignore[attr-defined]
    edition = edition_of(actor, edition_id)
    refused = ""
    if request.method == "POST":
        ids = [ident for ident in map(as_uuid, request.POST.getlist("who")) if ident]
        persons = edition.activity.participants == Participants.PERSONS
        if whole := request.POST.get("class", ""):
            ids = [one.pk for one in queries.enrollable(actor, edition, school_class=whole, limit=500).people]
        if persons and queries.own_people(actor, ids) < len(set(ids)):
            raise Http404
        if not ids:
            refused = _("Tick who takes part.")
        else:
            try:
                n = rules.enrol(
                    edition=edition, person_ids=ids if persons else (), association_ids=() if persons else ids, by=actor
                )
            except ValidationError as error:
                refused = " ".join(error.messages)
            else:
                messages.success(request, ngettext("%(n)d is enrolled.", "%(n)d are enrolled.", n) % {"n": n})
                return redirect("activities:enrolled", edition_id)
    words, school_class = request.GET.get("q", "")[:100], request.GET.get("class", "")[:10]
    persons = edition.activity.participants == Participants.PERSONS
    return render(
        request,
        "activities/enrol.html",
        {
            "edition": edition,
            "offered": queries.enrollable(actor, edition, words=words, school_class=school_class)
            if persons and actor.can(Permission.PEOPLE_VIEW)
            else None,
            "associations": queries.enrollable_associations(edition)
            if edition.activity.participants == Participants.ASSOCIATIONS
            else [],
            "words": words,
            "school_class": school_class,
            "refused": refused,
            "ticked": request.POST.getlist("who") if request.method == "POST" else [],
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.EDITIONS_MANAGE)
def end(request: HttpRequest, enrolment_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    enrolment = Enrolment.objects.select_related("edition").filter(pk=enrolment_id, body_id=actor.body_id).first()
    if enrolment is None:
        raise Http404
    form = EndEnrolmentForm(request.POST or None, initial={"last_day": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            rules.end_enrolment(enrolment=enrolment, by=actor, **form.cleaned_data)
        except ValidationError as error:
            into(form, error)
        else:
            messages.success(request, _("The enrolment is ended."))
            return redirect("activities:enrolled", enrolment.edition_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("End the enrolment"), "kicker": enrolment.edition.title, "question": _("On which day was the last time?"),
            "explanation": _("What was attended stays counted. Enrolling again takes this back."), "submit": _("End the enrolment"),
            "cancel": reverse("activities:enrolled", args=[enrolment.edition_id]), "form": form,
        },
    )  # fmt: skip
