"""The walk of docs: report → case → decision → notice → answer → check → closed, told once through.

Real PostgreSQL, real SMTP, the real outbox; only the clock is moved, by passing `at`.
"""

import io
import re
from datetime import timedelta

import pytest
from pypdf import PdfReader

from cases import answers, checklists, decisions, links, notices, removal
from cases.demo.passing import Passing
from cases.models import Case, CaseOutcome, CaseState, Notice, NoticeItem, Target, TargetState
from cases.permissions import verbs_for
from moderation_portal import audit, policy
from moderation_portal.models import Event
from reports import receipts
from reports.models import ReportItem
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def letters(mail, address: str) -> list:
    """What came to an address, but for the question whether somebody is there."""
    return [one for one in mail.to(address) if "+l" not in (one["Reply-To"] or "")]


@pytest.fixture
def clock(mail):
    """Time that passes by itself: pump and workers do what falls due."""
    world.michat()
    return Passing(AT)


def judge(case: Case, at):
    """Ayu takes and upholds it; Sri, who has read it, approves."""
    decisions.claim([case.pk], actor=world.ayu(), at=at).insist()
    decisions.open_page(case, actor=world.ayu(), at=at)
    checklist = [line.code for line in policy.pack().checklist(case.category)]
    checklists.tick([case.pk], lines=checklist, actor=world.ayu(), at=at).insist()
    decisions.uphold(
        [case.pk],
        bases=[world.first_basis(case)],
        test={"legality": "a", "aim": "b", "remedy": "account", "necessity": "c"},
        reasons="Menawarkan jasa seksual.",
        actor=world.ayu(),
        at=at,
    ).insist()
    decisions.open_page(case, actor=world.sri(), at=at)
    decisions.approve([case.pk], actor=world.sri(), at=at).insist()


def a_case_is_opened(clock) -> tuple[Case, str]:
    """Somebody reports an account with a phone; the case, and the receipt code in their hands."""
    received = world.report("https://www.instagram.com/anggrek.contoh/", wants_receipt=True)
    assert received.receipt_code
    clock.to(AT + timedelta(minutes=1))
    case = Case.objects.get()
    assert (case.state, case.platform.slug) == (CaseState.NEW, "instagram")
    offered = {offer.transition.verb for offer in verbs_for(world.ayu(), case) if offer.verdict}
    assert "claim" in offered
    assert "approve" not in offered
    return case, received.receipt_code


def the_platform_is_ordered(case: Case, clock, mail) -> Notice:
    """Two persons judge it; the letter is in the platform's mailbox, and its clock runs."""
    world.Contact.objects.create(
        platform=case.platform, channel="email", name="Trust", address="trust@instagram.example"
    )
    judge(case, AT + HOUR)
    clock.to(AT + 3 * HOUR)
    notice = Notice.objects.get()
    (letter,) = letters(mail, "trust@instagram.example")
    assert notice.state == Notice.State.SERVED
    assert letter["Message-ID"] == notice.message_id
    assert "instagram[.]com" in letter.get_body(("plain",)).get_content()
    told = re.search(r"\btuti", readable(letter), re.I)
    assert told is None, "the reporter never reaches a platform"
    assert notice.due_at - notice.served_at == timedelta(hours=24)
    return notice


def readable(letter) -> str:
    """The header, the body in each form, and the words of the attached letter: not its bytes, among
    which any short word may stand by chance."""
    said = [str(value) for value in letter.values()]
    said += [letter.get_body((form,)).get_content() for form in ("plain", "html")]
    (attached,) = letter.iter_attachments()
    pages = PdfReader(io.BytesIO(attached.get_content())).pages
    return "\n".join([*said, *(page.extract_text() for page in pages)])


