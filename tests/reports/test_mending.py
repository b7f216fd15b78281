"""What came in incomplete."""

import pytest
from django.utils import translation

from moderation_portal import vault
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event, OutboxMessage
from moderation_portal.policy import pack
from reports import mending, receipts, reporter_mail
from reports.models import Report, ReportItem
from reports.tellings import Line
from tests import world
from tests.cases.at_once import at_once

pytestmark = pytest.mark.django_db


def waiting(account: str = "bunga_77", **facts) -> ReportItem:
    told = world.report(account, **facts)
    return ReportItem.objects.get(report_id=told.report_id)


def complete(item: ReportItem, actor=None, **given) -> ReportItem:
    return mending.complete(item.pk, given, actor=actor or world.ayu(), at=world.AT)


def tell_who(item: ReportItem, **who) -> ReportItem:
    told = mending.Supplied(**who)
    return mending.complete(item.pk, {}, actor=world.ayu(), at=world.AT, told=told)


def test_only_staff_mend_and_only_what_they_may_see():
    item = waiting()
    for actor in (world.lurah(), world.polisi(), world.auditor()):
        with pytest.raises(Refused):
            complete(item, actor, locator_precise="MiChat: bunga_77")
    sealed = waiting(category="child_sexual")
    with pytest.raises(Invalid):
        complete(sealed, locator_precise="MiChat: bunga_77")
    assert list(mending.waiting(world.ayu())) == [item]


def test_an_address_that_names_no_account_is_refused_with_its_problem():
    with pytest.raises(Invalid) as refused:
        complete(waiting(), locator_precise="bunga_77")
    assert refused.value.detail["problem"] == "not_a_locator"


def test_what_fills_nothing_that_is_missing_is_refused():
    item = waiting(wants_receipt=True)
    for supplied in (mending.Supplied(), mending.Supplied(reason="Lain.")):
        with pytest.raises(Invalid):
            mending.supply(item.report_id, 1, supplied, at=world.AT)
    assert not Event.objects.filter(kind="item.completed").exists()


def test_an_item_goes_on_once_its_account_is_named():
    item = complete(waiting(), locator_precise="bunga_77", platform="michat")
    assert (item.state, item.account.canonical) == ("received", "bunga_77")
    rows = OutboxMessage.objects.filter(topic="report.received")
    assert [row.payload["reports"] for row in rows] == [[item.report_id]]
    assert Event.objects.filter(kind="item.completed", thread=f"report:{item.report_id}").exists()


def test_an_item_waits_until_nothing_is_missing():
    item = waiting(reason="", seen_at=None)
    assert {gap["code"] for gap in item.gaps} == {"locator_precise", "reason", "seen_at"}
    item = complete(item, locator_precise="MiChat: bunga_77", reason="Melihat sendiri.")
    assert (item.state, [gap["code"] for gap in item.gaps]) == ("needs_info", ["seen_at"])
    item = complete(item, seen_at="Tanggal 16 Maret, menurut pelapor.")
    assert item.state == "received"


def test_who_the_reporter_is_cannot_be_given_in_words_that_are_vouched_for():
    item = waiting("MiChat: bunga_77", reporter=world.warga(name=""))
    for code in ("reporter_identity", "reporter_contact"):
        with pytest.raises(Invalid):
            complete(item, **{code: "Tuti, 0812-0000-0000"})
    with pytest.raises(Invalid):
        tell_who(item, email="no address")
    assert not Event.objects.filter(kind="item.completed").exists()


def test_a_reporter_named_by_an_officer_is_kept_encrypted_and_never_recorded():
    nameless = world.warga(name="", email="", phone="")
    item = waiting("MiChat: bunga_77", reporter=nameless)
    assert {gap["code"] for gap in item.gaps} == {"reporter_identity", "reporter_contact"}
    item = tell_who(item, name="Wulan", email="wulan@warga.example", phone="0812 0000 0000")
    assert (item.state, item.gaps) == ("received", [])
    identity = item.report.reporter.identity
    kept = [vault.decrypt(bytes(one)) for one in (identity.name, identity.email, identity.phone)]
    assert kept == ["Wulan", "wulan@warga.example", "0812 0000 0000"]
    recorded = str(list(Event.objects.values_list("data", flat=True)))
    assert "reporter_identity" in recorded
    assert not any(word in recorded for word in ("Wulan", "wulan@", "0812"))


def test_a_reporter_is_named_once_for_every_account_of_the_report():
    nameless = world.warga(name="", email="", phone="")
    told = world.report("MiChat: bunga_77", "bunga_78", reporter=nameless)
    first, second = ReportItem.objects.filter(report_id=told.report_id).order_by("position")
    tell_who(first, name="Wulan", email="wulan@warga.example")
    second.refresh_from_db()
    assert [gap["code"] for gap in second.gaps] == ["locator_precise"]


