"""Recipients: each body keeps its own record of a person. Least data; names leave this room for nobody else's eyes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.ids import short_code
from interazioni.foundation.core.models import Base
from interazioni.foundation.core.secrets import EncryptedField
from interazioni.plan.partners.models import Body


class Sex(models.TextChoices):
    FEMALE = "F", _("female")
    MALE = "M", _("male")
    UNKNOWN = "", _("not known")


class PersonState(models.TextChoices):
    ACTIVE = "active", _("active")
    WITHDRAWN = "withdrawn", _("withdrawn")
    MERGED = "merged", _("merged into another record")
    ERASED = "erased", _("erased")


class Person(Base):
    """One body's record of a recipient (`destinatario`)."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="people")
    state = models.CharField(max_length=10, choices=PersonState, default=PersonState.ACTIVE)
    version = models.PositiveIntegerField(default=1)  # forms post the one they were based on
    updated_at = models.DateTimeField()

    surname = models.CharField(_("surname"), max_length=100)
    name = models.CharField(_("name"), max_length=100)
    match_name = models.CharField(max_length=200, db_index=False)  # normalised "surname name", for look-ups
    sex = models.CharField(_("sex"), max_length=1, choices=Sex, blank=True)
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    birth_country = models.CharField(_("country of birth"), max_length=2, blank=True)
    birth_municipality = models.CharField(_("municipality of birth"), max_length=6, blank=True)
    municipality = models.CharField(_("municipality of residence"), max_length=6, blank=True)  # ISTAT code
    languages = ArrayField(models.CharField(max_length=12), default=list, blank=True)  # BCP-47
    phone = EncryptedField(_("phone"))

    tax_code = EncryptedField(_("tax code"))
    tax_code_hash = models.BinaryField(max_length=32, null=True)
    tax_code_valid = models.BooleanField(null=True)  # None: there is none

    permit_situation = models.CharField(_("situation of stay"), max_length=20, blank=True)  # vocabularies.permits
    permit_reason = models.CharField(_("reason of stay"), max_length=30, blank=True)
    permit_number = EncryptedField(_("permit or receipt number"))
    permit_number_hash = models.BinaryField(max_length=32, null=True)
    permit_issued_date = models.DateField(_("issued on"), null=True, blank=True)
    permit_expiry_date = models.DateField(_("valid until"), null=True, blank=True)

    is_pupil = models.BooleanField(_("attends school"), default=False)
    school = models.ForeignKey(Body, on_delete=models.PROTECT, null=True, blank=True, related_name="pupils")
    class_year = models.PositiveSmallIntegerField(_("class"), null=True, blank=True)
    class_section = models.CharField(_("section"), max_length=5, blank=True)

    privacy_notice_date = models.DateField(_("privacy notice given on"), null=True, blank=True)
    privacy_notice_language = models.CharField(_("language of the notice"), max_length=12, blank=True)

    withdrawn_date = models.DateField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=30, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="merged_from")

    class Meta:
        indexes = [
            models.Index(fields=["body", "state", "match_name", "id"], name="people_person_list"),
            GinIndex(OpClass("match_name", name="gin_trgm_ops"), name="people_person_trigram"),
            models.Index(fields=["permit_number_hash"], name="people_person_permit"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["body", "tax_code_hash"],
                condition=Q(state__in=["active", "withdrawn"], tax_code_valid=True),
                name="people_person_tax_code",
            ),
            models.CheckConstraint(
                condition=Q(state="merged", merged_into__isnull=False) | ~Q(state="merged") & Q(merged_into=None),
                name="people_person_merged",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_date__isnull=False) | ~Q(state="withdrawn"),
                name="people_person_withdrawn",
            ),
            models.CheckConstraint(
                condition=Q(permit_expiry_date=None)
                | Q(permit_issued_date=None)
                | Q(permit_expiry_date__gte=models.F("permit_issued_date")),
                name="people_person_permit_dates",
            ),
        ]

    @property
    def code(self) -> str:
        """Stands for the person where the name may not be shown."""
        return short_code("P", self.pk)

    def __str__(self) -> str:
        return self.code  # never the name: this is what logs and tracebacks print


class Citizenship(Base):
    """A citizenship of a person, with the days it is held: a second, Union citizenship ends eligibility from its day."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="citizenships")
    country = models.CharField(max_length=2)
    since_date = models.DateField(null=True, blank=True)
    until_date = models.DateField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)  # as stated: figures name the first third-country one

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "country"], name="people_citizenship_once")]


class GuardianKind(models.TextChoices):
    MOTHER = "mother", _("mother")
    FATHER = "father", _("father")
    GUARDIAN = "guardian", _("guardian")


class Guardian(Base):
    """A parent or guardian: what eligibility and a call home need, no more."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="guardians")
    kind = models.CharField(max_length=10, choices=GuardianKind)
    full_name = EncryptedField(_("name of parent or guardian"))
    citizenship = models.CharField(max_length=2, blank=True)
    birth_country = models.CharField(max_length=2, blank=True)
    phone = EncryptedField(_("phone"))
    language = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(kind__in=["mother", "father"]), name="people_guardian_once"
            )
        ]
