"""A register as it is posted: by the page's form, or as JSON by a register that was kept on the phone. Both become the same marks."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.actions.activities.models import AttendanceStatus
from interazioni.actions.activities.queries import Line
from interazioni.actions.activities.rules import Conflict, Mark
from interazioni.foundation.core.models import as_uuid

MOST = 500  # marks in one POST


class Unreadable(ValidationError):
    """The POST is no register: 400, or words at the pupil."""


@dataclass(frozen=True, slots=True)
class Posted:
    """`errors` are words by enrolment, for what somebody typed wrongly."""

    marks: tuple[Mark, ...]
    held_minutes: int
    held_based_on: int | None
    topic: str | None
    errors: Mapping[UUID, str]
    typed: Mapping[UUID, tuple[str, str]]  # status and minutes as they came: nothing typed is lost
    keys: Mapping[UUID, str] = field(default_factory=dict)  # what they were based on, likewise


def from_form(post: Mapping[str, str]) -> Posted:
    """`e0` is `enrolment|version|status|minutes` as the page came, `s0` the status now (`late:45` where a conflict was chosen), `t0` the
    minutes of who was late. What is as it came was decided by nobody here.

    The page brings one id; a mark's own follows from it, from whom it is about and from its value: the same POST again is the
    same marks, and a mark changed after going back is another one.
    """
    page = as_uuid(post.get("client", ""))
    if page is None:
        raise Unreadable("no client id")
    marks, errors, typed, keys = [], {}, {}, {}
    for number in range(MOST):
        key = post.get(f"e{number}")
        if key is None:
            break
        ident, version, *seen = [*key.split("|"), "", "", ""][:4]
        enrolment = as_uuid(ident)
        if enrolment is None or (version and not version.isdigit()):
            raise Unreadable(f"e{number}")
        status, _colon, chosen = post.get(f"s{number}", "").partition(":")
        if not status:
            continue  # of a conflict nobody chose about: what is there stays
        if status not in AttendanceStatus.values:
            raise Unreadable(f"s{number}")
        text = (chosen or post.get(f"t{number}", "")).strip()
        keys[enrolment] = key
        typed[enrolment] = (status, text)
        minutes = int(text) if text.isdigit() and len(text) < 5 else None
        if status == AttendanceStatus.LATE and not minutes:
            errors[enrolment] = _("Write how many minutes of the session.")
            continue
        minutes = minutes if status == AttendanceStatus.LATE else None
        client_id = uuid5(page, f"{enrolment}/{status}/{minutes}")
        untouched = seen == [status, text if status == AttendanceStatus.LATE else ""]
        based_on = int(version) if version else None
        marks.append(Mark(enrolment, AttendanceStatus(status), minutes, based_on, client_id, untouched))
    return Posted(
        tuple(marks),
        _minutes(post.get("held_minutes", "")),
        _seen(post.get("held_seen", "")),
        post.get("topic"),
        errors,
        typed,
        keys,
    )


def from_json(body: bytes) -> Posted:
    """`{"held_minutes": 120, "held_based_on": 120|null, "topic": "…", "marks": [{"enrolment", "status", "minutes", "based_on",
    "client_id"}]}`: what the register without a network sends once there is one."""
    try:
        data = json.loads(body)
        rows = data["marks"]
        if not isinstance(rows, list) or len(rows) > MOST:
            raise Unreadable("marks")
        marks = tuple(
            Mark(
                UUID(str(row["enrolment"])),
                AttendanceStatus(row["status"]),
                _whole(row.get("minutes")),
                _whole(row.get("based_on")),
                UUID(str(row["client_id"])),
                row.get("untouched") is True,
            )
            for row in rows
        )
        topic = data.get("topic")
        held, seen = _whole(data["held_minutes"]), _whole(data.get("held_based_on"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unreadable("the body is no register") from error
    return Posted(marks, held or 0, seen, str(topic)[:300] if topic is not None else None, {}, {})


def _whole(value: Any) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 100_000:
        raise ValueError(value)
    return value


def _minutes(text: str) -> int:
    return int(text.strip()) if text.strip().isdigit() and len(text.strip()) < 6 else 0


def _seen(text: str) -> int | None:
    return int(text) if text.isdigit() and len(text) < 6 else None


@dataclass(frozen=True, slots=True)
class Shown:
    """A line of the page: the mark that is there, or what was typed, or both where they contradict."""

    line: Line
    key: str  # enrolment|version
    status: str
    minutes: str
    marked: bool
    error: str = ""
    conflict: "Both | None" = None


@dataclass(frozen=True, slots=True)
class Both:
    """Two values for one pupil: `theirs` is saved, `mine` was not. `who` wrote theirs."""

    theirs: str
    their_words: str
    mine: str
    my_words: str
    who: str
    at: Any


def words(status: str, minutes: int | None) -> str:
    label = str(AttendanceStatus(status).label)
    return (
        _("%(mark)s, %(minutes)s minutes") % {"mark": label, "minutes": minutes}
        if status == AttendanceStatus.LATE
        else label
    )


def shown(
    lines: Sequence[Line],
    posted: Posted | None = None,
    conflicts: Sequence[Conflict] = (),
    who: Mapping[UUID, str] | None = None,
) -> list[Shown]:
    """The page's lines. Who has no mark yet counts as present until somebody taps an exception."""
    clashing = {conflict.mark.enrolment_id: conflict for conflict in conflicts}
    # With conflicts everything else is saved: the page shows what stands, which may be a colleague's.
    kept = posted if posted and not conflicts else None
    typed, keys = (kept.typed, kept.keys) if kept else ({}, {})
    errors = posted.errors if posted else {}
    return [
        _line(
            line,
            typed.get(line.enrolment_id),
            keys.get(line.enrolment_id, ""),
            errors.get(line.enrolment_id, ""),
            clashing.get(line.enrolment_id),
            who or {},
        )
        for line in lines
    ]


def _line(
    line: Line, typed: tuple[str, str] | None, key: str, error: str, clash: Conflict | None, who: Mapping[UUID, str]
) -> Shown:
    version = clash.version if clash else line.version
    status = line.status or AttendanceStatus.PRESENT.value
    minutes = str(line.minutes) if line.status == AttendanceStatus.LATE else ""
    if not key:
        seen = "" if clash else f"{status}|{minutes}"  # of two values neither was there before
        key = f"{line.enrolment_id}|{'' if version is None else version}|{seen}"
    if typed:
        status, minutes = typed
    both = None
    if clash:
        both = Both(
            theirs=_value(clash.status, clash.minutes), their_words=words(clash.status, clash.minutes),
            mine=_value(clash.mark.status, clash.mark.minutes), my_words=words(clash.mark.status, clash.mark.minutes),
            who=who.get(clash.recorded_by_id, ""), at=clash.recorded_at,
        )  # fmt: skip
    return Shown(line, key, status, minutes, bool(line.status), error, both)


def _value(status: str, minutes: int | None) -> str:
    return f"{status}:{minutes}" if status == AttendanceStatus.LATE else str(status)
