"""Where municipalities lie, and how far apart places are.

Coordinates: GeoNames (CC BY 4.0), made by `script/coordinates.py`. Small municipalities that GeoNames does not list lie at the
mean of those of their province that it does: good enough to say who is near, and said to be approximate.
"""

import csv
import math
from functools import cache
from pathlib import Path

from interazioni.foundation.vocabularies import municipalities

EARTH_DIAMETER_KM = 12742.0176
_FILE = Path(__file__).parent / "data" / "coordinates.csv"


@cache
def _centres() -> dict[str, tuple[float, float]]:
    with _FILE.open(newline="") as file:
        return {istat: (float(latitude), float(longitude)) for istat, latitude, longitude in csv.reader(file)}


@cache
def coordinates(istat: str) -> tuple[float, float] | None:
    """Latitude and longitude of a municipality's centre, in degrees; None for a code that nobody knows."""
    code = istat.zfill(6)
    if code in _centres():
        return _centres()[code]
    if municipalities.by_istat(code) is None:
        return None
    near = [point for other, point in _centres().items() if other[:3] == code[:3]]
    if not near:
        return None
    return sum(point[0] for point in near) / len(near), sum(point[1] for point in near) / len(near)


def great_circle_km(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Kilometres over the ground, by the haversine formula."""
    (a, b), (c, d) = here, there
    half = (
        math.sin(math.radians(c - a) / 2) ** 2
        + math.cos(math.radians(a)) * math.cos(math.radians(c)) * math.sin(math.radians(d - b) / 2) ** 2
    )
    return EARTH_DIAMETER_KM * math.asin(math.sqrt(half))


def road_tenths(here: tuple[float, float], there: tuple[float, float], detour: float) -> int:
    """Tenths of a kilometre by road: the great circle times a detour. The database computes the same (mediation)."""
    return 0 if here == there else round(10 * detour * great_circle_km(here, there))
