"""What editors write for the public: guides, news, opportunities, events, pages of the plan. Wagtail keeps drafts, revisions and review.

A row holds what is published (or, before that, the first draft); drafts of what is published live in Wagtail's revisions. The words of
what is published go to `translation`, paragraph by paragraph: the id of a block is the key of its segment.
"""

from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.fields import StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    Task,
    Workflow,
    WorkflowMixin,
)

from interazioni.actions.content.body import BLOCKS
from interazioni.actions.content.dates import MOST_YEARS, checked
from interazioni.actions.content.pictured import WORDED, Pictured
from interazioni.actions.directory.models import Theme
from interazioni.foundation.access.context import current_actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.core.models import Base
from interazioni.foundation.vocabularies.folding import fold
from interazioni.plan.partners.models import Body

REVIEW = "Verifica dell'assistenza tecnica"  # the one workflow: whoever assists the plan reads before the public does


class Entry(PreviewableMixin, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, Pictured, Base):
    """Something to read. `kind` and `folder` (its place in the portal's addresses) are its class's."""

    kind: ClassVar[str]
    folder: ClassVar[str]
    days: ClassVar[int]  # how long a body's word on it is good
    wagtail_reference_index_ignore = True  # nothing of ours points to an entry from within another

    body = models.ForeignKey(Body, on_delete=models.PROTECT, related_name="+", editable=False)
    slug = models.SlugField(
        _("address"), max_length=140, blank=True,
        help_text=_("The last part of its address on the portal. Left empty, it is made from the title; the old one keeps working."),
    )  # fmt: skip
    title = models.CharField(_("title"), max_length=160)
    summary = models.CharField(
        _("in one sentence"),
        max_length=300,
        help_text=_("What a reader learns here. It stands in lists and in the search."),
    )
    theme = models.CharField(_("theme"), max_length=10, choices=Theme)
    text = StreamField(BLOCKS, verbose_name=_("text"), use_json_field=True)
    also = models.CharField(
        _("words that people use for it"),
        max_length=300,
        blank=True,
        help_text=_("Separated by commas: the search finds it under them, too."),
    )
    sources = models.TextField(
        _("sources"), blank=True, max_length=2000, help_text=_("One a line: a name, then the address of the page.")
    )
    see_also = models.TextField(
        _("read also"), blank=True, max_length=1000,
        help_text=_("One a line: the address of another page of this portal. Left empty, the page ends with what else there is on its theme."),
    )  # fmt: skip
    municipality = models.CharField(
        _("municipality"), max_length=6, blank=True, help_text=_("Empty: it concerns the whole region.")
    )
    sensitive = models.BooleanField(
        _("about violence"), default=False, help_text=_("The page gets a button to leave it at once.")
    )
    minor = models.BooleanField(
        _("only the wording changes"), default=False, help_text=_("A comma, a typing error: translations stay good.")
    )

    _revisions = GenericRelation(
        "wagtailcore.Revision", content_type_field="base_content_type", object_id_field="object_id"
    )
    workflow_states = GenericRelation(
        "wagtailcore.WorkflowState",
        content_type_field="base_content_type",
        object_id_field="object_id",
        for_concrete_model=False,
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="%(app_label)s_%(class)s_titled"),
            models.CheckConstraint(condition=Q(live=False) | ~Q(slug=""), name="%(app_label)s_%(class)s_addressed"),
            models.UniqueConstraint(fields=["slug"], condition=~Q(slug=""), name="%(app_label)s_%(class)s_address"),
            models.CheckConstraint(condition=WORDED, name="%(app_label)s_%(class)s_pictured"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def revisions(self) -> Any:
        return self._revisions

    @property
    def path(self) -> str:
        """Below the language."""
        return f"{self.folder}/{self.slug}/"

    @classmethod
    def get_default_workflow(cls) -> Workflow | None:
        return Workflow.objects.filter(name=REVIEW, active=True).first()

    def clean(self) -> None:
        super().clean()
        self._keep_slug()
        wrong = [
            line
            for line in self.sources.splitlines()
            if line.strip() and not line.split()[-1].startswith(("https://", "http://"))
        ]
        if wrong:
            raise ValidationError(
                {"sources": _("“%(line)s”: the address at the end is missing (https://…).") % {"line": wrong[0][:80]}}
            )

        elsewhere = [line for line in self.see_also.splitlines() if line.strip() and not path_in(line)]
        if elsewhere:
            raise ValidationError(
                {"see_also": _("“%(line)s” is not the address of a page of this portal.") % {"line": elsewhere[0][:80]}}
            )

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Wagtail saves by itself: the body is the one that its first editor acts as, the address is given with the first publication."""
        actor = current_actor()
        if self.body_id is None and actor is not None:
            self.body_id = actor.body_id
        self._keep_slug()
        super().save(*args, **kwargs)

    def _keep_slug(self) -> None:
        if self.live and not self.slug:
            stood = type(self)._default_manager.filter(pk=self.pk).values_list("slug", flat=True).first()
            self.slug = stood or self._free_slug()

    def _free_slug(self) -> str:
        """Whoever publishes sees every body's entries, so that it is free indeed."""
        wanted = slugify(fold(self.title))[:100] or self.kind
        taken = set(
            type(self)
            ._default_manager.filter(slug__startswith=wanted)
            .exclude(pk=self.pk)
            .values_list("slug", flat=True)
        )
        old = Redirect.objects.filter(path__startswith=f"{self.folder}/{wanted}").values_list("path", flat=True)
        taken |= {path.split("/")[1] for path in old}
        return next(
            slug for slug in [wanted, *(f"{wanted}-{n}" for n in range(2, len(taken) + 3))] if slug not in taken
        )

    def with_content_json(self, content: Any) -> Any:
        """A draft that was begun before the first publication knows neither its address; whose it is, no draft decides."""
        found = super().with_content_json(content)
        found.body_id = self.body_id
        found.slug = found.slug or self.slug
        return found

    def cited(self) -> list[tuple[str, str]]:
        """(name, address) of each source."""
        found = []
        for line in self.sources.splitlines():
            said, _space, address = line.strip().rpartition(" ")
            if address:
                found.append((said.rstrip(" :-–") or address, address))
        return found

    def leads_to(self) -> list[str]:
        """Paths below the language, in the editor's order."""
        return list(dict.fromkeys(filter(None, map(path_in, self.see_also.splitlines()))))

    # --- Wagtail's preview: the portal's own page --------------------------------------------------------------------
    def serve_preview(self, request: Any, mode_name: str) -> Any:
        from interazioni.actions.content.preview import drawn

        return drawn(self, request)


class Guide(Entry):
    kind, folder, days = "guide", "guides", 180

    class Meta(Entry.Meta):
        verbose_name, verbose_name_plural = _("guide"), _("guides")


class PlanPage(Entry):
    """The plan itself: who we are, how to take part."""

    kind, folder, days = "plan_page", "plan", 180

    class Meta(Entry.Meta):
        verbose_name, verbose_name_plural = _("page of the plan"), _("pages of the plan")


class News(Entry):
    kind, folder, days = "news", "news", 90

    class Meta(Entry.Meta):
        verbose_name, verbose_name_plural = _("news"), _("news")


class Opportunity(Entry):
    """A call, a course, a scholarship: something that ends."""

    kind, folder, days = "opportunity", "opportunities", 90
    deadline = models.DateTimeField(_("deadline"), help_text=_("After it, it is no longer shown."))
    link = models.URLField(_("where to apply"), max_length=300, blank=True)

    class Meta(Entry.Meta):
        verbose_name, verbose_name_plural = _("opportunity"), _("opportunities")


class Repeats(models.TextChoices):
    NO = "", _("It does not repeat")
    DAILY = "FREQ=DAILY", _("Every day")
    WEEKLY = "FREQ=WEEKLY", _("Every week")
    FORTNIGHT = "FREQ=WEEKLY;INTERVAL=2", _("Every two weeks")
    MONTHLY = "FREQ=MONTHLY", _("Every month")


class Event(Entry):
    """Once, or repeated until a day. An imported event keeps the UID of the calendar it came from."""

    kind, folder, days = "event", "events", 90
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    rule = models.CharField(_("repeats"), max_length=160, blank=True)  # RFC 5545, without UNTIL and COUNT
    until = models.DateField(_("until"), null=True, blank=True, help_text=_("The last day, for what repeats."))
    except_days = models.JSONField(default=list, blank=True)  # ISO days on which it does not take place
    where = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Name of the place, street and number.")
    )
    online = models.URLField(_("address of the online meeting"), max_length=300, blank=True)
    free = models.BooleanField(_("free of charge"), default=True)
    booking = models.CharField(_("how to book"), max_length=200, blank=True)
    external_uid = models.CharField(max_length=250, blank=True, editable=False)
    imported = models.JSONField(
        default=dict, blank=True, editable=False
    )  # what the calendar said when it was last read

    class Meta(Entry.Meta):
        verbose_name, verbose_name_plural = _("event"), _("events")
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(condition=Q(ends_at__gte=F("starts_at")), name="content_event_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(rule="") | Q(until__isnull=False), name="content_event_repeats_until"),
            models.UniqueConstraint(
                fields=["body", "external_uid"], condition=~Q(external_uid=""), name="content_event_imported_once"
            ),
        ]

    def with_content_json(self, content: Any) -> Any:
        """Where it came from and what the calendar said, no draft decides: an old one would make what nobody touched look edited."""
        found = super().with_content_json(content)
        found.external_uid, found.imported = self.external_uid, self.imported
        return found

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at < self.starts_at:
            raise ValidationError({"ends_at": _("It ends before it begins.")})
        if self.rule:
            self.rule = checked(self.rule)
            if self.until is None:
                raise ValidationError({"until": _("What repeats needs a last day.")})
            if self.starts_at and not 0 <= (self.until - self.starts_at.date()).days <= 366 * MOST_YEARS:
                raise ValidationError(
                    {
                        "until": _("The last day lies after the first, and at most %(n)s years later.")
                        % {"n": MOST_YEARS}
                    }
                )


