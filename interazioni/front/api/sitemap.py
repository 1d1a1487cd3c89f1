"""What search engines are told: where they may look (robots.txt), and every public page in every language (sitemaps.org)."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from interazioni.actions.content.models import KINDS
from interazioni.foundation.ui.public import public, under
from interazioni.foundation.vocabularies import languages
from interazioni.front.api import queries
from interazioni.front.api.parameters import absolute

PER_FILE = 5000  # each address names fifteen others: 10 MB; the standard's limit is 50
# Pages of the portal that are no thing.
ROOTS = ("", "search/", "services/", *(f"{model.folder}/" for model in KINDS.values()), "bodies/", "open-data/")
XMLNS = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
QUOTE = {'"': "&quot;"}
CLOSED = ("/desk/", "/account/", "/still-true/", "/mediation/", "/language/", "/*/suggest/$")


@public
def robots(request: HttpRequest) -> HttpResponse:
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in CLOSED),
        "",
        f"Sitemap: {absolute(reverse('api:sitemap'))}",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public
def sitemap(request: HttpRequest) -> HttpResponse:
    """The index: a file for each language, more where there are many pages."""
    files = range(1, _files(len(ROOTS) + queries.count_public_paths()) + 1)
    inner = "".join(
        f"<sitemap><loc>{escape(absolute(reverse('api:sitemap_of', args=[code, number])))}</loc></sitemap>"
        for code in settings.PORTAL_LANGUAGES
        for number in files
    )
    return _xml(f"<sitemapindex {XMLNS}>{inner}</sitemapindex>")


@public
def sitemap_of(request: HttpRequest, code: str, number: int) -> HttpResponse:
    if code not in settings.PORTAL_LANGUAGES:
        raise Http404
    first = PER_FILE * (number - 1)
    pages = [(path, "") for path in ROOTS] + [
        (row["path"], row["changed_at"].isoformat(timespec="seconds")) for row in queries.public_paths()
    ]
    shown = pages[first : first + PER_FILE]
    if not shown:
        raise Http404
    own, others = (
        _before(code),
        [f'<xhtml:link rel="alternate" hreflang="{tag}" href="{before}' for tag, before in _versions()],
    )
    return _xml(
        f'<urlset {XMLNS} xmlns:xhtml="http://www.w3.org/1999/xhtml">'
        + "".join(_url(escape(path, QUOTE), changed, own, others) for path, changed in shown)
        + "</urlset>"
    )


def _versions() -> list[tuple[str, str]]:
    """(tag, what stands before a path in it)."""
    codes = settings.PORTAL_LANGUAGES
    return [*((languages.tag(code), _before(code)) for code in codes), ("x-default", _before(codes[0]))]


def _before(language: str) -> str:
    return escape(absolute(under("", language)), QUOTE)


def _url(path: str, changed: str, own: str, others: Sequence[str]) -> str:
    """Thousands of times in a file: whatever is the same for all is made before."""
    links = "".join([f'{other}{path}"/>' for other in others])
    moment = f"<lastmod>{changed}</lastmod>" if changed else ""
    return f"<url><loc>{own}{path}</loc>{moment}{links}</url>"


def _files(pages: int) -> int:
    return max(1, -(-pages // PER_FILE))


def _xml(inner: str) -> HttpResponse:
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>\n' + inner, content_type="application/xml; charset=utf-8"
    )
