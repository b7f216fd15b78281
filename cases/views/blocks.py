"""The pages of blocks: the list, the entry of a decision on a proposal, and one block."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, letters, policy
from moderation_portal.errors import PortalError
from moderation_portal.formats import defang
from moderation_portal.middleware import SignedInRequest
from moderation_portal.models import User
from moderation_portal.roles import Denied
from reports.views import pages

from .. import block_forms, blocks, permissions
from ..blocks.restoring import lacking
from ..models import AccessLetter, Block
from .notices import load, named, only_desk
from .problems import is_done, show_problem

TONES = {
    Block.State.ENTERED: "warn",
    Block.State.REFUSED: "neutral",
    Block.State.ORDERED: "progress",
    Block.State.BLOCKED: "bad",
    Block.State.RESTORING: "progress",
    Block.State.RESTORED: "good",
    Block.State.DROPPED: "neutral",
}
FORMS: Mapping[str, type[forms.Form]] = {
    "drop": block_forms.BlockReasonForm,
    "confirm": block_forms.ConfirmForm,
    "ask": block_forms.AskRestoreForm,
    "decide": block_forms.DecideRestoreForm,
}
DONE = {
    "issue": gettext_lazy(
        "Confirmed. The access providers are told by letter, where it is a block."
    ),
    "drop": gettext_lazy("The entry is dropped."),
    "confirm": gettext_lazy("The confirmation is on record."),
    "ask": gettext_lazy("The request is on record; its time runs."),
    "decide": gettext_lazy("Decided. Where access is restored, the access providers are told."),
}


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """The blocks that this person may know of, newest first."""
    only_desk(request)
    shown, pager = pages.page(request, blocks.visible_to(request.user), by="entered_at")
    context = {
        "now": clock.now(),
        "section": "notices",
        "blocks": [(one, TONES[Block.State(one.state)]) for one in shown],
    }
    return render(request, "cases/blocks.html", context | pager)


@require_http_methods(["GET", "POST"])
def enter(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was decided on a proposal."""
    only_desk(request)
    at = clock.now()
    notice = load(request, pk)
    permissions.refuse_strangers(notice.handling, request.user)
    verdict = blocks.may_enter(request.user, notice)
    form = block_forms.EnterBlockForm(request.POST or None, platform=notice.platform)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            made = blocks.enter(
                notice,
                said["decision"],
                said["decided_on"],
                is_granted=said["verdict"] == block_forms.YES,
                hosts=said["hosts"],
                note=said["note"],
                actor=request.user,
                at=at,
            )
        except PortalError as error:
            show_problem(form, error)
        else:
            messages.success(request, _("Entered. A second person confirms it."))
            return redirect("cases:block", pk=made.pk)
    context = {
        "now": at,
        "section": "notices",
        "notice": named(notice),
        "form": form,
        "denied": getattr(verdict, "reason", ""),
    }
    return render(request, "cases/block_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One block: the decision, its letters, the way back, and what this person may do."""
    only_desk(request)
    at, user = clock.now(), request.user
    block = get_object_or_404(blocks.visible_to(user), pk=pk)
    done = request.POST.get("do", "")
    if request.method == "POST" and done not in DONE:
        raise Http404
    form = blank(done, request.POST) if done in FORMS else None
    if request.method == "POST" and is_done(
        form, lambda said: carry_out(done, block, said, user, at)
    ):
        messages.success(request, DONE[done])
        return redirect("cases:block", pk=pk)
    context = {"now": at, "section": "notices", **facts(block, user)}
    context["offers"] = offers(block, user, done, form)
    return render(request, "cases/block.html", context, status=422 if form and form.errors else 200)


@require_GET
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """A letter to an access provider as PDF."""
    only_desk(request)
    known = AccessLetter.objects.filter(block__in=blocks.visible_to(request.user))
    here = get_object_or_404(known, pk=pk)
    content = letters.pdf(letters.reread(policy.pack(), here.markdown))
    name = f"{here.number.replace('/', '-')}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def carry_out(done: str, block: Block, said: Mapping[str, Any], user: User, at: datetime) -> None:
    """Does what was chosen on the page of a block."""
    who: dict[str, Any] = {"actor": user, "at": at}
    verbs: dict[str, Callable[[], Any]] = {
        "issue": lambda: blocks.issue(block, **who),
        "drop": lambda: blocks.drop(block, said["reason"], **who),
        "confirm": lambda: blocks.confirm(
            get_object_or_404(block.letters, pk=said["letter"]),
            said["done_on"],
            said["said"],
            **who,
        ),
        "ask": lambda: blocks.ask(
            block,
            said["letter_number"],
            said["letter_date"],
            is_by_office=said["by"] == "office",
            documents=said["documents"],
            **who,
        ),
        "decide": lambda: blocks.decide(
            block,
            said["decision"],
            said["answer"],
            is_granted=said["verdict"] == block_forms.YES,
            **who,
        ),
    }
    verbs[done]()


def offers(block: Block, user: User, done: str, form: forms.Form | None) -> dict[str, Any]:
    """The forms that this person may fill in now; the one that was posted with its errors."""
    may = {
        "issue": blocks.may_issue(user, block),
        "drop": blocks.may_drop(user, block),
        "ask": blocks.may_ask(user, block),
        "decide": blocks.may_decide(user, block),
    }
    found: dict[str, Any] = {
        verb: form if verb == done and form else blank(verb) if verb in FORMS else True
        for verb, verdict in may.items()
        if verdict
    }
    if done == "confirm" and form:
        found["confirm"] = form
    return found


def blank(verb: str, posted: QueryDict | None = None) -> forms.Form:
    """The form of one verb; the fields of several stand on one page, each by a name of its own."""
    return FORMS[verb](posted, auto_id=f"{verb}-%s")


def facts(block: Block, user: User) -> dict[str, Any]:
    """What the page of a block shows."""
    verdict = blocks.may_issue(user, block)
    is_entered = block.state == Block.State.ENTERED
    return {
        "here": block,
        "tone": TONES[Block.State(block.state)],
        "notice": named(block.proposal),
        "hosts": [defang(host) for host in block.hosts],
        "letters": [letter_row(one, user) for one in block.letters.all()],
        "requests": [
            (one, lacking(one)) for one in block.requests.select_related("asked_by", "decided_by")
        ],
        "denied": verdict.reason if isinstance(verdict, Denied) and is_entered else "",
    }


def letter_row(letter: AccessLetter, user: User) -> dict[str, Any]:
    """One letter to an access provider, with the form for its confirmation."""
    form = None
    if blocks.may_confirm(user, letter):
        initial = {"letter": letter.pk}
        form = block_forms.ConfirmForm(
            initial=initial, auto_id=f"{letter.kind}-{letter.provider}-%s"
        )
    return {"letter": letter, "kind": letter.get_kind_display(), "form": form}
