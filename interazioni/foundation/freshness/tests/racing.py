"""Run by `test_rounds` as processes of their own, with a database of their own: real transactions that commit, workers that can be killed."""

import json
import os
import sys
import threading
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")

import django

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import connection  # noqa: E402

from interazioni.actions.directory.tests.cast import a_service  # noqa: E402
from interazioni.foundation.access.context import acting  # noqa: E402
from interazioni.foundation.core import clock  # noqa: E402
from interazioni.foundation.core.fetching import Limits, Reach  # noqa: E402
from interazioni.foundation.freshness import asking, checking  # noqa: E402
from interazioni.foundation.freshness.models import Suggestion, Vouch  # noqa: E402
from interazioni.foundation.freshness.rules import suggest  # noqa: E402
from interazioni.front.demo.cast import actor  # noqa: E402
from interazioni.front.demo.region import DEMO_DAY  # noqa: E402
from interazioni.plan.partners.models import Body  # noqa: E402
from interazioni.plan.partners.queries import system_actor  # noqa: E402

asking.LIMITS = Limits(seconds=600, silence=600, size=0)  # a site that hangs does so until the story goes on
REACH = Reach(ports=None, inside=[ip_network("127.0.0.1/32")], look_up=lambda _host, _port: ["127.0.0.1"])


def publish(*urls: str) -> None:
    a_service("Sportello", how="\n".join(f"Vedi {url}" for url in urls))


def publish_and_visit(*urls: str) -> dict[str, Any]:
    publish(*urls)
    return visit()


def visits(*days: str) -> list[dict[str, Any]]:
    return [visit(day) for day in days]


def visit(day: str = "1") -> dict[str, Any]:
    with clock.at(DEMO_DAY + timedelta(days=int(day))):
        done = checking.go_on(reach=REACH, pause=0, seconds=60)
    return {"held": done is None, "ended": done is not None and done.ended_at is not None}


def suggest_once(visitor: str) -> dict[str, Any]:
    """As the portal does for a reader."""
    vouch = Vouch.objects.get(title="Sportello")
    by = system_actor(Body.objects.get(pk=vouch.body_id))
    try:
        suggest(kind="service", object_id=vouch.object_id, text="x", language="it", visitor=visitor, by=by)
    except ValidationError:
        return {"taken": False}
    return {"taken": True}


def suggest_together(visitor: str, threads: str, each: str) -> dict[str, Any]:
    publish("https://www.comune.example/")
    ready, taken = threading.Barrier(int(threads)), []

    def run() -> None:
        ready.wait()
        for _again in range(int(each)):
            taken.append(suggest_once(visitor)["taken"])  # noqa: PERF401
        connection.close()

    running = [threading.Thread(target=run) for _ in range(int(threads))]
    for one in running:
        one.start()
    for one in running:
        one.join()
    with acting(actor("paolo")):
        return {"taken": sum(taken), "tried": len(taken), "rows": Suggestion.objects.filter(visitor=visitor).count()}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    print(json.dumps(globals()[what](*rest)))  # noqa: T201
