from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "interazioni.front.demo"
    label = "demo"

    def ready(self) -> None:
        from interazioni.foundation.accounts.registry import Known, LoginNote, register_login_note
        from interazioni.front.demo.cast import CAST, PASSWORD

        def cast() -> LoginNote:
            people = [Known(each.login, f"{each.first_name} {each.last_name}", each.story) for each in CAST.values()]
            return LoginNote(people, PASSWORD)

        register_login_note(cast)  # shown by an installation that says it is a demo, and by no other
