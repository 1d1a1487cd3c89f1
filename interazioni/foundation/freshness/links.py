"""The link in the mail that asks "is this still true?": for one thing, as it was verified last, for a time. Reading it confirms nothing."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from interazioni.foundation.freshness.models import Vouch

SALT = "freshness.confirm"
LIFE = timedelta(days=45)


class Unreadable(Exception):
    def __init__(self, *, expired: bool) -> None:
        super().__init__("expired" if expired else "unreadable")
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Link:
    """`verified_at` makes it single-purpose: once somebody has confirmed or corrected, the link has done its work."""

    vouch_id: UUID
    body_id: UUID
    verified_at: datetime


def token(vouch: Vouch) -> str:
    return signing.dumps([vouch.pk.hex, vouch.body_id.hex, vouch.verified_at.isoformat()], salt=SALT)


def read(text: str) -> Link:
    try:
        vouch_id, body_id, moment = signing.loads(text, salt=SALT, max_age=LIFE)
        return Link(UUID(vouch_id), UUID(body_id), datetime.fromisoformat(moment))
    except signing.SignatureExpired as fault:
        raise Unreadable(expired=True) from fault
    except (signing.BadSignature, ValueError, TypeError, AttributeError) as fault:
        raise Unreadable(expired=False) from fault


def address(vouch: Vouch) -> str:
    return str(settings.BASE_URL).rstrip("/") + reverse("freshness_public:confirm", args=[token(vouch)])
