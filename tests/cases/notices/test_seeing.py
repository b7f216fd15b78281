"""Who sees which notice; and what a sealed one shows."""

from pathlib import Path

import pytest

from cases import notes, notices
from cases.models import CaseState, Notice
from cases.notices import files
from moderation_portal import policy
from moderation_portal.errors import Conflict
from moderation_portal.models import Event
from platforms.models import Contact
from tests import world
from tests.world import AT, HOUR

from .doing import drain, gather

pytestmark = pytest.mark.django_db


def test_a_stranger_to_the_platform_sees_none_of_its_notices():
    made = world.notice()
    other = world.representative(
        world.person("lia@line.example", "Lia", "responder"), world.platform("line"), "responder"
    )
    assert notices.visible_to(world.rina()).get() == made
    for user in (other, world.lurah(), world.steward(), world.drone(), world.polisi()):
        assert not notices.visible_to(user).exists()
    assert notices.visible_to(world.auditor()).get() == made


@pytest.mark.parametrize("state", ["drafted", "discarded"])
def test_a_platform_sees_no_draft(state):
    world.notice()
    Notice.objects.update(state=state)
    assert not notices.visible_to(world.rina()).exists()
    assert notices.visible_to(world.ayu()).exists()


def test_a_proposal_to_the_minister_is_not_for_the_platform():
    world.notice()
    Notice.objects.update(rung="block_proposal")
    assert not notices.visible_to(world.rina()).exists()


def test_a_representative_who_has_left_sees_nothing():
    world.notice()
    rina = world.rina()
    rina.representative.is_active = False
    rina.representative.save()
    assert not notices.visible_to(rina).exists()


@pytest.fixture
def sealed():
    """An issued sealed notice, and a responder of the platform who is cleared."""
    world.michat()
    found = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    (pk,) = gather().issued
    return Notice.objects.get(pk=pk)


def test_the_mail_of_a_sealed_notice_says_that_it_awaits_and_nothing_else(sealed, mail):
    drain()
    first, copy = mail.to("abuse@michat.example")
    assert (first["Subject"], first["Message-ID"]) != (copy["Subject"], copy["Message-ID"])
    assert first["Subject"] == copy["Subject"], "not even what kind of letter awaits"
    whole = copy.as_string() + copy.get_body(("plain",)).get_content()
    category = policy.pack().category("child_sexual", AT)
    numbers = Notice.objects.values_list("number", flat=True)
    canaries = ["kuncup_1", *numbers, *category.name.values(), "/a/"]
    assert [word for word in canaries if word.lower() in whole.lower()] == []
    assert list(copy.iter_attachments()) == []
    assert "await" in copy["Subject"]


def test_a_sealed_notice_goes_to_cleared_contacts_only(mail):
    world.michat()
    Contact.objects.update(is_cleared=False)
    found = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(found, world.citra()), world.cleared_sri())
    gather()
    drain()
    assert mail.messages == []


def test_a_sealed_notice_is_served_by_a_cleared_sign_in_and_not_by_its_mail(sealed, mail):
    drain()
    sealed.refresh_from_db()
    assert sealed.served_at is None
    assert sealed.items.get().sent_at == AT
    notices.open_in_portal(sealed, actor=world.cleared_joko(), at=AT + HOUR)
    sealed.refresh_from_db()
    assert sealed.served_at == AT + HOUR
    assert sealed.due_at == AT + 5 * HOUR


def test_who_is_not_cleared_never_hears_of_a_sealed_notice(sealed):
    for user in (world.rina(), world.ayu(), world.sri(), world.dewi(), world.auditor()):
        assert not notices.visible_to(user).exists()
    for user in (world.cleared_joko(), world.citra(), world.cleared_auditor()):
        assert notices.visible_to(user).exists()
    assert not Event.objects.filter(subject=f"notice:{sealed.pk}", is_sealed=False).exists()


def test_the_letter_of_a_sealed_notice_is_encrypted_at_rest(sealed):
    stored = (Path(files.settings.MEDIA_ROOT) / sealed.pdf).read_bytes()
    assert b"%PDF" not in stored
    assert notices.pdf_of(sealed).startswith(b"%PDF")


def test_a_sealed_letter_that_was_changed_is_not_shown(sealed):
    path = Path(files.settings.MEDIA_ROOT) / sealed.pdf
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(Conflict, match="damaged"):
        notices.pdf_of(sealed)


def test_a_released_case_that_was_never_ordered_sends_nothing():
    found = world.approved_case()
    notices.withdraw([found.pk], reason="Wrong.", actor=world.sri(), at=AT).insist()
    assert gather(AT + 2 * HOUR, is_asked=True).issued == []
    assert not Notice.objects.exists()


def test_the_case_page_of_judging_is_not_needed_for_the_system_to_order():
    """What persons decided is carried out without another click."""
    found = world.approved_case()
    assert found.state == CaseState.APPROVED
    gather(is_asked=True)
    found.refresh_from_db()
    assert found.state == CaseState.ORDERED
    notes.note([found.pk], text="Ordered.", actor=world.ayu(), at=AT).insist()
