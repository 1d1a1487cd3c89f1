"""What the pages say of states and findings."""

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.translation.checks import Code, Finding
from interazioni.foundation.translation.models import State
from interazioni.foundation.translation.queries.board import Wanted
from interazioni.foundation.vocabularies import languages

STANDS: dict[str, str | Promise] = {
    "wanted": _("What is wanted"),
    "to_do": _("To be translated"),
    "outdated": _("Outdated: the source has changed"),
    "machine": _("Machine drafts to be read"),
    "waiting": _("Written, not handed in"),
    "to_validate": _("To be validated"),
    "validated": _("Validated"),
    "all": _("Everything"),
}
FINDINGS: dict[Code, str | Promise] = {
    Code.EMPTY: _("There are no words here."),
    Code.NUMBERS: _("Numbers of the source are missing: %(what)s."),
    Code.NUMBERS_MORE: _("There are numbers that the source does not have: %(what)s."),
    Code.PHONES: _("A phone number is missing or different: %(what)s."),
    Code.LINKS: _("An address of the web is missing or different: %(what)s."),
    Code.EMAILS: _("An e-mail address is missing or different: %(what)s."),
    Code.PLACEHOLDERS: _("Placeholders must stay as they are: %(what)s."),
    Code.MARKUP: _("What stands in bold differs from the source."),
    Code.MARKUP_BROKEN: _("A mark of the text (%(what)s) is missing, or is not closed."),
    Code.HTML: _("The source has no such tag: %(what)s."),
    Code.SAME: _("It is the same as the source: it has not been translated."),
    Code.LEFT: _("Words of the source seem to have stayed: “%(what)s”."),
    Code.SCRIPT: _("Only %(what)s of the letters are of this language's script."),
    Code.LETTERS: _("These letters do not belong to this language: %(what)s."),
    Code.TERM: _("“%(what)s” is called “%(wanted)s” in the plan's glossary."),
    Code.TERM_OTHER: _("The glossary prefers “%(wanted)s” to “%(what)s”."),
    Code.LONG: _("It is much longer than the source."),
    Code.SHORT: _("It is much shorter than the source."),
}


def said(finding: Finding) -> str:
    """What stands in another script is kept apart from the sentence's direction (U+2068 … U+2069)."""
    return str(FINDINGS[finding.code]) % {
        "what": f"\u2068{finding.what}\u2069",
        "wanted": f"\u2068{finding.wanted}\u2069",
    }


def language_name(code: str) -> str:
    """In the desk's language, with what the language calls itself: Arabo (العربية)."""
    desk = (get_language() or "it").partition("-")[0]
    name = languages.name_of(languages.tag(code), desk)
    return name[:1].upper() + name[1:]


def targets() -> list[str]:
    """The languages that things are translated into."""
    return list(settings.PORTAL_LANGUAGES)


def stands(row: Wanted) -> tuple[str, str]:
    """(tone, words) for how a thing stands in a language. The tone only repeats the words."""
    if row.outdated:
        return "warning", ngettext(
            "Outdated: %(n)s segment has changed", "Outdated: %(n)s segments have changed", row.missing
        ) % {"n": row.missing}
    if row.state == State.MACHINE:
        return "info", str(State.MACHINE.label)
    if row.state == State.TO_DO:
        if row.missing == row.segments:
            return "neutral", str(State.TO_DO.label)
        return "neutral", _now("Begun: %(left)s of %(all)s segments left") % {"left": row.missing, "all": row.segments}
    if row.waiting:
        return "info", _now("Written, not handed in")
    if row.state == State.VALIDATED:
        return "success", str(State.VALIDATED.label)
    return "success", _now("Translated, to be validated")
