"""The answer page, shared by the portal and the signed link: choose, review, receipt.

Opening it changes nothing. Nothing is chosen beforehand: an answer is a declaration. The review is
drawn from what was posted, so it works without scripts and on any browser.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.templatetags.portal import defang

from .. import answers, notices
from ..models import Answer, Notice, NoticeItem

ITEMS_A_PAGE = 100
AS_ALL = ""


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
    context = {
        "now": at,
        "notice": notice,
        "template": template,
        "codes": [
            (choice.code, str(choice.name), str(choice.help or ""))
            for choice in policy.pack().answers
        ],
        "is_late": bool(notice.due_at and at > notice.due_at),
        "letter_html": notice.html,
    }
    if request.method != "POST":
        return render(request, "cases/answer.html", context | {"rows": rows_of(items)})
    draft = read(request.POST, items)
    context |= {"rows": draft.rows, "draft": draft}
    if draft.errors or not draft.given or request.POST.get("step") == "change":
        if not draft.given and not draft.errors:
            context["errors"] = [_("Choose an answer for at least one account.")]
        else:
            context["errors"] = draft.errors
        status = 200 if request.POST.get("step") == "change" else 422
        return render(request, "cases/answer.html", context, status=status)
    if request.POST.get("step") != "send":
        return render(request, "cases/answer_review.html", context | {"counts": count(draft)})
    try:
        receipt = answers.take(
            notice, draft.given, actor=actor, channel=channel, contact=contact, at=at
        )
    except (Invalid, Conflict) as error:
        context["errors"] = [str(error.sentence)]
        return render(request, "cases/answer.html", context, status=error.status)
    return render(request, "cases/answer_receipt.html", context | {"receipt": receipt})


def rows_of(items: list[NoticeItem]) -> list[ItemRow]:
    """The lines of the page before anything was posted."""
    words = {choice.code: str(choice.name) for choice in policy.pack().answers}
    return [
        ItemRow(item.pk, item.position, defang(item.locator), words.get(item.answer_code, ""))
        for item in items
    ]


def read(posted: QueryDict, items: list[NoticeItem]) -> Draft:
    """What was posted for these items; unknown items and codes are left out, never guessed."""
    needs_reason = {choice.code for choice in policy.pack().answers if choice.needs_reason}
    words = {choice.code: str(choice.name) for choice in policy.pack().answers}
    for_all = posted.get("code", "") if posted.get("code") in words else ""
    reason, reference = posted.get("reason", "").strip(), posted.get("reference", "").strip()
    given, rows, is_lacking = [], [], False
    for item in items:
        own = posted.get(f"code-{item.pk}", AS_ALL)
        code = own if own in words else for_all
        why = posted.get(f"reason-{item.pk}", "").strip() or reason
        lacks = code in needs_reason and not why
        is_lacking = is_lacking or lacks
        rows.append(
            ItemRow(
                item.pk,
                item.position,
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
    found = Counter(one.code for one in draft.given)
    return [(Answer.Code(code).label, number) for code, number in found.most_common()]
