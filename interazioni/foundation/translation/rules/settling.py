"""After each change of words on either side: every version of the source is looked at again and written where it differs."""

from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.translation.models import Piece, Source, Version
from interazioni.foundation.translation.standing import standing


class OutsideARule(RuntimeError):
    """Nothing settles by itself."""


def settle(source: Source) -> list[Version]:
    """Two reads and one write, however many languages. Gives the versions as they stand."""
    if not active_rules():
        raise OutsideARule("settle() follows from a change of words; that is a rule")
    versions = list(source.versions.all())
    if not versions:
        return []
    segments = list(source.segments.all())
    pieces = {
        (piece.version.language, piece.segment_id): piece
        for piece in Piece.objects.filter(version__source=source).select_related("version")
    }
    pivots = {version.language: version.pivot for version in versions}
    changed = []
    for version in versions:
        now = standing(version, segments, pieces, pivots)
        if (version.state, version.missing, version.outdated) != (now.state, now.missing, now.outdated):
            version.state, version.missing, version.outdated = now.state, now.missing, now.outdated
            changed.append(version)
    Version.objects.bulk_update(changed, ["state", "missing", "outdated"])
    return versions
