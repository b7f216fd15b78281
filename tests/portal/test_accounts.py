"""Signing in: the links we mail are ours, factors are kept encrypted, and nobody moves alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from moderation_portal import account_mail, outbox, vault
from moderation_portal.accounts import ClosedAdapter
from moderation_portal.models import Lane, OutboxMessage, User
from tests import world
from tests.world import AT

pytestmark = pytest.mark.django_db
RESET = "/account/password/reset/"


def post() -> None:
    """Hands over what is queued."""
    for message in OutboxMessage.objects.all():
        outbox.drain(Lane.INTERNAL, at=message.due_at)


@pytest.mark.parametrize("who", [world.ngo, world.ayu, world.steward])
def test_the_admin_has_no_sign_in_of_its_own(client, who):
    """It would ask for no second factor and count no guesses."""
    boss = world.steward()
    boss.set_password("sembilan burung camar")
    boss.save()
    world.sign_in(client, who())
    own = {"username": boss.email, "password": "sembilan burung camar"}
    for answer in (client.get("/admin/login/"), client.post("/admin/login/?next=/admin/", own)):
        assert answer.status_code in (302, 403)
        assert b"password" not in answer.content
    assert client.session["_auth_user_id"] == str(who().pk)


def test_a_session_whose_code_was_not_given_opens_nothing_but_the_page_that_asks_for_it(client):
    ayu = world.ayu()
    world.sign_in(Client(), ayu)
    client.force_login(ayu)
    for path in ("/cases/", "/account/2fa/recovery-codes/", "/account/2fa/", "/admin/"):
        assert client.get(path)["Location"] == "/account/2fa/reauthenticate/"
    assert client.get("/api/v1/cases/").status_code == 403
    assert client.get("/account/2fa/reauthenticate/").status_code == 200


def test_a_session_without_a_factor_sets_one_up_first(client):
    client.force_login(world.ayu())
    assert client.get("/cases/")["Location"] == "/account/2fa/totp/activate/"


@pytest.mark.parametrize("host", ["127.0.0.1", "testserver", "127.0.0.1:6666"])
def test_a_forged_host_gets_into_no_link_that_we_mail(client, mailoutbox, host):
    client.post(RESET, {"email": world.bima().email}, HTTP_HOST=host)
    post()
    (mail,) = mailoutbox
    assert mail.to == [world.bima().email]
    for part in (mail.subject, mail.body, mail.alternatives[0].content):
        assert host not in part
    assert f"http://localhost:8000{RESET}key/" in mail.body


def test_the_link_lets_one_choose_a_password_once(client, mailoutbox):
    client.post(RESET, {"email": world.ayu().email})
    post()
    link = re.search(r"http://localhost:8000(/\S+)", mailoutbox[0].body)[1]
    page = client.get(link, follow=True)
    chosen = {"password1": "sembilan burung camar", "password2": "sembilan burung camar"}
    assert client.post(page.request["PATH_INFO"], chosen).status_code == 302
    assert User.objects.get(pk=world.ayu().pk).check_password("sembilan burung camar")
    assert "sembilan" not in client.get(link, follow=True).content.decode()
    assert client.get(link, follow=True).context.get("token_fail")


def test_no_mail_and_no_row_of_the_outbox_tells_the_link_to_a_reader_of_the_database(client):
    client.post(RESET, {"email": world.sri().email})
    row = OutboxMessage.objects.get()
    assert set(row.payload) == {"sealed"}
    assert "reset" not in row.payload["sealed"]


def test_an_unknown_address_is_answered_like_a_known_one(client, mailoutbox):
    known = client.post(RESET, {"email": world.dewi().email})
    unknown = client.post(RESET, {"email": "tiada@x.example"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    post()
    assert len(mailoutbox) == 1


def test_a_blocked_account_is_sent_no_link(client, mailoutbox):
    citra = world.citra()
    User.objects.filter(pk=citra.pk).update(is_active=False)
    client.post(RESET, {"email": citra.email})
    post()
    assert not mailoutbox


@pytest.mark.parametrize("person", [world.lurah, world.citra, world.steward])
def test_nobody_changes_their_own_address_alone(client, person):
    world.sign_in(client, person())
    data = {"action_add": "", "email": "lain@x.example"}
    for answer in (client.get("/account/email/"), client.post("/account/email/", data)):
        assert answer.status_code == 404


def test_the_key_of_a_second_factor_is_not_readable_in_the_database():
    TOTP.activate(world.bima(), "JBSWY3DPEHPK3PXP")
    stored = Authenticator.objects.get().data["secret"]
    assert "JBSWY3DPEHPK3PXP" not in stored
    assert vault.decrypt(stored.encode()) == "JBSWY3DPEHPK3PXP"


@pytest.mark.parametrize(
    ("header", "address"),
    [
        ("", "10.0.0.1"),
        ("HTTP_X_REAL_IP", "203.0.113.7"),
        ("HTTP_X_OTHER", "10.0.0.1"),
        ("HTTP_X_FORWARDED_FOR", "203.0.113.8"),
    ],
)
def test_wrong_passwords_are_counted_by_the_visitor_behind_the_proxy(rf, settings, header, address):
    settings.CLIENT_ADDRESS_HEADER = header
    forged = "198.51.100.1, 198.51.100.2 , 203.0.113.8"
    told = {"HTTP_X_REAL_IP": "203.0.113.7", "HTTP_X_FORWARDED_FOR": forged}
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", **told)
    assert ClosedAdapter(request).get_client_ip(request) == address


@pytest.mark.parametrize(
    ("answer", "state"), [("550 No such user", "dead"), ("451 Busy", "queued")]
)
def test_a_mail_that_is_refused_for_good_is_buried_and_any_other_tried_again(
    client, mail, answer, state
):
    mail.answers[world.bima().email] = answer
    client.post(RESET, {"email": world.bima().email})
    post()
    message = OutboxMessage.objects.get()
    assert message.state == state
    assert world.bima().email not in message.last_error


def test_a_mail_outlives_a_mail_server_that_is_away_for_days(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    account_mail.send_password_link(world.bima(), world.bima().email, "/x", at=AT)
    OutboxMessage.objects.update(attempts=outbox.MOST_ATTEMPTS)
    post()
    assert OutboxMessage.objects.get().state == "queued"


def test_the_way_to_a_new_password_is_shown_once(client):
    page = client.get("/account/login/").content.decode()
    assert page.count(f'href="{RESET}"') == 1
