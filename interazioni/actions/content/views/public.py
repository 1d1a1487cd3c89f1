"""Pictures of what is published, under an address that is made of what they are."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.views.decorators.http import require_safe

from interazioni.actions.content import queries

MEDIA = "image/webp"
# A browser never asks again; a proxy after a day, so that what was taken off is gone there too.
CACHE = "public, max-age=31536000, s-maxage=86400, immutable"


@require_safe
def picture(request: HttpRequest, digest: str, width: int) -> HttpResponse:
    etag = f'"{digest[:24]}-{width}"'
    headers = {"ETag": etag, "Cache-Control": CACHE}
    if etag in request.headers.get("If-None-Match", ""):  # whoever can name it has it; no row is read
        return HttpResponseNotModified(headers=headers)
    request.META.pop("HTTP_ACCEPT_ENCODING", None)  # WebP is packed already: nothing is left for the middleware
    webp = queries.public_file(digest, width)
    if webp is None:
        raise Http404
    return HttpResponse(webp, content_type=MEDIA, headers=headers)


picture.public = True  # type: ignore[attr-defined]  # the same for everybody: no session is opened (`access.middleware`)
