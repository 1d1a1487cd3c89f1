"""Run by `test_import_faults` as processes of their own: real transactions that commit, and a worker that is killed.

`python -m tests.importing prepare ROWS [people|services]` hands in a list and confirms it; `… work` takes its rows until done or killed;
`… look` says how things stand.
"""

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")

import django

django.setup()

from interazioni.actions.directory.models import Service, ServiceAtLocation  # noqa: E402
from interazioni.foundation.access.context import acting  # noqa: E402
from interazioni.foundation.imports import rules  # noqa: E402
from interazioni.foundation.imports.models import Import  # noqa: E402
from interazioni.foundation.imports.queries import totals  # noqa: E402
from interazioni.foundation.imports.running import run, understand  # noqa: E402
from interazioni.front.demo.cast import actor  # noqa: E402
from interazioni.plan.people.models import Citizenship, Person  # noqa: E402

GIVEN = ("Amal", "Bilal", "Chiara", "Dario", "Elira", "Fatou", "Giorgi", "Hanna", "Irina", "Jamal")
FAMILIES = ("Abbas", "Berisha", "Chen", "Diop", "Eze", "Farah", "Gashi", "Haddad", "Ivanov", "Jallow")


def listed(count: int) -> bytes:
    """A list of so many pupils, every tenth line standing there twice."""
    lines = ["Cognome;Nome;Data di nascita;Cittadinanza"]
    for n in range(count):
        at = n - 1 if n % 10 == 9 else n
        lines.append(
            f"{FAMILIES[at % 10]};{GIVEN[at // 10 % 10]};{1 + at % 28:02}/{1 + at // 28 % 12:02}/{2005 + at % 9};Marocco"
        )
    return "\n".join(lines).encode()


def services(count: int) -> bytes:
    """Services, every third row another place of the one before."""
    lines = ["Nome del servizio;Tema;Descrizione;Indirizzo;Comune;Orari"]
    for n in range(count):
        at = n - 1 if n % 3 == 2 else n
        lines.append(f"Servizio {at};casa;Un aiuto per chi cerca casa.;Via Roma {n};Torino;lun-ven 9-12")
    return "\n".join(lines).encode()


def prepare(count: int, kind: str = "people") -> dict[str, Any]:
    by = actor("franca")
    content = {"people": listed, "services": services}[kind](count)
    with acting(by):
        handed = rules.hand_in(kind=kind, name="elenco.csv", content=content, total=count, options={}, by=by)
        rules.confirm(handed=handed, by=by)
    return look()


def work() -> dict[str, Any]:
    rules.BATCH = 25
    import interazioni.foundation.imports.running as running

    running.BATCH = 25
    by = actor("franca")
    with acting(by):
        ident = Import.objects.latest("created_at").pk
    print("ready", flush=True)  # noqa: T201
    run(ident, by, lambda done, total: print(done, flush=True))  # noqa: T201
    return look()


def look() -> dict[str, Any]:
    by = actor("franca")
    with acting(by):
        handed = Import.objects.select_related("file").latest("created_at")
        lines = understand(handed, by).lines
        return {
            "state": handed.state, "totals": dict(totals(handed)), "lines": len(lines), "rows": handed.rows.count(),
            "people": Person.objects.count(), "citizenships": Citizenship.objects.count(),
            "services": Service.objects.filter(body_id=by.body_id).count(), "places": ServiceAtLocation.objects.filter(body_id=by.body_id).count(),
            "names": sorted(Person.objects.values_list("match_name", "birth_date").distinct().count() for _ in (1,)),
        }  # fmt: skip


if __name__ == "__main__":
    what, *more = sys.argv[1:]
    said = {"prepare": lambda: prepare(int(more[0]), *more[1:]), "work": work, "look": look}[what]()
    print(json.dumps(said, default=str))  # noqa: T201
