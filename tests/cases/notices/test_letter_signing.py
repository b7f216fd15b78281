"""Between issue and sending a letter is signed electronically; a signer that fails loses none."""

from io import BytesIO

import pytest
from django.db import connection
from django.urls import reverse
from pyhanko.pdf_utils.reader import PdfFileReader

from cases import notices
from cases.models import Delivery, Notice, NoticeCopy
from cases.notices import files
from moderation_portal.errors import Conflict
from moderation_portal.letters import pades, signing
from moderation_portal.models import OutboxMessage
from tests import world
from tests.world import AT, HOUR

from .doing import MINUTE, kinds
from .doing import drain as drain_once

pytestmark = pytest.mark.django_db
TWO = ("michat: bunga_77", "michat: melati_88")


@pytest.fixture(autouse=True)
def by_demo(settings):
    settings.LETTER_SIGNER = "demo"
    return settings


def down(pdf: bytes, occasion: signing.Occasion) -> bytes:
    raise signing.SignerFailed("nobody answers")


def outside(pdf: bytes, occasion: signing.Occasion) -> bytes:
    """A service that has to be waited for; no transaction is open but that of the test."""
    assert not connection.savepoint_ids
    return pades.by_demo(pdf, occasion)


def drain(at=AT):
    """What the workers do: also what follows from what they did."""
    while drain_once(at):
        pass


def signatures(pdf: bytes) -> list:
    return PdfFileReader(BytesIO(pdf)).embedded_signatures


def topics() -> list[str]:
    return list(OutboxMessage.objects.order_by("id").values_list("topic", flat=True))


def test_a_letter_is_signed_before_it_leaves_and_leaves_as_it_was_signed(mail):
    made = world.notice()
    assert (made.pdf, made.letter_signed_at) == ("", None)
    assert "notice.send" not in topics()
    drain()
    made.refresh_from_db()
    kept = files.pdf_of(made)
    assert len(signatures(kept)) == 1
    assert (made.letter_signed_at, made.served_at) == (AT, AT)
    ((_to, message),) = mail.messages
    assert next(message.iter_attachments()).get_content() == kept
    told = kinds(thread=f"notice:{made.pk}")
    assert told.index("notice.letter_signed") < told.index("notice.sent")


def test_without_a_signer_a_letter_leaves_as_it_was_drawn_and_does_not_say_otherwise(
    settings, mail
):
    settings.LETTER_SIGNER = "none"
    made = world.notice()
    assert signatures(files.pdf_of(made)) == []
    assert "is_signed: false" in made.markdown
    assert "letter.sign" not in topics()
    drain()
    assert len(mail.messages) == 1


def test_a_signer_that_fails_delays_a_notice_and_neither_loses_nor_doubles_it(settings, mail):
    settings.LETTER_SIGNER = f"{__name__}.down"
    made = world.notice()
    drain()
    drain(AT + HOUR)
    assert mail.messages == []
    told = kinds(thread=f"notice:{made.pk}")
    assert told.count("notice.not_signed") == 1, "however often it was tried"
    waiting = OutboxMessage.objects.get(topic="letter.sign")
    assert waiting.state == "queued"
    settings.LETTER_SIGNER = "demo"
    drain(AT + 4 * HOUR)
    drain(AT + 5 * HOUR)
    assert len(mail.messages) == 1
    assert kinds(thread=f"notice:{made.pk}").count("notice.letter_signed") == 1
    made.refresh_from_db()
    assert (made.letter_signed_at, made.served_at) == (AT + 4 * HOUR, AT + 4 * HOUR)


def test_a_signer_may_be_waited_for_with_nothing_locked(settings, mail):
    settings.LETTER_SIGNER = f"{__name__}.outside"
    world.notice()
    drain()
    assert len(mail.messages) == 1


def test_a_letter_that_is_to_be_signed_again_is_the_one_that_was_kept_first():
    made = world.notice()
    drain()
    made.refresh_from_db()
    kept = files.pdf_of(made)
    OutboxMessage.objects.filter(topic="letter.sign").update(state="queued", due_at=AT)
    drain(AT + MINUTE)
    made.refresh_from_db()
    assert files.pdf_of(made) == kept
    assert kinds(thread=f"notice:{made.pk}").count("notice.letter_signed") == 1


def test_what_is_not_signed_is_not_there_for_its_platform_and_is_handed_to_nobody(settings, mail):
    settings.LETTER_SIGNER = f"{__name__}.down"
    made = world.notice()
    drain()
    assert not notices.visible_to(world.rina()).filter(pk=made.pk).exists()
    assert notices.visible_to(world.ayu()).filter(pk=made.pk).exists()
    with pytest.raises(Conflict):
        notices.pdf_of(made)
    notices.send_again(made, actor=world.sri(), at=AT)
    drain()
    assert mail.messages == []
    assert not Delivery.objects.exists(), "waiting is no attempt"


def test_whoever_looks_after_what_reached_nobody_reads_that_a_signature_is_waited_for(
    settings, client
):
    settings.LETTER_SIGNER = f"{__name__}.down"
    made = world.notice()
    officer = world.ayu()
    officer.language = "en"
    officer.save(update_fields=["language"])
    world.sign_in(client, officer)
    page = client.get(reverse("cases:undelivered")).content.decode()
    assert made.number.partition("/")[0] in page
    assert "waits for its electronic signature" in page
    assert "is waited for" in client.get(reverse("cases:notice", args=[made.pk])).content.decode()


def test_a_sealed_letter_is_signed_as_any_other():
    made = world.notice(category=world.CHILD)
    drain()
    made.refresh_from_db()
    assert made.handling == "sealed"
    assert len(signatures(files.pdf_of(made))) == 1


def test_the_copy_that_leaves_an_account_out_bears_a_signature_and_a_mark_of_its_own():
    made = world.notice(*TWO)
    made.items.filter(position=1).update(is_withheld=True)
    drain()
    made.refresh_from_db()
    copy = NoticeCopy.objects.get(notice=made)
    assert copy.letter_signed_at == AT
    assert len(signatures(files.pdf_of(copy))) == 1
    assert check_address(copy) != check_address(made)


def check_address(there: Notice | NoticeCopy) -> str:
    (line,) = [line for line in there.markdown.splitlines() if line.startswith("check_address:")]
    return line
