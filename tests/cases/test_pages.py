"""The desk's, the platform's and the link's pages: who may open which, and what they show."""

import ast
import re
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from cases import answers, decisions, ladder, links, removal, words
from cases.models import (
    Answer,
    Case,
    CaseView,
    Decision,
    LinkVisit,
    Notice,
    Observation,
    Target,
)
from cases.notices import parcels
from cases.table import SENTENCES
from moderation_portal import outbox
from moderation_portal.models import Event, OutboxMessage
from platforms.models import Contact
from reports.models import Evidence
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"')


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    """The clock's hands, two hours after everything in `world` began."""
    here = SimpleNamespace(now=AT + 2 * HOUR)
    monkeypatch.setattr("moderation_portal.clock.now", lambda: here.now)
    return here


@pytest.fixture
def desk():
    """Somebody's browser: `desk(world.ayu)` gives a client that is signed in and reads English."""

    def of(who) -> Client:
        user = who() if callable(who) else who
        user.language = "en"
        user.save(update_fields=["language"])
        return world.sign_in(Client(), user)

    return of


def url(name: str, *arguments) -> str:
    return reverse(f"cases:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def plain(response) -> bytes:
    """The page without what is random in every answer."""
    return TOKEN.sub("", text(response)).encode()


def drafted_warning() -> Notice:
    """The first warning, drafted for a served notice that stayed unanswered."""
    served = world.served_notice()
    for hour in range(24, 30):
        ladder.climb(served.served_at + hour * HOUR)
    return Notice.objects.get(state=Notice.State.DRAFTED)


def other_representative():
    """Somebody who answers for another platform."""
    user = world.person("nina@whatsapp.example", "Nina Utami", "responder")
    return world.representative(user, world.whatsapp(), "responder")


# Who may open which page

STAFF = ("ayu", "sri", "dewi", "citra")
READERS = (*STAFF, "auditor", "cleared_auditor")
OVERSEERS = ("sri", "dewi")
OTHERS = ("polisi", "lurah", "ngo", "drone", "steward")
EVERYBODY = (*READERS, "rina", "other_representative", *OTHERS)
OK, NO, GONE = 200, 403, 404

# page -> what each may expect; whoever is not named gets 404.
MATRIX = {
    "queue": dict.fromkeys(READERS, OK),
    "case": dict.fromkeys(READERS, OK),
    "claim": dict.fromkeys(READERS, OK),
    "observe": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "weigh": {**dict.fromkeys(READERS, NO), **dict.fromkeys(STAFF, OK)},
    "send_now": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "restore": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "notices": dict.fromkeys(READERS, OK),
    "notice": dict.fromkeys(READERS, OK),
    "sign": dict.fromkeys(READERS, OK),
    "correct": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "override": {**dict.fromkeys(READERS, NO), **dict.fromkeys(OVERSEERS, OK)},
    "letter": {**dict.fromkeys(READERS, OK), "rina": OK},
    "platform_home": {"rina": OK, "other_representative": OK},
    "answer": {"rina": OK},
    "answer_letter": {**dict.fromkeys(READERS, OK), "rina": OK},
}


def address_of(page: str) -> str:
    """The address of a page, with what it needs behind it."""
    if page in ("queue", "notices", "platform_home"):
        return url(page)
    if page == "send_now":
        return url(page, world.approved_case().pk)
    if page == "claim":
        return url("verb", world.case().pk, "claim")
    notice = world.served_notice()
    if page in ("case", "weigh", "restore"):
        return url(page, Case.objects.get().pk)
    if page == "observe":
        return url(page, Case.objects.get().pk, Target.objects.get().pk)
    return url(page, notice.pk)


@pytest.mark.parametrize("page", MATRIX)
def test_each_role_opens_its_pages_and_to_the_others_they_are_not_there(desk, page):
    address = address_of(page)
    people = {**vars(world), "other_representative": other_representative}
    given = {who: desk(people[who]).get(address).status_code for who in EVERYBODY}
    assert given == {who: MATRIX[page].get(who, GONE) for who in EVERYBODY}


@pytest.mark.parametrize("page", MATRIX)
def test_nothing_opens_without_signing_in(client, page):
    response = client.get(address_of(page))
    assert (response.status_code, "login" in response.url) == (302, True)


@pytest.mark.parametrize("page", ["note", "tick"])
def test_what_only_saves_has_no_page(desk, page):
    assert desk(world.ayu).get(url(page, world.case().pk)).status_code == 405


# Sealed matters


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.dewi, world.auditor])
def test_a_sealed_case_looks_like_one_that_was_never_there(desk, who):
    found, browser = world.child_case(), desk(who)
    for name, rest in (("case", ()), ("weigh", ()), ("send_now", ()), ("verb", ("claim",))):
        hidden = browser.get(url(name, found.pk, *rest))
        absent = browser.get(url(name, found.pk + 1, *rest))
        assert hidden.status_code == absent.status_code == 404
        here, there = (url("case", pk).encode() for pk in (found.pk, found.pk + 1))
        assert plain(hidden).replace(here, b"") == plain(absent).replace(there, b"")


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.auditor])
def test_lists_and_counts_say_nothing_of_what_is_sealed(desk, who):
    browser = desk(who)
    world.citra(), world.cleared_sri(), world.michat()
    before = [plain(browser.get(url(page))) for page in ("queue", "notices")]
    world.notice("michat: mawar_contoh", category=world.CHILD)
    assert [plain(browser.get(url(page))) for page in ("queue", "notices")] == before


