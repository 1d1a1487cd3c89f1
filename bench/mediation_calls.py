"""Claims: for one call, 150 mediators with their week are ranked, each with its reasons, in at most 150 ms; when 200 of them answer
the same call at once, one wins within a second and the others are told.

    .venv/bin/python bench/mediation_calls.py

The limit of the race is measured in the same run: 200 transactions that only wait for the same lock and read a row.
"""

import random
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from datetime import time as hour
from pathlib import Path
from uuid import uuid4

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from harness import finish, measured, region  # noqa: E402

MEDIATORS, PROMISES, RACERS = 150, 6, 200
THREADS = 32  # of a server: more connections than this the database is not asked for
CANDIDATES, WON = 0.150, 1.0  # seconds
TONGUES = "ar fr en es sq ro zh-Hans ur pa bn wo bm ti so uk ru fa pt tr ary".split()  # noqa: SIM905
NOW = datetime(2020, 2, 12, 8, 30, tzinfo=UTC)
TOWNS = ["001272", "001156", "006003", "005005", "004003", "003106"]


def main() -> None:
    region("mediation_calls", "tests")
    import django

    django.setup()
    from django.db import connection, transaction

    from interazioni.actions.mediation import candidates, rules
    from interazioni.actions.mediation.models import Offer
    from interazioni.actions.mediation.roster import at
    from interazioni.foundation.access.context import acting
    from interazioni.foundation.core import clock
    from interazioni.front.demo.cast import COOPERATIVE, actor
    from interazioni.plan.partners.models import Body

    davide, giulia = actor("davide"), actor("giulia")
    rnd = random.Random(1)
    body = Body.objects.get(code=COOPERATIVE)

    def called(day: date, starts: hour, language: str, municipality: str, minutes: int = 60) -> object:
        moment = at(day, starts)
        data = rules.CallData(
            language=language, sector="school", options=[rules.Option(moment, moment)], minutes=minutes, municipality=municipality
        )  # fmt: skip
        return rules.make_call(data=data, dispatch=body, client_id=uuid4(), by=giulia)[0]

    def register(number: int, spoken: dict[str, int], **said: object) -> object:
        data = rules.MediatorData(
            full_name=f"Mediatrice {number:03}", gender=rnd.choice("FM"), sectors=["school", "health"], municipality=rnd.choice(TOWNS), languages=spoken,
            week_cap=1500, since=date(2018, 7, 1), by_car=True, radius_km=150, email=f"m{number}@mediatori.example", remote_modes=["phone"], **said,
        )  # fmt: skip
        made = rules.register_mediator(data=data, by=davide)
        rules.set_availability(mediator=made, spans=[rules.Span(day, hour(8), hour(18)) for day in range(5)], by=davide)
        return made

    with clock.at(NOW), acting(davide):
        rules.set_dispatch(values={"open_to_all": True}, by=davide)
        for number in range(MEDIATORS):  # everybody speaks French: the call below can be answered by all
            register(number, {"fr": rnd.choice((2, 3)), rnd.choice(TONGUES[2:]): 3})
        promised = 0
        for day in (date(2020, 2, 13), date(2020, 2, 14)):
            for _number in range(MEDIATORS * PROMISES // 4):
                call = called(day, hour(rnd.choice((8, 9, 11, 13, 15)), rnd.choice((0, 30))), "fr", rnd.choice(TOWNS))
                found = candidates.rank(call).candidates  # type: ignore[arg-type]
                if found:
                    rules.assign(call=call, mediator_id=rnd.choice(found[:40]).mediator_id, by=davide)  # type: ignore[arg-type]
                    promised += 1
        call = called(date(2020, 2, 13), hour(16), "fr", "001272")
        print(f"{MEDIATORS} mediators, {promised} promises this week")

    def ranked() -> None:
        with clock.at(NOW), acting(davide):
            found = candidates.rank(call)  # type: ignore[arg-type]
            assert len(found.candidates) + len(found.others) == MEDIATORS, "everybody has a place or a reason"

    first = measured("candidates of one call", ranked, runs=15)
    print(
        f"  candidates of one call: p50 {first.p50 * 1000:.0f} ms, worst {first.worst * 1000:.0f} ms; wanted ≤ {CANDIDATES * 1000:.0f} ms"
    )

    with clock.at(NOW), acting(davide):
        racers = [register(1000 + number, {"bm": 3}) for number in range(RACERS)]
        contested = called(date(2020, 2, 17), hour(10), "bm", "001272")
        offers = rules.ask(call=contested, mediator_ids=[one.pk for one in racers], by=davide)  # type: ignore[arg-type,attr-defined]
    bare = _race(RACERS, lambda number: _lock(connection, transaction, contested.pk))  # type: ignore[attr-defined]

    def answer(number: int) -> str:
        try:
            with clock.at(NOW + timedelta(minutes=1)):
                rules.accept_offer(offer=offers[number], by=davide)
        except rules.TooLate:
            return "told"
        return "won"

    race = _race(RACERS, answer)
    won = [seconds for said, seconds in race if said == "won"]
    told = [seconds for said, seconds in race if said == "told"]
    with acting(davide):
        accepted = Offer.objects.filter(call=contested, state="accepted").count()
    print(
        f"  {RACERS} answers at once: {len(won)} won after {won[0] * 1000:.0f} ms, {len(told)} told, the last after {max(told):.2f} s"
    )
    print(
        f"  limit, {RACERS} transactions that wait for one lock and read: the last after {max(s for _, s in bare):.2f} s"
    )
    finish(first.p50 <= CANDIDATES, len(won) == 1 == accepted, len(told) == RACERS - 1, won[0] <= WON)


def _lock(connection: object, transaction: object, pk: object) -> str:
    with transaction.atomic(), connection.cursor() as cursor:  # type: ignore[attr-defined]
        cursor.execute("SELECT pg_advisory_xact_lock(42)")
        cursor.execute("SELECT count(*) FROM partners_body")
    return "read"


def _race(count: int, act: Callable[[int], str]) -> list[tuple[str, float]]:
    """As many at once as the server has threads, the others behind them. Seconds since the first, and what each was told."""
    with ThreadPoolExecutor(THREADS) as server:
        began = time.perf_counter()

        def run(number: int) -> tuple[str, float]:
            outcome = act(number)
            return outcome, time.perf_counter() - began

        return list(server.map(run, range(count)))


if __name__ == "__main__":
    main()
