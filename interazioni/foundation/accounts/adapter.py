from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitationOnlyAdapter(DefaultAccountAdapter):
    """Nobody signs up: an account begins with an invitation into a body (`plan.partners`)."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
