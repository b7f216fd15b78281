"""The search box and what it finds."""

from datetime import datetime
from typing import Any

from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from moderation_portal import clock, policy
from moderation_portal.errors import Invalid
from moderation_portal.formats import day, defang, instant_short, number
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, STAFF, Role
from moderation_portal.templatetags.portal import clock_text
from platforms.models import Platform
from reports.models import FormalRequest, Report

from .. import search
from ..models import Case, Notice
from ..permissions import READERS
from ..search import Answer, Group
from . import queue
from .notices import named

# Why a group was found, as its heading says it.
HEADINGS = {
    ("case", "number"): gettext_lazy("The case of this number"),
    ("case", "account"): gettext_lazy("Cases of the same account"),
    ("case", "phone"): gettext_lazy("Cases of the same phone number"),
    ("case", "near"): gettext_lazy("Cases of accounts spelled alike"),
    ("case", "words"): gettext_lazy("Cases with these words in a report"),
    ("case", "decision"): gettext_lazy("Cases with these words in a decision"),
    ("case", "note"): gettext_lazy("Cases with these words in a note"),
    ("report", "number"): gettext_lazy("The report of this number"),
    ("report", "account"): gettext_lazy("Reports of the same account"),
    ("report", "phone"): gettext_lazy("Reports of the same phone number"),
    ("report", "words"): gettext_lazy("Reports with these words"),
    ("notice", "number"): gettext_lazy("Notices of this number"),
    ("notice", "account"): gettext_lazy("Notices that name the same account"),
    ("request", "letter"): gettext_lazy("Formal requests with this letter or case number"),
    ("platform", "platform"): gettext_lazy("The platform"),
}
# What stands beside the number, by the kind of row; a case has the columns of the queue.
COLUMNS = {
    "report": (gettext_lazy("Category"), gettext_lazy("Accounts"), gettext_lazy("Received")),
    "notice": (
        gettext_lazy("Step"),
        gettext_lazy("Platform"),
        gettext_lazy("Status"),
        gettext_lazy("Issued"),
    ),
    "request": (
        gettext_lazy("Letter date"),
        gettext_lazy("Sender"),
        gettext_lazy("Status"),
        gettext_lazy("Saved"),
    ),
}


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest) -> HttpResponse:
    """What was found, group by group; the one row of an exact number opens by itself.

    A search by phone number says what it is for, and is therefore posted: neither stands in an
    address.
    """
    if request.user.role not in search.SEARCHERS:
        raise Http404
    at = clock.now()
    asked = request.POST if request.method == "POST" else request.GET
    typed, purpose = asked.get("q", ""), request.POST.get("purpose", "")
    context: dict[str, Any] = {"now": at, "section": "", "typed": typed[: search.LONGEST]}
    context |= {"purpose": purpose}
    try:
        answer = search.ask(
            typed, user=request.user, at=at, purpose=purpose, is_wide="wide" in asked
        )
    except Invalid as error:
        context |= {"answer": Answer(search.read(typed), wants_purpose=True)}
        context |= {"problem": error.sentence}
        return render(request, "cases/search.html", context, status=422)
    is_desk = request.user.role in READERS
    if request.method == "GET" and answer.only is not None:
        return redirect(address_of(answer.only, is_desk=is_desk))
    is_unsaid = request.method == "POST" and answer.wants_purpose
    context |= {
        "answer": answer,
        "teaching": teaching(is_desk=is_desk, user=request.user),
        "groups": [shown(group, at, is_desk=is_desk) for group in answer.groups],
        "problem": _("Say what the search is for.") if is_unsaid else "",
    }
    status = 422 if is_unsaid else 200
    return render(request, "cases/search.html", context, status=status)


