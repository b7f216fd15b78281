"""What the platform says of each account, by whatever way it says it: one function takes them all.

Only items of that notice; a later answer follows an earlier one and nothing is overwritten; a late
answer is taken and stays late. What was answered stops climbing the ladder at that instant.
"""

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from moderation_portal import audit, clock, policy
from moderation_portal.arrays import columns
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import User
from moderation_portal.policy import Choice
from moderation_portal.roles import REPRESENTATIVES, STAFF, SYSTEM, Actor, Role
from platforms.models import Contact
from reports.models import Handling
from reports.texts import plain

from . import checking, desk_news, ladder, lifecycle, notices, stopping, twins
from .appeals import restored
from .liveness.marking import heard
from .models import ANSWERABLE, Answer, Notice, NoticeItem, Target, TargetState
from .notices import seeing
from .notices.asked import choices_for as choices_for
from .notices.asked import is_over as is_over
from .rungs import FEATURE_ORDER, FINE, RESTORATION

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
PORTAL, FILE, LINK, REPLY = "portal", "file", "link", "reply"
LONGEST_REASON = 5_000
LONGEST_REFERENCE = 120
# No platform of today took anything down before; the database could not give the oldest days back.
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
CLAIMS = frozenset({Answer.Code.REMOVED, Answer.Code.RESTRICTED, Answer.Code.ALREADY_GONE})
# What an answer makes of the account. "We need more time" leaves it standing: the clock runs on.
BECOMES = {
    Answer.Code.REMOVED: TargetState.CLAIMED,
    Answer.Code.RESTRICTED: TargetState.CLAIMED,
    Answer.Code.ALREADY_GONE: TargetState.CLAIMED,
    # What a platform did in part it refuses for the rest: a person weighs why.
    Answer.Code.PARTLY: TargetState.REFUSED,
    Answer.Code.REFUSED: TargetState.REFUSED,
    Answer.Code.NOT_FOUND: TargetState.NOT_FOUND,
    Answer.Code.NEEDS_INFO: TargetState.NEEDS_INFO,
    Answer.Code.NEEDS_TIME: TargetState.STANDING,
}
# What the platform's claim has made of an account, as long as our own look does not belie it.
CLAIMED = frozenset({TargetState.CLAIMED, TargetState.GONE})
# What is said of accounts to be restored; it makes nothing of them.
RESTORING = frozenset({Answer.Code.RESTORED, Answer.Code.NOT_RESTORED})

KEEP = """
UPDATE cases_noticeitem item SET answer_code = given.answer_code,
    acknowledged_at = given.acknowledged_at, claimed_at = given.claimed_at,
    is_late = given.is_late, next_step_at = given.next_step_at
FROM unnest(%s::bigint[], %s::text[], %s::timestamptz[], %s::timestamptz[], %s::bool[],
    %s::timestamptz[])
    AS given (id, answer_code, acknowledged_at, claimed_at, is_late, next_step_at)
WHERE item.id = given.id
"""


@dataclass(frozen=True)
class Given:
    """What was said of one item. `effect_at` is when it took effect, if the platform says so;
    `lacks` a code of the policy for what is missing, where it needs to know more."""

    item_id: int
    code: str
    reason: str = ""
    reference: str = ""
    effect_at: datetime | None = None
    lacks: str = ""


@dataclass(frozen=True)
class NotTaken:
    """An item whose answer was not taken, and why."""

    item_id: int
    sentence: str


@dataclass(frozen=True)
class Receipt:
    """What the platform holds in hand: the number, the items taken, and the others with reasons."""

    number: str
    taken: list[int]
    refused: list[NotTaken]


@dataclass(frozen=True)
class _From:
    """Who answers, and how: the same for every item of one call."""

    actor: User | Actor
    channel: str
    contact: Contact | None
    at: datetime
    receipt: str


