"""Guides, news, opportunities, events and pages of the plan, from `contents/`, through the rules. Examples: IRES has verified none of them."""

import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings

from interazioni.actions.content.models import Entry
from interazioni.actions.content.rules import add_picture, write
from interazioni.foundation.access import context
from interazioni.foundation.translation.models import Source
from interazioni.foundation.translation.rules import bring_in
from interazioni.foundation.vocabularies import municipalities
from interazioni.front.demo import drawings
from interazioni.plan.partners.models import Body, BodyKind
from interazioni.plan.partners.queries import system_actor

GUIDES = settings.ROOT / "contents" / "guides"
NOTICES = [settings.ROOT / "contents" / f"{name}.toml" for name in ("notices", "events", "plan")]
PICTURES = settings.ROOT / "contents" / "pictures.toml"
LANGUAGES = {"en": "en", "fr": "fr", "ar": "ar", "zh": "zh-hans", "uk": "uk"}
# Said on every guide, in its language: who runs a real installation reads them again first.
EXAMPLE = {
    "it": "Testo di esempio: va verificato dall'assistenza tecnica prima dell'uso.",
    "en": "Example text: the technical assistance must verify it before use.",
    "fr": "Texte d'exemple : l'assistance technique doit le vérifier avant l'usage.",
    "ar": "نص تجريبي: يجب أن تتحقق منه المساعدة الفنية قبل استخدامه.",
    "zh": "示例文本：使用前须由技术支持机构核实。",
    "uk": "Текст-приклад: перед використанням його має перевірити технічна підтримка.",
}
MARKS = {"## ": "heading", "### ": "subheading", "> ": "note"}
Blocks = list[tuple[str, str | list[str]]]


def parse(text: str) -> Blocks:
    """`## `, `### `, `> `, `- `, `1. ` and paragraphs, a blank line between."""
    found: Blocks = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = [line.strip() for line in chunk.splitlines() if line.strip()]
        mark = next((mark for mark in MARKS if lines[0].startswith(mark)), "")
        if mark:
            found.append((MARKS[mark], lines[0][len(mark) :]))
        elif lines[0].startswith("- "):
            found.append(("points", [line[2:] for line in lines]))
        elif re.match(r"\d+\. ", lines[0]):
            found.append(("steps", [re.sub(r"^\d+\. ", "", line) for line in lines]))
        else:
            found.append(("paragraph", " ".join(lines)))
    return found


def read(path: Path) -> tuple[dict[str, Any], Blocks]:
    head, _marks, body = path.read_text(encoding="utf-8").removeprefix("+++\n").partition("\n+++\n")
    return tomllib.loads(head), parse(body)


def contents(say: Callable[[str], None]) -> None:
    research = list(Body.objects.filter(kind=BodyKind.RESEARCH).order_by("code"))
    ires = next(body for body in research if body.code.startswith("ires"))
    guides = sorted(GUIDES.iterdir())
    for folder in guides:
        said = {code: read(folder / f"{code}.md") for code in ("it", *LANGUAGES)}
        head, blocks = said["it"]
        values = {
            "title": head["title"], "summary": head["summary"], "theme": head["theme"], "also": ", ".join(head["words"])[:300], "slug": folder.name,
            "sources": "\n".join(f"{name} {url}" for name, url in head["sources"]), "sensitive": head.get("sensitive", False),
            "see_also": "\n".join(f"/guides/{slug}/" for slug in head["related"]),
        }  # fmt: skip
        entry = _written("guide", values, [("note", EXAMPLE["it"]), *blocks], ires)
        _translated(
            entry,
            {code: {**said[code][0], "blocks": [("note", EXAMPLE[code]), *said[code][1]]} for code in LANGUAGES},
        )
    notices = [notice for path in NOTICES for notice in tomllib.loads(path.read_text(encoding="utf-8"))["entries"]]
    kinds = {
        "news": BodyKind.REGION, "opportunity": BodyKind.COOPERATIVE, "event": BodyKind.MUNICIPALITY, "plan_page": BodyKind.REGION,
    }  # fmt: skip
    for number, notice in enumerate(notices):
        keepers = list(Body.objects.filter(kind=kinds[notice["kind"]]).order_by("code"))
        _notice(notice, keepers[number % len(keepers)])
    say(f"contents: {len(guides)} guides and {len(notices)} notices, six languages")


def _notice(notice: Mapping[str, Any], body: Body) -> None:
    own = notice["it"]
    town = municipalities.parse_place(notice["town"]).municipality if notice.get("town") else None
    values = {
        "title": own["title"], "summary": own["summary"], "theme": notice["theme"], "also": own.get("also", "")[:300],
        "municipality": town.istat if town else "",
    }  # fmt: skip
    if notice["kind"] == "opportunity":
        values["deadline"] = notice["deadline"]
    if notice["kind"] == "event":
        values |= {
            "starts_at": notice["starts"], "ends_at": notice["ends"], "rule": notice.get("rule", ""), "until": notice.get("until"),
            "where": notice.get("where", ""), "free": notice.get("free", True), "booking": own.get("booking", ""),
        }  # fmt: skip
    entry = _written(notice["kind"], values, parse(own["text"]), body)
    said = {code: {**notice[code], "blocks": parse(notice[code]["text"])} for code in LANGUAGES}
    _translated(entry, said)


def _written(kind: str, values: Mapping[str, Any], blocks: Sequence[tuple[str, Any]], body: Body) -> Entry:
    by = system_actor(body)
    with context.acting(by):
        if drawn := _drawing(values["title"], values.get("slug", "")):
            shown = add_picture(content=drawings.png(drawn["drawing"]), by=by)
            values = {
                **values,
                "picture": shown,
                "picture_alt": drawn["it"],
                "picture_credit": _pictures()["credit"]["it"],
            }
        return write(kind=kind, values=values, blocks=blocks, by=by)


@cache
def _pictures() -> dict[str, Any]:
    return tomllib.loads(PICTURES.read_text(encoding="utf-8"))


def _drawing(title: str, slug: str) -> dict[str, str] | None:
    return next((one for one in _pictures()["pictures"] if one["of"] in (title, slug)), None)


def _translated(entry: Entry, said: Mapping[str, Mapping[str, Any]]) -> None:
    """The same blocks in the same order: the keys of the source's blocks, one after the other, get the words."""
    by = system_actor(entry.body)
    source = Source.objects.get(object_id=entry.pk)
    keys = [key for key, _text, _ident in source.texts if key.startswith("b.")]
    versions = {}
    for code, words in said.items():
        texts: list[str] = []
        for _kind, text in words["blocks"]:
            texts += [text] if isinstance(text, str) else text
        if len(texts) != len(keys):
            raise RuntimeError(f"{entry.title} ({code}): {len(texts)} texts for {len(keys)} of the source")
        also = ", ".join(words["words"]) if "words" in words else words.get("also", "")
        own = {
            "title": words["title"],
            "summary": words["summary"],
            "also": also[:300],
            "booking": words.get("booking", ""),
        }
        if drawn := _drawing(entry.title, entry.slug):
            own |= {"picture.alt": drawn[code], "picture.credit": _pictures()["credit"][code]}
        versions[LANGUAGES[code]] = {
            key: text for key, text in {**own, **dict(zip(keys, texts, strict=True))}.items() if text
        }
    with context.acting(by):
        bring_in(source=source, versions=versions, by=by)
