from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlatformsConfig(AppConfig):
    name = "platforms"
    verbose_name = _("Platforms")

    def ready(self):
        # Registers what takes two persons, and what this room looks after.
        from . import guarding, tasks  # noqa: F401
