"""Receipt codes, and what the status page may know."""

import pytest
from django.utils import translation

from moderation_portal.models import OutboxMessage
from reports import receipts
from reports.models import Report, ReportItem
from tests import world


def test_a_code_has_at_least_128_bits_and_is_never_the_same():
    codes = {receipts.issue()[0] for _ in range(200)}
    assert len(codes) == 200
    assert 32**receipts.SECRET_LENGTH >= 2**128
    used = {letter for code in codes for letter in receipts.normal(code)}
    assert used <= set(receipts.ALPHABET)
    assert not used & set("ILOU")


def test_what_is_stored_does_not_hold_the_code():
    code, kept = receipts.issue()
    assert len(kept) == 64
    assert receipts.normal(code)[:10].lower() not in kept


def test_a_slip_of_the_pen_is_told_apart_from_an_unknown_code():
    code, _kept = receipts.issue()
    assert not receipts.looks_mistyped(code)
    assert not receipts.looks_mistyped(code.lower().replace("-", " "))
    assert receipts.looks_mistyped(code[:-1])
    wrong = "A" if code[0] != "A" else "B"
    swapped = [receipts.looks_mistyped(wrong + code[1:])]
    assert swapped == [True] or receipts.normal(wrong + code[1:]) != receipts.normal(code)


@pytest.mark.django_db
def test_a_code_is_found_however_it_was_read_aloud_and_no_other_is():
    told = world.report(wants_receipt=True)
    code = told.receipt_code
    for said in (code, code.lower(), code.replace("-", ""), f"  {code.replace('-', ' ')} ",
                 code.replace("0", "O").replace("1", "l")):  # fmt: skip
        assert receipts.find(said).pk == told.report_id
    for wrong in ("", "x", code[:-10], "0" * 28, "\x00" + "9" * 500, receipts.issue()[0]):
        assert receipts.find(wrong) is None


@pytest.mark.django_db
def test_a_wrong_check_character_opens_nothing():
    code = world.report(wants_receipt=True).receipt_code
    for place in (-1, -2):
        for letter in receipts.ALPHABET:
            spelt = code[:place] + letter + code[place + 1 or len(code) :]
            assert (receipts.find(spelt) is not None) == (spelt == code)


@pytest.mark.django_db
def test_every_look_up_costs_the_same_statement(django_assert_num_queries):
    told = world.report(wants_receipt=True)
    for said in (told.receipt_code, "", "nonsense", receipts.issue()[0]):
        with django_assert_num_queries(1):
            receipts.find(said)


@pytest.mark.django_db
def test_the_status_says_of_each_account_what_happens_to_it():
    told = world.report("MiChat: bunga_77", "situs-judi.example", "bunga_77")
    with translation.override("en"):
        found = receipts.status(Report.objects.get(pk=told.report_id), at=world.AT)
    assert found.number == told.number
    assert [item.code for item in found.items] == ["waiting", "routed_elsewhere", "needs_info"]
    assert "website" in found.items[1].details[0]
    assert "address is not precise" in found.items[2].details[0]


@pytest.mark.django_db
def test_the_status_speaks_the_language_of_the_page():
    told = world.report("bunga_77")
    report = Report.objects.get(pk=told.report_id)
    with translation.override("id"):
        in_indonesian = receipts.status(report, at=world.AT)
    with translation.override("en"):
        in_english = receipts.status(report, at=world.AT)
    assert "Alamat akun belum tepat" in in_indonesian.items[0].details[0]
    assert "The address is not precise" in in_english.items[0].details[0]


@pytest.mark.django_db
def test_progress_arrives_as_a_projection_and_moves_the_status():
    told = world.report("MiChat: bunga_77")
    item = accepted(told.report_id)
    assert receipts.project({item.pk: ReportItem.Progress.ORDERED}, at=world.AT) == 1
    assert receipts.project({item.pk: ReportItem.Progress.ORDERED}, at=world.AT) == 0
    found = receipts.status(Report.objects.get(pk=told.report_id), at=world.AT)
    assert [one.code for one in found.items] == ["ordered"]


@pytest.mark.django_db
def test_a_reporter_hears_of_the_end_once_all_has_ended():
    told = world.report("MiChat: bunga_77", "MiChat: bunga_78", wants_receipt=True)
    first, second = ReportItem.objects.filter(report_id=told.report_id).order_by("position")
    ReportItem.objects.update(state=ReportItem.State.ACCEPTED)
    receipts.project({first.pk: "removed"}, at=world.AT)
    assert letters() == ["receipt"]
    receipts.project({second.pk: "not_removed"}, at=world.AT)
    assert letters() == ["receipt", "outcome_removed", "outcome_declined"]


@pytest.mark.django_db
def test_who_left_no_address_is_sent_nothing():
    told = world.report("MiChat: bunga_77", wants_receipt=True,
                        reporter=world.warga(email="", phone="081234567890"))  # fmt: skip
    receipts.project({accepted(told.report_id).pk: "removed"}, at=world.AT)
    assert letters() == []


def accepted(report_id: int) -> ReportItem:
    item = ReportItem.objects.get(report_id=report_id)
    item.state = ReportItem.State.ACCEPTED
    item.save()
    return item


def letters() -> list[str]:
    rows = OutboxMessage.objects.filter(topic="reporter.tell").order_by("id")
    return [row.payload["letter"] for row in rows]
