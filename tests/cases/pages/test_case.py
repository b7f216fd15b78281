"""What the page of a case shows, and that every event has its sentence."""

import ast
import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from cases import decisions, opening, removal, words
from cases.models import Case, Target
from cases.table import SENTENCES
from moderation_portal.models import Event
from moderation_portal.roles import PUBLIC
from reports import intake
from reports.models import Evidence
from tests import world
from tests.world import AT, HOUR

from .browsing import ROOT, drafted_warning, text, url

pytestmark = pytest.mark.django_db


def test_a_case_says_what_is_missing_before_it_can_be_sent(desk):
    found = world.child_case()
    browser = desk(world.citra)
    browser.post(url("verb", found.pk, "claim"))
    page = text(browser.get(url("case", found.pk)))
    wants = page[page.index('class="wants"') : page.index("</ol>", page.index('class="wants"'))]
    assert url("verb", found.pk, "refer") in wants, "the referral is a click away"
    assert "lines are open" in wants
    assert "Approval by a second person" in wants
    assert url("verb", found.pk, "uphold") not in wants, "not before the rest is done"


def test_what_is_rarely_done_stands_in_a_menu_and_what_is_done_daily_beside_it(desk):
    found = world.case()
    browser = desk(world.ayu)
    browser.post(url("verb", found.pk, "claim"))
    page = text(browser.get(url("case", found.pk)))
    menu = page[page.index('id="more"') : page.index("</details>", page.index('id="more"'))]
    for verb in ("give_back", "preserve", "merge", "ask_panel"):
        assert url("verb", found.pk, verb) in menu
    for verb in ("uphold", "dismiss", "ask_info"):
        assert url("verb", found.pk, verb) in page
        assert url("verb", found.pk, verb) not in menu


def test_whoever_handed_a_case_on_goes_on_with_the_next_one(desk):
    found = world.case()
    browser = desk(world.ayu)
    browser.post(url("verb", found.pk, "claim"))
    done = browser.post(url("verb", found.pk, "dismiss"), {"reason": "Bukan pelanggaran."})
    assert url("next") in text(browser.get(done.url))
    assert url("next") not in text(browser.get(url("case", found.pk)))
    assert url("next") not in text(desk(world.auditor).get(done.url))


@pytest.mark.parametrize(
    ("told", "words"),
    [("", "who can see it: not reported"), ("public", "public"), ("private", "private")],
)
def test_who_can_see_an_account_is_said_only_as_it_was_told(desk, told, words):
    world.michat()
    line = intake.Line("MiChat: bunga_77", visibility=told)
    telling = intake.Telling(world.warga(), "web", "prostitution", (line,), **world.COMPLETE)
    (received,) = intake.receive([telling], actor=PUBLIC, at=AT)
    opening.open_or_join([received.report_id], at=AT)
    found = Case.objects.get()
    assert found.targets.get().visibility == told
    browser = desk(world.ayu)
    assert f'<small class="under">{words}</small>' in text(browser.get(url("case", found.pk)))
    browser.post(url("verb", found.pk, "claim"))
    page = text(browser.get(url("verb", found.pk, "uphold")))
    assert f'<small class="under muted">{words}</small>' in page


def test_ticks_are_saved_together_and_taken_back_one_by_one(desk):
    found = world.case()
    browser = desk(world.ayu)
    browser.post(url("verb", found.pk, "claim"))
    lines = re.findall(r'name="line" value="(\w+)"', text(browser.get(url("case", found.pk))))
    assert len(lines) > 2
    browser.post(url("tick", found.pk), {"line": lines[:2]})
    assert found.ticks.count() == 2
    browser.post(url("tick", found.pk), {"undo": lines[0]})
    assert list(found.ticks.values_list("line", flat=True)) == [lines[1]]


def test_the_deadline_is_explained_even_while_a_warning_waits_for_its_signature(desk):
    warning = drafted_warning()
    page = text(desk(world.sri).get(url("case", Case.objects.get().pk)))
    assert warning.follows.due_at is not None
    assert "Explain this deadline: 18 Mar 2026, 10:00 WIB" in page
    assert "It grants 24 clock hours" in page


def test_our_own_deadline_is_explained_before_there_is_an_order(desk):
    page = text(desk(world.ayu).get(url("case", world.case().pk)))
    assert "Explain our own deadline: 18 Mar 2026, 10:00 WIB" in page
    assert "Our own promise is to decide within 24 hours" in page


