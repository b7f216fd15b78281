"""What staff find, and that nobody finds what they may not see."""

import pytest
from django.db import connection

from cases import notes, search
from moderation_portal.errors import Invalid, Refused
from moderation_portal.models import Event
from platforms.models import Platform
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db
PHONE = "0812-3456-7890"


def found(typed, by=world.ayu, **facts):
    """(kind, why) of each group, with its rows."""
    answer = search.ask(typed, user=by(), at=AT, **facts)
    return {(one.kind, one.why): list(one.rows) for one in answer.groups}


@pytest.mark.parametrize("who", [world.drone, world.steward], ids=["a machine", "the steward"])
def test_who_has_nothing_to_search_is_refused(who):
    with pytest.raises(Refused):
        found("K26-1", who)


@pytest.mark.parametrize(
    "typed", ["{number}", "michat: bunga_77", "@bunga_77", "bumga_77", "paling rahasia"]
)
def test_a_sealed_case_is_found_by_the_cleared_alone(typed):
    sealed = world.child_case("michat: bunga_77", reason="Ini paling rahasia.")
    typed = typed.format(number=sealed.number)
    for who in (world.ayu, world.sri, world.auditor):
        assert found(typed, who, is_wide=True) == {}
    assert [sealed] in found(typed, world.citra, is_wide=True).values()


def test_a_number_finds_its_case_and_report():
    case = world.case("michat: bunga_77")
    assert found(case.number.lower()) == {("case", "number"): [case]}
    report = case.report
    assert found(report.number.replace("-", " ")) == {("report", "number"): [report]}
    assert search.ask(case.number, user=world.ayu(), at=AT).only == case


def test_an_account_finds_its_cases_by_address_and_by_handle():
    case = world.case("https://t.me/bunga_77")
    same = ("case", "account")
    for typed in ("hxxp://t[.]me/bunga_77", "telegram: bunga_77", "@bunga_77", "Bunga_77"):
        assert found(typed) == {same: [case]}, typed


def test_a_handle_spelled_nearly_so_is_found_with_what_was_meant():
    case = world.case("michat: bunga_77")
    for typed in ("bunga77", "bumga_77", "bunga_78", "unga_7"):
        assert found(typed) == {("case", "near"): [case]}, typed
    longer = world.case("michat: kenanga_malam")
    assert found("kenangga") == {("case", "near"): [longer]}
    (group,) = search.ask("bumga_77", user=world.ayu(), at=AT).groups
    assert group.said == {case.pk: "@bunga_77"}


@pytest.mark.parametrize("typed", ["menawarkan jasa", "tetangga jasa", "JASANYA", "tetanggaku"])
def test_words_are_found_in_what_was_told(typed):
    case = world.case("michat: bunga_77", reason="Ia menawarkan jasa kepada tetangga.")
    assert found(typed) == {("case", "words"): [case]}


def test_words_are_found_in_decisions_and_notes_in_english_too():
    case = world.case("michat: bunga_77")
    world.uphold(case, world.ayu(), reasons="Repeatedly advertises services.")
    notes.note([case.pk], text="Ask the neighbours.", actor=world.ayu(), at=AT).insist()
    assert found("advertising service") == {("case", "decision"): [case]}
    assert found("neighbour asked") == {("case", "note"): [case]}
    assert found('"services advertises"') == {}


def test_what_is_found_exactly_is_not_looked_for_in_other_ways_until_asked():
    case = world.case("michat: bunga_77", reason="Tentang bunga_77.")
    near = world.case("michat: bunga_78")
    answer = search.ask("bunga_77", user=world.ayu(), at=AT)
    assert [group.why for group in answer.groups] == ["account"]
    assert answer.is_partial
    wide = found("bunga_77", is_wide=True)
    assert wide == {("case", "account"): [case], ("case", "near"): [near]}, "each case once"


