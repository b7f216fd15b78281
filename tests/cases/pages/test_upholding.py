"""The page on which a decision is written: provisions to choose, and what is weighed."""

import re

import pytest
from django.utils import translation

from cases import checklists, decisions, grounds, proposals
from cases.models import Case, ChecklistTick, Decision
from cases.permissions import visible_to
from moderation_portal import policy
from tests import world
from tests.world import AT

from .browsing import text, url

pytestmark = pytest.mark.django_db


def page_of(desk, case) -> str:
    decisions.open_page(case, actor=world.ayu(), at=AT)
    decisions.claim([case.pk], actor=world.ayu(), at=AT)
    return text(desk(world.ayu).get(url("verb", case.pk, "uphold")))


def test_provisions_stand_under_their_kind_with_their_text_and_validity(desk):
    page = page_of(desk, world.case())
    chosen = policy.pack().bases_for("prostitution", AT)
    assert "What is prohibited" in page
    assert page.count('name="bases"') == len(chosen) > 1
    for basis in chosen:
        assert str(basis.text["en"]) in page
    assert "in force since 26 Nov 2008" in page


def test_each_provision_says_how_many_orders_of_the_category_rest_on_it(desk):
    first = world.approved_case("michat: satu_contoh")
    (code,) = first.decisions.get().bases
    page = page_of(desk, world.case("michat: dua_contoh"))
    rows = re.findall(r'value="([^"]+)" id="id_bases_(\d)".*?in (\d) of the last (\d) orders', page)
    assert rows[0] == (code, "0", "1", "1"), "the usual one stands first"
    assert {row[2] for row in rows[1:]} == {"0"}


def test_orders_that_one_may_not_see_are_not_counted():
    world.approved_case("michat: kuncup_1", category=world.CHILD)
    assert grounds.usage(world.CHILD, visible_to(world.ayu()))[0] == 0
    assert grounds.usage(world.CHILD, visible_to(world.citra()))[0] == 1


def test_what_is_weighed_stands_beside_its_field(desk):
    page = page_of(desk, world.case())
    guidance = policy.pack().guidance("prostitution", AT)
    assert set(guidance) == set(grounds.TEST_PARTS)
    assert "The account holder may be a victim too." in page
    assert "Weigh the public interest" not in page, "that is for other categories"


def test_what_was_chosen_stays_chosen_and_an_error_leads_to_the_first_provision(desk):
    case = world.prepare(world.case(), world.ayu())
    browser = desk(world.ayu)
    code = world.first_basis(case)
    page = text(browser.post(url("verb", case.pk, "uphold"), {"bases": code}))
    assert re.search(rf'value="{code}" id="id_bases_\d" checked', page)
    page = text(browser.post(url("verb", case.pk, "uphold"), {"reasons": "Melanggar."}))
    assert 'href="#id_bases_0"' in page
    assert 'id="id_bases_0"' in page


def claimed(by=world.ayu, **facts) -> Case:
    """A case that somebody has read and taken, with nothing of its checklist done."""
    found = world.case(**facts)
    decisions.open_page(found, actor=by(), at=AT)
    decisions.claim([found.pk], actor=by(), at=AT).insist()
    return found


def decision_of(case, *, but: tuple[str, ...] = (), **said) -> dict[str, str]:
    """A whole decision as its page posts it, every line of the checklist ticked."""
    lines = policy.pack().checklist(case.category, AT)
    ticks = {f"line-{one.code}": "on" for one in lines if one.code not in but}
    basis = {"bases": world.first_basis(case), "reasons": "Melanggar."}
    return {**ticks, **world.TEST, **basis, **said}


def test_the_checklist_is_ticked_with_the_decision(desk):
    case = claimed()
    uphold = url("verb", case.pk, "uphold")
    lines = policy.pack().checklist("prostitution", AT)
    page = text(desk(world.ayu).get(uphold))
    assert page.count('type="checkbox" name="line-') == len(lines) > 1
    assert desk(world.ayu).post(uphold, decision_of(case)).status_code == 302
    assert set(case.ticks.values_list("line", flat=True)) == {one.code for one in lines}
    assert Decision.objects.get().state == Decision.State.PROPOSED


def test_an_open_line_is_asked_for_beside_its_box_and_nothing_is_saved(desk):
    case = claimed()
    first, *_others = (one.code for one in policy.pack().checklist("prostitution", AT))
    said = decision_of(case, but=(first,))
    page = desk(world.ayu).post(url("verb", case.pk, "uphold"), said)
    assert page.status_code == 422
    assert text(page).count("The checklist is open here:") == 1, "in the summary, by its words"
    assert text(page).count("This line is still open.") == 1, "at the box, which says them itself"
    assert f'href="#id_line-{first}"' in text(page)
    assert not ChecklistTick.objects.exists()
    assert not Decision.objects.exists()


def test_a_refused_decision_ticks_nothing(desk):
    case = claimed(world.citra, category=world.CHILD)
    page = desk(world.citra).post(url("verb", case.pk, "uphold"), decision_of(case))
    assert page.status_code == 422
    assert "Refer it to the responsible unit first." in text(page)
    assert not ChecklistTick.objects.exists()


