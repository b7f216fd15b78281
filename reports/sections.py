"""What this room opens: formal requests, and what one has reported oneself."""

from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import RULE_READERS, Role
from moderation_portal.sections import Section, register

from .permissions import MAY_READ_REQUESTS, TELLERS

POLICE = {Role.POLICE}

register(
    Section("requests", "reports:requests", _("Formal requests"), MAY_READ_REQUESTS, 2, POLICE),
    Section("rules", "reports:rules", _("Rules"), RULE_READERS, 10),
    Section("reports", "reports:mine", _("My reports"), TELLERS, 3, TELLERS),
)
