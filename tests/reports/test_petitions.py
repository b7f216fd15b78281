"""Demands without accounts: who may answer, that two persons do, and what leaves the house."""

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from moderation_portal import news
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Event
from platforms.channels.base import Never
from platforms.channels.email import Email
from reports import petitions
from reports.models import Evidence, Petition, PetitionerIdentity, Report
from reports.petitions import Petitioner
from tests import world
from tests.reports.test_evidence import PDF
from tests.world import AT

pytestmark = pytest.mark.django_db

SIGNED_BY = Petitioner("Dimas Contoh", "dimas@gerakan.example", "0812 3456 7890", "Jakarta")
WHY = "Kami menindak akun satu per satu."


def register(actor=None, **facts) -> Petition:
    given = {
        "platform": world.michat(),
        "organisation": "Gerakan Tolak",
        "demand": "Tutup seluruh aplikasi.",
        "remedy": "platform",
        "received_on": date(2026, 3, 2),
    }
    return petitions.register(**given | facts, actor=actor or world.ayu(), at=AT)


def proposed(**facts) -> Petition:
    return petitions.propose(register(**facts), WHY, actor=world.ayu(), at=AT)


def signed(**facts) -> Petition:
    return sign(proposed(**facts))


def sign(petition, actor=None) -> Petition:
    return petitions.sign(petition, petitions.version(petition), actor=actor or world.sri(), at=AT)


# What is refused.


def test_only_staff_register_and_write_the_answer():
    with pytest.raises(Refused):
        register(actor=world.ngo())
    with pytest.raises(Refused):
        petitions.propose(register(), "Tidak.", actor=world.rina(), at=AT)
    with pytest.raises(Refused):
        petitions.look_up(register(), actor=world.auditor(), at=AT)


@pytest.mark.parametrize(
    "wrong",
    [
        {"demand": " "},
        {"organisation": " "},
        {"received_on": date(2026, 3, 18)},
        {"received_on": date(206, 3, 2)},
        {"letter_date": date(206, 3, 2)},
    ],
)
def test_a_petition_says_who_demands_what_and_when(wrong):
    with pytest.raises(Invalid):
        register(**wrong)


def test_whoever_wrote_the_reply_does_not_sign_it():
    written = petitions.propose(register(), WHY, actor=world.sri(), at=AT)
    with pytest.raises(Refused):
        sign(written)
    with pytest.raises(Refused):
        sign(written, world.ayu())
    sign(written, world.dewi())


def test_the_database_lets_nobody_sign_their_own_reply():
    written = proposed()
    with pytest.raises(IntegrityError), transaction.atomic():
        Petition.objects.filter(pk=written.pk).update(approved_by=written.replied_by)


def test_nothing_is_signed_before_it_is_written_and_nothing_twice():
    with pytest.raises(Refused):
        sign(register())
    done = signed()
    for again in (
        lambda: sign(done, world.dewi()),
        lambda: petitions.propose(done, "Lagi.", actor=world.ayu(), at=AT),
        lambda: petitions.send_back(done, "Lagi.", actor=world.dewi(), at=AT),
    ):
        with pytest.raises(Conflict):
            again()


def test_nobody_signs_a_reply_that_they_have_not_read():
    read = proposed()
    petitions.propose(
        read, "Kami akan menutupnya.", actor=world.ayu(), at=AT + timedelta(minutes=1)
    )
    with pytest.raises(Conflict):
        sign(read)
    assert Petition.objects.get().reply_number == ""


# What is kept, and what leaves.


def test_a_petition_is_registered_answered_and_is_no_report():
    done = signed()
    assert not Report.objects.exists()
    kinds = Event.objects.filter(subject=f"petition:{done.pk}").values_list("kind", flat=True)
    assert set(kinds) == {"petition.registered", "petition.drafted", "petition.answered"}


def test_our_own_time_counts_from_the_day_of_receipt():
    days = world.policy.pack().limits_at(AT).petition_days
    due = register().due_at
    assert world.policy.pack().day(due) == date(2026, 3, 2) + timedelta(days=days)


