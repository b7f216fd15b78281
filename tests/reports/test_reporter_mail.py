"""Letters to reporters."""

import pytest

from moderation_portal import outbox
from moderation_portal.models import Event, OutboxMessage
from reports import receipts, reporter_mail
from reports.models import Report, ReporterIdentity, ReportItem
from tests import world

pytestmark = pytest.mark.django_db

ADDRESS = "tuti@warga.example"


def drain() -> None:
    while outbox.drain("internal", at=world.AT):
        pass


def tell(*accounts: str, **facts) -> Report:
    told = world.report(*accounts, wants_receipt=True, **facts)
    OutboxMessage.objects.filter(topic="report.received").delete()
    return Report.objects.get(pk=told.report_id)


def test_the_receipt_comes_in_the_reporters_language_without_account_or_code(mail):
    report = tell("MiChat: bunga_77", reporter=world.warga(language="id"))
    drain()
    (message,) = mail.to(ADDRESS)
    text = message.get_body(("plain",)).get_content()
    assert report.number in message["Subject"]
    assert "Terima kasih" in text
    assert "/id/lapor/status/" in text
    assert "bunga_77" not in text
    assert Event.objects.filter(kind="reporter.told", thread=f"report:{report.pk}").count() == 1


def test_an_english_reader_gets_english(mail):
    tell("MiChat: bunga_77", reporter=world.warga(language="en"))
    drain()
    (message,) = mail.to(ADDRESS)
    text = message.get_body(("plain",)).get_content()
    assert "Thank you" in text
    assert "/en/report/status/" in text


def test_what_is_missing_and_who_has_it_is_told(mail):
    tell("bunga_77", "situs-judi.example", reporter=world.warga(language="en"))
    drain()
    texts = [one.get_body(("plain",)).get_content() for one in mail.to(ADDRESS)]
    assert len(texts) == 3
    assert any("The address is not precise" in text for text in texts)
    assert any("Website access control team" in text for text in texts)


def test_the_outcome_tells_what_is_gone_and_what_was_declined(mail):
    report = tell("MiChat: bunga_77", "MiChat: bunga_78", reporter=world.warga(language="en"))
    drain()
    mail.empty()
    gone, declined = report.items.order_by("position")
    ReportItem.objects.filter(pk=gone.pk).update(state="accepted")
    ReportItem.objects.filter(pk=declined.pk).update(state="declined", declined_because="No sign.")
    receipts.project({gone.pk: "removed"}, at=world.AT)
    drain()
    texts = [one.get_body(("plain",)).get_content() for one in mail.to(ADDRESS)]
    assert any("now gone: 1" in text for text in texts)
    assert any("No sign." in text for text in texts)


def test_every_copy_of_a_letter_has_the_same_message_id(mail):
    report = tell("MiChat: bunga_77")
    for _copy in range(2):
        reporter_mail.send(report.pk, "receipt", "", 7, at=world.AT)
    assert len({message["Message-ID"] for message in mail.to(ADDRESS)}) == 1


def test_no_server_on_the_way_can_tell_which_report_a_letter_is_of(mail):
    report = tell("MiChat: bunga_77", category="child_sexual")
    for stamp in (7, 8):
        reporter_mail.send(report.pk, "receipt", "", stamp, at=world.AT)
    ids = {message["Message-ID"] for message in mail.to(ADDRESS)}
    assert len(ids) == 2
    assert not any(str(report.pk) in one or "receipt" in one for one in ids)


def test_a_refused_address_is_buried_and_a_busy_server_tried_again(mail):
    tell("MiChat: bunga_77")
    mail.answers[ADDRESS] = "450 later"
    drain()
    row = OutboxMessage.objects.get(topic="reporter.tell")
    assert (row.state, row.attempts) == ("queued", 1)
    mail.answers[ADDRESS] = "550 no such person"
    outbox.drain("internal", at=row.due_at)
    row.refresh_from_db()
    assert row.state == "dead"
    assert ADDRESS not in str(list(Event.objects.values()))


def test_an_erased_reporter_is_told_nothing_and_nothing_fails(mail):
    tell("MiChat: bunga_77")
    ReporterIdentity.objects.all().delete()
    drain()
    assert mail.messages == []
    assert OutboxMessage.objects.get(topic="reporter.tell").state == "done"


@pytest.mark.parametrize(
    "address", ["tuti@warga.example\nBcc: x@y.example", "tuti@warga.example,x@y.example", "tuti"]
)
def test_what_is_not_one_address_never_comes_in(address):
    told = world.report("MiChat: bunga_77", reporter=world.warga(email=address))
    assert told.outcome == "refused"
