from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self):
        from . import csv_import, tasks  # noqa: F401  registers the job and the topics
