"""Compiled inner loops, and where they are kept so that nobody waits for the compiler twice.

numba keeps them beside the sources. Installed by one user and run by another that place cannot be written: then it is
`INTERAZIONI_DATA_DIR`/numba, else the user's own cache, else nowhere, and each process compiles for itself. `NUMBA_CACHE_DIR` decides before all that.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

HERE = Path(__file__).parent


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def kept() -> str | None:
    """The folder, `""` where numba itself finds one, or None where there is none."""
    if given := os.environ.get("NUMBA_CACHE_DIR"):
        return given if _writable(Path(given)) else None
    if _writable(HERE / "__pycache__"):
        return ""
    data = os.environ.get("INTERAZIONI_DATA_DIR")
    for folder in (*([Path(data) / "numba"] if data else []), Path("~/.cache/interazioni/numba").expanduser()):
        if _writable(folder):
            return str(folder)
    return None


FOLDER = kept()
if FOLDER:
    os.environ["NUMBA_CACHE_DIR"] = FOLDER

import numba  # noqa: E402  # it reads the folder when it is loaded


def compiled(function: Callable[..., Any]) -> Any:
    """The function compiled at its first call; other threads go on meanwhile."""
    return numba.njit(cache=FOLDER is not None, nogil=True)(function)
