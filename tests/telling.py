"""A process beside the one under test: does what each line of its input says, through the rules, and answers with a line.

login LOGIN        → the key of a session
logout KEY
call               → school A calls the cooperative; the id of the call
elsewhere          → school A calls another dispatch
give_up ID         → the dispatcher closes the call
"""

import sys
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.test import Client  # noqa: E402

from interazioni.actions.mediation import rules  # noqa: E402
from interazioni.actions.mediation.acting_for import as_body  # noqa: E402
from interazioni.actions.mediation.models import Call  # noqa: E402
from interazioni.actions.mediation.tests.cast import a_call, a_dispatch, dispatcher, fixed  # noqa: E402
from interazioni.foundation.access.context import acting  # noqa: E402
from interazioni.foundation.core import clock  # noqa: E402
from interazioni.front.demo.cast import CAST, SCHOOL_B, actor  # noqa: E402
from interazioni.front.demo.region import DEMO_DAY  # noqa: E402
from interazioni.plan.partners.models import Body  # noqa: E402


def login(name: str) -> str:
    client = Client()
    client.force_login(get_user_model().objects.get(pk=CAST[name].user_id))
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def logout(key: str) -> str:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    client.logout()
    return "ok"


def call() -> str:
    return str(a_call().pk)


def elsewhere() -> str:
    other = Body.objects.get(code=SCHOOL_B)
    with clock.at(DEMO_DAY):
        rules.set_dispatch(values={"open_to_all": True}, by=as_body(other))
        data = rules.CallData(language="bm", sector="school", options=[fixed()], minutes=60, municipality="001272")
        made = rules.make_call(data=data, dispatch=other, client_id=uuid4(), send=True, by=actor("giulia"))
    return str(made[0].pk)


def give_up(ident: str) -> str:
    with acting(dispatcher()):
        found = Call.objects.get(pk=UUID(ident))
    with clock.at(DEMO_DAY):
        rules.give_up(call=found, by=dispatcher())
    return "ok"


DOES: dict[str, Any] = {"login": login, "logout": logout, "call": call, "elsewhere": elsewhere, "give_up": give_up}

if __name__ == "__main__":
    a_dispatch()
    print("ready", flush=True)  # noqa: T201
    for line in sys.stdin:
        what, *words = line.split()
        print(DOES[what](*words), flush=True)  # noqa: T201
