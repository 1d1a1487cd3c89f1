"""The demo goes on from its last act: one that happened on the machine's day would take the whole region along, years ahead."""

import pytest

from interazioni.foundation.access.context import acting
from interazioni.foundation.audit.models import Event
from interazioni.front.demo.cast import CAST, actor
from interazioni.front.demo.information import information
from interazioni.front.demo.region import DEMO_DAY

pytestmark = pytest.mark.django_db


def acts_after_the_day() -> list[str]:
    found = []
    for login in CAST:
        with acting(actor(login)):
            found += Event.objects.filter(at__gt=DEMO_DAY).values_list("act", flat=True)
    return found


def test_what_the_offices_find_was_done_before_the_day() -> None:
    information(DEMO_DAY, lambda line: None)
    assert acts_after_the_day() == []
