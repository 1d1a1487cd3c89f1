from collections.abc import Sequence

from django.conf import settings

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.audit.rules import record
from interazioni.foundation.translation.models import Translator


@rule(Permission.TRANSLATIONS_WRITE)
def set_languages(*, languages: Sequence[str], by: Actor) -> Translator:
    """Says into which languages somebody translates: their own choice, for their own board."""
    kept = [code for code in settings.PORTAL_LANGUAGES if code in languages]
    row, _made = Translator.objects.update_or_create(user_id=by.user_id, defaults={"languages": kept})
    record(by, "translation.set_languages", object_kind="user", object_id=by.user_id, changed=["languages"])
    return row
