"""Stewards add to the checklist, two persons; a line is skipped only for a reason, if at all."""

from datetime import date

import pytest
from django.urls import reverse

from cases import checklists, decisions, grounds
from cases.models import Case, ChecklistAddition, ChecklistTick
from moderation_portal import changes, policy
from moderation_portal.errors import Conflict, Invalid
from moderation_portal.models import Event
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
FACTS = {"text": "Periksa daftar", "text_en": "Check the list", "because": "SK 1"}


def line(**facts) -> ChecklistAddition:
    """A line in force, as two persons have made it."""
    told = {**FACTS, "valid_from": date(2026, 1, 1), **facts}
    row = ChecklistAddition.objects.create(**told, is_active=False)
    return approved(row, {"is_active": True}, is_new=True)


def approved(row, wanted, *, is_new=False) -> ChecklistAddition:
    change = changes.ask(row, wanted, "SK", actor=world.steward(), at=AT, is_new=is_new)
    changes.approve(change.pk, actor=world.sri(), at=AT)
    row.refresh_from_db()
    return row


def gaps(case: Case) -> set[str]:
    return {gap.code for gap in grounds.missing([case], policy.pack(), at=AT).get(case.pk, [])}


def held() -> Case:
    case = world.case()
    decisions.claim([case], actor=world.ayu(), at=AT)
    return Case.objects.get(pk=case.pk)


def skip(case, *codes, because="Tidak berlaku di sini"):
    return checklists.tick(
        [case], lines=codes, actor=world.ayu(), at=AT, skipped_because=because
    ).insist()


def test_a_line_is_asked_for_once_two_persons_want_it():
    case = held()
    row = ChecklistAddition.objects.create(**FACTS, valid_from=date(2026, 1, 1), is_active=False)
    assert f"checklist_{row.code}" not in gaps(case)
    approved(row, {"is_active": True}, is_new=True)
    assert f"checklist_{row.code}" in gaps(case)
    checklists.tick([case], lines=[row.code], actor=world.ayu(), at=AT).insist()
    assert f"checklist_{row.code}" not in gaps(case)
    assert ChecklistTick.objects.get().version == 1


@pytest.mark.parametrize(
    ("facts", "is_asked"),
    [
        ({"category": "prostitution"}, True),
        ({"category": "gambling"}, False),
        ({"valid_from": date(2027, 1, 1)}, False),
        ({"valid_to": date(2026, 2, 1)}, False),
    ],
)
def test_a_line_is_asked_for_in_its_category_on_its_days(facts, is_asked):
    row = line(**facts)
    assert (f"checklist_{row.code}" in gaps(held())) is is_asked


def test_no_line_of_the_pack_can_be_taken_away():
    codes = {f"checklist_{one.code}" for one in policy.pack().checklist("prostitution", AT)}
    before = gaps(held())
    line()
    assert codes <= before
    assert not ChecklistAddition.objects.exclude(pk__gt=0).exists()


def test_a_line_is_skipped_for_a_reason_that_stands_in_the_record():
    row, case = line(), held()
    skip(case, row.code)
    assert ChecklistTick.objects.get().skipped_because == "Tidak berlaku di sini"
    told = Event.objects.get(kind="case.ticked").data
    assert (told["is_skipped"], told["reason"]) == (True, "Tidak berlaku di sini")
    assert f"checklist_{row.code}" not in gaps(case)


@pytest.mark.parametrize("code", ["right_account", "victim_signs"])
def test_what_the_pack_insists_on_is_never_skipped(code):
    with pytest.raises(Invalid):
        skip(held(), code)
    assert not ChecklistTick.objects.exists()


def test_a_steward_s_line_may_insist_too():
    row = line(may_be_skipped=False)
    with pytest.raises(Invalid):
        skip(held(), row.code)


def test_that_a_line_may_no_longer_be_skipped_takes_two_persons():
    row = line()
    change = changes.ask(row, {"may_be_skipped": False}, "SK", actor=world.steward(), at=AT)
    row.refresh_from_db()
    assert (change is not None, row.may_be_skipped) == (True, True)


def test_a_reason_of_any_length_is_not_kept():
    row = line()
    with pytest.raises(Invalid):
        skip(held(), row.code, because="x" * 501)


def test_a_line_that_no_checklist_has_is_neither_ticked_nor_recorded():
    result = checklists.tick([held()], lines=["no_such"], actor=world.ayu(), at=AT)
    assert [one.error.detail["fields"].keys() for one in result.refused] == [{"lines"}]
    assert not Event.objects.filter(kind="case.ticked").exists()


def test_the_record_names_only_what_was_ticked_by_it():
    row, case = line(), held()
    checklists.tick([case], lines=[row.code, "no_such"], actor=world.ayu(), at=AT).insist()
    assert Event.objects.get(kind="case.ticked").data["lines"] == [row.code]


