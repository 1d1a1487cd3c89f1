"""Who keeps a body's public things: whom the freshness of information asks, and who acts when they answer by a link."""

from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import ROLES, Role
from interazioni.plan.partners.models import Body
from interazioni.plan.partners.queries import members, system_actor

LANGUAGE = "it"  # the desk's first language; accounts know no other yet


def actor(body_id: UUID) -> Actor:
    return system_actor(Body.objects.get(pk=body_id))


def addresses(body_id: UUID) -> list[tuple[str, str]]:
    """Those of the body who may keep its entries; where nobody may, who writes for the public (an association's delegate); or the body's own address."""
    people = [row for row in members(body_id) if row.user.email]
    for permission in (Permission.DIRECTORY_KEEP, Permission.CONTENT_WRITE):
        may = {role.value for role in Role if permission in ROLES[role]}
        if found := [row.user.email for row in people if may.intersection(row.roles)]:
            break
    else:
        found = [email for email in Body.objects.filter(pk=body_id).values_list("email", flat=True) if email]
    return [(email, LANGUAGE) for email in dict.fromkeys(found)]
