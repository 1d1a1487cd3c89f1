"""Whatever is posted, reversed and corrected, in whatever order: what is derived equals a plain recomputation."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.foundation.core.ids import new_id
from interazioni.front.demo.region import builder
from interazioni.plan.ledger.models import Entry, FirstReached, Tally
from interazioni.plan.ledger.rules import NewEntry
from interazioni.plan.ledger.tests.conftest import SmallPlan, certify, correct, deliver, register, take_back
from interazioni.plan.ledger.verifying import verify
from interazioni.plan.programme.models import Counts, Indicator

NIL = UUID(int=0)
PEOPLE, BODIES, KINDS = 3, 2, 4

steps = st.lists(
    st.one_of(
        # whose body, what kind of work, who, day, how many in one post
        st.tuples(st.just("post"), st.integers(0, BODIES - 1), st.integers(0, KINDS - 1), st.lists(st.integers(0, PEOPLE - 1), min_size=1, max_size=4), st.integers(0, 500)),
        st.tuples(st.just("reverse"), st.integers(0, BODIES - 1), st.integers(0, 30), st.integers(1, 4)),
        st.tuples(st.just("correct"), st.integers(0, BODIES - 1), st.integers(0, PEOPLE - 1), st.sampled_from([{"country": "RO"}, {"country": "MA"}, {"sex": "M"}, {"sex": ""}, {"birth_date": date(1990, 1, 1)}, {"birth_date": date(2004, 1, 1)}])),
        st.tuples(st.just("certify")),
    ),
    max_size=14,
)  # fmt: skip


class _Undone(Exception):
    pass


@pytest.mark.parametrize("attempt", [0])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps)
def test_derived_rows_equal_a_plain_recomputation(
    small: SmallPlan, giulia: Actor, marco: Actor, elena: Actor, attempt: int, steps: list[tuple[Any, ...]]
) -> None:
    try:
        with transaction.atomic():
            _live(small, [giulia, marco], elena, steps)
            _compare(small)
            raise _Undone
    except _Undone:
        pass


def _live(small: SmallPlan, bodies: list[Actor], elena: Actor, steps: list[tuple[Any, ...]]) -> None:
    people = [[register(by=body, sex="FM"[n % 2]) for n in range(PEOPLE)] for body in bodies]
    associations = [new_id() for _ in range(PEOPLE)]
    open_periods = list(small.periods[:-1])
    at = datetime(2020, 3, 1, tzinfo=UTC)
    for step in steps:
        at += timedelta(hours=1)
        with clock.at(at):
            match step:
                case ("post", body, kind, who, offset):
                    activity, measure = [
                        (small.school, "hours_attended"), (small.mediation, "hours_mediated"),
                        (small.groups, "takes_part"), (small.school, "session"),
                    ][kind]  # fmt: skip
                    deliver(
                        entries=[
                            NewEntry(
                                activity, measure, Decimal(n + 1) / 2, "hours", date(2018, 8, 1) + timedelta(days=offset + n * 40), "test", new_id(),
                                person_id=people[body][index].pk if kind < 2 else None,
                                association_id=associations[index] if kind == 2 else None,
                            )
                            for n, index in enumerate(who)
                        ],
                        by=bodies[body],
                    )  # fmt: skip
                case ("reverse", body, start, count):
                    with acting(bodies[body]):
                        standing = list(
                            Entry.objects.filter(body_id=bodies[body].body_id, reverses=None, reversal=None).order_by(
                                "id"
                            )
                        )
                    if standing:
                        take_back(entries=standing[start % len(standing) :][:count], by=bodies[body])
                case ("correct", body, index, facts):
                    correct(person_id=people[body][index].pk, by=bodies[body], **facts)
                case _ if open_periods:
                    certify(period=open_periods.pop(0), by=elena)


def _compare(small: SmallPlan) -> None:
    with acting(builder()):
        entries = list(Entry.objects.filter(plan=small.plan))
        indicators = list(Indicator.objects.filter(plan=small.plan))
        have_tallies: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
        for row in Tally.objects.all():
            have_tallies[row.indicator_id, row.scope_body_id, row.scope_action_id, row.dimension, row.value] += (
                row.amount
            )
        have_firsts = {
            (row.indicator_id, row.identity_id, row.scope_body_id, row.scope_action_id): (
                row.entry_id,
                row.body_id,
                row.happened_date,
            )
            for row in FirstReached.objects.all()
        }
        assert [line for line in verify().differences if "no room has said" not in line] == []
    reversed_ids = {entry.reverses_id for entry in entries if entry.reverses_id}
    standing = [entry for entry in entries if entry.reverses_id is None and entry.pk not in reversed_ids]
    want_tallies: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    want_firsts: dict[tuple[Any, ...], Entry] = {}
    for indicator in indicators:
        for entry in standing:
            if entry.measure not in indicator.measures or (
                indicator.activities and entry.activity_id not in indicator.activities
            ):
                continue
            if indicator.group_codes and not set(indicator.group_codes) & set(entry.groups):
                continue
            identities = {Counts.PEOPLE: entry.person_id, Counts.ASSOCIATIONS: entry.association_id}
            who = identities.get(Counts(indicator.counts))
            for body in (NIL, entry.body_id):
                for action in (NIL, entry.action_id):
                    if indicator.counts in (Counts.QUANTITY, Counts.ENTRIES):
                        amount = entry.quantity if indicator.counts == Counts.QUANTITY else Decimal(1)
                        _add(want_tallies, indicator, body, action, entry, amount)
                    elif who:
                        best = want_firsts.get((indicator.pk, who, body, action))
                        if best is None or (entry.happened_date, entry.pk) < (best.happened_date, best.pk):
                            want_firsts[indicator.pk, who, body, action] = entry
    by_id = {indicator.pk: indicator for indicator in indicators}
    for (indicator_id, _who, body, action), entry in want_firsts.items():
        _add(want_tallies, by_id[indicator_id], body, action, entry, Decimal(1))
    assert have_firsts == {key: (entry.pk, entry.body_id, entry.happened_date) for key, entry in want_firsts.items()}
    assert {key: amount for key, amount in have_tallies.items() if amount} == dict(want_tallies)


def _add(
    tallies: dict[tuple[Any, ...], Decimal],
    indicator: Indicator,
    body: UUID,
    action: UUID,
    entry: Entry,
    amount: Decimal,
) -> None:
    for dimension, value in (
        ("total", ""), ("month", entry.happened_date.strftime("%Y-%m")), ("action", str(entry.action_id)), ("activity", str(entry.activity_id)),
        ("municipality", entry.municipality), ("sex", entry.sex), ("age_band", entry.age_band), ("citizenship", entry.citizenship),
    ):  # fmt: skip
        if value or dimension == "total":
            tallies[indicator.pk, body, action, dimension, value] += amount
