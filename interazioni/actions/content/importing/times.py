"""When a calendar's event takes place, in what a row of ours can say: a rule by days until a day, less some days. The rest stands apart, date by date.

The days that the calendar means are laid out first (its rules, its further dates, less what it takes out); then those that our rule would give. What ours
gives too much is left out day by day, what it lacks becomes dates of their own: nothing is lost, and nothing is made up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from typing import Any

from interazioni.actions.content.dates import DAYS, MOST_YEARS, checked, days, parsed
from interazioni.foundation.core.clock import ROME
from interazioni.foundation.core.ical.components import Component, Property
from interazioni.foundation.core.ical.moments import Unreadable, Zones, length, moment

LONGEST = timedelta(days=366)
MOST_APART, MOST_EXCEPT, MOST_FURTHER = 60, 200, 3_000
# Errors
NO_START, TOO_LONG, TOO_OFTEN, UNUSABLE, MANY_DATES, ENDLESS_FILE = (
    "no_start", "too_long", "too_often", "rule_unusable", "many_dates", "endless",
)  # fmt: skip
# Remarks
NO_END, ENDS_BEFORE, CUT, HOUR_STAYS, DATES_APART, UNREAD_DATES = (
    "no_end", "ends_before", "cut", "hour_stays", "dates_apart", "unread_dates",
)  # fmt: skip


class Refused(Exception):
    """The event cannot be taken; one of the codes above."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Times:
    """As `content.Event` holds them. Aware, in Italian time, to the minute; a whole day ends at 23:59."""

    starts_at: datetime
    ends_at: datetime
    rule: str = ""
    until: date | None = None
    except_days: tuple[str, ...] = ()

    def said(self) -> dict[str, Any]:
        """As it is remembered and compared."""
        return {
            "starts": self.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"), "ends": self.ends_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%MZ"),
            "rule": self.rule, "until": self.until.isoformat() if self.until else "", "except": list(self.except_days),
        }  # fmt: skip


@dataclass(slots=True)
class Laid:
    """`times` is None where every date stands apart or none is left. `last`: when its last time ends, those apart aside."""

    times: Times | None
    last: datetime | None = None
    apart: list[Times] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Budget:
    """Days that may still be looked at, in the whole file."""

    left: int = 1_000_000

    def spend(self, count: int) -> None:
        self.left -= count
        if self.left < 0:
            raise Refused(ENDLESS_FILE)


@dataclass(slots=True)
class Span:
    """The first time: `start` as the calendar says it (a day, or a moment in its own zone)."""

    start: date | datetime
    starts_at: datetime
    ends_at: datetime
    remarks: list[str]

    @property
    def day(self) -> date:
        return self.start.date() if isinstance(self.start, datetime) else self.start

    def on(self, day: date) -> Times:
        """The same hours on another day of the calendar's own zone."""
        if isinstance(self.start, datetime):
            starts = _ours(datetime.combine(day, self.start.time(), self.start.tzinfo))
        else:
            starts = datetime.combine(day, time(), ROME)
        return Times(starts, starts + (self.ends_at - self.starts_at))


def span(event: Component, zones: Zones) -> Span:
    said = event.first("DTSTART")
    try:
        start = moment(said.value, zones.of(said)) if said else None
    except Unreadable:
        start = None
    if start is None:
        raise Refused(NO_START)
    remarks: list[str] = []
    starts_at = _ours(start)
    ends_at = _end(event, start, starts_at, zones, remarks)
    if ends_at < starts_at:
        remarks.append(ENDS_BEFORE)
        ends_at = starts_at if isinstance(start, datetime) else _day_end(start)
    if ends_at - starts_at > LONGEST:
        raise Refused(TOO_LONG)
    return Span(start, starts_at, ends_at, remarks)


