"""Signing in, the second factor and passwords: pages of our own look, in both languages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpResponse
from django.urls import include, path

from moderation_portal import catalogue
from moderation_portal.models import User
from tests import world

PASSWORD = "sembilan burung camar"


def blank(request):
    return HttpResponse()


urlpatterns = [
    path("", blank, name="home"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("account/", include("allauth.account.urls")),
    path("account/2fa/", include("allauth.mfa.urls")),
]


@pytest.fixture(autouse=True)
def kernel_only(settings, db):
    """The pages stand without the rooms of the house."""
    catalogue.compile_all()
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def officer():
    return User.objects.create_user(
        "lestari@komdigi.example", PASSWORD, name="D. Lestari", role="caseworker"
    )


def sign_in(client, password=PASSWORD):
    data = {"login": "lestari@komdigi.example", "password": password}
    return client.post("/account/login/", data)


def show_again_that_it_is_me(client):
    client.post("/account/reauthenticate/", {"password": PASSWORD})


def text(response) -> str:
    return response.content.decode()


def test_a_wrong_password_is_said_in_a_summary_and_gives_nothing_away(client, officer):
    wrong = sign_in(client, "salah")
    assert 'class="error-summary"' in text(wrong)
    nobody = client.post("/account/login/", {"login": "tiada@x.example", "password": "salah"})
    said = re.findall(r"<li>.*?</li>", text(wrong))
    assert said == re.findall(r"<li>.*?</li>", text(nobody))


@pytest.mark.parametrize(("code", "word"), [("id", "Masuk"), ("en", "Sign in")])
def test_the_sign_in_page_speaks_both_languages_and_offers_no_account(client, code, word):
    page = text(client.get("/account/login/", headers={"Accept-Language": code}))
    assert f'<html lang="{code}"' in page
    assert f"<h1>{word}</h1>" in page
    assert "signup" not in page
    assert 'name="language"' in page


def test_every_field_has_its_label_and_hints_are_tied_to_it(client):
    page = text(client.get("/account/login/"))
    fields = re.findall(r'<input type="(?:email|password)"[^>]* id="(\w+)"', page)
    assert len(fields) == 2
    assert all(f'<label for="{name}"' in page for name in fields)


@pytest.mark.django_db(transaction=True)
def test_the_second_factor_is_set_up_with_a_key_to_copy_and_asked_for_next_time(client, officer):
    sign_in(client)
    show_again_that_it_is_me(client)
    page = text(client.get("/account/2fa/totp/activate/"))
    secret = re.search(r'<code id="secret">(\w+)</code>', page)[1]
    assert 'src="data:image/svg+xml' in page
    code = format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))
    done = client.post("/account/2fa/totp/activate/", {"code": code}, follow=True)
    assert "Tersisa 10 dari 10 kode" in text(done)
    client.post("/account/logout/")
    asked = sign_in(client)
    assert asked["Location"].startswith("/account/2fa/authenticate/")
    assert "Faktor kedua Anda" in text(client.get(asked["Location"]))


def test_a_wrong_code_is_refused_beside_the_form(client, officer):
    sign_in(client)
    show_again_that_it_is_me(client)
    client.get("/account/2fa/totp/activate/")
    page = text(client.post("/account/2fa/totp/activate/", {"code": "000000"}))
    assert 'class="error-summary"' in page
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/account/password/reset/", "Dapatkan kata sandi baru"),
        ("/account/password/reset/done/", "Periksa surel Anda"),
        ("/account/password/reset/key/x-y/", "Tautan ini tidak berlaku lagi"),
        ("/account/password/reset/key/done/", "Kata sandi Anda sudah diganti"),
        ("/account/inactive/", "Akun ini ditutup"),
    ],
)
def test_pages_before_signing_in_are_ours(client, address, word):
    assert f"<h1>{word}</h1>" in text(client.get(address))


@pytest.mark.parametrize(
    ("address", "word"),
    [
        ("/account/logout/", "Keluar?"),
        ("/account/2fa/", "Masuk dan keamanan"),
        ("/account/reauthenticate/", "Mohon buktikan sekali lagi bahwa ini Anda"),
        ("/account/password/change/", "Pilih kata sandi baru"),
    ],
)
def test_pages_after_signing_in_are_ours_and_show_who_is_signed_in(client, officer, address, word):
    world.sign_in(client, officer)
    page = text(client.get(address))
    assert f"<h1>{word}</h1>" in page
    assert "D. Lestari" in page
