"""What becomes of an entry. Wagtail writes drafts and revisions by itself; each of its acts passes through here and leaves its event."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import StreamValue

from interazioni.actions.content import notices, publishing
from interazioni.actions.content.body import BLOCKS
from interazioni.actions.content.models import KINDS, Entry, Redirect
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied, rule
from interazioni.foundation.accounts.models import User
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.freshness.rules import release
from interazioni.foundation.translation.models import Source
from interazioni.plan.partners.queries import system_actor


@rule(Permission.CONTENT_WRITE)
def note(*, entry: Entry, act: str, by: Actor) -> None:
    """Wagtail has saved a draft (`draft`), sent it to be reviewed (`submit`), taken it back (`cancel`), thrown it away (`discard`)."""
    record(by, f"content.{act}", object_kind=entry.kind, object_id=entry.pk)
    if act == "submit":
        notices.ask_for_review(entry)


@rule(Permission.CONTENT_REVIEW)
def answer(*, entry: Entry, approved: bool, comment: str = "", by: Actor) -> None:
    """What the review ended with; the body hears of it."""
    record(by, "content.approve" if approved else "content.return", object_kind=entry.kind, object_id=entry.pk)
    notices.tell_the_body(entry, approved=approved, comment=comment)


@rule(Permission.CONTENT_REVIEW)
def made_public(*, entry: Entry, by: Actor) -> None:
    """What stands in its row is what everybody reads from now on."""
    _keep_old_address(entry)
    with acting(system_actor(entry.body)):  # a reviewer publishes what is another body's
        publishing.publish(entry, by)
    if entry.minor:
        type(entry)._default_manager.filter(pk=entry.pk).update(minor=False)  # said of this change, not of the next
    record(by, "content.publish", object_kind=entry.kind, object_id=entry.pk, detail={"minor": entry.minor})


def _keep_old_address(entry: Entry) -> None:
    before = Source.objects.filter(kind=entry.kind, object_id=entry.pk).values_list("path", flat=True).first()
    if before and before != entry.path:
        Redirect.objects.update_or_create(path=before, defaults={"kind": entry.kind, "object_id": entry.pk})
    Redirect.objects.filter(path=entry.path).delete()


@rule(Permission.CONTENT_WRITE)
def taken_off(*, entry: Entry, by: Actor) -> None:
    with acting(system_actor(entry.body)):
        publishing.unpublish(entry)
    record(by, "content.take_off", object_kind=entry.kind, object_id=entry.pk, detail={"expired": entry.expired})


@rule(Permission.CONTENT_WRITE)
def take_off(*, entry: Entry, by: Actor) -> None:
    """The body's own word that something is no longer so needs nobody's review; who reviews may do it for any body."""
    if entry.body_id != by.body_id and not by.can(Permission.CONTENT_REVIEW):
        raise Denied(Permission.CONTENT_REVIEW)
    row = type(entry)._default_manager.select_for_update().get(pk=entry.pk)
    if not row.live:
        raise ValidationError(_("It is not published."))
    row.unpublish()  # `taken_off` follows by Wagtail's signal
    record(by, "content.take_off_asked", object_kind=row.kind, object_id=row.pk)


@rule(Permission.CONTENT_REVIEW)
def write(
    *,
    kind: str,
    values: Mapping[str, Any],
    blocks: Sequence[tuple[str, Any]],
    entry_id: UUID | None = None,
    minor: bool = False,
    by: Actor,
) -> Entry:
    """Writes and publishes in one: what is brought from elsewhere, by who may publish. `blocks`: (type, text or list of texts).

    A block that says what the one in its place said keeps its id, and with it its translations.
    """
    model = KINDS[kind]
    entry = (
        model._default_manager.select_for_update().get(pk=entry_id)
        if entry_id
        else model(body_id=by.body_id, live=False)
    )
    entry.minor = minor
    _fill(entry, values, blocks)
    if missing := entry.wordless():
        raise ValidationError(missing)
    if entry_id is None:
        entry.save()
    revision = entry.save_revision(clean=False)
    revision.publish(skip_permission_checks=True)  # the rule has asked
    entry.refresh_from_db()
    record(by, "content.write", object_kind=kind, object_id=entry.pk, detail={"new": entry_id is None})
    return entry


@rule(Permission.CONTENT_WRITE)
def propose(*, kind: str, values: Mapping[str, Any], blocks: Sequence[tuple[str, Any]], by: Actor) -> Entry:
    """A first draft that waits for its review. `blocks` as in `write`."""
    entry = KINDS[kind](body_id=by.body_id, live=False)
    _fill(entry, values, blocks)
    entry.save()
    user = User.objects.get(pk=by.user_id)
    entry.save_revision(user=user, clean=False)
    record(by, "content.draft", object_kind=kind, object_id=entry.pk)
    workflow = entry.get_default_workflow()
    if workflow is None:
        raise ValidationError(_("Nobody reviews at present: the workflow was switched off."))
    workflow.start(entry, user)  # `note` follows by Wagtail's signal
    return entry


def _fill(entry: Entry, values: Mapping[str, Any], blocks: Sequence[tuple[str, Any]]) -> None:
    for name, value in values.items():
        setattr(entry, name, value)
    entry.text = _stream(entry, blocks)
    entry.full_clean(exclude=["body"])


def _stream(entry: Entry, blocks: Sequence[tuple[str, Any]]) -> Any:
    stood = list(entry.text.get_prep_value()) if entry.text else []
    raw: list[dict[str, Any]] = []
    for position, (kind, said) in enumerate(blocks):
        old = stood[position] if position < len(stood) and stood[position]["type"] == kind else {}
        if isinstance(said, str):
            raw.append({"type": kind, "value": said, **({"id": old["id"]} if old else {})})
            continue
        ids = [item["id"] for item in old.get("value", [])]
        value = [
            {"type": "item", "value": text, **({"id": ids[n]} if n < len(ids) else {})} for n, text in enumerate(said)
        ]
        raw.append({"type": kind, "value": value, **({"id": old["id"]} if old else {})})
    return StreamValue(BLOCKS, _identified(raw), is_lazy=True)


def _identified(raw: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for block in raw:
        block.setdefault("id", str(new_id()))
        if isinstance(block["value"], list):
            for item in block["value"]:
                item.setdefault("id", str(new_id()))
    return raw


@rule(Permission.SYSTEM_UPKEEP)
def move_on(*, ids: Sequence[UUID], by: Actor) -> None:
    """By the worker: events that repeat are found under their next time."""
    publishing.reindex("event", ids)
    record(by, "content.move_on", object_kind="body", object_id=by.body_id, detail={"events": len(ids)})


@rule(Permission.SYSTEM_UPKEEP)
def let_go(*, ids: Sequence[UUID], by: Actor) -> None:
    """By the worker: events that are over need nobody's word any more. Their pages stay and say that they are over."""
    release(object_ids=ids)
    record(by, "content.let_go", object_kind="body", object_id=by.body_id, detail={"events": len(ids)})
