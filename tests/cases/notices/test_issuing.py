"""What is frozen when a notice is issued, and under which number."""

from pathlib import Path

import pytest

from cases import notices
from cases.models import Case, CaseState, Decision, Notice, Target
from cases.notices import files
from moderation_portal import policy
from moderation_portal.errors import Conflict
from moderation_portal.series import SEALED_FROM
from platforms.models import Platform, Registration
from reports.models import ReportedAccount
from tests import world
from tests.cases.at_once import at_once
from tests.world import AT

from .doing import gather, kinds

pytestmark = pytest.mark.django_db


def test_what_was_issued_is_frozen():
    made = world.notice("https://www.instagram.com/anggrek.contoh/")
    text, locator = made.text, made.items.get().locator
    ReportedAccount.objects.update(url="https://www.instagram.com/other/", display="other")
    Decision.objects.update(reasons="Something else.")
    made.refresh_from_db()
    assert (made.text, made.items.get().locator) == (text, locator)
    assert made.policy_version == policy.pack().version
    assert notices.pdf_of(made).startswith(b"%PDF")


def test_a_stored_letter_that_was_changed_is_not_shown():
    made = world.notice()
    path = Path(files.settings.MEDIA_ROOT) / made.pdf
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(Conflict, match="damaged"):
        notices.pdf_of(made)


@pytest.mark.law("PM5-10-4", "PM5-11")
def test_the_letter_names_basis_reasons_locator_and_redress_and_never_who_told(mail):
    made = world.notice("https://www.instagram.com/anggrek.contoh/")
    basis = policy.pack().basis(made.basis, AT)
    for words in (basis.citation["en"], "Melanggar.", "hxxps://", "[.]com/anggrek.contoh", "24"):
        assert words in made.text, words
    plain = " ".join(made.text.split())
    duties = policy.pack().duties("duty", AT)
    assert duties
    harbour = policy.pack().duties("safe_harbour", AT)
    assert harbour
    for duty in (*duties, *harbour):
        assert duty.text["en"].rstrip(".;") in plain
    for words in ("Tuti", "tuti@warga.example"):
        assert words not in made.markdown + made.html + made.text
    assert "https://www.instagram.com" not in made.text + made.html


def test_the_letter_is_in_the_language_of_the_platform_where_its_contact_names_none():
    world.michat().contacts.update(language="")
    Platform.objects.filter(slug="michat").update(language="id")
    assert "Surat Perintah" in world.notice().text


def test_the_registered_company_is_addressed():
    found = world.michat()
    found.registration = Registration.objects.create(
        registration_no="1", system_id="1", pse_id="1", system_name="MICHAT", domicile="foreign",
        company="MICHAT PTE LIMITED", status="registered",
    )  # fmt: skip
    found.save()
    assert "MICHAT PTE LIMITED" in world.notice().text


def test_an_issued_notice_orders_its_cases_and_stands_on_their_timelines():
    made = world.notice()
    found = Case.objects.get()
    assert found.state == CaseState.ORDERED
    assert not Target.objects.exclude(ready_at=None).exists()
    assert "notice.issued" in kinds(thread=found.thread)
    assert "notice.issued" in kinds(thread=f"notice:{made.pk}")


def test_numbers_have_no_gaps_and_sealed_ones_no_order():
    numbers = [world.notice(f"michat: kembang_{n}").number for n in range(3)]
    assert [number[:8] for number in numbers] == ["B-000001", "B-000002", "B-000003"]
    assert numbers[0] == "B-000001/KOMDIGI/III/2026"
    sealed = world.child_case("michat: kuncup_1")
    world.approve(world.uphold(sealed, world.citra()), world.cleared_sri())
    (pk,) = gather(is_asked=True).issued
    first = Notice.objects.get(handling="sealed", rung="preservation")
    for notice in (first, Notice.objects.get(pk=pk)):
        assert notice.number == f"R-{notice.pk - SEALED_FROM}/KOMDIGI/III/2026"
    assert world.notice("michat: kembang_9").number.startswith("B-000004")


@pytest.mark.django_db(transaction=True)
def test_numbers_taken_at_the_same_moment_differ():
    world.michat()
    for account in ("michat: a_kembang", "instagram: b_kembang", "telegram: c_kembang"):
        world.approved_case(account)
    ids = set(Platform.objects.filter(cases__isnull=False).values_list("pk", flat=True))
    at_once(*[lambda pk=pk: notices.gather(AT, platform_id=pk, is_asked=True) for pk in ids])
    serials = sorted(Notice.objects.values_list("serial", flat=True))
    assert serials == [1, 2, 3]
