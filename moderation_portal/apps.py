from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "moderation_portal"

    def ready(self):
        from . import checks, tasks  # noqa: F401  registers start-up checks and topics
