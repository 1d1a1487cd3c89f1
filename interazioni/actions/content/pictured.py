"""The picture that an entry may have, and the words that belong to it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from interazioni.actions.content.pictures import WIDTHS, height_of
from interazioni.foundation.core.models import Base
from interazioni.foundation.ui.formats import local_moment
from interazioni.plan.partners.models import Body


class Picture(Base):
    """What was made of an upload (`pictures.make`). It never changes, so that a version of an entry keeps the picture that was reviewed with it."""

    wagtail_reference_index_ignore = True
    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)  # of all its files
    width = models.PositiveSmallIntegerField()  # of the largest

    class Meta:
        app_label = "content"
        constraints = [
            models.UniqueConstraint(fields=["body", "digest"], name="content_picture_once"),
            models.CheckConstraint(condition=Q(digest__regex="^[0-9a-f]{64}$"), name="content_picture_digest"),
        ]
        indexes = [models.Index(fields=["digest"], name="content_picture_address")]

    def __str__(self) -> str:
        return _("Picture of %(moment)s") % {"moment": local_moment(self.created_at)}

    @property
    def height(self) -> int:
        return height_of(self.width)

    @property
    def widths(self) -> list[int]:
        return [*(width for width in WIDTHS if width < self.width), self.width]

    def address(self, width: int) -> str:
        """For everybody, once an entry with it is published."""
        return f"/pictures/{self.digest}/{width}.webp"


class Rendition(Base):
    """One file of a picture. In a table of its own: who asks for an entry reads no bytes."""

    wagtail_reference_index_ignore = True
    picture = models.ForeignKey(Picture, on_delete=models.CASCADE, related_name="renditions")
    width = models.PositiveSmallIntegerField()
    webp = models.BinaryField()

    class Meta:
        app_label = "content"
        constraints = [models.UniqueConstraint(fields=["picture", "width"], name="content_rendition_once")]


# What is public has the words that its picture needs.
WORDED = Q(live=False) | Q(picture=None) | (~Q(picture_credit="") & (Q(picture_decorative=True) | ~Q(picture_alt="")))


class Pictured(models.Model):
    """Words are the entry's, not the picture's: drafted, compared, reviewed and translated like all others."""

    picture = models.ForeignKey(
        Picture, verbose_name=gettext_lazy("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
    )  # fmt: skip
    picture_alt = models.CharField(
        gettext_lazy("what the picture shows"), max_length=200, blank=True,
        help_text=gettext_lazy("In one sentence, for who does not see it: it is read aloud, and translated."),
    )  # fmt: skip
    picture_decorative = models.BooleanField(
        gettext_lazy("only decoration"), default=False, help_text=gettext_lazy("It tells nothing beyond the text: nothing is read aloud."),
    )  # fmt: skip
    picture_credit = models.CharField(
        gettext_lazy("who made the picture"), max_length=200, blank=True,
        help_text=gettext_lazy("With the licence, for instance: Photo by the Municipality of Asti, CC BY 4.0. It stands below the picture."),
    )  # fmt: skip

    class Meta:
        abstract = True

    def wordless(self) -> dict[str, str]:
        """What the picture still needs before it is shown, by field. A draft may wait for it."""
        missing = {}
        if self.picture_id and not self.picture_credit.strip():
            missing["picture_credit"] = _("Say who made the picture, and under which licence it may be shown.")
        if self.picture_id and not self.picture_decorative and not self.picture_alt.strip():
            missing["picture_alt"] = _("Say what the picture shows, or tick that it is only decoration.")
        return missing

    def picture_words(self) -> list[tuple[str, str]]:
        """To be translated."""
        if self.picture is None:
            return []
        alt = "" if self.picture_decorative else self.picture_alt
        return [("picture.alt", alt), ("picture.credit", self.picture_credit)]
