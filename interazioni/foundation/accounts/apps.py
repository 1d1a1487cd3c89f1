from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "interazioni.foundation.accounts"
    label = "accounts"