def test_a_cleared_person_sees_the_sealed_case_and_the_record_says_so(desk):
    found = world.child_case()
    page = text(desk(world.citra).get(url("case", found.pk)))
    assert found.number in page
    assert "sealed" in page
    assert "data-draft" not in page, "nothing of a sealed matter is kept in a browser"
    assert Event.objects.filter(kind="case.page_opened", thread=found.thread).exists()


# How much a page may ask of the database

DESCRIBED = {
    "new": world.case,
    "upheld": world.upheld_case,
    "approved": world.approved_case,
    "ordered": lambda: (world.served_notice(), Case.objects.get())[1],
}


def asked_of(browser: Client, address: str) -> list[str]:
    """The statements of a page beside the person's own row."""
    browser.get(address)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert browser.get(address).status_code == 200
    return [
        one["sql"]
        for one in asked
        if 'FROM "moderation_portal_user" WHERE "moderation' not in one["sql"]
    ]


def test_the_queue_asks_ten_statements_at_most_however_many_cases_it_shows(desk):
    browser = desk(world.sri)
    world.case("michat: satu_contoh")
    few = asked_of(browser, url("queue"))
    for name in ("dua", "tiga", "empat"):
        world.case(f"michat: {name}_contoh")
    assert len(asked_of(browser, url("queue"))) == len(few) <= 10


@pytest.mark.parametrize("state", DESCRIBED)
def test_a_case_asks_fifteen_statements_at_most(desk, state):
    found = DESCRIBED[state]()
    asked = asked_of(desk(world.sri), f"{url('case', found.pk)}?view=open")
    assert len(asked) <= 15, "\n".join(one[:150] for one in asked)


def test_a_case_asks_no_more_for_more_accounts(desk):
    browser = desk(world.sri)
    one = world.case("michat: satu_contoh")
    many = world.case("michat: dua_contoh", "michat: tiga_contoh", "michat: empat_contoh")
    few, more = (asked_of(browser, url("case", case.pk)) for case in (one, many))
    assert len(few) == len(more)


# Two people at the same thing


def test_who_comes_second_hears_who_was_first_and_when(desk):
    found = world.case()
    claim = url("verb", found.pk, "claim")
    assert desk(world.ayu).post(claim).status_code == 302
    second = desk(world.bima).post(claim)
    assert second.status_code == 409
    assert "Ayu Lestari" in text(second)
    assert "17 Mar 2026, 12:00 WIB" in text(second)


