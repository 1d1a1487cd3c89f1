"""Running an import to its end: from the worker, from the shell, and again after whatever stopped it."""

from collections.abc import Callable
from uuid import UUID

from interazioni.foundation.access import context
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.files.rules import content_of
from interazioni.foundation.imports.models import Import, ImportState
from interazioni.foundation.imports.registry import Asked, Understood, kind_of
from interazioni.foundation.imports.rules import BATCH, finish, take_batch


def understand(handed: Import, by: Actor) -> Understood:
    """The file as it is understood with what was said about it. The same file and answers give the same lines."""
    return understand_content(handed.kind, content_of(handed.file), handed.file.name, by, handed)


def understand_content(kind: str, content: bytes, name: str, by: Actor, handed: Import | None = None) -> Understood:
    """For a file that is not kept (yet). Raises `ImportRefused`."""
    found = kind_of(kind)
    source = found.read(content, name)
    if handed is None:
        return found.understand(Asked(source, by))
    return found.understand(Asked(source, by, handed.options, handed.mapping, handed.answers))


def run(import_id: UUID, by: Actor, say: Callable[[int, int], None] = lambda done, total: None) -> None:
    """Takes what is left, batch by batch, each in a transaction of its own. Safe to call again, and from two workers."""
    with context.acting(by):
        handed = Import.objects.select_related("file").get(pk=import_id)
        if handed.state != ImportState.RUNNING:
            return
        lines = understand(handed, by).lines
        done = set(handed.rows.values_list("sheet", "row"))
    waiting = [line for line in lines if (line.sheet, line.row) not in done]
    counted = len(lines) - len(waiting)
    for at in range(0, len(waiting), BATCH):
        with context.acting(by):
            counted += take_batch(handed=handed, lines=waiting[at : at + BATCH], by=by)
        say(counted, len(lines))
    with context.acting(by):
        if Import.objects.get(pk=import_id).state == ImportState.RUNNING:
            finish(handed=handed, by=by)
