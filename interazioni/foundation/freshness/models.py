"""Who vouches for what is public, since when, and what speaks against it. See `docs/mechanisms/freshness.md`."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base


class Way(models.TextChoices):
    PUBLISHED = "published", _("by publishing it")
    PAGE = "page", _("on its page")
    LINK = "link", _("by the link in the e-mail")


class Vouch(Base):
    """A body's word that a public thing is true, good for some days. One for each thing; the audit keeps the earlier ones."""

    kind = models.SlugField(max_length=30)
    object_id = models.UUIDField(unique=True)
    body_id = models.UUIDField()
    body_name = models.CharField(max_length=200)  # who vouches, as the public reads it
    title = models.CharField(max_length=300)
    path = models.CharField(max_length=250)
    period_days = models.PositiveSmallIntegerField()
    verified_at = models.DateTimeField()
    verified_by_id = models.UUIDField(null=True)
    verified_way = models.CharField(max_length=10, choices=Way, default=Way.PUBLISHED)
    due_at = models.DateTimeField()  # it is stale from then on
    asked = models.PositiveSmallIntegerField(
        default=0
    )  # mails sent since it was verified: the question and its reminders
    asked_at = models.DateTimeField(null=True)
    demoted_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(period_days__gte=1, period_days__lte=730), name="freshness_vouch_period"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("verified_at")), name="freshness_vouch_due_later"),
            models.CheckConstraint(
                condition=Q(demoted_at=None) | Q(demoted_at__gte=F("due_at")), name="freshness_vouch_demoted_when_due"
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="freshness_vouch_due")]


class ProblemKind(models.TextChoices):
    DEAD_LINK = "dead_link", _("A link leads nowhere")
    NEVER_OPEN = "never_open", _("No opening hours ahead")


class Problem(Base):
    """Something that the system found by itself."""

    vouch = models.ForeignKey(Vouch, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=12, choices=ProblemKind)
    what = models.CharField(max_length=500)  # the link
    seen_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # the owner has been written to

    class Meta:
        constraints = [models.UniqueConstraint(fields=["vouch", "kind", "what"], name="freshness_problem_once")]


class LinkState(models.Model):
    """What an address answered. Shared by all things that link to it, so that nobody's server is asked twice a night."""

    url = models.CharField(max_length=500, primary_key=True)
    checked_at = models.DateTimeField()
    failing_since = models.DateTimeField(null=True)
    answer = models.CharField(max_length=60, blank=True)  # "404", "no answer", "not a public address"


class SuggestionState(models.TextChoices):
    NEW = "new", _("To be looked at")
    TAKEN = "taken", _("Taken over")
    DECLINED = "declined", _("Not taken over")


class Suggestion(Base):
    """A reader's words about a public thing, without an account. Plain text; no name is asked for."""

    kind = models.SlugField(max_length=30)
    object_id = models.UUIDField()
    body_id = models.UUIDField()
    text = models.TextField(max_length=2000)
    language = models.CharField(max_length=12)  # of the page that it was written on
    contact = models.CharField(max_length=120, blank=True)  # if the reader wants an answer; emptied once it is settled
    visitor = models.CharField(max_length=43, blank=True)  # keyed hash of the day and the address; emptied after a day
    state = models.CharField(max_length=8, choices=SuggestionState, default=SuggestionState.NEW)
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.UUIDField(null=True)
    words = models.CharField(max_length=500, blank=True)  # what was done, or why not

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state=SuggestionState.NEW, settled_at=None)
                | ~Q(state=SuggestionState.NEW) & Q(settled_at__isnull=False, contact=""),
                name="freshness_suggestion_settled",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="freshness_suggestion_says_something"),
        ]
        indexes = [
            models.Index(
                fields=["visitor", "created_at"], condition=~Q(visitor=""), name="freshness_suggestion_visitor"
            ),
            models.Index(fields=["object_id"], name="freshness_suggestion_object"),
        ]
