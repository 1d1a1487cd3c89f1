"""What the week's plan says beyond the reasons of `words`: causes, cures and changes in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from interazioni.actions.mediation import words
from interazioni.foundation.ui.formats import local_number

NEARLY = 0.0005


def say(reason: Iterable[Any]) -> str:
    """One cause, cure or change; whatever else a reason is, `words` says it."""
    code, facts = tuple(reason)
    match code:
        case "only_one":
            return _("only %(name)s speaks it: %(why)s") % {"name": facts["name"], "why": words.say(facts["why"])}
        case "all_of_them":
            return _("%(count)s people speak it and none can; for example %(name)s: %(why)s") % {
                "count": facts["count"],
                "name": facts.get("name", ""),
                "why": words.say(facts["why"]),
            }
        case "cure_known":
            return str(_("if somebody whom the family does not know may come: %(name)s") % facts)
        case "cure_level":
            return str(_("if it is enough to get by in the language: %(name)s") % facts)
        case "changed":
            what = (
                _("another hour: it was %(when)s") % {"when": words.when(facts["at"])}
                if facts["same"]
                else _("instead of %(name)s, %(when)s") % {"name": facts["name"], "when": words.when(facts["at"])}
            )
            return f"{what} ({say(facts['why'])})"
        case "gone":
            return _("no longer works here")
        case "hour_gone":
            return _("the hour is no longer one of those asked for")
        case "needed_elsewhere":
            return str(_("is needed for %(code)s, which would stay open or cost more") % facts)
        case "cheaper":
            return _("the whole week comes out better so")
        case "refused":
            return str(_("could not be taken: %(words)s") % facts)
        case "by_hand":
            return _("moved by hand")
    return words.say((code, facts))


def sentence(reasons: Iterable[Any]) -> str:
    return "; ".join(say(reason) for reason in reasons)


def quality(cost: int | None, bound: int | None) -> str:
    """How good the plan is, in plain words: the bound is proven, so the truth is at least as good as this says."""
    if cost is None or not bound:
        return _("How far it is from the best possible plan is not known yet.")
    share = max(0.0, (cost - bound) / bound)
    if share < NEARLY:
        return _("No plan can be better than this one.")
    return _("At most %(share)s %% worse than the best plan possible.") % {"share": local_number(100 * share, 1)}
