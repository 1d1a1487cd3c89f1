from django.contrib.postgres.fields import ArrayField, DateTimeRangeField
from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q

from interazioni.foundation.core import clock
from interazioni.foundation.core.models import Base


class Document(Base):
    """One public thing in one language, as the search and every list of mixed things read it. Derived: made anew whenever the thing changes.

    `reads_in`: the languages of the interface whose readers are shown this document: its own, and those in which the thing is not to be had.
    So each reader finds each thing once.

    `published_at`: since when the thing is public; `changed_at`: since when this document says what it says. Neither moves where a thing is
    only confirmed again.
    """

    kind = models.SlugField(max_length=30)
    object_id = models.UUIDField()
    language = models.CharField(max_length=12)  # BCP-47, as settings.LANGUAGES writes it
    reads_in = ArrayField(models.CharField(max_length=12))
    path = models.CharField(max_length=250)  # below the language: "services/…/"
    picture = models.CharField(max_length=200, blank=True, db_default="")  # address of a small one, three by two
    title = models.CharField(max_length=300)
    summary = models.TextField(blank=True)
    text = models.TextField(blank=True)
    also = models.TextField(blank=True)  # words that people type and the text does not say
    vector = SearchVectorField()
    theme = models.CharField(max_length=30, blank=True)
    municipalities = ArrayField(models.CharField(max_length=6), default=list)  # ISTAT; empty: everywhere
    latitudes = ArrayField(models.FloatField(), default=list)  # of the places where it is to be had
    longitudes = ArrayField(models.FloatField(), default=list)
    spoken = ArrayField(models.CharField(max_length=12), default=list)  # languages in which one is served
    free = models.BooleanField(null=True)
    starts_at = models.DateTimeField(null=True)  # an event's next beginning, an opportunity's opening, the day of news
    ends_at = models.DateTimeField(null=True)
    published_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    stale = models.BooleanField(default=False)  # nobody vouches for it any more: it comes after the others
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id", "language"], name="search_document_once"),
            models.CheckConstraint(condition=Q(reads_in__len__gte=1), name="search_document_has_readers"),
            models.CheckConstraint(condition=Q(latitudes__len=F("longitudes__len")), name="search_document_points"),
        ]
        indexes = [
            # Both in one: words of fourteen other languages are not even looked at.
            GinIndex(fields=["reads_in", "vector"], name="search_document_words", fastupdate=False),
            models.Index(fields=["kind", "theme"], name="search_document_kind"),
            models.Index(fields=["-changed_at", "-object_id"], name="search_document_newest"),
        ]


class Opening(Base):
    """A time in which a thing is open, for some weeks ahead: "open now" is a question to an index."""

    kind = models.SlugField(max_length=30)
    object_id = models.UUIDField()
    span = DateTimeRangeField()

    class Meta:
        indexes = [
            models.Index(fields=["object_id"], name="search_opening_object"),
            GistIndex(fields=["span"], name="search_opening_span"),
        ]


class Word(models.Model):
    """A word that stands in some document or in the glossary, as it is typed (folded): what a misspelt one is held against.

    `token`: under which it is found; `sound`: its consonants, whatever its script (`sounds`).
    """

    surface = models.CharField(max_length=60, primary_key=True)
    token = models.CharField(max_length=60)
    sound = models.CharField(max_length=60)

    class Meta:
        indexes = [
            GinIndex(OpClass("surface", name="gin_trgm_ops"), name="search_word_trigrams"),
            models.Index(fields=["sound"], name="search_word_sound"),
        ]


class Token(models.Model):
    """In how many of the documents that a language's readers are shown a token stands: the rarer, the more it says. The empty token: in all.

    Counted anew by the worker.
    """

    pk = models.CompositePrimaryKey("language", "token")
    language = models.CharField(max_length=12)
    token = models.CharField(max_length=60)
    documents = models.IntegerField()
