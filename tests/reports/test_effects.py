"""What a formal requester, a monitor and an organisation read of what became of their accounts."""

from datetime import timedelta

import pytest
from django.urls import reverse

from cases import decisions, notes, notices, opening
from cases.models import Case, Notice
from cases.notices import ending
from moderation_portal.errors import Conflict, Refused
from moderation_portal.models import Event, News, User
from reports import effects, formal, questions
from reports.models import FormalRequest, Question, Report
from tests import world
from tests.reports.test_formal import draft
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db

INTERNAL = "Catatan rahasia meja"


@pytest.fixture(autouse=True)
def at_ten(still_clock):
    world.michat()


def url(name: str, *arguments) -> str:
    return reverse(f"reports:{name}", args=arguments)


def handed_in(**facts) -> FormalRequest:
    """A request of the police about one MiChat account, with the case that it opened."""
    told = {"locators": "MiChat: bunga_77", "is_preservation_wanted": True} | facts
    request = draft(**told)
    formal.submit(request, actor=world.polisi(), at=AT)
    opening.open_or_join(list(Report.objects.values_list("pk", flat=True)), at=AT)
    request.refresh_from_db()
    return request


def answered(code: str = "refused", reason: str = "Profil sudah berubah.") -> FormalRequest:
    """The same, ordered and answered by the platform."""
    request = handed_in()
    found = Case.objects.get()
    world.prepare(found, world.ayu())
    notes.note([found], text=INTERNAL, actor=world.ayu(), at=AT).insist()
    decisions.preserve([found], actor=world.ayu(), at=AT).insist()
    grounds = {"bases": [world.first_basis(found)], "test": world.TEST, "reasons": "Melanggar."}
    decisions.uphold([found], **grounds, actor=world.ayu(), at=AT).insist()
    world.approve(found, world.sri())
    (pk,) = notices.gather(AT, is_asked=True).issued
    made = Notice.objects.get(pk=pk)
    world.answer(made, code, reason=reason, at=AT + HOUR)
    return request


def read(client, who, address: str) -> str:
    response = world.sign_in(client, who).get(address)
    assert response.status_code == 200
    return response.content.decode()


# What nobody outside reads.


def test_the_police_read_no_note_and_no_name_of_the_house(client):
    request = answered()
    page = read(client, world.polisi(), url("request_edit", request.pk))
    assert INTERNAL not in page
    assert "Ayu Lestari" not in page
    assert Case.objects.get().number not in page


def test_of_a_sealed_request_nobody_outside_reads_more_than_the_projection(client):
    request = handed_in(category="child_sexual", urgency_reason="Anak.", is_urgent=True)
    items = list(request.reports.get().items.all())
    assert effects.of(request, items) == {}
    assert effects.ends_of([request]) == {}


def test_a_monitor_is_not_told_what_the_platform_answered(client):
    assert not [
        one
        for one in ("monitor", "public", "organisation")
        if world.policy.pack().source(one).hears_answers
    ]


def test_another_units_request_looks_like_none(client):
    request = answered()
    world.sign_in(client, world.stray_polisi())
    assert client.get(url("request_edit", request.pk)).status_code == 404


@pytest.mark.parametrize("who", [world.ayu, world.rina, world.auditor, world.drone])
def test_only_whom_it_was_asked_answers_a_question(client, who):
    request = handed_in()
    items = request.reports.get().items.values_list("pk", flat=True)
    questions.ask(dict.fromkeys(items, "Di mana?"), actor=world.ayu(), at=AT)
    page = url("answer", Question.objects.get().pk)
    world.sign_in(client, who())
    assert client.get(page).status_code in (403, 404)
    assert client.post(page, {"words": "Di sini."}).status_code in (403, 404)
    assert Question.objects.get().answered_at is None


# What they read.


def test_the_police_read_what_became_of_each_account_with_its_dates(client):
    request = answered()
    page = read(client, world.polisi(), url("request_edit", request.pk))
    assert "Profil sudah berubah." in page
    assert "17 Mar 2026, 11:00 WIB" in page or "17 Mar 2026, 11.00 WIB" in page


def test_the_end_of_preservation_is_counted_down_and_told_before_it_comes(client, still_clock):
    request = answered()
    days = world.policy.pack().limits_at(AT).preserve_days
    (until,) = effects.ends_of([request]).values()
    assert until == AT + days * 24 * HOUR
    assert 'class="clock' in read(client, world.polisi(), url("requests"))
    assert not effects.is_ending(until, AT)
    assert effects.is_ending(until, until - 24 * HOUR)


def test_whoever_holds_the_case_and_the_liaison_hear_once_before_the_end():
    request = answered()
    limits = world.policy.pack().limits_at(AT)
    soon = AT + timedelta(days=limits.preserve_days - limits.preserve_reminder_days)
    assert ending.tell_ends(soon - HOUR) == []
    assert len(ending.tell_ends(soon)) == 1
    told = dict(News.objects.filter(kind=ending.ENDS).values_list("person__name", "address"))
    letter = Notice.objects.get(rung="preservation")
    assert told == {
        world.ayu().name: reverse("cases:notice", args=[letter.pk]),
        world.polisi().name: url("request_edit", request.pk),
    }
    assert ending.tell_ends(soon + HOUR) == []