def teaching(*, is_desk: bool, user: User) -> list[tuple[str, str]]:
    """What this reader may type, with an example of each."""
    report = (_("a report"), "R26-0000123")
    notice = (_("a notice"), "B-000123")
    account = (_("an account"), "@bunga_77, t[.]me/bunga_77")
    letter = (_("a letter"), "B/123/IV/RES.2.5/2026")
    words = (_("words"), _("as in a report, in Indonesian or English"))
    if is_desk:
        case = (_("a case"), "K26-0000123, k26 123")
        phone = (_("a phone number"), _("0812…, for a case; the search is recorded"))
        many = [case, report, notice, account, letter, words]
        return [*many, phone] if user.role in STAFF else many
    if user.role in REPRESENTATIVES:
        return [notice, account]
    return [report, *([letter] if user.role == Role.POLICE else []), account, words]


def address_of(row: Model, *, is_desk: bool) -> str:
    """The page of a row that was found; representatives read notices on a page of their own."""
    pages: dict[type[Model], str] = {
        Case: "cases:case",
        Report: "reports:report",
        FormalRequest: "reports:request_edit",
        Notice: "cases:notice" if is_desk else "cases:answer",
        Platform: "cases:platform",
    }
    return reverse(pages[type(row)], args=[row.pk])


def shown(group: Group, at: datetime, *, is_desk: bool) -> dict[str, Any]:
    """A group as the template shows it: every cell is a finished text."""
    columns = [str(column) for column in COLUMNS.get(group.kind, ())]
    rows = (
        cases_shown(group, at)
        if group.kind == "case"
        else [
            {
                "url": address_of(row, is_desk=is_desk),
                "pk": row.pk,
                "number": row.number if isinstance(row, Report) else str(row),
                "cells": list(zip(columns, cells_of(row), strict=True)),
            }
            for row in group.rows
        ]
    )
    return {
        "kind": group.kind,
        "code": f"{group.kind}-{group.why}",
        "heading": HEADINGS[group.kind, group.why],
        "columns": columns,
        "has_said": any(group.said.values()),
        "has_more": group.has_more,
        "rows": rows,
    }


def cases_shown(group: Group, at: datetime) -> list[dict[str, Any]]:
    """The cells of the queue's line, and what matched."""
    cases = [row for row in group.rows if isinstance(row, Case)]
    words, home = queue.words_of(cases), reverse("cases:queue")
    return [
        {
            "pk": case.pk,
            "url": f"{home}{case.pk}/",
            "number": case.number,
            "marks": words["urgency", case.urgency] + words["handling", case.handling],
            "title": defang(case.title),
            "said": defang(group.said.get(case.pk, "")),
            "category": words["category", case.category],
            "platform": case.platform.name,
            "status": words["state", queue.state_of(case)],
            "owner": case.owner.name if case.owner else "–",
            "clock": queue.clock_of_line(
                case, clock_text(case.due_at, at, met_at=case.met_at, is_short=True)
            ),
        }
        for case in cases
    ]


def cells_of(row: object) -> tuple[str, ...]:
    """What stands beside the number of a row."""
    if isinstance(row, Report):
        return report_cells(row)
    if isinstance(row, Notice):
        return notice_cells(row)
    return request_cells(row) if isinstance(row, FormalRequest) else ()


def report_cells(report: Report) -> tuple[str, ...]:
    """Category, accounts and time."""
    category = policy.pack().category(report.category)
    return str(category.name), number(report.item_count), instant_short(report.received_at)


def notice_cells(notice: Notice) -> tuple[str, ...]:
    """Rung, platform, state and time."""
    one = named(notice)
    told_at = instant_short(notice.issued_at or notice.drafted_at)
    return one.rung_name, notice.platform.name, one.state_words, told_at


def request_cells(request: FormalRequest) -> tuple[str, ...]:
    """Date, sender, state and when it was saved."""
    sender = request.agency.name if request.agency else "–"
    saved = instant_short(request.submitted_at or request.created_at)
    return day(request.letter_date), sender, str(request.get_state_display()), saved
