"""Every reading of the room. It begins with what is the actor's body's own: another body's edition is not there at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, Concat

from interazioni.actions.activities.models import (
    Attendance,
    AttendanceStatus,
    Delivery,
    Edition,
    EditionState,
    Enrolment,
    Leading,
    Session,
    SessionState,
)
from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.accounts.models import User
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import short_code
from interazioni.plan.associations.models import Association
from interazioni.plan.partners.models import Membership
from interazioni.plan.people.models import Person, PersonState

HERE = (AttendanceStatus.PRESENT, AttendanceStatus.LATE)


def visible_to(actor: Actor) -> QuerySet[Edition]:
    """The editions of the actor's body."""
    require(actor, Permission.EDITIONS_VIEW)
    return Edition.objects.filter(body_id=actor.body_id)


def sessions_visible_to(actor: Actor) -> QuerySet[Session]:
    require(actor, Permission.EDITIONS_VIEW)
    return Session.objects.filter(body_id=actor.body_id)


def deliveries_visible_to(actor: Actor) -> QuerySet[Delivery]:
    require(actor, Permission.DELIVERIES_RECORD)
    return Delivery.objects.filter(body_id=actor.body_id)


def listed(actor: Actor) -> QuerySet[Edition]:
    """What a row of the list shows: how many sessions were held and are planned, how many take part."""
    sessions = Session.objects.filter(edition=OuterRef("pk")).order_by().values("edition")
    taking_part = Enrolment.objects.filter(edition=OuterRef("pk"), until_date=None).order_by().values("edition")
    return (
        visible_to(actor)
        .select_related("activity", "site")
        .annotate(
            held=Subquery(sessions.filter(state=SessionState.HELD).annotate(n=Count("pk")).values("n")),
            planned=Subquery(sessions.exclude(state=SessionState.CANCELLED).annotate(n=Count("pk")).values("n")),
            enrolled=Subquery(taking_part.annotate(n=Count("pk")).values("n")),
        )
        .order_by("-starts_date", "code")
    )


def people_of_body(actor: Actor) -> list[tuple[UUID, str]]:
    """Who works in the body today and may take a register: for the choice of who leads an edition."""
    today = clock.today()
    rows = (
        Membership.objects.filter(body_id=actor.body_id, since_date__lte=today)
        .filter(Q(until_date=None) | Q(until_date__gte=today))
        .exclude(user__first_name="", user__last_name="")
        .order_by("user__last_name", "user__first_name")
        .values_list("user_id", "user__first_name", "user__last_name")
    )
    return [(user_id, f"{first} {last}") for user_id, first, last in rows]


# --- my day -----------------------------------------------------------------------------------------------------------


def _with_edition(actor: Actor) -> QuerySet[Session]:
    return sessions_visible_to(actor).select_related("edition__activity", "edition__site")


def _mine_first(actor: Actor, sessions: QuerySet[Session]) -> QuerySet[Session]:
    """The sessions that the actor leads; for who leads none (an office), those of the whole body."""
    leads = Leading.objects.filter(user_id=actor.user_id, edition=OuterRef("edition"))
    led = Leading.objects.filter(user_id=actor.user_id, body_id=actor.body_id)
    return sessions.filter(Exists(leads) | ~Exists(led))


def today(actor: Actor) -> QuerySet[Session]:
    """Today's sessions in Italy, whatever became of them."""
    midnight = datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.ROME)
    day = _with_edition(actor).filter(starts_at__gte=midnight, starts_at__lt=midnight + timedelta(days=1))
    return _mine_first(actor, day.exclude(state=SessionState.CANCELLED)).order_by("starts_at")


def missing(actor: Actor, *, mine: bool = True) -> QuerySet[Session]:
    """Sessions that are over and have no register, the oldest first. Today's are the business of `today`."""
    midnight = datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.ROME)
    past = _with_edition(actor).filter(state=SessionState.PLANNED, starts_at__lt=midnight)
    return (_mine_first(actor, past) if mine else past).order_by("starts_at")


def upcoming(actor: Actor) -> QuerySet[Session]:
    """After today."""
    midnight = datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.ROME) + timedelta(days=1)
    later = _with_edition(actor).filter(state=SessionState.PLANNED, starts_at__gte=midnight)
    return _mine_first(actor, later).order_by("starts_at")


# --- the register -----------------------------------------------------------------------------------------------------


