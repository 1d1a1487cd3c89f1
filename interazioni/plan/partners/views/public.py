"""Accepting an invitation: the one page of this room that somebody without an account opens."""

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from interazioni.foundation.access.middleware import BODY_KEY
from interazioni.foundation.access.roles import ROLE_LABELS, Role
from interazioni.plan.partners import queries, rules
from interazioni.plan.partners.forms import NewAccountForm
from interazioni.plan.partners.models import Invitation


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """GET says into which body and with which roles; POST joins. Mail programs that open links ahead change nothing."""
    invitation = queries.invitation_by_token(token)
    if invitation is None:
        raise Http404
    said = {
        "invitation": invitation,
        "roles": [ROLE_LABELS[Role(role)] for role in invitation.roles],
        "over": queries.over(invitation),
    }
    if said["over"]:
        return render(request, "partners/invitation.html", said, status=410)
    known = get_user_model().objects.filter(email__iexact=invitation.email).exists()
    if request.user.is_authenticated:
        return _join(request, invitation, said)
    if known:
        return render(request, "partners/invitation.html", {**said, "known": True})
    form = NewAccountForm(request.POST or None, invitation=invitation)
    if request.method == "POST" and form.is_valid():
        try:
            rules.join_with_new_account(
                invitation=invitation, first_name=form.cleaned_data["first_name"],
                last_name=form.cleaned_data["last_name"], password=form.cleaned_data["password"],
                language=(get_language() or "it")[:2], by=queries.newcomer(invitation),
            )  # fmt: skip
        except rules.InvitationOver as fault:
            return render(request, "partners/invitation.html", {**said, "over": fault.reason}, status=410)
        except ValidationError as fault:  # somebody else made the same account a moment ago
            form.add_error(None, fault.messages)
        else:
            messages.success(request, _("Your account is ready. Log in with %(email)s.") % {"email": invitation.email})
            return redirect("account_login")
    return render(request, "partners/invitation.html", {**said, "form": form})


def _join(request: HttpRequest, invitation: Invitation, said: dict[str, object]) -> HttpResponse:
    user = request.user
    if request.method == "POST":
        by = queries.newcomer(invitation, user_id=user.pk, user_name=user.get_full_name())  # type: ignore[union-attr]
        try:
            rules.accept_invitation(invitation=invitation, by=by)
        except rules.InvitationOver as fault:
            return render(request, "partners/invitation.html", {**said, "over": fault.reason}, status=410)
        request.session[BODY_KEY] = str(invitation.body_id)
        messages.success(request, _("You now act as %(body)s.") % {"body": invitation.body.name})
        return redirect("/desk/")
    return render(request, "partners/invitation.html", {**said, "joining": user})
