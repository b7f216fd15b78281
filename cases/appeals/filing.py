"""An appeal comes in: by the holder of an account, by the platform for them, or by own motion."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from moderation_portal import outbox, policy
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Lane, User
from moderation_portal.policy import working_time
from moderation_portal.roles import PUBLIC, REPRESENTATIVES, Actor, Allowed, Denied, Verdict
from reports import receipts
from reports.texts import plain

from .. import notices, permissions
from ..models import OPEN_APPEALS, Appeal, Notice, NoticeItem
from ..notices import seeing
from ..rungs import UNASKED
from . import placing, record, telling

PLACE = "appeal.place"
LONGEST_NUMBER, LONGEST_ACCOUNT, LONGEST = 100, 500, 5_000


def due(at: datetime) -> datetime:
    """By when an appeal of this instant is decided: the policy's days, of work where it names a
    calendar for them."""
    pack = policy.pack()
    limits = pack.limits_at(at)
    if not limits.objection_calendar:
        return at + timedelta(days=limits.objection_answer_days)
    calendar = pack.calendar(limits.objection_calendar, at)
    return working_time.days_after(calendar, at, limits.objection_answer_days)


def file(number: str, account: str, statement: str, *, key: str, at: datetime) -> str | None:
    """Takes the appeal of an account's holder; returns the receipt code, None where this very
    sending (`key`) came in before.

    What is written is kept as it stands and looked up by nobody here, so that the answer and its
    time tell nothing. Raises Invalid for what is missing or too long.
    """
    written = _written(number, account, statement)
    code, receipt_hash = receipts.issue()
    made = Appeal(
        appellant=Appeal.Appellant.HOLDER,
        **written,
        receipt_hash=receipt_hash,
        filing_key=key[:64],
    )
    try:
        with transaction.atomic():
            _save(made, PUBLIC, at)
            outbox.enqueue(PLACE, {"appeal": made.pk}, lane=Lane.INTERNAL, key=str(made.pk), at=at)
    except IntegrityError:
        return None
    return code


def may_file_for(user: User, notice: Notice) -> Verdict:
    """Whether this representative may appeal for the holder of an account of this notice."""
    seen = user.role in REPRESENTATIVES and notices.visible_to(user).filter(pk=notice.pk).exists()
    if not seen or notice.rung in UNASKED:
        return Denied(_("There is no such notice. Check the number."))
    return Allowed()


def file_for(notice: Notice, account: str, statement: str, *, actor: User, at: datetime) -> Appeal:
    """Takes what a platform says for the holder of an account that it has answered about. Raises
    Refused, Invalid for an account that is none of those, Conflict where one waits."""
    _insist(may_file_for(actor, notice))
    theirs = notice.items.filter(seeing.told()).exclude(answer_code="")
    unknown = _(
        "You have answered about no such account in this notice. Write it as in the letter."
    )
    return _file_by_name(notice, theirs, account, statement, unknown, actor, at)


def may_open(user: User, notice: Notice) -> Verdict:
    """Whether this person may have an account of this notice reviewed by own motion."""
    if not permissions.oversees(user, notice):
        return Denied(permissions.wrong_role(permissions.overseers(notice.handling)))
    if notice.issued_at is None or not placing.is_order(notice):
        return Denied(_("This letter orders nothing that could be reviewed."))
    return Allowed()


def open_by_motion(
    notice: Notice, account: str, statement: str, *, actor: User, at: datetime
) -> Appeal:
    """Has the order against one account reviewed without anybody's appeal; another person does it.
    Raises Refused, Invalid or Conflict."""
    _insist(may_open(actor, notice))
    unknown = _("This notice names no such account. Write it as in the letter.")
    return _file_by_name(notice, notice.items.all(), account, statement, unknown, actor, at)


def _file_by_name(
    notice: Notice, items, account: str, statement: str, unknown: str, actor: User, at: datetime
) -> Appeal:
    written = _written(str(notice), account, statement)
    item = placing.among(items, written["account"], notice.platform)
    if item is None:
        raise Invalid.field("account", unknown)
    is_theirs = actor.role in REPRESENTATIVES
    by = Appeal.Appellant.PLATFORM if is_theirs else Appeal.Appellant.OFFICE
    with transaction.atomic():
        NoticeItem.objects.select_for_update(no_key=True).get(pk=item.pk)
        if item.appeals.filter(appellant=by, state__in=OPEN_APPEALS).exists():
            raise Conflict(_("An appeal for this account waits for its decision already."))
        made = Appeal(
            appellant=by, **written, item=item, handling=notice.handling, placed_at=at,
            filed_by=actor,
        )  # fmt: skip
        _save(made, actor, at)
        telling.came_in(made, at=at)
    return made


def _written(number: str, account: str, statement: str) -> dict[str, str]:
    """What an appellant wrote, made fit to be kept."""
    said = {"number": plain(number), "account": plain(account), "statement": plain(statement)}
    most = {"number": LONGEST_NUMBER, "account": LONGEST_ACCOUNT, "statement": LONGEST}
    wrong = {name: _("Fill this in.") for name, text in said.items() if not text}
    for name, text in said.items():
        if len(text) > most[name]:
            wrong[name] = _("Write at most %s characters.") % most[name]
    if wrong:
        raise Invalid(_("Something is missing or cannot be right."), {"fields": wrong})
    return said


def _save(made: Appeal, actor: User | Actor, at: datetime) -> None:
    made.language = (get_language() or "").partition("-")[0]
    made.filed_at, made.due_at = at, due(at)
    made.save()
    record.note("appeal.filed", made, actor=actor, at=at, data={"by": made.appellant})


def _insist(verdict: Verdict) -> None:
    if isinstance(verdict, Denied):
        raise Refused(verdict.reason)
