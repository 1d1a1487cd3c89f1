from uuid import UUID

from django.db.models import F, Q, QuerySet

from interazioni.foundation.access.actor import Actor, Membership as Choice
from interazioni.foundation.access.roles import Role
from interazioni.foundation.core import clock
from interazioni.plan.partners.models import Body, Membership, PartnershipBody

SYSTEM_USER = UUID(int=0)


def build_actor(user_id: UUID, body_id: UUID | None) -> tuple[Actor, list[Choice]] | None:
    """The actor for a user acting as a body (None, or a body left since: the first by name), and the bodies to choose from.

    Runs where only the user's own memberships are visible. One query; one more for who coordinates a partnership.
    """
    today = clock.today()
    rows = list(
        Membership.objects.filter(user_id=user_id, since_date__lte=today)
        .filter(Q(until_date=None) | Q(until_date__gte=today))
        .annotate(body_name=F("body__name"), first_name=F("user__first_name"), last_name=F("user__last_name"))
        .order_by("body_name")
    )
    if not rows:
        return None
    chosen = next((row for row in rows if row.body_id == body_id), rows[0])
    roles = frozenset(Role(role) for role in chosen.roles) - {Role.SYSTEM}
    actor = Actor(
        user_id=user_id,
        user_name=f"{chosen.first_name} {chosen.last_name}".strip(),
        body_id=chosen.body_id,
        body_name=chosen.body_name,
        roles=roles,
        figure_bodies=coordinated_bodies(chosen.body_id) if Role.COORDINATOR in roles else frozenset(),
    )
    return actor, [Choice(row.body_id, row.body_name) for row in rows]


def coordinated_bodies(body_id: UUID) -> frozenset[UUID]:
    """The bodies of the partnerships that this body leads: its coordinator sees their figures, never their people."""
    led = PartnershipBody.objects.filter(body_id=body_id, leads=True).values("partnership_id")
    return frozenset(PartnershipBody.objects.filter(partnership_id__in=led).values_list("body_id", flat=True))


def system_actor(body: Body) -> Actor:
    """The worker's own errands, on behalf of one body."""
    return Actor(user_id=SYSTEM_USER, user_name="", body_id=body.pk, body_name=body.name, roles=frozenset({Role.SYSTEM}))


def bodies() -> QuerySet[Body]:
    """Every body: the register is public."""
    return Body.objects.order_by("name")
