"""What somebody tries who has the password, or saw a code: nothing opens."""

import re
from types import SimpleNamespace

import pytest
from allauth.mfa.totp.internal import auth
from django.core.cache import cache
from django.test import Client

from tests import world
from tests.cases.at_once import at_once
from tests.portal.test_accounts import post
from tests.world import PASSWORD

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
NOW = 1_773_716_400
ASKED = "/account/2fa/authenticate/"
QUEUE = "/cases/"


@pytest.fixture(autouse=True)
def stopped(monkeypatch):
    """An authenticator's clock that stands still in the middle of a period."""
    monkeypatch.setattr(auth, "time", SimpleNamespace(time=lambda: NOW + 15))


@pytest.fixture
def ayu():
    auth.TOTP.activate(world.ayu(), SECRET)
    return world.ayu()


def code() -> str:
    return auth.format_hotp_value(auth.hotp_value(SECRET, NOW // 30))


def at_the_code(user) -> Client:
    """A browser that has given the password and is asked for the code."""
    browser = Client()
    given = browser.post("/account/login/", {"login": user.email, "password": PASSWORD})
    assert given["Location"].startswith(ASKED)
    return browser


def is_in(browser: Client) -> bool:
    return browser.get(QUEUE).status_code == 200


def forget(user) -> None:
    """What allauth does after one period: the code still counts, and it has forgotten it."""
    cache.delete(auth.TOTP(user.authenticator_set.get())._get_used_cache_key(code()))


def test_a_code_that_somebody_saw_opens_nothing_once_it_was_used(ayu):
    mine, theirs = at_the_code(ayu), at_the_code(ayu)
    mine.post(ASKED, {"code": code()})
    assert is_in(mine)
    forget(ayu)
    for typed in (code(), f" {code()[:3]} {code()[3:]}", f"{code()[:3]}-{code()[3:]}"):
        assert theirs.post(ASKED, {"code": typed}).status_code == 200
    assert not is_in(theirs)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_use_one_code_at_once_one_comes_in(ayu):
    browsers = [at_the_code(ayu) for _n in range(3)]

    def give(browser: Client):
        return lambda: browser.post(ASKED, {"code": code()}).status_code

    assert sorted(at_once(*map(give, browsers))) == [200, 200, 302]


def test_the_code_of_one_opens_nothing_for_another(ayu):
    auth.TOTP.activate(world.bima(), "KRSXG5CTMVRXEZLU")
    theirs = at_the_code(world.bima())
    assert theirs.post(ASKED, {"code": code()}).status_code == 200
    assert not is_in(theirs)


def test_a_new_password_does_not_stand_for_the_code(ayu, mailoutbox):
    browser = Client()
    browser.post("/account/password/reset/", {"email": ayu.email})
    post()
    link = re.search(r"http://localhost:8000(/\S+)", mailoutbox[0].body)[1]
    page = browser.get(link, follow=True)
    chosen = {"password1": "sembilan burung camar", "password2": "sembilan burung camar"}
    browser.post(page.request["PATH_INFO"], chosen)
    assert not is_in(browser)
    given = {"login": ayu.email, "password": "sembilan burung camar"}
    assert browser.post("/account/login/", given)["Location"].startswith(ASKED)
    assert not is_in(browser)


def test_a_password_sent_with_the_call_opens_nothing(ayu):
    pair = "Basic YXl1QGtvbWRpZ2kuZXhhbXBsZTpjb3JyZWN0IGhvcnNlIGJhdHRlcnkgc3RhcGxl"
    answer = Client().get("/api/v1/cases/", headers={"authorization": pair})
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_session_that_somebody_planted_is_not_the_one_that_is_signed_in(ayu):
    browser = at_the_code(ayu)
    planted = browser.cookies["sessionid"].value
    browser.post(ASKED, {"code": code()})
    assert is_in(browser)
    assert browser.cookies["sessionid"].value != planted
    theirs = Client()
    theirs.cookies["sessionid"] = planted
    assert not is_in(theirs)
