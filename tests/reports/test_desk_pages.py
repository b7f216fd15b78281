"""The pages behind the sign-in."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from moderation_portal import vault
from reports import intake, questions
from reports.forms.desk import RequestForm
from reports.models import Evidence, FormalRequest, Question, Report, ReportItem
from tests import world
from tests.reports.test_evidence import PDF, picture
from tests.reports.test_formal import LETTER, draft
from tests.reports.test_mending import waiting
from tests.reports.test_verification import finding

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


def url(name: str, *arguments) -> str:
    return reverse(f"reports:{name}", args=arguments)


def text(response) -> str:
    return response.content.decode()


def request_form(**changes) -> dict:
    facts = {**LETTER, "letter_date": "2026-03-16", **changes}
    return facts | {
        "letter": SimpleUploadedFile("surat.pdf", PDF),
        "screenshot": SimpleUploadedFile("layar.png", picture()),
    }


def test_a_request_is_written_saved_and_handed_in(client):
    world.sign_in(client, world.polisi())
    response = client.post(url("request_new"), request_form() | {"submit": "1"}, follow=True)
    request = FormalRequest.objects.get()
    assert request.state == "submitted"
    assert Report.objects.get().formal_request == request
    assert LETTER["letter_number"] in text(response)


def test_a_request_that_lacks_something_stays_a_draft_and_keeps_all_that_was_right(client):
    world.sign_in(client, world.polisi())
    form = request_form(legal_analysis="", locators="MiChat: bunga_77\nbunga_78")
    response = client.post(url("request_new"), form | {"submit": "1"})
    assert response.status_code == 422
    page = text(response)
    request = FormalRequest.objects.get()
    assert request.state == "draft"
    assert Evidence.objects.count() == 2
    assert LETTER["letter_number"] in page
    assert f'action="{url("request_edit", request.pk)}"' in page
    assert "Analisis hukum belum ada" in page


def test_what_is_missing_leads_to_its_field_and_marks_it_when_it_is_handed_in(client):
    world.sign_in(client, world.polisi())
    request = draft(legal_analysis="", letter_number="", uploads=("letter",))
    page = text(client.get(url("request_edit", request.pk)))
    for field in ("legal_analysis", "letter_number", "screenshot"):
        assert f'<a href="#id_{field}">' in page, field
    refused = client.post(url("request_submit", request.pk))
    page = text(refused)
    assert (refused.status_code, page.count("error-summary")) == (422, 1)
    summary = page[page.index("error-summary") :].partition("</ul>")[0]
    for field in ("legal_analysis", "letter_number", "screenshot"):
        assert f'<a href="#id_{field}">' in summary, field
        assert f'id="id_{field}_error"' in page, field
    assert 'id="missing"' not in page, "what is missing stands once"
    assert page.count('class="field is-wrong"') == 3
    assert LETTER["locators"].splitlines()[0] in page, "what was written is kept"


def test_the_reason_for_urgency_is_shown_where_it_is_demanded(client):
    world.sign_in(client, world.polisi())
    asks = 'class="asks"'
    ordinary, urgent = draft(), draft(category="child_sexual", uploads=("letter",))
    assert asks in text(client.get(url("request_edit", ordinary.pk)))
    assert asks not in text(client.get(url("request_edit", urgent.pk)))


def test_lines_to_mend_are_shown_with_their_numbers(client):
    request = draft(locators="MiChat: bunga_77\n\nbunga_78")
    world.sign_in(client, world.polisi())
    page = text(client.get(url("request_edit", request.pk)))
    assert re.search(r'<td[^>]* class="num"[^>]*>3</td>', page)
    response = client.post(url("request_submit", request.pk))
    assert response.status_code == 422
    response = client.post(url("request_submit", request.pk), {"leave_broken": "1"})
    assert response.status_code == 302


def test_a_file_that_is_not_what_it_says_is_named_and_the_rest_saved(client):
    world.sign_in(client, world.polisi())
    form = request_form() | {"letter": SimpleUploadedFile("surat.pdf", b"MZ not a letter")}
    response = client.post(url("request_new"), form)
    assert response.status_code == 422
    assert "surat.pdf" in text(response)
    assert Evidence.objects.get().kind == "screenshot"


def test_another_agencys_request_looks_like_none(client):
    request = draft()
    world.sign_in(client, world.stray_polisi())
    hidden, absent = (
        client.get(url("request_edit", request.pk)),
        client.get(url("request_edit", 999)),
    )
    assert (hidden.status_code, absent.status_code) == (404, 404)
    world.sign_in(client, world.lurah())
    assert client.get(url("request_edit", request.pk)).status_code == 404


def test_an_auditor_reads_a_draft_and_changes_nothing(client):
    request = draft()
    world.sign_in(client, world.auditor())
    page = text(client.get(url("request_edit", request.pk)))
    assert LETTER["letter_number"] in page
    assert "<textarea" not in page
    assert client.post(url("request_edit", request.pk), request_form()).status_code == 403


def test_a_submitted_request_is_shown_and_not_changed(client):
    world.sign_in(client, world.polisi())
    client.post(url("request_new"), request_form() | {"submit": "1"})
    request = FormalRequest.objects.get()
    client.post(url("request_edit", request.pk), request_form(letter_number="lain"))
    request.refresh_from_db()
    assert request.letter_number == LETTER["letter_number"]
    assert client.post(url("request_submit", request.pk)).status_code == 409


def test_staff_send_a_draft_back(client):
    request = draft()
    world.sign_in(client, world.ayu())
    assert client.post(url("request_return", request.pk), {"reason": " "}).status_code == 422
    client.post(url("request_return", request.pk), {"reason": "Tidak lengkap."})
    request.refresh_from_db()
    assert request.state == "returned"
    police = world.sign_in(client, world.polisi())
    page = text(police.get(url("request_edit", request.pk)))
    assert "Tidak lengkap." in page
    assert "<textarea" in page
    police.post(url("request_edit", request.pk), request_form() | {"submit": "1"})
    request.refresh_from_db()
    assert request.state == "submitted"


def test_what_is_missing_is_told_with_the_article_that_demands_it(client):
    world.sign_in(client, world.polisi())
    client.post(url("request_new"), request_form(legal_analysis=""))
    page = text(client.get(url("request_edit", FormalRequest.objects.get().pk)))
    assert "Permenkominfo 5/2020 Pasal 16(4)" in page
    assert "PM5-16-4" not in page


def test_a_monitor_tells_and_sees_the_own_reports(client):
    world.sign_in(client, world.lurah())
    form = {
        "accounts": "MiChat: bunga_77\nbunga_78",
        "category": "prostitution",
        "reason": "Terlihat di sekitar kelurahan.",
        "seen_on": "2026-03-16",
        "area": "35.73.05",
        "place": "Tlogomas",
        "good_faith": "on",
    }
    assert client.post(url("new"), form).status_code == 422
    assert not Report.objects.exists()
    response = client.post(url("new"), form | {"anyway": "1"}, follow=True)
    report = Report.objects.get()
    assert report.number in text(response)
    assert (report.reporter.kind, report.area) == ("monitor", "35.73.05")
    assert list(report.items.values_list("state", flat=True)) == ["received", "needs_info"]
    mine = text(client.get(url("mine")))
    assert report.number in mine
    assert f"{ReportItem.Progress.WAITING.label}: 1" in mine, "what became of each is in the list"
    elsewhere = client.post(url("new"), form | {"anyway": "1", "area": "31.01"})
    assert elsewhere.status_code == 422


@pytest.mark.parametrize(("category", "is_demanded"), [("gambling", True), ("child_sexual", False)])
def test_a_request_looks_as_if_it_needs_a_picture_where_it_does(category, is_demanded):
    form = RequestForm(initial={"category": category}, actor=world.polisi(), at=world.AT)
    assert form.fields["screenshot"].required is is_demanded
    held = RequestForm(
        initial={"category": category}, actor=world.polisi(), at=world.AT, on_file={"screenshot"}
    )
    assert not held.fields["screenshot"].required


def test_the_same_telling_again_leads_to_the_first(client):
    world.sign_in(client, world.lurah())
    form = {"accounts": "MiChat: bunga_77", "category": "prostitution", "reason": "Terlihat."}
    first = client.post(url("new"), form).url
    assert client.post(url("new"), form).url == first


def test_staff_enter_a_paper_report_and_the_identity_is_shown_to_nobody(client):
    world.sign_in(client, world.ayu())
    form = {
        "accounts": "MiChat: bunga_77",
        "category": "prostitution",
        "reason": "Surat tanggal 2 Maret.",
        "reporter_name": "Tuti Alawiyah",
        "reporter_phone": "081234567890",
        "good_faith": "on",
    }
    response = client.post(url("new"), form, follow=True)
    assert Report.objects.get().reporter.kind == "public"
    assert "Tuti Alawiyah" not in text(response)


def test_a_question_to_the_reporter_stands_with_its_answer(client):
    told = world.report(wants_receipt=True)
    ReportItem.objects.update(state="accepted")
    asked = {ReportItem.objects.get().pk: "Di kota mana?"}
    questions.ask(asked, actor=world.ayu(), at=world.AT)
    world.sign_in(client, world.ayu())
    assert "Di kota mana?" in text(client.get(url("report", told.report_id)))
    questions.answer(told.report_id, Question.objects.get().pk, "Di <b>Malang", at=world.AT)
    assert "Di &lt;b&gt;Malang" in text(client.get(url("report", told.report_id)))


def test_a_finding_that_was_verified_lacks_no_verifier_on_its_page(client):
    found = finding()
    world.sign_in(client, world.ayu())
    lacks = "belum diperiksa manusia"
    assert lacks in text(client.get(url("report", found)))
    client.post(url("finding", found), {"verdict": "confirmed", "reason": "Profil publik."})
    assert lacks not in text(client.get(url("report", found)))


def test_a_sealed_report_looks_like_none(client):
    told = world.report(category="child_sexual")
    world.sign_in(client, world.ayu())
    hidden, absent = client.get(url("report", told.report_id)), client.get(url("report", 10**9))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    world.sign_in(client, world.citra())
    assert client.get(url("report", told.report_id)).status_code == 200


def test_a_finding_is_judged_on_its_page(client):
    found = finding()
    world.sign_in(client, world.ayu())
    assert "open-bo" in text(client.get(url("verify")))
    assert client.post(url("finding", found), {"verdict": "confirmed"}).status_code == 422
    said = {"verdict": "confirmed", "reason": "Profil publik menawarkan jasa."}
    assert client.post(url("finding", found), said).status_code == 302
    world.sign_in(client, world.bima())
    late = client.post(url("finding", found), said)
    assert late.status_code == 409
    assert world.ayu().name in text(late)


def test_an_item_is_mended_or_declined_on_its_page(client):
    item = waiting()
    world.sign_in(client, world.ayu())
    assert "bunga_77" in text(client.get(url("needs_info")))
    page = url("mend", item.pk)
    assert client.get(page).status_code == 200
    assert client.post(page, {"locator_precise": "??", "complete": "1"}).status_code == 422
    assert client.post(page, {"decline": "1"}).status_code == 422
    mended = {"locator_precise": "bunga_77", "platform": "michat", "complete": "1"}
    assert client.post(page, mended).status_code == 302
    assert ReportItem.objects.get(pk=item.pk).state == "received"
    assert client.post(page, mended).status_code == 409


def test_an_officer_names_the_reporter_in_fields_of_their_own(client):
    nameless = world.warga(name="", email="", phone="")
    item = waiting("MiChat: bunga_77", reporter=nameless)
    world.sign_in(client, world.ayu())
    page = url("mend", item.pk)
    shown = text(client.get(page))
    assert all(f'name="{n}"' in shown for n in ("reporter_name", "reporter_email"))
    assert 'name="reporter_identity"' not in shown
    who = {"reporter_name": "Wulan", "reporter_phone": "0812 3456 7890", "complete": "1"}
    assert client.post(page, {**who, "reporter_email": "no address"}).status_code == 422
    assert client.post(page, who).status_code == 302
    item.refresh_from_db()
    assert item.state == "received"
    assert vault.decrypt(bytes(item.report.reporter.identity.name)) == "Wulan"


@pytest.mark.parametrize("page", ["requests", "mine", "verify", "needs_info"])
def test_a_longer_list_costs_no_more_statements(client, page, django_assert_max_num_queries):
    world.sign_in(client, world.ayu())
    own = intake.ReporterFacts(kind="regulator", user=world.ayu())
    for n in range(60):
        world.report(f"bunga_{n}", reporter=own, actor=world.ayu(), channel="staff")
        finding(f"MiChat: melati_{n}")
        FormalRequest.objects.create(agency=world.polda(), created_at=world.AT)
    client.get(url(page))
    with django_assert_max_num_queries(10):
        response = client.get(url(page))
    assert "after=" in text(response)
    following = json.loads(json.dumps(text(response).split('rel="next" href="')[1].split('"')[0]))
    assert client.get(url(page) + following).status_code == 200
