"""Notices: the list, the page with letter and deliveries, the signature of a formal rung."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from moderation_portal import clock, faults, policy
from moderation_portal.errors import Invalid
from moderation_portal.formats import defang
from moderation_portal.letters import body_of
from moderation_portal.middleware import SignedInRequest, leads_strangers
from moderation_portal.models import User
from moderation_portal.roles import Role
from moderation_portal.templatetags.portal import status_tag

from .. import ahead, blocks, clocks, disputes, fines, forms, ladder, notices, permissions, replies
from ..appeals import filing
from ..appeals import seeing as appealed
from ..models import LETTER, OPEN_STATES, Answer, Delivery, Notice, NoticeItem, TargetState
from ..notices import addresses, authority_copies, marks
from ..notices.naming import rung_name
from ..rungs import FEATURE_ORDER, UNASKED
from ..stopping import STOPPED
from . import numbers, strangers
from .account_rows import TARGET_TONES, state_words
from .mail_rows import mail_rows, with_mail
from .problems import show_problem

PAGE = 50
ITEMS_SHOWN = 200
MAIL_SHOWN = 20
TONES = {
    Notice.State.DRAFTED: "warn",
    Notice.State.ISSUED: "progress",
    Notice.State.SERVED: "progress",
    Notice.State.SETTLED: "good",
    Notice.State.WITHDRAWN: "neutral",
    Notice.State.DISCARDED: "neutral",
}
DELIVERY_TONES = {
    Delivery.State.ACCEPTED: "good",
    Delivery.State.PLACED: "good",
    Delivery.State.FAILED: "warn",
    Delivery.State.UNCERTAIN: "warn",
    Delivery.State.REFUSED: "bad",
    Delivery.State.ANNULLED: "bad",
}


@require_GET
def index(request: SignedInRequest) -> HttpResponse:
    """Notices that wait for a signature, then the newest ones."""
    only_desk(request)
    at = clock.now()
    visible = notices.visible_to(request.user).select_related("platform").defer(*LETTER)
    before = request.GET.get("before", "")
    rest = visible.exclude(state=Notice.State.DRAFTED).order_by("-drafted_at", "-pk")
    last = visible.filter(pk=numbers.whole(before) or 0).first()
    if last is not None:
        older = Q(drafted_at__lt=last.drafted_at) | Q(drafted_at=last.drafted_at, pk__lt=last.pk)
        rest = rest.filter(older, drafted_at__lte=last.drafted_at)
    shown = list(clocks.with_answers(rest)[: PAGE + 1])
    more = len(shown) > PAGE
    drafts = visible.filter(state=Notice.State.DRAFTED).order_by("drafted_at", "pk")
    context = {
        "now": at,
        "section": "notices",
        "waiting": name_rungs(
            drafts.select_related("follows").prefetch_related("signatures")[:PAGE]
        ),
        "disputed": disputes.waiting(request.user)[:PAGE],
        "notices": [(one, clocks.met_at(one.notice)) for one in name_rungs(shown[:PAGE])],
        "previous_url": "?" if before else "",
        "next_url": f"?before={shown[PAGE - 1].pk}" if more else "",
    }
    return render(request, "cases/notices.html", context)


@require_GET
def show(request: SignedInRequest, pk: int) -> HttpResponse:
    """One notice: its letter, its accounts, every attempt to hand it over."""
    only_desk(request)
    at = clock.now()
    notice = load(request, pk)
    met_at = clocks.met_at(clocks.with_answers(Notice.objects.filter(pk=pk)).get())
    items = notice.items.select_related("target__case").order_by("position")[:ITEMS_SHOWN]
    is_overseer = permissions.oversees(request.user, notice)
    related = notices.visible_to(request.user).filter(follows=notice).order_by("drafted_at", "pk")
    proposal = notice if is_proposal(notice) else notices.proposal_for(notice)
    former = former_locators(notice)
    context = {
        "now": at,
        "section": "notices",
        "notice": named(notice),
        "met_at": met_at,
        "letter": notice.html,
        "check_url": reverse("letter_check:letter", args=[marks.token_of(notice)]),
        "copies": copies_of(notice, request.user),
        "items": [item_row(item, former) for item in items],
        "deliveries": handings_over(deliveries_of(notice), request.user),
        "mail": mail_rows(with_mail(replies.of_notice(notice, request.user))[:MAIL_SHOWN]),
        "signatures": notice.signatures.select_related("signer").order_by("pk"),
        "followers": name_rungs(related),
        "is_unserved": is_unserved(notice),
        "is_stopped": notice.items.filter(STOPPED, target__state__in=OPEN_STATES).exists(),
        "may_sign": notices.may_sign(request.user, notice),
        "may_correct": notices.may_correct(request.user, notice),
        "proposal": proposal,
        "may_approve": proposal is not None and notices.may_approve(request.user, proposal),
        "disputes": disputes.of_notice(request.user, notice),
        "ahead": ahead_of(notice, met_at, at),
        "may_override": is_overseer and ladder.movable(notice.items.all(), at).exists(),
    }
    context |= beside(notice, request.user)
    return render(request, "cases/notice.html", context)


def beside(notice: Notice, user: User) -> dict[str, Any]:
    """What else came of a notice, as far as this person may know."""
    return {
        "authority_copy": authority_copies.of(notice),
        "may_block": blocks.may_enter(user, notice),
        "blocks": blocks.visible_to(user).filter(proposal=notice),
        "may_fine": fines.may_propose(user, notice),
        "fines": fines.visible_to(user).filter(Q(notice=notice) | Q(letter=notice)),
        "may_review": filing.may_open(user, notice),
        "appeals": appealed.visible_to(user).filter(Q(item__notice=notice) | Q(restoration=notice))[
            :ITEMS_SHOWN
        ],
    }


@require_http_methods(["GET", "POST"])
def sign(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letter of a drafted warning or proposal, to read and to sign."""
    only_desk(request)
    at = clock.now()
    notice = load(request, pk)
    rungs = policy.pack().ladder(notice.urgency, notice.drafted_at).rungs
    is_weighing = any(rung.weighs_reasons for rung in rungs if rung.code == notice.rung)
    form = forms.SignForm(request.POST or None, is_weighing=is_weighing)
    if request.method == "POST" and (form.is_valid() or not form.fields):
        note = form.cleaned_data.get("note", "") if form.fields else ""
        notices.sign(notice, actor=request.user, note=note, at=at)
        messages.success(request, _("Signed. The notice leaves once every signature is there."))
        return redirect("cases:notice", pk=pk)
    verdict = notices.may_sign(request.user, notice)
    letter = notices.preview(notice, request.user, at=at) if verdict else None
    context = {
        "now": at,
        "section": "notices",
        "notice": named(notice),
        "form": form,
        "denied": getattr(verdict, "reason", ""),
        "letter": letter.html if letter else "",
    }
    return render(request, "cases/sign.html", context, status=422 if form.errors else 200)


