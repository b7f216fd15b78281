"""What the tests of fines do again and again."""

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from cases import fines
from cases.models import Fine, Notice, NoticeItem
from cases.notices import drafting, service
from cases.notices.issuing import freeze, lock
from moderation_portal import policy
from reports import evidence
from reports.evidence import Prepared
from tests import world
from tests.world import AT, HOUR

CHOICES = {"scale": "large", "compliance": "rarely", "virality": "high"}
# Points x tariff x content 0.5 x second warning 0.5, the rest whole.
EACH = 5_000 * 100_000 // 4
DATED = AT.date()


def warned(order: Notice, signer=None, *, rung="warning_2", at=AT) -> Notice:
    """A served warning about the accounts of this order, as if the ones before it had been."""
    items = list(order.items.select_related("target__account", "target__case"))
    frame = drafting.Frame(
        order.platform, rung, order.urgency, order.handling, order.basis, follows=order
    )
    made = drafting.draft(
        frame,
        [item.target for item in items],
        at=at,
        withheld=[item.target_id for item in items if item.is_withheld],
    )
    who = signer or world.dewi()
    more = drafting.signed_by([who], made.language)
    with transaction.atomic():
        freeze(lock(made.pk), actor=who, at=at, more=more)
    service.start_clock(made.pk, at=at, proof={})
    return Notice.objects.get(pk=made.pk)


def served_warning(*accounts: str, **more) -> Notice:
    return warned(world.served_notice(*accounts), **more)


def proposed(notice: Notice, *, actor=None, at=AT + HOUR, **choices) -> Fine:
    who = actor or (world.citra() if notice.handling == "sealed" else world.ayu())
    return fines.propose(notice, CHOICES | choices, "Tidak dipatuhi.", actor=who, at=at)


def assessed(notice: Notice, *, approver=None, at=AT + HOUR) -> Fine:
    return fines.approve(proposed(notice), actor=approver or world.sri(), at=at)


def owed(*accounts: str) -> Fine:
    """An assessed fine whose letter has reached the platform."""
    return reached(assessed(served_warning(*accounts)))


def reached(fine: Fine) -> Fine:
    """The same fine, when the platform has its letter."""
    service.start_clock(fine.letter_id, at=AT + 2 * HOUR, proof={})
    return Fine.objects.get(pk=fine.pk)


def letter(content=b"%PDF-1.7 Kami berkomitmen.") -> Prepared:
    """A letter of commitment as it was handed in."""
    file = SimpleUploadedFile("komitmen.pdf", content)
    return evidence.prepare(
        file, kind="letter", source="platform", category=policy.pack().category("prostitution")
    )


def committed(fine: Fine, actor=None, *, number="SK-1/MICHAT", signer="Direktur", dated=DATED,
              file=None) -> Fine:  # fmt: skip
    """The same fine, with the platform's letter of commitment."""
    who = {"actor": actor or world.rina(), "at": AT + 4 * HOUR}
    return fines.commit(fine, number, signer, dated, letter=file or letter(), **who)


def withhold(item: NoticeItem) -> None:
    """A sealed case speaks for this account from now on."""
    NoticeItem.objects.filter(target=item.target_id).update(is_withheld=True)
