"""The pages of platforms and of offices: what each reader finds there, and what nobody does."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases import coordination
from cases.coordination import About, Said
from cases.models import CoordinationNote
from platforms.models import Clause, Commitment, Contact, Leg
from tests import world
from tests.world import AT, HOUR

from .browsing import text, url

pytestmark = pytest.mark.django_db
ASKED = {
    "kind": "no_request",
    "happened_on": "2026-03-16",
    "taking_part": "Komdigi; Polda",
    "text": "No letter was sent.",
}


def asked(case=None):
    said = Said(CoordinationNote.Kind.NO_REQUEST, date(2026, 3, 16), "Komdigi; Polda", "Nothing.")
    about = About(world.michat(), world.polda(), case)
    return coordination.write(about, said, actor=world.ayu(), at=AT)


def test_the_list_begins_with_what_is_overdue_and_says_how_a_platform_is_reached(desk, hands):
    world.whatsapp(), world.served_notice()
    Contact.objects.filter(platform__slug="michat").update(liveness="bouncing")
    hands.now = AT + 30 * HOUR
    page = text(desk(world.auditor).get(url("platforms")))
    assert page.index("MiChat") < page.index("WhatsApp")
    assert "▲ 1" in page
    assert "bounces" in page
    assert "no contact" in page, "a platform that cannot be written to says so"


def test_what_the_platform_has_answered_is_not_overdue_any_more(desk, hands):
    answered = world.served_notice()
    world.answer(answered, "removed")
    hands.now = AT + 30 * HOUR
    browser = desk(world.ayu)
    assert "▲" not in text(browser.get(url("platforms")))
    page = text(browser.get(url("platform", world.michat().pk)))
    assert answered.number in page
    assert 'data-state="met"' in page
    assert 'data-state="overdue"' not in page


def test_a_platform_is_found_by_part_of_its_name_and_nothing_else_is_shown(desk):
    world.michat(), world.whatsapp()
    page = text(desk(world.ayu).get(url("platforms"), {"q": " chat "}))
    assert "MiChat" in page
    assert "WhatsApp" not in page
    for odd in ("%", "\x00"):
        page = text(desk(world.ayu).get(url("platforms"), {"q": odd}))
        assert "No platform of this name" in page
        assert desk(world.ayu).get(url("units"), {"q": odd}).status_code == 200


def test_the_list_asks_the_same_of_the_database_however_many_platforms_have_notices(desk):
    browser = desk(world.sri)
    world.michat()

    def asked_of() -> int:
        with CaptureQueriesContext(connection) as found:
            browser.get(url("platforms"))
        return len(found)

    asked_of()
    few = asked_of()
    world.served_notice("michat: satu_contoh"), world.notice("michat: dua_contoh"), world.whatsapp()
    assert asked_of() == few


def test_addresses_are_for_staff_and_names_of_representatives_for_whoever_signs(desk):
    world.rina()
    address = url("platform", world.michat().pk)
    pages = {who: text(desk(getattr(world, who)).get(address)) for who in ("ayu", "sri", "auditor")}
    assert "abuse@michat.example" in pages["ayu"]
    assert "abuse@michat.example" not in pages["auditor"]
    assert world.rina().name in pages["sri"]
    assert world.rina().name not in pages["ayu"] + pages["auditor"]


def test_a_commitment_says_what_keeps_it_from_being_measured(desk):
    platform = world.michat()
    made = {"platform": platform, "made_by": "MiChat", "made_to": "Menteri", "source": "Siaran"}
    promise = Commitment.objects.create(**made, made_on=date(2021, 3, 20), text="Tutup akun.")
    page = text(desk(world.ayu).get(url("platform", platform.pk)))
    assert "No clause says" in page
    clause = {"commitment": promise, "valid_from": date(2021, 3, 20)}
    Clause.objects.create(**clause, leg=Leg.CLAIMED, quote="dilaporkan oleh Kominfo")
    Clause.objects.create(**clause, leg=Leg.VERIFIED, target_hours=24)
    page = text(desk(world.ayu).get(url("platform", platform.pk)))
    assert page.count("cannot be measured") == 1
    assert "It names no time" in page
    assert "dilaporkan oleh Kominfo" in page
    assert "within 24 hours" in page


def test_a_sealed_notice_is_not_counted_for_the_uncleared(desk):
    world.notice("michat: mawar_contoh", category=world.CHILD)
    platform = world.michat()
    for who, is_shown in ((world.sri, False), (world.auditor, False), (world.citra, True)):
        page = text(desk(who).get(url("platform", platform.pk)))
        assert ("sealed" in page) is is_shown
        assert ("Nothing is open." not in page) is is_shown


def test_an_entry_is_written_on_the_page_and_shown_where_it_belongs(desk):
    case = world.case()
    browser = desk(world.ayu)
    given = ASKED | {"agency": world.polda().pk, "case": case.number}
    done = browser.post(url("coordination"), given | {"platform": world.michat().pk})
    assert done.url == url("case", case.pk)
    page = text(browser.get(done.url))
    assert "Ditreskrimsus Polda Jawa Timur was asked on 16 Mar 2026." in page
    for address in (url("platform", world.michat().pk), url("unit", world.polda().pk)):
        assert "No letter was sent." in text(desk(world.auditor).get(address))


def test_what_was_asked_about_a_platform_says_on_a_case_that_it_is_not_about_it_alone(desk):
    case, browser = world.case(), desk(world.ayu)
    given = ASKED | {"agency": world.polda().pk, "platform": world.michat().pk}
    assert browser.post(url("coordination"), given).status_code == 302
    page = text(browser.get(url("case", case.pk)))
    assert "was asked on 16 Mar 2026, about this platform and not this case alone." in page


def test_a_case_that_a_letter_is_behind_was_not_asked_for_in_vain(desk):
    case = world.case()
    asked(case)
    case.is_formal = True
    case.save(update_fields=["is_formal"])
    assert "was asked on" not in text(desk(world.ayu).get(url("case", case.pk)))


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(desk):
    answer = desk(world.ayu).post(url("coordination"), ASKED)
    page = text(answer)
    assert answer.status_code == 422
    assert page.count('id="errors"') == 1
    assert "Choose the platform or the office" in page
    assert "No letter was sent." in page


def test_the_number_of_a_hidden_case_is_as_unknown_as_one_that_is_not_there(desk):
    hidden = world.child_case()
    browser, given = desk(world.ayu), ASKED | {"agency": world.polda().pk}
    for number in (hidden.number, "K26-0999999"):
        answer = browser.post(url("coordination"), given | {"case": number})
        assert answer.status_code == 422
        assert "There is no such case." in text(answer)
    assert not CoordinationNote.objects.exists()


def test_an_entry_is_corrected_by_another_and_the_old_one_is_marked(desk):
    note = asked()
    browser = desk(world.bima)
    assert browser.get(url("coordination_correct", note.pk)).status_code == 200
    done = browser.post(url("coordination_correct", note.pk), ASKED | {"text": "A letter came."})
    page = text(browser.get(done.url))
    assert "corrected later" in page
    assert page.index("A letter came.") < page.index("Nothing.")
    again = browser.post(url("coordination_correct", note.pk), ASKED)
    assert again.status_code == 409


def test_an_entry_about_a_sealed_case_is_not_there_for_the_uncleared(desk):
    case = world.child_case()
    said = Said(CoordinationNote.Kind.MEETING, date(2026, 3, 16), "Komdigi; Polda", "Rahasia.")
    about = About(case.platform, world.polda(), case)
    note = coordination.write(about, said, actor=world.citra(), at=AT)
    browser = desk(world.ayu)
    assert browser.get(url("coordination_correct", note.pk)).status_code == 404
    for address in (url("platform", case.platform_id), url("unit", world.polda().pk)):
        assert "Rahasia." not in text(browser.get(address))
        assert "Rahasia." in text(desk(world.citra).get(address))
    assert "16 Mar" not in text(browser.get(url("units")))


def test_names_and_addresses_of_contact_points_are_for_staff(desk):
    world.polisi()
    address = url("unit", world.polda().pk)
    for who, is_shown in ((world.ayu, True), (world.auditor, False)):
        page = text(desk(who).get(address))
        assert ("polisi@polda.example" in page) is is_shown
        assert "registered on" in page
