"""Why a row was refused, or remarked upon, in the reader's words. The understanding of a file gives its own sentences; these are
for what only the taking knows."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WORDS: dict[str, Promise] = {
    "ambiguous": gettext_lazy("The name fits two people on record: say in the preview whom it means."),
    "person_unknown": gettext_lazy("Nobody of this name is on record."),
    "same_name": gettext_lazy(
        "Somebody of the same name is on record; it cannot be said whether it is the same person."
    ),
    "several": gettext_lazy("It fits several people on record."),
    "tax_code_of_another": gettext_lazy("The tax code is on record for somebody else."),
    "permit_of_another": gettext_lazy("The permit's number is on record for somebody else."),
    "differs": gettext_lazy("Some marks differ from those recorded; the recorded ones stay."),
}


def words(code: str) -> str:
    """A code in words; one that has none is given as it is, for the assistance."""
    if code in WORDS:
        return str(WORDS[code])
    if code.startswith("differs:"):
        return _("The file has another value here than the record, which stays: %(field)s") % {
            "field": code.partition(":")[2]
        }
    return code
