"""Who vouches for what is public, since when, and what speaks against it. See `docs/mechanisms/freshness.md`."""

from uuid import UUID

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
    """Something that the system found by itself, and takes away by itself when it finds it no more."""

    vouch = models.ForeignKey(Vouch, on_delete=models.CASCADE, related_name="problems")
    kind = models.CharField(max_length=12, choices=ProblemKind)
    what = models.CharField(max_length=500)  # the link; the place that never opens
    answer = models.CharField(max_length=12, blank=True)  # of the link, as in `LinkState`
    seen_at = models.DateTimeField()  # since when
    told_at = models.DateTimeField(null=True)  # the owner has been written to
    dismissed_at = models.DateTimeField(null=True)  # its owner has looked: it is right as it is
    dismissed_by_id = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["vouch", "kind", "what"], name="freshness_problem_once"),
            models.CheckConstraint(
                condition=Q(dismissed_at=None, dismissed_by_id=None)
                | Q(dismissed_at__isnull=False, dismissed_by_id__isnull=False),
                name="freshness_problem_dismissed_by",
            ),
        ]

    @property
    def key(self) -> tuple[UUID, str, str]:
        return self.vouch_id, self.kind, self.what


class LinkState(models.Model):
    """What an address answered. Shared by all things that link to it, so that nobody's server is asked twice a night.

    What it said in a night is concluded upon when all were asked: a night in which nobody answers says something about us.
    """

    url = models.CharField(max_length=500, primary_key=True)  # without its fragment
    linked_date = models.DateField()  # the last night in which a public page held it
    asked_date = models.DateField(null=True)  # the night in which it was asked last,
    heard = models.CharField(max_length=12, blank=True)  # and what it said: a status, or a word of `judging`
    checked_at = models.DateTimeField(null=True)  # when something was last concluded
    answer = models.CharField(max_length=12, blank=True)  # from this
    failing_since = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)  # nights, since it last answered

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(failing_since=None, failures=0) | Q(failing_since__isnull=False, failures__gte=1),
                name="freshness_link_fails_since",
            )
        ]
        indexes = [models.Index(fields=["linked_date", "asked_date"], name="freshness_link_waiting")]


class LinkRound(models.Model):
    """A night in which links are asked. One worker at a time has it in hand; when that one is killed, the next goes on."""

    date = models.DateField(primary_key=True)
    begun_at = models.DateTimeField()
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)  # by the machine's own clock
    gathered_at = models.DateTimeField(null=True)  # what is to be asked is known
    concluded_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # what was found stands with the entries
    asked = models.PositiveIntegerField(default=0)
    hosts = models.PositiveIntegerField(default=0)
    silent_hosts = models.PositiveIntegerField(default=0)  # of which not one address answered
    lost = models.BooleanField(default=False)  # (nearly) nobody answered: nothing is concluded


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
