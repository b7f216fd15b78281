"""What this room opens: the queue, the notices, and the pages of a platform."""

from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import AUDITORS, REPRESENTATIVES, STAFF
from moderation_portal.sections import Section, register

from .table import OVERSEERS

DESK = STAFF | AUDITORS

register(
    Section("queue", "cases:queue", _("Queue"), DESK, 1, DESK),
    Section("notices", "cases:notices", _("Notices"), DESK, 4),
    Section("platforms", "cases:platforms", _("Platforms"), DESK, 5),
    Section("team", "cases:team", _("Team"), OVERSEERS, 6),
    # A platform's pages have a navigation of their own.
    Section("platform", "cases:platform_home", _("Notices"), (), 0, REPRESENTATIVES),
)
