"""What platforms and reporters are told when an order is taken back."""

import pytest
from django.utils.translation import override as speaking

from cases import ladder, notices, removal
from cases.answers import is_over
from cases.models import Case, Notice, Target
from moderation_portal import policy
from moderation_portal.models import OutboxMessage
from reports import receipts, reporter_mail
from reports.models import Report
from tests import world
from tests.cases.ladder.doing import DAY, serve, signed
from tests.world import AT, HOUR

from .doing import drain

pytestmark = pytest.mark.django_db
ONE, TWO = "michat: kembang_1", "michat: kembang_2"


def accept(targets, at=AT + HOUR):
    told = {"reason": "It is satire indeed.", "actor": world.dewi(), "at": at}
    return removal.weigh([target.pk for target in targets], is_accepted=True, **told)


def test_an_accepted_objection_is_told_by_letter_and_ends_the_notice(mail):
    made = world.served_notice()
    world.answer(made, "refused", reason="It is satire.")
    accept(Target.objects.all())
    made.refresh_from_db()
    letter = Notice.objects.get(rung="withdrawal")
    assert (made.state, letter.follows) == (Notice.State.WITHDRAWN, made)
    assert "It is satire indeed." in letter.text
    drain(AT + HOUR)
    assert letter.message_id in {m["Message-ID"] for m in mail.to("abuse@michat.example")}


def test_of_a_notice_with_others_only_the_accepted_account_is_over(mail):
    made = world.served_notice(ONE, TWO)
    world.answer(made, "refused", reason="It is satire.")
    first, second = Target.objects.order_by("pk")
    accept([first])
    made.refresh_from_db()
    letter = Notice.objects.get(rung="withdrawal")
    assert made.state == Notice.State.SERVED
    assert [item.target for item in letter.items.all()] == [first]
    over = {item.target_id: is_over(item) for item in notices.items_for_platform(made)}
    assert over == {first.pk: True, second.pk: False}


def warned():
    """An order for two accounts, and a warning for both that was served as well."""
    made = world.served_notice(ONE, TWO)
    ladder.climb(made.due_at)
    warning = signed(Notice.objects.get(rung="warning_1"), world.sri(), at=made.due_at)
    serve(warning, made.due_at)
    return made, warning


@pytest.mark.parametrize("verb", [notices.withdraw, notices.release])
def test_every_notice_that_names_an_account_is_told_of_and_ended(mail, verb):
    made, warning = warned()
    told = {"reason": "Wrong.", "actor": world.dewi(), "at": AT + 2 * DAY}
    verb(Case.objects.all(), **told).insist()
    letter = Notice.objects.get(rung="withdrawal")
    assert letter.item_count == 2
    for number in (made.number, warning.number):
        assert number in letter.text, number
    for notice in (made, warning):
        notice.refresh_from_db()
        assert notice.state == Notice.State.WITHDRAWN
        assert not notice.items.exclude(next_step_at=None).exists()


def test_what_was_carried_out_before_is_named_in_the_withdrawal_too(mail):
    made = world.served_notice(ONE)
    gone = made.items.get().target
    for hours in (1, 3):
        seen = {"actor": world.bima(), "method": "person", "at": AT + hours * HOUR}
        removal.observe([gone.pk], "gone", **seen)
    assert Notice.objects.get(pk=made.pk).state == Notice.State.SETTLED
    Case.objects.update(state="ordered", outcome="", closed_at=None)
    told = {"reason": "Wrong.", "actor": world.dewi(), "at": AT + DAY}
    notices.withdraw(Case.objects.all(), **told).insist()
    assert Notice.objects.get(rung="withdrawal").items.get().target == gone
    assert Notice.objects.get(pk=made.pk).state == Notice.State.WITHDRAWN


def test_an_account_taken_back_before_is_not_taken_back_again(mail):
    made = world.served_notice(ONE, TWO)
    world.answer(made, "refused", reason="It is satire.")
    first, second = Target.objects.order_by("pk")
    accept([first])
    told = {"reason": "All of it.", "actor": world.dewi(), "at": AT + DAY}
    notices.release(Case.objects.all(), **told).insist()
    last = Notice.objects.filter(rung="withdrawal").latest("issued_at")
    assert [item.target for item in last.items.all()] == [second]


def status():
    report = Report.objects.get()
    return report, receipts.status(report, at=AT).items[0].sentence


def test_reporters_hear_that_an_order_was_withdrawn_and_what_they_can_do(mail):
    world.served_notice(wants_receipt=True)
    told = {"reason": "Wrong.", "actor": world.dewi(), "at": AT + HOUR}
    notices.withdraw(Case.objects.all(), **told).insist()
    report, sentence = status()
    assert "we withdrew that order" in sentence
    with speaking("id"):
        text = " ".join(reporter_mail.compose(report, "outcome_taken_back", at=AT).text.split())
    assert "sudah memerintahkan platform" in text
    assert "peninjauan oleh petugas lain" in text
    told = OutboxMessage.objects.filter(topic="reporter.tell", payload__report=report.pk)
    letters = {message.payload["letter"] for message in told}
    assert letters == {"receipt", "outcome_taken_back"}


def test_reporters_hear_that_the_platforms_reasons_were_accepted(mail):
    world.answer(world.served_notice(), "refused", reason="It is satire.")
    accept(Target.objects.all())
    report, sentence = status()
    assert "we accepted its reasons" in sentence
    text = reporter_mail.compose(report, "outcome_taken_back", at=AT).text
    assert report.number in text


def test_an_order_that_never_left_is_not_told_as_one_that_did():
    world.approved_case()
    told = {"reason": "Wrong.", "actor": world.sri(), "at": AT}
    notices.withdraw(Case.objects.all(), **told).insist()
    assert "was not removed" in status()[1]


def test_a_request_to_restore_is_answered_and_then_settled(mail):
    world.served_notice()
    told = {"reason": "Wrong.", "actor": world.dewi(), "at": AT}
    notices.withdraw(Case.objects.all(), **told).insist()
    (pk,) = notices.restore(Case.objects.all(), **told)
    letter = Notice.objects.get(pk=pk)
    words = {one.code for one in policy.pack().restoration_answers_at(AT)}
    assert words == {"restored", "not_restored"}
    world.answer(letter, "restored", at=AT + HOUR)
    letter.refresh_from_db()
    assert (letter.state, letter.items.get().answer_code) == ("settled", "restored")
    assert Target.objects.get().state == "released"


def test_a_letter_speaks_its_first_readers_language_and_marks_what_is_written_in_another():
    world.michat().contacts.filter(rung=0).update(language="id")
    with speaking("en"):
        made = world.notice()
    assert made.language == "id"
    assert "Perintah" in made.text
    assert "Ditulis dalam Bahasa Inggris:" in made.text or "Ditulis dalam Inggris:" in made.text
