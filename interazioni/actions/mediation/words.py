"""The reasons of `fitting` and `candidates` in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from interazioni.actions.mediation import roster
from interazioni.actions.mediation.models import Gender, Level, Mode, Sector
from interazioni.foundation.core import clock
from interazioni.foundation.ui.formats import local_time, weekday_date
from interazioni.foundation.vocabularies.languages import name_of


def language_name(tag: str) -> str:
    return name_of(tag, (get_language() or "it")[:2])


def hours(minutes: int) -> str:
    """ "1 h 30" """
    whole, rest = divmod(abs(int(minutes)), 60)
    text = f"{whole} h {rest:02}" if rest and whole else f"{whole} h" if whole else f"{rest} min"
    return f"−{text}" if minutes < 0 else text


def _span(facts: dict[str, Any]) -> dict[str, str]:
    return {"from": local_time(roster.moment(facts["from"])), "to": local_time(roster.moment(facts["to"]))}


def say(reason: Iterable[Any]) -> str:
    """One reason as half a sentence. Reasons kept as JSON come back as lists."""
    code, facts = tuple(reason)
    match code:
        case "speaks":
            said = {
                Level.NATIVE: _("speaks %(language)s as mother tongue"),
                Level.FLUENT: _("speaks %(language)s fluently"),
                Level.WORKING: _("gets by in %(language)s"),
            }[Level(facts["level"])]
            return said % {"language": language_name(facts["language"])}
        case "second_language":
            return _("not in %(language)s, but in a language that is acceptable too") % {
                "language": language_name(facts["asked"])
            }
        case "km":
            return str(_("lives %(km)s km away") % facts)
        case "mode":
            if facts["mode"] == facts["asked"]:
                return _("works %(mode)s") % {"mode": Mode(facts["mode"]).label}
            return _("%(mode)s instead of on site") % {"mode": Mode(facts["mode"]).label}
        case "free":
            return _("free %(from)s–%(to)s") % _span(facts)
        case "knows":
            return str(
                ngettext("has met the family once", "has met the family %(times)s times", facts["times"]) % facts
            )
        case "new":
            return _("does not know the family yet")
        case "no_sector":
            return _("not used to this sector: %(sector)s") % {"sector": Sector(facts["sector"]).label}
        case "gender_pref":
            return _("better a %(gender)s") % {"gender": Gender(facts["asked"]).label}
        case "hours":
            return str(_("%(percent)s %% of the week's hours taken") % facts)
        # --- why not ---
        case "language":
            return _("does not speak %(language)s") % {"language": language_name(facts["language"])}
        case "level":
            return _("does not speak %(language)s well enough") % {"language": language_name(facts["language"])}
        case "gender":
            return _("a %(gender)s is needed") % {"gender": Gender(facts["asked"]).label}
        case "blocked":
            return _("must not come to this call")
        case "declined":
            return _("has declined this call")
        case "not_known":
            return _("only somebody whom the family knows may come")
        case "far":
            return str(_("%(km)s km away, travels up to %(radius)s km") % facts)
        case "no_remote":
            return _("does not work %(mode)s") % {"mode": Mode(facts["mode"]).label}
        case "off":
            return _("not available at that time")
        case "busy":
            return _("busy %(from)s–%(to)s") % _span(facts)
        case "travel":
            return _("no time to travel between two places")
        case "day_cap":
            return _("the day is full (%(hours)s)") % {"hours": hours(facts["minutes"])}
        case "week_cap":
            return _("the week's hours are used up (%(used)s of %(cap)s)") % {
                "used": hours(facts["used"]),
                "cap": hours(facts["cap"]),
            }
        case "caller_budget":
            return _("the body has only %(left)s left of the hours granted to it") % {"left": hours(facts["left"])}
        case "employer_budget":
            return _("the employer has only %(left)s left") % {"left": hours(facts["left"])}
        # --- what would cover it ---
        case "nobody_speaks":
            return _("nobody here speaks %(language)s") % {"language": language_name(facts["language"])}
        case "better_used":
            return _("whoever could come covers other calls that would otherwise stay open")
        case "cure_hour":
            return _("at another hour: %(name)s could come %(when)s") % {
                "name": facts["name"],
                "when": when(facts["at"]),
            }
        case "cure_language":
            return _("in %(language)s: %(name)s could come") % {
                "language": language_name(facts["language"]),
                "name": facts["name"],
            }
        case "cure_remote":
            return _("%(mode)s: %(name)s could do it") % {"mode": Mode(facts["mode"]).label, "name": facts["name"]}
        case "cure_gender":
            return str(_("if %(name)s is acceptable") % facts)
        case "cure_hours":
            return _("with %(hours)s more for %(name)s") % {"hours": hours(facts["minutes"]), "name": facts["name"]}
        case "cure_far":
            return str(_("if %(name)s travels %(km)s km") % facts)
    return str(code)


def when(minutes: int) -> str:
    moment = roster.moment(minutes)
    return f"{weekday_date(moment)}, {local_time(clock.in_rome(moment))}"


def sentence(reasons: Iterable[Any]) -> str:
    """All of them, one after the other."""
    return "; ".join(say(reason) for reason in reasons)
