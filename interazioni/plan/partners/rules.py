"""Bodies, partnerships, and who may act as a body: every write."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import ROLE_LABELS, Role
from interazioni.foundation.access.rules import rule
from interazioni.foundation.accounts.rules import create_account
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.outbox.rules import send
from interazioni.plan.partners.models import Body, Invitation, Membership, Partnership, PartnershipBody, Site
from interazioni.plan.partners.queries import over

CORRECTABLE = frozenset({"name", "kind", "public", "municipality", "email", "phone", "website"})
VALID = timedelta(days=14)


@rule(Permission.BODIES_MANAGE)
def register_body(
    *,
    code: str,
    name: str,
    kind: str,
    public: bool,
    municipality: str = "",
    email: str = "",
    phone: str = "",
    website: str = "",
    closures: Sequence[tuple[str, str]] = (),
    body_id: UUID | None = None,
    by: Actor,
) -> Body:
    """Enters an organisation in the register. `body_id` lets the very first one be entered by itself."""
    body = Body(
        id=body_id or new_id(), code=code, name=name, kind=kind, public=public, municipality=municipality,
        email=email, phone=phone, website=website, closures=[list(days) for days in closures],
    )  # fmt: skip
    body.full_clean()
    body.save(force_insert=True)
    record(by, "partners.register_body", object_kind="body", object_id=body.pk)
    return body


@rule(Permission.BODIES_MANAGE)
def register_site(*, body: Body, name: str, municipality: str, address: str = "", by: Actor) -> Site:
    """Adds a place where a body works."""
    site = Site(body=body, name=name, municipality=municipality, address=address)
    site.full_clean()
    site.save()
    record(by, "partners.register_site", object_kind="body", object_id=body.pk, detail={"site": str(site.pk)})
    return site


@rule(Permission.BODIES_MANAGE)
def form_partnership(
    *, code: str, name: str, plan_code: str, action_code: str, lead: Body, others: Collection[Body], by: Actor
) -> Partnership:
    """Forms a temporary partnership (ATS) for one action of a plan."""
    partnership = Partnership(code=code, name=name, plan_code=plan_code, action_code=action_code)
    partnership.full_clean(exclude=["bodies"])
    partnership.save()
    PartnershipBody.objects.bulk_create(
        [
            PartnershipBody(partnership=partnership, body=lead, leads=True),
            *(PartnershipBody(partnership=partnership, body=body) for body in others),
        ]
    )
    record(
        by, "partners.form_partnership", object_kind="partnership", object_id=partnership.pk,
        detail={"bodies": len(others) + 1},
    )  # fmt: skip
    return partnership


@rule(Permission.BODIES_MANAGE)
def correct_body(*, body: Body, changes: Mapping[str, Any], by: Actor) -> Body:
    """Corrects what the register says of a body: any of `CORRECTABLE`."""
    wrong = set(changes) - CORRECTABLE
    if wrong:
        raise ValueError(f"not to be corrected: {', '.join(sorted(wrong))}")
    changed = [name for name, value in changes.items() if getattr(body, name) != value]
    for name in changed:
        setattr(body, name, changes[name])
    body.full_clean()
    body.save(update_fields=changed)
    record(by, "partners.correct_body", object_kind="body", object_id=body.pk, changed=changed)
    return body


@rule(Permission.EDITIONS_MANAGE)
def set_closures(*, body: Body, closures: Collection[tuple[date, date]], by: Actor) -> Body:
    """The days on which the body plans no sessions (school holidays): pairs of first and last day, in any order."""
    if body.pk != by.body_id:
        raise ValidationError(_("A body sets its own closures."))
    spans = sorted(set(closures))
    if any(last < first for first, last in spans):
        raise ValidationError(_("A closure ends before it begins."))
    body.closures = [[first.isoformat(), last.isoformat()] for first, last in spans]
    body.save(update_fields=["closures"])
    record(by, "partners.set_closures", object_kind="body", object_id=body.pk, detail={"closures": len(spans)})
    return body


# --- who may act as a body -----------------------------------------------------------------------------------------------


def grantable(by: Actor) -> list[Role]:
    """The roles that somebody may give: those of the plan's own bodies only by who runs the plan, the lead's only by the lead."""
    roles: list[Role] = [role for role in Role if role not in {Role.SYSTEM, Role.LEAD, Role.ASSISTANCE, Role.EVALUATOR}]
    if by.can(Permission.BODIES_MANAGE):
        roles += [Role.ASSISTANCE, Role.EVALUATOR]
    if by.can(Permission.PLAN_LOAD):
        roles.append(Role.LEAD)
    return roles


def _check(by: Actor, body_id: UUID, roles: Collection[Role]) -> None:
    if body_id != by.body_id and not by.can(Permission.BODIES_MANAGE):
        raise ValidationError(_("Members are appointed by their own body."))
    if not roles:
        raise ValidationError({"roles": _("Choose at least one role.")})
    if not set(roles) <= set(grantable(by)):
        raise ValidationError({"roles": _("You cannot give this role.")})


@rule(Permission.MEMBERS_MANAGE)
def appoint(*, user_id: UUID, body: Body, roles: Collection[Role], since: date | None = None, by: Actor) -> Membership:
    """Gives somebody roles in a body, or changes them. The history keeps which roles were given when."""
    _check(by, body.pk, roles)
    if not get_user_model().objects.filter(pk=user_id).exists():
        raise ValidationError(_("There is no such account."))
    membership, created = Membership.objects.get_or_create(
        user_id=user_id,
        body=body,
        until_date=None,
        defaults={"roles": sorted(roles), "since_date": since or clock.today()},
    )
    if not created:
        if not set(membership.roles) <= set(grantable(by)):
            raise ValidationError(_("You cannot change the roles of this person."))
        membership.roles = sorted(roles)
        membership.save(update_fields=["roles"])
    record(
        by, "partners.appoint", object_kind="membership", object_id=membership.pk,
        detail={"user": str(user_id), "body": str(body.pk), "roles": sorted(roles)},
    )  # fmt: skip
    return membership


@rule(Permission.MEMBERS_MANAGE)
def end_membership(*, membership: Membership, last_day: date | None = None, by: Actor) -> Membership:
    """Somebody leaves a body: after `last_day`, or at once. What they did stays theirs in the history."""
    _check(by, membership.body_id, [Role(role) for role in membership.roles])
    if membership.user_id == by.user_id:
        raise ValidationError(_("You cannot end your own membership. Ask another coordinator, or the assistance."))
    membership.until_date = max(
        last_day or clock.today() - timedelta(days=1), membership.since_date - timedelta(days=1)
    )
    membership.save(update_fields=["until_date"])
    record(by, "partners.end_membership", object_kind="membership", object_id=membership.pk)
    return membership


# --- invitations ---------------------------------------------------------------------------------------------------------


class InvitationOver(Exception):
    """The invitation cannot be accepted any more; `reason` is `accepted`, `withdrawn` or `expired`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def token_hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


