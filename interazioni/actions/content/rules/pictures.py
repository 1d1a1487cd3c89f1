"""Pictures of a body's entries: brought in by an editor, forgotten when nothing shows them."""

from collections.abc import Sequence
from uuid import UUID

from interazioni.actions.content import pictures
from interazioni.actions.content.pictured import Picture, Rendition
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied, rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock


@rule(Permission.CONTENT_WRITE)
def add_picture(*, content: bytes, body_id: UUID | None = None, by: Actor) -> Picture:
    """An upload, for a body's entries; only who reviews adds to another body's. Not public until an entry with it is. What is there already is
    not added twice. ValidationError for what is no picture, or should not be one."""
    owner = body_id or by.body_id
    if owner != by.body_id and not by.can(Permission.CONTENT_REVIEW):
        raise Denied(Permission.CONTENT_REVIEW)
    made = pictures.make(content)
    found, new = Picture.objects.get_or_create(
        body_id=owner, digest=made.digest, defaults={"width": made.files[-1].width}
    )
    if new:
        Rendition.objects.bulk_create(Rendition(picture=found, width=file.width, webp=file.webp) for file in made.files)
    else:
        found.created_at = clock.now()
        found.save(update_fields=["created_at"])
    record(
        by,
        "content.picture",
        object_kind="picture",
        object_id=found.pk,
        detail={"bytes": sum(len(file.webp) for file in made.files)},
    )
    return found


@rule(Permission.SYSTEM_UPKEEP)
def forget_pictures(*, ids: Sequence[UUID], by: Actor) -> None:
    """By the worker: of one body, what no entry shows any more."""
    Picture.objects.filter(pk__in=ids, body_id=by.body_id).delete()
    record(by, "content.forget_pictures", object_kind="body", object_id=by.body_id, detail={"pictures": len(ids)})
