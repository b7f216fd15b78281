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
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import defang
from moderation_portal.models import User
from moderation_portal.roles import Actor

from .. import answers, clocks, deadlines, disputes, notices
from ..answer_sheets import key_of
from ..models import ANSWERABLE, OPEN_NOTICES, Answer, Notice, NoticeItem
from ..notices import seeing
from ..rungs import UNANSWERED, UNASKED
from . import answer_files, numbers
from .notices import letter_of, named

ITEMS_A_PAGE = 100
# From here on a spreadsheet is the shorter way.
LONG = 50


@dataclass(frozen=True)
class ItemRow:
    """One account on the answer page: what is asked, what was said before, what is said now.

    `key` stands for it in the names of the form's fields; of what `is_over` nothing is asked.
    """

    key: str
    position: int
    locator: str
    earlier: str
    code: str = ""
    reason: str = ""
    error: str = ""
    is_over: bool = False


@dataclass(frozen=True)
class Draft:
    """What was posted: an answer for each item that got one, and what is wrong with it."""

    given: list[answers.Given]
    rows: list[ItemRow]
    errors: list[str]
    code: str
    reason: str
    reference: str


@dataclass(frozen=True)
class Answered:
    """What stands as the platform's answer to a notice: the newest telling, and how many accounts
    got which answer. `left` are those without one; `is_late` is None where no deadline ran."""

    at: datetime
    receipt: str
    counts: list[tuple[str, int]]
    left: int
    is_late: bool | None


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
    context |= disputed(actor, notice)
    if request.method != "POST" or not context["is_asked"]:
        return render(request, "cases/answer.html", context)
    if answer_files.asks_for_file(request):
        answering = answer_files.Answering(notice, items, actor, contact, at)
        return answer_files.step(request, answering, context)
    draft = read(request.POST, notice, items, at)
    step = request.POST.get("step")
    context |= shown_again(draft, {row.key for row in context["rows"]})
    if draft.errors or not draft.given or step == "change":
        nothing = [_("Choose an answer for at least one account.")] if not draft.given else []
        context["errors"] = draft.errors or ([] if step == "change" else nothing)
        context["anchor"] = "reason" if draft.errors else "answer-all"
        status = 422 if context["errors"] else 200
        return render(request, "cases/answer.html", context, status=status)
    if step != "send":
        asked = sum(not answers.is_over(item) for item in items)
        context |= {"counts": count(draft, notice, at), "left": asked - len(draft.given)}
        return render(request, "cases/answer_review.html", context)
    try:
        receipt = answers.take(
            notice, draft.given, actor=actor, channel=channel, contact=contact, at=at
        )
    except (Invalid, Conflict) as error:
        context["errors"] = [str(error.sentence)]
        return render(request, "cases/answer.html", context, status=error.status)
    return show_receipt(request, receipt, items, context)


def disputed(actor: User | Actor, notice: Notice) -> dict[str, Any]:
    """What was held against the clock, for whoever has signed in; by a link nobody disputes."""
    if not isinstance(actor, User):
        return {}
    found = disputes.of_notice(actor, notice)
    return {"may_dispute": disputes.may_open(actor, notice), "disputes": found}


