from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CasesConfig(AppConfig):
    name = "cases"
    verbose_name = _("Cases")

    def ready(self):
        # Registers what takes two persons, what this room opens and what it listens to.
        from . import dead_letters, effects, first_time, guarding, many, sections, tasks  # noqa: F401
