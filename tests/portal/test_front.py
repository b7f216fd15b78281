"""The stylesheet, the script and the templates keep what every page relies on."""

import re
from pathlib import Path

import brotli
import pytest
from django import forms
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import path
from django.utils import translation

from moderation_portal import catalogue, context
from moderation_portal.errors import Conflict, Invalid, Refused

ROOT = Path(__file__).resolve().parents[2]
CSS = (ROOT / "static" / "portal.css").read_text(encoding="utf-8")
TONES = ("neutral", "info", "progress", "good", "warn", "bad")
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def colours(opening: str, start: int = 0) -> dict[str, str]:
    """The colour variables of the rule that begins with `opening`."""
    at = CSS.index(opening, start)
    return dict(re.findall(r"--([\w-]+):(#[0-9a-f]{3,6})\b", CSS[at : CSS.index("}", at)]))


LIGHT = colours(":root{")
THEMES = {
    "light": LIGHT,
    "dark by device": LIGHT | colours(":root:not([data-theme=light]){"),
    "dark by choice": LIGHT | colours(":root[data-theme=dark]{"),
}


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(each * 2 for each in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("name", "kilobytes"), [("portal.css", 8), ("portal.js", 4)])
def test_every_page_stays_light(name, kilobytes):
    packed = brotli.compress((ROOT / "static" / name).read_bytes())
    assert len(packed) <= kilobytes * 1024


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("tone", TONES)
def test_every_tone_can_be_read_on_its_own_ground_and_on_cards(theme, tone):
    found = THEMES[theme]
    for ground in (f"{tone}-bg", "card", "page", "chosen"):
        assert contrast(found[tone], found[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    ("text", "ground"),
    [
        *[
            (text, ground)
            for text in ("ink", "muted", "link")
            for ground in ("card", "page", "hover", "chosen")
        ],
        ("danger", "card"),
        ("danger", "page"),
        ("primary-ink", "primary"),
        ("primary-ink", "primary-hover"),
        ("brand-ink", "brand"),
        ("brand-soft", "brand"),
    ],
)
def test_text_can_be_read(theme, text, ground):
    found = THEMES[theme]
    assert contrast(found[text], found[ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_borders_of_controls_can_be_seen_on_cards_and_on_the_page(theme):
    found = THEMES[theme]
    for line in ("edge", "focus", "link", "good-mark", "warn-mark", "bad-mark"):
        assert contrast(found[line], found["card"]) >= 3
        assert contrast(found[line], found["page"]) >= 3


def test_the_two_dark_themes_are_one():
    assert THEMES["dark by device"] == THEMES["dark by choice"]


def test_old_phones_understand_the_stylesheet():
    assert "light-dark(" not in CSS
    assert not re.search(r"\{[^{}@]*[;{]\s*&", CSS)


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_template_needs_what_the_content_policy_forbids(file):
    source = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=", source)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']|hx-on", source)
    assert not re.search(r"<script(?![^>]*\bsrc=|[^>]*application/json)", source)
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", source)


def blank(request):
    return HttpResponse()


urlpatterns = [path("", blank, name="home")]


@pytest.fixture
def words(settings):
    """Pages in Indonesian, without the rooms of the house and without a database."""
    catalogue.compile_all()
    settings.ROOT_URLCONF = __name__
    with translation.override("id"):
        yield


def shown(name: str, **context) -> str:
    return render_to_string(name, context, RequestFactory().get("/cases/7"))


def test_the_error_page_needs_neither_request_nor_database(words):
    assert "<h1>Terjadi gangguan di sisi kami</h1>" in render_to_string("500.html")


@pytest.mark.parametrize(
    ("error", "heading"),
    [
        (Refused("Penyusun tidak boleh menyetujui."), "Ini tidak diizinkan"),
        (Conflict("R. Siregar sudah memutuskan."), "Orang lain sudah mendahului"),
        (Invalid("Baris 3 tidak terbaca."), "Kiriman Anda belum dapat diterima"),
    ],
)
def test_a_refusal_is_a_page_with_its_reason_and_a_way_back(words, error, heading):
    page = shown("said_no.html", error=error, back="/cases/")
    assert f"<h1>{heading}</h1>" in page
    assert error.sentence in page
    assert 'href="/cases/"' in page


def test_a_page_for_strangers_reads_no_clock_and_no_session(words):
    page = shown("404.html")
    assert "<h1>Halaman ini tidak ada" in page
    assert "data-now" not in page


def test_a_failing_form_says_it_on_top_with_links_to_the_fields(words):
    class Telling(forms.Form):
        address = forms.CharField(label="Alamat", help_text="Satu per baris.")
        category = forms.ChoiceField(
            label="Kategori", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect
        )
        is_true = forms.BooleanField(label="Benar")
        reason = forms.CharField(label="Alasan", required=False)

    page = str(Telling({}))
    assert re.findall(r'<li><a href="#(\w+)"', page) == [
        "id_address",
        "id_category_0",
        "id_is_true",
    ]
    assert all(f'id="{name}"' in page for name in ("id_category_0", "id_is_true"))
    described = re.search(
        r'id="id_address"[^>]*aria-describedby="([^"]+)"|'
        r'aria-describedby="([^"]+)"[^>]*id="id_address"',
        page,
    )
    assert all(f'id="{name}"' in page for name in (described[1] or described[2]).split())
    assert "Alasan <span" in page
    assert "opsional" in page


@pytest.mark.parametrize(
    ("language", "name"),
    [
        ("id", "Kementerian Komunikasi dan Digital"),
        ("en", "Ministry of Communication and Digital Affairs"),
    ],
)
def test_whose_portal_it_is_stands_in_the_readers_language(language, name):
    with translation.override(language):
        assert context.issuer_name() == name


def test_a_name_that_the_policy_does_not_know_stands_as_it_was_given(settings):
    settings.IDENTITY = {"name": "Kantor Contoh", "short": "Contoh"}
    assert context.issuer_name() == "Kantor Contoh"
