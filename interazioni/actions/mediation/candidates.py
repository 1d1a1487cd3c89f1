"""For one call: who could come, best first, each with its reasons; and for anybody else, why not."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from interazioni.actions.mediation import fitting, roster
from interazioni.actions.mediation.fitting import Need, Opening, Pairing, Reason, Someone
from interazioni.actions.mediation.models import Call, GrantKind
from interazioni.actions.mediation.roster import Roster, monday_of


@dataclass(frozen=True, slots=True)
class Candidate:
    """A mediator who can come: when, how, and at what cost (cents, lower is better)."""

    mediator_id: UUID
    name: str
    starts_at: datetime
    ends_at: datetime
    mode: str
    language: str
    cost: int
    reasons: Sequence[Reason]
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Absent:
    """A mediator who is not in the list, and every reason for it."""

    mediator_id: UUID
    name: str
    reasons: Sequence[Reason]


@dataclass(slots=True)
class Ranking:
    candidates: list[Candidate] = field(default_factory=list)
    others: list[Absent] = field(default_factory=list)

    def of(self, mediator_id: UUID) -> Candidate | None:
        return next((one for one in self.candidates if one.mediator_id == mediator_id), None)


def rank(call: Call, loaded: Roster | None = None) -> Ranking:
    """Every mediator of the call's dispatch, in one of the two lists. A fixed number of statements."""
    need = roster.needs([call])[call.pk]
    if loaded is None:
        if not need.options:
            return Ranking()
        first = roster.day_of(min(start for start, _end in need.options))
        last = roster.day_of(max(end for _start, end in need.options))
        loaded = roster.load(call.dispatch_id, first, last, without=[call.pk])
    return rank_need(need, loaded)


def rank_need(need: Need, loaded: Roster) -> Ranking:
    found = Ranking()
    for someone in loaded.people.values():
        candidate, why = weigh(need, someone, loaded)
        if candidate is not None:
            found.candidates.append(candidate)
        else:
            found.others.append(Absent(someone.id, someone.name, why))
    found.candidates.sort(key=lambda one: (one.cost, one.starts_at, one.name))
    # Nearest misses first: who fails for one thing only.
    found.others.sort(key=lambda one: (len(one.reasons), one.reasons[0][0] == "language", one.name))
    return found


def weigh(need: Need, someone: Someone, loaded: Roster) -> tuple[Candidate | None, list[Reason]]:
    rules = loaded.rules
    why = fitting.obstacles(need, someone, rules)
    budget = _budget(need, someone, loaded)
    if why or budget:
        return None, [*why, *budget]
    best: tuple[int, Pairing, Opening] | None = None
    for pairing in fitting.pairings(need, someone, rules):
        opening, reason = fitting.opening(need, someone, pairing.mode, rules, roster.same_day)
        if opening is None:
            why.append(reason or ("off", {}))
            continue
        used = loaded.used[someone.id][monday_of(roster.day_of(opening.start))]
        if used + need.minutes > someone.week_cap:
            why.append(("week_cap", {"used": used, "cap": someone.week_cap}))
            continue
        cost = pairing.cost + opening.tenths * rules.weights["travel_per_km"] // 10
        cost += rules.overload(used + need.minutes, someone.week_cap) - rules.overload(used, someone.week_cap)
        if best is None or cost < best[0]:
            best = (cost, pairing, opening)
    if best is None:
        return None, list({reason[0]: reason for reason in why}.values()) or [("off", {})]
    cost, pairing, opening = best
    return Candidate(
        mediator_id=someone.id, name=someone.name, starts_at=roster.moment(opening.start),
        ends_at=roster.moment(opening.start + need.minutes), mode=pairing.mode, language=pairing.language, cost=cost,
        reasons=reasons(need, someone, pairing, opening, loaded), phone=loaded.rows[someone.id].phone,
    ), []  # fmt: skip


def _budget(need: Need, someone: Someone, loaded: Roster) -> list[Reason]:
    found: list[Reason] = []
    of_caller = loaded.left(GrantKind.CALLER, need.payer_id)
    if of_caller is not None and of_caller < need.minutes:
        found.append(("caller_budget", {"left": of_caller}))
    of_employer = loaded.left(GrantKind.EMPLOYER, someone.employer_id)
    if of_employer is not None and of_employer < need.minutes:
        found.append(("employer_budget", {"left": of_employer}))
    return found


def reasons(need: Need, someone: Someone, pairing: Pairing, opening: Opening, loaded: Roster) -> list[Reason]:
    """Why this one, in the order a dispatcher wants to read it."""
    found: list[Reason] = [("speaks", {"language": pairing.language, "level": pairing.level})]
    if pairing.language != need.language:
        found.append(("second_language", {"asked": need.language}))
    if pairing.mode == fitting.ONSITE:
        found.append(("km", {"km": round(pairing.tenths / 10), "added": round(opening.tenths / 10)}))
    else:
        found.append(("mode", {"mode": pairing.mode, "asked": need.mode}))
    found.append(("free", {"from": opening.span[0], "to": opening.span[1]}))
    if someone.id in need.known:
        found.append(("knows", {"times": need.known[someone.id]}))
    elif need.known:
        found.append(("new", {}))
    if need.sector not in someone.sectors:
        found.append(("no_sector", {"sector": need.sector}))
    if need.gender_preferred and need.gender_preferred != someone.gender:
        found.append(("gender_pref", {"asked": need.gender_preferred}))
    used = loaded.used[someone.id][monday_of(roster.day_of(opening.start))]
    found.append(("hours", {"percent": round(100 * used / someone.week_cap), "used": used, "cap": someone.week_cap}))
    return found
