"""Answering by spreadsheet on the answer page: the list, the upload, its review, and the rest.

An upload is held, encrypted, between its review and the confirmation; a ticket that only its own
page knows finds it again, for the same notice and the same person only. Nothing is taken before.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from moderation_portal import limits
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.formats import defang
from platforms.models import Contact
from reports import evidence, tables, workbooks
from reports.models import Evidence

from .. import answer_sheets, answers, notices
from ..models import Notice, NoticeItem

SHOWN = 100
UPLOADS_AN_HOUR = 60
# The steps of the answer page that are this file's.
UPLOAD, SEND, REST = "upload", "send-file", "rest"
STEPS = (UPLOAD, SEND, REST)
CSV, XLSX = "csv", "xlsx"
# What a held upload is marked as, so that nothing else that is held passes for one.
HELD = "application/x-answers+json"


@dataclass(frozen=True)
class Answering:
    """Who answers which notice by a file, and when."""

    notice: Notice
    items: Sequence[NoticeItem]
    actor: Any
    contact: Contact | None
    at: datetime

    @property
    def who(self) -> str:
        """Stands for the person whose upload it is."""
        return f"user:{self.actor.pk}" if self.contact is None else f"contact:{self.contact.pk}"


def list_of(notice: Notice, form: str, at: datetime) -> HttpResponse:
    """The list of a notice's accounts, to be filled in and handed back."""
    rows = answer_sheets.blank(notices.items_for_platform(notice))
    return table(rows, notice, form, at)


def table(
    rows: Sequence[Sequence[answer_sheets.Cell]],
    notice: Notice,
    form: str,
    at: datetime,
    *,
    has_problems: bool = False,
) -> HttpResponse:
    """A list as a download, as CSV or as a workbook."""
    if form not in (CSV, XLSX):
        raise Http404
    choices = answers.choices_for(notice, at)
    name = notices.file_name(notice).removesuffix(".pdf") + ("-rest" if has_problems else "")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    if form == XLSX:
        made = answer_sheets.as_workbook(rows, choices, has_problems=has_problems)
        return HttpResponse(made, content_type=workbooks.MIME, headers=headers)
    text = "".join(answer_sheets.as_csv(rows, choices, has_problems=has_problems))
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def step(request: HttpRequest, answering: Answering, context: dict[str, Any]) -> HttpResponse:
    """Carries out the posted step. `context` is that of the answer page, which is shown again with
    a sentence when a file cannot be used."""
    try:
        if request.POST.get("step") == UPLOAD:
            return _review(request, _uploaded(request, answering), answering, context)
        filled = _held(request.POST.get("ticket", ""), answering)
        if request.POST.get("step") == REST:
            sheet = _understood(filled, answering)
            rows = answer_sheets.mended(sheet.wrong)
            form = request.POST.get("form", "")
            return table(rows, answering.notice, form, answering.at, has_problems=True)
        return _send(request, filled, answering, context)
    except (Invalid, Conflict) as error:
        context |= {"errors": [str(error.sentence)], "anchor": "file"}
        return render(request, "cases/answer.html", context, status=error.status)


def _uploaded(request: HttpRequest, answering: Answering) -> list[answer_sheets.Filled]:
    """The lines of the file that was handed in."""
    if getattr(request, "upload_too_large", False):
        raise Invalid(_("The file is too large. Keep only the list in it, or hand in parts."))
    file = request.FILES.get("file")
    if file is None:
        raise Invalid(_("Choose the file that you have filled in."))
    subject = f"{answering.notice.pk}:{answering.who}"
    hour = timedelta(hours=1)
    if not limits.take("answer.upload", subject, UPLOADS_AN_HOUR, hour, at=answering.at):
        raise Conflict(_("Too many files were handed in. Wait an hour."))
    place = Path(cast(TemporaryUploadedFile, file).temporary_file_path())
    return answer_sheets.read(tables.read(place, answer_sheets.MOST_LINES))


