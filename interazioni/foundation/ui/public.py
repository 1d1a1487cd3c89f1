"""Public pages: for everybody the same, in fifteen languages, kept by whoever stands between us and the reader.

The language stands in the address: Italian at the root, every other below its code. No cookie is read or set. An answer is known by
the generation of what is public (`core.generations`): who has it already is told so without a look at the rows, and what was drawn once
is drawn again only after something has changed.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from threading import Lock
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.urls import NoReverseMatch, register_converter, reverse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

from interazioni.foundation.core import clock, generations, reads

SHARED_SECONDS = 1  # a proxy or a browser may be so late; then it asks again, with the ETag
SLOT_SECONDS = 300  # pages that say "open now" are drawn anew so often
LONG_BYTES = 64 * 1024  # for programs, not for phones: packed in two thirds of the time, a tenth longer
KEPT_BYTES = 48 * 1024 * 1024  # in each process
TOPIC = "public"
# Another release draws other pages from the same rows. What is newest in the package tells them apart, also on a developer's machine.
RELEASE = max(
    path.stat().st_mtime_ns
    for path in (settings.ROOT / "interazioni").rglob("*")
    if path.suffix in {".py", ".html", ".mo", ".json"}
)


class LanguageConverter:
    """`` → it, `fr/` → fr. What is no language of the portal leads to Italian."""

    regex = "(?:(?:" + "|".join(settings.PORTAL_LANGUAGES[1:]) + ")/)?"

    def to_python(self, value: str) -> str:
        return value.rstrip("/") or settings.PORTAL_LANGUAGES[0]

    def to_url(self, value: str) -> str:
        return f"{value}/" if value in settings.PORTAL_LANGUAGES[1:] else ""


View = Callable[..., HttpResponse]
register_converter(LanguageConverter, "language")


@dataclass(frozen=True, slots=True)
class _Kept:
    etag: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    packed: bytes
    about: tuple[str, UUID] | None  # what is read here


class _Shelf:
    """Answers of this process, the least used given up first."""

    def __init__(self) -> None:
        self._answers: OrderedDict[str, _Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, address: str, etag: str) -> _Kept | None:
        with self._lock:
            found = self._answers.get(address)
            if found is None or found.etag != etag:
                return None
            self._answers.move_to_end(address)
            return found

    def put(self, address: str, answer: _Kept) -> None:
        with self._lock:
            self._drop(address)
            if len(answer.body) + len(answer.packed) > KEPT_BYTES // 4:  # one export would push out everything else
                return
            self._answers[address] = answer
            self._bytes += len(answer.body) + len(answer.packed)
            while self._bytes > KEPT_BYTES:
                self._drop(next(iter(self._answers)))

    def _drop(self, address: str) -> None:
        gone = self._answers.pop(address, None)
        if gone is not None:
            self._bytes -= len(gone.body) + len(gone.packed)


_shelf = _Shelf()


def public(view: View) -> View:
    """A page for everybody, good for the day as long as nothing public changes."""
    return _public(view, timed=False)


def public_now(view: View) -> View:
    """The same for a page that says what depends on the hour: "open now"."""
    return _public(view, timed=True)


def _public(view: View, *, timed: bool) -> View:
    @require_safe
    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        language = kwargs.pop("language", settings.PORTAL_LANGUAGES[0])
        address = request.get_full_path()
        etag = _etag(address, timed)
        kept = _shelf.get(address, etag)
        if etag in parse_etags(request.headers.get("If-None-Match", "")):
            _counted(request, kept, language)
            return _shared(HttpResponseNotModified(headers={"ETag": etag}))
        if kept is None:
            with translation.override(language):
                response = view(request, *args, **kwargs)
            response.headers.setdefault("Content-Language", language)
            if response.status_code != 200:
                return response
            packed = gzip.compress(response.content, 6 if len(response.content) < LONG_BYTES else 4)
            about = getattr(response, "about", None)
            kept = _Kept(etag, 200, dict(response.headers), response.content, packed, about)
            _shelf.put(address, kept)
        _counted(request, kept, language)
        return _answer(kept, request)

    wrapper.public = True  # type: ignore[attr-defined]  # the middleware asks for no actor: the answer depends on nobody
    return wrapper


def about(response: HttpResponse, kind: str, object_id: UUID) -> HttpResponse:
    """Says what a public page is about: reading it is counted (`core.reads`), also when it is not drawn anew."""
    response.about = kind, object_id  # type: ignore[attr-defined]
    return response


def _counted(request: HttpRequest, kept: _Kept | None, language: str) -> None:
    if kept is not None and kept.about is not None and request.method == "GET":
        reads.count(*kept.about, language, request.headers.get("User-Agent", ""))


def _etag(address: str, timed: bool) -> str:
    moment = clock.now()
    slot = int(moment.timestamp()) // SLOT_SECONDS if timed else clock.today().isoformat()
    known = f"{generations.current([TOPIC])} {RELEASE} {settings.STATIC_URL} {slot} {address}"
    return f'W/"{hashlib.sha256(known.encode()).hexdigest()[:24]}"'  # weak: one for the packed answer and the plain one


def _answer(kept: _Kept, request: HttpRequest) -> HttpResponse:
    packed = "gzip" in request.headers.get("Accept-Encoding", "") and len(kept.packed) < len(kept.body)
    response = HttpResponse(kept.packed if packed else kept.body, status=kept.status, headers=dict(kept.headers))
    response.headers["ETag"] = kept.etag
    if packed:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Content-Length"] = str(len(response.content))
    patch_vary_headers(response, ["Accept-Encoding"])
    return _shared(response)


def _shared(response: HttpResponse) -> HttpResponse:
    response.headers["Cache-Control"] = f"public, max-age={SHARED_SECONDS}"
    return response


def address(name: str, language: str | None = None, **values: Any) -> str:
    """Of a public page in a language, or in the one that is being spoken."""
    return reverse(name, kwargs={"language": language or spoken(), **values})


def under(path: str, language: str | None = None) -> str:
    """Of a thing by its path without the language ("services/…/")."""
    language = language or spoken()
    return "/" + ("" if language == settings.PORTAL_LANGUAGES[0] else f"{language}/") + path


def language_of(path: str) -> str:
    """The language in which an address is read, also one where nothing is; "" where none stands in it."""
    first = path.lstrip("/").partition("/")[0]
    return first if first in settings.PORTAL_LANGUAGES[1:] else ""


def spoken() -> str:
    """The language of the page that is being drawn, as the portal writes it."""
    found = translation.get_language() or settings.PORTAL_LANGUAGES[0]
    return found if found in settings.PORTAL_LANGUAGES else settings.PORTAL_LANGUAGES[0]


def alternatives(request: HttpRequest) -> list[tuple[str, str, bool]]:
    """(language, the same page in it, whether it is this one), in the order of the menu."""
    match, current = request.resolver_match, spoken()
    query, path = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else "", ""
    if match:
        try:  # the languages differ in the beginning alone: one is found out, the others follow
            path = reverse(
                match.view_name,
                kwargs={**match.captured_kwargs, "language": settings.PORTAL_LANGUAGES[0]},  # type: ignore[attr-defined]
            )[1:]
        except NoReverseMatch:
            query = ""
    return [(code, under(path, code) + query, code == current) for code in settings.PORTAL_LANGUAGES]
