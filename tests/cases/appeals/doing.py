"""What the tests of appeals do again and again."""

from django.db import transaction

from cases.appeals import filing, reviewing
from cases.models import Appeal, Notice
from cases.notices import service
from moderation_portal import outbox
from reports import receipts
from tests import world
from tests.cases.removal.doing import SPACING, claim, see
from tests.world import AT, HOUR

BUNGA = "bunga_77"
WORDS = "Akun ini milik saya dan tidak menawarkan apa pun."


def drain(at=AT) -> None:
    """What waits inside the house is done."""
    outbox.drain("internal", at=at)


def filed(number: str, account: str = BUNGA, *, at=AT, key: str = "") -> tuple[Appeal, str]:
    """The appeal of a holder, once it was looked up, and its code."""
    code = filing.file(number, account, WORDS, key=key or f"{number}{account}{at}", at=at)
    drain(at)
    return Appeal.objects.get(receipt_hash=receipts.hash_of(code)), code


def taken(appeal: Appeal, by=None, *, at=AT) -> Appeal:
    return reviewing.take(appeal, is_free=True, actor=by or world.dewi(), at=at)


def decided(appeal: Appeal, verdict: str = "upheld", by=None, *, at=AT + HOUR, **more) -> Appeal:
    """The same appeal, reviewed and decided by the director."""
    who = by or world.dewi()
    here = taken(appeal, who, at=at)
    return reviewing.decide(here, verdict, "Satire yang dilindungi.", actor=who, at=at, **more)


def gone(*accounts: str) -> Notice:
    """A served order whose accounts are gone: the platform says so, and we saw it twice."""
    made = world.served_notice(*accounts)
    claim(made)
    for target in [item.target for item in made.items.all()]:
        see("gone", AT, target=target)
        see("gone", AT + SPACING, target=target)
    return made


def told(appeal: Appeal, at=AT + 2 * HOUR) -> Notice:
    """The order to restore, when the platform has it."""
    with transaction.atomic():
        service.start_clock(appeal.restoration_id, at=at, proof={})
    return Notice.objects.get(pk=appeal.restoration_id)


def cleared_dewi():
    user = world.dewi()
    user.is_cleared = True
    user.save(update_fields=["is_cleared"])
    return user