def test_a_claim_says_until_when_it_holds_and_that_it_has_lapsed(desk, hands):
    found = world.case()
    hands.now = AT
    desk(world.ayu).post(url("verb", found.pk, "claim"))
    page = url("case", found.pk)
    assert "It may be taken over from 17 Mar 2026, 10:30 WIB." in text(desk(world.bima).get(page))
    hands.now = AT + HOUR
    assert "10:00 WIB. It may be taken over." in text(desk(world.bima).get(page))
    assert desk(world.bima).post(url("verb", found.pk, "claim")).status_code == 302


def test_a_case_knows_its_neighbours_in_the_view_it_was_opened_from(desk):
    first, second, third = (
        world.case(f"michat: {name}_contoh", at=AT + minutes * timedelta(minutes=1))
        for minutes, name in enumerate(("satu", "dua", "tiga"))
    )
    decisions.claim([third.pk], actor=world.bima(), at=AT)
    browser = desk(world.ayu)

    def neighbours(case: Case, query: str) -> dict[str, str]:
        page = text(browser.get(f"{url('case', case.pk)}?{query}"))
        return dict(re.findall(r'rel="(prev|next)" id="[\w-]+" href="[^"]*/(\d+)/\?', page))

    here, there = str(first.pk), str(third.pk)
    assert neighbours(second, "view=open") == {"prev": here, "next": there}
    assert neighbours(second, "view=new") == {"prev": here}
    assert neighbours(second, "view=open&urgency=urgent") == {}
    assert neighbours(second, "") == {}


def test_what_is_done_leads_back_into_the_same_view(desk):
    found = world.case()
    browser = desk(world.ayu)
    done = browser.post(f"{url('verb', found.pk, 'claim')}?view=new")
    assert done.url == f"{url('case', found.pk)}?view=new&done=claim"


@pytest.mark.parametrize(("who", "may_open"), [(world.ayu, False), (world.citra, True)])
def test_evidence_is_listed_and_quarantine_opens_to_the_cleared_only(desk, who, may_open):
    found = world.case()
    report = found.report
    for number, is_quarantined in enumerate((False, True)):
        Evidence.objects.create(
            kind="screenshot", report=report, name=f"{number}.png", mime="image/png", size=9,
            sha256="0" * 64, path=f"x/{number}", is_quarantined=is_quarantined, added_at=AT,
        )  # fmt: skip
    usual, locked = Evidence.objects.order_by("is_quarantined")
    page = text(desk(who).get(url("case", found.pk)))
    assert reverse("reports:evidence", args=[usual.pk]) in page
    assert (reverse("reports:evidence", args=[locked.pk]) in page) is may_open
    assert ("Cleared officers only" in page) is not may_open


def test_the_timeline_says_what_was_seen_of_which_account(desk):
    world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    target = Target.objects.get(account__display="@satu_contoh")
    removal.observe([target.pk], "present", actor=world.bima(), method="person", at=AT + HOUR)
    found = Case.objects.get()
    page = text(desk(world.ayu).get(url("case", found.pk)))
    events = page[page.index("timeline-head") :]
    assert "Bima Saputra looked at an account" in events
    assert "@satu_contoh · present" in events
    assert "notice.sent" not in events


def test_what_hides_in_a_text_is_written_out(desk):
    found = world.case(reason="aman\u202egnp.exe")
    assert "[U+202E]" in text(desk(world.ayu).get(url("case", found.pk)))


def recorded_kinds(room: str) -> set[str]:
    """The kinds that the code of a room writes into the record, read from its calls."""
    found = set()
    for path in (ROOT / room).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in ("record", "_record", "lines", "Line", "_line"):
                continue
            texts = [
                n for arg in node.args[:1] for n in ast.walk(arg) if isinstance(n, ast.Constant)
            ]
            found |= {n.value for n in texts if isinstance(n.value, str)}
    return {kind for kind in found if re.fullmatch(r"[a-z]+\.[a-z_]+", kind)}


@pytest.mark.parametrize("room", ["platforms", "reports", "cases"])
def test_every_kind_of_event_has_a_sentence(room):
    kinds = recorded_kinds(room)
    assert len(kinds) > 1
    assert kinds - SENTENCES.keys() - words.MORE.keys() == set()


def test_every_event_that_a_story_leaves_has_a_sentence_in_both_languages(desk, hands):
    world.answer(drafted_warning().follows, "refused", reason="We disagree.", at=AT + 30 * HOUR)
    kinds = set(Event.objects.filter(thread__startswith="case:").values_list("kind", flat=True))
    assert len(kinds) > 8
    for language in ("en", "id"):
        with translation.override(language):
            for kind in kinds:
                assert "." not in words.sentence(kind, "Ayu"), kind
