from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "moderation_portal"

    def ready(self):
        from . import accounts, checks, tasks  # noqa: F401  registers checks, topics, sign-in
