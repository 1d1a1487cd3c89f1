"""A page for machines that read pages: schema.org, as JSON-LD in the page itself."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, cast

from django.utils.safestring import SafeString, mark_safe

from interazioni.actions.content.models import Event
from interazioni.actions.content.queries import Page
from interazioni.actions.directory.queries import PlaceShown, Sheet
from interazioni.foundation.core.clock import in_rome
from interazioni.foundation.freshness.models import Vouch
from interazioni.foundation.translation.queries import Reading
from interazioni.foundation.ui.public import under
from interazioni.foundation.vocabularies import languages, municipalities
from interazioni.front.api.linked.cpsv import organisation_iri, service_iri
from interazioni.front.api.parameters import absolute

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# In a script element only these could end it, or begin a comment; JSON knows another way to write them.
ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def element(shown: Sheet | Page) -> SafeString:
    """Data, not a script: no browser runs it, and a strict policy (CSP) lets it stand."""
    said = of_sheet(shown) if isinstance(shown, Sheet) else of_page(shown)
    text = json.dumps(said, ensure_ascii=False, separators=(",", ":")).translate(ESCAPES)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308  # every < is escaped


def of_sheet(sheet: Sheet) -> dict[str, Any]:
    """The page, and the service that it is about. Texts are in the page's language, or in the source's where it lacks them."""
    return _webpage(f"services/{sheet.service.slug}/", sheet.words, "name", sheet.vouch, _service(sheet))


def of_page(shown: Page) -> dict[str, Any]:
    """A guide, news, an opportunity, an event, a page of the plan."""
    main = _event(shown) if isinstance(shown.entry, Event) else _article(shown)
    return _webpage(shown.entry.path, shown.words, "title", shown.vouch, main)


def _webpage(path: str, words: Reading, named: str, vouch: Vouch | None, main: dict[str, Any]) -> dict[str, Any]:
    page = absolute(under(path, words.language))
    return _said(
        {
            "@context": "https://schema.org", "@type": "WebPage", "@id": page, "url": page, "name": _text(words, named), "inLanguage": languages.tag(words.language),
            "lastReviewed": in_rome(vouch.verified_at).date().isoformat() if vouch else None,
            "reviewedBy": {"@type": "Organization", "name": vouch.body_name} if vouch else None, "mainEntity": main,
        }
    )  # fmt: skip


def _article(shown: Page) -> dict[str, Any]:
    """`expires`: what ends says when, so that no search engine shows it afterwards."""
    row, words = shown.entry, shown.words
    return _said(
        {
            "@type": "NewsArticle" if row.kind == "news" else "Article", "headline": _text(words, "title"), "description": _text(words, "summary"),
            "inLanguage": languages.tag(words["title"].language), "articleSection": str(row.get_theme_display()), "image": _image(shown),
            "datePublished": _at(row.first_published_at), "dateModified": _at(row.last_published_at), "expires": _at(getattr(row, "deadline", None)),
            "author": {"@type": "Organization", "name": row.body.name}, "publisher": {"@type": "Organization", "name": "InterAzioni"},
            "citation": [address for _name, address in row.cited()],
        }
    )  # fmt: skip


def _event(shown: Page) -> dict[str, Any]:
    """The next time that it takes place, and all others that are known."""
    row, words = cast(Event, shown.entry), shown.words
    town = municipalities.by_istat(row.municipality)
    place = {
        "@type": "Place", "name": row.where or (town.name if town else ""),
        "address": _said({"@type": "PostalAddress", "streetAddress": row.where, "addressLocality": town.name if town else "", "addressRegion": town.region if town else "", "addressCountry": "IT"}),
    }  # fmt: skip
    online = {"@type": "VirtualLocation", "url": row.online} if row.online else None
    times = [
        {"startDate": _at(begins), "endDate": _at(ends)}
        for begins, ends in shown.dates or [(row.starts_at, row.ends_at)]
    ]
    places = [one for one in (place if row.where or town else None, online) if one]
    mode = "Mixed" if len(places) == 2 else "Online" if online else "Offline"
    return _said(
        {
            "@type": "Event", "name": _text(words, "title"), "description": _text(words, "summary"), "inLanguage": languages.tag(words["title"].language), **times[0],
            "location": places, "eventAttendanceMode": f"https://schema.org/{mode}EventAttendanceMode" if places else None,
            "eventStatus": "https://schema.org/EventScheduled", "isAccessibleForFree": True if row.free else None, "image": _image(shown),
            "organizer": {"@type": "Organization", "name": row.body.name}, "subEvent": [{"@type": "Event", "name": _text(words, "title"), "location": places, **one} for one in times[1:]],
        }
    )  # fmt: skip


def _image(shown: Page) -> str | None:
    return absolute(shown.cover.address) if shown.cover else None


def _at(moment: datetime | None) -> str | None:
    return in_rome(moment).isoformat(timespec="seconds") if moment else None


def _service(sheet: Sheet) -> dict[str, Any]:
    row, words = sheet.service, sheet.words
    return _said(
        {
            "@type": "Service", "@id": service_iri(row), "name": _text(words, "name"), "description": _text(words, "summary"), "serviceType": row.get_theme_display(),
            "alternateName": _text(words, "also"), "url": row.website, "provider": _provider(sheet),
            "audience": _said({"@type": "Audience", "audienceType": "\n".join(one.text for one in words.under("for_whom"))}) if words.under("for_whom") else None,
            "serviceOutput": {"@type": "Thing", "name": "\n".join(one.text for one in words.under("obtained"))} if words.under("obtained") else None,
            "areaServed": [{"@type": "City", "name": town.name} for code in row.area if (town := municipalities.by_istat(code))],
            "offers": {"@type": "Offer", "price": 0, "priceCurrency": "EUR"} if row.free else None,
            "availableChannel": [_channel(place, row.spoken) for place in sheet.places],
        }
    )  # fmt: skip


def _provider(sheet: Sheet) -> dict[str, Any]:
    row = sheet.service.organisation
    contact = _said({"@type": "ContactPoint", "telephone": [phone["number"] for phone in sheet.service.phones], "email": sheet.service.email, "availableLanguage": [languages.tag(code) for code in sheet.service.spoken]})  # fmt: skip
    return _said({"@type": "Organization", "@id": organisation_iri(row), "name": row.name, "url": row.website, "email": row.email, "contactPoint": contact if len(contact) > 1 else None})  # fmt: skip


def _channel(shown: PlaceShown, spoken: Sequence[str]) -> dict[str, Any]:
    location = shown.place.location
    town = municipalities.by_istat(location.municipality)
    address = {
        "@type": "PostalAddress", "streetAddress": location.address, "postalCode": location.postal_code, "addressLocality": town.name if town else "",
        "addressRegion": town.region if town else "", "addressCountry": "IT",
    }  # fmt: skip
    geo = (
        {"@type": "GeoCoordinates", "latitude": location.latitude, "longitude": location.longitude}
        if location.latitude is not None
        else None
    )
    hours = [
        {"@type": "OpeningHoursSpecification", "dayOfWeek": DAYS[day.weekday], "opens": opens.strftime("%H:%M"), "closes": closes.strftime("%H:%M")}
        for day in shown.week
        for opens, closes in day.hours
    ]  # fmt: skip
    return _said(
        {
            "@type": "ServiceChannel", "availableLanguage": [languages.tag(code) for code in spoken],
            "serviceLocation": _said({"@type": "Place", "name": location.name or (str(town) if town else ""), "address": _said(address), "geo": geo, "openingHoursSpecification": hours}),
        }
    )  # fmt: skip


def _text(words: Reading, key: str) -> str:
    return words.texts[key].text if key in words.texts else ""


def _said(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value is not None and value not in ("", [])}
