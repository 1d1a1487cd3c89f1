"""A map without anybody else's tiles: the municipalities of the region as its ground, results as pins by town. Pure.

Equirectangular, true at 45° north; one unit is a kilometre. Nothing is asked of another server, so nobody learns what a reader looks for.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sqrt

from interazioni.foundation.search.queries import Found
from interazioni.foundation.vocabularies.distances import coordinates
from interazioni.foundation.vocabularies.municipalities import by_istat, in_region

REGION = "Piemonte"
KM_NORTH = 111.2
KM_EAST = KM_NORTH * cos(radians(45))
MARGIN = 8


@dataclass(frozen=True, slots=True)
class Pin:
    """A town and how many results are there. `x`, `y` in the map's kilometres; `r` so that the area grows with the number."""

    istat: str
    town: str
    number: int
    x: float
    y: float
    r: float


@dataclass(frozen=True, slots=True)
class Map:
    view_box: str
    ground: str  # a path: one dot a municipality
    pins: Sequence[Pin]
    here: tuple[float, float] | None  # where the reader is, if told


@cache
def _ground() -> tuple[str, float, float, float, float]:
    """(path, west, north, width, height)."""
    points = [point for town in in_region(REGION) if (point := coordinates(town.istat))]
    west, east = min(p[1] for p in points), max(p[1] for p in points)
    south, north = min(p[0] for p in points), max(p[0] for p in points)
    width, height = (east - west) * KM_EAST + 2 * MARGIN, (north - south) * KM_NORTH + 2 * MARGIN
    path = "".join(f"M{_x(lon, west):.1f} {_y(lat, north):.1f}h0" for lat, lon in points)
    return path, west, north, width, height


def _x(longitude: float, west: float) -> float:
    return (longitude - west) * KM_EAST + MARGIN


def _y(latitude: float, north: float) -> float:
    return (north - latitude) * KM_NORTH + MARGIN


def drawn(results: Iterable[Found], near: tuple[float, float] | None = None) -> Map:
    """Things without a place, or with one elsewhere, are in the list alone."""
    path, west, north, width, height = _ground()
    counted: dict[str, int] = {}
    for one in results:
        for istat in one.municipalities:
            counted[istat] = counted.get(istat, 0) + 1
    pins = []
    for istat, number in counted.items():
        town, point = by_istat(istat), coordinates(istat)
        if town is None or point is None or town.region != REGION:
            continue
        radius = min(9.0, 3.5 + sqrt(number))
        pins.append(
            Pin(istat, town.name, number, round(_x(point[1], west), 1), round(_y(point[0], north), 1), round(radius, 1))
        )
    pins.sort(key=lambda pin: (-pin.number, pin.town))
    here = (round(_x(near[1], west), 1), round(_y(near[0], north), 1)) if near else None
    return Map(f"0 0 {width:.0f} {height:.0f}", path, pins, here)
