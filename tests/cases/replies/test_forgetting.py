"""How long mail is kept as it came: its source goes, what is known of it stays."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from cases import replies as case_replies
from cases.models import Reply
from moderation_portal import policy
from moderation_portal.errors import Conflict
from moderation_portal.models import Event
from platforms import replies
from platforms.models import InboundMail
from tests import incoming, world
from tests.world import AT

from .doing import read

pytestmark = pytest.mark.django_db
KEPT = policy.pack().limits_at(AT).kept("raw_mail")
DAY = timedelta(days=1)


def dealt_with():
    reply = read(incoming.mail())
    case_replies.set_aside([reply.pk], reason="Spam.", actor=world.ayu(), at=AT)
    return reply


def test_the_source_is_erased_at_the_end_of_its_time_and_the_facts_stay(settings):
    mail = dealt_with().mail
    place = Path(settings.MEDIA_ROOT) / mail.path
    assert case_replies.forget(at=AT + KEPT) == 0
    assert case_replies.forget(at=AT + KEPT + DAY) == 1
    assert case_replies.forget(at=AT + KEPT + DAY) == 0
    known = InboundMail.objects.get(pk=mail.pk)
    assert (known.sha256, known.size, known.received_at) == (mail.sha256, mail.size, AT)
    assert bytes(known.wrapped_key) == b"", "nothing opens the file any more"
    with pytest.raises(Conflict, match="erased"):
        replies.source(known)
    assert Event.objects.filter(kind="mail.source_erased", is_sealed=True).count() == 1
    replies.sweep(at=AT + KEPT + 30 * DAY)
    assert not place.exists()


def test_what_still_waits_to_be_read_is_kept(settings):
    read(incoming.mail())
    assert Reply.objects.get().state == Reply.State.WAITING
    assert case_replies.forget(at=AT + KEPT + DAY) == 0


def test_a_message_whose_source_is_gone_can_still_be_read_and_does_not_come_twice(client):
    reply = dealt_with()
    case_replies.forget(at=AT + KEPT + DAY)
    page = world.sign_in(client, world.ayu()).get(reverse("cases:message", args=[reply.pk]))
    assert page.status_code == 200
    assert "Terima kasih." in page.content.decode()
    (again,) = replies.receive([incoming.mail()], by="pipe", at=AT + KEPT + DAY)
    assert not again.is_new
