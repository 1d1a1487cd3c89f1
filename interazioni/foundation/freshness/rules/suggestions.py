"""What readers suggest, and what became of it."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.translation import gettext as _

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import Denied, rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core import clock
from interazioni.foundation.freshness import registry
from interazioni.foundation.freshness.models import Suggestion, SuggestionState

FROM_ONE = 10  # a day, from one address
FOR_ONE = 40  # waiting, about one thing: more says nothing more


class TooMany(ValidationError):
    """429: kept by nobody, said to the reader, whose words stay in the form."""


@rule(Permission.SYSTEM_UPKEEP)
def suggest(
    *, kind: str, object_id: UUID, text: str, language: str, contact: str = "", visitor: str, by: Actor
) -> Suggestion:
    """A reader's correction. `by` acts for the body whose thing it is; `visitor` is a keyed hash and no address."""
    with (
        connection.cursor() as cursor
    ):  # many at once from one address, or about one thing, are counted one after the other
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('suggest'), hashtext(%s))", [visitor])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('suggest'), hashtext(%s))", [str(object_id)])
    since = clock.now() - timedelta(days=1)
    if Suggestion.objects.filter(visitor=visitor, created_at__gt=since).count() >= FROM_ONE:
        raise TooMany(
            _("Many suggestions came from your address today. Send this one tomorrow, or write to the office itself.")
        )
    if Suggestion.objects.filter(object_id=object_id, state=SuggestionState.NEW).count() >= FOR_ONE:
        raise TooMany(_("Many readers have written about this already: somebody will look at it. Thank you."))
    row = Suggestion(
        kind=kind,
        object_id=object_id,
        body_id=by.body_id,
        text=text,
        language=language,
        contact=contact,
        visitor=visitor,
    )
    row.save(force_insert=True)
    record(by, "freshness.suggest", object_kind=kind, object_id=object_id)
    return row


@rule(Permission.CONTENT_WRITE)
def settle_suggestion(*, suggestion: Suggestion, taken: bool, words: str = "", by: Actor) -> Suggestion:
    """Taken over (the entry was corrected) or not, with a word why: by the body, or by who reviews every body's entries."""
    if suggestion.body_id == by.body_id and by.can(registry.kinds[suggestion.kind].permission):
        settled = _settle(suggestion.pk, taken, words, by)
    elif by.can(Permission.DIRECTORY_REVIEW):
        as_body = registry.keepers().actor(suggestion.body_id)
        settled = settle_for_body(suggestion_id=suggestion.pk, taken=taken, words=words, user_id=by.user_id, by=as_body)
    else:
        raise Denied(Permission.DIRECTORY_REVIEW)
    record(
        by,
        "freshness.settle_suggestion",
        object_kind=settled.kind,
        object_id=settled.object_id,
        detail={"taken": taken},
    )
    return settled


@rule(Permission.SYSTEM_UPKEEP)
def settle_for_body(*, suggestion_id: UUID, taken: bool, words: str, user_id: UUID, by: Actor) -> Suggestion:
    """The rows stay the body's; who decided stands in the row and in the act of whoever reviewed."""
    settled = _settle(suggestion_id, taken, words, replace(by, user_id=user_id))
    record(
        by,
        "freshness.settle_suggestion",
        object_kind=settled.kind,
        object_id=settled.object_id,
        detail={"taken": taken},
    )
    return settled


def _settle(suggestion_id: UUID, taken: bool, words: str, by: Actor) -> Suggestion:
    row = Suggestion.objects.select_for_update().get(pk=suggestion_id)
    if row.state != SuggestionState.NEW:
        raise ValidationError(_("Somebody has settled it already."))
    row.state = SuggestionState.TAKEN if taken else SuggestionState.DECLINED
    row.settled_at, row.settled_by_id, row.words, row.contact = clock.now(), by.user_id, words, ""
    row.save()
    return row
