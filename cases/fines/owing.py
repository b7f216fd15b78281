"""What becomes of a fine that was assessed: committed to, paid, objected to, decided by a third."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from moderation_portal import policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import User
from moderation_portal.roles import REPRESENTATIVES, STAFF, Allowed, Denied, Verdict
from reports.evidence import Prepared
from reports.texts import plain

from .. import permissions
from ..models import Fine, FinePayment
from ..notices import fining, record
from . import commitments, telling, unpaid
from .assessing import held
from .seeing import paid, state_for, visible_to

LONGEST = 5_000
# More than the highest fine that any table could give; a slip of the pen.
MOST = 10**15


def may_commit(user: User, fine: Fine) -> Verdict:
    """Whether this person may file the platform's letter of commitment: one of its own, or staff
    to whom it came on paper."""
    return _may_file(user, fine, is_free=fine.committed_at is None)


def commit(
    fine: Fine,
    number: str,
    signer: str,
    dated: date,
    *,
    letter: Prepared | None = None,
    actor: User,
    at: datetime,
) -> Fine:
    """Files the letter by which the platform commits to pay: its number, date, who signed it, and
    the letter itself, which staff may leave on paper. Raises Refused, Invalid, or Conflict where
    one was filed."""
    wrong = {}
    if letter is None and actor.role in REPRESENTATIVES:
        wrong["letter"] = _("Attach the letter.")
    if not plain(number):
        wrong["number"] = _("Give the number of the letter.")
    if not plain(signer):
        wrong["signer"] = _("Say who signed it.")
    if dated > policy.pack().day(at):
        wrong["dated"] = _("This day has not come yet.")
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})
    with transaction.atomic():
        fine = held(fine)
        permissions.insist(may_commit(actor, fine))
        fine.commitment_number, fine.commitment_signer = plain(number)[:80], plain(signer)[:120]
        fine.commitment_date, fine.committed_by, fine.committed_at = dated, actor, at
        kept = commitments.keep(letter, at=at) if letter else {}
        for name, value in kept.items():
            setattr(fine, name, value)
        names = ["commitment_number", "commitment_signer", "commitment_date"]
        fine.save(update_fields=[*names, *kept, "committed_by", "committed_at"])
        data = {"fine": fine.pk, "dated": dated.isoformat(), "sha256": fine.commitment_sha256}
        record.record("fine.committed", fine.notice, actor=actor, at=at, data=data)
        telling.filed(fine, telling.COMMITTED, at=at)
    return fine


def may_pay(user: User, fine: Fine) -> Verdict:
    """Whether this person may write down that money came in: staff, while the fine is open."""
    if user.role not in STAFF:
        return Denied(permissions.wrong_role(STAFF))
    return _open(fine, user)


def pay(
    fine: Fine, amount: int, paid_on: date, reference: str, *, actor: User, at: datetime
) -> Fine:
    """Writes down money that came in (whole units); with the last of it the fine is paid. Raises
    Refused, Invalid, or Conflict for a reference that was written down before."""
    wrong = {}
    if not 0 < amount < MOST:
        wrong["amount"] = _("Give the amount that came in.")
    if not plain(reference):
        wrong["reference"] = _("Give the reference of the payment.")
    if paid_on > policy.pack().day(at):
        wrong["paid_on"] = _("This day has not come yet.")
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})
    with transaction.atomic():
        fine = held(fine)
        permissions.insist(may_pay(actor, fine))
        _save_payment(fine, amount, paid_on, plain(reference)[:80], actor, at)
        if paid(fine) >= fine.amount and fine.state == Fine.State.OWED:
            fine.state = Fine.State.PAID
            fine.save(update_fields=["state"])
            unpaid.drop(fine, actor=actor, at=at)
        data = {"fine": fine.pk, "amount": amount, "reference": plain(reference)[:80]}
        record.record("fine.paid", fine.notice, actor=actor, at=at, data=data)
    return fine


def may_object(user: User, fine: Fine) -> Verdict:
    """Whether this person may put an objection of the platform on record."""
    return _may_file(user, fine, is_free=fine.objected_at is None)


def object_to(fine: Fine, reason: str, *, actor: User, at: datetime) -> Fine:
    """Puts on record what the platform holds against the fine; a third person decides. Raises
    Refused, Invalid, or Conflict where it was objected to before."""
    said = plain(reason)
    if not said or len(said) > LONGEST:
        raise Invalid.field("reason", _("Give a reason of at most %s characters.") % LONGEST)
    with transaction.atomic():
        fine = held(fine)
        permissions.insist(may_object(actor, fine))
        fine.objection, fine.objected_by, fine.objected_at = said, actor, at
        fine.state = Fine.State.OBJECTED
        fine.save(update_fields=["objection", "objected_by", "objected_at", "state"])
        unpaid.drop(fine, actor=actor, at=at)
        record.record("fine.objected", fine.notice, actor=actor, at=at, data={"fine": fine.pk})
        telling.filed(fine, telling.OBJECTED, at=at)
    return fine


def may_decide(user: User, fine: Fine) -> Verdict:
    """Whether this person may judge the objection: somebody who oversees and neither proposed nor
    approved the fine."""
    if fine.state != Fine.State.OBJECTED:
        return Denied(_("No objection waits here."))
    if not permissions.oversees(user, fine.notice):
        return Denied(permissions.wrong_role(permissions.overseers(fine.handling)))
    if user.pk in (fine.proposed_by_id, fine.approved_by_id):
        return Denied(permissions.biased())
    return Allowed()


def decide(fine: Fine, answer: str, *, is_cancelled: bool, actor: User, at: datetime) -> Fine:
    """Answers the objection by letter: the fine is cancelled, or it stands. Raises Refused, Invalid
    or Conflict."""
    said = plain(answer)
    if not said:
        raise Invalid.field("answer", _("Give reasons: the platform reads them."))
    with transaction.atomic():
        fine = held(fine)
        permissions.insist(may_decide(actor, fine), is_late=fine.state != Fine.State.OBJECTED)
        fine.answer, fine.decided_by, fine.decided_at = said, actor, at
        is_paid = paid(fine) >= fine.amount
        stays = Fine.State.PAID if is_paid else Fine.State.OWED
        fine.state = Fine.State.CANCELLED if is_cancelled else stays
        fine.save(update_fields=["answer", "decided_by", "decided_at", "state"])
        if is_cancelled:
            unpaid.drop(fine, actor=actor, at=at)
        fining.decide(fine, said, is_cancelled=is_cancelled, actor=actor, at=at)
        kind = "fine.cancelled" if is_cancelled else "fine.confirmed"
        record.record(kind, fine.notice, actor=actor, at=at, data={"fine": fine.pk})
        telling.judged(fine, telling.DECIDED, actor=actor, at=at)
    return fine


def _may_file(user: User, fine: Fine, *, is_free: bool) -> Verdict:
    if user.role not in STAFF | REPRESENTATIVES or not visible_to(user).filter(pk=fine.pk).exists():
        return Denied(_("There is no such fine."))
    if not is_free:
        return Denied(_("This is on record already."))
    return _open(fine, user)


def _open(fine: Fine, user: User) -> Verdict:
    here = state_for(fine, user)
    if here not in (Fine.State.OWED, Fine.State.OBJECTED):
        state = {"state": here.label}
        return Denied(_("This fine is “%(state)s”; nothing is filed any more.") % state)
    return Allowed()


def _save_payment(
    fine: Fine, amount: int, paid_on: date, reference: str, actor: User, at: datetime
) -> None:
    facts = {"paid_on": paid_on, "reference": reference, "recorded_by": actor, "recorded_at": at}
    try:
        with transaction.atomic():
            FinePayment.objects.create(fine=fine, amount=amount, **facts)
    except IntegrityError as twice:
        said = _("A payment with this reference is on record already.")
        raise Conflict(said) from twice
