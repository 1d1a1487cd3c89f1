"""Translations that come as a whole from elsewhere: a translator's file, another system, the demo."""

from collections.abc import Mapping

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.translation import memory, registry
from interazioni.foundation.translation.models import Origin, Piece, Source, Version
from interazioni.foundation.translation.rules.settling import settle


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
