"""Work that is not a session: the list, a short form per kind, correcting, withdrawing with a reason."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from interazioni.actions.activities import queries, rules
from interazioni.actions.activities.forms import DeliveryForm, ReasonForm
from interazioni.actions.activities.models import DeliveryState
from interazioni.actions.activities.tables import DeliveryTable
from interazioni.actions.activities.views.fetching import delivery_of
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.views import desk
from interazioni.foundation.audit import queries as audit
from interazioni.foundation.core import clock
from interazioni.foundation.ui.forms import into
from interazioni.foundation.ui.tables import export_asked, paged
from interazioni.plan.programme.models import DeliveryKind, Participants

NAMES = {"happened_date": "happened"}


@require_safe
@desk(Permission.DELIVERIES_RECORD)
def deliveries(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    found = (
        queries.deliveries_visible_to(actor)
        .select_related("kind", "person", "association")
        .order_by("-happened_date", "-created_at")
    )
    table = DeliveryTable(found)
    if export_asked(request):
        return table.workbook(_("work"))
    return render(request, "activities/deliveries.html", {"table": paged(request, table)})


@require_safe
@desk(Permission.DELIVERIES_RECORD)
def choose(request: HttpRequest) -> HttpResponseBase:
    """What was done, grouped as the plan's actions are."""
    actor = request.actor  # type: ignore[attr-defined]
    groups: dict[str, list[DeliveryKind]] = {}
    kinds = DeliveryKind.objects.select_related("activity__action").order_by(
        "activity__action__position", "activity__position", "position"
    )
    for kind in kinds:
        if kind.for_whom != Participants.PERSONS or actor.can(Permission.PEOPLE_VIEW):
            groups.setdefault(kind.activity.action.title, []).append(kind)
    return render(request, "activities/choose_kind.html", {"groups": groups.items()})


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DELIVERIES_RECORD)
def record(request: HttpRequest, kind_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    kind = DeliveryKind.objects.select_related("activity__plan", "activity__action").filter(pk=kind_id).first()
    if kind is None or (kind.for_whom == Participants.PERSONS and not actor.can(Permission.PEOPLE_VIEW)):
        raise Http404
    form = DeliveryForm(
        request.POST or None, actor=actor, kind=kind, initial={"client_id": uuid4(), "happened": clock.today()}
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        association = data.get("association")
        try:
            rules.record_delivery(
                kind=kind, happened=data["happened"], quantity=data["quantity"], client_id=data["client_id"], person_id=data.get("person"),
                association_id=association.pk if association else None, municipality=data["municipality"], title=data["title"], by=actor,
            )  # fmt: skip
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            messages.success(request, _("The work is recorded."))
            return redirect("activities:deliveries")
    status = 422 if form.errors and request.htmx else 200  # type: ignore[attr-defined]
    return render(request, "activities/record_delivery.html", {"form": form, "kind": kind}, status=status)


@require_safe
@desk(Permission.DELIVERIES_RECORD)
def detail(request: HttpRequest, delivery_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    delivery = delivery_of(actor, delivery_id)
    return render(
        request,
        "activities/delivery.html",
        {
            "delivery": delivery,
            "kind": delivery.kind,
            "stands": delivery.state == DeliveryState.RECORDED,
            "may_see": actor.can(Permission.PEOPLE_VIEW),
            "events": audit.history("delivery", delivery_id),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DELIVERIES_RECORD)
def correct(request: HttpRequest, delivery_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    delivery = delivery_of(actor, delivery_id)
    initial = {
        "quantity": delivery.quantity.normalize(), "happened": delivery.happened_date, "title": delivery.title,
        "municipality": delivery.municipality,
    }  # fmt: skip
    form = DeliveryForm(request.POST or None, actor=actor, kind=delivery.kind, delivery=delivery, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            rules.correct_delivery(delivery=delivery, by=actor, languages=delivery.languages, **form.cleaned_data)
        except ValidationError as error:
            into(form, error, NAMES)
        else:
            messages.success(request, _("The work is corrected."))
            return redirect("activities:delivery", delivery_id)
    return render(
        request, "activities/record_delivery.html", {"form": form, "kind": delivery.kind, "delivery": delivery}
    )


@require_http_methods(["GET", "HEAD", "POST"])
@desk(Permission.DELIVERIES_RECORD)
def withdraw(request: HttpRequest, delivery_id: UUID) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    delivery = delivery_of(actor, delivery_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        rules.withdraw_delivery(delivery=delivery, reason=form.cleaned_data["reason"], by=actor)
        messages.success(request, _("The work is withdrawn: the figures no longer count it."))
        return redirect("activities:delivery", delivery_id)
    return render(
        request, "ui/confirmation.html",
        {
            "title": _("Withdraw work recorded"), "kicker": delivery.kind.title, "question": _("Was this not done?"),
            "explanation": _("The figures no longer count it. The record stays readable, with your reason."), "submit": _("Withdraw it"),
            "cancel": reverse("activities:delivery", args=[delivery_id]), "form": form,
        },
    )  # fmt: skip
