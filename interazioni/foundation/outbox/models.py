"""Mail and notifications to be sent once: a row in the act's own transaction, sent by the worker."""

from django.db import models
from django.db.models import Q

from interazioni.foundation.core import clock
from interazioni.foundation.core.models import Base
from interazioni.foundation.core.secrets import EncryptedField


class State(models.TextChoices):
    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"


class Message(Base):
    """One mail to one address (`to`), or one notification to the devices of a user (`user_id`). The id becomes its Message-ID, so that a mail sent twice is known as one.

    Moments here are the machine's, not the demo's: a mail waits in real time. The text is emptied once it is sent.
    """

    to = models.EmailField(blank=True)
    user_id = models.UUIDField(null=True, blank=True)
    url = models.CharField(max_length=250, blank=True)  # what a notification opens: a path of ours
    subject = models.CharField(max_length=250)
    text = models.TextField(blank=True)
    purpose = models.CharField(max_length=40)  # "invitation", "account": what it was for, when the text is gone
    state = models.CharField(max_length=6, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(default=clock.machine_now)  # no db_default: RETURNING would need to read
    done_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(
        max_length=80, blank=True
    )  # a code or the kind of fault; servers' words may hold addresses

    class Meta:
        indexes = [models.Index(fields=["next_attempt_at"], condition=Q(state="queued"), name="outbox_message_waiting")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="queued", done_at=None) | ~Q(state="queued") & Q(done_at__isnull=False),
                name="outbox_message_done",
            ),
            models.CheckConstraint(
                condition=Q(to="", user_id__isnull=False) | ~Q(to="") & Q(user_id=None), name="outbox_message_one_way"
            ),
            models.CheckConstraint(condition=~Q(state="sent") | Q(text=""), name="outbox_message_emptied"),
        ]


class Device(Base):
    """A browser that a user lets be notified (a subscription of RFC 8030). Gone as soon as its push service says so."""

    user_id = models.UUIDField()
    endpoint = EncryptedField()
    endpoint_hash = models.BinaryField(max_length=32, unique=True)
    key = EncryptedField()  # p256dh, base64url
    secret = EncryptedField()  # auth, base64url

    class Meta:
        indexes = [models.Index(fields=["user_id"])]
