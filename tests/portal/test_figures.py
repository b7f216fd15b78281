"""Figures that stand in for unpublished ones of the law: nobody is fined by them in earnest until
two persons have vouched for them."""

import pytest
from django.utils.translation import override as speaking

from cases import fines
from cases.notices import fining
from moderation_portal import changes, figures, guarded, policy
from moderation_portal.checks import check_figures
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import Change, ConfirmedFigures
from tests import world
from tests.cases.fines.doing import proposed, served_warning
from tests.world import AT

pytestmark = pytest.mark.django_db
WHERE = "Kepmen 522/2024, Lampiran II"


@pytest.fixture
def production(settings):
    settings.MODE = "production"
    with speaking("en"):
        yield


def asked() -> Change:
    row = ConfirmedFigures(code="saman", because=WHERE)
    guarded.of(row).begin(row)
    row.save()
    wanted = {"code": "saman", "because": WHERE, "is_active": True}
    change = changes.ask(row, wanted, "Surat 7", actor=world.steward(), at=AT, is_new=True)
    assert change is not None
    return change


def test_a_production_proposes_no_fine_by_assumed_figures(production):
    warning = served_warning()
    assert "A steward must confirm them" in fines.may_propose(world.ayu(), warning).reason
    with pytest.raises(Refused):
        proposed(warning)
    (told,) = check_figures(None)
    assert told.id == "portal.I001"


def test_for_trying_them_out_they_do():
    assert check_figures(None) == []
    assert proposed(served_warning()).amount


def test_figures_that_the_pack_does_not_call_assumed_need_nobody(production, settings):
    settings.POLICY_PACK = "eu-tco"
    assert check_figures(None) == []


def test_once_a_second_person_has_confirmed_them_they_are_used_and_called_assumed_no_more(
    production,
):
    table = policy.pack().fine_table(AT)
    change = asked()
    assert figures.is_assumed(table), "one person alone confirms nothing"
    with pytest.raises(Refused):
        changes.approve(change.pk, actor=world.steward(), at=AT)
    changes.approve(change.pk, actor=world.dewi(), at=AT)
    assert not figures.is_assumed(table)
    made = proposed(served_warning())
    with speaking("en"):
        said = fining.explained(made, fining.lines_of(made, is_for_platform=False))
    assert said
    assert not any("assumptions" in one for one in said)


def test_other_figures_than_were_asked_for_are_not_confirmed():
    change = asked()
    ConfirmedFigures.objects.update(fingerprint="of an older table")
    with pytest.raises(Invalid):
        changes.approve(change.pk, actor=world.dewi(), at=AT)


def test_a_changed_value_is_another_table():
    table = policy.pack().fine_table(AT)
    changed = type(table)(**{**vars(table), "tariff": table.tariff + 1})
    assert figures.fingerprint(changed) != figures.fingerprint(table)
    assert figures.current("saman") == figures.fingerprint(table)
    assert figures.current("atlantis") == ""
