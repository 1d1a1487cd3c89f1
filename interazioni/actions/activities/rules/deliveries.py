"""Work that is not a session: hours of mediation, a simplified form, people informed."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from interazioni.actions.activities.models import Delivery, DeliveryState
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.plan.ledger.rules import NewEntry, post, reverse_sources
from interazioni.plan.people.models import Person, PersonState
from interazioni.plan.programme.models import DeliveryKind, Participants


@rule(Permission.DELIVERIES_RECORD)
def record_delivery(
    *,
    kind: DeliveryKind,
    happened: date,
    quantity: Decimal,
    client_id: UUID,
    person_id: UUID | None = None,
    association_id: UUID | None = None,
    municipality: str = "",
    title: str = "",
    languages: Sequence[str] = (),
    by: Actor,
) -> Delivery:
    """Records work done. The same `client_id` again is the same delivery: it is given back and nothing is written."""
    there = Delivery.objects.filter(client_id=client_id).first()
    if there is None:
        _check(kind, happened, person_id, association_id, by)
        delivery = Delivery(
            body_id=by.body_id, kind=kind, happened_date=happened, quantity=quantity, person_id=person_id,
            association_id=association_id, municipality=municipality, title=title, languages=list(languages),
            client_id=client_id, recorded_by_id=by.user_id,
        )  # fmt: skip
        delivery.full_clean(validate_unique=False)
        try:
            with transaction.atomic():
                delivery.save(force_insert=True)
        except IntegrityError:  # the same POST, a moment earlier, from another connection
            there = Delivery.objects.filter(client_id=client_id).first()
            if there is None:
                raise
        else:
            _post(delivery, by)
            record(
                by,
                "activities.record_delivery",
                object_kind="delivery",
                object_id=delivery.pk,
                detail={"kind": kind.code},
            )
            return delivery
    record(by, "activities.repeat_delivery", object_kind="delivery", object_id=there.pk)
    return there


@rule(Permission.DELIVERIES_RECORD)
def correct_delivery(
    *,
    delivery: Delivery,
    happened: date,
    quantity: Decimal,
    municipality: str = "",
    title: str = "",
    languages: Sequence[str] = (),
    by: Actor,
) -> Delivery:
    """Corrects day, quantity or words; the ledger takes the old back and posts the new."""
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("kind__activity__plan").get(pk=delivery.pk)
    if locked.state != DeliveryState.RECORDED:
        raise ValidationError(_("This work was withdrawn."))
    _check(locked.kind, happened, locked.person_id, locked.association_id, by)
    values = {
        "happened_date": happened,
        "quantity": quantity,
        "municipality": municipality,
        "title": title,
        "languages": list(languages),
    }
    changed = [name for name, value in values.items() if getattr(locked, name) != value]
    for name, value in values.items():
        setattr(locked, name, value)
    locked.full_clean(validate_unique=False)
    locked.save(update_fields=list(values))
    if {"happened_date", "quantity", "municipality"} & set(changed):
        reverse_sources([locked.pk], by=by)
        _post(locked, by)
    record(by, "activities.correct_delivery", object_kind="delivery", object_id=locked.pk, changed=changed)
    return locked


@rule(Permission.DELIVERIES_RECORD)
def withdraw_delivery(*, delivery: Delivery, reason: str, by: Actor) -> Delivery:
    """It was not done after all: the ledger takes it back; the record stays readable, with the reason."""
    locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
    if locked.state == DeliveryState.RECORDED:
        locked.state = DeliveryState.WITHDRAWN
        locked.withdrawn_reason = reason.strip()[:200]
        locked.save(update_fields=["state", "withdrawn_reason"])
        reverse_sources([locked.pk], by=by)
    record(by, "activities.withdraw_delivery", object_kind="delivery", object_id=locked.pk)
    return locked


def _check(kind: DeliveryKind, happened: date, person_id: UUID | None, association_id: UUID | None, by: Actor) -> None:
    plan = kind.activity.plan
    if not plan.starts_date <= happened <= plan.ends_date:
        raise ValidationError({"happened_date": _("The day must lie within the plan.")})
    if happened > clock.today():
        raise ValidationError({"happened_date": _("This day is still to come.")})
    if kind.for_whom == Participants.PERSONS:
        if person_id is None:
            raise ValidationError({"person": _("Say for whom it was.")})
        if not Person.objects.filter(pk=person_id, body_id=by.body_id, state=PersonState.ACTIVE).exists():
            raise ValidationError({"person": _("This person is not on record in your body.")})
    elif person_id is not None:
        raise ValidationError({"person": _("This kind of work is not recorded for one person.")})
    if kind.for_whom == Participants.ASSOCIATIONS and association_id is None:
        raise ValidationError({"association": _("Say for which association it was.")})


def _post(delivery: Delivery, by: Actor) -> None:
    kind = delivery.kind
    post(
        [
            NewEntry(
                activity=kind.activity,
                measure=kind.measure,
                quantity=delivery.quantity,
                unit=kind.unit,
                happened_date=delivery.happened_date,
                source_kind="delivery",
                source_id=delivery.pk,
                person_id=delivery.person_id,
                association_id=delivery.association_id,
                municipality=delivery.municipality,
            )
        ],
        by=by,
    )
