"""Why a week's plan leaves a call, the one thing that would cover it, and why a visit changed against the plan before.

A cure relaxes one wish of the call, or one limit of one mediator, and asks the candidates again with everything else as the plan has it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from uuid import UUID

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.candidates import Candidate, rank_need, weigh
from interazioni.actions.mediation.fitting import Need, Reason, Someone
from interazioni.actions.mediation.models import GrantKind, Mode
from interazioni.actions.mediation.planning_desk import Proposal, Week, with_visits
from interazioni.actions.mediation.roster import Roster, minute
from interazioni.foundation.core import clock

FAR = 1000  # kilometres
WORKING_DAY = (time(8), time(19))  # the hours at which another hour is proposed
STEP = 30


@dataclass(frozen=True, slots=True)
class Left:
    """A call that the plan leaves: why, and what would cover it, the best first."""

    call_id: UUID
    cause: Reason
    cures: Sequence[Reason]


Before = Mapping[UUID, tuple[UUID, str, datetime]]  # call → mediator, name, start of the plan before


def left_over(
    week: Week, planned: Sequence[Proposal], near: Callable[[str], Sequence[str]], names: Mapping[UUID, str]
) -> list[Left]:
    """Every call of the week without a visit. `near(tag)` are languages worth trying instead; `names` those of the bodies with budgets."""
    covered = {one.call_id for one in planned}
    filled = with_visits(
        week.loaded,
        [(one.call_id, one.mediator_id, one.starts_at, one.ends_at, one.mode) for one in planned],
        week.needs,
    )
    return [
        Left(ident, cause(need, week.loaded, filled), cures(need, filled, week, near, names))
        for ident, need in week.needs.items()
        if ident not in covered
    ]


def cause(need: Need, loaded: Roster, filled: Roster) -> Reason:
    """The nearest reason: nobody speaks it; whoever could come, or the hours granted, are better used; or what most speakers fail for."""
    speakers = _speaking(loaded, (need.language, *need.second_languages))
    if not speakers.people:
        return ("nobody_speaks", {"language": need.language})
    found = rank_need(need, speakers)
    if found.candidates:
        left = filled.left(GrantKind.CALLER, need.payer_id)
        if left is not None and left < need.minutes:
            return ("caller_budget", {"left": left})
        return ("better_used", {})
    fewest = min(len(one.reasons) for one in found.others)
    counted = Counter(one.reasons[0][0] for one in found.others if len(one.reasons) == fewest)
    commonest = counted.most_common(1)[0][0]
    nearest = next(one for one in found.others if len(one.reasons) == fewest and one.reasons[0][0] == commonest)
    facts = {"name": nearest.name, "why": list(nearest.reasons[0]), "count": len(found.others)}
    return ("only_one" if len(found.others) == 1 else "all_of_them", facts)


def cures(
    need: Need, filled: Roster, week: Week, near: Callable[[str], Sequence[str]], names: Mapping[UUID, str]
) -> list[Reason]:
    found: list[Reason | None] = []
    speakers = _speaking(filled, (need.language, *need.second_languages))
    if speakers.people:
        found += [
            _remote(need, speakers), _gender(need, speakers), _known(need, speakers), _hour(need, speakers, week), _level(need, speakers),
            _far(need, speakers), _hours(need, speakers), _budget(need, speakers, names),
        ]  # fmt: skip
    found.append(_language(need, filled, near))
    return [one for one in found if one is not None]


def _speaking(loaded: Roster, tags: Iterable[str]) -> Roster:
    wanted = set(tags)
    return replace(loaded, people={ident: one for ident, one in loaded.people.items() if wanted & set(one.languages)})


def _best(need: Need, loaded: Roster) -> Candidate | None:
    found = rank_need(need, loaded).candidates
    return found[0] if found else None


def _language(need: Need, filled: Roster, near: Callable[[str], Sequence[str]]) -> Reason | None:
    for tag in near(need.language):
        if tag in (need.language, *need.second_languages):
            continue
        best = _best(replace(need, language=tag, second_languages=()), _speaking(filled, [tag]))
        if best:
            return ("cure_language", {"language": tag, "name": best.name})
    return None


def _remote(need: Need, loaded: Roster) -> Reason | None:
    for mode in (Mode.VIDEO, Mode.PHONE):
        if mode not in (need.mode, *need.other_modes):
            best = _best(replace(need, mode=mode, other_modes=()), loaded)
            if best:
                return ("cure_remote", {"mode": str(mode), "name": best.name})
    return None


def _gender(need: Need, loaded: Roster) -> Reason | None:
    best = _best(replace(need, gender_required=""), loaded) if need.gender_required else None
    return ("cure_gender", {"name": best.name}) if best else None


def _known(need: Need, loaded: Roster) -> Reason | None:
    best = _best(replace(need, known_only=False), loaded) if need.known_only else None
    return ("cure_known", {"name": best.name}) if best else None


def _level(need: Need, loaded: Roster) -> Reason | None:
    best = _best(replace(need, min_level=1), loaded) if need.min_level > 1 else None
    return ("cure_level", {"name": best.name}) if best else None


def _hour(need: Need, loaded: Roster, week: Week) -> Reason | None:
    """The day asked for first, then the days nearest to it; in each, the half hour nearest to the one asked for."""
    if not need.options:
        return None
    asked = need.options[0][0]
    asked_day, soonest = roster.day_of(asked), minute(clock.now()) + 60
    into_day = asked - minute(roster.at(asked_day, time()))
    days = sorted(
        (week.monday + timedelta(days=n) for n in range(7)), key=lambda day: (abs((day - asked_day).days), day)
    )
    for day in days:
        opens, closes = (minute(roster.at(day, hour)) for hour in WORKING_DAY)
        starts = [start for start in range(opens, closes - need.minutes + 1, STEP) if start >= soonest]
        if not starts or not rank_need(replace(need, options=[(starts[0], starts[-1])]), loaded).candidates:
            continue
        wish = minute(roster.at(day, time())) + into_day
        for start in sorted(starts, key=lambda one: abs(one - wish)):
            best = _best(replace(need, options=[(start, start)]), loaded)
            if best:
                return ("cure_hour", {"name": best.name, "at": start})
    return None


def _one_by_one(need: Need, loaded: Roster, change: Callable[[Someone], Someone]) -> tuple[Candidate, Someone] | None:
    found: list[tuple[int, str, Candidate, Someone]] = []
    for someone in loaded.people.values():
        candidate, _why = weigh(need, change(someone), loaded)
        if candidate:
            found.append((candidate.cost, someone.name, candidate, someone))
    if not found:
        return None
    _cost, _name, candidate, someone = min(found, key=lambda one: one[:2])
    return candidate, someone


def _far(need: Need, loaded: Roster) -> Reason | None:
    found = _one_by_one(need, loaded, lambda someone: replace(someone, radius_km=FAR))
    if found is None:
        return None
    _candidate, someone = found
    km = -(-loaded.rules.road(someone.home, need.place) // 10)
    return ("cure_far", {"name": someone.name, "km": km}) if km > someone.radius_km else None


def _hours(need: Need, loaded: Roster) -> Reason | None:
    found = _one_by_one(need, loaded, lambda someone: replace(someone, week_cap=someone.week_cap + need.minutes))
    if found is None:
        return None
    candidate, someone = found
    used = loaded.used[someone.id][roster.monday_of(roster.day_of(minute(candidate.starts_at)))]
    more = used + need.minutes - someone.week_cap
    return ("cure_hours", {"name": someone.name, "minutes": more}) if more > 0 else None


def _budget(need: Need, loaded: Roster, names: Mapping[UUID, str]) -> Reason | None:
    """Hours of the body that calls, or of an employer: one of the two, never both."""
    left = loaded.left(GrantKind.CALLER, need.payer_id)
    if left is not None and need.payer_id and left < need.minutes:
        granted = {**loaded.budgets, (str(GrantKind.CALLER), need.payer_id): need.minutes}
        if _best(need, replace(loaded, budgets=granted)):
            return ("cure_hours", {"name": names.get(need.payer_id, ""), "minutes": need.minutes - left})
        return None
    for (kind, body_id), minutes in loaded.budgets.items():
        if kind == GrantKind.EMPLOYER and minutes < need.minutes:
            best = _best(need, replace(loaded, budgets={**loaded.budgets, (kind, body_id): need.minutes}))
            if best:
                return ("cure_hours", {"name": names.get(body_id, ""), "minutes": need.minutes - minutes})
    return None


def changes(week: Week, planned: Sequence[Proposal], before: Before) -> dict[UUID, Reason]:
    """For each call whose mediator or hour is another than in the plan before: what it was, and why it changed."""
    doing: dict[UUID, list[Proposal]] = {}
    for one in planned:
        doing.setdefault(one.mediator_id, []).append(one)
    found: dict[UUID, Reason] = {}
    for one in planned:
        if one.call_id not in before:
            continue
        mediator_id, name, starts_at = before[one.call_id]
        if mediator_id == one.mediator_id and starts_at == one.starts_at:
            continue
        facts = {
            "name": name,
            "at": minute(starts_at),
            "same": mediator_id == one.mediator_id,
            "why": list(
                _why_changed(week, week.needs[one.call_id], mediator_id, starts_at, doing.get(mediator_id, []))
            ),
        }
        found[one.call_id] = ("changed", facts)
    return found


def _why_changed(week: Week, need: Need, mediator_id: UUID, starts_at: datetime, doing: Sequence[Proposal]) -> Reason:
    someone = week.loaded.people.get(mediator_id)
    if someone is None:
        return ("gone", {})
    start = minute(starts_at)
    if not any(first <= start <= last for first, last in need.options):
        return ("hour_gone", {})
    candidate, why = weigh(replace(need, options=[(start, start)]), someone, week.loaded)
    if candidate is None:
        return why[0]
    for one in doing:
        if one.call_id != need.id and minute(one.starts_at) < start + need.minutes and start < minute(one.ends_at):
            return ("needed_elsewhere", {"call": str(one.call_id), "code": week.calls[one.call_id].code})
    return ("cheaper", {})
