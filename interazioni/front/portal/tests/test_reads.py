"""Reading a public page is counted, whether it is drawn, kept or known already; and it writes nothing."""

import pytest
from django.test import Client

from interazioni.actions.directory.tests.cast import a_service
from interazioni.foundation.core import clock, reads
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


def test_a_page_is_counted_in_its_language_and_written_in_batches() -> None:
    service = a_service("Corso di lettura")
    with clock.at(DEMO_DAY):
        reads.flush()
        client = Client()
        answer = client.get(f"/ar/services/{service.slug}/")
        client.get(f"/ar/services/{service.slug}/")
        client.get(f"/ar/services/{service.slug}/", headers={"If-None-Match": answer["ETag"]})
        client.get(f"/services/{service.slug}/")
        client.head(f"/services/{service.slug}/")
        client.get(f"/services/{service.slug}/", headers={"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1)"})
        client.get("/ar/services/no-such-thing/")
        assert reads.totals("service").get(service.pk) is None, "nothing is written while pages are read"
        assert reads.flush() == 2, "one row for each language"
        assert reads.totals("service")[service.pk] == 4
        reads.forget()
        assert reads.totals("service")[service.pk] == 4