def test_what_an_officer_vouches_for_stays_with_the_account_and_out_of_the_record():
    item = complete(waiting("MiChat: bunga_77", seen_at=None), seen_at="Kata Ibu Wulan, 16 Maret.")
    item.refresh_from_db()
    assert (item.state, item.vouched) == ("received", {"seen_at": "Kata Ibu Wulan, 16 Maret."})
    assert "Wulan" not in str(list(Event.objects.values_list("data", flat=True)))


def test_an_address_may_turn_out_to_be_a_website():
    item = complete(waiting(wants_receipt=True), locator_precise="situs-judi.example")
    assert (item.state, item.unit) == ("routed_elsewhere", "trustpositif")
    letters = [
        m.payload["letter"]
        for m in OutboxMessage.objects.filter(topic="reporter.tell").order_by("pk")
    ]
    assert letters[-1] == "outcome_routed"
    assert not OutboxMessage.objects.filter(topic="report.received").exists()


def test_an_item_is_declined_with_words_that_its_reporter_hears():
    item = waiting(wants_receipt=True)
    with pytest.raises(Invalid):
        mending.decline([item.pk], "other", actor=world.ayu(), at=world.AT)
    mending.decline([item.pk], "not_enough", actor=world.ayu(), at=world.AT)
    item.refresh_from_db()
    assert (item.state, item.declined_code) == ("declined", "not_enough")
    letters = [
        m.payload["letter"]
        for m in OutboxMessage.objects.filter(topic="reporter.tell").order_by("pk")
    ]
    assert letters[-1] == "outcome_declined"


def test_a_reason_to_decline_is_worded_in_the_language_of_whoever_reads_it():
    item = waiting(wants_receipt=True, reporter=world.warga(language="id"))
    with translation.override("en"):
        mending.decline([item.pk], "not_enough", actor=world.ayu(), at=world.AT)
    report = Report.objects.get(pk=item.report_id)
    name = pack().choice("decline_reasons", "not_enough").name
    assert name["id"] in reporter_mail.compose(report, "outcome_declined", at=world.AT).text
    for language in ("id", "en"):
        with translation.override(language):
            (shown,) = receipts.status(report, at=world.AT).items
        assert shown.details == (name[language],)


def test_words_written_for_the_reporter_are_what_they_read():
    item = waiting(wants_receipt=True)
    mending.decline([item.pk], "other", actor=world.ayu(), at=world.AT, words="Sudah tutup.")
    report = Report.objects.get(pk=item.report_id)
    assert receipts.status(report, at=world.AT).items[0].details == ("Sudah tutup.",)
    assert "Sudah tutup." not in str(list(Event.objects.values_list("data", flat=True)))


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_the_same_moment_are_one():
    told = world.report("bunga_77", wants_receipt=True)
    OutboxMessage.objects.all().delete()
    supplied = mending.Supplied(line=Line("bunga_77", "michat"))

    def add() -> str:
        try:
            return mending.supply(told.report_id, 1, supplied, at=world.AT).state
        except Conflict:
            return "somebody was first"

    assert sorted(at_once(add, add)) == ["received", "somebody was first"]
    assert OutboxMessage.objects.filter(topic="report.received").count() == 1


def test_what_an_officer_vouched_for_is_not_asked_of_the_reporter_again():
    item = waiting(reason="", seen_at=None, wants_receipt=True)
    complete(item, seen_at="Tanggal 16 Maret, menurut pelapor.")
    supplied = mending.Supplied(line=Line("bunga_77", "michat"), reason="Melihat sendiri.")
    item = mending.supply(item.report_id, 1, supplied, at=world.AT)
    assert (item.state, item.gaps) == ("received", [])


def test_what_is_there_already_is_not_overwritten():
    item = waiting(wants_receipt=True)
    supplied = mending.Supplied(reason="Lain.", name="Lain", line=Line("bunga_77", "michat"))
    mending.supply(item.report_id, 1, supplied, at=world.AT)
    report = Report.objects.get(pk=item.report_id)
    assert report.reason == world.COMPLETE["reason"]
    assert vault.decrypt(bytes(report.reporter.identity.name)) == "Tuti"


def test_two_people_at_one_item_one_wins():
    item = waiting()
    complete(item, locator_precise="MiChat: bunga_77")
    with pytest.raises(Conflict):
        mending.decline([item.pk], "not_enough", actor=world.bima(), at=world.AT)
