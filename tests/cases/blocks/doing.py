"""What the tests of blocks do again and again."""

from django.db import transaction

from cases import blocks
from cases.models import AccessLetter, Block, Notice
from cases.notices import drafting
from cases.notices.issuing import freeze, lock
from moderation_portal import policy
from tests import world
from tests.world import AT, HOUR

TODAY = AT.date()
DECISION = "Kepmen 12/2026"
HOST = "michat.sg"


def proposal(order: Notice | None = None, *, at=AT) -> Notice:
    """An issued proposal to block, as if every warning before it had been."""
    order = order or world.served_notice()
    order.platform.hosts.get_or_create(host=HOST)
    items = list(order.items.select_related("target__account", "target__case"))
    frame = drafting.Frame(
        order.platform,
        "block_proposal",
        order.urgency,
        order.handling,
        order.basis,
        follows=order,
        signatures_wanted=("supervisor", "director"),
    )
    made = drafting.draft(frame, [item.target for item in items], at=at)
    more = {"weighed": "No reasons.", **drafting.signed_by([world.dewi()], made.language)}
    with transaction.atomic():
        freeze(lock(made.pk), actor=world.dewi(), at=at, more=more)
    return Notice.objects.get(pk=made.pk)


def entered(order=None, *, actor=None, is_granted=True, **facts) -> Block:
    told = {"hosts": [HOST], "note": ""} | facts
    found = order if order and order.rung == "block_proposal" else proposal(order)
    who = {"actor": actor or world.sri(), "at": AT + HOUR}
    return blocks.enter(found, DECISION, TODAY, is_granted=is_granted, **told, **who)


def ordered(order=None, *, entering=None, issuing=None) -> Block:
    made = entered(order, actor=entering or world.sri())
    return blocks.issue(made, actor=issuing or world.dewi(), at=AT + HOUR)


def confirmed(block: Block, kind=AccessLetter.Kind.BLOCK, at=AT + 2 * HOUR) -> Block:
    for letter in block.letters.filter(kind=kind):
        blocks.confirm(letter, at.date(), "By mail of today.", actor=world.ayu(), at=at)
    return Block.objects.get(pk=block.pk)


def asked(block: Block, *, actor=None, is_by_office=False, documents=None, at=AT + 3 * HOUR):
    every = [one.code for one in policy.pack().normalisation_documents(AT)]
    return blocks.ask(
        block,
        "SP-7",
        TODAY,
        is_by_office=is_by_office,
        documents=every if documents is None else documents,
        actor=actor or world.ayu(),
        at=at,
    )


def decided(block: Block, *, is_granted=True, actor=None, at=AT + 4 * HOUR, **facts):
    told = {"decision": "Kep-9", "answer": "Everything is gone."} | facts
    return blocks.decide(block, **told, is_granted=is_granted, actor=actor or world.dewi(), at=at)
