"""An import under way or done. Rows keep what became of them, never what stood in them: that is in the file, encrypted."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base
from interazioni.foundation.files.models import PrivateFile


class ImportState(models.TextChoices):
    PREVIEW = "preview", _("to be confirmed")
    RUNNING = "running", _("under way")
    DONE = "done", _("done")
    CANCELLED = "cancelled", _("cancelled")


class Outcome(models.TextChoices):
    TAKEN = "taken", _("taken")
    MERGED = "merged", _("completed somebody on record")
    UNCHANGED = "unchanged", _("nothing new")
    REFUSED = "refused", _("refused")


class Import(Base):
    body_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.PREVIEW)
    options = models.JSONField(default=dict)  # what the kind asks besides the file: an edition's id
    mapping = models.JSONField(
        default=dict
    )  # where somebody corrected the proposal: {"sheet/table": {"3": "tax_code"}}
    answers = models.JSONField(default=dict)  # who an ambiguous row is: {"sheet/row": id}
    total = models.PositiveIntegerField(default=0)
    started_by_id = models.UUIDField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body_id", "-created_at"])]


class ImportRow(Base):
    """What became of one row. Unique: however often a batch is tried again, a row counts once."""

    body_id = models.UUIDField()
    of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows", db_column="import_id")
    sheet = models.CharField(max_length=100)
    row = models.PositiveIntegerField()  # from 1, as the spreadsheet counts
    outcome = models.CharField(max_length=10, choices=Outcome)
    codes = models.JSONField(default=list)
    warnings = models.JSONField(default=list)
    object_id = models.UUIDField(null=True)  # the person

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "sheet", "row"], name="imports_importrow_once")]
