import pytest

from interazioni.foundation.ui import public


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test's changes are rolled back, and the count of changes with them: what was drawn for another test is no answer here."""
    monkeypatch.setattr(public, "_shelf", public._Shelf())
