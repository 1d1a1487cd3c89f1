"""The named cast: invented people, the same in the demo, in the tests' stories and in the browser journeys."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.roles import Role

# Everything in the invented region has an id that follows from its name: two builds are alike.
NAMESPACE = UUID("5b0a4f0e-3a53-5b57-9e0e-1a6a3f7d2c11")
PASSWORD = "benvenuti-in-Piemonte"  # noqa: S105  # the demo prints it; an installation has none of these people


def ident(*names: str) -> UUID:
    return uuid5(NAMESPACE, "/".join(names))


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of the cast: login, name, and roles by body code. The first body is where they act by default."""

    login: str
    first_name: str
    last_name: str
    roles: dict[str, frozenset[Role]]
    story: str

    @property
    def user_id(self) -> UUID:
        return ident("user", self.login)

    @property
    def email(self) -> str:
        return f"{self.login}@interazioni.example"

    @property
    def body_code(self) -> str:
        return next(iter(self.roles))


REGION, IRES, FIERI = "regione-piemonte", "ires-piemonte", "fieri"
SCHOOL_A, SCHOOL_B = "ic-barriera-torino", "ic-valle-alessandria"
COOPERATIVE, MUNICIPALITY, ASSOCIATION = "coop-ponte", "comune-asti", "associazione-sankofa"

CAST: dict[str, Member] = {
    member.login: member
    for member in (
        Member("giulia", "Giulia", "Bianco", {SCHOOL_A: frozenset({Role.OPERATOR})}, "teacher, school A"),
        Member("franca", "Franca", "Gallo", {SCHOOL_A: frozenset({Role.SECRETARY})}, "secretary, school A"),
        Member("marco", "Marco", "Ferraris", {SCHOOL_B: frozenset({Role.OPERATOR})}, "teacher, school B"),
        Member("chiara", "Chiara", "Rosso", {SCHOOL_A: frozenset({Role.COORDINATOR})}, "coordinator of school A, lead of its partnership"),
        Member("amina", "Amina", "Diallo", {COOPERATIVE: frozenset({Role.MEDIATOR})}, "mediator"),
        Member("davide", "Davide", "Conti", {COOPERATIVE: frozenset({Role.DISPATCHER, Role.COORDINATOR})}, "dispatcher and coordinator of the cooperative"),
        Member("lucia", "Lucia", "Marengo", {MUNICIPALITY: frozenset({Role.OPERATOR, Role.SECRETARY})}, "clerk of a municipality"),
        Member("elena", "Elena", "Vercelli", {REGION: frozenset({Role.LEAD})}, "Region"),
        Member("paolo", "Paolo", "Sella", {IRES: frozenset({Role.ASSISTANCE})}, "IRES"),
        Member("sara", "Sara", "Levi", {FIERI: frozenset({Role.EVALUATOR})}, "FIERI"),
        Member("kofi", "Kofi", "Mensah", {ASSOCIATION: frozenset({Role.DELEGATE})}, "delegate of an association"),
        Member("nadia", "Nadia", "Haddad", {SCHOOL_A: frozenset({Role.OPERATOR}), COOPERATIVE: frozenset({Role.OPERATOR})}, "works in two bodies"),
    )
}  # fmt: skip


def actor(login: str, body_code: str | None = None) -> Actor:
    """The actor of a cast member, as the middleware would build it. Needs the region in the database."""
    from interazioni.foundation.access import context
    from interazioni.plan.partners.models import Body
    from interazioni.plan.partners.queries import build_actor

    member = CAST[login]
    body = Body.objects.get(code=body_code or member.body_code)
    with context.user_only(member.user_id):
        built = build_actor(member.user_id, body.pk)
    assert built is not None, f"{login} has no membership"
    return built[0]
