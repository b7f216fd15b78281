"""What this room opens: the queue, the notices, and the pages of a platform."""

from django.utils.translation import gettext_lazy as _

from moderation_portal.roles import REPRESENTATIVES
from moderation_portal.sections import Section, register
from reports import tabs

from .holds.seeing import knows
from .permissions import READERS
from .table import OVERSEERS

register(
    Section("queue", "cases:queue", _("Queue"), READERS, 1, READERS),
    Section("notices", "cases:notices", _("Notices"), READERS, 4),
    Section("platforms", "cases:platforms", _("Platforms"), READERS, 5),
    Section("team", "cases:team", _("Team"), OVERSEERS, 6),
    # A platform's pages have a navigation of their own.
    Section("platform", "cases:platform_home", _("Notices"), (), 0, REPRESENTATIVES),
)

tabs.register(tabs.Tab("cases:holds", _("Holds"), knows))
