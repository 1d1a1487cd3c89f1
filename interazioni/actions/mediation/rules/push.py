"""Notifications on the mediator's own phone."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.outbox import push
from interazioni.foundation.outbox.models import Device

MOST = 5  # devices of one user


@rule(Permission.CALLS_ANSWER)
def allow_push(*, endpoint: str, key: str, secret: str, by: Actor) -> Device:
    """This browser may be notified. The same one again changes its keys; the oldest goes where there are too many."""
    try:
        address = push.checked(endpoint)
    except (push.Unsafe, push.Later) as fault:
        raise ValidationError(_("This is not the address of a push service.")) from fault
    if not (20 <= len(key) <= 120 and 10 <= len(secret) <= 60):
        raise ValidationError(_("This is not the address of a push service."))
    mine = Device.objects.filter(user_id=by.user_id)
    mine.filter(endpoint_hash=push.hashed(address)).delete()
    for old in mine.order_by("-created_at")[MOST - 1 :]:
        old.delete()
    made = Device.objects.create(
        user_id=by.user_id, endpoint=address, endpoint_hash=push.hashed(address), key=key, secret=secret
    )
    record(by, "mediation.allow_push", object_kind="device", object_id=made.pk)
    return made


@rule(Permission.CALLS_ANSWER)
def stop_push(*, endpoint: str, by: Actor) -> None:
    """This browser is no longer notified."""
    Device.objects.filter(user_id=by.user_id, endpoint_hash=push.hashed(endpoint)).delete()
    record(by, "mediation.stop_push", object_kind="device")