def test_a_report_without_a_case_is_found_as_a_report():
    case = world.case("michat: bunga_77")
    waiting = world.report("michat: melati_12", reason="Menunggu perkara.")
    assert [one.pk for one in found("melati_12")["report", "account"]] == [waiting.report_id]
    assert [one.pk for one in found("menunggu")["report", "words"]] == [waiting.report_id]
    assert case.pk not in [one.pk for one in found("melati_12").get(("case", "account"), ())]


@pytest.mark.parametrize("typed", ["B-000001/KOMDIGI/III/2026", "b1", "b-1"])
def test_a_notice_is_found_by_its_number(typed):
    notice = world.notice()
    assert found(typed)["notice", "number"] == [notice]


def test_a_letter_of_the_police_that_begins_like_a_notice_s_number_is_no_notice():
    world.notice()
    assert ("notice", "number") not in found("B/1/IV/RES.2.5/2026/Ditreskrimsus")


def test_a_platform_is_found_by_its_name():
    world.platform("instagram")
    assert found("Instagram") == {
        ("platform", "platform"): [Platform.objects.get(slug="instagram")]
    }


def test_a_phone_number_is_looked_for_with_a_purpose_only():
    case = world.case(f"whatsapp: {PHONE}")
    answer = search.ask(PHONE, user=world.ayu(), at=AT)
    assert answer.wants_purpose
    assert answer.groups == []
    assert found(PHONE, purpose="K26-1: the same number?") == {("case", "phone"): [case]}
    with pytest.raises(Invalid):
        found(PHONE, purpose="x" * 301)


@pytest.mark.parametrize("who", [world.auditor, world.polisi, world.lurah, world.ngo, world.rina])
def test_nobody_but_the_staff_searches_by_phone(who):
    with pytest.raises(Refused):
        found(PHONE, who, purpose="I want to know.")


@pytest.mark.parametrize("typed", ["08123456", "6281234", "3456-7890", "+62812"])
def test_a_part_of_a_phone_number_finds_nobody(typed):
    world.case(f"whatsapp: {PHONE}", reason=f"Hubungi {PHONE}.")
    assert found(typed, is_wide=True) == {}


def test_a_search_by_phone_is_recorded_with_its_purpose_and_without_the_number():
    found(PHONE, purpose="For K26-1.")
    found("+62 812 3456 7890", purpose="Again\x00.")
    events = Event.objects.filter(kind="search.asked").order_by("id")
    assert [event.data["purpose"] for event in events] == ["For K26-1.", "Again\ufffd."]
    assert len({event.subject for event in events}) == 1, "the same number has the same hash"
    assert "34567890" not in str([(event.subject, event.data) for event in events])


def test_a_search_without_a_purpose_or_for_words_is_not_recorded():
    found(PHONE)
    found("menawarkan jasa")
    assert not Event.objects.filter(kind="search.asked").exists()


def test_a_group_is_bounded_and_says_that_there_is_more(monkeypatch):
    monkeypatch.setattr("cases.search.found.SHOWN", 2)
    for name in ("satu", "dua", "tiga"):
        world.case(f"michat: {name}_bunga", reason="Ini kebun.", at=AT)
    for typed in ("_bunga", "kebun"):
        (group,) = search.ask(typed, user=world.ayu(), at=AT).groups
        assert (len(group.rows), group.has_more) == (2, True), typed


def test_words_that_are_rare_are_found_behind_many_newer_rows(monkeypatch):
    monkeypatch.setattr("cases.search.found.LOOKED_AT_FIRST", 2)
    old = world.case("michat: lama_1", reason="Ini permata.")
    for name in ("satu", "dua", "tiga"):
        world.case(f"michat: {name}_baru", reason="Lain.", at=AT + HOUR)
    assert found("permata") == {("case", "words"): [old]}


def test_what_takes_too_long_is_stopped_and_said(monkeypatch):
    monkeypatch.setattr("cases.search.found.PATIENCE", "1ms")
    monkeypatch.setattr("cases.search.desk._alike", lambda asked, user: slow())
    answer = search.ask("mawar_1", user=world.ayu(), at=AT)
    assert (answer.is_too_wide, answer.groups) == (True, [])


def slow():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(1)")
