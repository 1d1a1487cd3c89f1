"""What the week's page says in words."""

from collections.abc import Iterable
from typing import Any

from django import template

from interazioni.actions.mediation import words_week
from interazioni.actions.mediation.rules.week import NOT_FITTING

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
    """The change against the plan before, a move by hand, why it could not be taken; if there is any."""
    return words_week.sentence(one for one in reasons if one[0] in NOT_FITTING)


@register.filter
def fitting(reasons: list[Any]) -> str:
    """The reasons without the change."""
    return words_week.sentence(one for one in reasons if one[0] not in NOT_FITTING)
