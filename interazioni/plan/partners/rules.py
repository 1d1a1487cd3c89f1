from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import Role
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.plan.partners.models import Body, Membership, Partnership, PartnershipBody, Site


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
    body_id: UUID | None = None,
    by: Actor,
) -> Body:
    """Enters an organisation in the register. `body_id` lets the very first one be entered by itself."""
    body = Body(
        id=body_id or new_id(), code=code, name=name, kind=kind, public=public, municipality=municipality,
        email=email, phone=phone, website=website,
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


@rule(Permission.MEMBERS_MANAGE)
def appoint(*, user_id: UUID, body: Body, roles: Collection[Role], since: date | None = None, by: Actor) -> Membership:
    """Gives somebody roles in a body, or changes them: the open membership ends and another begins."""
    if Role.SYSTEM in roles or not roles:
        raise ValidationError({"roles": _("Choose at least one role.")})
    if body.pk != by.body_id and not by.can(Permission.BODIES_MANAGE):
        raise ValidationError(_("Members are appointed by their own body."))
    if not get_user_model().objects.filter(pk=user_id).exists():
        raise ValidationError(_("There is no such account."))
    membership, created = Membership.objects.get_or_create(
        user_id=user_id, body=body, until_date=None, defaults={"roles": sorted(roles), "since_date": since or clock.today()}
    )
    if not created:
        membership.roles = sorted(roles)
        membership.save(update_fields=["roles"])
    record(
        by, "partners.appoint", object_kind="membership", object_id=membership.pk,
        detail={"user": str(user_id), "body": str(body.pk), "roles": sorted(roles)},
    )  # fmt: skip
    return membership


@rule(Permission.MEMBERS_MANAGE)
def end_membership(*, membership: Membership, last_day: date | None = None, by: Actor) -> Membership:
    """Somebody leaves a body. What they did stays theirs in the history."""
    membership.until_date = last_day or clock.today()
    membership.save(update_fields=["until_date"])
    record(by, "partners.end_membership", object_kind="membership", object_id=membership.pk)
    return membership