def shown_again(draft: Draft, shown: set[str]) -> dict[str, Any]:
    """What was posted, as the page shows it again: its own accounts, and those of other pages."""
    chosen = [row for row in draft.rows if row.code]
    return {
        "draft": draft,
        "chosen": chosen,
        "elsewhere": [row for row in chosen if row.key not in shown],
        "rows": [row for row in draft.rows if row.key in shown],
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
    said = [one.code for one in context["draft"].given if one.item_id in receipt.taken]
    claims_gone = not answers.CLAIMS.isdisjoint(said)
    told = context | {"receipt": receipt, "not_taken": not_taken, "claims_gone": claims_gone}
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
    here = Notice.objects.filter(pk=notice.pk)
    met_at = clocks.met_at(clocks.with_answers(here, seeing.told).get())
    return {
        "now": at,
        "section": "home",
        "notice": named(notice),
        "met_at": met_at,
        "template": template,
        "channel": channel,
        "codes": choices(notice, at),
        "anchor": "answer-all",
        "count": sum(not answers.is_over(item) for item in items),
        "answered": SimpleLazyObject(lambda: answered_of(items)),
        "rows": rows_of(items, first, last),
        "is_long": len(items) > LONG,
        "is_asked": is_open and notice.rung not in UNANSWERED,
        "has_clock": notice.state in OPEN_NOTICES and notice.rung not in UNASKED,
        "is_settled": notice.state == Notice.State.SETTLED,
        "changes": SimpleLazyObject(lambda: changes_of(items)),
        "is_withdrawn": notice.state == Notice.State.WITHDRAWN,
        "is_late": bool(notice.due_at and at > notice.due_at),
        # Only the page itself shows these, not every step behind it.
        "letter": lambda: letter_of(notice, request.build_absolute_uri(request.path), at=at),
        "previous_url": f"?start={max(0, first - ITEMS_A_PAGE)}" if first else "",
        "next_url": f"?start={last}" if last < len(items) else "",
    }


def answered_of(items: Sequence[NoticeItem]) -> Answered | None:
    """What was answered of these accounts so far; None where nothing was."""
    asked = [item for item in items if not answers.is_over(item)]
    said = [item for item in asked if item.answer_code]
    newest = Answer.objects.filter(item__in=[item.pk for item in said]).order_by("-pk").first()
    if newest is None:
        return None
    has_deadline = any(item.due_at for item in said)
    return Answered(
        newest.answered_at,
        newest.receipt,
        Counter(answers.name_of(item) for item in said).most_common(),
        len(asked) - len(said),
        any(item.is_late for item in said) if has_deadline else None,
    )


def changes_of(items: Sequence[NoticeItem]) -> list[deadlines.Changed]:
    """How the deadline was set anew, each change once: what was settled before it knows of none."""
    found = (change for item in items for change in deadlines.changes(item.due_steps))
    return list(dict.fromkeys(found))


def choices(notice: Notice, at: datetime) -> list[tuple[str, str, str]]:
    """The answers that may be given to this notice: code, words, and what they mean."""
    known = answers.choices_for(notice, at)
    return [(one.code, str(one.name), str(one.help or "")) for one in known]


def rows_of(items: Sequence[NoticeItem], first: int, last: int) -> list[ItemRow]:
    """The lines of the page before anything was posted.

    They are numbered as in the platform's own letter, which may leave accounts out.
    """
    return [
        ItemRow(
            key_of(item),
            place,
            defang(item.locator),
            answers.name_of(item),
            is_over=answers.is_over(item),
        )
        for place, item in enumerate(items[first:last], first + 1)
    ]


def read(posted: QueryDict, notice: Notice, items: Sequence[NoticeItem], at: datetime) -> Draft:
    """What was posted for these items; unknown items and codes are left out, never guessed."""
    known = {choice.code: choice for choice in answers.choices_for(notice, at)}
    for_all = posted.get("code", "") if posted.get("code") in known else ""
    reason, reference = posted.get("reason", "").strip(), posted.get("reference", "").strip()
    given, rows, is_lacking = [], [], False
    for place, item in enumerate(items, 1):
        key = key_of(item)
        own = posted.get(f"code-{key}", "")
        code = "" if answers.is_over(item) else own if own in known else for_all
        why = posted.get(f"reason-{key}", "").strip() or reason
        lacks = bool(code) and known[code].needs_reason and not why
        is_lacking = is_lacking or lacks
        rows.append(
            ItemRow(
                key,
                place,
                defang(item.locator),
                answers.name_of(item),
                own if own in known else "",
                posted.get(f"reason-{key}", ""),
                _("Give a reason for this answer.") if lacks else "",
                answers.is_over(item),
            )
        )
        if code and not lacks:
            given.append(answers.Given(item.pk, code, reason=why, reference=reference))
    errors = [_("Give a reason where you disagree or need more information.")] if is_lacking else []
    return Draft(given, rows, errors, for_all, reason, reference)


def count(draft: Draft, notice: Notice, at: datetime) -> list[tuple[str, int]]:
    """How many accounts get which answer, for the review."""
    words = {code: name for code, name, _help in choices(notice, at)}
    found = Counter(one.code for one in draft.given)
    return [(words[code], number) for code, number in found.most_common()]