@rule(Permission.MEMBERS_MANAGE)
def invite(*, body: Body, email: str, full_name: str, roles: Collection[Role], by: Actor) -> Invitation:
    """Sends somebody a link by which they join the body. It holds for `VALID` and for one use; an earlier one is withdrawn."""
    _check(by, body.pk, roles)
    now = clock.machine_now()
    email = email.strip().lower()
    Invitation.objects.filter(body=body, email=email, accepted_at=None, withdrawn_at=None).update(withdrawn_at=now)
    token = secrets.token_urlsafe(32)
    invitation = Invitation(
        body=body, email=email, full_name=full_name.strip(), roles=sorted(roles), token_hash=token_hash(token),
        invited_by_id=by.user_id, expires_at=now + VALID,
    )  # fmt: skip
    invitation.full_clean(exclude=["token_hash", "invited_by"])
    invitation.save(force_insert=True)
    said = {
        "invitation": invitation, "body": body, "by": by, "days": VALID.days,
        "roles": ", ".join(str(ROLE_LABELS[role]) for role in sorted(roles)),
        "link": settings.BASE_URL + reverse("invitations:accept", args=[token]),
    }  # fmt: skip
    send(
        to=email, purpose="invitation",
        subject=gettext("Invitation to InterAzioni: %(body)s") % {"body": body.name},
        text=render_to_string("partners/mail/invitation.txt", said),
    )  # fmt: skip
    record(
        by, "partners.invite", object_kind="invitation", object_id=invitation.pk,
        detail={"body": str(body.pk), "roles": sorted(roles)},
    )  # fmt: skip
    return invitation


@rule(Permission.MEMBERS_MANAGE)
def withdraw_invitation(*, invitation: Invitation, by: Actor) -> Invitation:
    """The link stops working."""
    _check(by, invitation.body_id, [Role(role) for role in invitation.roles])
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    if locked.accepted_at is not None:
        raise InvitationOver("accepted")
    locked.withdrawn_at = clock.machine_now()
    locked.save(update_fields=["withdrawn_at"])
    record(by, "partners.withdraw_invitation", object_kind="invitation", object_id=invitation.pk)
    return locked


def _taken(invitation: Invitation) -> Invitation:
    """The invitation, locked and marked as used; two who accept it at once take turns and the second is refused."""
    locked = Invitation.objects.select_for_update(of=("self",)).select_related("body").get(pk=invitation.pk)
    if reason := over(locked):
        raise InvitationOver(reason)
    locked.accepted_at = clock.machine_now()
    locked.save(update_fields=["accepted_at"])
    return locked


@rule(Permission.MEMBERS_MANAGE)
def accept_invitation(*, invitation: Invitation, by: Actor) -> Membership:
    """Somebody with an account joins the body. `by` is `queries.newcomer`: nobody else may.

    Roles that the person has there already stay.
    """
    taken = _taken(invitation)
    held = Membership.objects.filter(user_id=by.user_id, body=taken.body, until_date=None).first()
    roles = set(taken.roles) | set(held.roles if held else ())
    membership, created = Membership.objects.get_or_create(
        user_id=by.user_id, body=taken.body, until_date=None,
        defaults={"roles": sorted(roles), "since_date": clock.today()},
    )  # fmt: skip
    if not created:
        membership.roles = sorted(roles)
        membership.save(update_fields=["roles"])
    record(
        by, "partners.accept_invitation", object_kind="membership", object_id=membership.pk,
        detail={"invitation": str(taken.pk), "roles": sorted(roles)},
    )  # fmt: skip
    return membership


@rule(Permission.MEMBERS_MANAGE)
def join_with_new_account(
    *, invitation: Invitation, first_name: str, last_name: str, password: str, language: str = "it", by: Actor
) -> Membership:
    """Somebody without an account makes one, with the address that the invitation went to, and joins the body."""
    create_account(
        login=invitation.email, email=invitation.email, first_name=first_name, last_name=last_name,
        password=password, user_id=by.user_id, language=language, by=by,
    )  # fmt: skip
    membership = accept_invitation(invitation=invitation, by=by)
    record(by, "partners.join", object_kind="invitation", object_id=invitation.pk)
    return membership
