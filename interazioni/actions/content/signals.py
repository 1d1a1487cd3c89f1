"""Wagtail tells what it did; the rules of this room say what follows from it. Inside its transaction: what fails here undoes the whole."""

from typing import Any

from wagtail.signals import published, task_approved, task_rejected, unpublished, workflow_submitted

from interazioni.actions.content import rules
from interazioni.actions.content.models import KINDS, Entry
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import current_actor


def connect() -> None:
    for model in KINDS.values():
        published.connect(_published, sender=model)
        unpublished.connect(_unpublished, sender=model)
    workflow_submitted.connect(_submitted)
    task_approved.connect(_approved)
    task_rejected.connect(_rejected)


def _actor() -> Actor:
    actor = current_actor()
    if actor is None:
        raise RuntimeError("contents are kept by somebody")
    return actor


def _published(sender: type[Entry], instance: Entry, **kwargs: Any) -> None:
    if instance.live:  # otherwise it is only scheduled
        rules.made_public(entry=instance, by=_actor())


def _unpublished(sender: type[Entry], instance: Entry, **kwargs: Any) -> None:
    rules.taken_off(entry=instance, by=_actor())


def _entry(state: Any) -> Entry | None:
    found = state.content_object
    return found if isinstance(found, Entry) else None


def _submitted(sender: Any, instance: Any, user: Any = None, **kwargs: Any) -> None:
    if (entry := _entry(instance)) is not None:
        rules.note(entry=entry, act="submit", by=_actor())


def _approved(sender: Any, instance: Any, user: Any = None, **kwargs: Any) -> None:
    if (entry := _entry(instance.workflow_state)) is not None:
        rules.answer(entry=entry, approved=True, comment=instance.comment, by=_actor())


def _rejected(sender: Any, instance: Any, user: Any = None, **kwargs: Any) -> None:
    if (entry := _entry(instance.workflow_state)) is not None:
        rules.answer(entry=entry, approved=False, comment=instance.comment, by=_actor())
