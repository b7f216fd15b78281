"""What the platform says of each account, by whatever way it says it: one function takes them all.

Only items of that notice; a later answer follows an earlier one, nothing is overwritten; a late
answer is taken and stays late. What was answered stops climbing the ladder at that instant.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import Case as When_
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from moderation_portal import audit, policy
from moderation_portal.errors import Conflict, Invalid, PortalError, Refused
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, SYSTEM, Actor
from platforms.models import Contact
from reports.models import Handling
