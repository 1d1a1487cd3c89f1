import pytest

from interazioni.foundation.ui import public


@pytest.fixture(autouse=True)
def no_page_of_another_test(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is public is counted in the database, which each test undoes; pages are kept in this process, which goes on."""
    monkeypatch.setattr(public, "_shelf", public._Shelf())
