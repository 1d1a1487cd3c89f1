"""Translating: words are written, handed in (then they are read by the public), and validated by another."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.translation import memory, registry
from interazioni.foundation.translation.checks import check
from interazioni.foundation.translation.glossary import terms
from interazioni.foundation.translation.models import Origin, Piece, Segment, Source, State, Version
from interazioni.foundation.translation.rules.settling import settle
from interazioni.foundation.translation.standing import current, said_at, wanted_revision

LONGEST = 20_000  # characters of one segment
PAST = 20  # earlier wordings that a piece remembers
NEVER = 0  # no revision: made of words that stand nowhere any more
MACHINES = (Origin.MACHINE, Origin.MEMORY)


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody wrote for a segment, and what they had before them when they did.

    `made_of`: the revision of the words that were read (None: those that stand). `over`: the piece's own revision that stood in the field
    (0: nothing; None: whatever stands). `fits`: looked at, and right as it is. `excuse`: why what the checks take for an error is right.
    """

    text: str
    made_of: int | None = None
    over: int | None = None
    fits: bool = False
    excuse: str | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """`taken`: segments that have new words. `stood`: somebody else wrote meanwhile, and their words stay. `gone`: segments that the source
    no longer has."""

    version: Version
    taken: list[UUID] = field(default_factory=list)
    stood: dict[UUID, str] = field(default_factory=dict)
    gone: list[UUID] = field(default_factory=list)


@rule(Permission.TRANSLATIONS_WRITE)
def write_pieces(
    *, source: Source, language: str, texts: Mapping[UUID, str | Edit], origin: str = Origin.HUMAN, by: Actor
) -> Written:
    """Keeps the words of some segments (id → text; empty takes them away), also half of them: nothing is public before `hand_in`.

    What was made from words that changed meanwhile is kept and stays *to be looked at*. What somebody else wrote meanwhile is not
    overwritten. A machine's or a memory's words never replace a person's.
    """
    row, version = _locked(source, language)
    segments = {segment.pk: segment for segment in row.segments.all()}
    before = {(piece.version.language, piece.segment_id): piece for piece in _pieces(row)}
    done = Written(version)
    for ident, given in texts.items():
        edit = given if isinstance(given, Edit) else Edit(given)
        if ident not in segments:
            done.gone.append(ident)  # the paragraph was taken out while somebody translated it
            continue
        _write(segments[ident], before, version, edit, origin, by, done)
    if done.taken and (version.state == State.VALIDATED or version.translator_id is None):
        version.translator_id = by.user_id
        version.save(update_fields=["translator_id"])
    record(
        by, "translation.write_pieces", object_kind=row.kind, object_id=row.object_id,
        detail={"language": language, "segments": len(done.taken), "origin": str(origin), "gone": len(done.gone), "stood": len(done.stood)},
    )  # fmt: skip
    return Written(_settled(row, language), done.taken, done.stood, done.gone)


def _write(
    segment: Segment, before: Mapping[tuple[str, UUID], Piece], version: Version, edit: Edit, origin: str, by: Actor, done: Written
) -> None:  # fmt: skip
    text = edit.text.strip().replace("\r\n", "\n")
    if len(text) > LONGEST:
        raise ValidationError(_("A text is longer than %(n)s characters.") % {"n": LONGEST})
    piece = before.get((version.language, segment.pk))
    stands, now = (piece.text, piece.revision) if piece is not None else ("", 0)
    excuse = (piece.excuse if piece is not None and text == stands else "") if edit.excuse is None else edit.excuse
    excuse = excuse.strip()[:300]
    if edit.over is not None:
        had = said_at(piece.past, piece.revision, piece.text, edit.over) if piece is not None and edit.over else ""
        # `had` is None where the piece remembers that wording no longer: then what was typed counts as typed.
        if text == had and not edit.fits and (piece is None or excuse == piece.excuse):
            return  # nobody touched it
        if edit.over != now and text != stands:
            done.stood[segment.pk] = stands
            return
    if not text:
        if piece is not None and origin == Origin.HUMAN:
            piece.delete()
            done.taken.append(segment.pk)
        return
    if piece is not None and origin in MACHINES and piece.origin not in MACHINES:
        return
    made_of = wanted_revision(segment, version.pivot, before)
    if made_of is None:
        raise ValidationError(_("The language it is translated from has no words here yet."))
    made_of = made_of if edit.made_of is None else min(made_of, edit.made_of)
    _put(piece, segment, version, text, made_of, excuse, origin, by)
    done.taken.append(segment.pk)


