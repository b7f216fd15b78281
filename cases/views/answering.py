"""The answer page, shared by the portal and the signed link: choose, review, receipt.

Nothing is chosen beforehand: an answer is a declaration. The review is drawn from what was posted,
so it works without scripts and on any browser. A long notice shows its accounts page by page; the
one answer for all reaches every account all the same.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.templatetags.portal import defang

from .. import answers, notices
from ..models import ANSWERABLE, Notice, NoticeItem
from ..rungs import UNASKED
from . import numbers
from .notices import letter_of, named

ITEMS_A_PAGE = 100


@dataclass(frozen=True)
class ItemRow:
    """One account on the answer page: what is asked, what was said before, what is said now."""

    pk: int
    position: int
    locator: str
    earlier: str
    code: str = ""
    reason: str = ""
    error: str = ""


@dataclass(frozen=True)
class Draft:
    """What was posted: an answer for each item that got one, and what is wrong with it."""

    given: list[answers.Given]
    rows: list[ItemRow]
    errors: list[str]
    code: str
    reason: str
    reference: str


def answer_page(
    request: HttpRequest,
    notice: Notice,
    *,
    actor,
    channel: str,
    template: str,
    at: datetime,
    contact=None,
) -> HttpResponse:
    """Shows the page, the review or the receipt, whichever step was posted."""
    items = notices.items_for_platform(notice)
    context = page_context(request, notice, items, at=at, channel=channel, template=template)
    if request.method != "POST" or not context["is_asked"]:
        return render(request, "cases/answer.html", context)
    draft = read(request.POST, items)
    step = request.POST.get("step")
    context |= shown_again(draft, {row.pk for row in context["rows"]})
    if draft.errors or not draft.given or step == "change":
        nothing = [_("Choose an answer for at least one account.")] if not draft.given else []
        context["errors"] = draft.errors or ([] if step == "change" else nothing)
        context["anchor"] = "reason" if draft.errors else "answer-all"
        status = 422 if context["errors"] else 200
        return render(request, "cases/answer.html", context, status=status)
    if step != "send":
        context |= {"counts": count(draft), "left": len(items) - len(draft.given)}
        return render(request, "cases/answer_review.html", context)
    try:
        receipt = answers.take(
            notice, draft.given, actor=actor, channel=channel, contact=contact, at=at
        )
    except (Invalid, Conflict) as error:
        context["errors"] = [str(error.sentence)]
        return render(request, "cases/answer.html", context, status=error.status)
    return show_receipt(request, receipt, items, context)


def shown_again(draft: Draft, shown: set[int]) -> dict[str, Any]:
    """What was posted, as the page shows it again: its own accounts, and those of other pages."""
    chosen = [row for row in draft.rows if row.code]
    return {
        "draft": draft,
        "chosen": chosen,
        "elsewhere": [row for row in chosen if row.pk not in shown],
        "rows": [row for row in draft.rows if row.pk in shown],
    }


def show_receipt(
    request: HttpRequest,
    receipt: answers.Receipt,
    items: Sequence[NoticeItem],
    context: dict[str, Any],
) -> HttpResponse:
    """What was taken, and which accounts were not and why."""
    places = {item.pk: place for place, item in enumerate(items, 1)}
    not_taken = [(places.get(one.item_id), one.sentence) for one in receipt.refused]
    told = context | {"receipt": receipt, "not_taken": not_taken}
    return render(request, "cases/answer_receipt.html", told)


def page_context(
    request: HttpRequest,
    notice: Notice,
    items: Sequence[NoticeItem],
    *,
    at: datetime,
    channel: str,
    template: str,
) -> dict[str, Any]:
    """What every step of the page shows of the notice, with one page of its accounts."""
    start = request.GET.get("start", "0")
    first = numbers.whole(start, 1_000_000) or 0
    last = first + ITEMS_A_PAGE
    is_open = notice.state in ANSWERABLE
    return {
        "now": at,
        "section": "home",
        "notice": named(notice),
        "template": template,
        "channel": channel,
        "codes": choices(),
        "anchor": "answer-all",
        "count": len(items),
        "rows": rows_of(items, first, last),
        "is_asked": is_open and notice.rung not in UNASKED,
        "is_withdrawn": notice.state == Notice.State.WITHDRAWN,
        "is_late": bool(notice.due_at and at > notice.due_at),
        "letter": letter_of(notice, at=at),
        "previous_url": f"?start={max(0, first - ITEMS_A_PAGE)}" if first else "",
        "next_url": f"?start={last}" if last < len(items) else "",
    }


def choices() -> list[tuple[str, str, str]]:
    """The answers that the policy knows: code, words, and what they mean."""
    return [(one.code, str(one.name), str(one.help or "")) for one in policy.pack().answers]


def rows_of(items: Sequence[NoticeItem], first: int, last: int) -> list[ItemRow]:
    """The lines of the page before anything was posted.

    They are numbered as in the platform's own letter, which may leave accounts out.
    """
    words = {choice.code: str(choice.name) for choice in policy.pack().answers}
    return [
        ItemRow(item.pk, place, defang(item.locator), words.get(item.answer_code, ""))
        for place, item in enumerate(items[first:last], first + 1)
    ]


def read(posted: QueryDict, items: Sequence[NoticeItem]) -> Draft:
    """What was posted for these items; unknown items and codes are left out, never guessed."""
    needs_reason = {choice.code for choice in policy.pack().answers if choice.needs_reason}
    words = {choice.code: str(choice.name) for choice in policy.pack().answers}
    for_all = posted.get("code", "") if posted.get("code") in words else ""
    reason, reference = posted.get("reason", "").strip(), posted.get("reference", "").strip()
    given, rows, is_lacking = [], [], False
    for place, item in enumerate(items, 1):
        own = posted.get(f"code-{item.pk}", "")
        code = own if own in words else for_all
        why = posted.get(f"reason-{item.pk}", "").strip() or reason
        lacks = code in needs_reason and not why
        is_lacking = is_lacking or lacks
        rows.append(
            ItemRow(
                item.pk,
                place,
                defang(item.locator),
                words.get(item.answer_code, ""),
                own if own in words else "",
                posted.get(f"reason-{item.pk}", ""),
                _("Give a reason for this answer.") if lacks else "",
            )
        )
        if code and not lacks:
            given.append(answers.Given(item.pk, code, reason=why, reference=reference))
    errors = [_("Give a reason where you disagree or need more information.")] if is_lacking else []
    return Draft(given, rows, errors, for_all, reason, reference)


def count(draft: Draft) -> list[tuple[str, int]]:
    """How many accounts get which answer, for the review."""
    words = {code: name for code, name, _help in choices()}
    found = Counter(one.code for one in draft.given)
    return [(words[code], number) for code, number in found.most_common()]
