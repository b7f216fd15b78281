"""What was told is judged by the policy of its day, whatever a later version says."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from moderation_portal.policy import pack
from reports import csv_import, verification
from reports.forms.desk import DeclineForm
from reports.forms.public import WhatForm
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db

LATER = datetime(2030, 6, 1, tzinfo=UTC)
ENDS, BEGINS = date(2029, 12, 31), date(2030, 1, 1)


@pytest.fixture(autouse=True)
def dated(monkeypatch):
    """From 2030 on one account a report, one finding at once, and one reason less."""
    law = pack()
    (limits,) = law.sections["limits"]
    fewer = replace(limits, public_items_max=1, bulk_judge_max=1, valid_from=BEGINS)
    first, *others = law.sections["decline_reasons"]
    sections = {
        **law.sections,
        "limits": (replace(limits, valid_to=ENDS), fewer),
        "decline_reasons": (replace(first, valid_to=ENDS), *others),
    }
    changed = replace(law, sections=sections)
    for module in ("judging", "csv_import", "verification", "forms.desk", "forms.public"):
        monkeypatch.setattr(f"reports.{module}.pack", lambda: changed)
    world.michat()
    return changed


@pytest.mark.parametrize(("at", "outcome"), [(AT, "done"), (LATER, "refused")])
def test_how_many_accounts_go_into_one_report(at, outcome):
    assert world.report("MiChat: satu_1", "MiChat: dua_2", at=at).outcome == outcome


@pytest.mark.parametrize(("at", "is_right"), [(AT, True), (LATER, False)])
def test_the_public_form_asks_for_as_many_as_the_policy_of_the_day_takes(at, is_right):
    given = {"accounts": "MiChat: satu_1\nMiChat: dua_2", "category": "prostitution"}
    form = WhatForm(given, at=at)
    assert form.is_valid() == is_right
    assert ("50" in str(form.fields["accounts"].help_text)) == is_right


@pytest.mark.parametrize(("at", "count"), [(AT, 2), (LATER, 1)])
def test_how_many_accounts_are_read_out_of_one_text(at, count):
    cells = {"text": "https://t.me/satu_contoh https://t.me/dua_contoh"}
    assert len(csv_import._accounts(cells, at)) == count


def test_findings_are_judged_by_the_bound_of_the_day():
    given = {"verdict": "rejected", "reason": "Bukan pelanggaran.", "actor": world.ayu()}
    said = []
    for at in (AT, LATER):
        with pytest.raises(verification.Invalid) as refused:
            verification.judge(
                [1, 2], given["verdict"], given["reason"], actor=given["actor"], at=at
            )
        said.append(str(refused.value.sentence))
    assert "paling banyak 1 " not in said[0]
    assert "paling banyak 1 " in said[1]


def test_the_reasons_offered_for_declining_are_those_of_the_day(dated):
    first = dated.sections["decline_reasons"][0].code
    offered = [
        [code for code, _name in DeclineForm(at=at).fields["because"].choices] for at in (AT, LATER)
    ]
    assert [first in codes for codes in offered] == [True, False]
