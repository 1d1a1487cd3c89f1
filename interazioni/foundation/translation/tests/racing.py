"""Run by `test_races` as processes of their own, with a database of their own: real transactions that commit."""

import json
import os
import sys
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")

import django

django.setup()

from django.core.exceptions import ValidationError  # noqa: E402
from django.db import connection  # noqa: E402

from interazioni.foundation.access.context import acting  # noqa: E402
from interazioni.foundation.access.permissions import Permission  # noqa: E402
from interazioni.foundation.access.rules import rule  # noqa: E402
from interazioni.foundation.audit.rules import record  # noqa: E402
from interazioni.foundation.core import clock  # noqa: E402
from interazioni.foundation.translation.models import Run, Source, Version  # noqa: E402
from interazioni.foundation.translation.rules import Edit, hand_in, sync, write_pieces  # noqa: E402
from interazioni.foundation.translation.rules.machine import begin_run  # noqa: E402
from interazioni.foundation.translation.tasks import draft  # noqa: E402
from interazioni.foundation.translation.tests.cast import KIND, a_note, segments, version, words, write  # noqa: E402
from interazioni.front.demo.cast import actor  # noqa: E402
from interazioni.front.demo.region import DEMO_DAY  # noqa: E402

ONE, TWO, OTHER = "Vieni allo sportello.", "Apre alle 9.", "Apre alle 10."


def someone_waits() -> None:
    """Until another connection of this database waits for a lock."""
    for _ in range(3000):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction it is read once
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
            )
            if cursor.fetchone()[0]:
                return
        threading.Event().wait(0.01)
    raise AssertionError("nobody waits")


@rule(Permission.DIRECTORY_KEEP)
def edit(*, source: Source, held: threading.Event, by: Any) -> None:
    """Changes the source and commits only when somebody waits for it."""
    record(by, "test.edit", object_kind=KIND)
    sync(
        kind=KIND,
        object_id=source.object_id,
        body_id=source.body_id,
        language="it",
        texts=[("p.0", ONE), ("p.1", OTHER)],
    )
    held.set()
    someone_waits()


@rule(Permission.TRANSLATIONS_WRITE)
def hand_in_slowly(*, source: Source, held: threading.Event, by: Any) -> None:
    hand_in(source=source, language="fr", by=by)
    record(by, "test.hand_in", object_kind=KIND)
    held.set()
    someone_waits()


def together(*acts: Callable[[], Any]) -> list[Any]:
    done: list[Any] = [None] * len(acts)

    def run(at: int, act: Callable[[], Any]) -> None:
        try:
            with clock.at(DEMO_DAY):
                done[at] = act()
        except ValidationError as refusal:
            done[at] = refusal.messages
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[at, act]) for at, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return done


def written() -> Source:
    note = a_note(ONE, TWO)
    write(note, {ONE: "Viens au guichet.", TWO: "Ouvre à 9 h."})
    return note


def stands(note: Source) -> dict[str, Any]:
    with acting(actor("amina")):
        one = version(note)
        return {
            "missing": one.missing,
            "outdated": one.outdated,
            "published": one.published is not None,
            "words": words(note),
        }


def edited_first() -> dict[str, Any]:
    note, held = written(), threading.Event()
    lucia, amina = actor("lucia"), actor("amina")

    def handing() -> Any:
        held.wait()
        return hand_in(source=note, language="fr", by=amina).state

    _edited, said = together(lambda: edit(source=note, held=held, by=lucia), handing)
    return {"refused": isinstance(said, list), **stands(note)}


def handed_in_first() -> dict[str, Any]:
    note, held = written(), threading.Event()
    lucia, amina = actor("lucia"), actor("amina")

    def editing() -> Any:
        held.wait()
        again = threading.Event()
        return edit_now(source=note, held=again, by=lucia)

    together(lambda: hand_in_slowly(source=note, held=held, by=amina), editing)
    return stands(note)


@rule(Permission.DIRECTORY_KEEP)
def edit_now(*, source: Source, held: threading.Event, by: Any) -> None:
    record(by, "test.edit", object_kind=KIND)
    sync(
        kind=KIND,
        object_id=source.object_id,
        body_id=source.body_id,
        language="it",
        texts=[("p.0", ONE), ("p.1", OTHER)],
    )


def two_translators() -> dict[str, Any]:
    note = written()
    with acting(actor("amina")):
        ident = segments(note)[ONE].pk
    ready = threading.Barrier(2)

    def saving(login: str) -> Callable[[], Any]:
        who = actor(login)

        def save() -> Any:
            ready.wait()
            edit = Edit(f"{login} : viens.", made_of=1, over=1)
            return write_pieces(source=note, language="fr", texts={ident: edit}, by=who)

        return save

    done = together(saving("amina"), saving("paolo"))
    return {"taken": sum(len(one.taken) for one in done), "stood": sum(len(one.stood) for one in done), **stands(note)}


def order() -> dict[str, Any]:
    notes = [a_note(f"Frase {name} da tradurre.") for name in ("uno", "due", "tre")]
    with clock.at(DEMO_DAY):
        run = begin_run(engine="libretranslate", language="fr", sources=[note.pk for note in notes], by=actor("amina"))
    return {"run": str(run.pk)}


def work(run_id: str) -> dict[str, Any]:
    run = look_up(run_id)
    with clock.at(DEMO_DAY):
        draft.function(run_id=run_id, user_id=str(run.by_id), body_id=str(run.body_id))
    return look(run_id)


def look_up(run_id: str) -> Run:
    with acting(actor("amina")):
        return Run.objects.get(pk=UUID(run_id))


def look(run_id: str) -> dict[str, Any]:
    run = look_up(run_id)
    with acting(actor("amina")):
        states = sorted(
            Version.objects.filter(source_id__in=run.sources, language="fr").values_list("state", flat=True)
        )
    return {"done": run.done, "state": run.state, "drafted": run.drafted, "states": states}


if __name__ == "__main__":
    what, *rest = sys.argv[1:]
    print(json.dumps(globals()[what](*rest)))  # noqa: T201
