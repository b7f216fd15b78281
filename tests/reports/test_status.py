"""The status page, and what a reporter adds there."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation

from moderation_portal.models import Event, LimitCount, OutboxMessage
from reports import doorkeeper, evidence, questions, receipts
from reports.models import Evidence, Question, Report, ReportItem
from tests import world
from tests.reports.test_evidence import picture

pytestmark = pytest.mark.django_db

STATUS, ADD, ANSWER = (f"/id/lapor/status/{part}" for part in ("", "lengkapi/", "jawab/"))
NAMED = {"i1-address": "bunga_77", "i1-platform": "michat"}


@pytest.fixture(autouse=True)
def at_ten(monkeypatch):
    monkeypatch.setattr("moderation_portal.clock.now", lambda: world.AT)
    world.michat()


@pytest.fixture
def told():
    """A report of which nothing but the precise account is missing."""
    received = world.report("bunga_77", wants_receipt=True)
    OutboxMessage.objects.all().delete()
    return received


def text(response) -> str:
    return response.content.decode()


def add(client, told, about: int = 1, **given):
    body = {"code": told.receipt_code, "about": str(about)} | given
    return client.post(ADD, body)


def item(told, position: int = 1) -> ReportItem:
    return ReportItem.objects.get(report_id=told.report_id, position=position)


def handed_on() -> list[list[int]]:
    rows = OutboxMessage.objects.filter(topic="report.received").order_by("id")
    return [row.payload["reports"] for row in rows]


@pytest.mark.parametrize("page", [STATUS, ADD, ANSWER])
def test_guessing_codes_is_bounded_on_every_page_and_tells_nothing(client, monkeypatch, page):
    monkeypatch.setitem(doorkeeper.LIMITS, "status", (3, 100))
    world.report(wants_receipt=True)
    codes = [client.post(page, {"code": receipts.issue()[0]}).status_code for _ in range(5)]
    assert codes == [422, 422, 422, 429, 429]


def test_a_mistyped_code_is_told_apart(client):
    told = world.report(wants_receipt=True)
    page = text(client.post("/en/report/status/", {"code": told.receipt_code[1:]}))
    assert "not complete" in page
    page = text(client.post("/en/report/status/", {"code": receipts.issue()[0]}))
    assert "no report with this code" in page


def test_who_comes_back_to_the_page_of_a_code_is_asked_for_it_and_told_why(client):
    told = world.report(wants_receipt=True)
    shown = client.post("/en/report/status/", {"code": told.receipt_code})
    assert 'data-come-back="/en/report/status/?again"' in text(shown)
    back = client.get("/en/report/status/?again")
    assert (back.status_code, "Enter the code again" in text(back)) == (200, True)
    assert told.number not in text(back)
    assert "Enter the code again" not in text(client.get("/en/report/status/"))


def test_the_number_of_a_report_is_no_code_and_the_page_says_so(client):
    told = world.report(wants_receipt=True)
    page = text(client.post("/en/report/status/", {"code": told.number}))
    assert "This is the number of the report." in page


def test_the_code_never_stands_in_an_address(client, told):
    assert told.number not in text(client.get(STATUS, {"code": told.receipt_code}))
    for page in (ADD, ANSWER):
        assert client.get(page, {"code": told.receipt_code}).url == STATUS


def test_nothing_is_added_without_the_code(client, told):
    for code in ("", receipts.issue()[0], told.number):
        assert client.post(ADD, NAMED | {"code": code, "about": "1"}).status_code == 422
    assert item(told).state == "needs_info"


def test_nothing_is_added_to_what_lacks_nothing_or_is_not_there(client, told):
    for about in ("2", "x", "", "-1", str(item(told).pk)):
        assert add(client, told, about, **NAMED).status_code == 409
    assert handed_on() == []


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"i1-address": "bunga_77"}, "Belum ada yang ditambahkan"),
        ({"i1-address": "bunga_78"}, "tambahkan nama aplikasinya"),
        ({"i1-address": "https://www.michat.sg/", "i1-platform": ""}, "bukan ke satu akun"),
    ],
)
def test_what_names_no_account_is_told_in_plain_words_and_stays_typed(client, told, given, words):
    response = add(client, told, **given)
    assert response.status_code == 422
    assert words in text(response)
    assert f'value="{given["i1-address"]}"' in text(response)
    assert item(told).state == "needs_info"


def test_one_browser_adds_no_more_often_than_it_may(client, told, monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "answer", (2, 100))
    codes = [add(client, told, **{"i1-address": f"bunga_{n}"}).status_code for n in range(4)]
    assert codes == [422, 422, 429, 429]


def test_a_picture_is_counted_before_it_is_decoded(client, monkeypatch):
    monkeypatch.setitem(doorkeeper.LIMITS, "picture", (0, 0))
    monkeypatch.setattr(evidence, "encode", pytest.fail)
    told = world.report("MiChat: bunga_77", category="gambling", wants_receipt=True)
    shot = SimpleUploadedFile("layar.png", picture())
    assert add(client, told, **{"i1-screenshot": shot}).status_code == 429
    assert LimitCount.objects.filter(scope="status.address").exists()


def test_a_picture_that_is_too_large_is_told_at_its_account(client, settings):
    settings.UPLOAD_MAX_BYTES = 100
    told = world.report("MiChat: bunga_77", category="gambling", wants_receipt=True)
    shot = SimpleUploadedFile("layar.png", picture(size=(900, 900)))
    response = add(client, told, **{"i1-screenshot": shot})
    assert response.status_code == 422
    assert told.number in text(response)
    assert "lebih besar dari" in text(response)


def test_a_day_that_cannot_be_is_refused_and_nothing_breaks(client):
    told = world.report("MiChat: bunga_77", seen_at=None, wants_receipt=True)
    for day in ("2026-03-18", "0001-01-01", "kemarin", "\x00"):
        assert add(client, told, **{"i1-seen_on": day}).status_code == 422


def test_hostile_words_stay_words(client):
    told = world.report("<script>alert(1)</script>", reason="", wants_receipt=True)
    response = add(client, told, **{"i1-reason": "", "i1-address": '"><img src=x>'})
    assert response.status_code == 422
    assert "<script>alert" not in text(response)
    assert "<img src=x" not in text(response)


def test_the_page_says_in_both_languages_what_is_missing(client, told):
    page = text(client.post(STATUS, {"code": told.receipt_code}))
    assert "Alamat akun belum tepat" in page
    assert f'action="{ADD}"' in page
    page = text(client.post("/en/report/status/", {"code": told.receipt_code}))
    assert "The address is not precise" in page
    assert 'action="/en/report/status/add/"' in page
    assert "sessionid" not in client.cookies


def test_what_was_missing_is_added_once_and_the_report_goes_on(client, told):
    response = add(client, told, **NAMED)
    assert response.status_code == 200
    assert "Tidak ada lagi yang kurang" in text(response)
    assert f'action="{ADD}"' not in text(response)
    assert (item(told).state, item(told).account.canonical) == ("received", "bunga_77")
    assert handed_on() == [[told.report_id]]
    assert add(client, told, **NAMED).status_code == 409
    assert handed_on() == [[told.report_id]]


def test_what_is_added_is_recorded_without_its_words(client):
    told = world.report("MiChat: bunga_77", reason="", wants_receipt=True)
    add(client, told, **{"i1-reason": "Tetangga saya Sari menjual diri."})
    event = Event.objects.get(kind="item.completed")
    assert (event.actor_role, event.data) == ("public", {"added": ["reason"]})
    assert event.thread == f"report:{told.report_id}"
    assert "Sari" not in str(list(Event.objects.values()))


def test_a_fact_of_the_whole_report_is_added_to_every_account_of_it(client):
    told = world.report("MiChat: bunga_1", "MiChat: bunga_2", "bunga_3", reason="", seen_at=None,
                        wants_receipt=True)  # fmt: skip
    OutboxMessage.objects.all().delete()
    response = add(client, told, **{"i1-reason": "Menawarkan jasa.", "i1-seen_on": "2026-03-16"})
    assert response.status_code == 200
    report = Report.objects.get(pk=told.report_id)
    assert (report.reason, report.seen_at.isoformat()) == (
        "Menawarkan jasa.",
        "2026-03-15T17:00:00+00:00",
    )
    assert [item(told, n).state for n in (1, 2, 3)] == ["received", "received", "needs_info"]
    assert [gap["code"] for gap in item(told, 3).gaps] == ["locator_precise"]
    assert handed_on() == [[told.report_id]]


def test_a_part_of_what_is_missing_is_saved_and_the_rest_asked_for_again(client):
    told = world.report("bunga_77", reason="", wants_receipt=True)
    response = add(client, told, **{"i1-address": "bunga_77", "i1-reason": "Menawarkan jasa."})
    assert "Masih ada yang kurang" in text(response)
    assert [gap["code"] for gap in item(told).gaps] == ["locator_precise"]
    assert add(client, told, **NAMED).status_code == 200
    assert item(told).state == "received"


def test_a_picture_is_added_where_one_may_be_sent(client):
    told = world.report("MiChat: bunga_77", category="gambling", wants_receipt=True)
    shot = SimpleUploadedFile("layar.png", picture())
    assert add(client, told, **{"i1-screenshot": shot}).status_code == 200
    assert Evidence.objects.get().report_id == told.report_id
    assert item(told).state == "received"


def test_who_tells_may_be_added_and_is_kept_encrypted(client):
    told = world.report("MiChat: bunga_77", reporter=world.warga(name="", email=""),
                        wants_receipt=True)  # fmt: skip
    given = {"i1-name": "Tuti", "i1-email": "tuti@warga.example"}
    assert add(client, told, **given).status_code == 200
    identity = Report.objects.get(pk=told.report_id).reporter.identity
    assert b"Tuti" not in bytes(identity.name)
    assert item(told).state == "received"


def test_an_address_that_is_a_website_is_passed_on(client, told):
    page = text(add(client, told, **{"i1-address": "situs-judi.example"}))
    assert item(told).state == "routed_elsewhere"
    assert "situs web" in page
    assert handed_on() == []


def asked(told, words: str = "Di kota mana?") -> Question:
    ReportItem.objects.filter(report_id=told.report_id).update(state="accepted")
    questions.ask({item(told).pk: words}, actor=world.ayu(), at=world.AT)
    OutboxMessage.objects.all().delete()
    return Question.objects.get()


def reply(client, told, question: Question, words: str = "Di Malang."):
    body = {"code": told.receipt_code, "about": str(question.pk), f"q{question.pk}-words": words}
    return client.post(ANSWER, body)


def test_an_answer_needs_words_a_code_and_a_question_of_this_report(client):
    told, other = world.report(wants_receipt=True), world.report("MiChat: b_2", wants_receipt=True)
    question = asked(told)
    assert reply(client, told, question, " ").status_code == 422
    assert reply(client, other, question).status_code == 409
    assert client.post(ANSWER, {"about": str(question.pk)}).status_code == 422
    question.refresh_from_db()
    assert question.answer == ""


def test_a_question_is_shown_and_answered_once(client):
    told = world.report(wants_receipt=True)
    question = asked(told, "Di kota mana? <b>")
    page = text(client.post(STATUS, {"code": told.receipt_code}))
    assert "Di kota mana? &lt;b&gt;" in page
    assert f'action="{ANSWER}"' in page
    response = reply(client, told, question)
    assert response.status_code == 200
    assert f'action="{ANSWER}"' not in text(response)
    assert reply(client, told, question).status_code == 409
    question.refresh_from_db()
    assert (question.answer, question.answered_at) == ("Di Malang.", world.AT)
    assert handed_on() == [[told.report_id]]


def test_a_question_that_nobody_waits_for_any_more_is_not_shown(client):
    told = world.report(wants_receipt=True)
    question = asked(told)
    receipts.project({item(told).pk: ReportItem.Progress.ORDERED}, at=world.AT)
    assert question.text not in text(client.post(STATUS, {"code": told.receipt_code}))
    assert reply(client, told, question).status_code == 409


def test_more_accounts_and_questions_cost_no_more_statements(client, django_assert_max_num_queries):
    told = world.report(*[f"bunga_{n}" for n in range(30)], wants_receipt=True)
    with django_assert_max_num_queries(16):
        page = text(client.post(STATUS, {"code": told.receipt_code}))
    assert page.count(f'action="{ADD}"') == 30


def test_the_page_speaks_the_language_of_its_address(client, told):
    with translation.override("en"):
        page = text(client.post("/en/report/status/", {"code": told.receipt_code}))
    assert "Add what is missing" in page
