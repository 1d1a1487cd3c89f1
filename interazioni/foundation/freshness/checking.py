"""The night's round: every address on public pages is asked once, then it is concluded which links are dead.

The worker comes by every minute and goes on where it was, so that a round outlives a restart and holds no worker for long. What an address
said is written down at once; conclusions are drawn at the end, all at once, and only if the net was there.
"""

import random
from contextlib import closing
from datetime import timedelta
from uuid import UUID

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.context import service
from interazioni.foundation.core import clock
from interazioni.foundation.core.fetching import OPEN_NET, Reach
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.freshness import bodies, judging
from interazioni.foundation.freshness.asking import PAUSE_SECONDS, ask, host_of
from interazioni.foundation.freshness.linked import addresses, places_never_open, public
from interazioni.foundation.freshness.models import LinkRound, LinkState, Problem, ProblemKind
from interazioni.foundation.freshness.rules.problems import Find, note_problems

SERVICE = "freshness"
VISIT_SECONDS = 25  # of asking, each time the worker comes by: one that is told to end is not held up
HELD = timedelta(minutes=3)  # without a sign of life another worker goes on
LONGEST = timedelta(hours=4)  # then it is concluded from what was asked
Finds = dict[UUID, dict[tuple[UUID, str, str], Find]]  # by body


def go_on(*, reach: Reach = OPEN_NET, seconds: float = VISIT_SECONDS, pause: float = PAUSE_SECONDS) -> LinkRound | None:
    """Tonight's round, a piece of it. None: another worker has it in hand. Done when `ended_at` is set; safe to repeat."""
    night = _take()
    if night is None:
        return None
    try:
        if night.ended_at is None:
            _go_on(night, reach, seconds, pause)
    finally:
        _mine(night).update(holder=None, held_until=None)
    night.refresh_from_db()
    return night


def _take() -> LinkRound | None:
    moment = clock.machine_now()
    with service(SERVICE):
        # Two workers may begin at once.
        LinkRound.objects.bulk_create([LinkRound(date=clock.today(), begun_at=clock.now())], ignore_conflicts=True)
        night = LinkRound.objects.select_for_update().get(date=clock.today())
        if night.held_until is not None and night.held_until > moment:
            return None
        night.holder, night.held_until = new_id(), moment + HELD
        night.save(update_fields=["holder", "held_until"])
        return night


def _mine(night: LinkRound) -> QuerySet[LinkRound]:
    return LinkRound.objects.filter(date=night.date, holder=night.holder)


def _still_mine(night: LinkRound) -> bool:
    return bool(_mine(night).update(held_until=clock.machine_now() + HELD))


def _go_on(night: LinkRound, reach: Reach, seconds: float, pause: float) -> None:
    if night.gathered_at is None:
        _gather(night)
    waiting = _waiting(night)
    if waiting and night.concluded_at is None and clock.now() < night.begun_at + LONGEST:
        with closing(ask(waiting, reach=reach, seconds=seconds, pause=pause)) as answers:
            for url, said in answers:
                LinkState.objects.filter(pk=url).update(asked_date=night.date, heard=said)
                if not _still_mine(night):
                    return
        if _waiting(night):
            return  # the next visit goes on
    _conclude(night)
    if _still_mine(night):
        _note()
        LinkState.objects.filter(linked_date__lt=night.date).delete()
        _mine(night).update(ended_at=clock.now())


def _gather(night: LinkRound) -> None:
    with service(SERVICE):
        linked = {
            url
            for kind, rows in public()
            for urls in addresses(kind, [row.object_id for row in rows]).values()
            for url in urls
        }
        LinkState.objects.bulk_create(
            [LinkState(url=url, linked_date=night.date) for url in sorted(linked)], batch_size=1000,
            update_conflicts=True, unique_fields=["url"], update_fields=["linked_date"],
        )  # fmt: skip
        LinkRound.objects.filter(date=night.date).update(gathered_at=clock.now())


def _waiting(night: LinkRound) -> dict[str, list[str]]:
    """{host: addresses} not asked tonight, in another order each night."""
    left = LinkState.objects.filter(linked_date=night.date).exclude(asked_date=night.date).order_by("url")
    urls = list(left.values_list("url", flat=True))
    random.Random(night.date.toordinal()).shuffle(urls)  # noqa: S311  # an order, no secret
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(host_of(url), []).append(url)
    return by_host


def _conclude(night: LinkRound) -> None:
    """Once a night, all or nothing. Where (nearly) no host spoke, nothing is concluded but that."""
    with service(SERVICE):
        row = LinkRound.objects.select_for_update().get(date=night.date)
        if row.concluded_at is not None:
            return
        tonight = LinkState.objects.filter(asked_date=night.date)
        heard = list(tonight.values_list("url", "heard"))
        row.lost, row.hosts, row.silent_hosts = judging.lost((host_of(url), said) for url, said in heard)
        row.asked, row.concluded_at = len(heard), clock.now()
        row.save()
        for said in set() if row.lost else {said for _url, said in heard}:
            needed = judging.nights(said)
            if needed is None:
                continue  # it says neither, so what stood stands
            failing = (
                {"failing_since": Coalesce(F("failing_since"), clock.now()), "failures": F("failures") + 1}
                if needed
                else {"failing_since": None, "failures": 0}
            )
            tonight.filter(heard=said).update(checked_at=clock.now(), answer=said, **failing)


def _note() -> None:
    """Body by body, each in a transaction of its own: what is new, and what is no more."""
    with service(SERVICE):
        found = _found()
        standing: dict[UUID, dict[tuple[UUID, str, str], Problem]] = {}
        for row in Problem.objects.select_related("vouch"):
            standing.setdefault(row.vouch.body_id, {})[row.key] = row

    def note(body_id: UUID, by: Actor) -> None:
        now, before = found.get(body_id, {}), standing.get(body_id, {})
        gone = [row.pk for key, row in before.items() if key not in now]
        new = [find for key, find in now.items() if key not in before or before[key].answer != find.answer]
        if new or gone:
            note_problems(finds=new, gone=gone, by=by)

    bodies.each([*found, *standing], note)


def _found() -> Finds:
    failing = LinkState.objects.filter(failing_since__isnull=False)
    dead = {row.url: row for row in failing if judging.dead(row.answer, row.failures)}
    made: Finds = {}
    for kind, rows in public():
        ids = [row.object_id for row in rows]
        links, closed = addresses(kind, ids), places_never_open(kind, ids)
        for row in rows:
            finds = [
                Find(row.pk, ProblemKind.DEAD_LINK, url, dead[url].failing_since or clock.now(), dead[url].answer)
                for url in links.get(row.object_id, ())
                if url in dead
            ]
            finds += [
                Find(row.pk, ProblemKind.NEVER_OPEN, place, clock.now()) for place in closed.get(row.object_id, ())
            ]
            for find in finds:
                made.setdefault(row.body_id, {})[find.key] = find
    return made
