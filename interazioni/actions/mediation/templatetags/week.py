"""What the week's page says in words."""

from collections.abc import Iterable
from typing import Any

from django import template

from interazioni.actions.mediation import words_week

register = template.Library()


@register.filter
def week_said(reasons: Iterable[Any]) -> str:
    """Reasons in words, one after the other."""
    return words_week.sentence(reasons)


@register.filter
def week_say(reason: Iterable[Any]) -> str:
    return words_week.say(reason)


@register.filter
def changed(reasons: list[Any]) -> str:
    """The change against the plan before, if there is one."""
    return words_week.say(reasons[0]) if reasons and reasons[0][0] in ("changed", "by_hand") else ""


@register.filter
def fitting(reasons: list[Any]) -> str:
    """The reasons without the change."""
    return words_week.sentence(one for one in reasons if one[0] not in ("changed", "by_hand"))
