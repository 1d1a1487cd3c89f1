"""Who can log in. This room knows no body: what somebody may do is a membership's business (`plan.partners`)."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from interazioni.foundation.core.ids import new_id


class User(AbstractUser):
    """An operator of some body. Never a recipient of the plan."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    language = models.CharField(max_length=10, default="it")

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined, misc]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="accounts_user_email", condition=~models.Q(email=""))
        ]
