"""Who may act as a body: its members, invitations, and acting as another body."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from interazioni.foundation.access.middleware import BODY_KEY
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import ROLE_LABELS, Role
from interazioni.foundation.access.views import desk
from interazioni.foundation.core import clock
from interazioni.foundation.ui.registry import tabbed
from interazioni.plan.partners import queries, rules
from interazioni.plan.partners.forms import InviteForm, RolesForm
from interazioni.plan.partners.models import Body, Invitation, Membership


@require_POST
@desk(None)
def switch(request: HttpRequest) -> HttpResponseBase:
    """From now on the person acts as another of the own bodies."""
    chosen = request.POST.get("body", "")
    for membership in request.memberships:  # type: ignore[attr-defined]
        if str(membership.body_id) == chosen:
            request.session[BODY_KEY] = chosen
            messages.info(request, _("You now act as %(body)s.") % {"body": membership.body_name})
            return redirect("/desk/")
    raise Http404


def _words(roles: list[str]) -> str:
    return ", ".join(str(ROLE_LABELS[Role(role)]) for role in roles)


def _body(request: HttpRequest, body_id: UUID) -> Body:
    """Another body's members are nobody's business but of who runs the plan."""
    if not queries.runs(request.actor, body_id):  # type: ignore[attr-defined]
        raise Http404
    return get_object_or_404(queries.bodies(), pk=body_id)


@desk(Permission.MEMBERS_MANAGE)
def members(request: HttpRequest, body_id: UUID) -> HttpResponseBase:
    body = _body(request, body_id)
    now = clock.machine_now()
    return render(
        request,
        "partners/members.html",
        {
            **tabbed(request, "body", body_id),
            "body": body,
            "members": [(each, _words(each.roles)) for each in queries.members(body_id)],
            "past": [(each, _words(each.roles)) for each in queries.members(body_id, past=True)],
            "invitations": [
                (each, _words(each.roles), each.expires_at <= now) for each in queries.open_invitations(body_id)
            ],
        },
    )


@desk(Permission.MEMBERS_MANAGE)
def invite(request: HttpRequest, body_id: UUID) -> HttpResponseBase:
    body = _body(request, body_id)
    form = InviteForm(request.POST or None, by=request.actor, initial={"email": request.GET.get("again", "")})  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            rules.invite(
                body=body, email=said["email"], full_name=said["full_name"],
                roles=[Role(role) for role in said["roles"]], by=request.actor,  # type: ignore[attr-defined]
            )  # fmt: skip
        except ValidationError as fault:
            form.add_error(None, fault.messages)
        else:
            messages.success(request, _("The invitation is on its way to %(email)s.") % {"email": said["email"]})
            return redirect("partners:members", body_id)
    return _page(request, form, body, _("Invite somebody"), _("Send the invitation"))


def _membership(request: HttpRequest, membership_id: UUID) -> Membership:
    found = get_object_or_404(Membership.objects.select_related("body", "user"), pk=membership_id, until_date=None)
    if not queries.runs(request.actor, found.body_id):  # type: ignore[attr-defined]
        raise Http404
    return found


@desk(Permission.MEMBERS_MANAGE)
def change_roles(request: HttpRequest, membership_id: UUID) -> HttpResponseBase:
    membership = _membership(request, membership_id)
    form = RolesForm(request.POST or None, by=request.actor, initial={"roles": membership.roles})  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        try:
            rules.appoint(
                user_id=membership.user_id, body=membership.body, by=request.actor,  # type: ignore[attr-defined]
                roles=[Role(role) for role in form.cleaned_data["roles"]],
            )  # fmt: skip
        except ValidationError as fault:
            form.add_error(None, fault.messages)
        else:
            messages.success(request, _("The roles are changed. They hold from the next page that the person opens."))
            return redirect("partners:members", membership.body_id)
    title = _("Roles of %(name)s") % {"name": membership.user.get_full_name()}
    return _page(request, form, membership.body, title, _("Save"))


@desk(Permission.MEMBERS_MANAGE)
def end(request: HttpRequest, membership_id: UUID) -> HttpResponseBase:
    membership = _membership(request, membership_id)
    back = reverse("partners:members", args=[membership.body_id])
    if request.method == "POST":
        try:
            rules.end_membership(membership=membership, by=request.actor)  # type: ignore[attr-defined]
        except ValidationError as fault:
            messages.error(request, " ".join(fault.messages))
        else:
            messages.success(request, _("The membership has ended."))
        return redirect(back)
    said = {
        "title": _("End the membership"), "kicker": membership.body.name, "submit": _("End it"), "cancel": back,
        "question": _("%(name)s will no longer act as %(body)s.")
        % {"name": membership.user.get_full_name(), "body": membership.body.name},
        "explanation": _("It holds at once. What the person did stays in the history under their name."),
    }  # fmt: skip
    return render(request, "ui/confirmation.html", said)


@require_POST
@desk(Permission.MEMBERS_MANAGE)
def withdraw(request: HttpRequest, invitation_id: UUID) -> HttpResponseBase:
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    if not queries.runs(request.actor, invitation.body_id):  # type: ignore[attr-defined]
        raise Http404
    try:
        rules.withdraw_invitation(invitation=invitation, by=request.actor)  # type: ignore[attr-defined]
    except rules.InvitationOver:
        messages.error(request, _("The invitation was accepted in the meantime."))
    except ValidationError as fault:
        messages.error(request, " ".join(fault.messages))
    else:
        messages.success(request, _("The link of the invitation no longer works."))
    return redirect("partners:members", invitation.body_id)


def _page(request: HttpRequest, form: object, body: Body, title: str, submit: str) -> HttpResponseBase:
    back = reverse("partners:members", args=[body.pk])
    trail = [(body.name, reverse("partners:body", args=[body.pk])), (_("Members"), back)]
    said = {"form": form, "title": title, "submit": submit, "cancel": back, "trail": trail, "roles_help": True}
    return render(request, "partners/form.html", said)
