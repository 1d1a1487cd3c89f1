"""Signed links for who does not log in: one purpose, one object, for a time. Reading one (GET) never changes anything.

They expire by the machine's clock; "once" is the object's own state: an offer that was answered has no second answer.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse


class Purpose(StrEnum):
    OFFER = "offer"  # accept or decline
    ASSIGNMENT = "assignment"  # I am there, done, hours, give back
    HOURS = "hours"  # the body that called confirms or disputes


LIFE = {Purpose.OFFER: timedelta(days=14), Purpose.ASSIGNMENT: timedelta(days=60), Purpose.HOURS: timedelta(days=30)}


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says: about which object, for whom (a mediator, or nobody), at which dispatch."""

    purpose: Purpose
    object_id: UUID
    mediator_id: UUID | None
    dispatch_id: UUID


class Unreadable(Exception):
    """Forged, damaged or too old. `expired` tells the last apart: it deserves another sentence."""

    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "unreadable")
        self.expired = expired


def token(link: Link) -> str:
    return signing.dumps(
        [link.object_id.hex, link.mediator_id.hex if link.mediator_id else "", link.dispatch_id.hex],
        salt=f"mediation.{link.purpose}",
    )


def read(purpose: Purpose, text: str) -> Link:
    try:
        value = signing.loads(text, salt=f"mediation.{purpose}", max_age=LIFE[purpose])
        object_id, mediator_id, dispatch_id = value
        return Link(purpose, UUID(object_id), UUID(mediator_id) if mediator_id else None, UUID(dispatch_id))
    except signing.SignatureExpired as fault:
        raise Unreadable(expired=True) from fault
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as fault:
        raise Unreadable(expired=False) from fault


def address(link: Link) -> str:
    """The whole address, for a mail or a calendar."""
    return str(settings.BASE_URL).rstrip("/") + reverse(f"mediation_public:{link.purpose}", args=[token(link)])
