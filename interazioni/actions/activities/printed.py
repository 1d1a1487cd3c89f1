"""The register as a PDF for signatures: A4 landscape, tagged (PDF/UA-1), pages numbered, any name in Latin letters."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.template.loader import render_to_string
from django.utils import translation

from interazioni.actions.activities.models import Edition
from interazioni.foundation.ui.printing import pdf_of

EMPTY_LINES = 3  # for who comes and is not enrolled yet
MOST_COLUMNS = 10
STYLE = Path(__file__).parent / "printed.css"


@dataclass(frozen=True, slots=True)
class Column:
    at: datetime  # in Rome
    minutes: int


def printed(edition: Edition, columns: list[Column], names: list[str], body: str, *, signing: bool = False) -> bytes:
    """`signing`: one session with arrival, departure and signature; otherwise a column for each session. In Italian: it is filed."""
    with translation.override("it"):
        blocks = [columns[at : at + MOST_COLUMNS] for at in range(0, len(columns), MOST_COLUMNS)] or [[]]
        html = render_to_string(
            "activities/printed.html",
            {
                "edition": edition, "activity": edition.activity, "plan": edition.activity.plan, "body": body, "names": names, "blocks": blocks,
                "signing": signing, "empty": range(EMPTY_LINES), "one": columns[0] if signing and columns else None,
            },
        )  # fmt: skip
    return pdf_of(html, STYLE)
