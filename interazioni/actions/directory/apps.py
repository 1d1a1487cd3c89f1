from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "interazioni.actions.directory"
    label = "directory"

    def ready(self) -> None:
        from interazioni.actions.directory import hanging

        hanging.hang()
