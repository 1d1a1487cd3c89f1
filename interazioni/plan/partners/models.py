"""Bodies, their sites, their partnerships, and who may act as them."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base
from interazioni.plan.partners.kinds import BodyKind as BodyKind


class Body(Base):
    """One of the organisations that do the plan's work (`ente`)."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("kind"), max_length=20, choices=BodyKind)
    public = models.BooleanField(_("public body"), default=False)  # the brochure counts public and private apart
    municipality = models.CharField(_("municipality"), max_length=6, blank=True)  # ISTAT code
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    closures = models.JSONField(default=list, blank=True)  # [["2019-12-23", "2020-01-06"], …]: days without sessions

    def closed_spans(self) -> list[tuple[date, date]]:
        """First and last day of each closure, in order."""
        return sorted((date.fromisoformat(first), date.fromisoformat(last)) for first, last in self.closures)

    class Meta:
        verbose_name = _("body")
        verbose_name_plural = _("bodies")

    def __str__(self) -> str:
        return self.name


class Site(Base):
    """A place of a body where work happens (`sede`, `plesso`)."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="sites")
    name = models.CharField(_("name"), max_length=200)
    address = models.CharField(_("address"), max_length=200, blank=True)
    municipality = models.CharField(_("municipality"), max_length=6)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["body", "name"], name="partners_site_name")]

    def __str__(self) -> str:
        return self.name


class Partnership(Base):
    """A temporary partnership for one action of a plan (`ATS`, associazione temporanea di scopo)."""

    code = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    plan_code = models.SlugField(max_length=60)
    action_code = models.SlugField(max_length=60)
    bodies: "models.ManyToManyField[Body, PartnershipBody]" = models.ManyToManyField(
        Body, through="PartnershipBody", related_name="partnerships"
    )

    def __str__(self) -> str:
        return self.name


class PartnershipBody(Base):
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="members")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="partnership_memberships")
    leads = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["partnership", "body"], name="partners_partnershipbody_once"),
            models.UniqueConstraint(fields=["partnership"], condition=Q(leads=True), name="partners_one_lead"),
        ]


class Membership(Base):
    """Somebody's roles in one body, for a time."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="memberships")
    roles = ArrayField(models.CharField(max_length=20))
    since_date = models.DateField()
    until_date = models.DateField(null=True, blank=True)  # the last day

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "body"], condition=Q(until_date=None), name="partners_membership_open"
            ),
            models.CheckConstraint(condition=Q(roles__len__gte=1), name="partners_membership_has_role"),
            # The day before it began: a membership that was ended on its first day ended at once.
            models.CheckConstraint(
                condition=Q(until_date=None) | Q(until_date__gte=models.F("since_date") - timedelta(days=1)),
                name="partners_membership_days",
            ),
        ]


class Invitation(Base):
    """An e-mailed invitation into a body. Only the token's SHA-256 is kept."""

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="invitations")
    email = models.EmailField()
    full_name = models.CharField(max_length=150, blank=True)
    roles = ArrayField(models.CharField(max_length=20))
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()  # the machine's time: a security token does not live in the demo's 2020
    accepted_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
