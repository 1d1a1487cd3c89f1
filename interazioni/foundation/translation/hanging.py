"""What was done with translations, in words."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.audit.registry import describe
from interazioni.foundation.translation import words
from interazioni.foundation.translation.queries import Asked, board, languages_of
from interazioni.foundation.ui import registry

ROWS = 4


def tile(actor: Actor) -> registry.TileContent | None:
    """What is read most and wanted in my languages; nothing for who has not said that they translate."""
    mine = languages_of(actor)
    if not mine:
        return None
    found = board(Asked(mine), limit=ROWS)
    if not found.rows:
        return None
    rows = [
        registry.TileRow(
            label=row.title, url=reverse("translation:page", args=[row.source_id, row.language]), note=words.language_name(row.language),
            side=words.stands(row)[1],
        )
        for row in found.rows
    ]  # fmt: skip
    return registry.TileContent(
        title=_("To be translated"), rows=rows, link=reverse("translation:board"), link_label=_("All translations"), icon="it-comment"
    )  # fmt: skip


def hang() -> None:
    registry.menu.register(
        registry.MenuItem(
            key="translation", label=_("Translations"), url_name="translation:board", permission=Permission.TRANSLATIONS_WRITE, order=46,
            icon="it-comment",
        )
    )  # fmt: skip
    registry.tiles.register(
        registry.Tile(key="translation", build=tile, permission=Permission.TRANSLATIONS_WRITE, order=45)
    )
    describe("translation.write_pieces", _("translated"))
    describe("translation.hand_in", _("handed a translation in"))
    describe("translation.validate", _("validated a translation"))
    describe("translation.bring_in", _("brought translations in"))
    describe("translation.set_pivot", _("said from which language it is translated"))
    describe("translation.set_concept", _("changed a term of the glossary"))
    describe("translation.remove_concept", _("took a concept out of the glossary"))
    describe("translation.begin_run", _("ordered drafts by a machine"))
    describe("translation.take_drafts", _("took drafts of a machine"))
    describe("translation.await_answers", _("asked a machine, which answers later"))
    describe("translation.answer_errand", _("took a machine's answer"))
    describe("translation.finish_run", _("ended a run of a machine"))
    describe("translation.note_fault", _("heard from a machine that it does not go on"))
    describe("translation.set_running", _("stopped a run of a machine, or let it go on"))
    describe("translation.hand_file_in", _("handed a file of translations in"))
    describe("translation.take_file", _("took translations from a file"))
    describe("translation.set_languages", _("said into which languages they translate"))
