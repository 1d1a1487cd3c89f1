"""What rooms make ready when the application is installed, besides tables: `interazioni prepare` calls it, each time."""

import logging
from collections.abc import Callable

log = logging.getLogger(__name__)
_acts: list[Callable[[], None]] = []


def on_prepare(act: Callable[[], None]) -> None:
    """`act` must be quick where everything is ready already. Nothing may depend on it: where it fails, `prepare` goes on."""
    if act not in _acts:
        _acts.append(act)


def make_ready() -> None:
    for act in _acts:
        try:
            act()
        except Exception:  # whoever is waited for later will do it then
            log.warning("not made ready: %s", act.__qualname__, exc_info=True)
