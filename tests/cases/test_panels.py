"""A borderline case before a panel: who may ask, what counts, and that the official decides."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cases import decisions, lifecycle, merging, panels
from cases.models import Case, Decision, PanelReferral, PanelVoice
from cases.panels import Said
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from moderation_portal.roles import SYSTEM
from reports.models import Panel, PanelMember
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 17)
QUESTION = "Apakah profil ini menawarkan jasa atau hanya bercanda?"


def panel(members: int = 4, **facts) -> Panel:
    """A panel with so many members."""
    given = {"field": "Pornografi", "legal_basis": "Kepmen 290/2015"} | facts
    made = Panel.objects.create(name=f"Panel {Panel.objects.count() + 1}", **given)
    for number in range(members):
        PanelMember.objects.create(panel=made, name=f"Ahli {number}", expertise="Hukum")
    return made


def asked(*accounts: str, before: Panel | None = None) -> Case:
    """A case of Ayu's that lies before a panel."""
    found = world.prepare(world.case(*accounts), world.ayu())
    before = before or panel()
    panels.ask([found], panel=before, reason=QUESTION, actor=world.ayu(), at=AT).insist()
    found.refresh_from_db()
    return found


def voices(case: Case, *advice: str) -> list[Said]:
    """What the members of the case's panel said, one after another; `conflict` declares one."""
    members = case.panel_referrals.get(end="").panel.members.order_by("pk")
    return [
        Said(member.pk, conflict="Kuasa hukum platform.")
        if said == "conflict"
        else Said(member.pk, advice=said, reasons=f"Menurut ahli {place}.")
        for place, (member, said) in enumerate(zip(members, advice, strict=False))
    ]


def advised(*advice: str) -> Case:
    """A case on which its panel has met."""
    found = asked()
    said = voices(found, *advice)
    panels.advise([found], held_on=TODAY, voices=said, actor=world.ayu(), at=AT).insist()
    found.refresh_from_db()
    return found


def record(found: Case, said: list[Said], *, held_on: date = TODAY):
    return panels.advise([found], held_on=held_on, voices=said, actor=world.ayu(), at=AT)


# What is refused.


def test_a_sealed_case_is_put_before_no_panel_and_the_refusal_says_why():
    found = world.prepare(world.child_case(), world.citra())
    with pytest.raises(Refused, match="panel"):
        panels.ask([found], panel=panel(), reason=QUESTION, actor=world.citra(), at=AT).insist()
    assert not PanelReferral.objects.exists()


def test_only_who_holds_the_case_asks_and_with_a_question():
    found = world.prepare(world.case(), world.ayu())
    with pytest.raises(Invalid):
        panels.ask([found], panel=panel(), reason=" ", actor=world.ayu(), at=AT)
    with pytest.raises(Refused):
        panels.ask([found], panel=panel(), reason=QUESTION, actor=world.bima(), at=AT).insist()
    with pytest.raises(Refused):
        panels.ask([found], panel=panel(), reason=QUESTION, actor=world.auditor(), at=AT).insist()


def test_a_panel_out_of_use_or_for_other_matters_is_not_asked():
    found = world.prepare(world.case(), world.ayu())
    for wrong in (panel(is_active=False), panel(categories=["gambling"])):
        with pytest.raises(Invalid):
            panels.ask([found], panel=wrong, reason=QUESTION, actor=world.ayu(), at=AT).insist()


def test_who_declares_a_conflict_is_neither_asked_nor_counted():
    found = asked()
    with pytest.raises(Invalid, match="3"):
        record(found, voices(found, "remove", "remove", "conflict"))
    whole = voices(found, "conflict", "remove", "keep", "remove")
    with pytest.raises(Invalid):
        record(found, [Said(whole[0].member, conflict="Kerabat.", advice="keep"), *whole[1:]])
    record(found, whole).insist()
    silent = PanelVoice.objects.exclude(conflict="").get()
    assert (silent.advice, silent.reasons) == ("", "")