def test_a_reply_that_was_sent_back_is_written_anew():
    back = petitions.send_back(proposed(), "Sebutkan dasar.", actor=world.sri(), at=AT)
    with pytest.raises(Refused):
        sign(back)
    again = petitions.propose(back, "Dasar: ...", actor=world.ayu(), at=AT)
    assert (again.sent_back, sign(again).serial) == ("", 1)


def test_the_replies_have_a_series_of_their_own_without_gaps():
    assert [signed().reply_number for _n in range(2)] == [
        "P-000001/KOMDIGI/III/2026",
        "P-000002/KOMDIGI/III/2026",
    ]


def test_who_signed_stands_encrypted_and_in_the_letter_alone():
    done = signed(petitioner=SIGNED_BY)
    row = PetitionerIdentity.objects.get()
    kept = b"".join(map(bytes, (row.name, row.email, row.phone, row.address)))
    assert b"Dimas" not in kept
    assert "Dimas Contoh" in petitions.letter_of(done, signer=world.sri(), at=AT).text
    told = [str(event.data) for event in Event.objects.all()]
    assert not any("Dimas" in one or "gerakan.example" in one for one in told)
    petitions.look_up(done, actor=world.ayu(), at=AT)
    assert Event.objects.filter(kind="petition.identity_viewed").exists()


def test_whoever_reads_the_name_in_the_letter_stands_in_the_record(client, still_clock):
    done = proposed(petitioner=SIGNED_BY)
    page = reverse("reports:petition", args=[done.pk])
    world.sign_in(client, world.ayu()).get(page)
    read = Event.objects.filter(kind="petition.letter_read").values_list("actor_name", flat=True)
    assert not read.exists()
    world.sign_in(client, world.sri()).get(page)
    sign(done)
    world.sign_in(client, world.ayu()).get(reverse("reports:petition_letter", args=[done.pk]))
    assert list(read.order_by("pk")) == [world.sri().name, world.ayu().name]


def test_neither_the_admin_nor_the_kept_versions_hold_the_name(client):
    done = signed(petitioner=SIGNED_BY)
    assert "Dimas" in Petition.objects.get().markdown
    kept = Petition.pgh_event_model.objects.filter(pgh_obj_id=done.pk)
    assert kept.exists()
    assert not any("Dimas" in str(one) for row in kept.values() for one in row.values())
    page = reverse("admin:reports_petition_change", args=[done.pk])
    assert "Dimas" not in world.sign_in(client, world.steward()).get(page).content.decode()


@pytest.mark.parametrize(("language", "word"), [("id", "Dengan hormat"), ("en", "Our reply")])
def test_the_letter_is_in_the_petitioners_language_and_stays_as_it_was_signed(language, word):
    done = signed(language=language)
    text = petitions.letter_of(done, signer=world.sri(), at=AT).text
    assert word.lower() in text.lower()
    assert WHY in text
    Petition.objects.filter(pk=done.pk).update(reply="Lain.")
    done.refresh_from_db()
    assert petitions.letter_of(done, signer=world.dewi(), at=AT).text == text


def test_a_signed_reply_is_mailed_once_with_its_pdf(mailed):
    done = signed(petitioner=SIGNED_BY)
    (mail,) = mailed()
    assert mail.to == ["dimas@gerakan.example"]
    assert [name for name, _content, _mime in mail.attachments] == ["000001.pdf"]
    assert not petitions.mail(done.pk, at=AT)
    assert len(mailed()) == 1


def test_a_reply_that_no_server_takes_goes_on_paper_and_both_are_told(mailed, monkeypatch):
    def refuse(self, parcel, contact, *, at):
        raise Never("550 no such mailbox")

    monkeypatch.setattr(Email, "hand_over", refuse)
    done = signed(petitioner=SIGNED_BY)
    assert mailed() == []
    assert Petition.objects.get().mailed_at is None
    for who in (world.ayu(), world.sri()):
        (told,) = [one for one in news.worded(news.of(who)) if done.reply_number in one.words]
        assert told.address == reverse("reports:petition", args=[done.pk])
    event = Event.objects.get(kind="petition.not_mailed")
    assert "gerakan.example" not in str(event.data)


