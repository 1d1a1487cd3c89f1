from collections.abc import Mapping, Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.translation.models import Concept, Term

NAMES = 12  # of a concept in one language


@rule(Permission.GLOSSARY_KEEP)
def set_concept(
    *, code: str, terms: Mapping[str, Sequence[str]], note: str = "", enforced: bool = True, by: Actor
) -> Concept:
    """Keeps a concept's names: language → names, the preferred one first. What it was called before is replaced."""
    if any(len(name.strip()) > 120 for names in terms.values() for name in names):
        raise ValidationError(_("A name is longer than %(n)s characters.") % {"n": 120})
    if any(len(names) > NAMES for names in terms.values()):
        raise ValidationError(_("More than %(n)s names in one language.") % {"n": NAMES})
    concept, _made = Concept.objects.update_or_create(code=code, defaults={"note": note, "enforced": enforced})
    concept.terms.all().delete()
    Term.objects.bulk_create(
        Term(concept=concept, language=language, text=text, preferred=at == 0)
        for language, names in terms.items()
        for at, text in enumerate(dict.fromkeys(" ".join(name.split()) for name in names if name.strip()))
    )
    record(by, "translation.set_concept", object_kind="concept", object_id=concept.pk, detail={"code": code})
    return concept


@rule(Permission.GLOSSARY_KEEP)
def remove_concept(*, concept_id: UUID, by: Actor) -> None:
    """A concept that was entered by mistake. Translations stay as they are; the search forgets its names as things are published anew."""
    concept = Concept.objects.get(pk=concept_id)
    record(by, "translation.remove_concept", object_kind="concept", object_id=concept.pk, detail={"code": concept.code})
    concept.delete()
