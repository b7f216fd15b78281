"""Who gets a platform's mail and who answers for it: nothing that one steward decides alone."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation_portal import changes
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import Change, Event
from moderation_portal.roles import Role
from platforms.models import Contact, Platform, Representative
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def abuse() -> Contact:
    """The address of MiChat that is written to first."""
    world.michat()
    return Contact.objects.get(address="abuse@michat.example")


def ask(row, reason="SK 12/2026", by=None, **wanted):
    return changes.ask(row, wanted, reason, actor=by or world.steward(), at=AT)


def approve(change, by=None):
    return changes.approve(change.pk, actor=by or world.dewi(), at=AT + HOUR)


def again(row):
    return type(row).objects.get(pk=row.pk)


def form(row: Contact, **changed) -> dict:
    """What the page of a contact sends."""
    names = ("rung", "channel", "name", "address", "language")
    ticked = {name: "on" for name in ("is_cleared", "is_active") if getattr(row, name)}
    told = {name: getattr(row, name) for name in names} | ticked
    return told | {"platform": row.platform_id, "reason": "SK 12"} | changed


def save(client, row: Contact, **changed):
    world.sign_in(client, world.steward())
    address = reverse("admin:platforms_contact_change", args=[row.pk])
    return client.post(address, {k: v for k, v in form(row, **changed).items() if v is not None})


# What a steward wants waits


@pytest.mark.parametrize(
    "wanted",
    [
        {"address": "lain@michat.example"},
        {"rung": 3},
        {"channel": "portal"},
        {"platform": "line"},
    ],
    ids=lambda wanted: next(iter(wanted)),
)
def test_where_letters_go_is_decided_by_two(client, wanted):
    row = abuse()
    if "platform" in wanted:
        wanted = {"platform": world.platform("line").pk}
    assert save(client, row, **wanted).status_code == 302
    (name,) = wanted
    field = Contact._meta.get_field(name).attname
    assert getattr(again(row), field) == getattr(row, field)
    approve(Change.objects.get())
    assert getattr(again(row), field) == next(iter(wanted.values()))


def test_a_clearance_for_sealed_letters_is_given_by_two(client):
    row = abuse()
    Contact.objects.filter(pk=row.pk).update(is_cleared=False)
    save(client, row, is_cleared="on")
    assert not again(row).is_cleared
    approve(Change.objects.get())
    assert again(row).is_cleared


def test_name_and_language_of_a_contact_are_saved_at_once(client):
    row = abuse()
    save(client, row, name="Meja Aduan", language="id", reason="")
    assert (again(row).name, again(row).language) == ("Meja Aduan", "id")
    assert not Change.objects.exists()


def test_what_is_approved_while_a_page_is_saved_is_not_overwritten(client):
    row = abuse()
    with CaptureQueriesContext(connection) as seen:
        save(client, row, name="Meja Aduan", reason="")
    told = [one["sql"] for one in seen if '"platforms_contact"' in one["sql"]]
    locks = [n for n, sql in enumerate(told) if sql.endswith("FOR UPDATE")]
    assert locks[0] < next(n for n, sql in enumerate(told) if sql.startswith("UPDATE"))


def test_a_new_contact_gets_nothing_before_it_is_approved(client):
    row = abuse()
    world.sign_in(client, world.steward())
    data = form(row, address="baru@michat.example", is_active=None)
    data = {name: value for name, value in data.items() if value is not None}
    client.post(reverse("admin:platforms_contact_add"), data)
    made = Contact.objects.get(address="baru@michat.example")
    assert (made.is_active, made.is_cleared) == (False, False)
    change = Change.objects.get()
    assert change.facts["address"] == "baru@michat.example"
    approve(change)
    assert (again(made).is_active, again(made).is_cleared) == (True, True)


def test_contacts_are_not_changed_in_the_page_of_their_platform(client):
    row = abuse()
    world.sign_in(client, world.steward())
    page = client.get(reverse("admin:platforms_platform_change", args=[row.platform_id]))
    assert 'name="contacts-0-address"' not in page.content.decode()
    assert "abuse@michat.example" in page.content.decode()


@pytest.mark.parametrize("is_exempt", [True, False])
def test_which_platform_is_exempt_is_decided_by_two(client, is_exempt):
    Platform.objects.filter(pk=world.michat().pk).update(is_cloud=not is_exempt)
    row = again(world.michat())
    world.sign_in(client, world.steward())
    names = ("slug", "name", "kind", "time_zone", "language")
    data = {name: getattr(row, name) for name in names} | {"reason": "SK 12", "name": "MiChat 2"}
    data |= {"is_cloud": "on"} if is_exempt else {}
    data |= {f"{of}-{n}_FORMS": 0 for of in ("hosts", "contacts") for n in ("TOTAL", "INITIAL")}
    page = reverse("admin:platforms_platform_change", args=[row.pk])
    assert client.post(page, data).status_code == 302
    assert (again(row).name, again(row).is_cloud) == ("MiChat 2", not is_exempt)
    approve(Change.objects.get())
    assert again(row).is_cloud == is_exempt


@pytest.mark.parametrize("is_exempt", [True, False])
def test_a_new_platform_is_exempt_only_when_two_say_so(client, is_exempt):
    world.sign_in(client, world.steward())
    data = {"slug": "baru", "name": "Baru", "kind": "chat", "time_zone": "UTC", "language": "en"}
    data |= {"is_cloud": "on", "reason": "SK 12"} if is_exempt else {}
    data |= {f"{of}-{n}_FORMS": 0 for of in ("hosts", "contacts") for n in ("TOTAL", "INITIAL")}
    assert client.post(reverse("admin:platforms_platform_add"), data).status_code == 302
    made = Platform.objects.get(slug="baru")
    assert not made.is_cloud
    assert Change.objects.exists() == is_exempt


def test_the_proposer_approves_no_contact():
    change = ask(abuse(), address="lain@michat.example")
    with pytest.raises(Refused):
        approve(change, by=world.steward())
    with pytest.raises(IntegrityError, match="second_person"):
        Change.objects.filter(pk=change.pk).update(
            state="approved", decided_by=world.steward(), decided_at=AT
        )


@pytest.mark.parametrize("stranger", [world.ayu, world.citra, world.rina, world.dewi])
def test_nobody_but_a_steward_asks_for_another_address(stranger):
    with pytest.raises(Refused):
        ask(abuse(), by=stranger(), address="lain@michat.example")


def test_one_change_of_a_contact_waits_at_a_time_and_with_a_reason(client):
    row = abuse()
    with pytest.raises(Invalid):
        ask(row, reason=" ", rung=2)
    ask(row, rung=2)
    with pytest.raises(Conflict):
        ask(row, rung=3)
    assert save(client, row, rung=3).status_code == 200


def test_who_answers_for_a_platform_is_decided_by_two(client):
    rina = Representative.objects.get(user=world.rina())
    line = world.platform("line")
    change = ask(rina, platform=line, kind="responder")
    assert again(rina).platform == world.michat()
    approve(change)
    assert (again(rina).platform, again(rina).kind) == (line, "responder")


def test_a_new_representative_answers_for_nobody_before_it_is_approved(client):
    user = world.person("baru@michat.example", "Baru", Role.RESPONDER)
    world.sign_in(client, world.steward())
    data = {"user": user.pk, "platform": world.michat().pk, "kind": "responder", "reason": "SK"}
    client.post(reverse("admin:platforms_representative_add"), data)
    made = Representative.objects.get(user=user)
    assert not made.is_active
    approve(Change.objects.get())
    assert again(made).is_active


# What lowers is done at once


def test_a_contact_and_its_clearance_are_taken_away_at_once(client):
    row = abuse()
    assert save(client, row, is_cleared=None, is_active=None, reason="").status_code == 302
    assert (again(row).is_active, again(row).is_cleared) == (False, False)
    assert not Change.objects.exists()


def test_the_last_contact_of_a_platform_is_switched_off_by_two():
    row = abuse()
    Contact.objects.exclude(pk=row.pk).delete()
    change = ask(row, is_active=False)
    assert again(row).is_active
    approve(change)
    assert not again(row).is_active


def test_contacts_of_a_platform_are_switched_off_one_at_a_time():
    row = abuse()
    with CaptureQueriesContext(connection) as seen:
        ask(row, is_active=False)
    told = [one["sql"] for one in seen]
    locked = next(n for n, sql in enumerate(told) if sql.endswith("FOR NO KEY UPDATE"))
    assert '"platforms_platform"' in told[locked]
    assert '"platforms_contact"' in told[locked + 1]
    assert told[locked + 1].startswith("SELECT")


def test_a_representative_is_switched_off_at_once():
    rina = Representative.objects.get(user=world.rina())
    assert ask(rina, reason="", is_active=False) is None
    assert not again(rina).is_active


# Record and mail


def test_the_old_and_the_new_address_are_told_and_neither_learns_the_other(mailed):
    approve(ask(abuse(), address="baru@michat.example", rung=4))
    mails = {mail.to[0]: mail.body for mail in mailed()}
    assert set(mails) == {"abuse@michat.example", "baru@michat.example"}
    for body in mails.values():
        assert "Address" in body
        assert "Turn: 4" in body
        assert "baru@" not in body


def test_an_address_is_told_when_it_is_switched_off(mailed):
    ask(abuse(), is_active=False)
    (mail,) = mailed()
    assert mail.to == ["abuse@michat.example"]


def test_each_step_is_on_the_record_without_an_address():
    row = abuse()
    approve(ask(row, address="baru@michat.example"))
    ask(row, is_active=False)
    events = Event.objects.filter(subject=f"contact:{row.pk}")
    assert [event.kind for event in events] == [
        "contact.change_proposed",
        "contact.change_approved",
        "contact.lowered",
    ]
    assert "@" not in str([event.data for event in events])


def test_what_was_known_of_an_address_does_not_go_over_to_the_next():
    row = abuse()
    Contact.objects.filter(pk=row.pk).update(liveness="bouncing")
    approve(ask(row, address="baru@michat.example"))
    assert again(row).liveness == "unknown"


# The page


def test_the_second_person_reads_the_whole_contact_as_it_will_be(client):
    change = ask(abuse(), address="baru@michat.example")
    world.sign_in(client, world.dewi())
    page = client.get(reverse("changes")).content.decode()
    told = ("abuse@michat.example", "baru@michat.example", "MiChat", "SK 12", "Teguh Prasetyo")
    assert all(said in page for said in told)
    client.post(reverse("change", args=[change.pk]), {"verb": "approve"})
    assert Contact.objects.filter(address="baru@michat.example").exists()
    assert "abuse@michat.example" not in Change.objects.get().facts.values()
    assert Change.objects.get().before == {"address": "abuse@michat.example"}


def test_the_page_costs_the_same_however_many_contacts_wait(client, django_assert_max_num_queries):
    world.sign_in(client, world.dewi())
    row = abuse()
    for n in range(8):
        one = Contact.objects.create(
            platform=row.platform, channel="email", address=f"c{n}@michat.example", name=f"C{n}"
        )
        ask(one, rung=5)
    client.get(reverse("changes"))
    with django_assert_max_num_queries(8):
        client.get(reverse("changes"))


# What an address may be


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "abuse",
        "Abuse Desk <abuse@michat.example>",
        "a@michat.example, b@michat.example",
        "a@michat.example\r\nBcc: lain@x.example",
    ],
)
def test_only_one_bare_address_is_taken(client, bad):
    row = abuse()
    page = save(client, row, address=bad)
    assert page.status_code == 200
    assert "abuse@platform.example" in page.content.decode()
    assert not Change.objects.exists()


@pytest.mark.parametrize("bad", ["A <a@x.example>", "a@x.example\r\nBcc: b", "a@x.example,b@x.e"])
def test_the_database_keeps_no_address_that_is_none(bad):
    with pytest.raises(IntegrityError, match="bare"):
        Contact.objects.create(platform=world.michat(), channel="email", name="x", address=bad)


@pytest.mark.parametrize("address", ["http://hook.example/", "abuse@michat.example", "hook"])
def test_a_webhook_has_an_https_address(address):
    row = abuse()
    row.channel, row.address = "webhook", address
    with pytest.raises(ValidationError):
        row.full_clean()
    row.address = "https://hook.example/in"
    row.full_clean()


def test_letters_are_asked_for_only_in_languages_in_which_they_are_written(client):
    row = abuse()
    assert save(client, row, language="xx").status_code == 200
    assert again(row).language == "en"
    row.language = "xx"
    with pytest.raises(ValidationError, match="id, en"):
        row.full_clean()
