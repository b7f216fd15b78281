"""How often the first letter of an order was enough: nothing in it was lacking in the eyes of its
platform. Ordinary letters alone are counted, for everybody reads the figure.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q

from moderation_portal import letter_figures
from moderation_portal.letter_figures import FirstTime
from reports.models import Handling

from .figures import DAYS, UNSAID
from .models import Answer, Notice, NoticeItem, TargetState
from .rungs import ORDERS


def rates(at: datetime) -> dict[tuple[str, str], list[FirstTime]]:
    """Letter and language -> for each of its texts, the newest first, the orders of the last
    `DAYS` days that were answered whole, or of which more had to be known; one statement.

    A correction is no first letter, and what a platform asked once counts whatever it says later.
    """
    since = at - timedelta(days=DAYS)
    first = Notice.objects.filter(
        rung__in=ORDERS, handling=Handling.ORDINARY, revision=0, issued_at__gt=since
    ).exclude(state=Notice.State.WITHDRAWN)
    items = NoticeItem.objects.filter(notice=OuterRef("pk"))
    unsaid = items.filter(answer_code__in=UNSAID).exclude(target__state=TargetState.RELEASED)
    asked = Answer.objects.filter(item__notice=OuterRef("pk"), code=Answer.Code.NEEDS_INFO)
    known = first.annotate(is_asked=Exists(asked), is_open=Exists(unsaid))
    counted = known.values("template", "language", "policy_version").annotate(
        answered=Count("pk", filter=Q(is_asked=True) | Q(is_open=False)),
        complete=Count("pk", filter=Q(is_asked=False, is_open=False)),
    )
    answered: Counter[tuple[str, str, int]] = Counter()
    complete: Counter[tuple[str, str, int]] = Counter()
    for row in counted.order_by("template", "language", "policy_version"):
        key = row["template"], row["language"], _version(row["policy_version"])
        answered[key] += row["answered"]
        complete[key] += row["complete"]
    found: dict[tuple[str, str], list[FirstTime]] = {}
    for (code, language, version), n in sorted(answered.items(), reverse=True):
        if n:
            one = FirstTime(version, n, complete[code, language, version])
            found.setdefault((code, language), []).append(one)
    return found


def _version(policy_version: str) -> int:
    """The steward's text among what a letter rests on (`letter_texts.version_at`)."""
    number = policy_version.rpartition("@")[2] if "@" in policy_version else ""
    return int(number) if number.isdecimal() else 0


letter_figures.register(rates)