def _end(event: Component, start: date | datetime, starts_at: datetime, zones: Zones, remarks: list[str]) -> datetime:
    end, lasts = event.first("DTEND"), event.first("DURATION")
    try:
        if end is not None:
            said = moment(end.value, zones.of(end) if "TZID" in end.parameters else _zone(start))
            if not isinstance(said, datetime) and not isinstance(start, datetime):
                return _day_end(start if said == start else said - timedelta(days=1))
            return _ours(said)
        if lasts is not None:
            lasting = length(lasts.value)
            if isinstance(start, datetime):
                return _ours((start.astimezone(UTC) + lasting).astimezone(_zone(start)))
            return _day_end(start + max(lasting - timedelta(seconds=1), timedelta()))
    except (Unreadable, OverflowError):
        remarks.append(NO_END)
        return starts_at if isinstance(start, datetime) else _day_end(start)
    if not isinstance(start, datetime):
        return _day_end(start)
    remarks.append(NO_END)
    return starts_at


def _zone(start: date | datetime) -> Any:
    return start.tzinfo if isinstance(start, datetime) else ROME


def _day_end(day: date) -> datetime:
    return datetime.combine(day, time(23, 59), ROME)


def _ours(said: date | datetime) -> datetime:
    if not isinstance(said, datetime):
        return datetime.combine(said, time(), ROME)
    return said.astimezone(ROME).replace(second=0, microsecond=0)


def repeats(event: Component) -> bool:
    return bool(event.all("RRULE", "RDATE"))


def lay(
    event: Component, first: Span, zones: Zones, today: date, budget: Budget, *, gone: Iterable[date], stop: date | None = None
) -> Laid:  # fmt: skip
    """`gone`: days (in the calendar's zone) that it tells apart or takes off; `stop`: the first day from which it tells otherwise."""
    if not repeats(event):
        times = Times(first.starts_at, first.ends_at)
        return Laid(times, times.ends_at, remarks=first.remarks)
    made = _Series(event, first, zones, today, budget, stop)
    return made.laid(set(gone))


