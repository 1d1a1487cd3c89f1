"""Does a mediator fit a call, at what cost, and why (not): the one truth behind candidates, the week's plan and every explanation.

Pure: no database, no words. Moments are whole minutes since 1970 (UTC), distances tenths of a kilometre by road, costs cents.
Reasons are `(code, {facts})`; `words.py` says them in the reader's language.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from interazioni.foundation.vocabularies.distances import road_tenths

Reason = tuple[str, dict[str, Any]]
Point = tuple[float, float]
ONSITE = "onsite"


@dataclass(frozen=True, slots=True)
class Rules:
    """A dispatch's weights, speeds and caps."""

    weights: Mapping[str, Any]
    travel: Mapping[str, Any]
    day_cap: int

    def minutes(self, someone: "Someone", tenths: int) -> int:
        kmh = self.travel["kmh_car"] if someone.by_car else self.travel["kmh_pt"]
        return int(-(-tenths * 6 // kmh))

    def buffer(self, mode: str) -> int:
        return int(self.travel["buffer_onsite_min" if mode == ONSITE else "buffer_remote_min"])

    def road(self, here: Point | None, there: Point | None) -> int:
        return road_tenths(here, there, self.travel["detour"]) if here and there else 0

    def overload(self, minutes: int, cap: int) -> int:
        """What a week of so many minutes costs, convex: hours are spread."""
        total, below = 0, 0
        for share, rate in self.weights["overload"]:
            limit = round(share * cap)
            total += rate * max(0, min(minutes, limit) - below)
            below = limit
        return total


@dataclass(frozen=True, slots=True)
class Busy:
    """A promise that stands: when, how and where."""

    start: int
    end: int
    mode: str
    place: Point | None
    call_id: UUID | None = None


@dataclass(slots=True)
class Someone:
    """A mediator as far as a call can ask. `spans` are the times available, in order, `busy` what is promised, in order."""

    id: UUID
    name: str
    languages: Mapping[str, int]
    gender: str
    sectors: Sequence[str]
    home: Point | None
    by_car: bool
    radius_km: int
    remote_modes: Sequence[str]
    week_cap: int
    employer_id: UUID
    spans: list[tuple[int, int]] = field(default_factory=list)
    busy: list[Busy] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Need:
    """A call as far as it concerns who can answer it."""

    id: UUID
    language: str
    second_languages: Sequence[str]
    min_level: int
    sector: str
    mode: str
    other_modes: Sequence[str]
    place: Point | None
    minutes: int
    options: Sequence[tuple[int, int]]  # first and last start
    gender_required: str = ""
    gender_preferred: str = ""
    known: Mapping[UUID, int] = field(default_factory=dict)  # mediator → how often for this family
    known_only: bool = False
    blocked: frozenset[UUID] = frozenset()
    declined: frozenset[UUID] = frozenset()
    urgency: int = 1
    payer_id: UUID | None = None
    fixed_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pairing:
    """How a mediator could serve a call: in which mode and language, at what cost before any time is chosen."""

    mode: str
    language: str
    level: int
    cost: int
    tenths: int  # from home to the place


def pairings(need: Need, someone: Someone, rules: Rules) -> list[Pairing]:
    """Every mode in which the two can meet, the best language for each. Empty: `obstacles` says why."""
    if need.fixed_to is not None and need.fixed_to != someone.id:
        return []
    best = _best_language(need, someone, rules)
    if best is None or _person_obstacles(need, someone):
        return []
    language, level, cost = best
    weights = rules.weights
    if need.known and someone.id not in need.known:
        cost += weights["discontinuity"]
    if need.gender_preferred and need.gender_preferred != someone.gender:
        cost += weights["gender_pref"]
    if need.sector not in someone.sectors:
        cost += weights["no_sector"]
    found = []
    for mode in (need.mode, *need.other_modes):
        if mode == ONSITE:
            tenths = rules.road(someone.home, need.place)
            if tenths <= 10 * someone.radius_km:
                found.append(Pairing(mode, language, level, cost + _fallback(need, mode, weights), tenths))
        elif mode in someone.remote_modes:
            found.append(Pairing(mode, language, level, cost + _fallback(need, mode, weights), 0))
    return found


def _fallback(need: Need, mode: str, weights: Mapping[str, Any]) -> int:
    return int(weights["mode_fallback"]) if mode != need.mode else 0


def _best_language(need: Need, someone: Someone, rules: Rules) -> tuple[str, int, int] | None:
    offered = []
    for number, tag in enumerate((need.language, *need.second_languages)):
        level = someone.languages.get(tag, 0)
        if level >= need.min_level:
            cost = rules.weights["level_short"] * (3 - level) + (rules.weights["second_language"] if number else 0)
            offered.append((cost, number, tag, level))
    if not offered:
        return None
    cost, _number, tag, level = min(offered)
    return tag, level, int(cost)


def _person_obstacles(need: Need, someone: Someone) -> list[Reason]:
    found: list[Reason] = []
    if need.gender_required and need.gender_required != someone.gender:
        found.append(("gender", {"asked": need.gender_required}))
    if someone.id in need.blocked:
        found.append(("blocked", {}))
    if someone.id in need.declined:
        found.append(("declined", {}))
    if need.known_only and someone.id not in need.known:
        found.append(("not_known", {}))
    return found


def obstacles(need: Need, someone: Someone, rules: Rules) -> list[Reason]:
    """Why the two cannot meet whatever the hour; empty when they can."""
    found = _person_obstacles(need, someone)
    levels = {tag: someone.languages.get(tag, 0) for tag in (need.language, *need.second_languages)}
    if not any(levels.values()):
        found.insert(0, ("language", {"language": need.language}))
    elif max(levels.values()) < need.min_level:
        found.insert(0, ("level", {"language": need.language, "level": max(levels.values()), "asked": need.min_level}))
    modes = (need.mode, *need.other_modes)
    if ONSITE in modes and not any(mode in someone.remote_modes for mode in modes):
        tenths = rules.road(someone.home, need.place)
        if tenths > 10 * someone.radius_km:
            found.append(("far", {"km": round(tenths / 10), "radius": someone.radius_km}))
    elif ONSITE not in modes and not any(mode in someone.remote_modes for mode in modes):
        found.append(("no_remote", {"mode": need.mode}))
    return found


@dataclass(frozen=True, slots=True)
class Opening:
    """A start that works, with the kilometres it adds to the day."""

    start: int
    tenths: int
    span: tuple[int, int]  # the availability it lies in


def travel_gaps(someone: Someone, day: Sequence[Busy], rules: Rules) -> Iterator[int]:
    """For each two neighbours of a day, in order, the minutes that are missing between them (0 or less: none are).

    The same rule as the database's `mediation_time_between`.
    """
    where, last = someone.home, None
    for one in day:
        if last is not None:
            needed = rules.buffer(one.mode)
            if one.mode == ONSITE:
                needed += rules.minutes(someone, rules.road(where, one.place))
            yield last.end + needed - one.start
        if one.mode == ONSITE and one.place:
            where = one.place
        last = one


def day_tenths(someone: Someone, day: Sequence[Busy], rules: Rules) -> int:
    """Kilometres of a day from home and back, in tenths."""
    where, total = someone.home, 0
    for one in day:
        if one.mode == ONSITE and one.place:
            total += rules.road(where, one.place)
            where = one.place
    return total + rules.road(where, someone.home)


SameDay = Callable[[int, int], bool]  # two minutes of one day by the wall clock in Italy


def opening(
    need: Need, someone: Someone, mode: str, rules: Rules, same_day: SameDay
) -> tuple[Opening | None, Reason | None]:
    """The best start for this call within what the mediator has promised already; or the nearest reason why there is none."""
    best: Opening | None = None
    why: Reason = ("off", {})
    for first, last in need.options:
        for span in someone.spans:
            low, high = max(first, span[0]), min(last, span[1] - need.minutes)
            if low > high:
                continue
            day = [one for one in someone.busy if same_day(one.start, low)]
            found, reason = _in_day(need, someone, mode, rules, day, low, high)
            if found is None:
                why = reason or why
            elif best is None or (found[1], found[0]) < (best.tenths, best.start):
                best = Opening(found[0], found[1], span)
    return best, None if best else why


def _in_day(
    need: Need, someone: Someone, mode: str, rules: Rules, day: list[Busy], low: int, high: int
) -> tuple[tuple[int, int] | None, Reason | None]:
    """(start, tenths added) of the best place between the day's promises, or what stands in the way."""
    place = need.place if mode == ONSITE else None
    if sum(one.end - one.start for one in day) + need.minutes > rules.day_cap:
        return None, ("day_cap", {"minutes": rules.day_cap})
    why: Reason | None = None
    best: tuple[int, int] | None = None
    where = someone.home
    before = day_tenths(someone, day, rules)
    for number in range(len(day) + 1):
        last = day[number - 1] if number else None
        after = day[number] if number < len(day) else None
        if last is not None and last.mode == ONSITE and last.place:
            where = last.place
        earliest, latest = low, high
        if last is not None:
            on_the_way = rules.minutes(someone, rules.road(where, place)) if mode == ONSITE else 0
            earliest = max(low, last.end + rules.buffer(mode) + on_the_way)
        if after is not None:
            from_me = place or where
            on_the_way = rules.minutes(someone, rules.road(from_me, after.place)) if after.mode == ONSITE else 0
            latest = min(high, after.start - rules.buffer(after.mode) - on_the_way - need.minutes)
        if earliest > latest:
            near = next(
                (one for one in (last, after) if one and one.start < high + need.minutes and low < one.end), None
            )
            why = ("busy", {"from": near.start, "to": near.end}) if near else why or ("travel", {})
            continue
        start = -(-earliest // 15) * 15  # people agree on quarters of an hour
        mine = Busy(start if start <= latest else earliest, 0, mode, place)
        mine = Busy(mine.start, mine.start + need.minutes, mode, place)
        laid = [*day[:number], mine, *day[number:]]
        if any(gap > 0 for gap in travel_gaps(someone, laid, rules)):
            why = ("travel", {})
            continue
        added = day_tenths(someone, laid, rules) - before
        if best is None or (added, mine.start) < (best[1], best[0]):
            best = (mine.start, added)
    return best, None if best else why
