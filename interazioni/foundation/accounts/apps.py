from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "interazioni.foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.middleware import AccountMiddleware

        from interazioni.foundation.access import middleware
        from interazioni.foundation.audit.registry import describe

        # allauth answers some acts with an exception that its middleware turns into "log in again".
        middleware.answers.append(AccountMiddleware(lambda request: None).process_exception)
        describe("accounts.create_account", _("made the account"))
