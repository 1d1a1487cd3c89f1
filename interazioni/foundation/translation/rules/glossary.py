from collections.abc import Mapping, Sequence

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.translation.models import Concept, Term


@rule(Permission.GLOSSARY_KEEP)
def set_concept(
    *, code: str, terms: Mapping[str, Sequence[str]], note: str = "", enforced: bool = True, by: Actor
) -> Concept:
    """Keeps a concept's names: language → names, the preferred one first. What it was called before is replaced."""
    concept, _made = Concept.objects.update_or_create(code=code, defaults={"note": note, "enforced": enforced})
    concept.terms.all().delete()
    Term.objects.bulk_create(
        Term(concept=concept, language=language, text=text, preferred=at == 0)
        for language, names in terms.items()
        for at, text in enumerate(dict.fromkeys(name.strip() for name in names if name.strip()))
    )
    record(by, "translation.set_concept", object_kind="concept", object_id=concept.pk, detail={"code": code})
    return concept