def test_a_double_click_on_approve_approves_once(desk):
    found = world.upheld_case()
    browser = desk(world.sri)
    browser.get(url("case", found.pk))
    approve = url("verb", found.pk, "approve")
    assert [browser.post(approve).status_code for _click in range(2)] == [302, 409]
    assert Decision.objects.filter(state="approved").count() == 1


def test_nobody_approves_what_they_have_not_opened_or_wrote_themselves(desk):
    found = world.upheld_case(by=world.sri())
    page = desk(world.sri).get(url("verb", found.pk, "approve"))
    assert "a second person must approve it" in text(page)
    unread = desk(world.dewi).post(url("verb", found.pk, "approve"))
    assert (unread.status_code, "read it first" in text(unread)) == (403, True)


def test_a_notice_is_sent_once_however_often_one_presses(desk):
    found = world.approved_case()
    world.michat()
    browser = desk(world.sri)
    sent = [browser.post(url("send_now", found.pk)).status_code for _click in range(2)]
    assert sent == [302, 409]
    assert Notice.objects.count() == 1


def test_restoration_is_asked_for_once(desk, hands):
    world.answer(world.served_notice(), "removed")
    for hours in (1, 3):
        removal.observe(
            [Target.objects.get().pk],
            "gone",
            actor=world.bima(),
            method="person",
            at=AT + hours * HOUR,
        )
    hands.now = AT + 4 * HOUR
    found, browser = Case.objects.get(), desk(world.sri)
    assert "Ask to restore" in text(browser.get(url("case", found.pk)))
    said = {"reason": "The objection was upheld."}
    asked = [browser.post(url("restore", found.pk), said).status_code for _click in range(2)]
    assert asked == [302, 409]
    assert Notice.objects.filter(rung="restoration").count() == 1


# What the case's page shows


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
    usual, locked = Evidence.objects.order_by("pk")
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


# Every event has its sentence


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


# Weighing, correcting, signing


def test_the_platforms_reasons_are_weighed_by_a_person(desk):
    world.answer(world.served_notice(), "refused", reason="It is a news page.", at=AT + HOUR)
    found, target = Case.objects.get(), Target.objects.get()
    weigh = url("weigh", found.pk)
    caseworker = desk(world.ayu)
    page = text(caseworker.get(weigh))
    assert "It is a news page." in page
    assert 'value="released"' not in page, "accepting them is for a supervisor"
    said = {"target": target.pk, "verdict": "released", "reason": "They are right."}
    assert caseworker.post(weigh, said).status_code == 422
    assert desk(world.sri).post(weigh, said).status_code == 302
    target.refresh_from_db()
    found.refresh_from_db()
    assert (target.state, found.outcome) == ("released", "released")
    second = caseworker.post(weigh, {**said, "verdict": "stands"})
    assert (second.status_code, "Sri Wahyuni" in text(second)) == (409, True)


def test_weighing_wants_an_account_a_judgement_and_a_reason(desk):
    world.answer(world.served_notice(), "not_found", at=AT + HOUR)
    page = desk(world.ayu).post(url("weigh", Case.objects.get().pk), {"reason": "kept"})
    assert page.status_code == 422
    assert "Choose at least one account." in text(page)
    assert "kept" in text(page)


def test_a_notice_is_corrected_with_a_mended_locator(desk):
    old = world.served_notice()
    item = old.items.get()
    browser = desk(world.sri)
    page = text(browser.get(url("correct", old.pk)))
    assert item.locator in page
    done = browser.post(
        url("correct", old.pk),
        {"change": "A letter was missing.", f"locator-{item.pk}": "bunga_777"},
    )
    new = Notice.objects.exclude(pk=old.pk).get()
    assert done.url == url("notice", new.pk)
    assert new.items.get().locator == "bunga_777"
    old.refresh_from_db()
    assert old.state == Notice.State.WITHDRAWN