def test_where_whoever_held_the_case_has_left_those_who_oversee_it_hear():
    answered()
    User.objects.filter(pk=world.ayu().pk).update(is_active=False)
    days = world.policy.pack().limits_at(AT).preserve_days
    world.sri()
    ending.tell_ends(AT + timedelta(days=days))
    people = News.objects.filter(kind=ending.ENDS).values_list("person__name", flat=True)
    assert world.sri().name in people
    assert world.ayu().name not in people


def test_where_whoever_held_a_sealed_case_lost_the_clearance_another_cleared_hears():
    world.prepare(world.child_case(), world.citra())
    User.objects.filter(pk=world.citra().pk).update(is_cleared=False)
    days = world.policy.pack().limits_at(AT).preserve_days
    world.cleared_sri()
    ending.tell_ends(AT + timedelta(days=days))
    people = News.objects.filter(kind=ending.ENDS).values_list("person__name", flat=True)
    assert list(people) == [world.cleared_sri().name]


def test_the_end_of_a_sealed_preservation_is_told_to_the_cleared_alone():
    found = world.prepare(world.child_case(), world.citra())
    Case.objects.filter(pk=found.pk).update(owner=None)
    world.sri(), world.cleared_sri()
    days = world.policy.pack().limits_at(AT).preserve_days
    assert len(ending.tell_ends(AT + timedelta(days=days))) == 1
    people = News.objects.filter(kind=ending.ENDS).values_list("person__name", flat=True)
    assert set(people) == {world.citra().name, world.cleared_sri().name}


def test_a_question_is_told_and_answered_behind_the_sign_in(client):
    request = handed_in()
    found = Case.objects.get()
    decisions.open_page(found, actor=world.ayu(), at=AT)
    decisions.claim([found], actor=world.ayu(), at=AT).insist()
    decisions.ask_info([found], reason="Siapa korbannya?", actor=world.ayu(), at=AT).insist()
    asked = Question.objects.get()
    assert News.objects.get(person=world.polisi()).address == url("report", asked.report_id)
    assert url("answer", asked.pk) in read(client, world.polisi(), url("requests"))
    assert client.post(url("answer", asked.pk), {"words": " "}).status_code == 422
    client.post(url("answer", asked.pk), {"words": "Belum diketahui."})
    asked.refresh_from_db()
    assert asked.answer == "Belum diketahui."
    event = Event.objects.get(kind="report.answered")
    assert event.actor_name == world.polisi().name
    assert client.get(url("answer", asked.pk)).status_code == 404
    with pytest.raises(Conflict):
        questions.answer(asked.report_id, asked.pk, "Lagi.", at=AT, actor=world.polisi())
    assert "Belum diketahui." in read(client, world.polisi(), url("request_edit", request.pk))


def test_a_draft_in_the_list_says_what_is_missing(client):
    draft(legal_analysis="", uploads=("letter",))
    page = read(client, world.polisi(), url("requests"))
    assert "Analisis hukum belum ada" in page


def test_a_monitor_finds_every_account_and_narrows_the_list(client):
    lurah = world.lurah()
    own = world.intake.ReporterFacts(kind="monitor", user=lurah, area=lurah.area)
    for name in ("satu_contoh", "dua_contoh"):
        world.report(f"michat: {name}", reporter=own, actor=lurah, channel="staff", area=lurah.area)
    page = read(client, lurah, url("accounts"))
    assert "satu_contoh" in page
    assert "dua_contoh" in page
    assert "satu_contoh" not in read(client, lurah, url("accounts") + "?said=removed")
    assert "satu_contoh" not in read(client, world.ngo(), url("accounts"))
    world.sign_in(client, world.ayu())
    assert client.get(url("accounts")).status_code == 403


def test_a_long_list_of_accounts_goes_on_page_after_page(client):
    own = world.intake.ReporterFacts(kind="regulator", user=world.ayu())
    names = [f"michat: akun_{n}" for n in range(60)]
    told = world.report(*names, actor=world.ayu(), channel="staff", reporter=own)
    page = read(client, world.ayu(), url("report", told.report_id))
    assert "akun_49" in page
    assert "akun_50" not in page
    more = page.split('rel="next" href="')[1].split('"')[0]
    assert "akun_50" in read(client, world.ayu(), url("report", told.report_id) + more)
    for broken in ("?after=x", "?after=1.2.3", "?after=9999999999999999999999.1"):
        assert client.get(url("report", told.report_id) + broken).status_code == 422


def test_an_officer_without_the_right_asks_nothing():
    request = handed_in()
    items = request.reports.get().items.values_list("pk", flat=True)
    with pytest.raises(Refused):
        questions.ask(dict.fromkeys(items, "Di mana?"), actor=world.auditor(), at=AT)