def take(
    notice: Notice,
    given: Sequence[Given],
    *,
    actor: User | Actor,
    channel: str,
    at: datetime,
    contact: Contact | None = None,
) -> Receipt:
    """Takes a platform's answers to items of one notice; the rest are refused one by one.

    `channel` is portal, link, reply, api or file; `contact` the one who answers by a link or by
    mail. Raises Refused for a stranger, Conflict for a notice that was withdrawn, Invalid when
    nothing at all could be taken.
    """
    _check_who(notice, actor, contact)
    with transaction.atomic():
        items = _lock(notice, [one.item_id for one in given], actor)
        good, refused = _sort(notice, given, items, at)
        if not good:
            sentence = refused[0].sentence if refused else _("Choose an answer.")
            raise Invalid(sentence, {"items": {n.item_id: n.sentence for n in refused}})
        said = _From(actor, channel, contact, at, _receipt(at))
        _write([(items[one.item_id], one) for one in good], said)
        notices.acknowledge(notice, at=at)
        if contact is not None:
            heard(contact.pk, at=at)
        if notice.rung == RESTORATION:
            notices.settle_answered(notice, at=at)
            codes = {items[one.item_id].target_id: one.code for one in good}
            restored.answered(notice, codes, at=at)
        elif notice.handling == Handling.SEALED:
            _mirror(good, items, notice, said)
    return Receipt(said.receipt, [one.item_id for one in good], refused)


def name_of(item: NoticeItem) -> str:
    """What was said of an account last, in the newest wording; nothing where nothing was."""
    others = {RESTORATION: "restoration_answers", FEATURE_ORDER: "feature_answers"}
    section = others.get(item.notice.rung, "answers")
    code = item.answer_code
    return str(policy.pack().choice(section, code).name) if code else ""


def problems(
    notice: Notice, given: Sequence[Given], items: dict[int, NoticeItem], at: datetime
) -> dict[int, str]:
    """Item id -> why this would not be taken of it; `items` are those of the notice that its
    platform knows."""
    _good, refused = _sort(notice, given, items, at)
    return {one.item_id: one.sentence for one in refused}


def _check_who(notice: Notice, actor: User | Actor, contact: Contact | None) -> None:
    if isinstance(actor, User):
        allowed = actor.role in STAFF | REPRESENTATIVES
        if not allowed or not notices.visible_to(actor).filter(pk=notice.pk).exists():
            raise Refused(_("There is no such notice. Check the number."))
    elif actor.role != Role.SYSTEM:
        is_theirs = (
            contact is not None
            and contact.platform_id == notice.platform_id
            and contact.is_active
            and notice.handling == Handling.ORDINARY
        )
        if not is_theirs:
            raise Refused(_("This notice is not yours to answer. Please sign in."))


def _lock(notice: Notice, item_ids: Sequence[int], actor: User | Actor) -> dict[int, NoticeItem]:
    """Locks cases (with those of twins), targets and items; a withdrawn notice takes no answers.

    A platform answers what it was told of. Whoever files an answer here sees every account of the
    notice alike, so they may name each.
    """
    mine = notice.items.filter(pk__in=list(item_ids))
    pairs = list(mine.values_list("target_id", "target__case_id"))
    case_ids = {case_id for _target, case_id in pairs}
    lifecycle.lock(sorted({*case_ids, *twins.cases_beside(case_ids)}))
    targets = Target.objects.filter(pk__in=[target for target, _case in pairs]).order_by("id")
    list(targets.select_for_update(no_key=True).values_list("pk"))
    notice.refresh_from_db(fields=["state", "served_at", "acknowledged_at"])
    if notice.state not in ANSWERABLE:
        raise Conflict(_("This notice was withdrawn; it needs no answer."))
    known = mine if actor.role in STAFF else mine.filter(seeing.told())
    shown = known.order_by("pk").select_related("target")
    return {item.pk: item for item in shown.select_for_update(no_key=True, of=("self",))}


def _sort(
    notice: Notice, given: Sequence[Given], items: dict[int, NoticeItem], at: datetime
) -> tuple[list[Given], list[NotTaken]]:
    wanting = {choice.code: choice for choice in choices_for(notice, at)}
    counts = Counter(one.item_id for one in given)
    good, refused = [], []
    for one in given:
        problem = _problem(one, items, wanting, at)
        if not problem and counts[one.item_id] > 1:
            problem = _("This item was answered twice in one go. Answer it once.")
        if problem:
            refused.append(NotTaken(one.item_id, problem))
        else:
            good.append(one)
    return good, refused


