from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "interazioni.foundation.accounts"
    label = "accounts"

    def ready(self) -> None:
        from allauth.account.middleware import AccountMiddleware
        from allauth.mfa.recovery_codes import views as recovery_codes

        from interazioni.foundation.access import middleware
        from interazioni.foundation.audit.registry import describe

        # allauth answers some acts with an exception that its middleware turns into "log in again".
        middleware.answers.append(AccountMiddleware(lambda request: None).process_exception)
        # Showing recovery codes notes that they were seen: the two pages of the house that write on GET.
        for view in (recovery_codes.view_recovery_codes, recovery_codes.download_recovery_codes):
            view.writes_on_get = True
        describe("accounts.create_account", _("made the account"))
