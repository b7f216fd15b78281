from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Agencies and petitions")

    def ready(self):
        # Registers the job, what takes two persons, what this room opens, and the topics.
        from . import csv_import, guarding, sections, tasks  # noqa: F401
