"""What was done with translations, in words."""

from django.utils.translation import gettext_lazy as _

from interazioni.foundation.audit.registry import describe


def hang() -> None:
    describe("translation.write_pieces", _("translated"))
    describe("translation.hand_in", _("handed a translation in"))
    describe("translation.validate", _("validated a translation"))
    describe("translation.bring_in", _("brought translations in"))
    describe("translation.set_pivot", _("said from which language it is translated"))
    describe("translation.set_concept", _("changed a term of the glossary"))
    describe("translation.remove_concept", _("took a concept out of the glossary"))
    describe("translation.set_languages", _("said into which languages they translate"))
