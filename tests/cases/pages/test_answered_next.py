"""After the platform has answered: who hears of it, where it is listed, and what is done next."""

import pytest
from django.utils.translation import override

from cases import answers, decisions, queue, removal
from cases.models import Case, Target
from cases.permissions import visible_to
from moderation_portal import news
from moderation_portal.models import News
from tests import world
from tests.world import AT, HOUR

from .browsing import text, url

pytestmark = pytest.mark.django_db
SAID = {"result": "gone", "note": "Dibuka tanpa masuk."}
MINUTES = HOUR / 60


def heard(person) -> list[str]:
    with override("en"):
        return [one.words for one in news.worded(news.of(person))]


def counted(person) -> int:
    return queue.counts(visible_to(person), person, at=AT + HOUR)["answered"]


def answered(code="removed", *accounts, **facts) -> Case:
    world.answer(world.served_notice(*accounts), code, at=AT + HOUR, **facts)
    return Case.objects.get()


def test_the_owner_hears_of_approval_and_return_and_the_second_person_does_not():
    found = world.approved_case()
    assert heard(world.ayu()) == [f"Sri Wahyuni approved your decision on {found.number}."]
    assert heard(world.sri()) == []
    back = world.upheld_case("michat: dua_contoh")
    decisions.send_back([back.pk], reason="Ringkas.", actor=world.sri(), at=AT).insist()
    assert f"Sri Wahyuni sent your decision on {back.number} back." in heard(world.ayu())


def test_the_owner_hears_once_that_the_platform_has_answered():
    served = world.served_notice()
    found = Case.objects.get()
    before = len(heard(world.ayu()))
    world.answer(served, "removed", at=AT + HOUR)
    said = f"MiChat has answered about {found.number}. Look for yourself."
    assert said in heard(world.ayu())
    world.answer(served, "removed", at=AT + 2 * HOUR)
    assert len(heard(world.ayu())) == before + 1, "mending an answer is no news"


def test_asking_for_time_is_no_answer():
    world.answer(world.served_notice(), "needs_time", at=AT + HOUR, reason="Besok.")
    assert not News.objects.filter(kind="case.answered").exists()
    assert counted(world.ayu()) == 0


def test_of_a_sealed_case_only_its_cleared_owner_hears():
    found = world.child_case()
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    assert News.objects.filter(is_sealed=True).count() == News.objects.count() == 1
    assert len(heard(world.citra())) == 1


def test_what_the_platform_has_answered_is_a_view_of_its_own(desk):
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    first, second = served.items.order_by("pk")
    answers.take(
        served,
        [answers.Given(first.pk, "removed")],
        actor=world.rina(),
        channel="portal",
        at=AT + HOUR,
    )
    assert counted(world.ayu()) == 0, "it still owes for the other account"
    answers.take(
        served,
        [answers.Given(second.pk, "removed")],
        actor=world.rina(),
        channel="portal",
        at=AT + HOUR,
    )
    assert counted(world.ayu()) == 1
    page = text(desk(world.ayu).get(url("queue"), {"view": "answered"}))
    assert f">{Case.objects.get().number}</a>" in page
    assert 'data-tone="info">answered<' in page


def test_the_next_step_after_the_answer_is_a_look_and_the_page_says_how_often(desk):
    found = answered()
    page = text(desk(world.ayu).get(url("case", found.pk)))
    assert f'class="button primary" href="{url("observe", found.pk)}' in page
    assert "twice, at least 1 hr apart" in page
    form = text(desk(world.ayu).get(url("observe", found.pk)))
    assert f'id="target-{Target.objects.get().pk}" checked' in form, "one account needs no tick"


def test_a_look_that_comes_too_early_says_from_when_the_second_counts(desk, hands):
    found = answered()
    look, target = url("observe", found.pk), Target.objects.get()
    browser = desk(world.ayu)
    hands.now = AT + 2 * HOUR
    first = text(browser.post(look, SAID | {"target": target.pk}, follow=True))
    assert "The second look counts from 17 Mar 2026, 13:00 WIB." in first
    hands.now = AT + 2 * HOUR + 30 * MINUTES
    early = text(browser.post(look, SAID | {"target": target.pk}, follow=True))
    assert "it came too early. Look again from 17 Mar 2026, 13:00 WIB." in early
    assert "The second look counts from 17 Mar 2026, 13:00 WIB" in early
    hands.now = AT + 3 * HOUR
    assert "A second look counts now" in text(browser.get(url("case", found.pk)))
    browser.post(look, SAID | {"target": target.pk})
    found.refresh_from_db()
    assert (found.state, found.outcome) == ("closed", "gone")


def test_where_a_child_may_be_shown_nobody_is_told_to_look(desk):
    found = world.child_case()
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    page = text(desk(world.citra).get(url("case", found.pk)))
    assert "Look for yourself" not in page


def test_whoever_only_reads_is_offered_no_look(desk):
    found = answered()
    removal.observe(
        [Target.objects.get().pk], "gone", actor=world.bima(), method="person", at=AT + 2 * HOUR
    )
    page = text(desk(world.auditor).get(url("case", found.pk)))
    assert url("observe", found.pk) not in page
    assert "counts from" not in page
