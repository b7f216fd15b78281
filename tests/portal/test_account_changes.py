"""Accounts take two persons: what a steward alone cannot do, and what only lowers at once."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection
from django.urls import reverse

from moderation_portal import account_changes, changes, outbox, tokens
from moderation_portal.errors import Conflict, Invalid, Refused
from moderation_portal.models import ApiToken, Change, Event, Lane, User
from moderation_portal.roles import Role
from tests import world
from tests.world import AT, HOUR

pytestmark = pytest.mark.django_db


def ask(person, by=None, reason="SK 12/2026", **wanted):
    return changes.ask(person, wanted, reason, actor=by or world.steward(), at=AT)


def approve(change, by=None):
    return changes.approve(change.pk, actor=by or world.dewi(), at=AT + HOUR)


def now(person) -> User:
    return User.objects.get(pk=person.pk)


def second_steward() -> User:
    return world.person("sari@komdigi.example", "Sari Utami", Role.STEWARD)


# What one person cannot do


def test_what_a_steward_asked_for_falls_with_the_steward():
    change = ask(world.bima(), role=Role.DIRECTOR)
    User.objects.filter(pk=world.steward().pk).update(is_active=False)
    with pytest.raises(Conflict):
        approve(change)
    assert now(world.bima()).role == Role.CASEWORKER


def test_nobody_blocks_the_last_who_could_approve():
    sri, sari = world.sri(), second_steward()
    ask(sari, is_active=False)
    with pytest.raises(Refused):
        ask(sri, is_active=False)
    assert [now(one).is_active for one in (sri, sari)] == [True, False]


@pytest.mark.parametrize(
    "wanted",
    [
        {"role": Role.DIRECTOR},
        {"is_cleared": True},
        {"email": "baru@komdigi.example"},
        {"area": "35.73"},
        {"unit": "Direktorat"},
        {"name": "Dewi Anggraini"},
    ],
)
def test_what_a_steward_wants_of_an_account_waits(wanted):
    bima = world.bima()
    assert ask(bima, **wanted).state == "waiting"
    assert all(getattr(now(bima), name) != value for name, value in wanted.items())


def test_the_proposer_approves_nothing_and_may_take_it_back():
    change = ask(world.bima(), role=Role.DIRECTOR)
    with pytest.raises(Refused):
        approve(change, by=world.steward())
    changes.refuse(change.pk, actor=world.steward(), at=AT)
    assert now(world.bima()).role == Role.CASEWORKER


def test_the_person_concerned_approves_nothing():
    change = ask(world.sri(), is_cleared=True)
    for verb in (changes.approve, changes.refuse):
        with pytest.raises(Refused):
            verb(change.pk, actor=world.sri(), at=AT)
    assert not now(world.sri()).is_cleared


@pytest.mark.parametrize(
    "stranger", [world.ayu, world.citra, world.auditor, world.polisi, world.rina, world.drone]
)
def test_nobody_but_stewards_directors_and_supervisors_approves(stranger):
    change = ask(world.bima(), role=Role.DIRECTOR)
    with pytest.raises(Refused):
        approve(change, by=stranger())


@pytest.mark.parametrize("stranger", [world.dewi, world.sri, world.auditor])
def test_only_a_steward_asks(stranger):
    with pytest.raises(Refused):
        ask(world.bima(), by=stranger(), role=Role.DIRECTOR)


@pytest.mark.parametrize("second", ["proposed_by", "person"])
def test_the_database_knows_no_change_that_one_person_made(second):
    change = ask(world.bima(), role=Role.DIRECTOR)
    with pytest.raises(IntegrityError, match="second_person"):
        Change.objects.filter(pk=change.pk).update(
            state="approved", decided_by=getattr(change, second), decided_at=AT
        )


def test_the_database_knows_no_approval_by_nobody():
    change = ask(world.bima(), role=Role.DIRECTOR)
    with pytest.raises(IntegrityError, match="decided_by_somebody"):
        Change.objects.filter(pk=change.pk).update(state="approved")


def test_what_was_decided_is_not_decided_again():
    change = ask(world.bima(), role=Role.DIRECTOR)
    changes.refuse(change.pk, actor=world.sri(), at=AT)
    with pytest.raises(Conflict):
        approve(change)
    assert now(world.bima()).role == Role.CASEWORKER


def test_one_change_of_an_account_waits_at_a_time():
    ask(world.bima(), role=Role.DIRECTOR)
    with pytest.raises(Conflict):
        ask(world.bima(), email="lain@komdigi.example")


def test_nothing_is_asked_without_a_reason():
    with pytest.raises(Invalid):
        ask(world.bima(), reason="  ", role=Role.DIRECTOR)
    assert not Change.objects.exists()


def test_an_address_that_another_account_got_meanwhile_is_not_taken_from_it():
    change = ask(world.bima(), email="baru@komdigi.example")
    world.person("baru@komdigi.example", "Baru", Role.MONITOR)
    with pytest.raises(Invalid):
        approve(change)
    assert Change.objects.get().state == "waiting"


# What a second person makes so


@pytest.mark.parametrize("second", [world.dewi, world.sri, second_steward])
def test_a_second_person_makes_it_so(second):
    change = approve(ask(world.bima(), role=Role.SUPERVISOR, unit="Tim AIS"), by=second())
    assert (change.state, change.decided_by_id) == ("approved", second().pk)
    assert (now(world.bima()).role, now(world.bima()).unit) == (Role.SUPERVISOR, "Tim AIS")


def test_a_role_and_its_clearance_are_given_together():
    approve(ask(world.bima(), role=Role.SUPERVISOR, is_cleared=True))
    assert now(world.bima()).is_cleared


def test_a_clearance_that_was_not_asked_for_goes_with_the_old_role():
    approve(ask(world.cleared_sri(), role=Role.DIRECTOR))
    assert not now(world.cleared_sri()).is_cleared


@pytest.mark.parametrize("role", [Role.MONITOR, Role.AUDITOR])
def test_a_clearance_is_not_even_asked_for_a_role_that_has_none(role):
    assert ask(world.bima(), role=role, is_cleared=True).facts == {"role": role}


def test_what_is_so_already_needs_nobody():
    bima = world.bima()
    same = {name: getattr(bima, name) for name in account_changes.ACCOUNT_FIELDS}
    assert ask(bima, **same, without_second_factor=True) is None


def test_the_old_address_opens_nothing_any_more():
    bima = world.bima()
    EmailAddress.objects.create(user=bima, email=bima.email, verified=True, primary=True)
    approve(ask(bima, email="Bima.Baru@Komdigi.example"))
    assert now(bima).email == "bima.baru@komdigi.example"
    assert not EmailAddress.objects.filter(email=bima.email).exists()


def test_keys_end_with_the_role_for_which_they_were_given():
    tokens.issue(world.drone(), "x", ["reports:write"], at=AT)
    approve(ask(world.drone(), role=Role.DIRECTOR))
    assert ApiToken.objects.get().revoked_at == AT + HOUR


def test_a_second_factor_is_removed_together_with_the_password():
    bima = world.bima()
    Authenticator.objects.create(user=bima, type="totp", data={})
    change = ask(bima, without_second_factor=True)
    assert Authenticator.objects.exists()
    approve(change)
    assert not Authenticator.objects.exists()
    assert not now(bima).has_usable_password()


# What lowers is done at once


def test_an_account_is_blocked_at_once_with_its_password_and_keys():
    tokens.issue(world.drone(), "x", ["reports:write"], at=AT)
    assert ask(world.drone(), reason="", is_active=False) is None
    drone = now(world.drone())
    assert not drone.is_active
    assert not drone.has_usable_password()
    assert ApiToken.objects.get().revoked_at == AT
    assert Event.objects.get(kind="account.lowered").data == {"is_active": False}


def test_a_blocked_account_is_opened_by_two():
    ask(world.bima(), is_active=False)
    change = ask(world.bima(), is_active=True)
    assert not now(world.bima()).is_active
    approve(change)
    assert now(world.bima()).is_active


def test_a_clearance_is_taken_away_at_once():
    assert ask(world.cleared_sri(), reason="", is_cleared=False) is None
    assert not now(world.cleared_sri()).is_cleared


def test_what_lowers_does_not_wait_for_what_raises():
    assert ask(world.bima(), role=Role.DIRECTOR, is_active=False).facts == {"role": "director"}
    assert not now(world.bima()).is_active


def test_what_was_lowered_since_is_not_raised_by_what_was_asked_before():
    change = ask(world.cleared_sri(), role=Role.DIRECTOR, is_cleared=True)
    ask(world.cleared_sri(), reason="", is_cleared=False)
    with pytest.raises(Conflict):
        approve(change)
    sri = now(world.cleared_sri())
    assert (sri.role, sri.is_cleared) == (Role.SUPERVISOR, False)


# Record and mail


def test_each_step_is_on_the_record_without_an_address():
    bima = world.bima()
    approve(ask(bima, role=Role.SUPERVISOR, email="baru@komdigi.example"))
    changes.refuse(ask(bima, unit="x").pk, actor=world.sri(), at=AT)
    events = Event.objects.filter(kind__startswith="account.change_")
    assert [(event.kind, event.actor_name) for event in events] == [
        ("account.change_proposed", "Teguh Prasetyo"),
        ("account.change_approved", "Dewi Anggraini"),
        ("account.change_proposed", "Teguh Prasetyo"),
        ("account.change_refused", "Sri Wahyuni"),
    ]
    assert {event.subject for event in events} == {f"user:{bima.pk}"}
    assert "baru@" not in str([event.data for event in events])


def test_the_old_and_the_new_address_are_told_what_was_changed(mailoutbox):
    approve(ask(world.bima(), role=Role.SUPERVISOR, email="baru@komdigi.example"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload::text FROM moderation_portal_outboxmessage")
        assert "komdigi.example" not in str(cursor.fetchall())
    outbox.drain(Lane.INTERNAL, at=AT + HOUR)
    assert {mail.to[0] for mail in mailoutbox} == {"bima@komdigi.example", "baru@komdigi.example"}
    for mail in mailoutbox:
        assert "Peran: penyelia" in mail.body
        assert "baru@" not in mail.body


def test_nobody_is_told_of_what_only_waits_or_was_refused(mailoutbox):
    change = ask(world.bima(), role=Role.SUPERVISOR)
    changes.refuse(change.pk, actor=world.dewi(), at=AT)
    outbox.drain(Lane.INTERNAL, at=AT + HOUR)
    assert not mailoutbox


# The page


@pytest.mark.parametrize("stranger", [world.ayu, world.auditor, world.rina, world.lurah])
def test_the_page_is_for_those_who_may_decide(client, stranger):
    change = ask(world.bima(), role=Role.SUPERVISOR)
    world.sign_in(client, stranger())
    assert client.get(reverse("changes")).status_code == 403
    address = reverse("change", args=[change.pk])
    assert client.post(address, {"verb": "approve"}).status_code == 403
    assert now(world.bima()).role == Role.CASEWORKER


def test_the_proposer_finds_no_button_but_to_take_it_back(client):
    ask(world.bima(), role=Role.SUPERVISOR)
    page = world.sign_in(client, world.steward()).get(reverse("changes")).content.decode()
    assert 'value="approve"' not in page
    assert 'value="refuse"' in page


def test_a_second_person_reads_what_changes_and_approves_by_a_click(client):
    change = ask(world.bima(), role=Role.SUPERVISOR)
    world.sign_in(client, world.dewi())
    page = client.get(reverse("changes")).content.decode()
    assert all(said in page for said in ("Bima Saputra", "petugas perkara", "penyelia", "SK 12"))
    client.post(reverse("change", args=[change.pk]), {"verb": "approve"})
    assert now(world.bima()).role == Role.SUPERVISOR
    assert "Teguh Prasetyo" in client.get(reverse("changes")).content.decode()


def test_the_page_costs_the_same_however_much_waits(client, django_assert_max_num_queries):
    world.sign_in(client, world.dewi())
    for n in range(12):
        change = ask(world.person(f"n{n}@x.example", f"N {n}", Role.MONITOR), area=f"35.{n:02}")
        if n % 2:
            approve(change)
    client.get(reverse("changes"))
    with django_assert_max_num_queries(6):
        client.get(reverse("changes"))


# The first stewards


def test_the_desk_says_of_a_new_account_only_that_it_waits(client):
    told = {"email": "baru@komdigi.example", "name": "Baru", "role": "caseworker"}
    told |= {"language": "en", "reason": "SK 1"}
    browser, steward = client, world.steward()
    world.dewi()
    User.objects.filter(pk=steward.pk).update(language="en")
    world.sign_in(browser, now(steward))
    page = browser.post("/admin/moderation_portal/user/add/", told, follow=True).content.decode()
    assert "when a second person approves it" in page
    assert "successfully" not in page
    rows = page[page.index("<tbody>") :].split("</tr>")
    marked = [row for row in rows if "a second person" in row]
    assert ["baru@komdigi.example" in row for row in marked] == [True]


def test_no_third_steward_is_opened_by_the_command():
    world.steward()
    second_steward()
    with pytest.raises(CommandError):
        call_command("first_steward", "tiga@komdigi.example", "Tiga")
    assert not User.objects.filter(email="tiga@komdigi.example").exists()


@pytest.mark.parametrize("email", ["teguh@komdigi.example", "no address"])
def test_the_command_opens_nothing_on_an_address_that_cannot_be_used(email):
    world.steward()
    with pytest.raises(CommandError):
        call_command("first_steward", email, "Lain")


def test_an_empty_installation_gets_its_two_stewards_and_the_record_says_so(mailoutbox):
    for name in ("satu", "dua"):
        call_command("first_steward", f"{name}@komdigi.example", name.title())
    stewards = User.objects.filter(role=Role.STEWARD, is_active=True)
    assert stewards.count() == 2
    assert not any(steward.has_usable_password() for steward in stewards)
    assert Event.objects.filter(kind="account.first_steward_opened").count() == 2
