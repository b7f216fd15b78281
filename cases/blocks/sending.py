"""The letters to access providers: written once, mailed by the outbox, confirmed by hand.

They name the addresses of the blocked system and nothing else: no account, no case, no category.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from moderation_portal import letter_texts, letters, locks, outbox, policy, series
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Lane, User
from moderation_portal.policy import Pack
from moderation_portal.roles import STAFF, SYSTEM, Allowed, Denied, Verdict, title
from platforms.channels import Attachment
from reports.models import Handling
from reports.texts import plain

from .. import permissions
from ..models import AccessLetter, Block, RestoreRequest
from ..notices import issuing, office_mail, record
from . import telling

TOPIC, SERIES, LOCK = "block.send", "A", 7_261_109


def write(
    block: Block, kind: str, decision: str, *, actor: User, at: datetime
) -> list[AccessLetter]:
    """Writes a letter for every access provider of the policy, and has it mailed. Raises Conflict
    where the law names none. Call it with the block held."""
    pack = policy.pack()
    providers = pack.access_providers(at)
    if not providers:
        raise Conflict(_("The policy names no access provider to whom the order could go."))
    orders = {one.provider: one for one in block.letters.filter(kind=AccessLetter.Kind.BLOCK)}
    language = pack.languages[0]
    made = []
    for one in providers:
        letter = AccessLetter(
            block=block,
            kind=kind,
            provider=one.code,
            name=one.name.say(language),
            address=one.email,
            language=language,
            issued_at=at,
        )
        _number(letter, pack, at)
        given = _given(letter, decision, orders.get(one.code), pack, actor)
        letter.markdown = letter_texts.write(kind, language, given).markdown
        letter.policy_version = letter_texts.version_at(kind, language, at)
        letter.save()
        made.append(letter)
    payloads = [{"letter": letter.pk} for letter in made]
    messages = [outbox.Message(TOPIC, one, Lane.URGENT, key=str(one["letter"])) for one in payloads]
    outbox.enqueue_many(messages, at=at)
    return made


def _number(letter: AccessLetter, pack: Pack, at: datetime) -> None:
    """Letters of ordinary blocks count up without gaps; those of sealed ones follow no order."""
    if letter.block.handling == Handling.SEALED:
        (place,) = series.take_scattered(AccessLetter._meta.db_table, 1)
        letter.number = series.letter_number(f"{SERIES}R", place, pack, at)
        return
    locks.hold(LOCK)
    letter.serial = (AccessLetter.objects.aggregate(last=Max("serial"))["last"] or 0) + 1
    letter.number = series.letter_number(SERIES, letter.serial, pack, at)


def _given(
    letter: AccessLetter, decision: str, order: AccessLetter | None, pack: Pack, actor: User
) -> dict[str, object]:
    earlier = (
        {"original_number": order.number, "original_issued_at": order.issued_at} if order else {}
    )
    return {
        "issued_at": letter.issued_at,
        "number": letter.number,
        "addressee": letter.name,
        "platform": letter.block.proposal.platform.name,
        "decision": decision,
        "hosts": list(letter.block.hosts),
        "approver": actor.name,
        "approver_title": title(actor.role, actor.unit, letter.language),
        **earlier,
    }


def mail(letter_id: int, *, at: datetime) -> bool:
    """Mails a letter with its PDF and the list of addresses, once; False where it was mailed.

    Raises as `office_mail.mail`.
    """
    letter = AccessLetter.objects.select_related("block__proposal").get(pk=letter_id)
    if letter.sent_at is not None:
        return False
    written = letters.reread(policy.pack(), letter.markdown)
    name = letter.number.replace("/", "-")
    listed = "\n".join(letter.block.hosts).encode() + b"\n"
    attached = (
        Attachment(f"{name}.pdf", letters.pdf(written)),
        Attachment(f"{name}.txt", listed, "text/plain"),
    )
    office_mail.mail(
        written,
        letter.address,
        thing=f"access-{letter.pk}",
        purpose=letter.kind,
        attached=attached,
        at=at,
    )
    with transaction.atomic():
        unsent = AccessLetter.objects.filter(pk=letter.pk, sent_at=None)
        is_first = unsent.update(sent_at=at, failure="") == 1
        if is_first:
            _record("block.letter_sent", letter, SYSTEM, at)
    return is_first


def not_mailed(letter_id: int, why: str, *, at: datetime) -> None:
    """No mail server takes it: those who stand behind it hear that it goes on paper."""
    joined = AccessLetter.objects.select_related("block__proposal", "block__issued_by")
    letter = joined.get(pk=letter_id)
    with transaction.atomic():
        AccessLetter.objects.filter(pk=letter_id).update(failure=why[:1_000])
        _record("block.letter_failed", letter, SYSTEM, at)
        telling.not_mailed(letter, at=at)


def may_confirm(user: User, letter: AccessLetter) -> Verdict:
    """Whether this person may write down that the provider has done it: staff, once."""
    if user.role not in STAFF:
        return Denied(permissions.wrong_role(STAFF))
    if letter.confirmed_on is not None:
        return Denied(_("This is on record already."))
    return Allowed()


def confirm(
    letter: AccessLetter, done_on: date, said: str, *, actor: User, at: datetime
) -> AccessLetter:
    """Writes down that a provider has done what its letter orders; with the last of them the
    system is blocked, or restored. Raises Refused or Invalid."""
    if done_on > policy.pack().day(at) or done_on < policy.pack().day(letter.issued_at):
        raise Invalid.field("done_on", _("This day lies before the letter, or has not come yet."))
    if not plain(said):
        raise Invalid.field("said", _("Say by whom and how it was confirmed."))
    with transaction.atomic():
        issuing.lock(letter.block.proposal_id)
        block = Block.objects.select_for_update(no_key=True).get(pk=letter.block_id)
        here = AccessLetter.objects.select_related("block__proposal").get(pk=letter.pk)
        verdict = may_confirm(actor, here)
        if isinstance(verdict, Denied):
            raise Refused(verdict.reason)
        here.confirmed_on, here.confirmation, here.confirmed_by = done_on, plain(said)[:200], actor
        here.save(update_fields=["confirmed_on", "confirmation", "confirmed_by"])
        _record("block.confirmed", here, actor, at)
        _move_on(block, here, actor, at)
    return here


def _move_on(block: Block, letter: AccessLetter, actor: User, at: datetime) -> None:
    waiting = block.letters.filter(kind=letter.kind, confirmed_on=None).exists()
    moves = {
        AccessLetter.Kind.BLOCK: (Block.State.ORDERED, Block.State.BLOCKED, "block.in_place"),
        AccessLetter.Kind.RESTORE: (Block.State.RESTORING, Block.State.RESTORED, "block.lifted"),
    }
    former, state, kind = moves[AccessLetter.Kind(letter.kind)]
    if waiting or block.state != former:
        return
    block.state = state
    if state == Block.State.BLOCKED:
        block.blocked_at = at
    block.save(update_fields=["state", "blocked_at"])
    record.record(kind, letter.block.proposal, actor=actor, at=at, data={"block": block.pk})


def open_request(block: Block) -> RestoreRequest | None:
    """The request to restore access that waits for a decision."""
    return block.requests.filter(state=RestoreRequest.State.OPEN).first()


def _record(kind: str, letter: AccessLetter, actor, at: datetime) -> None:
    data = {"block": letter.block_id, "letter": letter.number}
    record.record(kind, letter.block.proposal, actor=actor, at=at, data=data)
