"""How a reader of feeds finds them from a page."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from interazioni.actions.directory.models import Theme
from interazioni.foundation.ui.public import spoken
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.feeds.router import MEDIA

NAMES = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}


def address(form: str, language: str, theme: str = "", place: str = "", kind: str = "") -> str:
    asked = {"lang": languages.tag(language), "theme": theme, "place": place, "kind": kind}
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"{reverse('api:feed', kwargs={'form': form})}?{query}"


def links(theme: str = "", place: str = "", kind: str = "", named: str = "") -> SafeString:
    """`<link>` for the page's head, in the page's language; a theme or a place that is none is left out. `named`: what things of the kind are called."""
    theme = theme if theme in Theme.values else ""
    town = municipalities.by_istat(place) if len(place) == 6 else None
    title = " · ".join(
        filter(None, ["InterAzioni", str(named), str(Theme(theme).label) if theme else "", town.name if town else ""])
    )
    return format_html_join(
        "\n    ",
        '<link rel="alternate" type="{}" title="{} ({})" href="{}">',
        (
            (MEDIA[form], title, name, address(form, spoken(), theme, place if town else "", kind))
            for form, name in NAMES.items()
        ),
    )


def here(form: str, theme: str) -> str:
    """A feed's address in the page's language."""
    return address(form, spoken(), theme)
