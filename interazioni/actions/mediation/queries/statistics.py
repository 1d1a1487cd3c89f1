"""What mediation on call came to in a stretch of time: how much was covered, how fast, why not, and which languages are short where.

A call belongs to the day on which it was wanted (its first moment) and to the province where it was wanted; where it was wanted at a
distance, to that of the body that called. The database counts, in a fixed number of statements: the calls of a year are gone through
four times, whatever is asked of them. (As many querysets with the first moment as a sub-select took ten times as long.)
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, Sum
from django.db.models.functions import Left

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import OPEN_CALL, Call, CallState, MediatorLanguage, Mode, OfferState
from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core import clock

COVERED = [
    CallState.ACCEPTED, CallState.CONFIRMED, CallState.UNDER_WAY, CallState.DONE, CallState.ATTESTED, CallState.USER_ABSENT,
]  # fmt: skip
FAILED = [CallState.UNCOVERED, CallState.MEDIATOR_ABSENT]


@dataclass(frozen=True, slots=True)
class Asked:
    """First and last day; the province as ISTAT's three digits, empty for all; the dispatch, None for all that the actor may see."""

    first: date
    last: date
    province: str = ""
    dispatch_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """`failed`: nobody came, or nobody was found before the hour. `open`: still to be covered, its hour to come."""

    calls: int
    covered: int
    failed: int
    open: int
    called_off: int

    @property
    def share(self) -> Decimal | None:
        """Covered of those that had to be: neither called off nor still open."""
        due = self.covered + self.failed
        return Decimal(self.covered) / due if due else None


@dataclass(frozen=True, slots=True)
class Figures:
    """`by_*` are the same counts by month ("2020-02") and by province; times are None where nothing was filled."""

    total: Tally
    median: timedelta | None
    ninetieth: timedelta | None
    offers: Mapping[str, int]  # state → how many
    declined: Mapping[str, int]  # reason → how many
    ends: Sequence[tuple[str, str, bool, int]]  # (what, by which side, late, how many)
    modes: Mapping[str, int]
    instead: int  # at a distance though it was wanted on site
    causes: Mapping[str, int]
    by_month: Sequence[tuple[str, Tally]]
    by_province: Sequence[tuple[str, Tally]]
    needs: Sequence["Need"]  # where most hours stayed uncovered first: whom to train and to hire

    @property
    def offers_per_fill(self) -> Decimal | None:
        filled = self.offers.get(OfferState.ACCEPTED, 0)
        return Decimal(sum(self.offers.values())) / filled if filled else None


@dataclass(frozen=True, slots=True)
class Need:
    """A language in a province: what was wanted of it, and who is there for it. Minutes; `week_minutes` are those of all who
    speak it and start from there, each counted for every language spoken."""

    language: str
    province: str
    count: Tally
    minutes: int
    minutes_failed: int
    mediators: int
    week_minutes: int
    elsewhere: int


@dataclass(frozen=True, slots=True)
class Short:
    """A language over all provinces; those in which something of it stayed uncovered, the most first."""

    language: str
    minutes: int
    minutes_failed: int
    mediators: int
    provinces: Sequence[str]


def shortest(found: Sequence[Need]) -> list[Short]:
    """The languages of which something stayed uncovered, the most hours first."""
    by_language: dict[str, list[Need]] = defaultdict(list)
    for need in found:
        by_language[need.language].append(need)
    rows = [
        Short(
            language,
            sum(need.minutes for need in rows),
            sum(need.minutes_failed for need in rows),
            rows[0].mediators + rows[0].elsewhere,
            [need.province for need in rows if need.minutes_failed],
        )
        for language, rows in by_language.items()
    ]
    return sorted((row for row in rows if row.minutes_failed), key=lambda row: -row.minutes_failed)


def dispatches(actor: Actor) -> list[tuple[UUID, str]]:
    """Those whose figures the actor may read."""
    found = Call.objects.filter(_scope(actor)).values_list("dispatch_id", "dispatch__name").distinct()
    return sorted(found, key=lambda pair: pair[1])


