"""A dispatch with mediators and calls, made through the rules: what the stories of this room begin with.

The demo's day is Wednesday 12 February 2020, 9:30 in Italy.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from interazioni.actions.mediation import rules
from interazioni.actions.mediation.models import Assignment, Call, Mediator, Offer
from interazioni.actions.mediation.roster import at
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import acting
from interazioni.foundation.core import clock
from interazioni.front.demo.cast import CAST, COOPERATIVE, SCHOOL_A, actor, ident
from interazioni.front.demo.region import DEMO_DAY
from interazioni.plan.partners.models import Body

TOMORROW = date(2020, 2, 13)
TORINO, ALESSANDRIA, ASTI, MONCALIERI = "001272", "006003", "005005", "001156"
MORNINGS = [rules.Span(day, time(8), time(13)) for day in range(5)]
ALL_DAY = [rules.Span(day, time(8), time(18)) for day in range(5)]


def dispatcher() -> Actor:
    return actor("davide")


def a_dispatch(**values: Any) -> Body:
    """The cooperative takes calls."""
    with clock.at(DEMO_DAY):
        rules.set_dispatch(values={"open_to_all": True, **values}, by=dispatcher())
    return Body.objects.get(code=COOPERATIVE)


def a_mediator(
    name: str = "Awa Keita", languages: Mapping[str, int] | None = None, *, municipality: str = TORINO, gender: str = "F",
    spans: Sequence[rules.Span] = tuple(ALL_DAY), login: str = "", **values: Any,
) -> Mediator:  # fmt: skip
    """Speaks Bambara and French, works Monday to Friday from 8 to 18, by car. `login` ties her to one of the cast."""
    with clock.at(DEMO_DAY):
        data = rules.MediatorData(
            full_name=name, gender=gender, sectors=values.pop("sectors", ["school", "health", "social", "legal"]), municipality=municipality,
            languages=languages or {"bm": 3, "fr": 2}, week_cap=values.pop("week_cap", 1500), since=date(2018, 7, 1), by_car=values.pop("by_car", True),
            radius_km=values.pop("radius_km", 120), remote_modes=values.pop("remote_modes", ["phone", "video"]),
            email=values.pop("email", f"{name.split()[0].lower()}@mediatori.example"), user_id=CAST[login].user_id if login else None, **values,
        )  # fmt: skip
        made = rules.register_mediator(data=data, by=dispatcher())
        rules.set_availability(mediator=made, spans=list(spans), by=dispatcher())
    return made


def fixed(day: date = TOMORROW, hour: time = time(10)) -> rules.Option:
    return rules.Option(at(day, hour), at(day, hour))


def a_call(
    *,
    by: Actor | None = None,
    moment: datetime = DEMO_DAY,
    send: bool = True,
    client_id: UUID | None = None,
    **values: Any,
) -> Call:
    """School A needs Bambara tomorrow at ten in Torino, for an hour."""
    data = rules.CallData(
        language=values.pop("language", "bm"), sector=values.pop("sector", "school"), options=values.pop("options", [fixed()]),
        minutes=values.pop("minutes", 60), municipality=values.pop("municipality", TORINO), **values,
    )  # fmt: skip
    with clock.at(moment):
        return rules.make_call(
            data=data, dispatch=Body.objects.get(code=COOPERATIVE), client_id=client_id or uuid4(), send=send, by=by or actor("giulia")
        )[0]  # fmt: skip


def asked(call: Call, *mediators: Mediator, moment: datetime = DEMO_DAY) -> list[Offer]:
    with clock.at(moment):
        return rules.ask(call=call, mediator_ids=[one.pk for one in mediators], by=dispatcher())


def promised(call: Call, mediator: Mediator, moment: datetime = DEMO_DAY) -> Assignment:
    with clock.at(moment):
        return rules.assign(call=call, mediator_id=mediator.pk, by=dispatcher())


def seen(model: Any, pk: UUID, by: Actor | None = None) -> Any:
    """The row as it stands, read by the dispatcher."""
    with acting(by or dispatcher()):
        return model.objects.get(pk=pk)


def after(hours: float) -> datetime:
    return DEMO_DAY + timedelta(hours=hours)


__all__ = ["ALESSANDRIA", "ASTI", "SCHOOL_A", "TOMORROW", "TORINO", "a_call", "a_dispatch", "a_mediator", "after", "asked", "dispatcher",
           "fixed", "ident", "promised", "seen"]  # fmt: skip
