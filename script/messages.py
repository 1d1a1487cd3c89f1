"""The texts of the interface: gathered from the code, held against the translations, compiled. Without gettext's tools.

    script/messages            refresh interazioni/locale/*/LC_MESSAGES/django.po (new texts come empty)
    script/messages check      fails on what Italian lacks, or another language of the portal: a text untranslated, uncertain or with other placeholders
    script/messages compile    .po → .mo, as setup does

Django's own `makemessages` needs GNU gettext, which a bare machine lacks; Babel reads Python, and Django itself turns a
template into something that Babel can read.
"""

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import django
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation import to_locale
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "interazioni"
LOCALES = PACKAGE / "locale"
COMPLETE = "it"  # the language that may lack nothing; English is the source
# What the public reads: the other languages of the portal have these texts, and no others.
PUBLIC = (
    "front/portal/", "front/api/", "foundation/ui/templates/ui/base.html", "foundation/ui/templates/ui/portal.html", "foundation/ui/templates/ui/navigation.html",
    "foundation/ui/templates/ui/demo_banner.html", "foundation/ui/templates/ui/public_languages.html", "foundation/ui/templates/ui/errors/404.html",
    "foundation/ui/templates/ui/errors/500.html", "foundation/ui/templates/ui/errors/next.html", "foundation/ui/templates/ui/forms/", "foundation/ui/templates/cotton/form.html", "foundation/ui/templates/cotton/field.html",
    "foundation/freshness/rules/suggestions.py", "actions/directory/themes.py", "plan/partners/kinds.py",
)  # fmt: skip
KEYWORDS: dict[str, tuple[object, ...] | None] = {
    **dict.fromkeys(("_", "_now", "gettext", "gettext_lazy", "gettext_noop"), None),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
Found = tuple[int, object, list[str], str | None]


def from_python(path: Path) -> Iterator[Found]:
    with path.open("rb") as file:
        yield from extract("python", file, KEYWORDS, ["Translators:"], {"encoding": "utf-8"})  # type: ignore[arg-type]


def from_template(path: Path) -> Iterator[Found]:
    # What `templatize` leaves is calls between rows of X; without indentation, Python's tokenizer takes it.
    calls = "\n".join(line.strip() for line in templatize(path.read_text()).splitlines())
    yield from extract("python", io.BytesIO(calls.encode()), KEYWORDS, ["Translators:"], {"encoding": "utf-8"})  # type: ignore[arg-type]


def gathered(only: tuple[str, ...] = ()) -> Catalog:
    """All texts, or those of the files whose place in the package begins so."""
    catalog = Catalog(project="InterAzioni", charset="utf-8")
    for path in sorted([*PACKAGE.rglob("*.py"), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]):
        where = path.relative_to(ROOT)
        if {"tests", "migrations", "static"} & set(where.parts):
            continue
        if path.suffix != ".py" and "templates" not in where.parts:
            continue
        if only and not str(path.relative_to(PACKAGE)).startswith(only):
            continue
        source = from_python(path) if path.suffix == ".py" else from_template(path)
        for line, message, comments, context in source:
            if not message or (isinstance(message, tuple) and not message[0]):
                continue
            catalog.add(message, None, [(str(where), line)], auto_comments=comments, context=context)  # type: ignore[arg-type]
    return catalog


def po(language: str) -> Path:
    return LOCALES / to_locale(language) / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    path = po(language)
    if not path.exists():
        return Catalog(locale=to_locale(language), project="InterAzioni", charset="utf-8")
    with path.open("rb") as file:
        return read_po(file, locale=to_locale(language))


# What stands above the texts, in the place of Babel's blanks.
HEAD = "# The texts of InterAzioni. Licence: EUPL-1.2, as the whole.\n"
DRAFT = "# No mediator has read this language yet: a draft until one has.\n"


def entitle(catalog: Catalog, language: str) -> None:
    catalog.fuzzy = False
    catalog.header_comment = HEAD + ("" if language == COMPLETE else DRAFT)
    catalog.version, catalog.revision_date = "main", catalog.creation_date
    catalog.msgid_bugs_address = catalog.last_translator = "InterAzioni"
    catalog.language_team = language


def refresh() -> int:
    for language in settings.PORTAL_LANGUAGES:
        if language == "en":
            continue
        template = gathered() if language == COMPLETE else gathered(PUBLIC)
        catalog = read(language)
        # A guess by likeness would be called fuzzy and mislead: a changed text is a new text.
        catalog.update(template, no_fuzzy_matching=True, update_creation_date=False)
        catalog.obsolete.clear()
        entitle(catalog, language)
        po(language).parent.mkdir(parents=True, exist_ok=True)
        with po(language).open("wb") as file:
            # No line numbers: a translation's history should show translations.
            write_po(file, catalog, sort_by_file=True, include_lineno=False, width=120)
        missing = sum(1 for message in catalog if message.id and not translated(message))
        print(f"{language}: {len(catalog)} texts, {missing} to translate")
    return 0


def translated(message: Message) -> bool:
    texts = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    return bool(texts) and all(texts)


def faults(language: str) -> Iterator[str]:
    catalog = read(language)
    for wanted in gathered() if language == COMPLETE else gathered(PUBLIC):
        if not wanted.id:
            continue
        label = wanted.id[0] if isinstance(wanted.id, tuple) else wanted.id
        where = wanted.locations[0][0] if wanted.locations else ""
        found = catalog.get(wanted.id, wanted.context)  # type: ignore[arg-type]
        if not str(label).isascii() and not set(str(label)) <= set(ALLOWED) | {c for c in str(label) if c.isascii()}:
            yield f"{where}: a msgid is English: {label!r}"
        if found is None or not translated(found):
            yield f"{where}: untranslated: {label!r}"
        elif found.fuzzy:
            yield f"{where}: uncertain (fuzzy): {label!r}"
        else:
            found.flags |= wanted.flags
            yield from (f"{where}: {fault}: {label!r}" for fault in found.check(catalog))


# What English typography and names need beside ASCII.
ALLOWED = "–—…’‘“”·×→←≥≤€°²àèéìòù «»✓−"


def check() -> int:
    wrong = 0
    for language in settings.PORTAL_LANGUAGES:
        found = [] if language == "en" else list(faults(language))
        for fault in found:
            print(f"{language}: {fault}")
        wrong += len(found)
    print(
        f"{wrong} faults in the texts"
        if wrong
        else "the texts are complete: Italian all of them, the portal's in every language"
    )
    return 1 if wrong else 0


def compile_all() -> int:
    for path in LOCALES.glob("*/LC_MESSAGES/*.po"):
        target = path.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= path.stat().st_mtime:
            continue
        with path.open("rb") as source:
            catalog = read_po(source, locale=path.parts[-3])
        draft = target.with_suffix(".mo.new")  # a server that is running never reads half a file
        with draft.open("wb") as file:
            write_mo(file, catalog)
        draft.rename(target)
    return 0


def main() -> int:
    acts = {"refresh": refresh, "check": check, "compile": compile_all}
    act = sys.argv[1] if len(sys.argv) > 1 else "refresh"
    if act not in acts:
        print(__doc__)
        return 2
    if act != "compile":
        sys.path.insert(0, str(ROOT))
        import os

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "interazioni.config.settings")
        os.environ.setdefault("SECRET_KEY", "not needed here")
        django.setup()
    return acts[act]()


if __name__ == "__main__":
    sys.exit(main())
