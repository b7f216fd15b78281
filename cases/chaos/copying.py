"""Thousands of orders out of a few: rows of their own under a letter that was written once."""

import copy
from collections.abc import Sequence
from datetime import datetime
from itertools import cycle, islice
from typing import Any

from django.db import transaction
from django.utils.crypto import get_random_string

from cases.models import Case, Notice, NoticeItem, Target
from cases.notices import issuing, numbering
from moderation_portal import policy, sender, series
from reports.models import ReportedAccount

BATCH = 50


def post(orders: Sequence[Notice], count: int, *, at: datetime) -> int:
    """Issues so many more orders, each a copy of one of these with an account, a case, a number and
    a Message-ID of its own, and enqueues them as `issuing` does; returns how many messages.

    In transactions of `BATCH`, as an import would be.
    """
    sent, todo = 0, islice(cycle(orders), count)
    while batch := list(islice(todo, BATCH)):
        with transaction.atomic():
            sent += sum(issuing.send(notice, 0, at=at) for notice in _more(batch, at))
    return sent


def _more(orders: Sequence[Notice], at: datetime) -> list[Notice]:
    accounts = [_account(order) for order in orders]
    ReportedAccount.objects.bulk_create(accounts)
    items = [order.items.select_related("target__case")[0] for order in orders]
    cases = _renewed(Case, [item.target.case for item in items], "cases_case")
    Case.objects.bulk_create(cases)
    targets = [copy.copy(item.target) for item in items]
    for target, case, account in zip(targets, cases, accounts, strict=True):
        target.pk, target.case, target.account = None, case, account
    _numbered(targets, "cases_target")
    Target.objects.bulk_create(targets)
    notices = _renewed(Notice, orders, "cases_notice")
    for notice in notices:  # one by one, for each takes the number after the last
        _as_new(notice, at)
        notice.save(force_insert=True)
    drawn = _renewed(NoticeItem, items, "cases_noticeitem")
    for item, notice, target in zip(drawn, notices, targets, strict=True):
        item.notice, item.target = notice, target
        item.delivered_at = item.sent_at = item.due_at = item.next_step_at = None
    NoticeItem.objects.bulk_create(drawn)
    return notices


def _account(order: Notice) -> ReportedAccount:
    name = f"salinan_{get_random_string(16).lower()}"
    kept = order.items.select_related("target__account")[0].target.account
    account = copy.copy(kept)
    account.pk, account.canonical, account.display = None, name, name
    return account


def _as_new(notice: Notice, at: datetime) -> None:
    notice.state, notice.served_at, notice.due_at = Notice.State.ISSUED, None, None
    notice.drafted_at = notice.issued_at = at
    notice.item_count = 1
    numbering.take(notice, policy.pack(), at)
    notice.message_id = sender.message_id(f"notice:{notice.pk}")
    notice.reply_key = get_random_string(issuing.REPLY_KEY_LENGTH)


def _renewed(model: Any, rows: Sequence[Any], table: str) -> list[Any]:
    made = [copy.copy(row) for row in rows]
    _numbered(made, table)
    return made


def _numbered(rows: Sequence[Any], table: str) -> None:
    ids = series.take(table, len(rows), is_sealed=False)
    for row, pk in zip(rows, ids, strict=True):
        row.pk = pk
        row._state.adding = True