KINDS: dict[str, type[Entry]] = {model.kind: model for model in (Guide, PlanPage, News, Opportunity, Event)}


def path_in(address: str) -> str:
    """The path below the language of a page of this portal, as it may be copied from a browser in any language; "" for anything else."""
    steps = [step for step in urlsplit(address.strip()).path.split("/") if step]
    if steps and steps[0] in settings.PORTAL_LANGUAGES:
        steps = steps[1:]
    known = {"services", *(model.folder for model in KINDS.values())}
    return f"{steps[0]}/{steps[1]}/" if len(steps) == 2 and steps[0] in known else ""


class Redirect(Base):
    """An address that a published entry once had."""

    path = models.CharField(max_length=250, unique=True)
    kind = models.SlugField(max_length=30)
    object_id = models.UUIDField()


class Review(Task):
    """The reading by who assists the plan. Nobody but them approves; the entry's own body may go on correcting it meanwhile."""

    class Meta:
        verbose_name = _("review")

    def _may(self, user: Any) -> bool:
        actor = current_actor()
        return actor is not None and actor.user_id == user.pk and actor.can(Permission.CONTENT_REVIEW)

    def user_can_access_editor(self, obj: Entry, user: Any) -> bool:
        return self._may(user)

    def get_actions(self, obj: Entry, user: Any) -> list[tuple[str, Any, bool]]:
        if not self._may(user):
            return []
        if (
            obj.get_latest_revision_as_object().wordless()
        ):  # saved as a draft after it was sent here; approving publishes the latest
            return [("reject", _("Ask for changes: the picture lacks its words"), True)]
        return [
            ("reject", _("Ask for changes"), True),
            ("approve", _("Approve and publish"), False),
            ("approve", _("Approve with a comment and publish"), True),
        ]

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> Any:
        from wagtail.models import TaskState

        if not self._may(user):
            return TaskState.objects.none()
        return TaskState.objects.filter(status=TaskState.STATUS_IN_PROGRESS, task=self.task_ptr)

    @classmethod
    def get_description(cls) -> Any:
        return _("Whoever assists the plan reads it, and approves it or asks for changes.")


def find(kind: str, ident: UUID) -> Entry | None:
    model = KINDS.get(kind)
    return model._default_manager.filter(pk=ident).first() if model else None