@pytest.mark.parametrize("change", [{"advice": "burn"}, {"reasons": " "}, {"advice": ""}])
def test_each_member_says_what_and_why(change):
    found = asked()
    first, *others = voices(found, "remove", "remove", "remove", "remove")
    wrong = Said(**{"member": first.member, "advice": "remove", "reasons": "Ya."} | change)
    with pytest.raises(Invalid):
        record(found, [wrong, *others])


def test_nobody_speaks_twice_and_no_stranger_speaks():
    found = asked()
    said = voices(found, "remove", "remove", "remove")
    with pytest.raises(Invalid):
        record(found, [*said, said[0]])
    stranger = panel().members.first()
    with pytest.raises(Invalid):
        record(found, [*said, Said(stranger.pk, advice="keep", reasons="Saya.")]).insist()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_session_is_held_between_the_question_and_today(days):
    found = asked()
    said = voices(found, "remove", "remove", "remove")
    with pytest.raises(Invalid):
        record(found, said, held_on=TODAY + timedelta(days=days)).insist()


def test_the_database_holds_no_advice_of_a_member_with_a_conflict():
    found = asked()
    referral = found.panel_referrals.get()
    member = referral.panel.members.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        PanelVoice.objects.create(
            referral=referral, member=member, name="x", expertise="x", conflict="x", advice="keep"
        )


# What comes of it.


def test_a_case_before_a_panel_waits_and_our_own_clock_runs_on():
    found = asked()
    assert (found.state, found.due_at) == ("with_panel", found.ours_due_at)
    with pytest.raises(Conflict):
        decisions.dismiss([found], reason="Tidak ada.", actor=world.ayu(), at=AT).insist()
    with pytest.raises(Conflict):
        merging.merge(
            [found], into=world.case("michat: mawar_1"), actor=world.ayu(), at=AT
        ).insist()


def test_a_report_of_another_account_does_not_find_a_case_before_a_panel_closed():
    found = asked()
    world.case("michat: bunga_77", reporter=world.warga(name="Lain", email="lain@warga.example"))
    found.refresh_from_db()
    assert (found.report_count, found.state) == (2, "with_panel")


def test_the_session_is_recorded_and_the_case_comes_back():
    found = advised("remove", "keep", "remove", "conflict")
    referral = found.panel_referrals.get()
    assert (found.state, referral.advice, referral.held_on) == ("in_review", "remove", TODAY)
    told = Event.objects.get(kind="panel.advised").data
    assert (told["voices"], told["conflicts"], told["dissents"]) == (3, 1, 1)
    assert "Ahli" not in str(told), "who said what stands in the rows of the session alone"


def test_one_session_on_many_cases_takes_no_more_statements_than_on_one():
    before, counts = panel(), []
    for names in (["bunga_1"], ["bunga_2", "bunga_3", "bunga_4"]):
        cases = [asked(f"michat: {name}", before=before) for name in names]
        said = voices(cases[0], "remove", "remove", "keep")
        with CaptureQueriesContext(connection) as statements:
            told = {"held_on": TODAY, "voices": said, "actor": world.ayu(), "at": AT}
            assert len(panels.advise(cases, **told).done) == len(names)
        counts.append(sum("panel" in one["sql"] for one in statements))
    assert counts[0] == counts[1]


def test_where_two_recommendations_have_as_many_voices_there_is_no_common_one():
    found = advised("remove", "remove", "keep", "keep")
    assert found.panel_referrals.get().advice == ""


def test_a_question_is_taken_back_before_the_panel_meets():
    found = asked()
    with pytest.raises(Invalid):
        panels.recall([found], reason="", actor=world.ayu(), at=AT)
    panels.recall([found], reason="Sudah jelas.", actor=world.ayu(), at=AT).insist()
    found.refresh_from_db()
    assert (found.state, found.panel_referrals.get().end) == ("in_review", "taken_back")


