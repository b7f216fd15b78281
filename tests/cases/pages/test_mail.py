"""Mail that came in: read as plain text, filed, set aside; nothing sealed, nothing alive."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Reply
from moderation_portal.models import Event
from reports.models import Report
from tests import incoming, world
from tests.cases.replies.doing import TWO, answered, codes, read, sealed
from tests.incoming import OURS

from .browsing import plain, text, url

pytestmark = pytest.mark.django_db
PURPOSE = "Untuk menilai jawaban platform."


@pytest.fixture(autouse=True)
def our_server(settings):
    settings.MAIL_AUTHSERV_ID = OURS


def waiting(said="Sudah dihapus.", **facts):
    made = world.served_notice(*TWO)
    return made, answered(made, said, **facts)


def post(browser, reply, step, **said):
    return browser.post(url("message", reply.pk), {"step": step, **said})


def test_what_waits_is_listed_oldest_first_and_the_rest_apart(desk):
    first = read(incoming.mail(subject="Pertama"))
    read(incoming.mail(subject="Kedua"), at=world.AT + world.HOUR)
    read(incoming.mail(subject="Mesin", Auto_Submitted="auto-replied"))
    browser = desk(world.ayu)
    page = text(browser.get(url("mail")))
    assert page.index("Pertama") < page.index("Kedua")
    assert "Mesin" not in page
    assert "Mesin" in text(browser.get(url("mail") + "?view=machines"))
    post(browser, first, "aside", **{"aside-reason": "Iklan."})
    assert "Pertama" not in text(browser.get(url("mail")))
    assert "Pertama" in text(browser.get(url("mail") + "?view=done"))
    assert browser.get(url("mail") + "?view=odd").status_code == 404
    assert browser.get(url("mail") + "?after=odd").status_code == 422


def test_a_long_list_goes_on_where_the_page_ends(desk, monkeypatch):
    monkeypatch.setattr("reports.views.pages.ROWS", 2)
    for n in range(3):
        read(incoming.mail(subject=f"Surat {n}"), at=world.AT + n * world.HOUR)
    browser = desk(world.ayu)
    page = browser.get(url("mail"))
    assert "Surat 2" not in text(page)
    assert "Surat 2" in text(browser.get(url("mail") + page.context["next_url"]))


def test_a_list_asks_as_little_for_many_as_for_few(desk):
    browser = desk(world.ayu)
    read(incoming.mail(subject="Satu"))
    browser.get(url("mail"))

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            browser.get(url("mail"))
        return len(queries)

    few = asked()
    for n in range(5):
        read(incoming.mail(subject=f"Surat {n}"))
    assert asked() == few


def test_a_message_is_plain_text(desk):
    html = "<script>alert(1)</script><img src='https://evil.example/x.png'><p>Halo</p>"
    _made, reply = waiting(
        "<script>alert(2)</script> https://evil.example/a \u202egnp.exe",
        html=html,
        subject="<b>tebal</b>\u202e",
        sender='"<i>x</i>" <abuse@michat.example>',
    )
    page = text(desk(world.ayu).get(url("message", reply.pk)))
    body = page.partition("<main")[2]
    for alive in ("<script>alert", "<img", "<b>tebal", "<i>x", "https://evil", "\u202e"):
        assert alive not in body
    assert "hxxps://evil[.]example/a" in body


def test_the_page_says_whose_word_it_is(desk):
    _made, reply = waiting()
    browser = desk(world.ayu)
    assert "own word" in text(browser.get(url("message", reply.pk)))
    stranger = read(incoming.mail(vouched=None))
    assert "Nobody vouches" in text(browser.get(url("message", stranger.pk)))


def test_the_notice_shows_its_mail(desk):
    made, reply = waiting(subject="Balasan kami")
    page = text(desk(world.ayu).get(url("notice", made.pk)))
    assert "Balasan kami" in page
    assert url("message", reply.pk) in page


def test_an_answer_is_filed_from_the_page(desk):
    made, reply = waiting()
    items = [item.pk for item in made.items.all()]
    browser = desk(world.ayu)
    wrong = post(browser, reply, "answer", **{"answer-items": items, "answer-code": ""})
    assert wrong.status_code == 422
    wrong = post(browser, reply, "answer", **{"answer-items": items, "answer-code": "refused"})
    assert wrong.status_code == 422
    assert "Give a reason" in text(wrong)
    given = {"answer-items": items, "answer-code": "refused", "answer-reason": "Milik pers."}
    assert post(browser, reply, "answer", **given).status_code == 302
    assert codes(made) == ["refused", "refused"]


def test_accounts_of_another_notice_are_not_answered(desk):
    made, reply = waiting()
    other = world.served_notice("michat: lain_1")
    wrong = {"answer-items": [other.items.get().pk], "answer-code": "removed"}
    assert post(desk(world.ayu), reply, "answer", **wrong).status_code == 422
    assert codes(made) + codes(other) == ["", "", ""]


def test_a_message_is_filed_to_a_notice_from_the_page(desk):
    made = world.served_notice()
    reply = read(incoming.mail())
    browser = desk(world.ayu)
    wrong = post(browser, reply, "belongs", **{"belongs-number": "B-9"})
    assert wrong.status_code == 422
    assert "There is no such notice" in text(wrong)
    assert post(browser, reply, "belongs", **{"belongs-number": made.number}).status_code == 302
    reply.refresh_from_db()
    assert reply.notice == made


def test_a_letter_is_read_into_a_draft_from_the_page(desk):
    reply = read(incoming.mail(text="Mohon tutup https://michat.sg/u/contoh_1"))
    told = post(desk(world.ayu), reply, "letter")
    assert told.status_code == 302
    assert "/requests/" in told.url


def test_whoever_comes_too_late_is_told(desk):
    reply = read(incoming.mail())
    post(desk(world.bima), reply, "aside", **{"aside-reason": "Iklan."})
    for step in ("aside", "letter", "belongs", "answer"):
        late = post(desk(world.ayu), reply, step, **{"aside-reason": "Iklan."})
        assert late.status_code == 409
    assert Reply.objects.get(pk=reply.pk).settled_by == world.bima()


@pytest.mark.parametrize("step", ["aside", "letter", "belongs", "answer"])
def test_auditors_read_and_change_nothing(desk, step):
    _made, reply = waiting()
    browser = desk(world.auditor)
    page = browser.get(url("message", reply.pk))
    assert page.status_code == 200
    assert "Set aside" not in text(page)
    assert post(browser, reply, step, **{"aside-reason": "Iklan."}).status_code == 403


@pytest.mark.parametrize("who", [world.rina, world.polisi, world.steward, world.lurah])
def test_to_everybody_else_mail_is_not_there(desk, who):
    _made, reply = waiting()
    for address in (url("mail"), url("message", reply.pk)):
        assert desk(who).get(address).status_code in (403, 404)


def test_a_file_is_a_download_for_a_purpose(desk):
    name = 'a"\r\nX-Evil: 1\u202egnp.html'
    _made, reply = waiting(files=((name.replace("\r\n", " "), b"<script>alert(1)</script>"),))
    browser = desk(world.ayu)
    assert post(browser, reply, "file", file="0", purpose="").status_code == 422
    for odd in ("9", "-1", "x", "", "9" * 30):
        assert post(browser, reply, "file", file=odd, purpose=PURPOSE).status_code == 404
    given = post(browser, reply, "file", file="0", purpose=PURPOSE)
    assert given.content == b"<script>alert(1)</script>"
    assert given["Content-Type"] == "application/octet-stream"
    assert given["Content-Disposition"].startswith("attachment")
    assert "\u202e" not in given["Content-Disposition"]
    assert given["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in given["Content-Security-Policy"]
    told = Event.objects.filter(kind="mail.file_downloaded", thread=f"mail:{reply.pk}")
    assert told.count() == 1


def test_what_may_be_a_picture_opens_to_the_cleared_alone(desk):
    _made, reply = waiting(files=(("foto.png", b"\x89PNG\r\n\x1a\n...."),))
    page = text(desk(world.ayu).get(url("message", reply.pk)))
    assert "in quarantine" in page
    assert post(desk(world.ayu), reply, "file", file="0", purpose=PURPOSE).status_code == 403
    assert post(desk(world.citra), reply, "file", file="0", purpose=PURPOSE).status_code == 200


@pytest.mark.parametrize("who", [world.ayu, world.sri, world.auditor])
def test_mail_of_a_sealed_matter_is_as_if_it_were_not_there(desk, who):
    made = sealed()
    open_notice = world.served_notice("michat: terbuka_1")
    browser = desk(who)
    pages = [url("mail"), url("mail") + "?view=done", url("notice", open_notice.pk)]
    before = [plain(browser.get(page)) for page in pages]
    hidden = answered(made, "1: removed")
    quoting = answered(open_notice, f"Tentang {made.number}", vouched=None)
    assert [plain(browser.get(page)) for page in pages] == before
    for reply in (hidden, quoting):
        assert browser.get(url("message", reply.pk)).status_code == 404
        assert post(browser, reply, "aside", **{"aside-reason": "x"}).status_code == 404
    page = text(desk(world.citra).get(url("mail")))
    assert url("message", hidden.pk) in page
    assert url("message", quoting.pk) in page


def test_a_message_is_read_into_a_report_form_and_filed(desk):
    said = "Tutup https://www.instagram.com/bunga_77/ karena menipu."
    reply = read(incoming.mail(text=said, sender="Sari <sari@warga.example>", vouched=None))
    browser = desk(world.ayu)
    page = text(browser.get(url("message", reply.pk)))
    assert "https://www.instagram.com/bunga_77/" in page, "as the form reads it"
    assert 'value="sari@warga.example"' in page
    given = {
        "accounts": "https://www.instagram.com/bunga_77/",
        "reason": "Menipu.",
        "reporter_email": "sari@warga.example",
    }
    fields = {f"report-{name}": value for name, value in given.items()}
    wrong = post(browser, reply, "report", **fields)
    assert wrong.status_code == 422
    assert "Menipu." in text(wrong)
    done = browser.post(
        url("message", reply.pk), {"step": "report", **fields, "report-category": "fraud"}
    )
    assert done.status_code == 302
    made = Report.objects.get()
    assert (made.channel, made.category) == ("mail", "fraud")
    page = text(browser.get(url("message", reply.pk)))
    assert made.number in page
    late = post(browser, reply, "report", **fields, **{"report-category": "fraud"})
    assert late.status_code == 409


def test_ticked_messages_are_reviewed_set_aside_and_put_back(desk):
    mails = [
        read(
            incoming.mail(subject=f"Iklan {n}", text=f"{n}", message_id=f"<{n}@i.example>"),
            at=world.AT + n * world.HOUR,
        )
        for n in (1, 2)
    ]
    hidden = read(incoming.mail(text=f"Tentang {sealed().number}.", message_id="<3@i.example>"))
    browser, page = desk(world.ayu), url("mail_aside")
    assert 'name="message"' in text(browser.get(url("mail")))
    ids = [one.pk for one in mails]
    review = browser.get(page, {"message": [*ids, hidden.pk, "odd"]})
    assert [row.pk for row in review.context["rows"]] == ids
    assert browser.post(page, {"message": ids}).status_code == 422, "no reason"
    assert Reply.objects.filter(state="discarded").count() == 0
    post(browser, mails[1], "aside", **{"aside-reason": "Iklan."})
    done = browser.post(page, {"message": ids, "aside-reason": "Promosi."})
    assert [row.pk for row in done.context["rows"]] == ids[:1]
    assert [row.pk for row, _reason in done.context["others"]] == ids[1:]
    browser.post(url("mail_back"), {"message": ids[:1]})
    assert Reply.objects.get(pk=ids[0]).state == "waiting"
    assert browser.get(page).status_code == 302, "nothing is ticked"


def test_auditors_tick_nothing(desk):
    read(incoming.mail(subject="Iklan"))
    browser = desk(world.auditor)
    assert 'name="message"' not in text(browser.get(url("mail")))
    assert browser.get(url("mail_aside")).status_code == 403
