"""What is translated, segment by segment. See `docs/mechanisms/translation.md`."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _

from interazioni.foundation.core.models import Base


class State(models.TextChoices):
    TO_DO = "to_do", _("To do")
    MACHINE = "machine", _("Machine draft, to be read")
    TRANSLATED = "translated", _("Translated")
    VALIDATED = "validated", _("Validated by a mediator")


class Origin(models.TextChoices):
    HUMAN = "human", _("Written by a person")
    MEMORY = "memory", _("From the memory")
    MACHINE = "machine", _("By a machine")
    FILE = "file", _("From a file")


class Source(Base):
    """A thing of some room whose words are translated. `texts`: what it says now, in the order in which it is read."""

    kind = models.SlugField(max_length=30)
    object_id = models.UUIDField()
    body_id = models.UUIDField()  # whose words they are
    language = models.CharField(max_length=12)
    texts = models.JSONField(default=list)  # [[key, text, id of the segment], …]
    revision = models.PositiveIntegerField(default=1)  # +1 with each change
    public = models.BooleanField(default=False)
    theme = models.SlugField(max_length=30, blank=True)
    path = models.CharField(max_length=250, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "object_id"], name="translation_source_once")]


class Segment(Base):
    """A paragraph, a title, an item of a list: what is translated as one."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="segments")
    key = models.CharField(max_length=80)
    position = models.PositiveIntegerField()
    text = models.TextField()
    revision = models.PositiveIntegerField()  # of the source, when the meaning last changed
    past = models.JSONField(default=list)  # [[revision, text], …] what it said before its meaning changed, oldest first

    class Meta:
        # Deferred: paragraphs that change places change keys, too.
        constraints = [
            models.UniqueConstraint(
                fields=["source", "key"], name="translation_segment_key", deferrable=models.Deferrable.DEFERRED
            )
        ]
        ordering = ["position"]


class Version(Base):
    """A source in one language. `published` is what is read: it stays while a newer one is being written."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="versions")
    language = models.CharField(max_length=12)
    pivot = models.CharField(max_length=12, blank=True)  # translated from this language; empty: from the source's own
    state = models.CharField(max_length=10, choices=State, default=State.TO_DO)
    published = models.JSONField(
        null=True
    )  # {id of the segment: text}: a paragraph that moves takes its translation along
    published_revision = models.PositiveIntegerField(default=0)  # of the source
    published_at = models.DateTimeField(null=True)
    outdated = models.BooleanField(default=False)  # what is published was made from words that mean something else now
    missing = models.PositiveIntegerField(default=0)  # segments to be written, or to be looked at again
    translator_id = models.UUIDField(null=True)
    validator_id = models.UUIDField(null=True)
    validated_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "language"], name="translation_version_once"),
            models.CheckConstraint(
                condition=~Q(state=State.VALIDATED)
                | Q(validator_id__isnull=False) & ~Q(validator_id=F("translator_id")),
                name="translation_validated_by_another",
            ),
            models.CheckConstraint(condition=~Q(pivot=F("language")), name="translation_no_pivot_of_itself"),
            models.CheckConstraint(
                condition=Q(outdated=False) | Q(published__isnull=False), name="translation_outdated_is_published"
            ),
        ]
        indexes = [models.Index(fields=["language", "state"], name="translation_version_board")]


class Piece(Base):
    """One segment in one language. `of_revision`: the revision of the words that it was made from."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="pieces")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="pieces")
    text = models.TextField()
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.HUMAN)
    read = models.BooleanField(default=True)  # a machine's words: whether a person has read and kept them
    of_revision = models.PositiveIntegerField()
    revision = models.PositiveIntegerField(default=1)  # its own: what was translated from it asks
    past = models.JSONField(default=list)  # [[revision, text], …] as of a segment
    excuse = models.CharField(max_length=300, blank=True)  # why what the checks take for an error is right here
    by_id = models.UUIDField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "segment"], name="translation_piece_once"),
            models.CheckConstraint(condition=~Q(text=""), name="translation_piece_says_something"),
            models.CheckConstraint(
                condition=Q(read=True) | Q(origin=Origin.MACHINE), name="translation_unread_is_machine"
            ),
        ]


class Memory(Base):
    """What a text was translated as, once. One row for each way it was put."""

    source_language = models.CharField(max_length=12)
    language = models.CharField(max_length=12)
    text = models.TextField()
    translation = models.TextField()
    validated = models.BooleanField(default=False)
    uses = models.PositiveIntegerField(default=1)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                F("source_language"), F("language"), MD5("text"), MD5("translation"),
                name="translation_memory_once",
            )
        ]  # fmt: skip
        indexes = [GinIndex(OpClass("text", name="gin_trgm_ops"), name="translation_memory_text")]


class Concept(Base):
    """A thing of the field that has one name in each language (`permesso di soggiorno`)."""

    code = models.SlugField(max_length=60, unique=True)
    note = models.CharField(max_length=300, blank=True)  # what is meant, for translators
    enforced = models.BooleanField(default=True)  # a translation that calls it otherwise is asked why


class Term(Base):
    """A concept's name in a language. The preferred one is used; the others are found, and advised against."""

    concept = models.ForeignKey(Concept, on_delete=models.CASCADE, related_name="terms")
    language = models.CharField(max_length=12)
    text = models.CharField(max_length=120)
    preferred = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["concept", "language", "text"], name="translation_term_once"),
            models.UniqueConstraint(
                fields=["concept", "language"], condition=Q(preferred=True), name="translation_one_preferred"
            ),
        ]


class Translator(Base):
    """The languages somebody translates into: which of the board is theirs."""

    user_id = models.UUIDField(unique=True)
    languages = models.JSONField(default=list)


class Engine(models.TextChoices):
    LIBRETRANSLATE = "libretranslate", "LibreTranslate"
    DEEPL = "deepl", "DeepL"
    ETRANSLATION = "etranslation", "eTranslation"


class RunState(models.TextChoices):
    RUNNING = "running", _("Running")
    WAITING = "waiting", _("Waiting for the engine's answers")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped")


class Run(Base):
    """A machine drafts public words in one language, on somebody's order, by the worker."""

    engine = models.CharField(max_length=20, choices=Engine)
    language = models.CharField(max_length=12)
    sources = models.JSONField(default=list)  # ids, in the order of the board
    done = models.PositiveIntegerField(default=0)  # of them
    drafted = models.PositiveIntegerField(default=0)  # segments by the machine
    remembered = models.PositiveIntegerField(default=0)  # segments from the memory
    failed = models.PositiveIntegerField(default=0)  # segments that came back without what must be kept, or not at all
    fault = models.CharField(max_length=300, blank=True)  # why it stopped
    state = models.CharField(max_length=8, choices=RunState, default=RunState.RUNNING)
    by_id = models.UUIDField()
    body_id = models.UUIDField()


class Errand(Base):
    """A text that an engine answers later, at an address of its own: once."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="errands")
    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="errands")
    kept = models.JSONField(default=list)  # what stands for the marks in the text that was sent
    made_of = models.PositiveIntegerField()
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "segment"], name="translation_errand_once")]


class Handed(Base):
    """A translator's file between preview and taking over. Dropped after a week."""

    language = models.CharField(max_length=12)
    name = models.CharField(max_length=200)
    content = models.BinaryField()
    by_id = models.UUIDField()
    taken_at = models.DateTimeField(null=True)
