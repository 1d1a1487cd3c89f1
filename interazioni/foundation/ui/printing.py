"""Pages that are printed, signed and filed: a template as a tagged PDF (PDF/UA-1) in the house's typeface."""

from functools import cache
from pathlib import Path

from django.conf import settings


@cache
def _style(sheet: Path) -> str:
    fonts = Path(__file__).parent / "static" / "ui" / "build" / "fonts"
    faces = "".join(
        f"@font-face {{ font-family: Titillium; font-weight: {weight}; src: url({(fonts / name).as_uri()}); }}\n"
        for weight, name in ((400, "titillium-web-regular.woff2"), (600, "titillium-web-600.woff2"))
        if (fonts / name).exists()
    )
    return faces + sheet.read_text(encoding="utf-8")


def pdf_of(html: str, sheet: Path) -> bytes:
    """`html` with the style in the file `sheet`. No address is fetched: everything is in the page, the fonts are files of the house."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    style = CSS(string=_style(sheet), font_config=fonts)
    document = HTML(string=html, base_url=str(settings.ROOT))
    pdf: bytes = document.write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    return pdf
