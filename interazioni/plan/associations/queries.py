import re
from uuid import UUID

from django.db.models import QuerySet

from interazioni.foundation.access.actor import Actor, require
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.vocabularies.folding import fold
from interazioni.plan.associations.models import Association

# What offices put before and after the name that tells one association from another.
_FORMS = re.compile(
    r"\b(?:associazione(?: di promozione sociale| culturale| interculturale)?|ass|aps|odv|onlus|ets|odv ets|aps ets)\b"
)


def matched(name: str) -> str:
    """The name by which an association is in the register once: "Associazione Sankofa ODV" and "sankofa" are one."""
    key = fold(name.replace(".", ""))
    return " ".join(_FORMS.sub(" ", key).split())[:200] or key[:200]


def visible_to(actor: Actor) -> QuerySet[Association]:
    """Every association: the register is one for all bodies."""
    require(actor, Permission.ASSOCIATIONS_VIEW)
    return Association.objects.select_related("body").order_by("match_name", "id")


def may_correct(actor: Actor, association: Association) -> bool:
    return actor.can(Permission.ASSOCIATIONS_MANAGE) and (association.body_id == actor.body_id or actor.plan_wide)


def named(associations: QuerySet[Association], text: str) -> QuerySet[Association]:
    for word in fold(text).split():
        associations = associations.filter(match_name__contains=word)
    return associations


def alike(actor: Actor, name: str, *, but: UUID | None = None) -> list[Association]:
    """Entries whose name contains this one or is contained in it: shown before another is made."""
    key = matched(name)
    if len(key) < 4:
        return []
    return [
        each
        for each in visible_to(actor).exclude(pk__in=[but] if but else [])
        if key in each.match_name or each.match_name in key
    ][:5]