def figures(actor: Actor, asked: Asked) -> Figures:
    rows = _counted(actor, asked)
    whole = rows[_WHOLE][0]
    by_month = [(row["month"], _tally(row)) for row in rows[_BY_MONTH]]
    by_province = [(row["province"], _tally(row)) for row in rows[_BY_PROVINCE]]
    by_state: dict[str, int] = defaultdict(int)
    declined: dict[str, int] = defaultdict(int)
    for row in _read(actor, asked, _OFFERS):
        by_state[row["state"]] += row["n"]
        if row["state"] == OfferState.DECLINED:
            declined[row["decline_reason"]] += row["n"]
    by_mode: dict[str, int] = defaultdict(int)
    ends: list[tuple[str, str, bool, int]] = []
    instead = 0
    for row in _read(actor, asked, _PROMISES):
        if row["state"] == "withdrawn":
            ends.append((row["state"], row["ended_by"] or "mediator", row["ended_late"], row["n"]))
        else:
            by_mode[row["mode"]] += row["n"]
            instead += row["n"] if row["wanted_mode"] == Mode.ONSITE and row["mode"] != Mode.ONSITE else 0
    causes: dict[str, int] = {}
    for row in _read(actor, asked, _ENDS):
        if row["cause"]:
            causes[row["cause"]] = causes.get(row["cause"], 0) + row["n"]
        if row["ended"]:
            ends.append((row["state"], row["ended_by"], row["ended_late"], row["n"]))
    return Figures(
        total=_tally(whole), median=whole["median"], ninetieth=whole["ninetieth"], offers=dict(by_state),
        declined=_largest(declined.items()), ends=_joined(ends), modes=_largest(by_mode.items()), instead=instead,
        causes=_largest(causes.items()), by_month=sorted(by_month, key=lambda pair: pair[0]),
        by_province=sorted(by_province, key=lambda pair: (-pair[1].calls, pair[0])),
        needs=_needs(actor, asked, rows[_BY_LANGUAGE]),
    )  # fmt: skip


def _needs(actor: Actor, asked: Asked, demand: Iterable[Mapping[str, Any]]) -> list[Need]:
    there: dict[tuple[str, str], tuple[int, int]] = {}
    everywhere: dict[str, int] = defaultdict(int)
    speakers = (
        MediatorLanguage.objects.filter(_scope(actor, "mediator__"), mediator__since_date__lte=asked.last)
        .filter(Q(mediator__until_date=None) | Q(mediator__until_date__gte=asked.first))
        .annotate(province=Left("mediator__municipality", 3))
    )
    if asked.dispatch_id:
        speakers = speakers.filter(mediator__dispatch_id=asked.dispatch_id)
    for row in speakers.values("tag", "province").annotate(n=Count("pk"), week=Sum("mediator__week_cap_minutes")):
        there[row["tag"], row["province"]] = row["n"], row["week"]
        everywhere[row["tag"]] += row["n"]
    found = []
    for one in demand:
        language, province = one["language"], one["province"]
        n, week = there.get((language, province), (0, 0))
        found.append(
            Need(language, province, _tally(one), one["minutes"], one["minutes_failed"], n, week, everywhere[language] - n)
        )  # fmt: skip
    return sorted(found, key=lambda need: (-need.minutes_failed, -need.minutes, need.language, need.province))


# --- what is asked of the database --------------------------------------------------------------------------------------

