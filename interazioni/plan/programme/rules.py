"""Loading a plan from its file. Nothing else writes the plan but the certification of a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.roles import Role
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.partners.queries import SYSTEM_USER
from interazioni.plan.partners.rules import register_body
from interazioni.plan.programme import registry
from interazioni.plan.programme.models import (
    Action,
    Activity,
    DeliveryKind,
    Indicator,
    Participants,
    Period,
    PeriodState,
    Plan,
    RecipientGroup,
    Share,
)  # fmt: skip
from interazioni.plan.programme.planfile import PlanFile

Table = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Loaded:
    """The plan as it stands now, and what the load changed, a line each; nothing when the file says what is there."""

    plan: Plan
    changes: list[str]


@rule(Permission.PLAN_LOAD)
def load_plan(*, plan_file: PlanFile, by: Actor) -> Loaded:
    """Brings the plan in line with its file; loading the same file again changes nothing.

    What has work behind it is never removed, and a certified period never moves: both are refused, and nothing changes.
    """
    document = plan_file.document
    plan = Plan.objects.select_for_update().filter(code=plan_file.code).first()
    if plan is not None and plan.digest == plan_file.digest:
        record(by, "programme.load_plan", object_kind="plan", object_id=plan.pk, detail={"changed": 0})
        return Loaded(plan, [])
    changes: list[str] = []
    header = document["plan"]
    values = {
        "titles": header["title"], "starts_date": header["starts"], "ends_date": header["ends"], "digest": plan_file.digest,
        "loaded_at": clock.now(), "document": _readable(document),
    }  # fmt: skip
    if plan is None:
        plan = Plan.objects.create(code=plan_file.code, **values)
        changes.append(f"plan {plan.code}: new")
    else:
        for name, value in values.items():
            setattr(plan, name, value)
        plan.version += 1
        plan.save()
        changes.append(f"plan {plan.code}: version {plan.version}")
    _bodies(document, by)
    counting = _contents(plan, document, changes)
    record(
        by, "programme.load_plan", object_kind="plan", object_id=plan.pk,
        detail={"changed": len(changes), "version": plan.version, "digest": plan.digest},
    )  # fmt: skip
    if counting:
        registry.counting_changed(plan.pk)
    return Loaded(plan, changes)


def load_plan_as_lead(*, plan_file: PlanFile) -> Loaded:
    """For the shell: the system loads, on behalf of the body that leads the plan."""
    lead = next(partner for partner in plan_file.document["partners"] if partner["role"] == "lead")
    body = Body.objects.filter(code=lead["code"]).first()
    system = Actor(
        user_id=SYSTEM_USER, user_name="", body_id=body.pk if body else new_id(), body_name=lead["name"],
        roles=frozenset({Role.SYSTEM}),
    )  # fmt: skip
    return load_plan(plan_file=plan_file, by=system)


def _bodies(document: Table, by: Actor) -> None:
    """The partners that the plan names are bodies: who is not in the register yet is entered."""
    known = set(Body.objects.values_list("code", flat=True))
    for partner in document["partners"]:
        if partner["code"] not in known:
            lead = partner["role"] == "lead"
            register_body(
                code=partner["code"], name=partner["name"], kind=BodyKind.REGION if lead else BodyKind.OTHER, public=lead,
                body_id=by.body_id if lead and not Body.objects.filter(pk=by.body_id).exists() else None, by=by,
            )  # fmt: skip


def _readable(document: Table) -> dict[str, Any]:
    """What is shown and not counted, as JSON: fund, texts, partners, partnerships."""
    kept = ("fund", "partners", "partnerships", "mediation")
    header = {name: text for name, text in document["plan"].items() if name in ("subtitle", "summary")}
    return {"plan": header, **{name: document[name] for name in kept if name in document}}


def _contents(plan: Plan, document: Table, changes: list[str]) -> bool:
    """Groups, actions, activities, kinds of delivery, indicators, periods. Whether the counting rules changed."""
    # Registers already posted by these measures: under others, entries and registers would no longer agree.
    posted = ("participants", "session_measure", "session_hours_measure", "attendance_measure")
    groups = _Bringing(RecipientGroup, plan, changes)
    for table in document["groups"]:
        groups.bring(table, kind=table["kind"], criteria=table.get("criteria", {}), texts=_texts(table))
    actions = _Bringing(Action, plan, changes)
    activities = _Bringing(Activity, plan, changes, fixed=posted)
    kinds = _Bringing(DeliveryKind, plan, changes, fixed=("measure", "unit", "for_whom"))
    for table in document["actions"]:
        action = actions.bring(
            table,
            texts=_texts(table, "aim", "results")
            | {"outputs": table.get("outputs", []), "number": table.get("number", "")},
        )
        for inner in table["activities"]:
            sessions = inner.get("sessions", {})
            activity = activities.bring(
                inner, action_id=action.pk, participants=inner.get("participants", Participants.NONE), holds_sessions="sessions" in inner,
                session_measure=sessions.get("held", ""), session_hours_measure=sessions.get("hours", ""),
                attendance_measure=sessions.get("attended", ""),
            )  # fmt: skip
            for kind in inner.get("deliveries", []):
                kinds.bring(
                    kind, activity_id=activity.pk, measure=kind["measure"], unit=kind["unit"],
                    for_whom=kind.get("for", Participants.NONE), texts={"unit": document["units"][kind["unit"]]},
                )  # fmt: skip
    indicators = _Bringing(Indicator, plan, changes)
    shares: list[tuple[UUID, Table]] = []
    for table in document["indicators"]:
        indicator = indicators.bring(
            table, counts=table["counts"], measures=sorted(table["measures"]), activities=_activity_ids(table, activities, actions),
            group_codes=_group_codes(table, document), unit=table["unit"], target=_decimal(table.get("target")), pace=table.get("pace", []),
            texts=_texts(table, "rule") | {"unit": document["units"][table["unit"]]}
            | {name: table[name] for name in ("common", "groups") if name in table},
        )  # fmt: skip
        shares += [(indicator.pk, share) for share in table.get("shares", [])]
    changes += _shares(plan, shares)
    periods = _Bringing(Period, plan, changes, fixed=("starts_date", "ends_date"))
    for table in document["periods"]:
        periods.bring(table, starts_date=table["starts"], ends_date=table["ends"])
    for bringing in (indicators, kinds, activities, actions, groups, periods):
        bringing.remove_others()
    return indicators.changed


def _texts(table: Table, *names: str) -> dict[str, Any]:
    return {name: table[name] for name in names if name in table} | (
        {"source": table["source"]} if "source" in table else {}
    )


def _group_codes(table: Table, document: Table) -> list[str]:
    """Only groups of people narrow what is counted; contacts and associations belong to no group entry by entry."""
    kinds = {group["code"]: group["kind"] for group in document["groups"]}
    return [code for code in table.get("groups", []) if kinds[code] == "persons"]


def _decimal(number: int | float | None) -> Decimal | None:
    """As it is written in the file: 10.1 is not the float nearest to it, or each load would find a change."""
    return None if number is None else Decimal(str(number))


def _activity_ids(table: Table, activities: "_Bringing", actions: "_Bringing") -> list[UUID]:
    ids = {activities.by_code[code].pk for code in table.get("activities", [])}
    wanted = {actions.by_code[code].pk for code in table.get("actions", [])}
    ids |= {activity.pk for activity in activities.by_code.values() if activity.action_id in wanted}
    return sorted(ids)


def _shares(plan: Plan, shares: list[tuple[UUID, Table]]) -> list[str]:
    bodies = dict(Body.objects.values_list("code", "pk"))
    missing = sorted({share["body"] for _indicator, share in shares} - set(bodies))
    if missing:
        raise ValidationError(
            _("The plan gives shares to bodies that are not in the register: %(codes)s") % {"codes": ", ".join(missing)}
        )
    wanted = {(indicator, bodies[share["body"]]): Decimal(str(share["target"])) for indicator, share in shares}
    there = {(share.indicator_id, share.body_id): share.target for share in Share.objects.filter(indicator__plan=plan)}
    if wanted == there:
        return []
    Share.objects.filter(indicator__plan=plan).delete()
    Share.objects.bulk_create(
        Share(indicator_id=indicator, body_id=body, target=target) for (indicator, body), target in wanted.items()
    )
    return [f"shares: {len(there)} before, {len(wanted)} now"]


class _Bringing:
    """Brings the rows of one model in line with the file's tables, by code and in the file's order."""

    def __init__(self, model: type[models.Model], plan: Plan, changes: list[str], fixed: tuple[str, ...] = ()) -> None:
        """`fixed`: the fields that cannot change once work stands on the row."""
        self.model, self.plan, self.changes, self.fixed = model, plan, changes, fixed
        self.before = {row.code: row for row in model._default_manager.filter(plan=plan)}  # type: ignore[attr-defined]
        self.by_code: dict[str, Any] = {}
        self.changed = False
        self.word = str(model._meta.model_name)

    def bring(self, table: Table, **values: Any) -> Any:
        values |= {"titles": table["title"], "position": len(self.by_code)}
        row = self.before.get(table["code"])
        if row is None:
            row = self.model._default_manager.create(plan=self.plan, code=table["code"], **values)
            self._note(f"{self.word} {row.code}: new")  # type: ignore[attr-defined]
        else:
            differing = [name for name, value in values.items() if getattr(row, name) != value]
            if set(differing) & set(self.fixed) and _is_worked_on(row):
                message = _("%(what)s %(code)s cannot change its %(fields)s: there is work recorded for it.")
                fields = ", ".join(sorted(set(differing) & set(self.fixed)))
                raise ValidationError(message % {"what": self.word, "code": table["code"], "fields": fields})
            if differing:
                for name in differing:
                    setattr(row, name, values[name])
                row.save(update_fields=differing)
                self._note(f"{self.word} {table['code']}: {', '.join(sorted(differing))}")
        self.by_code[table["code"]] = row
        return row

    def remove_others(self) -> None:
        """What the file no longer names goes, unless work stands on it: the database's own foreign keys say so."""
        for code in sorted(set(self.before) - set(self.by_code)):
            try:
                with transaction.atomic():
                    self.before[code].delete()
            except (models.ProtectedError, IntegrityError) as fault:
                message = _("%(what)s %(code)s cannot be removed: there is work recorded for it.")
                raise ValidationError(message % {"what": self.word, "code": code}) from fault
            self._note(f"{self.word} {code}: removed")

    def _note(self, line: str) -> None:
        self.changed = True
        self.changes.append(line)


