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

from moderation_portal import clock, policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import defang
from moderation_portal.models import User
from moderation_portal.roles import Actor
from reports.dates import instant_of

from .. import answers, clocks, deadlines, disputes, fines, notices, stopping
from ..answer_sheets import key_of
from ..appeals import filing, restored
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
    effect: str
    anchor: str
    lacks: str = ""


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
        context["anchor"] = draft.anchor
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
    """What was held against the clock, and the fine that the letter assesses, for whoever has
    signed in; by a link nobody disputes and nothing is filed."""
    if not isinstance(actor, User):
        return {}
    return {
        "may_dispute": disputes.may_open(actor, notice),
        "disputes": disputes.of_notice(actor, notice),
        "fine": fines.visible_to(actor).filter(letter=notice).first(),
        "may_appeal": filing.may_file_for(actor, notice),
    }


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
    here = Notice.objects.filter(pk=notice.pk)
    met_at = clocks.met_at(clocks.with_answers(here, seeing.told).get())
    return {
        "now": at,
        "section": "home",
        "notice": named(notice),
        "met_at": met_at,
        "template": template,
        "channel": channel,
        **offered(notice, at),
        "is_stopped": SimpleLazyObject(lambda: any(map(stopping.is_stopped, items))),
        "anchor": "answer-all",
        "count": sum(not answers.is_over(item) for item in items),
        "answered": SimpleLazyObject(lambda: answered_of(items)),
        "rows": rows_of(items, first, last),
        "is_long": len(items) > LONG,
        "is_asked": notice.state in ANSWERABLE and notice.rung not in UNANSWERED,
        "has_clock": has_clock(notice),
        "is_settled": notice.state == Notice.State.SETTLED,
        "changes": SimpleLazyObject(lambda: changes_of(items)),
        "is_withdrawn": notice.state == Notice.State.WITHDRAWN,
        "is_late": bool(notice.due_at and at > notice.due_at),
        # Only the page itself shows these, not every step behind it.
        "letter": lambda: letter_of(notice, request.build_absolute_uri(request.path), at=at),
        "previous_url": f"?start={max(0, first - ITEMS_A_PAGE)}" if first else "",
        "next_url": f"?start={last}" if last < len(items) else "",
    }


def has_clock(notice: Notice) -> bool:
    """Whether the platform has a time in which to follow this letter."""
    is_asked = notice.rung not in UNASKED or restored.is_ordered(notice)
    return notice.state in OPEN_NOTICES and is_asked


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


def offered(notice: Notice, at: datetime) -> dict[str, Any]:
    """What the form lets somebody say, and in which zone it reads a time."""
    return {
        "codes": choices(notice, at),
        "wants_effect": any(one.needs_effect for one in answers.choices_for(notice, at)),
        "zone": clock.local(at, policy.pack().tz).tzname(),
        "lacks": lacks_of(notice, at),
    }


def lacks_of(notice: Notice, at: datetime) -> list[tuple[str, str]]:
    """What this notice may lack in a platform's eyes: code and words; nothing where it cannot ask
    for information."""
    known = {one.code for one in answers.choices_for(notice, at)}
    found = policy.pack().lacks_at(at) if Answer.Code.NEEDS_INFO in known else ()
    return [(one.code, str(one.name)) for one in found]


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
    effect, lacks_said = posted.get("effect", "").strip(), posted.get("lacks", "").strip()
    effect_at, wrong = _effect(effect)
    given, rows = [], []
    for place, item in enumerate(items, 1):
        key = key_of(item)
        own = posted.get(f"code-{key}", "") if posted.get(f"code-{key}") in known else ""
        code = "" if answers.is_over(item) else own or for_all
        why = posted.get(f"reason-{key}", "").strip() or reason
        lacks = bool(code) and known[code].needs_reason and not why
        rows.append(_row(item, place, own, posted.get(f"reason-{key}", ""), lacks=lacks))
        if code and not lacks:
            done_at = effect_at if code in answers.CLAIMS else None
            what = lacks_said if code == Answer.Code.NEEDS_INFO else ""
            given.append(answers.Given(item.pk, code, why, reference, done_at, what))
    is_lacking = any(row.error for row in rows)
    is_undated = effect_at is None and any(known[one.code].needs_effect for one in given)
    is_vague = any(one.code == Answer.Code.NEEDS_INFO and not one.lacks for one in given)
    undated = _("Say when it was done: the day and the time.")
    problems = [
        ("reason", is_lacking, _("Give a reason where you disagree or need more information.")),
        ("effect", wrong or is_undated, wrong or undated),
        ("lacks", is_vague and lacks_of(notice, at), _("Choose from the list what is lacking.")),
    ]
    told = [(place, said) for place, is_so, said in problems if is_so]
    anchor, errors = told[0][0] if told else "answer-all", [said for _place, said in told]
    return Draft(given, rows, errors, for_all, reason, reference, effect, anchor, lacks_said)


def _row(item: NoticeItem, place: int, code: str, reason: str, *, lacks: bool) -> ItemRow:
    """The line of one account with what was posted for it alone."""
    return ItemRow(
        key_of(item),
        place,
        defang(item.locator),
        answers.name_of(item),
        code,
        reason,
        _("Give a reason for this answer.") if lacks else "",
        answers.is_over(item),
    )


def _effect(text: str) -> tuple[datetime | None, str]:
    """Since when what is declared holds, and what is wrong with the time that was written."""
    try:
        return instant_of(text), ""
    except Invalid as error:
        return None, error.sentence


def count(draft: Draft, notice: Notice, at: datetime) -> list[tuple[str, int]]:
    """How many accounts get which answer, for the review."""
    words = {code: name for code, name, _help in choices(notice, at)}
    found = Counter(one.code for one in draft.given)
    return [(words[code], number) for code, number in found.most_common()]
