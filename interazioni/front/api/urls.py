from django.urls import URLPattern, include, path, re_path

from interazioni.front.api.problems import nothing
from interazioni.front.api.root import api, given_away
from interazioni.front.api.sitemap import robots, sitemap, sitemap_of

app_name = "api"
TIMED = {"search"}  # what depends on the hour
operations = [one for one in api.urls[0] if isinstance(one, URLPattern) and one.name != "api-root"]
for one in operations:
    one.callback = given_away(one.callback, timed=one.name in TIMED)

urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path("sitemap.xml", sitemap, name="sitemap"),
    path("sitemap-<str:code>-<int:number>.xml", sitemap_of, name="sitemap_of"),
    path("api/", include(operations)),
    re_path(r"^api/(?P<rest>.+)$", nothing, name="nothing"),
]
