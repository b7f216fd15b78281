"""An appeal against an ordinary order reads alike with and without a sealed case beside it."""

import pytest

from cases.appeals import filing, reviewing, seeing
from cases.models import Appeal, Notice
from reports import receipts
from tests import world

from .doing import naming
from .telling import played, read, readers, record
from .test_story import Story, lines_apart, removed

pytestmark = pytest.mark.django_db


def appealed(story, verdict):
    """The holder appeals by the number of the ordinary order, and the director decides."""
    removed(story)
    order = Notice.objects.get(handling="ordinary", rung="order")
    code = filing.file(order.number, "bunga_77", "Akun saya.", key="k", at=story.at)
    story.to(11)
    appeal = Appeal.objects.get(receipt_hash=receipts.hash_of(code))
    who = {"actor": world.dewi(), "at": story.at}
    reviewing.take(appeal, is_free=True, **who)
    reviewing.decide(appeal, verdict, "Satire yang dilindungi.", **who)
    story.to(80)
    return code


def play(mail, still_clock, verdict, **facts):
    with played():
        story = Story(mail, still_clock, **facts)
        code = appealed(story, verdict)
        pages = {reader.role: read(reader) for reader in readers()}
        letters = [m for m in naming(mail, "bunga_77") if "annulled" in str(m)]
        return pages, record(), seeing.by_code(code), letters


@pytest.mark.slow
@pytest.mark.parametrize("verdict", ["upheld", "dismissed"])
def test_nobody_without_clearance_reads_of_an_appeal_that_a_sealed_case_stands_beside(
    mail, still_clock, verdict
):
    plain, open_record, told, letters = play(mail, still_clock, verdict, is_sealed=False)
    assert bool(letters) == (verdict == "upheld")
    assert told.answer
    facts = {"is_sealed": True, "sealed_at": 0}
    beside, record_beside, untold, kept = play(mail, still_clock, verdict, **facts)
    assert record_beside == open_record
    for role, pages in plain.items():
        assert beside[role].keys() == pages.keys(), role
        apart = {path: lines_apart(body, beside[role][path]) for path, body in pages.items()}
        assert {path: lines for path, lines in apart.items() if lines} == {}, role
    # What the sealed case wants gone is not ordered back, and the holder reads that nothing is
    # found: the platform was never told of the ordinary order.
    assert kept == []
    assert (untold.answer, untold.sentence) == ("", str(seeing.NOT_FOUND))
