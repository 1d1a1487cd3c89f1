"""Translating: words are written, handed in (then they are read by the public), and validated by another."""

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
from interazioni.foundation.translation.models import Origin, Piece, Source, State, Version
from interazioni.foundation.translation.rules.settling import settle
from interazioni.foundation.translation.standing import wanted_revision

LONGEST = 20_000  # characters of one segment


@rule(Permission.TRANSLATIONS_WRITE)
def write_pieces(
    *,
    source: Source,
    language: str,
    texts: Mapping[UUID, str],
    origin: str = Origin.HUMAN,
    seen_revision: int | None = None,
    by: Actor,
) -> Version:
    """Keeps the words of some segments (id → text; empty takes them away), also half of them: nothing is public before `hand_in`.

    `seen_revision`: the source's revision that the translator had on the screen. What changed since is kept, too, and stays *to be looked at*:
    the words were made from what was read. A machine's or a memory's words never replace a person's.
    """
    row, version = _locked(source, language)
    segments = {segment.pk: segment for segment in row.segments.all()}
    unknown = set(texts) - set(segments)
    before = {(piece.version.language, piece.segment_id): piece for piece in _pieces(row)}
    moment = clock.now()
    for ident, raw in texts.items():
        if ident in unknown:
            continue  # the paragraph was taken out while somebody translated it: its words are in the memory
        segment, text = segments[ident], raw.strip()
        if len(text) > LONGEST:
            raise ValidationError(_("A text is longer than %(n)s characters.") % {"n": LONGEST})
        piece = before.get((language, ident))
        made_of = wanted_revision(segment, version.pivot, before)
        if not text:
            if piece is not None and origin == Origin.HUMAN:
                piece.delete()
            continue
        if made_of is None:
            raise ValidationError(_("The language it is translated from has no words here yet."))
        if seen_revision is not None and not version.pivot and segment.revision > seen_revision:
            made_of = seen_revision
        if piece is None:
            piece = Piece(version=version, segment=segment, revision=1)
        elif origin in (Origin.MACHINE, Origin.MEMORY) and piece.origin in (Origin.HUMAN, Origin.FILE):
            continue
        elif piece.text != text:
            piece.revision += 1
        changed = piece.text != text
        piece.text, piece.of_revision, piece.by_id = text, made_of, by.user_id
        if changed or origin == Origin.HUMAN:
            piece.origin, piece.read = (origin, origin != Origin.MACHINE) if changed else (piece.origin, True)
            if piece.origin == Origin.MACHINE and piece.read:
                piece.origin = Origin.HUMAN
        if changed or piece.changed_at is None:
            piece.changed_at = moment
        piece.save()
    if version.state == State.VALIDATED or version.translator_id is None:
        version.translator_id = by.user_id
        version.save(update_fields=["translator_id"])
    record(
        by, "translation.write_pieces", object_kind=row.kind, object_id=row.object_id,
        detail={"language": language, "segments": len(texts), "origin": str(origin), "gone": len(unknown)},
    )  # fmt: skip
    return _settled(row, language)


@rule(Permission.TRANSLATIONS_WRITE)
def hand_in(*, source: Source, language: str, by: Actor) -> Version:
    """From now on it is read. Refused while a segment has no words or a machine's that nobody has read."""
    row, version = _locked(source, language)
    version = _settled(row, language)
    if version.state == State.TO_DO:
        raise ValidationError(_("%(n)s segments still wait for their words.") % {"n": version.missing})
    if version.state == State.MACHINE:
        raise ValidationError(_("A machine wrote part of it: read it, correct it, then hand it in."))
    pieces = list(Piece.objects.filter(version=version).select_related("segment"))
    version.published = {str(piece.segment_id): piece.text for piece in pieces}
    version.published_revision, version.published_at, version.outdated = row.revision, clock.now(), False
    version.translator_id = by.user_id if version.state != State.VALIDATED else version.translator_id
    version.save()
    memory.remember(row.language, language, [(piece.segment.text, piece.text) for piece in pieces], validated=False)
    record(by, "translation.hand_in", object_kind=row.kind, object_id=row.object_id, detail={"language": language})
    registry.kinds[row.kind].published([row.object_id])
    return version


@rule(Permission.TRANSLATIONS_VALIDATE)
def validate(*, source: Source, language: str, by: Actor) -> Version:
    """Another mediator has read it beside the source. Not who translated it: the database refuses that, too."""
    row, version = _locked(source, language)
    version = _settled(row, language)
    if version.state == State.VALIDATED:
        raise ValidationError(_("It has been validated already."))
    if version.state != State.TRANSLATED or version.published is None:
        raise ValidationError(_("Only what was handed in can be validated."))
    if version.translator_id == by.user_id or Piece.objects.filter(version=version, by_id=by.user_id).exists():
        raise ValidationError(_("Somebody else must validate it: part of it is yours."))
    pieces = list(Piece.objects.filter(version=version).select_related("segment"))
    version.published = {str(piece.segment_id): piece.text for piece in pieces}
    version.state, version.validator_id, version.validated_at = State.VALIDATED, by.user_id, clock.now()
    version.save()
    memory.remember(row.language, language, [(piece.segment.text, piece.text) for piece in pieces], validated=True)
    record(by, "translation.validate", object_kind=row.kind, object_id=row.object_id, detail={"language": language})
    registry.kinds[row.kind].published([row.object_id])
    return version


@rule(Permission.TRANSLATIONS_WRITE)
def set_pivot(*, source: Source, language: str, pivot: str, by: Actor) -> Version:
    """Says from which language it is translated (empty: from the source's). Whose words change outdates what was made from them."""
    row, version = _locked(source, language)
    above, seen = pivot, {language}
    others = {one.language: one.pivot for one in row.versions.all()}
    while above:
        if above in seen or above not in others:
            raise ValidationError(
                _("From this language it cannot be translated: choose one that has a translation of its own.")
            )
        seen.add(above)
        above = others[above]
    version.pivot = pivot
    version.save(update_fields=["pivot"])
    # What stands there was made from other words: it is taken to fit until one of them changes.
    pieces = {(piece.version.language, piece.segment_id): piece for piece in _pieces(row)}
    segments = {segment.pk: segment for segment in row.segments.all()}
    for (whose, ident), piece in pieces.items():
        made_of = wanted_revision(segments[ident], pivot, pieces) if whose == language else None
        if made_of is not None:
            piece.of_revision = made_of
            piece.save(update_fields=["of_revision"])
    record(
        by,
        "translation.set_pivot",
        object_kind=row.kind,
        object_id=row.object_id,
        detail={"language": language, "pivot": pivot},
    )
    return _settled(row, language)


def _locked(source: Source, language: str) -> tuple[Source, Version]:
    row = Source.objects.select_for_update().get(pk=source.pk)
    if language == row.language:
        raise ValidationError(_("This is the language that it is written in."))
    version, _made = Version.objects.get_or_create(
        source=row, language=language, defaults={"missing": row.segments.count()}
    )
    return row, version


def _pieces(row: Source) -> list[Piece]:
    return list(Piece.objects.filter(version__source=row).select_related("version"))


def _settled(row: Source, language: str) -> Version:
    return next(version for version in settle(row) if version.language == language)
