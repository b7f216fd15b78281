"""The pages of fines, for the desk and for the platform that owes them."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Fine, FinePayment
from tests import world
from tests.cases.pages.browsing import text, url
from tests.cases.pages.conftest import desk, hands  # noqa: F401 (fixtures)
from tests.world import AT, HOUR

from .doing import CHOICES, EACH, owed, proposed, served_warning, warned

pytestmark = pytest.mark.django_db
READ = [("sri", "fine"), ("rina", "platform_fine")]
COMMITTED = {"do": "commit", "number": "SK-1", "dated": "2026-03-17", "signer": "Direktur"}


def test_a_fine_is_proposed_and_assessed_from_the_page_of_its_warning(desk):  # noqa: F811
    warning = served_warning()
    browser = desk(world.ayu)
    assert url("fine_new", warning.pk) in text(browser.get(url("notice", warning.pk)))
    page = text(browser.get(url("fine_new", warning.pk)))
    assert "The indices are assumptions" in page
    answer = browser.post(url("fine_new", warning.pk), CHOICES | {"reason": "Tidak dipatuhi."})
    made = Fine.objects.get()
    assert answer.url == url("fine", made.pk)
    assert "Only these may do this" in text(browser.get(answer.url))
    assert url("fine", made.pk) in text(desk(world.sri).get(url("fines")))
    assert desk(world.sri).post(answer.url, {"do": "approve"}).status_code == 302
    assert "Rp125,000,000" in text(browser.get(answer.url))
    assert "Assess a fine" not in text(browser.get(url("notice", warning.pk)))


def test_what_is_missing_is_told_and_what_was_written_is_kept(desk):  # noqa: F811
    warning = served_warning()
    answer = desk(world.ayu).post(url("fine_new", warning.pk), {"reason": "Karena diam."})
    assert answer.status_code == 422
    assert "Karena diam." in text(answer)
    assert not Fine.objects.exists()


def test_a_proposal_is_no_business_of_the_platform(desk):  # noqa: F811
    made = proposed(served_warning())
    browser = desk(world.rina)
    assert browser.get(url("platform_fine", made.pk)).status_code == 404
    assert url("platform_fine", made.pk) not in text(browser.get(url("platform_home")))


def test_the_platform_reads_its_fine_and_files_its_commitment(desk):  # noqa: F811
    made = owed()
    browser = desk(world.rina)
    assert url("platform_fine", made.pk) in text(browser.get(url("platform_home")))
    assert url("platform_fine", made.pk) in text(browser.get(url("answer", made.letter_id)))
    page = text(browser.get(url("platform_fine", made.pk)))
    assert "Rp125,000,000" in page
    assert world.ayu().name not in page
    assert "Record a payment" not in page
    assert browser.post(url("platform_fine", made.pk), COMMITTED).status_code == 422
    odd = SimpleUploadedFile("komitmen.pdf", b"MZ no letter")
    assert (
        browser.post(url("platform_fine", made.pk), COMMITTED | {"letter": odd}).status_code == 422
    )
    file = SimpleUploadedFile("komitmen.pdf", b"%PDF-1.7 Kami berkomitmen.")
    told = COMMITTED | {"letter": file}
    assert browser.post(url("platform_fine", made.pk), told).status_code == 302
    for reader in (browser, desk(world.ayu)):
        answer = reader.get(url("fine_commitment", made.pk))
        assert answer.content == b"%PDF-1.7 Kami berkomitmen."
        assert answer["Content-Disposition"] == 'attachment; filename="komitmen.pdf"'
    assert Fine.objects.get().commitment_number == "SK-1"


def test_an_objection_that_came_on_paper_names_no_officer_to_the_platform(desk):  # noqa: F811
    made = owed()
    said = {"do": "object", "reason": "Kami sudah menghapusnya."}
    desk(world.bima).post(url("fine", made.pk), said)
    pages = {who: text(desk(getattr(world, who)).get(url(name, made.pk))) for who, name in READ}
    assert {who: "Kami sudah" in page for who, page in pages.items()} == {"sri": True, "rina": True}
    assert {who: world.bima().name in page for who, page in pages.items()} == {
        "sri": True,
        "rina": False,
    }


def test_the_desk_writes_down_payments(desk):  # noqa: F811
    made = owed()
    told = {"do": "pay", "amount": EACH, "paid_on": "2026-03-17", "reference": "NTPN-1"}
    browser = desk(world.ayu)
    assert browser.post(url("fine", made.pk), told | {"amount": "x"}).status_code == 422
    assert browser.post(url("fine", made.pk), told | {"paid_on": "2027-01-01"}).status_code == 422
    assert browser.post(url("fine", made.pk), told).status_code == 302
    assert FinePayment.objects.get().amount == EACH
    assert "NTPN-1" in text(browser.get(url("fine", made.pk)))


@pytest.mark.parametrize("do", ["approve", "pay", "decide", "drop", "", "odd"])
def test_what_is_not_the_platforms_to_do_it_cannot_post(desk, do):  # noqa: F811
    made = owed()
    told = {"do": do, "amount": 5, "paid_on": "2026-03-17", "reference": "N", "reason": "x"}
    told |= {"verdict": "cancel", "answer": "x"}
    answer = desk(world.rina).post(url("platform_fine", made.pk), told)
    assert answer.status_code in (403, 404, 409)
    assert Fine.objects.get().state == Fine.State.OWED


def test_a_sealed_fine_is_there_for_the_cleared_alone(desk):  # noqa: F811
    order = world.served_notice("michat: kuncup_1", category=world.CHILD)
    made = proposed(warned(order, world.cleared_sri()))
    for who in (world.ayu, world.auditor):
        browser = desk(who)
        assert browser.get(url("fine", made.pk)).status_code == 404
        assert str(made.pk) not in text(browser.get(url("fines")))
        assert browser.get(url("fine_new", made.notice_id)).status_code == 404
    assert str(made.pk) in text(desk(world.citra).get(url("fines")))


def test_a_list_says_what_is_overdue(desk, hands):  # noqa: F811
    owed()
    assert "overdue" not in text(desk(world.ayu).get(url("fines")))
    hands.now = AT + 40 * 24 * HOUR
    page = text(desk(world.ayu).get(url("fines")))
    assert "overdue" in page
    assert "no letter of commitment" in page


def test_the_list_asks_the_same_of_the_database_however_many_fines_there_are(desk):  # noqa: F811
    made, browser = owed(), desk(world.sri)

    def asked_of() -> int:
        with CaptureQueriesContext(connection) as found:
            assert browser.get(url("fines")).status_code == 200
        return len(found)

    asked_of()
    few = asked_of()
    for _turn in range(3):
        made.pk, made.letter, made.state = None, None, Fine.State.DROPPED
        made.save(force_insert=True)
    assert asked_of() == few
