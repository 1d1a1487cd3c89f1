"""What an address answered, and what that says about a link. Pure.

An answer is a status ("404") or the reason why there was none (`core.addresses.Reason`). Robots are refused, kept waiting and lied to:
what a robot may have been told and a reader would not says nothing.
"""

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interazioni.foundation.core.addresses import Reason

LATER = "later"  # not asked tonight: its host had enough, or was not to be had
# After how many nights in a row a link is dead. Never after one.
GONE_NIGHTS, ABSENT_NIGHTS, FAULTY_NIGHTS = 2, 4, 10
ABSENT = frozenset({Reason.ADDRESS, Reason.CONNECTION, Reason.LOOKUP})  # nobody is there, or we are not
FAULTY = frozenset({Reason.TIMEOUT, Reason.BROKEN})  # somebody is there and does not manage
UNASKED = frozenset({Reason.PORT, Reason.FORM, LATER})
LOST_SHARE = 10  # of so many hosts not one spoke: the net is away, not they


def nights(answer: str) -> int | None:
    """After how many nights with this answer a link is dead; 0: it is alive; None: the answer says neither."""
    if answer.isdecimal():
        status = int(answer)
        if status < 400:
            return 0
        if status in (404, 410):
            return GONE_NIGHTS
        # 401, 403, 429 and 503 are what robots are told; other refusals (400, 405, 451 …) may be about how we ask.
        return FAULTY_NIGHTS if status >= 500 and status != 503 else None
    if answer == Reason.FORM:
        return GONE_NIGHTS
    if answer in ABSENT:
        return ABSENT_NIGHTS
    return FAULTY_NIGHTS if answer in FAULTY else None


def dead(answer: str, failures: int) -> bool:
    needed = nights(answer)
    return bool(needed) and failures >= needed  # type: ignore[operator]


def lost(heard: Iterable[tuple[str, str]]) -> tuple[bool, int, int]:
    """Of (host, answer): whether (nearly) nobody spoke, how many hosts were asked, and how many were silent."""
    spoke: dict[str, bool] = {}
    for host, answer in heard:
        if answer not in UNASKED:
            spoke[host] = spoke.get(host, False) or answer not in ABSENT
    silent = sum(not said for said in spoke.values())
    return bool(spoke) and (len(spoke) - silent) * LOST_SHARE < len(spoke), len(spoke), silent


WORDS: Mapping[str, str | Promise] = {
    "404": gettext_lazy("the page is not there (404)"),
    "410": gettext_lazy("the page was taken away (410)"),
    Reason.FORM: gettext_lazy("this is no address that one can open"),
    Reason.ADDRESS: gettext_lazy("there is no public site under this name"),
    Reason.LOOKUP: gettext_lazy("the name cannot be looked up"),
    Reason.CONNECTION: gettext_lazy("nobody answers there"),
    Reason.TIMEOUT: gettext_lazy("the site takes too long"),
    Reason.BROKEN: gettext_lazy("the site's answer breaks off"),
}


def said(answer: str) -> str:
    """In words, for who has to look."""
    known = WORDS.get(answer)
    return str(known) if known else _("the site has a fault (%(status)s)") % {"status": answer}
