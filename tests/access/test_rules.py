"""Every rule × every role: whoever lacks the permission is refused before anything happens."""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

import interazioni
from interazioni.foundation.access.actor import Actor, Denied
from interazioni.foundation.access.roles import ROLES, Role


def rules() -> dict[str, Callable[..., Any]]:
    found = {}
    for module in _modules():
        for name, function in inspect.getmembers(module, inspect.isfunction):
            if hasattr(function, "rule_permission") and not name.startswith("_"):
                found[f"{function.__module__}.{function.__qualname__}"] = function
    return found


def _modules() -> Iterator[Any]:
    for info in pkgutil.walk_packages(interazioni.__path__, "interazioni."):
        if ".rules" in info.name and ".tests" not in info.name:
            yield importlib.import_module(info.name)


RULES = rules()


def test_the_house_has_rules() -> None:
    assert len(RULES) > 15


@pytest.mark.parametrize("name", sorted(RULES))
def test_a_rule_takes_keywords_only_and_says_who_acts(name: str) -> None:
    parameters = inspect.signature(RULES[name]).parameters
    assert all(parameter.kind is parameter.KEYWORD_ONLY for parameter in parameters.values())
    assert parameters["by"].annotation in (Actor, "Actor")


@pytest.mark.django_db
@pytest.mark.parametrize("role", list(Role))
def test_who_lacks_the_permission_is_refused(role: Role) -> None:
    somebody = Actor(user_id=uuid4(), user_name="", body_id=uuid4(), body_name="", roles=frozenset({role}))
    refused, passed, stumbled = set(), set(), set()
    for name, function in RULES.items():
        required = [
            key
            for key, parameter in inspect.signature(function).parameters.items()
            if key != "by" and parameter.default is inspect.Parameter.empty
        ]
        try:
            with transaction.atomic():
                # Nothing else is given: who is let in stumbles over what is missing, and nothing is written.
                function(by=somebody)
        except Denied:
            refused.add(name)
        except Exception as fault:  # noqa: BLE001
            (passed if not required or isinstance(fault, TypeError) else stumbled).add(name)
        else:
            passed.add(name)
    assert stumbled == set()
    may = {name for name, function in RULES.items() if function.rule_permission in ROLES[role]}  # type: ignore[attr-defined]
    assert (passed, refused) == (may, set(RULES) - may)
