"""No program makes a link of an address that we show or send."""

import pytest

from moderation_portal.defanging import defang, defang_links


@pytest.mark.parametrize(
    ("locator", "shown"),
    [
        ("https://t.me/s/kanal.satu", "hxxps://t[.]me/s/kanal.satu"),
        ("https://kanal.example/v/8fk2?a=b.c", "hxxps://kanal[.]example/v/8fk2?a=b.c"),
        ("HTTP://Contoh.example", "HXXP://Contoh[.]example"),
        ("https://a.example http://b.example", "hxxps://a[.]example hxxp://b[.]example"),
        ("contoh.example/akun.satu", "contoh[.]example/akun.satu"),
        ("contoh.example?x=b.co", "contoh[.]example?x=b.co"),
        ("contoh.example:8080", "contoh[.]example:8080"),
        ("www.kanal.co.id", "www[.]kanal[.]co[.]id"),
        ("m.contoh.example", "m[.]contoh[.]example"),
        ("Lihat contoh.example, segera", "Lihat contoh[.]example, segera"),
    ],
)
def test_an_address_is_no_link(locator, shown):
    assert defang(locator) == shown


@pytest.mark.parametrize(
    "handle",
    ["@budi.santoso", "@melati.id", "+62 812-0000-0001", "123456", "Mawar 24, dekat stasiun"],
)
def test_a_handle_stays_itself(handle):
    assert defang(handle) == handle


def test_in_running_text_only_what_has_a_scheme_is_an_address():
    said = defang_links("Menurut dr.Budi lihat https://jahat.example/x.y dan http://b.example")
    assert said == "Menurut dr.Budi lihat hxxps://jahat[.]example/x.y dan hxxp://b[.]example"
