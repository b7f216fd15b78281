from django.apps import AppConfig


class CasesConfig(AppConfig):
    name = "cases"

    def ready(self):
        from . import tasks  # noqa: F401  registers what this room listens to
