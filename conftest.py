"""What every test has: the copy of the universe, the cast, and a guard against writes outside rules."""

import re
from collections.abc import Iterator

import hypothesis
import pytest
from django.db import connection

from interazioni.foundation.access.rules import active_rules
from interazioni.foundation.ui import public

# How long an example takes says how busy the machine is, not whether the code is right.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")

_WRITE = re.compile(r'^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?([a-z_]+)', re.IGNORECASE)
# Not the outbox: it also takes the mails of the login, before anybody is known; its own `send` refuses outside a rule.
_OURS = re.compile(
    r"^(audit|partners|people|associations|programme|ledger|activities|imports|files|privacy|monitoring)_"
)


@pytest.fixture(scope="session")
def django_db_setup() -> None:
    """The database is already there: `tests.database` made it."""


class WroteOutsideARule(AssertionError):
    pass


@pytest.fixture(autouse=True)
def every_write_is_a_rule(request: pytest.FixtureRequest) -> Iterator[None]:
    """A write to a table of our rooms outside a rule fails the test, unless the test says that it breaks in."""
    if "breaks_in" in request.keywords or not ({"db", "transactional_db"} & set(request.fixturenames)):
        yield
        return

    def watch(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        found = _WRITE.match(sql) if isinstance(sql, str) else None
        if found and _OURS.match(found[1]) and not active_rules():
            raise WroteOutsideARule(sql[:200])
        return execute(sql, params, many, context)

    with connection.execute_wrapper(watch):
        yield


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's changes are rolled back, and the count of changes with them: what was drawn for another test is no answer here."""
    monkeypatch.setattr(public, "_shelf", public._Shelf())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """A test that cannot run has not passed: a skip counts as a failure, with its reason."""
    report = yield  # type: ignore[misc]
    if report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped, which is no answer: {call.excinfo.value if call.excinfo else ''}"
    return report