@leads_strangers(strangers.to_letter)
@require_GET
def letter(request: SignedInRequest, pk: int) -> HttpResponse:
    """The letter as PDF, for staff and for the platform's own representatives: these have read it
    then, and been served."""
    notice = load(request, pk)
    if request.user.role in permissions.READERS:
        return pdf_of(notice, notices.pdf_of(notice))
    at = clock.now()
    notices.open_in_portal(notice, actor=request.user, at=at)
    return platforms_pdf_of(notice, at=at)


@require_http_methods(["GET", "POST"])
def override(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another due time for the open items of a notice, with a reason."""
    only_desk(request)
    at = clock.now()
    notice = load(request, pk)
    permissions.refuse_strangers(notice.handling, request.user)
    form = forms.OverrideForm(request.POST or None, at=at)
    if request.method == "POST" and form.is_valid():
        ids = list(notice.items.values_list("pk", flat=True))
        said = form.cleaned_data
        try:
            ladder.override_due(
                ids, due_at=said["due_at"], reason=said["reason"], actor=request.user, at=at
            )
        except Invalid as error:
            show_problem(form, error)
        else:
            told = _("The new due time is set; the old one stays in the record.")
            messages.success(request, told)
            return redirect("cases:notice", pk=pk)
    context = {
        "now": at,
        "section": "notices",
        "notice": named(notice),
        "form": form,
    }
    return render(request, "cases/override.html", context, status=422 if form.errors else 200)


def ahead_of(notice: Notice, met_at: datetime | None, at: datetime) -> list[ahead.Ahead]:
    """The rungs that follow its soonest deadline, as long as its clock runs."""
    if met_at is not None or notice.due_at is None:
        return []
    hosts_users = notice.platform.is_user_generated
    return ahead.of_notice(notice, notice.due_at, hosts_users=hosts_users, at=at)


def load(request: SignedInRequest, pk: int) -> Notice:
    """The notice, if this person may know of it."""
    visible = notices.visible_to(request.user).select_related("platform", "follows")
    return get_object_or_404(visible, pk=pk)


def pdf_of(notice: Notice, content: bytes) -> HttpResponse:
    """A letter of this notice as a download."""
    name = notices.file_name(notice)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def platforms_pdf_of(notice: Notice, *, at: datetime) -> HttpResponse:
    """The letter as its platform may read it, as a download."""
    theirs = notices.for_platform(notice, at=at)
    if theirs is None:
        raise Http404
    return pdf_of(notice, theirs.pdf)


def only_desk(request: SignedInRequest) -> None:
    """Representatives have pages of their own; to everybody else this is not there."""
    if request.user.role not in permissions.READERS:
        raise Http404


def is_unserved(notice: "Notice | NamedNotice") -> bool:
    """Whether a notice with a clock has been issued and has reached nobody yet."""
    return notice.state == Notice.State.ISSUED and notice.rung not in UNASKED


def copies_of(notice: Notice, user: User) -> list[dict[str, Any]]:
    """For the cleared: which accounts the platform's own copies of the letter leave out."""
    if not permissions.sees_sealed(user):
        return []
    places = dict(notice.items.filter(is_withheld=True).values_list("pk", "position"))
    return [
        {
            "places": sorted(places[pk] for pk in copy.left_out if pk in places),
            "at": copy.written_at,
            "sha256": copy.pdf_sha256,
        }
        for copy in notice.copies.defer(*LETTER)
    ]


def letter_of(notice: Notice, here: str, *, at: datetime) -> SafeString:
    """The letter as its platform may read it, for the page at the address `here`."""
    theirs = notices.for_platform(notice, at=at)
    if theirs is None:
        return body_of("")
    return body_of(theirs.letter.with_link(addresses.portal_address(notice), here).html)


def is_proposal(notice: Notice) -> bool:
    """Whether this is a proposed correction that waits for a second person."""
    return notice.state == Notice.State.DRAFTED and notice.proposed_by_id is not None


def former_locators(notice: Notice) -> dict[int, str]:
    """Target id -> locator in the order that this proposed correction would replace."""
    if not is_proposal(notice) or notice.follows is None:
        return {}
    return dict(notice.follows.items.values_list("target_id", "locator"))


def item_row(item: NoticeItem, former: Mapping[int, str]) -> dict[str, Any]:
    """One account of a notice: its locator, what became of it, what was answered. `former` is the
    locator that a correction would replace, where it is another."""
    state = TargetState(item.target.state)
    old = former.get(item.target_id, item.locator)
    return {
        "position": item.position,
        "case": item.target.case,
        "locator": defang(item.locator),
        "former": defang(old) if old != item.locator else "",
        "state": status_tag(state_words(state, None), TARGET_TONES[state]),
        "answer": str(Answer.Code(item.answer_code).label) if item.answer_code else "",
        "is_late": item.is_late,
    }


def deliveries_of(notice: Notice) -> QuerySet[Delivery]:
    """Every attempt to hand the notice over, oldest first."""
    return notice.deliveries.select_related("contact").order_by("pk")


def handings_over(attempts: Iterable[Delivery], user: User) -> list[dict[str, Any]]:
    """These attempts as this person may see them, on whatever page.

    Who is not cleared sees a quiet one like any other. So what a mail server said to an accepted
    copy is not shown to them.
    """
    rows = [_delivery_row(attempt) for attempt in attempts]
    if permissions.sees_sealed(user):
        return rows
    rows = [row | {"is_quiet": False} for row in rows]
    accepted = str(Delivery.State.ACCEPTED.label)
    return [row | {"said": ""} if row["state"] == accepted else row for row in rows]


def _delivery_row(delivery: Delivery) -> dict[str, Any]:
    """One attempt: to whom, what came of it, when, and what the other side said."""
    state = Delivery.State(delivery.state)
    proof = delivery.proof
    contact = delivery.contact
    name = proof.get("name") if proof.get("channel") in ("portal", "api") else ""
    return {
        "to": name or contact.name,
        "address": contact.address,
        "state": str(state.label),
        "tone": DELIVERY_TONES.get(state, "neutral"),
        "purpose": str(Delivery.Purpose(delivery.purpose).label),
        "at": delivery.ended_at or delivery.started_at,
        "said": faults.told(proof.get("bounce") or proof.get("reply") or proof.get("fault") or ""),
        "is_quiet": delivery.is_quiet,
    }


@dataclass(frozen=True)
class NamedNotice:
    """A notice in the reader's language; what is not said here is the notice's own.

    `shown` is its number, or what it would be while it has none; `awaited` names who must still
    sign or approve a draft; `state_words` is its state.
    """

    notice: Notice
    rung_name: str
    tone: str
    shown: str
    awaited: str
    state_words: str

    def __getattr__(self, name: str) -> Any:
        return getattr(self.notice, name)

    @property
    def is_of_feature(self) -> bool:
        """Whether it asks for something of a feature, and not of accounts."""
        former = self.notice.follows
        return FEATURE_ORDER in (self.notice.rung, former and former.rung)


def name_rungs(found: Iterable[Notice]) -> list[NamedNotice]:
    """The notices as pages show them, in the same order."""
    return [named(notice) for notice in found]


def named(notice: Notice) -> NamedNotice:
    """One notice as pages show it."""
    rung = rung_name(notice)
    return NamedNotice(
        notice,
        rung_name=rung,
        tone=TONES[Notice.State(notice.state)],
        shown=notice.number or (correction_of(notice) if is_proposal(notice) else rung),
        awaited=awaited(notice) if notice.state == Notice.State.DRAFTED else "",
        state_words=_("waits for a second person")
        if is_proposal(notice)
        else str(notice.get_state_display()),
    )


def correction_of(notice: Notice) -> str:
    """The title of a proposed correction, which has no number of its own yet."""
    return _("Correction of %(number)s") % {"number": notice.follows}


def awaited(notice: Notice) -> str:
    """The roles whose signature a draft still wants, for a proposed correction those that may
    approve it; no statement where they were prefetched."""
    if notice.proposed_by_id is not None:
        roles = permissions.role_names(permissions.overseers(notice.handling))
        return _("a second person (%(roles)s)") % {"roles": roles}
    signed = {signature.role for signature in notice.signatures.all()}
    wanted = [Role(role) for role in notice.signatures_wanted if role not in signed]
    return ", ".join(str(role.label) for role in wanted)
