"""What this room opens: formal requests, and what one has reported oneself."""

from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import AUDITORS, RULE_READERS, STAFF, Role
from moderation_portal.sections import Section, register

from .permissions import TELLERS

READERS = STAFF | AUDITORS | {Role.POLICE}

register(
    Section("requests", "reports:requests", _("Formal requests"), READERS, 2, {Role.POLICE}),
    Section("rules", "reports:rules", _("Rules"), RULE_READERS, 10),
    Section("reports", "reports:mine", _("My reports"), TELLERS, 3, TELLERS),
)