def _put(
    piece: Piece | None, segment: Segment, version: Version, text: str, made_of: int, excuse: str, origin: str, by: Actor
) -> None:  # fmt: skip
    changed = piece is None or piece.text != text
    if piece is None:
        piece = Piece(version=version, segment=segment, revision=1)
    elif changed:
        piece.past = [*piece.past, [piece.revision, piece.text]][-PAST:]
        piece.revision += 1
    piece.text, piece.of_revision, piece.by_id, piece.excuse = text, made_of, by.user_id, excuse
    if changed:
        piece.origin, piece.read, piece.changed_at = origin, origin != Origin.MACHINE, clock.now()
    elif origin == Origin.HUMAN and piece.origin == Origin.MACHINE:  # read, and found right
        piece.origin, piece.read = Origin.HUMAN, True
    piece.save()


@rule(Permission.TRANSLATIONS_WRITE)
def hand_in(*, source: Source, language: str, by: Actor) -> Version:
    """From now on it is read. Refused while a segment has no words, a machine's that nobody has read, or what the checks call an error."""
    row, version = _locked(source, language)
    version = _settled(row, language)
    if version.state == State.TO_DO:
        raise ValidationError(_("%(n)s segments still wait for their words.") % {"n": version.missing})
    if version.state == State.MACHINE:
        raise ValidationError(_("A machine wrote part of it: read it, correct it, then hand it in."))
    pieces = list(Piece.objects.filter(version=version).select_related("segment"))
    known = terms(row.language, language)
    wrong = sum(
        any(one.error for one in check(piece.segment.text, piece.text, language, source_language=row.language, terms=known, excuse=piece.excuse))
        for piece in pieces
    )  # fmt: skip
    if wrong:
        raise ValidationError(
            _("The checks found errors in %(n)s segments: correct them, or say why it is right.") % {"n": wrong}
        )
    _publish(row, version, pieces)
    version.published_revision, version.published_at = row.revision, clock.now()
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
    if any(version.published.get(str(piece.segment_id)) != piece.text for piece in pieces):
        raise ValidationError(_("It was changed since it was handed in: it must be handed in again first."))
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
    # What stands there was made from other words: it is taken to fit until one of them changes. What was outdated stays so.
    pieces = {(piece.version.language, piece.segment_id): piece for piece in _pieces(row)}
    pivots = {one.language: one.pivot for one in row.versions.all()}
    for segment in row.segments.all():
        piece, made_of = pieces.get((language, segment.pk)), wanted_revision(segment, pivot, pieces)
        if piece is not None:
            fits = made_of is not None and current(piece, segment, pivots, pieces, language)
            piece.of_revision = made_of if fits and made_of is not None else NEVER
    Piece.objects.bulk_update([piece for (whose, _id), piece in pieces.items() if whose == language], ["of_revision"])
    version.pivot = pivot
    version.save(update_fields=["pivot"])
    record(
        by, "translation.set_pivot", object_kind=row.kind, object_id=row.object_id, detail={"language": language, "pivot": pivot}
    )  # fmt: skip
    return _settled(row, language)


def _publish(row: Source, version: Version, pieces: list[Piece]) -> None:
    version.published = {str(piece.segment_id): piece.text for piece in pieces}
    version.outdated = False


def _locked(source: Source, language: str) -> tuple[Source, Version]:
    """Whoever changes the source's words waits for us, or we for them: then we read what they left."""
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
