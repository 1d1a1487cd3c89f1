"""Residence permits: the situations somebody can be in, and what a cell about a permit says.

The funder's template writes sentinel dates (01/01/0001) for "no expiry" and "renewal pending"; those are made on export
only (facts/fami.md). Here each case has its name.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.vocabularies.folding import fold


class PermitSituation(TextChoices):
    NOT_NEEDED = "not_needed", _("Not needed (Italian or Union citizen)")
    DATED = "dated", _("Permit with an expiry date")
    LONG_TERM = "long_term", _("Long-term permit, no expiry")
    RENEWAL_PENDING = "renewal_pending", _("Renewal requested, with a receipt")
    FIRST_REQUEST = "first_request", _("First permit requested, with a receipt")
    MINOR_PROVISIONAL = "minor_provisional", _("Unaccompanied minor, provisional document")
    ASYLUM_APPLICANT = "asylum_applicant", _("Applicant for international protection")
    ON_PARENT = "on_parent", _("Minor entered on a parent's permit")
    NONE = "none", _("No permit")
    UNKNOWN = "unknown", _("Not known")


class PermitReason(TextChoices):
    """Reasons of stay. Grouped after the Consolidated Act on immigration (D.Lgs. 286/1998) and D.Lgs. 251/2007, 142/2015; the
    funder's own code list was not seen (facts/fami.md): map to it in the export template, not here."""

    FAMILY = "family", _("Family")
    WORK = "work", _("Work")
    STUDY = "study", _("Study")
    ASYLUM = "asylum", _("Asylum (refugee status)")
    SUBSIDIARY = "subsidiary", _("Subsidiary protection")
    SPECIAL = "special", _("Special or humanitarian protection")
    TEMPORARY = "temporary", _("Temporary protection")
    ASYLUM_REQUEST = "asylum_request", _("Request for international protection")
    MINOR = "minor", _("Minor age")
    LONG_TERM = "long_term", _("EU long-term resident")
    JOB_SEEKING = "job_seeking", _("Seeking work")
    HEALTH = "health", _("Health care")
    RELIGIOUS = "religious", _("Religious reasons")
    ELECTIVE = "elective", _("Elective residence")
    OTHER = "other", _("Other")