def test_without_an_address_nothing_is_mailed(mailed):
    signed()
    assert mailed() == []


# The pages.


def test_a_petition_with_its_letter_is_registered_answered_and_signed_on_its_page(
    client, still_clock
):
    world.sign_in(client, world.ayu())
    form = {
        "platform": world.michat().pk,
        "organisation": "",
        "name": "Dimas Contoh",
        "received_on": "2026-03-02",
        "remedy": "platform",
        "demand": "Tutup seluruh aplikasi.",
        "language": "id",
    }
    new = reverse("reports:petition_new")
    assert client.post(new, form | {"name": ""}).status_code == 422
    for day in ("2026-03-18", "0206-03-02"):
        assert client.post(new, form | {"received_on": day}).status_code == 422
    page = client.post(new, form | {"letter": SimpleUploadedFile("petisi.pdf", PDF)}).url
    made = Petition.objects.get()
    assert Evidence.objects.get().petition == made
    shown = client.get(page).content.decode()
    assert "petisi.pdf" in shown
    assert "Dimas Contoh" not in shown
    identity = reverse("reports:petition_identity", args=[made.pk])
    assert "Dimas Contoh" in client.post(identity).content.decode()
    assert client.post(page, {"words": " "}).status_code == 422
    client.post(page, {"words": WHY})
    sign_it = reverse("reports:petition_sign", args=[made.pk])
    assert client.post(sign_it).status_code == 403
    world.sign_in(client, world.sri())
    assert "Dimas Contoh" in client.get(page).content.decode(), "who signs reads the whole letter"
    back = reverse("reports:petition_return", args=[made.pk])
    assert client.post(back, {"reason": " "}).status_code == 422
    read = client.get(page).context["version"]
    assert client.post(sign_it, {"read": "2026"}).status_code == 409
    assert client.post(sign_it, {"read": read}).status_code == 302
    letter = client.get(reverse("reports:petition_letter", args=[made.pk]))
    assert letter.content.startswith(b"%PDF")


def test_an_auditor_reads_a_petition_and_neither_writes_nor_learns_who_signed_it(
    client, still_clock
):
    done = proposed(petitioner=SIGNED_BY)
    world.sign_in(client, world.auditor())
    page = reverse("reports:petition", args=[done.pk])
    assert "Dimas" not in client.get(page).content.decode()
    assert client.post(page, {"words": "x"}).status_code == 403
    for name in ("petition_sign", "petition_return", "petition_identity"):
        address = reverse(f"reports:{name}", args=[done.pk])
        assert client.post(address, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("who", [world.polisi, world.lurah, world.rina, world.steward])
def test_to_others_petitions_are_closed(client, who, still_clock):
    done = register()
    world.sign_in(client, who())
    assert client.get(reverse("reports:petition", args=[done.pk])).status_code == 403
    letter = reverse("reports:petition_letter", args=[done.pk])
    assert client.get(letter).status_code == 403


def test_the_list_goes_by_the_day_of_receipt_page_after_page(client, still_clock):
    for n in range(52):
        day = date(2026, 1, 1) + timedelta(days=n % 26)
        register(received_on=day, organisation=f"Gerakan {n:02}")
    world.sign_in(client, world.ayu())
    page = reverse("reports:petitions")
    first = client.get(page).content.decode()
    assert "Gerakan 25" in first
    assert "Gerakan 00" not in first
    more = first.split('rel="next" href="')[1].split('"')[0]
    second = client.get(page + more).content.decode()
    assert "Gerakan 00" in second
    assert "Gerakan 26" in second
    assert second.count("Gerakan ") == 2
