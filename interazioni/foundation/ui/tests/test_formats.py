from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.utils import translation

from interazioni.foundation.ui import formats


@pytest.mark.parametrize(
    ("language", "number", "share", "day", "long"),
    [
        ("it", "22.000,5", "44%", "05/03/2012", "5 marzo 2012"),
        ("en", "22,000.5", "44%", "05/03/2012", "5 March 2012"),
    ],
)
def test_figures_and_days_are_the_readers(language: str, number: str, share: str, day: str, long: str) -> None:
    with translation.override(language):
        assert formats.local_number(Decimal("22000.5")) == number
        assert formats.local_percent(0.435) == share
        assert formats.local_date(date(2012, 3, 5)) == day
        assert formats.long_date(date(2012, 3, 5)) == long


def test_a_thousand_is_grouped_too() -> None:
    with translation.override("it"):
        assert formats.local_number(1234) == "1.234"
        assert formats.local_number(Decimal("2.50"), 2) == "2,50"


def test_nearly_all_is_not_all_and_a_few_are_not_none() -> None:
    with translation.override("it"):
        assert formats.local_percent(Decimal("0.999")) == "99,9%"
        assert formats.local_percent(Decimal("0.001")) == "0,1%"
        assert formats.local_percent(1) == "100%"
        assert formats.local_percent(0) == "0%"


def test_moments_are_told_in_romes_time() -> None:
    with translation.override("it"):
        assert formats.local_moment(datetime(2020, 2, 12, 23, 30, tzinfo=UTC)) == "13 febbraio 2020, 00:30"
        assert formats.local_date(datetime(2020, 2, 12, 23, 30, tzinfo=UTC)) == "13/02/2020"


def test_a_language_without_locale_data_falls_back() -> None:
    formats._locale.cache_clear()
    assert formats._locale("xx-nowhere").language == "it"
