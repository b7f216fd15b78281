from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "moderation_portal"
    verbose_name = _("Accounts and keys")

    def ready(self):
        # Registers sign-in, what takes two persons, checks and topics.
        from . import (  # noqa: F401
            account_changes,
            accounts,
            checks,
            figure_changes,
            letter_changes,
            tasks,
        )