def _review(
    request: HttpRequest,
    filled: list[answer_sheets.Filled],
    answering: Answering,
    context: dict[str, Any],
) -> HttpResponse:
    """What would be taken and what would not; nothing is taken yet."""
    sheet = _understood(filled, answering)
    words = _words(answering)
    said = {row.item.pk for row in [*sheet.right, *sheet.wrong] if row.item}
    asked = {item.pk for item in answering.items if not answers.is_over(item)}
    shown = {
        "ticket": _hold(filled, answering),
        "right": [_line(row, words) for row in sheet.right[:SHOWN]],
        "wrong": [_line(row, words) for row in sheet.wrong[:SHOWN]],
        "right_count": len(sheet.right),
        "wrong_count": len(sheet.wrong),
        "counts": [(words[code], number) for code, number in sheet.counts],
        "left": len(asked - said),
    }
    return render(request, "cases/answer_file.html", context | shown)


def _send(
    request: HttpRequest,
    filled: list[answer_sheets.Filled],
    answering: Answering,
    context: dict[str, Any],
) -> HttpResponse:
    """Takes what is right, and holds the rest to be downloaded."""
    sheet = _understood(filled, answering)
    receipt = answers.take(
        answering.notice,
        sheet.given,
        actor=answering.actor,
        channel=answers.FILE,
        contact=answering.contact,
        at=answering.at,
    )
    evidence.unpark(request.POST["ticket"])
    places = {row.item.pk: row.place for row in sheet.right if row.item}
    told = {
        "receipt": receipt,
        "not_taken": [(places.get(one.item_id), one.sentence) for one in receipt.refused],
        "claims_gone": any(one.code in answers.CLAIMS for one in sheet.given),
        "wrong_count": len(sheet.wrong),
        "ticket": _hold([row.filled for row in sheet.wrong], answering) if sheet.wrong else "",
    }
    return render(request, "cases/answer_receipt.html", context | told)


def _understood(filled: list[answer_sheets.Filled], answering: Answering) -> answer_sheets.Sheet:
    return answer_sheets.understand(filled, answering.notice, answering.items, answering.at)


def _words(answering: Answering) -> dict[str, str]:
    """How the page names the answers, by code."""
    choices = answers.choices_for(answering.notice, answering.at)
    return {one.code: str(one.name) for one in choices}


def _line(row: answer_sheets.Row, words: dict[str, str]) -> dict[str, Any]:
    """A row as the review shows it: its answer in the words of the policy, else as it was given."""
    cells = row.filled.cells
    locator = row.item.locator if row.item else cells.get(answer_sheets.LOCATOR, "")
    return {
        "line": row.filled.line,
        "place": row.place,
        "locator": defang(locator),
        "answer": words[row.given.code] if row.given else cells.get(answer_sheets.ANSWER, ""),
        "reason": cells.get(answer_sheets.REASON, ""),
        "effect_at": row.given.effect_at if row.given else None,
        "problem": row.problem,
    }


def _hold(filled: list[answer_sheets.Filled], answering: Answering) -> str:
    """Holds the lines for a day at most; gives the ticket that finds them again."""
    content = answer_sheets.packed(filled)
    owner = json.dumps([answering.notice.pk, answering.who]).encode()
    held = owner + b"\n" + content
    digest = hashlib.sha256(held).hexdigest()
    kind = Evidence.Kind.OTHER
    file = evidence.Prepared("answers.json", kind, HELD, held, digest, False)
    return evidence.park(file, at=answering.at)


def _held(ticket: str, answering: Answering) -> list[answer_sheets.Filled]:
    """The lines behind a ticket. Raises Conflict for one that was used, lapsed, or is another's."""
    file = evidence.parked(ticket)
    is_ours = file is not None and file.mime == HELD
    owner, _line_end, content = file.content.partition(b"\n") if file and is_ours else (b"",) * 3
    if not content or json.loads(owner) != [answering.notice.pk, answering.who]:
        raise Conflict(
            _(
                "This file is not held any more: it was sent already, or a day has passed. Hand it "
                "in again."
            )
        )
    return answer_sheets.unpacked(content)


def asks_for_file(request: HttpRequest) -> bool:
    """Whether the posted step is one of these."""
    return request.POST.get("step") in STEPS
