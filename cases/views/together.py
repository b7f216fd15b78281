"""One answer for several notices: ticked at home, chosen and reviewed here, sent notice by notice.

It is a declaration like any other, so nothing is chosen beforehand and nothing is sent without a
review. Accounts that have an answer already keep it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from moderation_portal import clock
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.middleware import SignedInRequest
from moderation_portal.policy import Choice

from .. import answers, notices
from ..models import ANSWERABLE, LETTER, Answer, Notice, NoticeItem
from ..rungs import UNANSWERED
from . import numbers
from .answering import lacks_of
from .notices import NamedNotice, named
from .platform import only_representatives

MOST = 50


@dataclass(frozen=True)
class Open:
    """One notice of those ticked, and its accounts that have no answer yet."""

    notice: Notice
    items: list[NoticeItem]

    @property
    def named(self) -> NamedNotice:
        return named(self.notice)


@dataclass(frozen=True)
class Outcome:
    """What became of one notice: the receipt, or why nothing was taken."""

    named: NamedNotice
    receipt: answers.Receipt | None
    problem: str = ""


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest) -> HttpResponse:
    """The choice, the review, or what became of each notice, whichever step was posted."""
    only_representatives(request)
    at = clock.now()
    given = request.POST if request.method == "POST" else request.GET
    found = ticked(request, given.getlist("notice"))
    if not found:
        return redirect("cases:platform_home")
    choices = shared_choices(found, at)
    known = {choice.code: choice for choice in choices}
    said = {name: given.get(name, "").strip() for name in ("code", "reason", "reference", "lacks")}
    lacks = lacks_of(found[0].notice, at)
    context: dict[str, Any] = {
        "now": at,
        "section": "home",
        "found": found,
        "count": sum(len(one.items) for one in found),
        "choices": choices,
        "is_narrowed": len(choices) < len(answers.choices_for(found[0].notice, at)),
        "lacks": lacks,
        "said": said,
        "chosen": known.get(said["code"]),
    }
    if request.method != "POST" or given.get("step") == "change":
        return render(request, "cases/answer_together.html", context)
    context["errors"] = problems_of(said, known, lacks)
    if context["errors"]:
        return render(request, "cases/answer_together.html", context, status=422)
    if given.get("step") != "send":
        return render(request, "cases/answer_together_review.html", context)
    context["outcomes"] = [send(request, one, said, at) for one in found]
    return render(request, "cases/answer_together_sent.html", context)


def ticked(request: SignedInRequest, ids: Sequence[str]) -> list[Open]:
    """The ticked notices that this person may answer, soonest due first, as far as something in
    them is still unanswered; at most `MOST`."""
    wanted = {pk for text in ids if (pk := numbers.whole(text))}
    visible = notices.visible_to(request.user).filter(pk__in=wanted, state__in=ANSWERABLE)
    mine = visible.exclude(rung__in=UNANSWERED).select_related("platform").defer(*LETTER)
    found = [
        Open(notice, [item for item in notices.items_for_platform(notice) if is_open(item)])
        for notice in mine.order_by("due_at", "pk")[:MOST]
    ]
    return [one for one in found if one.items]


def is_open(item: NoticeItem) -> bool:
    """Whether this account still waits for an answer."""
    return not item.answer_code and not answers.is_over(item)


def shared_choices(found: Sequence[Open], at: datetime) -> list[Choice]:
    """The answers that each of these notices takes and that declare the same in each: of a feature
    “removed” says something else than of an account. What needs the time at which it was done is
    said notice by notice."""
    lists = [answers.choices_for(one.notice, at) for one in found]
    shared = set.intersection(*({meant_by(choice) for choice in one} for one in lists))
    return [one for one in lists[0] if meant_by(one) in shared and not one.needs_effect]


def meant_by(choice: Choice) -> tuple[str, str]:
    """What a choice declares: its code, in its words."""
    return choice.code, str(choice.name)


def problems_of(
    said: dict[str, str], known: dict[str, Choice], lacks: Sequence[tuple[str, str]]
) -> list[tuple[str, str]]:
    """What is wrong with a choice: the field, and the sentence."""
    choice = known.get(said["code"])
    if choice is None:
        return [("answer-all", _("Choose an answer."))]
    if choice.needs_reason and not said["reason"]:
        return [("reason", _("Give a reason for this answer."))]
    if said["code"] == Answer.Code.NEEDS_INFO and lacks and said["lacks"] not in dict(lacks):
        return [("lacks", _("Choose from the list what is lacking."))]
    return []


def send(request: SignedInRequest, one: Open, said: dict[str, Any], at: datetime) -> Outcome:
    """Gives one notice its answer; what cannot be taken hinders no other."""
    notices.open_in_portal(one.notice, actor=request.user, at=at)
    given = [
        answers.Given(item.pk, said["code"], said["reason"], said["reference"], lacks=said["lacks"])
        for item in one.items
    ]
    try:
        receipt = answers.take(one.notice, given, actor=request.user, channel=answers.PORTAL, at=at)
    except (Invalid, Conflict) as error:
        return Outcome(one.named, None, error.sentence)
    return Outcome(one.named, receipt)
