"""An appeal is taken and decided by somebody who had no part in the order."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, User
from moderation_portal.roles import Allowed, Denied, Verdict
from reports.models import ReportItem
from reports.texts import plain

from .. import lifecycle, notices, permissions, removal
from ..models import (
    OPEN_APPEALS,
    OPEN_TARGETS,
    UPHELD_APPEALS,
    Appeal,
    Case,
    CaseState,
    Decision,
    Notice,
    NoticeItem,
    Signature,
    Target,
    TargetState,
)
from ..rungs import UNASKED
from . import record, restored
from .filing import LONGEST

State = Appeal.State
VERDICTS = (State.UPHELD, State.PARTLY, State.DISMISSED, State.INADMISSIBLE)
# Who did one of these had a part in the order: they judged it, sent it, or held against the
# platform's reasons that it stands.
PARTS = (
    "case.upheld",
    "case.approved",
    "notice.issued",
    "notice.sent_again",
    "target.standing",
    "deadline.overridden",
)


def involved(item: NoticeItem) -> set[int]:
    """The ids of the people who decided, approved, signed, sent or weighed what led to the orders
    against this account."""
    case_id = item.target.case_id
    letters = Notice.objects.filter(items__target_id=item.target_id).exclude(rung__in=UNASKED)
    events = Event.objects.filter(thread=f"case:{case_id}", kind__in=PARTS, actor_id__isnull=False)
    parts = events.values_list("actor_id", "data")
    found = [
        *Decision.objects.filter(case_id=case_id).values_list("author_id", "approver_id"),
        *letters.values_list("proposed_by_id", "approved_by_id"),
        *Signature.objects.filter(notice__in=letters).values_list("signer_id"),
        *((actor,) for actor, data in parts if data.get("rung") not in UNASKED),
    ]
    return {pk for row in found for pk in row if pk is not None}


def may_take(user: User, appeal: Appeal) -> Verdict:
    """Whether this person may review it: somebody who oversees, filed it not, and had no part in
    the order. Who takes it after another takes it over."""
    if appeal.state not in OPEN_APPEALS:
        return Denied(_("This has been decided already."))
    if appeal.reviewer_id == user.pk:
        return Denied(_("You are reviewing this appeal."))
    return _may_review(user, appeal)


def take(appeal: Appeal, *, is_free: bool, actor: User, at: datetime) -> Appeal:
    """Takes an appeal for review; `is_free` declares that nothing ties this person to the account,
    the platform or whoever told of it. Raises Refused, Invalid without the declaration, or Conflict
    where it was decided meanwhile."""
    if not is_free:
        raise Invalid.field("is_free", _("Whoever is tied to the matter does not review it."))
    with transaction.atomic():
        appeal = held(appeal)
        verdict = may_take(actor, appeal)
        if isinstance(verdict, Denied):
            raise (Refused if appeal.state in OPEN_APPEALS else Conflict)(verdict.reason)
        appeal.state, appeal.reviewer, appeal.taken_at = State.IN_REVIEW, actor, at
        appeal.save(update_fields=["state", "reviewer", "taken_at"])
        record.note("appeal.taken", appeal, actor=actor, at=at)
    return appeal


def may_decide(user: User, appeal: Appeal) -> Verdict:
    """Whether this person may decide it: who has taken it, and is free still, for what is meant may
    have been found since."""
    if appeal.state != State.IN_REVIEW:
        return Denied(_("Nothing waits for a decision here."))
    if appeal.reviewer_id != user.pk:
        return Denied(_("Another person reviews this appeal."))
    return _may_review(user, appeal)


def decide(
    appeal: Appeal, verdict: str, answer: str, stays: str = "", *, actor: User, at: datetime
) -> Appeal:
    """Decides an appeal with reasons, which the holder and the platform read.

    What is upheld annuls the order against the account and orders the platform to restore it;
    `stays` says what stays removed where it is upheld in part. Raises Refused, Invalid, or Conflict
    where somebody was first.
    """
    _check(verdict, answer, stays)
    with transaction.atomic():
        if appeal.item is not None:
            lifecycle.lock([appeal.item.target.case_id])
        appeal = held(appeal)
        may = may_decide(actor, appeal)
        if isinstance(may, Denied):
            raise (Refused if appeal.state in OPEN_APPEALS else Conflict)(may.reason)
        if appeal.item is None and verdict != State.INADMISSIBLE:
            raise Invalid.field("verdict", _("Say first which account of which notice is meant."))
        appeal.state, appeal.answer, appeal.decided_at = verdict, plain(answer), at
        appeal.stays = plain(stays) if verdict == State.PARTLY else ""
        if appeal.item is not None and verdict in UPHELD_APPEALS:
            appeal.restoration_id = _undo(appeal, appeal.item, actor, at)
        appeal.save(
            update_fields=["state", "answer", "stays", "decided_at", "restoration", "restored_at"]
        )
        record.note(f"appeal.{verdict}", appeal, actor=actor, at=at)
    return appeal


def held(appeal: Appeal) -> Appeal:
    """The appeal as it is now, locked."""
    locked = Appeal.objects.select_for_update(no_key=True, of=("self",))
    related = ("item__target__case", "reviewer", "filed_by")
    return locked.select_related(*related).get(pk=appeal.pk)


def _may_review(user: User, appeal: Appeal) -> Verdict:
    if not permissions.oversees(user, appeal):
        return Denied(permissions.wrong_role(permissions.overseers(appeal.handling)))
    if appeal.filed_by_id == user.pk:
        return Denied(_("You had this reviewed yourself; another person must do it."))
    if appeal.item is not None and user.pk in involved(appeal.item):
        return Denied(permissions.biased())
    return Allowed()


def _check(verdict: str, answer: str, stays: str) -> None:
    wrong = {}
    if verdict not in VERDICTS:
        wrong["verdict"] = _("Choose a judgement.")
    if not plain(answer):
        wrong["answer"] = _("Give reasons: the holder and the platform read them.")
    if verdict == State.PARTLY and not plain(stays):
        wrong["stays"] = _("Say what stays removed.")
    for name, said in (("answer", answer), ("stays", stays)):
        if len(said) > LONGEST:
            wrong[name] = _("Write at most %s characters.") % LONGEST
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})


def _undo(appeal: Appeal, item: NoticeItem, actor: User, at: datetime) -> int | None:
    """Annuls the order against the account; gives the letter that orders to restore it, which is
    that of an earlier appeal where one was upheld and nothing was ordered since."""
    target = Target.objects.select_related("case").get(pk=item.target_id)
    earlier = restored.also_upheld(appeal).first()
    if earlier is not None and target.state == TargetState.RELEASED:
        appeal.restored_at = earlier.restored_at
        return earlier.restoration_id
    if target.state != TargetState.RELEASED:
        progress = ReportItem.Progress.WITHDRAWN
        result = lifecycle.move_targets(
            [target.pk], TargetState.RELEASED, actor=actor, at=at, progress=progress
        )
        result.insist()
    target.refresh_from_db(fields=["state"])
    said = {"reason": appeal.answer, "stays": appeal.stays}
    made = notices.order_restored(target, **said, actor=actor, at=at)
    _close(target, appeal.answer, actor, at)
    return made


def _close(target: Target, reason: str, actor: User, at: datetime) -> None:
    """An ordered case of which nothing is open any more ends: as withdrawn, unless another of its
    accounts is gone."""
    here = Target.objects.filter(case_id=target.case_id)
    is_ordered = Case.objects.filter(pk=target.case_id, state=CaseState.ORDERED).exists()
    if not is_ordered or here.filter(OPEN_TARGETS).exists():
        return
    if here.filter(state=TargetState.GONE).exists():
        removal.close_settled([target.pk], at=at)
    else:
        lifecycle.advance([target.case_id], "withdraw", actor=actor, at=at, reason=reason)
