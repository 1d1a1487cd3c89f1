"""Errands for many bodies: each in a transaction of its own, as that body; one that fails keeps no other waiting."""

import logging
from collections.abc import Callable, Iterable
from uuid import UUID

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.freshness import registry

log = logging.getLogger(__name__)


class SomeFailed(RuntimeError):
    """The others are done; the queue tries these again."""


def each(bodies: Iterable[UUID], act: Callable[[UUID, Actor], object]) -> None:
    failed = 0
    for body_id in sorted(set(bodies)):
        try:
            by = registry.keepers().actor(body_id)
            with acting(by):
                act(body_id, by)
        except Exception:
            log.exception("an errand for a body failed")
            failed += 1
    if failed:
        raise SomeFailed(failed)
