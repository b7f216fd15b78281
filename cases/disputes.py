"""Disputes of a clock: what a platform holds against it, and what is answered to that.

Both versions are kept and shown to both sides. Whoever decided a case does not judge what is said
against its notice, as with the platform's reasons. Accepting moves a due time only as far as
`ladder.override_due` does: what is late stays late, and the dispute says beside it why it was.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from moderation_portal import account_mail, formats
from moderation_portal.account_mail import Recipient
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, Allowed, Denied, Verdict
from platforms.models import Representative
from reports.models import Handling
from reports.texts import plain, reason_of

from . import ladder, notices, permissions
from .models import ANSWERABLE, Dispute, Notice, letters_by
from .notices import record
from .rungs import UNASKED

LETTER = "dispute_decided"
# How far from our own version another one may lie: a slip of the pen, such as a wrong year.
FURTHEST = timedelta(days=366)
DECIDED_AS = {
    Dispute.State.ACCEPTED: "clock.dispute_accepted",
    Dispute.State.REJECTED: "clock.dispute_rejected",
}


def visible_to(user: User) -> QuerySet[Dispute]:
    """The disputes of the notices that this person may see, oldest first."""
    return Dispute.objects.filter(notice__in=notices.visible_to(user)).order_by("opened_at", "pk")


def of_notice(user: User, notice: Notice) -> QuerySet[Dispute]:
    """The disputes of one notice that this person may read, with all that a page shows of them."""
    return _shown(visible_to(user).filter(notice=notice))


def on_page(user: User) -> QuerySet[Dispute]:
    """The disputes that this person may read, each with its notice for a page of its own."""
    joined = _shown(visible_to(user)).select_related("notice__platform", "notice__follows")
    return joined.defer(*letters_by("notice__", "notice__follows__"))


def _shown(found: QuerySet[Dispute]) -> QuerySet[Dispute]:
    joined = found.select_related("opened_by", "decided_by", "duplicate_of")
    return joined.defer(*letters_by("duplicate_of__"))


def waiting(user: User) -> QuerySet[Dispute]:
    """The disputes that nobody has answered yet, oldest first, with their notices."""
    joined = visible_to(user).filter(state=Dispute.State.OPEN)
    joined = joined.select_related("notice__platform", "opened_by")
    return joined.defer(*letters_by("notice__"))


def may_open(user: User, notice: Notice) -> Verdict:
    """Whether this person may dispute the clock of this notice: a representative, once it runs."""
    if user.role not in REPRESENTATIVES:
        return Denied(_("Only a representative of the platform disputes a clock."))
    if not notices.visible_to(user).filter(pk=notice.pk).exists():
        return Denied(_("There is no such notice. Check the number."))
    if notice.rung in UNASKED or notice.served_at is None or notice.due_at is None:
        return Denied(_("This notice has no clock that could be disputed."))
    if notice.state not in ANSWERABLE:
        return Denied(_("This notice was withdrawn; its clock counts for nothing."))
    return Allowed()


def open_dispute(
    notice: Notice,
    kind: str,
    reason: str,
    *,
    actor: User,
    at: datetime,
    instant: datetime | None = None,
    duplicate_of: Notice | None = None,
) -> Dispute:
    """Puts on the record what the platform holds against the clock of a notice.

    `instant` is when the clock started (kind start) or when it ends (kind pause), as the platform
    has it; `duplicate_of` the earlier notice of the same accounts. Raises Refused, Invalid, or
    Conflict while another of the same kind waits.
    """
    verdict = may_open(actor, notice)
    if not verdict:
        raise Refused(verdict.reason)
    made = Dispute(notice=notice, kind=_known(kind), reason=reason_of(reason))
    made.ours_from, made.ours_due = _ours(notice)
    theirs = _theirs(notice, kind, instant, duplicate_of, actor)
    made.theirs_from, made.theirs_due = theirs
    made.duplicate_of = duplicate_of if kind == Dispute.Kind.DUPLICATE else None
    made.opened_by, made.opened_at = actor, at
    try:
        with transaction.atomic():
            made.save()
            data = {"dispute": made.pk, "kind": kind, "due": theirs[1]}
            record.record("clock.disputed", notice, actor=actor, at=at, data=data)
    except IntegrityError as error:
        raise Conflict(_("You have disputed this already; it waits for an answer.")) from error
    return made


def may_decide(user: User, dispute: Dispute) -> Verdict:
    """Whether this person may judge it: a supervisor or director who had no part in deciding any
    case of the notice."""
    notice = dispute.notice
    if dispute.state != Dispute.State.OPEN:
        return Denied(_("This has been decided already."))
    if not permissions.oversees(user, notice):
        return Denied(permissions.wrong_role(permissions.overseers(notice.handling)))
    case_ids = record.cases_of([notice.pk]).get(notice.pk, [])
    if permissions.deciders_of(case_ids, user):
        return Denied(permissions.biased())
    return Allowed()


def accept(
    dispute: Dispute, answer: str, *, actor: User, at: datetime, due_at: datetime | None = None
) -> Dispute:
    """Agrees with the platform. With `due_at` the accounts that still wait for an answer get that
    due time, by letter (raises like `ladder.override_due` where nothing can be moved); without it
    the clock stays, and the record says that it was rightly disputed."""
    return _decide(dispute, Dispute.State.ACCEPTED, answer, due_at, actor=actor, at=at)


def reject(dispute: Dispute, answer: str, *, actor: User, at: datetime) -> Dispute:
    """Holds to our clock, with reasons."""
    return _decide(dispute, Dispute.State.REJECTED, answer, None, actor=actor, at=at)


def _decide(
    dispute: Dispute,
    state: str,
    answer: str,
    due_at: datetime | None,
    *,
    actor: User,
    at: datetime,
) -> Dispute:
    reasons = plain(answer)
    if not reasons:
        raise Invalid.field("answer", _("Give reasons: the platform reads them."))
    with transaction.atomic():
        locked = Dispute.objects.select_for_update(of=("self",)).select_related(
            "notice__platform", "opened_by"
        )
        dispute = locked.get(pk=dispute.pk)
        verdict = may_decide(actor, dispute)
        if not verdict:
            raise (Refused if dispute.state == Dispute.State.OPEN else Conflict)(verdict.reason)
        if due_at is not None:
            items = dispute.notice.items.values_list("pk", flat=True)
            ladder.override_due(items, due_at=due_at, reason=reasons, actor=actor, at=at)
        dispute.state, dispute.answer, dispute.set_due = state, reasons, due_at
        dispute.decided_by, dispute.decided_at = actor, at
        dispute.save(update_fields=["state", "answer", "set_due", "decided_by", "decided_at"])
        data = {"dispute": dispute.pk, "kind": dispute.kind, "due": due_at}
        record.record(
            DECIDED_AS[Dispute.State(state)], dispute.notice, actor=actor, at=at, data=data
        )
        _tell(dispute, at)
    return dispute


def _tell(dispute: Dispute, at: datetime) -> None:
    """Whoever disputed hears what became of it, or the platform's administrators where that person
    does not answer for it any more; of a sealed notice only that it was decided."""
    active = Representative.objects.filter(
        platform_id=dispute.notice.platform_id, is_active=True, user__is_active=True
    ).select_related("user")
    readers = list(active.filter(user=dispute.opened_by))
    if not readers:
        readers = list(active.filter(kind=Representative.Kind.ADMINISTRATOR))
    people = [one.user for one in readers]
    told = {Recipient(person.email, person.name, person.language) for person in people}
    account_mail.tell(LETTER, told, lambda: _lines(dispute), at=at)


def _lines(dispute: Dispute) -> list[str]:
    if dispute.notice.handling == Handling.SEALED:
        return [_("What you held against a deadline was decided.")]
    number = {"number": dispute.notice.number}
    if dispute.state == Dispute.State.REJECTED:
        said = _("Notice %(number)s: your objection was rejected.") % number
    else:
        said = _("Notice %(number)s: your objection was accepted.") % number
    if dispute.set_due is None:
        return [said]
    return [said, _("New due time: %(due)s") % {"due": formats.instant(dispute.set_due)}]


def _known(kind: str) -> str:
    if kind not in Dispute.Kind.values:
        raise Invalid.field("kind", _("Choose what you dispute."))
    return kind


def _ours(notice: Notice) -> tuple[datetime, datetime]:
    """The clock as it stands; `may_open` has seen that there is one."""
    if notice.served_at is None or notice.due_at is None:
        raise Conflict(_("This notice has no clock that could be disputed."))
    return notice.served_at, notice.due_at


def _theirs(
    notice: Notice,
    kind: str,
    instant: datetime | None,
    duplicate_of: Notice | None,
    actor: User,
) -> tuple[datetime | None, datetime | None]:
    """From when until when the clock runs as the platform has it; None where they say nothing."""
    ours_from, ours_due = _ours(notice)
    if kind == Dispute.Kind.DUPLICATE:
        return _earlier(notice, duplicate_of, actor)
    if instant is None:
        return None, None
    if abs(instant - ours_from) > FURTHEST:
        raise Invalid.field("instant", _("This lies too far from the notice. Check the year."))
    if kind == Dispute.Kind.START:
        return instant, instant + (ours_due - ours_from)
    if instant < ours_from:
        raise Invalid.field("instant", _("The deadline cannot end before the clock started."))
    return ours_from, instant


def _earlier(
    notice: Notice, duplicate_of: Notice | None, actor: User
) -> tuple[datetime | None, datetime | None]:
    """The clock of the earlier notice. Of the same handling class only: what is sealed is named on
    no ordinary page."""
    mine = notices.visible_to(actor).filter(
        platform_id=notice.platform_id,
        handling=notice.handling,
        issued_at__lte=notice.issued_at,
    )
    found = mine.exclude(pk=notice.pk).filter(pk=duplicate_of.pk).first() if duplicate_of else None
    if found is None:
        raise Invalid.field("duplicate_of", _("Name the earlier notice by its number."))
    return found.served_at, found.due_at