def _is_worked_on(row: models.Model) -> bool:
    """Whether a period is certified, or anything in a higher room stands on the row: foreign keys tell, without naming a room."""
    if getattr(row, "state", None) == PeriodState.CERTIFIED:
        return True
    return any(
        relation.field.model._base_manager.filter(**{relation.field.name: row}).exists()
        for relation in row._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel) and relation.on_delete is models.PROTECT
        and relation.field.model._meta.app_label != row._meta.app_label
    )  # fmt: skip


@rule(Permission.PERIODS_CERTIFY)
def certify_period(*, period: Period, by: Actor) -> Period:
    """Closes a period for good: what is posted later for its days falls into the next open one.

    Periods are certified in their order. Raises ValidationError where an earlier one is open, or this one is certified.
    The row's lock makes the ledger's posts wait, and this wait for them.
    """
    locked = Period.objects.select_for_update().get(pk=period.pk)
    if locked.state == PeriodState.CERTIFIED:
        raise ValidationError(_("This period is certified already."))
    if Period.objects.filter(
        plan_id=locked.plan_id, starts_date__lt=locked.starts_date, state=PeriodState.OPEN
    ).exists():
        raise ValidationError(_("An earlier period is still open: certify that one first."))
    if not Period.objects.filter(
        plan_id=locked.plan_id, starts_date__gt=locked.ends_date, state=PeriodState.OPEN
    ).exists():
        # Corrections need somewhere to fall: the last period is closed with the plan, by the funder's own rules.
        raise ValidationError(_("The last period stays open for corrections."))
    locked.state, locked.certified_at, locked.certified_by_id = PeriodState.CERTIFIED, clock.now(), by.user_id
    locked.save(update_fields=["state", "certified_at", "certified_by_id"])
    record(by, "programme.certify_period", object_kind="period", object_id=locked.pk, detail={"period": locked.code})
    return locked