class _Series:
    def __init__(
        self, event: Component, first: Span, zones: Zones, today: date, budget: Budget, stop: date | None
    ) -> None:
        self.event, self.first, self.zones, self.budget, self.stop = event, first, zones, budget, stop
        self.remarks = list(first.remarks)
        self.today = today
        self.horizon = date(max(today.year, first.day.year) + MOST_YEARS - 1, 12, 31)
        self.this_year = date(today.year, 1, 1)
        self.long = False  # older or longer than a row of ours may be: it begins anew this year

    def laid(self, gone: set[date]) -> Laid:
        rules = [self._rule(one) for one in self.event.all("RRULE")]
        meant: set[date] = {self.first.day}
        lasts = []
        for rule, end, count in rules:
            found, last = self._days(rule, end, count)
            meant |= found
            lasts.append(last)
        further, apart = self._further()
        meant |= further
        for rule, end, count in [self._rule(one) for one in self.event.all("EXRULE")]:
            self._spend(self.first.day, self.horizon)
            meant -= set(islice(days(rule, self.first.day, min(end or self.horizon, self.horizon)), count))
        meant -= gone | self._left_out()
        meant = {day for day in meant if (self.stop is None or day < self.stop) and self._within(day)}
        times = self._times(rules[0][0], meant, lasts[0]) if rules else Times(self.first.starts_at, self.first.ends_at)
        covered = self._covered(times) if times else set()
        apart += [self.first.on(day) for day in sorted(meant - covered)]
        if sum(one.ends_at.date() >= self.today for one in apart) > MOST_APART:
            raise Refused(MANY_DATES)
        if apart and times:
            self.remarks.append(DATES_APART)
        own = meant & covered
        return Laid(times if own else None, self.first.on(max(own)).ends_at if own else None, apart, self.remarks)

    # --- what the calendar means ------------------------------------------------------------------------------------

    def _rule(self, said: Property) -> tuple[str, date | None, int | None]:
        """(rule by days, last day, how often) in the calendar's own zone. Hours that only repeat the first's are left out."""
        parts = {
            name.strip(): value.strip()
            for name, _equals, value in (part.partition("=") for part in said.value.upper().split(";"))
            if value.strip()
        }
        start = self.first.start
        for name, own in (("BYHOUR", "hour"), ("BYMINUTE", "minute"), ("BYSECOND", "second")):
            if name in parts:
                value = parts.pop(name)
                if not isinstance(start, datetime) or not value.isdigit() or int(value) != getattr(start, own):
                    raise Refused(TOO_OFTEN)
        if parts.get("FREQ") in ("HOURLY", "MINUTELY", "SECONDLY"):
            raise Refused(TOO_OFTEN)
        end, count = self._last_day(parts.pop("UNTIL", "")), parts.pop("COUNT", "")
        for name in [name for name in parts if name.startswith("X-")]:
            del parts[name]
        try:
            rule = checked(";".join(f"{name}={value}" for name, value in parts.items()))
            often = min(int(count), 1_000_000) if count else None
        except Exception as fault:
            raise Refused(UNUSABLE) from fault
        if often is not None and often < 1:
            raise Refused(UNUSABLE)
        return rule, end, often

    def _last_day(self, text: str) -> date | None:
        """The last day on which it may begin: an UNTIL before the hour of that day means the day before."""
        if not text:
            return None
        try:
            until = moment(text, _zone(self.first.start))
        except Unreadable as fault:
            raise Refused(UNUSABLE) from fault
        if not isinstance(until, datetime):
            return until
        if not isinstance(self.first.start, datetime):
            return until.date() if until.time() >= time(23, 59) else until.astimezone(ROME).date()
        local = until.astimezone(self.first.start.tzinfo)
        return local.date() - timedelta(days=local.time() < self.first.start.time())

    def _days(self, rule: str, end: date | None, count: int | None) -> tuple[set[date], date]:
        """The days of a rule as far as they are taken, and its last one; an endless rule is cut, an old one begins this year."""
        begun = self.first.day
        if count is not None:
            self._spend(begun, self.horizon)
            found = list(islice(days(rule, begun, self.horizon), count))
            end = found[-1] if len(found) == count else None
        last = min(end or self.horizon, self.horizon)
        if end is None or (last - begun).days > 366 * MOST_YEARS:
            self.long = self.long or begun < self.this_year
        if end is None or end > self.horizon:
            self.remarks.append(CUT)
        since = max(begun, self.this_year) if self.long else begun
        self._spend(since, last)
        return set(days(rule, begun, last, since=since)), last

    def _spend(self, since: date, last: date) -> None:
        self.budget.spend(max((last - since).days, 0) + 1)

    def _within(self, day: date) -> bool:
        return not self.long or day >= self.this_year

    def _further(self) -> tuple[set[date], list[Times]]:
        """RDATE: days at the event's own hour, and dates with hours of their own."""
        found: set[date] = set()
        apart: list[Times] = []
        for one in self.event.all("RDATE"):
            for text in one.value.split(","):
                begins, _slash, ends = text.partition("/")
                try:
                    start = moment(begins, self.zones.of(one))
                    times = self._period(start, ends)
                except (Unreadable, OverflowError):
                    self.remarks.append(UNREAD_DATES)
                    continue
                own = self.first.start
                if times is None or not isinstance(start, datetime) or not isinstance(own, datetime):
                    found.add(start.date() if isinstance(start, datetime) else start)
                elif not ends and start.astimezone(own.tzinfo).time() == own.time():
                    found.add(start.astimezone(own.tzinfo).date())
                else:
                    apart.append(times)
        if len(found) + len(apart) > MOST_FURTHER:
            raise Refused(MANY_DATES)
        return found, apart

    def _period(self, start: date | datetime, ends: str) -> Times | None:
        if not isinstance(start, datetime):
            return None
        begins = _ours(start)
        if not ends:
            return Times(begins, begins + (self.first.ends_at - self.first.starts_at))
        over = length(ends) if ends.upper().startswith("P") else None
        until = begins + over if over is not None else _ours(moment(ends, _zone(start)))
        if not begins <= until <= begins + LONGEST:
            raise Unreadable(ends)
        return Times(begins, until)

    def _left_out(self) -> set[date]:
        """EXDATE, by its day: some programs write midnight, or a day, for a meeting at six in the evening."""
        found = set()
        for one in self.event.all("EXDATE"):
            for text in one.value.split(","):
                try:
                    found.add(day_of(moment(text, self.zones.of(one)), self.first))
                except Unreadable:
                    self.remarks.append(UNREAD_DATES)
        return found

    # --- what a row of ours can say ---------------------------------------------------------------------------------

    def _times(self, rule: str, meant: set[date], until: date) -> Times | None:
        """A rule of ours that gives these days and few others, or None."""
        shift = (self.first.starts_at.date() - self.first.day).days
        own = self._shifted(rule, shift) if shift else rule
        begins = (
            self.first.day if not self.long else next((day for day in sorted(meant) if self._named(rule, day)), None)
        )
        if begins is None:
            return None
        first = self.first.on(begins)
        named = next(days(own, first.starts_at.date(), until + timedelta(days=shift)), None)
        if named is None:
            return None
        first = self.first.on(named - timedelta(days=shift))
        last = until + timedelta(days=shift)
        if self.stop is not None:
            last = min(last, self.stop - timedelta(days=1 - shift))
        last = min(last, named + timedelta(days=366 * MOST_YEARS))
        if last < named:
            return None
        given = set(days(own, named, last))
        wanted = {day + timedelta(days=shift) for day in meant}
        left_out = sorted(day.isoformat() for day in given - wanted)
        if len(left_out) > MOST_EXCEPT:
            raise Refused(MANY_DATES)
        if any(self.first.on(day).starts_at.time() != first.starts_at.time() for day in meant):
            self.remarks.append(HOUR_STAYS)
        return Times(first.starts_at, first.ends_at, shortest(own, named), last, tuple(left_out))

    def _named(self, rule: str, day: date) -> bool:
        return day in set(days(rule, self.first.day, day, since=day))

    def _covered(self, times: Times) -> set[date]:
        shift = (self.first.starts_at.date() - self.first.day).days
        if times.until is None:
            return {self.first.day}
        given = days(times.rule, times.starts_at.date(), times.until)
        return {day - timedelta(days=shift) for day in given if day.isoformat() not in times.except_days}

    def _shifted(self, rule: str, by: int) -> str:
        """What is Monday evening in New York is Tuesday here."""
        laid = parsed(rule)
        if laid.month_days or any(which for which, _weekday in laid.weekdays):
            raise Refused(UNUSABLE)
        weekdays = ",".join(DAYS[(weekday + by) % 7] for _which, weekday in laid.weekdays)
        parts = dict(part.split("=") for part in rule.split(";"))
        return ";".join(f"{name}={weekdays if name == 'BYDAY' else value}" for name, value in parts.items())