def session_for_register(actor: Actor, session_id: UUID) -> Session | None:
    """The session with everything its page says of it, `recorder` (who saved last) included: one query."""
    who = User.objects.filter(pk=OuterRef("recorded_by_id")).values(name=Concat("first_name", Value(" "), "last_name"))
    return _with_edition(actor).filter(pk=session_id).annotate(recorder=Subquery(who)).first()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a register: who, and the mark there is (status empty: none yet, version None)."""

    enrolment_id: UUID
    name: str
    status: str = ""
    minutes: int = 0
    version: int | None = None
    school_class: str = ""
    person_id: UUID | None = None
    association_id: UUID | None = None


def roster(session: Session) -> list[Line]:
    """Who is enrolled on the session's day, and who has a mark anyhow: one query. Names as far as the database shows them."""
    day = clock.in_rome(session.starts_at).date()
    rows = (
        Enrolment.objects.filter(edition_id=session.edition_id)
        .annotate(mark=FilteredRelation("attendances", condition=Q(attendances__session=session.pk)))
        .filter(Q(since_date__lte=day) & (Q(until_date=None) | Q(until_date__gte=day)) | Q(mark__isnull=False))
        .values_list(
            "pk",
            "person_id",
            "person__surname",
            "person__name",
            "person__class_year",
            "person__class_section",
            "association_id",
            "association__name",
            "mark__status",
            "mark__minutes",
            "mark__version",
        )
        .order_by("person__match_name", "association__match_name", "pk")
    )
    return [
        Line(
            enrolment_id=pk,
            name=_shown(person_id, surname, name, association),
            status=status or "",
            minutes=minutes or 0,
            version=version,
            school_class=f"{year or ''}{section or ''}",
            person_id=person_id,
            association_id=association_id,
        )
        for pk, person_id, surname, name, year, section, association_id, association, status, minutes, version in rows
    ]


def _shown(person_id: UUID | None, surname: str | None, name: str | None, association: str | None) -> str:
    whole = f"{surname or ''} {name or ''}".strip() or (association or "")
    return whole or (short_code("P", person_id) if person_id else "–")


def own_enrolments(actor: Actor, ids: Sequence[UUID]) -> int:
    """How many of these are enrolments of the actor's body: what a POST names and is not there is a 404."""
    return Enrolment.objects.filter(pk__in=ids, body_id=actor.body_id).count()


def names_of_users(ids: Sequence[UUID]) -> dict[UUID, str]:
    return {user.pk: user.get_full_name() or user.get_username() for user in User.objects.filter(pk__in=ids)}


# --- an edition's page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Attended:
    """How one participant attended. `rate` is over the sessions held while enrolled, never over those planned (facts/fami.md);
    None while nothing was held."""

    enrolment: Enrolment
    name: str
    present: int
    held: int
    minutes: int
    marks: dict[UUID, tuple[str, int]]  # session → status, minutes

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.present) / self.held if self.held else None

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes) / 60


def enrolled(edition: Edition) -> list[tuple[Enrolment, str]]:
    """Everybody ever enrolled, by name."""
    rows = (
        Enrolment.objects.filter(edition=edition)
        .select_related("person", "association")
        .order_by("person__match_name", "association__match_name", "pk")
    )
    return [
        (
            row,
            _shown(
                row.person_id,
                row.person.surname if row.person else "",
                row.person.name if row.person else "",
                row.association.name if row.association else "",
            ),
        )
        for row in rows
    ]


def grid(edition: Edition) -> tuple[list[Session], list[Attended]]:
    """The sessions that were held, and each participant's marks in them: three queries, however many."""
    held = list(edition.sessions.filter(state=SessionState.HELD).order_by("starts_at"))
    marks: dict[UUID, dict[UUID, tuple[str, int]]] = {}
    for enrolment_id, session_id, status, minutes in Attendance.objects.filter(session__edition=edition).values_list(
        "enrolment_id", "session_id", "status", "minutes"
    ):
        marks.setdefault(enrolment_id, {})[session_id] = (status, minutes)
    lines = []
    for enrolment, name in enrolled(edition):
        own = marks.get(enrolment.pk, {})
        counted = [
            session
            for session in held
            if session.pk in own or _during(enrolment, clock.in_rome(session.starts_at).date())
        ]
        lines.append(
            Attended(
                enrolment, name, sum(status in HERE for status, _m in own.values()), len(counted),
                sum(minutes for _s, minutes in own.values()), own,
            )
        )  # fmt: skip
    return held, lines


def _during(enrolment: Enrolment, day: date) -> bool:
    return enrolment.since_date <= day and (enrolment.until_date is None or day <= enrolment.until_date)


@dataclass(frozen=True, slots=True)
class Offered:
    """People who can be enrolled and are not, and the classes among them."""

    people: list[Person]
    classes: list[tuple[str, int]]  # "2B", how many
    more: bool


