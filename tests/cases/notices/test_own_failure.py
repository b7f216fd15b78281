"""What we cannot hand over ourselves is no fault of the mailbox, and tells nobody of what is
sealed."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db.models.signals import post_save
from django.utils import translation

from cases import notices
from cases.models import Delivery, Notice
from cases.notices import files
from moderation_portal import faults
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from tests import world
from tests.full_disk import full_disk
from tests.world import AT, HOUR

from .doing import drain, kinds

pytestmark = pytest.mark.django_db


def test_a_damaged_letter_is_tried_again_and_no_mailbox_is_said_to_bounce(mail):
    made = world.notice()
    path = Path(files.settings.MEDIA_ROOT) / made.pdf
    whole = path.read_bytes()
    path.write_bytes(b"x")
    drain()
    drain(AT + HOUR)
    assert mail.messages == []
    assert not Contact.objects.filter(liveness="bouncing").exists()
    assert set(Delivery.objects.values_list("state", flat=True)) == {Delivery.State.FAILED}
    assert set(Delivery.objects.values_list("contact__address", flat=True)) == {
        "abuse@michat.example"
    }
    told = kinds(thread=f"notice:{made.pk}")
    assert "delivery.refused" not in told
    assert told.count("notice.not_written") == 1, "however often it was tried"
    reason = Event.objects.get(thread=f"notice:{made.pk}", kind="notice.not_written").data["reason"]
    for language, word in (("en", "damaged"), ("id", "rusak")):
        with translation.override(language):
            assert word in faults.told(reason), "each reads it in their own language"
    message = OutboxMessage.objects.get(topic="notice.send")
    assert (message.state, "damaged" in message.last_error) == ("queued", True)
    path.write_bytes(whole)
    drain(AT + 4 * HOUR)
    made.refresh_from_db()
    assert made.served_at == AT + 4 * HOUR


@contextmanager
def withheld_while_sending(notice):
    """A sealed case is opened when the attempt has just been written down."""

    def withhold(instance, **_more):
        notice.items.update(is_withheld=True)

    post_save.connect(withhold, sender=Delivery)
    try:
        yield
    finally:
        post_save.disconnect(withhold, sender=Delivery)


def test_what_is_withheld_while_it_is_being_sent_ends_quietly_and_without_a_word(mail):
    made = world.notice()
    with withheld_while_sending(made):
        drain()
    assert mail.messages == []
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.is_quiet) == (Delivery.State.ACCEPTED, True)
    assert made.items.get().sent_at is None
    made.refresh_from_db()
    assert made.served_at == AT, "as any other notice"
    assert not OutboxMessage.objects.filter(last_error__icontains="sealed").exists()
    assert OutboxMessage.objects.get(topic="notice.send").state == "done"
    told = Event.objects.filter(subject=f"notice:{made.pk}", is_sealed=False)
    assert not told.filter(kind="delivery.refused").exists()
    assert not any("sealed" in str(event.data) for event in told)
    assert not Contact.objects.filter(liveness="bouncing").exists()


def test_a_letter_that_does_not_fit_on_the_disk_is_issued_when_there_is_room(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    world.michat()
    case = world.approved_case()
    with full_disk(), pytest.raises(OSError, match="too large"):
        notices.gather(AT, is_asked=True)
    assert not [place for place in tmp_path.rglob("*") if place.is_file()]
    assert not Notice.objects.exists()
    case.refresh_from_db()
    assert case.state == "approved"
    assert len(notices.gather(AT, is_asked=True).issued) == 1