def day_of(said: date | datetime, first: Span) -> date:
    """The day, in the zone of the series, that an EXDATE or a RECURRENCE-ID means."""
    if not isinstance(said, datetime):
        return said
    if not isinstance(first.start, datetime):
        return said.date()
    return said.astimezone(first.start.tzinfo).date()


def shortest(rule: str, first: date) -> str:
    """Without what the first day says anyway, so that editors find it among the rules they can choose from."""
    laid, parts = parsed(rule), dict(part.split("=") for part in rule.split(";"))
    if laid.interval == 1:
        parts.pop("INTERVAL", None)
    if laid.frequency != "WEEKLY" or laid.interval == 1 or laid.week_start == 0:
        parts.pop("WKST", None)
    bare = replace(laid, interval=1, week_start=0)
    only = replace(bare, weekdays=(), month_days=(), months=())
    weekly = laid.frequency == "WEEKLY" and bare == replace(only, weekdays=((0, first.weekday()),))
    monthly = laid.frequency == "MONTHLY" and bare == replace(only, month_days=(first.day,))
    yearly = laid.frequency == "YEARLY" and bare == replace(only, month_days=(first.day,), months=(first.month,))
    if not laid.positions and (weekly or monthly or yearly):
        for name in ("BYDAY", "BYMONTHDAY", "BYMONTH"):
            parts.pop(name, None)
    return checked(";".join(f"{name}={value}" for name, value in parts.items()))
