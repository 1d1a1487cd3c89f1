"""Translations that come as a whole from elsewhere: a translator's file, another system, the demo."""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.translation import memory, registry
from interazioni.foundation.translation.models import Handed, Origin, Piece, Source, Version
from interazioni.foundation.translation.rules.settling import settle
from interazioni.foundation.translation.rules.work import Edit, write_pieces


@rule(Permission.TRANSLATIONS_WRITE)
def bring_in(*, source: Source, versions: Mapping[str, Mapping[str, str]], by: Actor) -> list[Version]:
    """language → (key → text). What people have written stays; the rest is taken over, and what is complete is handed in.

    Keys that the source no longer has are left out. Gives the versions that are public now.
    """
    row = Source.objects.select_for_update().get(pk=source.pk)
    segments = {segment.key: segment for segment in row.segments.all()}
    moment = clock.now()
    made: list[Piece] = []
    pairs: dict[str, list[tuple[str, str]]] = {}
    held = {
        (piece.version.language, piece.segment_id)
        for piece in Piece.objects.filter(version__source=row).exclude(origin=Origin.MACHINE).select_related("version")
    }
    standing = {version.language: version for version in row.versions.all()}
    new = [
        Version(source=row, language=language)
        for language in versions
        if language not in standing and language != row.language
    ]
    Version.objects.bulk_create(new)
    standing |= {version.language: version for version in new}
    for language, texts in versions.items():
        if language == row.language:
            continue
        version = standing[language]
        version.translator_id = version.translator_id or by.user_id
        for key, text in texts.items():
            segment = segments.get(key)
            if segment is None or not text.strip() or (language, segment.pk) in held:
                continue
            made.append(
                Piece(
                    version=version, segment=segment, text=text.strip(), origin=Origin.FILE, of_revision=segment.revision, by_id=by.user_id, changed_at=moment
                )
            )  # fmt: skip
            pairs.setdefault(language, []).append((segment.text, text.strip()))
    Piece.objects.filter(
        version__source=row,
        version__language__in=pairs,
        segment_id__in=[one.segment_id for one in made],
        origin=Origin.MACHINE,
    ).delete()
    Piece.objects.bulk_create(made)
    complete = [version for version in settle(row) if version.language in pairs and not version.missing]
    words: dict[object, dict[str, str]] = {}
    for piece in Piece.objects.filter(version__in=complete):
        words.setdefault(piece.version_id, {})[str(piece.segment_id)] = piece.text
    for version in complete:
        version.published, version.published_revision, version.published_at = words[version.pk], row.revision, moment
        version.outdated, version.translator_id = False, version.translator_id or by.user_id
    Version.objects.bulk_update(
        complete, ["published", "published_revision", "published_at", "outdated", "translator_id"]
    )
    for language, said in pairs.items():
        memory.remember(row.language, language, said, validated=False)
    record(
        by, "translation.bring_in", object_kind=row.kind, object_id=row.object_id, detail={"languages": sorted(pairs), "segments": len(made)}
    )  # fmt: skip
    if complete:
        registry.kinds[row.kind].published([row.object_id])
    return complete


@rule(Permission.TRANSLATIONS_WRITE)
def hand_file_in(*, language: str, name: str, content: bytes, by: Actor) -> Handed:
    """A translator's file, kept until somebody has seen what it would change. Nothing is taken yet."""
    row = Handed.objects.create(language=language, name=name[-200:], content=content, by_id=by.user_id)
    record(
        by,
        "translation.hand_file_in",
        object_kind="handed",
        object_id=row.pk,
        detail={"language": language, "bytes": len(content)},
    )
    return row


@rule(Permission.TRANSLATIONS_WRITE)
def take_file(*, handed: Handed, edits: Mapping[UUID, Mapping[UUID, Edit]], by: Actor) -> dict[str, int]:
    """source → (segment → words). As if they had been typed: nothing is public before it is handed in, and what a person wrote since the
    file went out stays. Says how many segments were taken, and how many stood. Once."""
    row = Handed.objects.select_for_update().get(pk=handed.pk)
    if row.taken_at is not None:
        raise ValidationError(_("This file has been taken already."))
    done = {"taken": 0, "stood": 0, "gone": 0}
    for source in Source.objects.filter(pk__in=edits, public=True).order_by("pk"):
        written = write_pieces(source=source, language=row.language, texts=edits[source.pk], origin=Origin.FILE, by=by)
        done = {
            "taken": done["taken"] + len(written.taken), "stood": done["stood"] + len(written.stood), "gone": done["gone"] + len(written.gone)
        }  # fmt: skip
    row.taken_at = clock.now()
    row.save(update_fields=["taken_at"])
    record(by, "translation.take_file", object_kind="handed", object_id=row.pk, detail=done)
    return done
