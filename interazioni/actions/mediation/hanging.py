"""What this room hangs into the house: each part says its own in `hang_<part>.py`."""

from importlib import import_module
from pkgutil import iter_modules

from interazioni.actions import mediation


def hang() -> None:
    for module in iter_modules(mediation.__path__):
        if module.name.startswith("hang_"):
            import_module(f"{mediation.__name__}.{module.name}").hang()