# Folded fragments → situation, the most telling first.
_SITUATIONS: tuple[tuple[str, PermitSituation], ...] = (
    (r"\b(?:minor[ei]? (?:straniero )?non accompagnat|msna|provvisori|affidamento)", PermitSituation.MINOR_PROVISIONAL),
    (r"\b(?:richiedente|richiesta|domanda)(?: di| la)? (?:asilo|protezione)", PermitSituation.ASYLUM_APPLICANT),
    (r"\bc3\b|\basilo politico in attesa", PermitSituation.ASYLUM_APPLICANT),
    (r"\b(?:rinnov|ricevut|in corso|attesa di (?:conversione|aggiornamento)|aggiornament|conversione)", PermitSituation.RENEWAL_PENDING),
    (r"\b(?:illimitat|indeterminat|lungo period|lunga durata|lungo soggiorn|soggiornant|carta di soggiorno|senza scadenza|nessuna scadenza"
     r"|permanente|tempo indet|slp|ce slp|ue slp|non scade)", PermitSituation.LONG_TERM),
    (r"\b(?:sul|su|nel|con)(?: il)? (?:permesso|pds|ps|titolo)?(?: di(?: soggiorno)?)?(?: d(?:el|ella|ei|i))? ?(?:il )?(?:padre|madre|genitor\w*)"
     r"|\biscritt", PermitSituation.ON_PARENT),
    (r"\b(?:in attesa|attesa|richiest|primo rilascio|da rilasciare|in rilascio|appuntamento|prenotat|kit)", PermitSituation.FIRST_REQUEST),
    (r"\b(?:cittadin[oai]+ (?:ital|comunit|ue)|comunitari|non necessari|non serve|non richiesto|non previst|esente|italian)", PermitSituation.NOT_NEEDED),
    (r"\b(?:irregolar|assente|nessun|senza permesso|non in possesso|non ce|privo|non ha)\b|^no$", PermitSituation.NONE),
)  # fmt: skip
_REASONS: tuple[tuple[str, PermitReason], ...] = (
    (r"\brichie\w+ (?:di )?(?:asilo|protezione)|attesa (?:di )?(?:asilo|commissione)", PermitReason.ASYLUM_REQUEST),
    (r"\b(?:famigli|familiar|ricongiung|coesione|art 30)", PermitReason.FAMILY),
    (r"\b(?:ricerca|attesa) (?:di )?(?:lavoro|occupazione)|\battesa occ", PermitReason.JOB_SEEKING),
    (r"\b(?:lavor|subordinat|autonom|stagional)", PermitReason.WORK),
    (r"\b(?:stud|formazion|universit|tirocin)", PermitReason.STUDY),
    (r"\b(?:sussidiari)", PermitReason.SUBSIDIARY),
    (r"\b(?:umanitari|special|casi special|calamit)", PermitReason.SPECIAL),
    (r"\b(?:temporane)", PermitReason.TEMPORARY),
    (r"\b(?:asilo|rifugiat|status)", PermitReason.ASYLUM),
    (r"\b(?:minor|msna|affidament)", PermitReason.MINOR),
    (r"\b(?:lungo period|lunga durata|soggiornant|slp)", PermitReason.LONG_TERM),
    (r"\b(?:cure|medic|salute)", PermitReason.HEALTH),
    (r"\b(?:religios)", PermitReason.RELIGIOUS),
    (r"\b(?:residenza elettiva|elettiv)", PermitReason.ELECTIVE),
    (r"^altro$", PermitReason.OTHER),
)
_NUMBER = re.compile(r"\b([A-Z]{1,3}[ .-]?\d{6,10}[A-Z]?|\d{6,10}[A-Z]{1,3})\b", re.IGNORECASE)
_RECEIPT = re.compile(r"\b(\d[\d ]{9,14}\d)\b")  # the post office's insured-mail number has 12 digits
_DATE = re.compile(r"\b(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4}|\d{2})\b")


@dataclass(frozen=True, slots=True)
class PermitText:
    """What one cell says. Empty fields say nothing; `unread` is true when words stood there that nobody could read."""

    situation: PermitSituation | None = None
    reason: PermitReason | None = None
    number: str = ""
    receipt: str = ""
    expires: date | None = None
    unread: bool = False


@lru_cache(maxsize=16_384)
def parse_reason(text: str) -> PermitReason | None:
    key = fold(text)
    return next((reason for pattern, reason in _REASONS if re.search(pattern, key)), None)


@lru_cache(maxsize=16_384)
def parse_permit(text: str) -> PermitText:
    """Words, numbers and dates about a permit in any mixture: "in fase di rinnovo", "illimitato", "ric. 061234567890",
    "I95700640 scad. 15/01/2020", "richiesta asilo"."""
    key = fold(text)
    if key in ("", "nd", "n d", "x") or not re.search(r"\w", text):
        return PermitText()
    found = _DATE.search(text)
    expires = None
    bad_date = False
    if found:
        day, month, year = int(found[1]), int(found[2]), int(found[3])
        try:
            expires = date(year if year > 99 else 2000 + year, month, day)
        except ValueError:
            bad_date = True
        if expires and expires.year == 1:  # the funder's sentinel, read back
            expires = None
        text = text.replace(found[0], " ")
    number = _NUMBER.search(text)
    receipt = None if number else _RECEIPT.search(text)
    situation = next((what for pattern, what in _SITUATIONS if re.search(pattern, key)), None)
    reason = parse_reason(text)
    if situation is None and receipt:
        situation = PermitSituation.RENEWAL_PENDING
    if situation is None and expires:
        situation = PermitSituation.DATED
    if situation is None and reason is PermitReason.LONG_TERM:
        situation = PermitSituation.LONG_TERM
    return PermitText(
        situation,
        reason,
        re.sub(r"[ .-]", "", number[1]).upper() if number else "",
        re.sub(r"\s", "", receipt[1]) if receipt else "",
        expires,
        unread=bad_date or not (situation or reason or number or receipt or expires),
    )
