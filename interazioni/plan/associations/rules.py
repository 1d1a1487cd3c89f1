"""The register of associations: one for all bodies, nobody in it twice."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core.ids import new_id
from interazioni.plan.associations.models import Association
from interazioni.plan.associations.queries import matched

# What is stated about an association: `municipality` is an ISTAT code, countries ISO 3166 alpha-2, languages BCP-47.
FIELDS = ("name", "municipality", "countries", "languages", "second_generations", "email", "website")


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
    """Enters an association in the register that all bodies share. Raises ValidationError where it is there already, whoever entered it."""
    association = Association(
        id=ident or new_id(), body_id=by.body_id, name=name, municipality=municipality, countries=list(countries),
        languages=list(languages), second_generations=second_generations, email=email, website=website,
    )  # fmt: skip
    _save(association, new=True)
    record(by, "associations.register", object_kind="association", object_id=association.pk)
    return association


@rule(Permission.ASSOCIATIONS_MANAGE)
def correct_association(
    *,
    association_id: UUID,
    name: str,
    municipality: str,
    countries: Sequence[str] = (),
    languages: Sequence[str] = (),
    second_generations: bool = False,
    email: str = "",
    website: str = "",
    by: Actor,
) -> Association:
    """Corrects an entry. The body that made it may, and who runs the plan: to others the database does not give it to change."""
    association = Association.objects.select_for_update().get(pk=association_id)
    before = {field: getattr(association, field) for field in FIELDS}
    association.name, association.municipality, association.second_generations = name, municipality, second_generations
    association.countries, association.languages = list(countries), list(languages)
    association.email, association.website = email, website
    _save(association, new=False)
    changed = [field for field in FIELDS if getattr(association, field) != before[field]]
    record(by, "associations.correct", object_kind="association", object_id=association.pk, changed=changed)
    return association


def _save(association: Association, *, new: bool) -> None:
    association.name = " ".join(association.name.split())
    association.match_name = matched(association.name)
    if not association.match_name:
        raise ValidationError({"name": [_("Write the association's name.")]})
    association.full_clean(exclude=["match_name", "body"])
    try:
        with transaction.atomic():
            association.save(force_insert=new)
    except IntegrityError as error:
        raise ValidationError({"name": [_("An association of this name is in the register already.")]}) from error