def test_what_a_colleague_has_done_is_not_skipped_afterwards():
    row, case = line(), held()
    checklists.tick([case], lines=[row.code], actor=world.ayu(), at=AT).insist()
    with pytest.raises(Conflict):
        skip(case, row.code)
    assert ChecklistTick.objects.get().skipped_because == ""
    assert Event.objects.filter(kind="case.ticked").count() == 1


def test_a_tick_is_taken_back_once():
    row, case = line(), held()
    told = {"lines": [row.code], "actor": world.ayu(), "at": AT}
    checklists.tick([case], **told).insist()
    checklists.tick([case], is_ticked=False, **told).insist()
    with pytest.raises(Conflict):
        checklists.tick([case], is_ticked=False, **told).insist()
    assert not ChecklistTick.objects.exists()
    assert Event.objects.filter(kind="case.ticked").count() == 2


def test_who_ticks_what_is_ticked_already_is_told_so_on_the_case(client):
    row, case = line(), held()
    browser = world.sign_in(client, world.ayu())
    there = reverse("cases:tick", args=[case.pk])
    for _twice in range(2):
        answer = browser.post(there, {"line": row.code}, follow=True)
        assert answer.status_code == 200
    assert [message.level_tag for message in answer.context["messages"]] == ["warning"]


def test_a_reason_is_kept_without_what_no_database_takes(client):
    row, case = line(), held()
    browser = world.sign_in(client, world.ayu())
    browser.post(
        reverse("cases:tick", args=[case.pk]), {"skip": row.code, "because": "Tidak\x00 perlu"}
    )
    assert ChecklistTick.objects.get().skipped_because == "Tidak perlu"


def test_what_was_ticked_stays_as_it_read_then():
    row, case = line(), held()
    checklists.tick([case], lines=[row.code], actor=world.ayu(), at=AT).insist()
    approved(row, {"text": "Lain", "text_en": "Another"})
    Case.objects.filter(pk=case.pk).update(
        state="closed", outcome="no_violation", closed_at=AT + HOUR
    )
    case.refresh_from_db()
    added = checklists.additions_at(AT)
    shown = checklists.shown(case, case.ticks.all(), added, AT)
    texts = [one.line.text for one in shown if one.line.code == row.code]
    assert texts in (["Periksa daftar"], ["Check the list"])


def test_a_closed_case_is_asked_nothing_new():
    case = held()
    Case.objects.filter(pk=case.pk).update(
        state="closed", outcome="no_violation", closed_at=AT + HOUR
    )
    case.refresh_from_db()
    row = line()
    shown = checklists.shown(case, [], checklists.additions_at(AT), AT)
    assert row.code not in {one.line.code for one in shown}


def test_the_page_skips_a_line_only_with_a_reason(client):
    row, case = line(), held()
    browser = world.sign_in(client, world.ayu())
    there = reverse("cases:tick", args=[case.pk])
    assert browser.post(there, {"skip": row.code, "because": " "}).status_code == 422
    assert not ChecklistTick.objects.exists()
    assert browser.post(there, {"skip": row.code, "because": "Tidak berlaku"}).status_code == 302
    page = browser.get(reverse("cases:case", args=[case.pk])).content.decode()
    assert "Tidak berlaku" in page


@pytest.mark.parametrize(
    ("who", "status"),
    [(world.steward, 200), (world.sri, 200), (world.auditor, 200), (world.ayu, 403)],
)
def test_who_reads_the_checklists(client, who, status):
    line()
    page = world.sign_in(client, who()).get(reverse("cases:checklists"))
    assert page.status_code == status


@pytest.mark.parametrize("who", [world.sri, world.auditor, world.ayu, world.rina])
def test_only_a_steward_writes_lines(client, who):
    row = line()
    browser = world.sign_in(client, who())
    for there in (
        reverse("cases:checklist_new"),
        reverse("cases:checklist_line", args=[row.pk]),
        reverse("cases:checklist_off", args=[row.pk]),
    ):
        assert browser.post(there, {}).status_code == 403
    row.refresh_from_db()
    assert row.is_active


def test_a_steward_writes_a_line_and_it_waits(client):
    browser = world.sign_in(client, world.steward())
    sent = {**FACTS, "may_be_skipped": "on", "valid_from": "2026-01-01", "reason": "ND"}
    assert browser.post(reverse("cases:checklist_new"), sent).status_code == 302
    assert ChecklistAddition.objects.get().is_active is False
    assert browser.post(reverse("cases:checklist_new"), {**sent, "text": ""}).status_code == 422


def test_what_waits_leads_whoever_may_decide_to_the_proposal(client):
    row = ChecklistAddition.objects.create(**FACTS, valid_from=date(2026, 1, 1), is_active=False)
    changes.ask(row, {"is_active": True}, "SK", actor=world.steward(), at=AT, is_new=True)
    for who, is_led in ((world.sri, True), (world.auditor, False)):
        browser = world.sign_in(client, who())
        page = browser.get(reverse("cases:checklists")).content.decode()
        assert ("Baca usulan" in page) is is_led
