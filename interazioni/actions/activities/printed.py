"""The register as a PDF for signatures: A4 landscape, tagged (PDF/UA-1), pages numbered, any name in Latin letters."""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from interazioni.actions.activities.models import Edition

EMPTY_LINES = 3  # for who comes and is not enrolled yet
MOST_COLUMNS = 10


@dataclass(frozen=True, slots=True)
class Column:
    at: datetime  # in Rome
    minutes: int


@cache
def _style() -> str:
    fonts = Path(settings.ROOT) / "interazioni" / "foundation" / "ui" / "static" / "ui" / "build" / "fonts"
    faces = "".join(
        f"@font-face {{ font-family: Titillium; font-weight: {weight}; src: url({(fonts / name).as_uri()}); }}\n"
        for weight, name in ((400, "titillium-web-regular.woff2"), (600, "titillium-web-600.woff2"))
        if (fonts / name).exists()
    )
    return faces + (Path(__file__).parent / "printed.css").read_text(encoding="utf-8")


def printed(edition: Edition, columns: list[Column], names: list[str], body: str, *, signing: bool = False) -> bytes:
    """`signing`: one session with arrival, departure and signature; otherwise a column for each session. In Italian: it is filed."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    with translation.override("it"):
        blocks = [columns[at : at + MOST_COLUMNS] for at in range(0, len(columns), MOST_COLUMNS)] or [[]]
        html = render_to_string(
            "activities/printed.html",
            {
                "edition": edition, "activity": edition.activity, "plan": edition.activity.plan, "body": body, "names": names, "blocks": blocks,
                "signing": signing, "empty": range(EMPTY_LINES), "one": columns[0] if signing and columns else None,
            },
        )  # fmt: skip
    # No address is fetched: everything is in the page, the fonts are files of the house.
    document = HTML(string=html, base_url=str(settings.ROOT))
    fonts = FontConfiguration()
    style = CSS(string=_style(), font_config=fonts)
    pdf: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    return pdf
