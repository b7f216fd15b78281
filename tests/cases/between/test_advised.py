"""What a panel has advised on is decided beside its advice, and nowhere without it."""

import pytest

from cases import decisions, merging, moving, panels
from cases.models import Case, Target
from moderation_portal.errors import Conflict
from tests import world
from tests.cases.test_panels import TODAY, asked, panel, voices
from tests.world import AT

pytestmark = pytest.mark.django_db
A, B, C = "michat: bunga_77", "michat: melati_12", "michat: kenanga_3"


def advise(case: Case) -> Case:
    """The panel of a case meets, and advises not to remove."""
    said = voices(case, "keep", "keep", "keep")
    panels.advise([case], held_on=TODAY, voices=said, actor=world.ayu(), at=AT).insist()
    return Case.objects.get(pk=case.pk)


def test_merged_into_another_case_it_would_be_decided_without_its_advice():
    case, other = advise(asked(A)), world.case(B)
    with pytest.raises(Conflict):
        merging.merge([case], into=other, actor=world.ayu(), at=AT).insist()
    with pytest.raises(Conflict):
        merging.merge([other], into=case, actor=world.ayu(), at=AT).insist()


def test_moved_elsewhere_an_account_would_be_decided_without_its_advice():
    case, other = advise(asked(A, B)), world.prepare(world.case(C), world.ayu())
    theirs = Target.objects.filter(case=case).values_list("pk", flat=True)[:1]
    said = {"reason": "Dua orang.", "actor": world.ayu(), "at": AT}
    for to in (None, other):
        with pytest.raises(Conflict):
            moving.move([case], targets=theirs, to=to, **said).insist()


def test_what_was_merged_before_the_panel_met_is_not_taken_out_after():
    case, host = world.case(B), world.prepare(world.case(A), world.ayu())
    merging.merge([case], into=host, actor=world.ayu(), at=AT).insist()
    host.refresh_from_db()
    panels.ask([host], panel=panel(), reason="Melanggar?", actor=world.ayu(), at=AT).insist()
    advise(host)
    with pytest.raises(Conflict):
        merging.unmerge([case], reason="Lain.", actor=world.ayu(), at=AT).insist()


def test_where_the_panel_never_met_accounts_move_as_ever():
    case, other = asked(A), world.case(B)
    panels.recall([case], reason="Sudah jelas.", actor=world.ayu(), at=AT).insist()
    merging.merge([case], into=other, actor=world.ayu(), at=AT).insist()
    assert decisions.claim([other], actor=world.ayu(), at=AT).done == [other.pk]
