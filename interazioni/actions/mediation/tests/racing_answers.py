"""Run by `test_answer_races` as a process of its own, with a database of its own: real transactions that commit.

`answers`: ten mediators say yes to the same call at once, and one of them to two calls at the same hour. `confirmations`: the hours
of one assignment are confirmed four times at once.
"""

import json
import sys
from datetime import timedelta
from typing import Any

from interazioni.actions.mediation.tests.racing_week import together  # sets Django up

from django.core.exceptions import ValidationError  # isort: skip
from interazioni.actions.mediation import rules  # isort: skip
from interazioni.actions.mediation.models import Assignment, Hours, Offer  # isort: skip
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, a_mediator, asked, dispatcher, promised  # isort: skip
from interazioni.foundation.access.context import acting  # isort: skip
from interazioni.foundation.core import clock  # isort: skip
from interazioni.front.demo.cast import actor  # isort: skip
from interazioni.plan.ledger.models import Entry  # isort: skip

RACERS = 10


def answers() -> dict[str, Any]:
    a_dispatch()
    mediators = [a_mediator(f"Mediatrice {number}") for number in range(RACERS)]
    call = a_call()
    offers = asked(call, *mediators)
    said = together(*[lambda offer=offer: rules.accept_offer(offer=offer, by=dispatcher()) for offer in offers])
    alone = a_mediator("Sira Touré", {"so": 3})
    two = [asked(a_call(language="so"), alone)[0] for _ in range(2)]
    twice = together(*[lambda offer=offer: rules.accept_offer(offer=offer, by=dispatcher()) for offer in two])
    with acting(dispatcher()):
        return {
            "won": sum(isinstance(one, Assignment) for one in said),
            "too_late": sum(isinstance(one, rules.TooLate) for one in said),
            "promises": Assignment.objects.filter(call=call).count(),
            "accepted": Offer.objects.filter(call=call, state="accepted").count(),
            "two_places": sum(isinstance(one, Assignment) for one in twice),
            "no_room": sum(isinstance(one, rules.NoRoom) for one in twice),
            "others": [repr(one) for one in [*said, *twice] if not isinstance(one, (Assignment, ValidationError))],
        }


def confirmations() -> dict[str, Any]:
    a_dispatch()
    made = promised(a_call(), a_mediator())
    with clock.at(made.ends_at):
        hours = rules.report_hours(assignment=made, minutes=60, by=dispatcher())

    def confirm() -> Hours:
        with clock.at(made.ends_at + timedelta(hours=1)):
            return rules.attest_hours(hours=hours, by=actor("giulia"))

    said = together(*[confirm] * 4)
    with acting(dispatcher()):
        return {
            "confirmed": sum(isinstance(one, Hours) for one in said),
            "entries": Entry.objects.filter(source_id=hours.pk).count(),
            "others": [repr(one) for one in said if not isinstance(one, Hours)],
        }


if __name__ == "__main__":
    sys.stdout.write(json.dumps({"answers": answers, "confirmations": confirmations}[sys.argv[1]]()))
