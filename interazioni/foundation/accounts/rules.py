from uuid import UUID

from allauth.account.models import EmailAddress

from interazioni.foundation.access.actor import Actor
from interazioni.foundation.access.permissions import Permission
from interazioni.foundation.access.rules import rule
from interazioni.foundation.accounts.models import User
from interazioni.foundation.audit.rules import record
from interazioni.foundation.core.ids import new_id


@rule(Permission.MEMBERS_MANAGE)
def create_account(
    *,
    login: str,
    email: str,
    first_name: str,
    last_name: str,
    password: str | None = None,
    user_id: UUID | None = None,
    language: str = "it",
    by: Actor,
) -> User:
    """An account for somebody who was invited, or for the demo's cast. Without a password nobody can log in with it yet."""
    user = User(
        id=user_id or new_id(),
        username=login,
        email=email.lower(),
        first_name=first_name,
        last_name=last_name,
        language=language,
    )
    user.set_password(password)
    user.full_clean(exclude=["password"])
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
    record(by, "accounts.create_account", object_kind="user", object_id=user.pk)
    return user