def _problem(
    one: Given, items: dict[int, NoticeItem], wanting: Mapping[str, Choice], at: datetime
) -> str:
    if one.item_id not in items:
        return _("This item is not part of the notice.")
    if one.code not in wanting or one.code not in Answer.Code.values:
        return _("Choose one of the answers.")
    if wanting[one.code].needs_reason and not plain(one.reason):
        return _("Give a reason for this answer.")
    if len(one.reason) > LONGEST_REASON:
        return _("The reason is longer than %(most)s characters.") % {"most": LONGEST_REASON}
    if wanting[one.code].needs_effect and one.effect_at is None:
        return _("Say when it was done: the day and the time.")
    if one.lacks and one.lacks not in {choice.code for choice in policy.pack().lacks_at(at)}:
        return _("Choose from the list what is lacking.")
    if one.effect_at is not None and one.effect_at < EARLIEST:
        return _("The time of effect lies too far back.")
    if one.effect_at is not None and one.effect_at > at:
        return _("The time of effect lies in the future. Answer “needs time” until it is done.")
    return ""


def _write(answered: list[tuple[NoticeItem, Given]], said: _From) -> None:
    """Saves the answers, stops the clocks of what needs no chasing, moves the targets."""
    ids = [item.target_id for item, _one in answered]
    owing = desk_news.owing(ids)
    Answer.objects.bulk_create([_answer(item, one, said) for item, one in answered])
    for item, one in answered:
        _update(item, one, said.at)
    _keep([item for item, _one in answered])
    stopping.stop([item for item, _one in answered], at=said.at)
    targets: dict[str, list[int]] = {}
    for item, one in answered:
        if one.code in RESTORING:
            continue
        targets.setdefault(BECOMES[Answer.Code(one.code)], []).append(item.target_id)
    for state, theirs in targets.items():
        done = lifecycle.move_targets(theirs, state, actor=said.actor, at=said.at).done
        if state == TargetState.STANDING:
            ladder.resume(done, at=said.at)
        else:
            _stop_other_clocks(theirs)
        if state == TargetState.CLAIMED:
            checking.schedule(done, said.at)
    audit.record_many(_lines(answered, said), at=said.at)
    _discard_drafts(ids, said.at)
    desk_news.answered(owing, at=said.at)


def _answer(item: NoticeItem, one: Given, said: _From) -> Answer:
    return Answer(
        item=item,
        code=one.code,
        reason=plain(one.reason),
        reference=plain(one.reference)[:LONGEST_REFERENCE],
        effect_at=one.effect_at,
        lacks=one.lacks if one.code == Answer.Code.NEEDS_INFO else "",
        channel=said.channel,
        user_id=said.actor.pk,
        contact=said.contact,
        receipt=said.receipt,
        is_late=_is_late(item, one.code, said.at),
        answered_at=said.at,
    )


def _update(item: NoticeItem, one: Given, at: datetime) -> None:
    """The newest answer counts, each of the five timestamps is written once, late stays late."""
    item.is_late = item.is_late or _is_late(item, one.code, at)
    item.answer_code = one.code
    item.acknowledged_at = item.acknowledged_at or at
    if one.code in CLAIMS:
        item.claimed_at = item.claimed_at or at
    if one.code != Answer.Code.NEEDS_TIME:
        item.next_step_at = None