def test_whoever_signs_reads_the_letter_first(desk, hands):
    warning = drafted_warning()
    hands.now = AT + 30 * HOUR
    page = text(desk(world.sri).get(url("sign", warning.pk)))
    assert 'class="letter"' in page
    assert "bunga_77" in page
    assert "Sri Wahyuni" in page[page.index('class="letter"') :]
    refused = text(desk(world.ayu).get(url("sign", warning.pk)))
    assert "waits for the signature of: supervisor" in refused
    assert "bunga_77" not in refused[refused.index("<h1") :]


def test_a_due_time_in_the_past_is_refused_beside_its_field(desk):
    served = world.served_notice()
    said = {"due_at": "2026-03-01T10:00", "reason": "kept reason"}
    page = desk(world.sri).post(url("override", served.pk), said)
    assert page.status_code == 422
    assert "must lie in the future" in text(page)
    assert "kept reason" in text(page)


# Many at once


def test_bulk_shows_first_what_will_happen_then_does_it_and_says_of_each_what_came(desk):
    mine, taken = world.case("michat: satu_contoh"), world.case("michat: dua_contoh")
    decisions.claim([taken.pk], actor=world.bima(), at=AT + 2 * HOUR)
    browser = desk(world.ayu)
    said = {"verb": "claim", "case": [mine.pk, taken.pk], "back": "?view=open"}
    review = text(browser.post(url("bulk"), said))
    assert "Nothing has been done yet" in review
    assert f'value="{mine.pk}" id="case-{mine.pk}" checked' in review
    assert f'id="case-{taken.pk}"' not in review, "what cannot be done cannot be ticked"
    assert not Case.objects.filter(owner=world.ayu()).exists()
    result = text(browser.post(url("bulk"), said | {"step": "do"}))
    assert "1 case done" in result
    assert "1 case stays as it was" in result
    assert "Bima Saputra" in result


def test_assigning_many_asks_for_whom_and_forgets_nothing(desk):
    found = world.case()
    browser = desk(world.sri)
    page = browser.post(url("bulk"), {"verb": "assign", "case": [found.pk], "step": "do"})
    assert page.status_code == 422
    assert "Choose whom to assign the cases to." in text(page)
    assert f'value="{found.pk}" id="case-{found.pk}" checked' in text(page)
    assert '<select id="owner"' in text(page)


def test_what_one_holds_already_is_not_offered_again(desk):
    found = world.case()
    decisions.claim([found.pk], actor=world.ayu(), at=AT + 2 * HOUR)
    browser = desk(world.ayu)
    assert "You hold this case already." in text(
        browser.post(url("bulk"), {"verb": "claim", "case": [found.pk]})
    )
    assert url("verb", found.pk, "claim") not in text(browser.get(url("case", found.pk)))


# The platform's side


def answer(browser, notice, **said):
    return browser.post(url("answer", notice.pk), said)


def test_an_answer_is_chosen_reviewed_and_receipted(desk):
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    first, second = served.items.order_by("position")
    browser = desk(world.rina)
    page = text(browser.get(url("answer", served.pk)))
    assert not re.search(r'type="radio"[^>]*checked', page), "nothing is chosen beforehand"
    said = {"code": "removed", f"code-{second.pk}": "refused", f"reason-{second.pk}": "News."}
    review = text(answer(browser, served, **said, step="review"))
    assert "Nothing has been sent yet" in review
    assert not Answer.objects.exists()
    receipt = text(answer(browser, served, **said, step="send"))
    assert Answer.objects.first().receipt in receipt
    given = dict(Answer.objects.values_list("item", "code"))
    assert given == {first.pk: "removed", second.pk: "refused"}


def test_a_refusal_without_a_reason_is_asked_for_and_nothing_typed_is_lost(desk):
    served = world.served_notice()
    page = answer(desk(world.rina), served, code="refused", reference="OUR-7", step="review")
    assert page.status_code == 422
    assert "OUR-7" in text(page)
    assert re.search(r'value="refused"[^>]*checked', text(page))


def test_an_answer_for_all_reaches_the_accounts_of_every_page(desk, monkeypatch):
    monkeypatch.setattr("cases.views.answering.ITEMS_A_PAGE", 1)
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    browser = desk(world.rina)
    page = text(browser.get(url("answer", served.pk)))
    assert page.count('name="reason-') == 1
    assert 'rel="next"' in page
    answer(browser, served, code="removed", step="send")
    assert Answer.objects.count() == 2


