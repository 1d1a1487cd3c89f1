"""The region's recipients: invented, deterministic, with the gaps that real lists have."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from interazioni.foundation.vocabularies import municipalities, taxcode
from interazioni.foundation.vocabularies.countries import country_of_birthplace_code
from interazioni.foundation.vocabularies.permits import PermitReason, PermitSituation
from interazioni.front.demo.bodies import NEAR, Place
from interazioni.front.demo.cast import ident
from interazioni.front.demo.names import ITALIAN, ORIGINS, UNION, pool
from interazioni.plan.people.models import GuardianKind
from interazioni.plan.people.record import GuardianData, PersonData
from interazioni.plan.people.rules import register_people

THIRD, BACKGROUND, ADULT = "third", "background", "adult"


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many of whom a body registers."""

    third: int = 0
    background: int = 0
    adults: int = 0


@cache
def _birthplace_codes() -> dict[str, str]:
    """alpha-2 → the country's code in tax codes."""
    return {country: f"Z{n}" for n in range(100, 1000) if (country := country_of_birthplace_code(f"Z{n}"))}


class Inventor:
    """Makes people for one body; the same body gets the same people at every build."""

    def __init__(self, body_code: str, place: Place, school_id: object = None) -> None:
        self.random = random.Random(f"interazioni/{body_code}")  # noqa: S311  # invented people want no secrets
        self.body_code, self.place, self.school_id = body_code, place, school_id
        self.count = 0
        self.used: set[tuple[str, str]] = set()
        self.countries = [country for country in ORIGINS if country not in UNION]
        self.weights = [ORIGINS[country][0] for country in self.countries]

    def person(self, kind: str, on: date) -> PersonData:
        """Somebody who belongs to the group on a day: a third-country pupil, one with a foreign parent, an adult."""
        rnd = self.random
        self.count += 1
        sex = rnd.choice("FM")
        if kind == BACKGROUND:
            return self._background(sex, on)
        country = rnd.choices(self.countries, self.weights)[0]
        name, surname = self._name(country, sex)
        age = rnd.choice(range(4, 15)) if kind == THIRD else int(rnd.triangular(18, 62, 34))
        born = on - timedelta(days=int(age * 365.25) + rnd.randrange(300))
        born_here = kind == THIRD and rnd.random() < 0.45
        arrival = {} if kind == ADULT else self._class(age)
        guardians = self._parents(country, country, surname) if kind == THIRD else ()
        return self._state(
            name,
            surname,
            sex,
            born,
            (country,),
            born_here,
            country,
            guardians=guardians,
            **self._permit(kind, on),
            **arrival,
        )

    def _background(self, sex: str, on: date) -> PersonData:
        """Italian with a parent from elsewhere, or a citizen of another state of the Union."""
        rnd = self.random
        age = rnd.choice(range(4, 15))
        born = on - timedelta(days=int(age * 365.25) + rnd.randrange(300))
        origin = rnd.choices(list(ORIGINS), [values[0] for values in ORIGINS.values()])[0]
        if origin in UNION and rnd.random() < 0.6:
            name, surname = self._name(origin, sex)
            citizenship = origin
        else:
            girls, boys, families = ITALIAN
            name = rnd.choice(girls if sex == "F" else boys)
            surname = rnd.choice(families) if rnd.random() < 0.5 else rnd.choice(pool(ORIGINS[origin][3]))
            name, surname = self._distinct(name, surname, girls if sex == "F" else boys, families)
            citizenship = "IT"
        return self._state(
            name, surname, sex, born, (citizenship,), True, origin, permit_situation=PermitSituation.NOT_NEEDED,
            guardians=self._parents(origin, "IT" if citizenship == "IT" and rnd.random() < 0.5 else origin, surname), **self._class(age),
        )  # fmt: skip

    def _name(self, country: str, sex: str) -> tuple[str, str]:
        _weight, girls, boys, surnames, _languages = ORIGINS[country]
        names, families = pool(girls if sex == "F" else boys), surnames.split("|")
        return self._distinct(self.random.choice(names), self.random.choice(families), names, families)

    def _distinct(self, name: str, surname: str, names: Sequence[str], families: Sequence[str]) -> tuple[str, str]:
        """Homonyms are rare within a body, as in life: two tries for another name, then a second one is added."""
        for _ in range(2):
            if (name, surname) not in self.used:
                break
            name, surname = self.random.choice(names), self.random.choice(families)
        if (name, surname) in self.used:
            name = f"{name} {self.random.choice(names)}"
        self.used.add((name, surname))
        return name, surname

    def _state(
        self,
        name: str,
        surname: str,
        sex: str,
        born: date,
        citizenships: tuple[str, ...],
        born_here: bool,
        origin: str,
        **more: object,
    ) -> PersonData:
        rnd = self.random
        home = rnd.choice(NEAR[self.place.istat]) if rnd.random() < 0.25 else self.place
        town = municipalities.by_istat(self.place.istat)
        place_code = town.cadastral if born_here and town is not None else _birthplace_codes().get(origin, "Z330")
        return PersonData(
            ident=ident("person", self.body_code, str(self.count)), new=True,
            surname=surname, name=name, sex=sex, birth_date=born,
            birth_country="IT" if born_here else origin, birth_municipality=self.place.istat if born_here else "",
            citizenships=tuple((country, None, None) for country in citizenships), municipality=home.istat,
            languages=tuple(ORIGINS[origin][4].split()[:2]),
            tax_code="" if rnd.random() < 0.12 else taxcode.compose(surname, name, born, sex, place_code),
            phone=f"+39 3{rnd.randrange(20, 99)} {rnd.randrange(1000000, 9999999)}" if rnd.random() < 0.7 else "",
            privacy_notice_date=None if rnd.random() < 0.04 else date(2018, 9, 3) + timedelta(days=rnd.randrange(7)),
            privacy_notice_language=rnd.choice(["it", *ORIGINS[origin][4].split()[:1]]),
            **more,  # type: ignore[arg-type]
        )  # fmt: skip

    def _permit(self, kind: str, on: date) -> dict[str, object]:
        rnd = self.random
        situations = [
            PermitSituation.DATED,
            PermitSituation.LONG_TERM,
            PermitSituation.RENEWAL_PENDING,
            PermitSituation.ON_PARENT,
        ]
        weights = [55, 25, 15, 0] if kind == ADULT else [30, 20, 10, 40]
        situation = rnd.choices(situations, weights)[0]
        found: dict[str, object] = {
            "permit_situation": situation,
            "permit_reason": rnd.choice([PermitReason.FAMILY, PermitReason.WORK, PermitReason.ASYLUM])
            if kind == ADULT
            else PermitReason.FAMILY,
        }
        if situation != PermitSituation.ON_PARENT:
            found["permit_number"] = f"I{rnd.randrange(10_000_000, 99_999_999)}"
        if situation == PermitSituation.DATED:
            found["permit_issued_date"] = date(2018, 9, 1) - timedelta(days=rnd.randrange(30, 300))
            found["permit_expiry_date"] = date(2021, 1, 15) + timedelta(days=rnd.randrange(700))
        return found

    def _class(self, age: int) -> dict[str, object]:
        year = age - 5 if 6 <= age <= 10 else age - 10 if 11 <= age <= 13 else 1
        return {
            "is_pupil": True,
            "school_id": self.school_id,
            "class_year": max(1, min(year, 5)),
            "class_section": self.random.choice("ABC"),
        }

    def _parents(self, mother: str, father: str, surname: str) -> tuple[GuardianData, ...]:
        found = [
            GuardianData(
                kind=GuardianKind.MOTHER,
                citizenship=mother,
                birth_country=mother,
                language=ORIGINS.get(mother, ORIGINS["MA"])[4].split()[0],
            )
        ]
        if self.random.random() < 0.8:
            language = ORIGINS[father][4].split()[0] if father in ORIGINS else "it"
            found.append(
                GuardianData(kind=GuardianKind.FATHER, citizenship=father, birth_country=father, language=language)
            )
        return tuple(found)


def share(total: int, parts: int) -> list[int]:
    """`total` in `parts` nearly equal numbers, the larger first."""
    return [total // parts + (n < total % parts) for n in range(parts)]


__all__ = ["ADULT", "BACKGROUND", "THIRD", "Inventor", "Wanted", "register_people", "share"]