def the_platform_answers(notice: Notice, clock, mail, at) -> None:
    """By the link in its mail, from a browser that the mailed code has confirmed."""
    contact = notice.platform.contacts.get()
    token = links.address(notice, contact).rstrip("/").rsplit("/", 1)[-1]
    visit = links.open(token, "a browser", at=at)
    links.send_code(visit, at=at)
    clock.to(at)
    code_mail = letters(mail, "trust@instagram.example")[-1].get_body(("plain",)).get_content()
    code = next(word for word in code_mail.split() if word.isdigit() and len(word) == 8)
    visit = links.confirm(visit, code, at=at)
    given = [answers.Given(item.pk, "removed") for item in notice.items.all()]
    receipt = answers.take(notice, given, actor=visit.actor, channel="link", contact=contact, at=at)
    assert receipt.taken == [item.pk for item in notice.items.all()]
    assert Target.objects.get().state == TargetState.CLAIMED


def bima_looks(result: str, at) -> None:
    """We see for ourselves."""
    pk = Target.objects.get().pk
    removal.observe([pk], result, actor=world.bima(), method="person", note="", proof={}, at=at)


def every_leg_has_its_time(item: NoticeItem) -> bool:
    """Sent, delivered, acknowledged, claimed, verified: each is there, in this order."""
    legs = [
        item.sent_at,
        item.delivered_at,
        item.acknowledged_at,
        item.claimed_at,
        item.verified_at,
    ]
    return all(legs) and legs == sorted(legs)


def test_a_report_becomes_a_case_an_order_an_answer_and_is_closed_when_it_is_gone(clock, mail):
    case, receipt_code = a_case_is_opened(clock)
    notice = the_platform_is_ordered(case, clock, mail)
    answered_at = AT + 8 * HOUR
    the_platform_answers(notice, clock, mail, answered_at)

    bima_looks("gone", answered_at + timedelta(days=1))
    bima_looks("gone", answered_at + timedelta(days=2))
    case.refresh_from_db()
    assert (case.state, case.outcome) == (CaseState.CLOSED, CaseOutcome.GONE)
    assert every_leg_has_its_time(NoticeItem.objects.get())
    status = receipts.status(receipts.find(receipt_code), at=answered_at)
    assert status.items[0].code == ReportItem.Progress.REMOVED

    bima_looks("present", answered_at + timedelta(days=9))
    case.refresh_from_db()
    assert case.state == CaseState.IN_REVIEW, "what reappears opens the same case again"


def test_silence_is_reminded_passed_on_and_warned_but_a_person_signs(clock, mail):
    received = world.intake.receive([world.telling()], actor=world.PUBLIC, at=AT)[0]
    assert received.items[0].platform == "michat"
    clock.to(AT + timedelta(minutes=1))
    judge(Case.objects.get(), AT + HOUR)
    clock.to(AT + 25.5 * HOUR)
    order = Notice.objects.get(rung="order")
    assert len(letters(mail, "abuse@michat.example")) == 4, "the order and three reminders"
    assert letters(mail, "legal@michat.example") == []

    clock.to(AT + 28 * HOUR)
    assert letters(mail, "legal@michat.example"), "past the deadline the next contact is addressed"
    warning = Notice.objects.get(rung="warning_1")
    assert (warning.state, warning.follows) == (Notice.State.DRAFTED, order)
    clock.to(AT + 80 * HOUR)
    warning.refresh_from_db()
    assert warning.state == Notice.State.DRAFTED, "nothing formal leaves without a signature"
    notices.sign(warning, actor=world.sri(), at=AT + 80 * HOUR)
    clock.to(AT + 81 * HOUR)
    warning.refresh_from_db()
    assert warning.state == Notice.State.SERVED


def test_every_step_stands_in_the_record_and_the_record_verifies(clock, settings, tmp_path):
    settings.SEAL_SHIP_DIR = str(tmp_path)
    world.report("https://www.instagram.com/anggrek.contoh/")
    clock.to(AT + timedelta(minutes=1))
    judge(Case.objects.get(), AT + HOUR)
    clock.to(AT + 3 * HOUR)
    kinds = list(Event.objects.values_list("kind", flat=True))
    told = ["report.received", "case.opened", "case.claimed", "case.upheld", "case.approved"]
    assert [kind for kind in kinds if kind in told] == told
    assert audit.verify().ok