def test_a_withdrawn_notice_asks_for_nothing(desk):
    served = world.served_notice()
    desk(world.sri).post(url("verb", Case.objects.get().pk, "withdraw"), {"reason": "Wrong."})
    served.refresh_from_db()
    assert served.state == Notice.State.WITHDRAWN
    page = text(desk(world.rina).get(url("answer", served.pk)))
    assert "it needs no answer" in page
    assert "<textarea" not in page


def test_a_platform_reads_neither_who_reported_nor_the_internal_notes(desk):
    served = world.served_notice()
    decisions.note([Case.objects.get().pk], text="rahasia kami", actor=world.ayu(), at=AT)
    page = text(desk(world.rina).get(url("answer", served.pk)))
    assert "rahasia kami" not in page
    assert "Tuti" not in page
    assert "warga.example" not in page


# Input that no form of ours sends

ODD = ["²", "9" * 40, "abc", "-1", "\x00"]


@pytest.mark.parametrize("odd", ODD)
def test_what_is_no_number_in_an_address_or_a_form_is_answered_all_the_same(desk, odd):
    made = world.served_notice()
    case, staff = Case.objects.get(), desk(world.ayu())
    assert staff.get(f"/cases/{case.pk}/", {"start": odd}).status_code == 200
    assert staff.get("/cases/notices/", {"before": odd}).status_code == 200
    rina = desk(world.rina())
    assert rina.get(f"/cases/platform/{made.pk}/", {"start": odd}).status_code == 200
    chosen = {"verb": "assign", "case": [odd, str(case.pk)], "owner": odd, "step": "do"}
    assert staff.post("/cases/bulk/", chosen).status_code == 422
    new = world.case("michat: kembang_2")
    merged = staff.post(f"/cases/{new.pk}/do/merge/", {"into": odd})
    assert merged.status_code in (403, 422)
    world.answer(made, "refused", reason="Satire.")
    weighed = {"target": odd, "verdict": "stands", "reason": "No."}
    assert staff.post(f"/cases/{case.pk}/weigh/", weighed).status_code == 422


@pytest.mark.parametrize("note", ["a\x00b", "x" * 4001, " "])
def test_a_note_that_cannot_be_kept_is_refused(desk, note):
    case = world.case("michat: kembang_2")
    assert desk(world.ayu()).post(f"/cases/{case.pk}/note/", {"text": note}).status_code == 422
    assert not case.notes.exists()


@pytest.mark.parametrize("name", ["line", "undo"])
def test_a_tick_for_a_line_that_is_not_there_changes_nothing(desk, name):
    case = world.case("michat: kembang_2")
    staff = desk(world.ayu())
    assert staff.post(f"/cases/{case.pk}/tick/", {name: "a\x00b"}).status_code == 302
    assert not Event.objects.filter(kind="case.ticked").exists()


def test_what_the_database_cannot_keep_is_left_out_of_an_answer(desk):
    made = world.served_notice()
    said = {"code": "refused", "reason": "Sa\x00tire.", "reference": "T\x001", "step": "send"}
    assert desk(world.rina()).post(f"/cases/platform/{made.pk}/", said).status_code == 200
    given = Answer.objects.get()
    assert (given.reason, given.reference) == ("Satire.", "T1")


# The signed link


@pytest.fixture
def link():
    """A served notice and the path of the link that its first contact got."""
    made = world.served_notice()
    contact = Contact.objects.get(address="abuse@michat.example")
    return SimpleNamespace(notice=made, contact=contact, path=links.address(made, contact))


def everything() -> list:
    rows = [
        list(model.objects.order_by("pk").values())
        for model in (Notice, LinkVisit, Target, Contact)
    ]
    counts = [
        model.objects.count() for model in (Answer, Event, OutboxMessage, CaseView, Observation)
    ]
    return [*rows, list(Notice.objects.get().items.values()), *counts]


