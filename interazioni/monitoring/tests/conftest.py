"""The small plan of the ledger's stories, with some work in two schools."""

from datetime import UTC, date, datetime

import pytest

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.front.demo import cast
from interazioni.front.demo.region import builder
from interazioni.plan.ledger.tests.conftest import SmallPlan, attended, deliver, make_plan, register
from interazioni.plan.programme.models import Share


@rule(Permission.PLAN_LOAD)
def give_share(*, small: SmallPlan, by: Actor) -> None:
    Share.objects.create(indicator=small.people, body_id=cast.actor("chiara").body_id, target=40)
    record(by, "programme.load_plan", object_kind="plan", object_id=small.plan.pk)


@pytest.fixture
def small(db: None) -> SmallPlan:
    """School A: ten girls of Morocco in January, three boys of Albania in February; school B: four girls. 2020-02-12."""
    with clock.at(datetime(2019, 1, 2, 9, tzinfo=UTC)):
        small = make_plan(by=builder())
        give_share(small=small, by=builder())
        giulia, marco = cast.actor("giulia"), cast.actor("marco")
        girls = [register(by=giulia) for _ in range(10)]
        boys = [register(by=giulia, sex="M", country="AL", municipality="005005") for _ in range(3)]
        others = [register(by=marco, municipality="006003") for _ in range(4)]
    with clock.at(datetime(2019, 1, 31, 9, tzinfo=UTC)):
        deliver(entries=[attended(small.school, p, date(2019, 1, 30)) for p in girls], by=giulia)
        deliver(entries=[attended(small.school, p, date(2019, 1, 30), hours="1") for p in others], by=marco)
    with clock.at(datetime(2019, 2, 20, 9, tzinfo=UTC)):
        deliver(
            entries=[attended(small.mediation, p, date(2019, 2, 19), measure="hours_mediated") for p in boys], by=giulia
        )
        deliver(entries=[attended(small.school, p, date(2019, 2, 19)) for p in girls[:2]], by=giulia)
    return small
