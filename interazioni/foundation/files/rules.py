import hashlib
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.core.secrets import open_bytes, seal_bytes
from interazioni.foundation.files.models import PrivateFile


@rule(Permission.IMPORTS_RUN)
def keep_file(*, name: str, content: bytes, days: int, by: Actor) -> PrivateFile:
    """Keeps a private document for some days. On disk before the row says so; a row that is undone leaves only an orphan."""
    kept = PrivateFile(
        body_id=by.body_id, name=Path(name.replace("\\", "/")).name[:200] or "file", size=len(content),
        digest=hashlib.sha256(content).digest(), kept_until_date=clock.today() + timedelta(days=days),
    )  # fmt: skip
    path = path_of(kept.pk)
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        target.write(seal_bytes(content, address=f"files_privatefile/{kept.pk}/content"))
        target.flush()
        os.fsync(target.fileno())
    kept.save(force_insert=True)
    record(by, "files.keep", object_kind="file", object_id=kept.pk, detail={"size": kept.size})
    return kept


@rule(Permission.IMPORTS_RUN)
def drop_file(*, file: PrivateFile, by: Actor) -> None:
    """Removes the content; who handed it in, and when, stays."""
    path_of(file.pk).unlink(missing_ok=True)
    PrivateFile.objects.filter(pk=file.pk).update(dropped_at=clock.now())
    record(by, "files.drop", object_kind="file", object_id=file.pk)


def content_of(file: PrivateFile) -> bytes:
    """The document. Raises FileNotFoundError when its time is over."""
    return open_bytes(path_of(file.pk).read_bytes(), address=f"files_privatefile/{file.pk}/content")


def path_of(ident: UUID) -> Path:
    return Path(settings.DATA_DIR) / "files" / str(ident)[-2:] / str(ident)
