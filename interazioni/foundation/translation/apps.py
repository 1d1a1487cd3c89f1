from django.apps import AppConfig


class TranslationConfig(AppConfig):
    name = "interazioni.foundation.translation"
    label = "translation"

    def ready(self) -> None:
        from interazioni.foundation.translation import hanging

        hanging.hang()
