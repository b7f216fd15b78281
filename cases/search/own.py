"""What those find who are not the regulator: in what they told, filed or were told themselves.

Nobody of them searches by phone number, and nothing here says whether somebody else has told of an
account.
"""

from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, Role
from reports.models import ReportItem
from reports.permissions import reports_visible_to, requests_visible_to

from .. import notices
from ..models import LETTER, NoticeItem
from ..notices.seeing import told
from . import desk
from .found import Group, group, newest_with_words, within_reason
from .question import Question


def own_rows(asked: Question, user: User) -> list[Group] | None:
    """Groups of own reports, formal requests or notices; None where it would take too long."""
    if user.role in REPRESENTATIVES:
        return _notices(asked, user)
    found = [*_reports(asked, user)]
    if user.role == Role.POLICE:
        found = [*desk.letters(asked, requests_visible_to(user)), *found]
    if not asked.words:
        return found
    visible = reports_visible_to(user)
    ids = within_reason(lambda: newest_with_words(visible, "reason", asked.words))
    if ids is None:
        return None
    rows = visible.filter(pk__in=ids).order_by("-received_at", "-pk")
    return [*found, group("report", "words", rows)]


def _reports(asked: Question, user: User) -> list[Group]:
    visible = reports_visible_to(user)
    groups = []
    if asked.reports:
        groups.append(group("report", "number", visible.filter(pk__in=asked.reports)))
    accounts = desk.accounts_of(asked)
    if accounts:
        items = ReportItem.objects.filter(account__in=accounts, report__in=visible)
        rows = visible.filter(pk__in=items.values("report_id"))
        groups.append(group("report", "account", rows.order_by("-received_at", "-pk")))
    return groups


def _notices(asked: Question, user: User) -> list[Group]:
    visible = notices.visible_to(user).select_related("platform").defer(*LETTER, "given")
    groups = desk.numbered_notices(asked, visible)
    accounts = desk.accounts_of(asked)
    if accounts:
        named = NoticeItem.objects.filter(
            told(), target__account__in=accounts, notice__in=notices.visible_to(user)
        )
        rows = visible.filter(pk__in=named.values("notice_id"))
        groups.append(group("notice", "account", rows.order_by("-drafted_at", "-pk")))
    return groups