def _keep(items: Sequence[NoticeItem]) -> None:
    """Writes what `_update` has set; one statement, for a file answers thousands at once."""
    rows = [
        (
            one.pk,
            one.answer_code,
            one.acknowledged_at,
            one.claimed_at,
            one.is_late,
            one.next_step_at,
        )
        for one in items
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(KEEP, columns(rows))


def _is_late(item: NoticeItem, code: str, at: datetime) -> bool:
    """Whether this answer is late: one claim that mends another is when the other was."""
    if item.claimed_at is not None and code in CLAIMS and item.target.state in CLAIMED:
        return item.is_late
    return item.due_at is not None and at > item.due_at


def _stop_other_clocks(target_ids: list[int]) -> None:
    """An account answered here is not chased by another notice that names it."""
    others = NoticeItem.objects.filter(target_id__in=target_ids, next_step_at__isnull=False)
    ids = others.order_by("pk").select_for_update(no_key=True).values_list("pk", flat=True)
    NoticeItem.objects.filter(pk__in=list(ids)).update(next_step_at=None)


def _lines(answered: list[tuple[NoticeItem, Given]], said: _From) -> list[audit.Line]:
    """One event for the notice and each case: how many of which answer, under which receipt."""
    by_thread: dict[str, Counter[str]] = {}
    for item, one in answered:
        for thread in (f"notice:{item.notice_id}", f"case:{item.target.case_id}"):
            by_thread.setdefault(thread, Counter())[str(one.code)] += 1
    notice = answered[0][0].notice
    return [
        audit.Line(
            "item.answered",
            f"notice:{notice.pk}",
            said.actor,
            thread=thread,
            data={"answers": codes, "receipt": said.receipt, "channel": said.channel},
            is_sealed=notice.handling == Handling.SEALED,
        )
        for thread, codes in by_thread.items()
    ]


def _discard_drafts(target_ids: list[int], at: datetime) -> None:
    """A drafted warning of which nothing stands any more is not needed; what follows an unpaid fine
    is."""
    drafts = Notice.objects.filter(
        state=Notice.State.DRAFTED, proposed_by=None, items__target_id__in=target_ids
    ).exclude(follows__rung=FINE)
    needed = NoticeItem.objects.filter(
        notice__in=drafts.values("pk"), target__state=TargetState.STANDING
    )
    empty = set(drafts.values_list("pk", flat=True)) - set(
        needed.values_list("notice_id", flat=True)
    )
    notices.discard(empty, actor=SYSTEM, at=at)


def _mirror(good: list[Given], items: dict[int, NoticeItem], notice: Notice, said: _From) -> None:
    """The same answers on the ordinary side of withheld accounts, by the same representative.

    Their words and reference stay in the sealed record, for they might tell; where an answer needs
    a reason, the policy's plain one stands for it. A code of what is lacking tells nothing.
    """
    found = twins.by_answer({items[one.item_id].target_id: one for one in good})
    actor = said.actor
    if actor.role not in REPRESENTATIVES:
        actor = Actor(Role.RESPONDER, notice.platform.name)
    by_notice: dict[int, list[tuple[NoticeItem, Given]]] = {}
    for item, one in sorted(found.values(), key=lambda pair: pair[0].pk):
        by_notice.setdefault(item.notice_id, []).append((item, one))
    for group in by_notice.values():
        twin = group[0][0].notice
        if isinstance(actor, User) and said.channel in (PORTAL, FILE):
            notices.open_quietly(twin, actor=actor, at=said.at)
        plain = [(item, _plainly(item, one, twin, said.at)) for item, one in group]
        # No mail belongs to the twin: there it is as if a link had been used.
        channel = LINK if said.channel == REPLY else said.channel
        _write(plain, _From(actor, channel, None, said.at, _receipt(said.at)))
        notices.acknowledge(twin, at=said.at, is_quiet=True)


def _plainly(item: NoticeItem, one: Given, notice: Notice, at: datetime) -> Given:
    """The same answer, with the reason that stands for one that may not be read."""
    words = policy.pack().choice("answers", one.code, at).plain
    said = words.say(notice.language) if words else ""
    return Given(item.pk, one.code, said, effect_at=one.effect_at, lacks=one.lacks)


def _receipt(at: datetime) -> str:
    """The day in it is the policy's: what the platform's own people call today."""
    today = clock.local(at, policy.pack().tz)
    return f"J{today:%y%m%d}-{''.join(secrets.choice(ALPHABET) for _n in range(8))}"
