import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.utils.functional import Promise

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.actor import Membership as Choice
from interazioni.foundation.access.permissions import PERMISSION_LABELS, Permission
from interazioni.foundation.access.roles import ROLE_LABELS, ROLES, Role
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.plan.partners.models import Body, Invitation, Membership, Partnership, PartnershipBody

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
        .order_by("body_name", "-since_date")
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
    return actor, list({row.body_id: Choice(row.body_id, row.body_name) for row in rows}.values())


def coordinated_bodies(body_id: UUID) -> frozenset[UUID]:
    """The bodies of the partnerships that this body leads: its coordinator sees their figures, never their people."""
    led = PartnershipBody.objects.filter(body_id=body_id, leads=True).values("partnership_id")
    return frozenset(PartnershipBody.objects.filter(partnership_id__in=led).values_list("body_id", flat=True))


def system_actor(body: Body) -> Actor:
    """The worker's own errands, on behalf of one body."""
    return Actor(
        user_id=SYSTEM_USER, user_name="", body_id=body.pk, body_name=body.name, roles=frozenset({Role.SYSTEM})
    )


def bodies() -> QuerySet[Body]:
    """Every body: the register is public."""
    return Body.objects.order_by("name")


def register() -> QuerySet[Body]:
    """The register of bodies with the partnerships each belongs to; public."""
    joined = PartnershipBody.objects.select_related("partnership").order_by("partnership__code")
    return bodies().prefetch_related(Prefetch("partnership_memberships", queryset=joined))


def staffed(found: QuerySet[Body]) -> QuerySet[Body]:
    """Marks the bodies somebody can act as (`has_members`), where the actor may see memberships."""
    today = clock.today()
    open_now = Membership.objects.filter(body=OuterRef("pk")).filter(Q(until_date=None) | Q(until_date__gte=today))
    return found.annotate(has_members=Exists(open_now))


def partnerships() -> QuerySet[Partnership]:
    members = PartnershipBody.objects.select_related("body").order_by("-leads", "body__name")
    return Partnership.objects.order_by("code").prefetch_related(Prefetch("members", queryset=members))


def runs(actor: Actor, body_id: UUID) -> bool:
    """Whether the actor may see and change who belongs to the body."""
    return actor.can(Permission.MEMBERS_MANAGE) and (actor.body_id == body_id or actor.can(Permission.BODIES_MANAGE))


def members(body_id: UUID, *, past: bool = False) -> QuerySet[Membership]:
    """The body's members now, or those who have left, as far as the actor may see them."""
    today = clock.today()
    now = Q(until_date=None) | Q(until_date__gte=today)
    found = Membership.objects.filter(body_id=body_id).select_related("user")
    return found.filter(~now if past else now).order_by("user__last_name", "user__first_name")


def open_invitations(body_id: UUID) -> QuerySet[Invitation]:
    """Sent and neither accepted nor withdrawn; also those that have expired, which are to be sent again."""
    return Invitation.objects.filter(body_id=body_id, accepted_at=None, withdrawn_at=None).order_by("-created_at")


def over(invitation: Invitation) -> str:
    """Why an invitation cannot be accepted: `accepted`, `withdrawn`, `expired`; empty if it can."""
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.withdrawn_at is not None:
        return "withdrawn"
    return "expired" if invitation.expires_at <= clock.machine_now() else ""


def invitation_by_token(token: str) -> Invitation | None:
    """The invitation behind a link, before anybody is known: an errand of its own, which reads invitations alone."""
    with context.service("invitation"):
        wanted = hashlib.sha256(token.encode()).digest()
        return Invitation.objects.select_related("body").filter(token_hash=wanted).first()


def newcomer(invitation: Invitation, *, user_id: UUID | None = None, user_name: str = "") -> Actor:
    """Who accepts an invitation: the person, let in by the invitation itself, for the time of joining."""
    return Actor(
        user_id=user_id or new_id(), user_name=user_name or invitation.full_name, body_id=invitation.body_id,
        body_name=invitation.body.name, roles=frozenset({Role.SYSTEM}),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class PermissionRow:
    label: str | Promise
    granted: list[bool]  # in the order of `roles`


def who_may_what() -> tuple[list[str | Promise], list[PermissionRow]]:
    """The one table of roles × permissions, in words: labels of the roles, and a row for each permission."""
    roles = [role for role in Role if role is not Role.SYSTEM]
    return (
        [ROLE_LABELS[role] for role in roles],
        [
            PermissionRow(PERMISSION_LABELS[permission], [permission in ROLES[role] for role in roles])
            for permission in Permission
            if permission is not Permission.SYSTEM_UPKEEP
        ],
    )


def holders(permission: Permission) -> list[str]:
    """E-mail addresses of everybody who may do this in some body, as far as the actor sees memberships."""
    roles = [role.value for role in Role if permission in ROLES[role]]
    today = clock.today()
    open_now = Membership.objects.filter(Q(until_date=None) | Q(until_date__gte=today), roles__overlap=roles)
    found = open_now.exclude(user__email="").order_by("user__email")
    return list(found.values_list("user__email", flat=True).distinct())
