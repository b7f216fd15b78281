"""What the tests of replies do again and again: mail comes in, and a worker reads it."""

from cases.models import Answer, Delivery, Reply
from cases.notices import return_addresses
from cases.replies import handle
from moderation_portal import outbox
from platforms import replies
from platforms.models import Contact
from tests import incoming, world
from tests.world import AT, HOUR

TWO = ("michat: bunga_77", "michat: melati_8")


def contact(address="abuse@michat.example"):
    return Contact.objects.get(address=address)


def secret(notice, kind=return_addresses.ANSWERS, address="abuse@michat.example"):
    """Where this contact's mail about this notice goes."""
    return return_addresses.write(notice, contact(address), kind)


def returns(notice, address="abuse@michat.example"):
    return secret(notice, return_addresses.RETURNS, address)


def arrive(raw, at=AT + HOUR):
    """A message comes in and is read; gives what it was found to be."""
    (kept,) = replies.receive([raw], by="pipe", at=at)
    outbox.drain("internal", at=at)
    return Reply.objects.get(pk=kept.mail_id)


def read(raw, at=AT):
    """A message comes in and is read at once, whatever else waits."""
    (kept,) = replies.receive([raw], by="pipe", at=at)
    handle({"mail": kept.mail_id}, at=at)
    return Reply.objects.get(pk=kept.mail_id)


def answered(notice, text, at=AT + HOUR, **facts):
    """The platform's first contact answers by mail to the secret address."""
    return arrive(incoming.mail(secret(notice), text, **facts), at=at)


def codes(notice):
    """What was answered, account by account in the order of the letter."""
    return list(notice.items.order_by("position").values_list("answer_code", flat=True))


def nothing_confirmed(notice):
    notice.refresh_from_db()
    return not Answer.objects.exists() and notice.acknowledged_at is None


def handed_over(notice, *, ended_at=AT, address="abuse@michat.example", message_id=""):
    """A copy that this contact's mail server accepted."""
    return Delivery.objects.create(
        notice=notice, contact=contact(address), purpose="notice", step="order", attempt=9,
        state=Delivery.State.ACCEPTED, started_at=ended_at, ended_at=ended_at,
        proof={"channel": "email", "message_id": message_id or notice.message_id},
    )  # fmt: skip


def sealed(*accounts):
    return world.notice(*accounts or ("michat: kuncup_1",), category=world.CHILD)