def test_a_line_is_skipped_in_the_decision_only_where_it_may_be(desk):
    case = claimed()
    lines = policy.pack().checklist("prostitution", AT)
    fixed = next(one.code for one in lines if not one.may_be_skipped)
    browser, uphold = desk(world.ayu), url("verb", case.pk, "uphold")
    assert f'name="skip-{fixed}"' not in text(browser.get(uphold))
    said = decision_of(case, but=(fixed,)) | {f"skip-{fixed}": "Tidak perlu."}
    assert browser.post(uphold, said).status_code == 422
    free = [one.code for one in lines if one.may_be_skipped]
    said = decision_of(case, but=tuple(free)) | {f"skip-{code}": "Tidak perlu." for code in free}
    assert browser.post(uphold, said).status_code == 302
    skipped = ChecklistTick.objects.exclude(skipped_because="").values_list("line", flat=True)
    assert set(skipped) == set(free)


def test_whoever_does_not_hold_the_case_ticks_nothing_with_a_decision(desk):
    case = claimed()
    decisions.open_page(case, actor=world.bima(), at=AT)
    page = desk(world.bima).post(url("verb", case.pk, "uphold"), decision_of(case))
    assert page.status_code in (403, 409)
    assert not ChecklistTick.objects.exists()


def test_the_texts_begin_as_proposals_that_are_marked_and_may_be_changed(desk):
    case = claimed()
    browser, uphold = desk(world.ayu), url("verb", case.pk, "uphold")
    page = text(browser.get(uphold))
    usual = policy.pack().proposals("prostitution", AT)
    assert set(usual) == {"aim", "necessity"}
    assert page.count("Proposal: read it") == len(usual) + 1, "and the report's own words"
    reason = case.targets.get().joinings.get().item.report.reason
    assert f"The report says: “{reason}”" in page
    field = re.search(r'<textarea name="reasons".*?>(.*?)</textarea>', page, re.S)
    assert field is not None
    assert not field[1].strip(), "what the platform reads is never proposed from a report"
    assert browser.post(uphold, decision_of(case, aim="Lain.")).status_code == 302
    assert case.decisions.get().test["aim"] == "Lain."


@pytest.mark.parametrize("language", ["id", "en"])
def test_the_item_alone_does_not_stand_beside_usual_words_for_the_whole_account(desk, language):
    case = claimed()
    with translation.override(language):
        usual = policy.pack().proposals(case.category, AT)["necessity"]
    kept = f"{usual.replace(' ', '  ', 1)}\nLain tidak."
    said = decision_of(case, remedy="item", necessity=kept)
    browser, uphold = desk(world.ayu), url("verb", case.pk, "uphold")
    answer = browser.post(uphold, said)
    assert answer.status_code == 422
    assert text(answer).count("says that this is not enough") == 2, "in the summary, at the field"
    assert 'href="#id_remedy' in text(answer)
    assert "Lain tidak." in text(answer)
    assert not Decision.objects.exists()
    assert browser.post(uphold, said | {"remedy": "account"}).status_code == 302


def test_the_item_alone_stands_beside_reasons_of_its_own(desk):
    case = claimed()
    said = decision_of(case, remedy="item", necessity="Seluruh akun terlalu luas: satu saja cukup.")
    assert desk(world.ayu).post(url("verb", case.pk, "uphold"), said).status_code == 302
    assert case.decisions.get().test["remedy"] == "item"


def test_where_opinion_is_at_stake_aim_and_proportionality_are_written_anew():
    for category in ("defamation", "hoax", "sara", "separatism", "unrest"):
        assert policy.pack().proposals(category, AT) == {}


def test_the_second_person_sees_which_words_are_the_usual_ones(desk):
    case = claimed()
    usual = policy.pack().proposals("prostitution", AT)["aim"]
    desk(world.ayu).post(url("verb", case.pk, "uphold"), decision_of(case, aim=usual))
    second = desk(world.sri)
    second.get(url("case", case.pk))
    page = text(second.get(url("verb", case.pk, "approve")))
    assert page.count("In the words that the policy proposes.") == 1


def test_an_uncleared_person_is_proposed_no_words_of_a_sealed_report():
    case = world.child_case()
    assert "legality" in proposals.of(case, world.citra(), at=AT)
    assert "legality" not in proposals.of(case, world.ayu(), at=AT)


def test_the_buttons_of_a_decision_keep_their_places(desk):
    case, browser = claimed(), desk(world.ayu)

    def places() -> list[str]:
        head = text(browser.get(url("case", case.pk)))
        return re.findall(r'class="button( \w+)?" href="[^"]*/do/(\w+)/', head)

    before = places()
    assert before[-1] == (" primary", "uphold")
    lines = [one.code for one in policy.pack().checklist(case.category, AT)]
    checklists.tick([case.pk], lines=lines, actor=world.ayu(), at=AT).insist()
    assert places() == before


def test_a_case_is_taken_with_one_click_on_its_page(desk):
    case, browser = world.case(), desk(world.ayu)
    claim = url("verb", case.pk, "claim")
    assert f'<form method="post" action="{claim}' in text(browser.get(url("case", case.pk)))
    assert browser.post(claim).status_code == 302
    case.refresh_from_db()
    assert case.owner == world.ayu()
