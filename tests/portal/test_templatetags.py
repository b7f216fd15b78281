"""Instants, clocks, states, numbers and locators in both languages."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django import forms
from django.conf.urls.i18n import i18n_patterns
from django.http import HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import include, path
from django.utils import timezone, translation

from moderation_portal import catalogue
from moderation_portal.templatetags import portal


def blank(request):
    return HttpResponse()


urlpatterns = [
    path("cases/", include(([path("", blank, name="queue")], "cases"))),
    path("reports/", include(([path("", blank, name="requests")], "reports"))),
    *i18n_patterns(path("lapor/", blank, name="report")),
]
NOW = datetime(2026, 12, 18, 3, 42, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def compiled_words():
    catalogue.compile_all()
    translation.trans_real._translations.clear()
    portal.clock_words.cache_clear()


@pytest.fixture(params=["id"])
def language(request):
    with translation.override(request.param):
        yield request.param


def minutes(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


def page(source: str, **context) -> str:
    return Template("{% load portal %}" + source).render(Context(context))


@pytest.mark.parametrize(
    ("left", "state", "said"),
    [
        (-1 / 60, "overdue", "lewat kurang dari 1 mnt"),
        (0, "soon", "sisa kurang dari 1 mnt"),
        (0.9, "soon", "sisa kurang dari 1 mnt"),
        (-1562, "overdue", "lewat 1 hari 2 jam"),
        (-60, "overdue", "lewat 1 jam"),
        (114, "soon", "sisa 1 jam 54 mnt"),
        (180, "soon", "sisa 3 jam"),
        (181, "running", "sisa 3 jam 1 mnt"),
        (1440, "running", "sisa 1 hari"),
        (1445, "running", "sisa 1 hari"),
        (4380, "running", "sisa 3 hari 1 jam"),
    ],
)
def test_a_clock_says_its_two_largest_units_rounded_down(language, left, state, said):
    text = portal.clock_text(minutes(left), NOW)
    assert (text.state, text.words) == (state, said)


def test_at_the_due_instant_itself_the_promise_is_still_kept():
    assert portal.clock_text(NOW, NOW).state == "soon"
    assert portal.clock_text(NOW, NOW, met_at=NOW).state == "met"


def test_what_was_met_late_stays_late_by_what_it_was_late_then(language):
    text = portal.clock_text(minutes(-600), NOW, met_at=minutes(-540))
    assert (text.state, text.words) == ("late", "selesai, lewat 1 jam")


def test_a_paused_clock_that_is_overdue_says_overdue(language):
    assert portal.clock_text(minutes(-5), NOW, is_paused=True).state == "overdue"
    assert portal.clock_text(minutes(5), NOW, is_paused=True).state == "paused"


def test_there_is_no_clock_without_a_due_time():
    assert portal.clock_text(None, NOW) is None
    assert page("{% clock due now %}", due=None, now=NOW) == ""


def test_english_counts_days_in_singular_and_plural():
    with translation.override("en"):
        assert portal.clock_text(minutes(1441), NOW).words == "1 day left"
        assert portal.clock_text(minutes(2 * 1440 + 61), NOW).words == "2 days 1 hr left"


def test_no_unit_is_a_single_letter():
    for code in ("id", "en"):
        with translation.override(code):
            units = portal.active_clock_words()[2:8]
            assert all(len(unit.replace("{n}", "").strip()) > 1 for unit in units)


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "18 Des 2026, 10.42 WIB"),
        ("Asia/Makassar", "18 Des 2026, 11.42 WITA"),
        ("Asia/Jayapura", "18 Des 2026, 12.42 WIT"),
    ],
)
def test_an_instant_carries_its_zone_and_the_languages_month(language, zone, said):
    with timezone.override(zone):
        assert portal.instant(NOW) == said


def test_an_instant_in_english_has_a_colon():
    with translation.override("en"):
        assert portal.instant(NOW) == "18 Dec 2026, 10:42 WIB"


def test_short_instants_and_days(language):
    assert portal.instant_short(NOW) == "18 Des, 10.42 WIB"
    assert portal.day(NOW) == portal.day(date(2026, 12, 18)) == "18 Des 2026"
    assert portal.instant(None) == portal.instant_short(None) == portal.day(None) == ""


def test_a_day_is_that_of_the_wall_not_of_greenwich(language):
    assert portal.day(datetime(2026, 12, 17, 17, 30, tzinfo=UTC)) == "18 Des 2026"


def test_a_day_that_was_told_without_a_time_is_shown_without_one(language):
    midnight = datetime(2026, 12, 16, 17, 0, tzinfo=UTC)
    assert portal.told_time(midnight) == "17 Des 2026"
    assert portal.told_time(midnight + timedelta(minutes=1)) == "17 Des 2026, 00.01 WIB"


def test_numbers_wear_the_languages_separators():
    with translation.override("id"):
        assert (portal.number(1240), portal.number(85.5, 1)) == ("1.240", "85,5")
    with translation.override("en"):
        assert (portal.number(1240), portal.number(None)) == ("1,240", "")


def test_a_running_clock_tells_the_script_and_a_met_one_does_not(language):
    running = page("{% clock due now soon=60 %}", due=minutes(114), now=NOW)
    assert 'data-soon="60"' in running
    assert f'datetime="{minutes(114).isoformat()}"' in running
    assert "Tenggat 18 Des 2026, 12.36 WIB" in running
    met = page("{% clock due now met_at=now %}", due=minutes(114), now=NOW)
    assert "data-soon" not in met
    assert 'data-state="met"' in met


def test_the_bar_shows_the_share_of_time_used(language):
    shown = page(
        "{% clock due now started_at=begun %}", due=minutes(60), now=NOW, begun=minutes(-60)
    )
    assert '<progress max="7200" value="3600"' in shown
    late = page(
        "{% clock due now started_at=begun %}", due=minutes(-1), now=NOW, begun=minutes(-60)
    )
    assert '<progress max="3540" value="3540"' in late


def test_labels_are_escaped_in_tags(language):
    assert "<b>" not in portal.status_tag("<b>", "bad")
    assert "<i>" not in portal.clock(minutes(1), NOW, label="<i>")


def test_unseen_characters_are_written_out():
    assert portal.defang("akun\u202egnp\u200b") == "akun[U+202E]gnp[U+200B]"


def test_a_locator_is_kept_apart_and_escaped():
    assert portal.locator("<b>عربي") == '<bdi class="address">&lt;b&gt;عربي</bdi>'


def test_a_number_breaks_behind_its_slashes_alone_and_is_escaped():
    shown = portal.breakable("Ralat atas B-000004/III/2026 <b>")
    parts = [f'<span class="nowrap">{part}</span>' for part in ("B-000004/", "III/", "2026")]
    assert shown == f"Ralat atas {'<wbr>'.join(parts)} &lt;b&gt;"


@pytest.mark.parametrize(
    ("here", "url"),
    [("/id/lapor/?step=2", "/en/lapor/?step=2"), ("/account/login/?next=/cases/", "")],
)
def test_the_other_language_has_an_address_where_addresses_carry_it(language, settings, here, url):
    settings.ROOT_URLCONF = __name__
    context = Context({"request": RequestFactory().get(here)})
    assert portal.other_languages(context) == [{"code": "en", "name": "English", "url": url}]


def test_the_script_gets_all_nine_words(language):
    assert portal.clock_data().split("|") == [
        "sisa {span}",
        "lewat {span}",
        *["{n} hari"] * 2,
        *["{n} jam"] * 2,
        *["{n} mnt"] * 2,
        "kurang dari 1 mnt",
    ]


def test_message_levels_have_tones():
    assert [portal.tone(level) for level in ("success", "error", "other")] == [
        "good",
        "bad",
        "info",
    ]


@pytest.mark.parametrize(
    ("role", "labels"),
    [("caseworker", ["Antrean", "Permohonan resmi"]), ("police", ["Permohonan resmi"]), ("", [])],
)
def test_everybody_sees_the_sections_of_their_role_that_exist(language, settings, role, labels):
    settings.ROOT_URLCONF = __name__
    context = Context({"user": SimpleNamespace(role=role), "section": "queue"})
    sections = portal.navigation(context)
    assert [str(section["label"]) for section in sections] == labels
    assert [section["label"] for section in sections if section["is_here"]] == labels[:-1]


def test_a_page_that_was_not_found_still_has_its_navigation(settings):
    settings.ROOT_URLCONF = __name__
    request = RequestFactory().get("/nowhere")
    context = {"request": request, "user": SimpleNamespace(role="police")}
    assert page("{% navigation as s %}{{ s|length }}", **context) == "1"


def test_what_is_unseen_is_written_out_and_a_browsers_new_line_is_none_of_it():
    assert portal.visible("a\u202eb\r\nc\rd") == "a[U+202E]b\nc[U+000D]d"


class About(forms.Form):
    """A field that asks, one that names, and one whose refusal says it all."""

    what = forms.CharField(label="What is it about?")
    name = forms.CharField(label="Name")
    day = forms.CharField(label="Day")

    def clean_day(self) -> str:
        raise forms.ValidationError("This day has not come yet.")


def test_an_error_away_from_its_field_names_it_once_and_ends_no_question_with_a_colon():
    with translation.override("en"):
        form = About({"day": "tomorrow"})
        said = {name: portal.faults(form[name]) for name in form.fields}
    assert said == {
        "what": ["What is it about? This field is required."],
        "name": ["Name: This field is required."],
        "day": ["This day has not come yet."],
    }
