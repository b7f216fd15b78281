"""The platform's side, what no form of ours sends, and objections."""

import re

import pytest
from django.conf import settings as django_settings

from cases import answers, links, notes
from cases.models import Answer, Case, Notice, NoticeItem
from cases.notices import parcels
from cases.views.answering import key_of
from moderation_portal import outbox
from moderation_portal.models import Event
from platforms.models import Contact, Representative
from tests import world
from tests.world import AT, HOUR

from .browsing import answer, text, url

pytestmark = pytest.mark.django_db


def test_an_answer_is_chosen_reviewed_and_receipted(desk):
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    first, second = served.items.order_by("position")
    browser = desk(world.rina)
    page = text(browser.get(url("answer", served.pk)))
    assert not re.search(r'type="radio"[^>]*checked', page), "nothing is chosen beforehand"
    key = key_of(second)
    said = {"code": "removed", f"code-{key}": "refused", f"reason-{key}": "News."}
    review = text(answer(browser, served, **said, step="review"))
    assert "Nothing has been sent yet" in review
    assert not Answer.objects.exists()
    receipt = text(answer(browser, served, **said, step="send"))
    assert Answer.objects.first().receipt in receipt
    given = dict(Answer.objects.values_list("item", "code"))
    assert given == {first.pk: "removed", second.pk: "refused"}


def test_who_answers_for_a_platform_no_more_finds_nothing_of_it(desk):
    Representative.objects.filter(user=world.rina()).update(is_active=False)
    assert desk(world.rina).get(url("platform_home")).status_code == 404


@pytest.mark.parametrize("name", ["letter", "answer_letter"])
def test_who_takes_the_letter_without_opening_its_page_has_been_served(desk, name):
    made = world.notice()
    assert desk(world.rina).head(url(name, made.pk)).status_code == 405
    assert desk(world.ayu).get(url(name, made.pk)).status_code == 200
    made.refresh_from_db()
    assert made.served_at is None, "neither a scanner nor a colleague is its platform"
    assert desk(world.rina).get(url(name, made.pk)).status_code == 200
    made.refresh_from_db()
    assert made.served_at is not None
    assert made.served_at == made.acknowledged_at


def test_the_fields_of_the_form_tell_no_count_and_stay_the_same(desk):
    served = world.served_notice("michat: satu_contoh", "michat: dua_contoh")
    browser = desk(world.rina)
    fields = re.findall(r'name="code-(\w+)"', text(browser.get(url("answer", served.pk))))
    keys = [key_of(item) for item in served.items.order_by("position")]
    assert fields == keys
    assert not {str(item.pk) for item in served.items.all()} & set(fields)
    NoticeItem.objects.filter(notice=served, position=1).update(is_withheld=True, sent_at=None)
    answer(browser, served, **{f"code-{keys[1]}": "removed"}, step="send")
    assert Answer.objects.get().item.position == 2


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
    notes.note([Case.objects.get().pk], text="rahasia kami", actor=world.ayu(), at=AT)
    page = text(desk(world.rina).get(url("answer", served.pk)))
    assert "rahasia kami" not in page
    assert "Tuti" not in page
    assert "warga.example" not in page


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
    parcel = parcels.parcel(served, contact, parcels.Asked("order", "notice"), at=AT).parcel
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
