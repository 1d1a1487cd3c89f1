"""What an address may ask, typed: what is not so is answered with 422 and told by its name."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from ninja import Query
from ninja.errors import ValidationError
from pydantic import AfterValidator, WithJsonSchema

from interazioni.actions.directory.models import Theme
from interazioni.foundation.vocabularies import languages, municipalities

PER_PAGE, MOST = 50, 500
LONGEST = 300  # characters of a question: what the search looks at


def _language(value: str) -> str:
    code = value.lower()
    if code not in settings.PORTAL_LANGUAGES:
        raise ValueError("not one of the portal's languages")
    return code


def _words(value: str) -> str:
    if "\x00" in value:
        raise ValueError("no text holds this character")
    return value


def _theme(value: str) -> str:
    if value and value not in Theme.values:
        raise ValueError("not one of the themes")
    return value


def _place(value: str) -> str:
    if value and not places(value):
        raise ValueError("neither the ISTAT code of an Italian municipality nor the two letters of a province")
    return value


def _moment(value: str) -> str:
    try:
        if value:
            moment(value)
    except ValueError as fault:
        raise ValueError("no day and no moment: 2020-02-01, 2020-02-01T09:30:00Z") from fault
    return value


def moment(value: str) -> datetime:
    """Raises ValueError. "2020-02-01" begins at midnight UTC; a "+" that was written as such arrives as a space."""
    found = datetime.fromisoformat(value.strip().replace(" ", "+") if value.count(" ") == 1 and "T" in value else value)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def places(code: str) -> list[str]:
    """The municipalities (ISTAT) of a municipality's code or a province's two letters."""
    if len(code) == 2:
        return [one.istat for one in municipalities.in_province(code)]
    found = municipalities.by_istat(code) if len(code) == 6 and code.isdecimal() else None
    return [found.istat] if found else []


# ninja reads `Query` as the last of an annotation; beside other marks it keeps only the default that is written in it.
Language = Annotated[
    str, AfterValidator(_language), WithJsonSchema({"type": "string", "enum": [languages.tag(code) for code in settings.PORTAL_LANGUAGES]}),
    Query("it", alias="lang", description="The language of the words (BCP-47). What is not translated stands in its own language and says so.", max_length=12),
]  # fmt: skip
ThemeCode = Annotated[
    str,
    AfterValidator(_theme),
    WithJsonSchema({"type": "string", "enum": ["", *Theme.values]}),
    Query("", description="A theme.", max_length=20),
]
PlaceCode = Annotated[
    str, AfterValidator(_place), Query("", description="A municipality (ISTAT code, six digits) or a province (two letters).", max_length=6)
]  # fmt: skip
Moment = Annotated[
    str, AfterValidator(_moment), WithJsonSchema({"type": "string"}), Query("", description="A day or a moment (ISO 8601).", max_length=40)
]  # fmt: skip
Words = Annotated[str, AfterValidator(_words), Query("", description="Words to look for.", max_length=LONGEST)]
PageNumber = Annotated[int, Query(ge=1, le=100_000, description="Which page, from 1.")]
PerPage = Annotated[int | None, Query(ge=1, le=MOST, description=f"How many in a page; {PER_PAGE} unless told.")]
PerPageToo = Annotated[
    int | None, Query(alias="perPage", ge=1, le=MOST, description="The same as per_page, as some validators write it.")
]


@dataclass(frozen=True, slots=True)
class Slice:
    """A page of a list."""

    page: int
    per_page: int

    @property
    def first(self) -> int:
        return self.per_page * (self.page - 1)

    @property
    def last(self) -> int:
        return self.per_page * self.page


def absolute(path: str) -> str:
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def same_with(request: HttpRequest, **other: Any) -> str:
    """The address that was asked, with these parameters set."""
    values = {**request.GET.dict(), **{name: str(value) for name, value in other.items()}}
    return absolute(f"{request.path}?{urlencode(values)}")


def refuse(name: str, words: str) -> ValidationError:
    """For what only the answer can find wrong."""
    return ValidationError([{"loc": ("query", name), "msg": words}])