def test_opening_a_link_twenty_times_changes_nothing(client, link):
    before = everything()
    for _turn in range(20):
        assert client.head(link.path).status_code == 200
        assert client.get(link.path).status_code == 200
    assert client.get(f"{link.path}letter.pdf").status_code == 302, "no letter without the code"
    assert everything() == before


def test_before_the_code_a_link_tells_nothing_of_the_notice(client, link):
    page = text(client.get(link.path))
    assert link.notice.number not in page
    assert "bunga_77" not in page
    assert "a•••@michat.example" in page


def test_forged_expired_and_revoked_links_end_on_the_same_page(client, link, hands):
    forged = client.get(link.path[:-3] + "xx/")
    assert forged.status_code == 403
    hands.now = AT + timedelta(days=30)
    expired = client.get(link.path)
    hands.now = AT + HOUR
    Contact.objects.update(is_active=False)
    revoked = client.get(link.path)

    def told(response) -> str:
        page = text(response)
        return page[page.index("<main") : page.index("</main")]

    assert (expired.status_code, revoked.status_code) == (403, 403)
    assert told(forged) == told(expired) == told(revoked)
    assert client.get(f"{link.path}letter.pdf").status_code == 403


def test_a_browser_confirmed_for_one_notice_is_a_stranger_to_another(client, link, hands):
    other = world.notice("michat: lain_contoh", at=AT + HOUR)
    confirm(client, link)
    assert link.notice.number in text(client.get(link.path))
    page = text(client.get(links.address(other, link.contact)))
    assert other.number not in page


def confirm(client, link) -> None:
    client.post(link.path, {"step": "send"})
    visit = LinkVisit.objects.get(notice=link.notice)
    done = client.post(link.path, {"step": "code", "code": links._code(visit)})
    assert done.status_code == 302


def test_a_wrong_code_is_refused_and_says_what_to_do(client, link):
    client.post(link.path, {"step": "send"})
    page = client.post(link.path, {"step": "code", "code": "00000000"})
    assert page.status_code == 422
    assert "minta kode" in text(page).lower() or "Ask for a new one" in text(page)


def test_a_confirmed_browser_answers_and_downloads_the_letter(client, link):
    confirm(client, link)
    assert client.get(f"{link.path}letter.pdf")["Content-Type"] == "application/pdf"
    client.post(link.path, {"code": "removed", "step": "send"})
    given = Answer.objects.get()
    assert (given.code, given.channel, given.contact) == ("removed", "link", link.contact)


# Objections


def test_the_objections_page_is_open_to_anybody_and_names_whom_to_write(client):
    page = client.get("/en/a/objection/")
    assert page.status_code == 200
    assert "21 working days" in text(page)
    assert "mailto:pengawasan@komdigi.example" in text(page)
    assert not client.cookies
    assert "21 hari kerja" in text(client.get("/id/a/objection/"))


def test_no_letter_gives_a_contacts_own_link_as_the_page_for_objections():
    served = world.served_notice()
    contact = Contact.objects.get(address="abuse@michat.example")
    parcel = parcels.parcel(served, contact, step="order", purpose="notice", at=AT)
    own = django_settings.BASE_URL + links.address(served, contact)
    for body in (parcel.text, parcel.html):
        assert own in body
        assert "/a/objection/" in body
        objection = body.index("/a/objection/")
        assert own not in body[objection - 120 : objection + 40]
    assert "/a/objection/" in served.markdown
    assert own not in served.markdown


def test_answers_are_taken_by_the_page_as_they_are_by_the_verb(desk):
    """The page is one way in among others: a later answer follows an earlier one."""
    served = world.served_notice()
    given = [answers.Given(served.items.get().pk, "not_found")]
    answers.take(served, given, actor=world.joko(), channel="portal", at=AT + HOUR)
    answer(desk(world.rina), served, code="removed", step="send")
    assert list(Answer.objects.order_by("pk").values_list("code", flat=True)) == [
        "not_found",
        "removed",
    ]
    assert outbox.drain("urgent", at=AT) == 0
