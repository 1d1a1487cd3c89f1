"""What of allauth is ours to decide."""

from base64 import b64decode, b64encode

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from interazioni.foundation.core.secrets import open_sealed, seal


class InvitationOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up: an account begins with an invitation into a body (`plan.partners`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        return f"InterAzioni: {subject}"

    def get_reset_password_from_key_url(self, key: str) -> str:
        """From the installation's own address, never from the Host header of whoever asked for the reset."""
        uid, _, token = key.partition("-")
        return str(settings.BASE_URL + reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}))


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps and recovery codes are encrypted in their rows, like everything of that kind."""

    _ADDRESS = "mfa_authenticator/data"

    def encrypt(self, text: str) -> str:
        return b64encode(seal(text, address=self._ADDRESS)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return open_sealed(b64decode(encrypted_text), address=self._ADDRESS)