def test_the_words_of_a_member_stay_when_the_member_is_renamed():
    found = advised("remove", "remove", "remove")
    PanelMember.objects.update(name="Nama lain")
    assert "Ahli 0" in set(found.panel_referrals.get().voices.values_list("name", flat=True))


def test_a_case_that_closed_before_the_panel_met_can_be_asked_about_anew():
    found = asked()
    lifecycle.move_targets(found.targets.all(), "gone", actor=SYSTEM, at=AT)
    lifecycle.advance([found], "close_gone", actor=SYSTEM, at=AT).insist()
    lifecycle.advance([found], "reopen", actor=SYSTEM, at=AT, reason="Muncul lagi.").insist()
    again = panel()
    panels.ask([found], panel=again, reason=QUESTION, actor=world.ayu(), at=AT).insist()
    assert panels.open_referrals([found.pk])[found.pk].panel == again


# The official decides.


def test_who_decides_otherwise_than_the_panel_says_why():
    found = advised("keep", "keep", "remove")
    grounds = {"bases": [world.first_basis(found)], "test": world.TEST, "reasons": "Melanggar."}
    decisions.open_page(found, actor=world.ayu(), at=AT)
    with pytest.raises(Invalid) as refused:
        decisions.uphold([found], **grounds, actor=world.ayu(), at=AT).insist()
    assert "departure" in refused.value.detail["fields"]
    why = "Tarif tercantum jelas."
    decisions.uphold([found], **grounds, departure=why, actor=world.ayu(), at=AT).insist()
    assert Decision.objects.get().departure == why


def test_who_follows_the_panel_needs_no_further_reason():
    found = advised("keep", "keep", "remove")
    decisions.dismiss([found], reason="Tidak melanggar.", actor=world.ayu(), at=AT).insist()
    assert Decision.objects.get().departure == ""


def test_dismissing_against_the_panel_wants_a_reason_too():
    found = advised("remove", "remove", "remove")
    with pytest.raises(Invalid):
        decisions.dismiss([found], reason="Tidak.", actor=world.ayu(), at=AT).insist()


# The pages.


def page(client, found: Case, verb: str = "") -> str:
    name, args = ("cases:verb", [found.pk, verb]) if verb else ("cases:case", [found.pk])
    response = client.get(reverse(name, args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_a_case_is_put_before_a_panel_and_its_advice_written_down_on_the_pages(client, still_clock):
    before = panel(3)
    found = world.prepare(world.case(), world.ayu())
    world.sign_in(client, world.ayu())
    assert reverse("cases:verb", args=[found.pk, "ask_panel"]) in page(client, found)
    asks = reverse("cases:verb", args=[found.pk, "ask_panel"])
    assert client.post(asks, {"panel": before.pk, "reason": ""}).status_code == 422
    client.post(asks, {"panel": before.pk, "reason": QUESTION})
    shown = page(client, found)
    assert QUESTION in shown
    assert before.name in shown
    tells = reverse("cases:verb", args=[found.pk, "record_advice"])
    form = {"held_on": "2026-03-17"}
    for place, member in enumerate(before.members.order_by("pk")):
        form |= {f"part-{member.pk}": "remove" if place else "keep", f"words-{member.pk}": "Ya."}
    assert client.post(tells, {**form, "held_on": ""}).status_code == 422
    silent = {**form, f"words-{member.pk}": ""}
    assert client.post(tells, silent).status_code == 422
    assert client.post(tells, form).status_code == 302
    shown = page(client, found)
    assert all(member.name in shown for member in before.members.all())


def test_the_page_of_the_decision_quotes_the_panel_and_asks_why_it_is_not_followed(
    client, still_clock
):
    found = advised("keep", "keep", "remove")
    world.sign_in(client, world.ayu())
    shown = page(client, found, "uphold")
    assert "Menurut ahli 2." in shown
    assert 'name="departure"' in shown
    assert 'name="departure"' not in page(client, found, "dismiss")
