"""A public page is the same for everybody: what stands between us and the reader may keep one copy of it, for a second."""

import gzip
from typing import Any

import pytest
from django.test import Client

from interazioni.actions.directory.tests.cast import a_service, as_saved
from interazioni.foundation.core import clock
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


def asked(path: str, **headers: str) -> Any:
    with clock.at(DEMO_DAY):
        return Client().get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    "path", ["/", "/ar/search/?q=corso", "/services/corso-di-cucito/", "/api/hsds/services", "/sitemap.xml"]
)
def test_a_proxy_keeps_one_copy_for_a_second_whatever_the_browser_prefers(path: str) -> None:
    a_service("Corso di cucito")
    first = asked(path, accept_language="it")
    other = asked(path, accept_language="uk,en;q=0.5", cookie="django_language=en")
    known = asked(path, accept_language="uk", if_none_match=first["ETag"])
    assert (first.content, first["ETag"]) == (other.content, other["ETag"])
    assert known.status_code == 304
    for answer in (first, other, known):
        assert answer["Vary"] == "Accept-Encoding"
        assert answer["Cache-Control"] == "public, max-age=1"
        assert not answer.cookies


def test_one_tag_is_good_for_the_packed_answer_and_for_the_plain_one() -> None:
    a_service("Corso di cucito")
    plain, packed = asked("/services/corso-di-cucito/"), asked("/services/corso-di-cucito/", accept_encoding="gzip")
    assert plain.content == gzip.decompress(packed.content)
    assert plain["ETag"] == packed["ETag"]
    assert plain["ETag"].startswith("W/"), "the same in meaning, not in bytes"


def test_what_was_edited_is_there_at_once() -> None:
    service = a_service("Corso di cucito")
    first = asked("/services/corso-di-cucito/")
    as_saved(service, cost="Tre euro.")
    again = asked("/services/corso-di-cucito/", if_none_match=first["ETag"])
    assert again.status_code == 200
    assert "Tre euro." in again.content.decode()


def test_a_page_that_is_not_there_still_speaks_the_readers_language() -> None:
    answer = asked("/services/no-such-thing/", accept_language="en")
    assert answer.status_code == 404
    assert "Accept-Language" in answer["Vary"]
