from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core.ids import new_id
from interazioni.foundation.vocabularies.folding import fold
from interazioni.plan.associations.models import Association


@rule(Permission.ASSOCIATIONS_MANAGE)
def register_association(
    *,
    name: str,
    municipality: str,
    countries: Sequence[str] = (),
    languages: Sequence[str] = (),
    second_generations: bool = False,
    email: str = "",
    website: str = "",
    ident: UUID | None = None,
    by: Actor,
) -> Association:
    """Enters an association in the register that all bodies share. Raises ValidationError where it is there already."""
    association = Association(
        id=ident or new_id(), body_id=by.body_id, name=name.strip(), match_name=fold(name)[:200], municipality=municipality,
        countries=list(countries), languages=list(languages), second_generations=second_generations, email=email, website=website,
    )  # fmt: skip
    if Association.objects.filter(match_name=association.match_name).exists():
        raise ValidationError({"name": _("An association of this name is in the register already.")})
    association.full_clean()
    association.save(force_insert=True)
    record(by, "associations.register", object_kind="association", object_id=association.pk)
    return association