# Each call once, with its day, its province and what became of it. Row-level security holds here as everywhere.
_CALLS = """
WITH c AS MATERIALIZED (
    SELECT c.id, c.dispatch_id, c.state, c.language, c.second_languages, c.mode, c.minutes, c.ended_by, c.ended_late,
        c.filled_at - c.sent_at AS wait, left(coalesce(nullif(c.municipality, ''), b.municipality), 3) AS province,
        to_char(o.wanted_at AT TIME ZONE 'Europe/Rome', 'YYYY-MM') AS month,
        CASE WHEN c.state = ANY (%(covered)s) THEN 'covered'
             WHEN c.state = ANY (%(failed)s) OR c.state = ANY (%(open)s) AND o.wanted_at < %(now)s THEN 'failed'
             WHEN c.state = ANY (%(open)s) THEN 'open' ELSE 'off' END AS became
    FROM mediation_call c JOIN partners_body b ON b.id = c.body_id
    CROSS JOIN LATERAL (SELECT min(o.earliest_at) AS wanted_at FROM mediation_calloption o WHERE o.call_id = c.id) o
    WHERE c.sent_at IS NOT NULL AND c.state <> 'draft' AND o.wanted_at >= %(begins)s AND o.wanted_at < %(ends)s
        AND (%(plan_wide)s OR c.dispatch_id = %(body)s) AND (%(dispatch)s::uuid IS NULL OR c.dispatch_id = %(dispatch)s::uuid)
        AND (%(province)s = '' OR left(coalesce(nullif(c.municipality, ''), b.municipality), 3) = %(province)s)
)
"""
_WHOLE, _BY_MONTH, _BY_PROVINCE, _BY_LANGUAGE = 7, 3, 5, 4  # what GROUPING says: the columns that are not grouped by
_COUNTS = """
SELECT grouping(month, province, language) AS level, month, province, language, count(*) AS calls,
    count(*) FILTER (WHERE became = 'covered') AS covered, count(*) FILTER (WHERE became = 'failed') AS failed,
    count(*) FILTER (WHERE became = 'open') AS open, count(*) FILTER (WHERE became = 'off') AS called_off,
    coalesce(sum(minutes), 0) AS minutes, coalesce(sum(minutes) FILTER (WHERE became = 'failed'), 0) AS minutes_failed,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY wait) AS median, percentile_cont(0.9) WITHIN GROUP (ORDER BY wait) AS ninetieth
FROM c GROUP BY GROUPING SETS ((), (month), (province), (language, province))
"""
_OFFERS = """
SELECT f.state, f.decline_reason, count(*) AS n FROM mediation_offer f JOIN c ON c.id = f.call_id GROUP BY 1, 2
"""
_PROMISES = """
SELECT CASE WHEN a.state = 'withdrawn' THEN a.state ELSE '' END AS state, a.mode, c.mode AS wanted_mode, a.ended_by, a.ended_late,
    count(*) AS n
FROM mediation_assignment a JOIN c ON c.id = a.call_id
WHERE a.state NOT IN ('cancelled', 'mediator_absent') GROUP BY 1, 2, 3, 4, 5
"""
# Why nobody came, told from what was done: the first that holds.
_ENDS = """
SELECT state, ended_by, ended_late, state IN ('cancelled', 'user_absent', 'mediator_absent') AS ended,
    CASE WHEN became <> 'failed' THEN NULL
         WHEN state = 'mediator_absent' THEN 'absent'
         WHEN EXISTS (SELECT FROM mediation_assignment a WHERE a.call_id = c.id AND a.state = 'withdrawn') THEN 'given_back'
         WHEN NOT EXISTS (SELECT FROM spoken s WHERE s.dispatch_id = c.dispatch_id AND s.tag = ANY (c.second_languages || c.language))
             THEN 'nobody_speaks'
         WHEN EXISTS (SELECT FROM mediation_offer f WHERE f.call_id = c.id AND f.state = 'declined') THEN 'declined'
         WHEN EXISTS (SELECT FROM mediation_offer f WHERE f.call_id = c.id AND f.state = 'expired') THEN 'unanswered'
         ELSE 'nobody_free' END AS cause,
    count(*) AS n
FROM c WHERE became = 'failed' OR state IN ('cancelled', 'user_absent', 'mediator_absent') GROUP BY 1, 2, 3, 4, 5
"""
_SPOKEN = """, spoken AS MATERIALIZED (
    SELECT DISTINCT m.dispatch_id, l.tag FROM mediation_mediatorlanguage l JOIN mediation_mediator m ON m.id = l.mediator_id
)
"""


def _read(actor: Actor, asked: Asked, what: str) -> list[dict[str, Any]]:
    values: dict[str, Any] = {
        "covered": [str(state) for state in COVERED], "failed": [str(state) for state in FAILED], "open": [str(state) for state in OPEN_CALL],
        "now": clock.now(), "begins": roster.at(asked.first, time()), "ends": roster.at(asked.last + timedelta(days=1), time()),
        "plan_wide": actor.can(Permission.FIGURES_VIEW_PLAN), "body": actor.body_id, "dispatch": asked.dispatch_id, "province": asked.province,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_CALLS + (_SPOKEN if "spoken" in what else "") + what, values)
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _counted(actor: Actor, asked: Asked) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {_WHOLE: [], _BY_MONTH: [], _BY_PROVINCE: [], _BY_LANGUAGE: []}
    for row in _read(actor, asked, _COUNTS):
        found[row["level"]].append(row)
    return found


def _scope(actor: Actor, prefix: str = "") -> Q:
    """A dispatcher's own dispatch; who sees the plan's figures, all."""
    if actor.can(Permission.FIGURES_VIEW_PLAN):
        return Q()
    return Q(**{f"{prefix}dispatch_id": actor.body_id})


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(row["calls"], row["covered"], row["failed"], row["open"], row["called_off"])


def _largest(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    return dict(sorted(rows, key=lambda pair: (-pair[1], pair[0])))


def _joined(rows: Iterable[tuple[str, str, bool, int]]) -> list[tuple[str, str, bool, int]]:
    """The same end once: an uncovered call's cause tells some apart that are one here."""
    found: dict[tuple[str, str, bool], int] = defaultdict(int)
    for what, side, late, n in rows:
        found[what, side, late] += n
    return [(*key, n) for key, n in sorted(found.items())]