def enrollable(actor: Actor, edition: Edition, *, words: str = "", school_class: str = "", limit: int = 60) -> Offered:
    """The body's people who are not in the edition now; by part of the name, or by class."""
    require(actor, Permission.PEOPLE_VIEW)
    from interazioni.plan.people import queries as people

    there = Enrolment.objects.filter(edition=edition, until_date=None, person=OuterRef("pk"))
    free = people.visible_to(actor).filter(~Exists(there), state=PersonState.ACTIVE)
    classes = [
        (f"{year}{section}", n)
        for year, section, n in free.exclude(class_year=None)
        .order_by("class_year", "class_section")
        .values_list("class_year", "class_section")
        .annotate(n=Count("pk"))
    ]
    if school_class:
        digits = "".join(filter(str.isdigit, school_class))[:1]
        free = free.filter(class_year=int(digits or 0), class_section=school_class.lstrip("0123456789"))
    if words:
        free = people.named(free, words)
    found = list(
        free.only("surname", "name", "birth_date", "class_year", "class_section", "match_name").order_by(
            "match_name", "pk"
        )[: limit + 1]
    )
    return Offered(found[:limit], classes, len(found) > limit)


def enrollable_associations(edition: Edition) -> QuerySet[Association]:
    there = Enrolment.objects.filter(edition=edition, until_date=None, association=OuterRef("pk"))
    return Association.objects.filter(~Exists(there)).order_by("name")


# --- a person's page --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody attended of one edition."""

    enrolment: Enrolment
    present: int
    held: int
    minutes: int

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.present) / self.held if self.held else None

    @property
    def hours(self) -> Decimal:
        return Decimal(self.minutes) / 60


def parts_of(actor: Actor, person_id: UUID) -> list[Part]:
    """The editions a person takes or took part in: one query."""
    last = Coalesce(OuterRef("until_date"), Value(date.max))
    held = (
        Session.objects.filter(edition=OuterRef("edition"), state=SessionState.HELD)
        .filter(starts_at__date__gte=OuterRef("since_date"), starts_at__date__lte=last)
        .order_by()
        .values("edition")
        .annotate(n=Count("pk"))
        .values("n")
    )
    rows = (
        Enrolment.objects.filter(person_id=person_id, body_id=actor.body_id)
        .select_related("edition__activity")
        .annotate(
            here=Count("attendances", filter=Q(attendances__status__in=HERE)),
            attended=Sum("attendances__minutes"),
            held=Subquery(held),
        )
        .order_by("-edition__starts_date")
    )
    return [Part(row, row.here, row.held or 0, row.attended or 0) for row in rows]


def deliveries_for(actor: Actor, person_id: UUID) -> QuerySet[Delivery]:
    return (
        Delivery.objects.filter(body_id=actor.body_id, person_id=person_id)
        .select_related("kind")
        .order_by("-happened_date")
    )


# --- what is not there ------------------------------------------------------------------------------------------------


def to_remind(body_id: UUID, *, before: datetime, not_since: datetime) -> QuerySet[Session]:
    """A body's sessions that began before a moment, have no register, and were not asked for since another."""
    return (
        Session.objects.filter(body_id=body_id, state=SessionState.PLANNED, starts_at__lt=before)
        .filter(Q(reminded_at=None) | Q(reminded_at__lt=not_since))
        .exclude(edition__state=EditionState.CANCELLED)
        .select_related("edition")
        .order_by("starts_at")
    )


def leaders_of(edition_ids: Sequence[UUID]) -> dict[UUID, list[User]]:
    found: dict[UUID, list[User]] = {}
    rows = (
        Leading.objects.filter(edition_id__in=edition_ids, user__is_active=True)
        .select_related("user")
        .order_by("user__last_name")
    )
    for row in rows:
        found.setdefault(row.edition_id, []).append(row.user)
    return found


def found(actor: Actor, words: str, limit: int) -> Sequence[Edition]:
    """Editions by title, code or place."""
    editions = visible_to(actor).select_related("activity").annotate(newest=F("starts_date"))
    for word in words.split():
        editions = editions.filter(Q(title__icontains=word) | Q(code__icontains=word) | Q(place__icontains=word))
    return list(editions.order_by("-newest", "code")[:limit])


def next_code(actor: Actor) -> str:
    """A code that the body has not used: the year and a running number."""
    year = f"{clock.today().year % 100:02}-"
    used = set(visible_to(actor).filter(code__startswith=year).values_list("code", flat=True))
    number = len(used) + 1
    while f"{year}{number:02}" in used:
        number += 1
    return f"{year}{number:02}"


def own_people(actor: Actor, ids: Sequence[UUID]) -> int:
    """How many of these are people of the actor's body: what a POST names and is not there is a 404."""
    return Person.objects.filter(pk__in=ids, body_id=actor.body_id).count()


def anything_to_remind(body_id: UUID) -> bool:
    """Whether a register of the body is missing at all: most days most bodies need no event in their history."""
    return Session.objects.filter(
        body_id=body_id, state=SessionState.PLANNED, starts_at__lt=clock.now() - timedelta(days=3)
    ).exists()
