"""Text to platform and account: vectors for every platform, and what is told of odd ones."""

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from moderation_portal.defanging import defang
from platforms.locators import TEXT_MOST, clean, identify, refang
from platforms.locators.hosts import FACTS, place_of
from tests.generate_reports import PLATFORMS, generate

HERE = Path(__file__).parent
SHARED = HERE.parents[2] / "shared" / "data"
MAP = SHARED / "indonesia" / "judol_obfuscation_map.json"
KINDS = {"handle", "user_id", "phone", "post", "group", "url", "nearby", "website", "unknown"}

with (HERE / "locator_vectors.csv").open(encoding="utf-8", newline="") as file:
    VECTORS = list(csv.DictReader(file))


def key(found):
    return found.platform, found.kind, found.canonical


def test_a_text_over_the_bound_is_too_long_whatever_it_holds():
    found = identify("https://instagram.com/" + "a" * TEXT_MOST)
    assert (found.kind, found.problem) == ("unknown", "too_long")
    assert len(found.canonical) <= 200


@pytest.mark.parametrize(
    "text",
    [
        "https://instagram.com.evil.example/rara",
        "https://instagram.com@evil.example/rara",
        "https://instagram.com:443@evil.example/rara",
        "https://evil.example/instagram.com/rara",
        "https://evil.example/?u=https://instagram.com/rara",
        "https://evil.example#@instagram.com/rara",
        "https://instаgram.com/rara",  # Cyrillic а
        "https://instạgram.com/rara",
        "https://ɢoogle.com/search?q=x",
        "https://xn--instgram-46g.com/rara",
        "https://instagram.com／.evil.example/",
        "https://instagram.com⁄rara.evil.example/",
        "https://notinstagram.com/rara",
        "https://instagram.co/rara",
        "https://evil.instagram.com/rara",
        "https://sites.google.com/view/rara",
        "https://play-google.com/store/apps/details?id=com.x.y",
        "https://t.me.evil.example/rara",
        "https://wa.me.evil.example/628123456789",
        "https://github.io/rara",
        "https://a.b.github.io.evil.example/",
    ],
)
def test_a_host_that_only_looks_like_a_platforms_is_none_of_it(text):
    found = identify(text, platform="instagram")
    assert found.platform is None
    assert found.kind in ("website", "unknown")


def test_a_host_of_foreign_letters_says_that_it_imitates():
    assert identify("https://instаgram.com/rara").problem == "mixed_script_host"
    assert identify("https://россия.рф/").problem == ""


def test_two_accounts_in_one_line_are_several_and_none_is_guessed():
    for text in (
        "@rara, @sinta",
        "0812-3456-7890 / 0813-3456-7890",
        "https://x.com/rara https://x.com/sinta",
    ):
        found = identify(text, platform="telegram")
        assert (found.kind, found.problem) == ("unknown", "several")


def test_an_address_of_a_platform_without_an_account_says_so():
    for text in (
        "instagram.com",
        "https://www.facebook.com/groups/",
        "https://github.com/features",
        "https://t.me/",
    ):
        found = identify(text)
        assert found.platform
        assert (found.kind, found.problem) == ("url", "no_account")


def test_a_short_link_keeps_its_platform_and_says_that_it_is_unresolved():
    found = identify("https://vt.tiktok.com/ZSAbC12/")
    assert (found.platform, found.kind, found.canonical) == (
        "tiktok",
        "url",
        "vt.tiktok.com/ZSAbC12",
    )
    assert found.problem == "short_link_unresolved"


@pytest.mark.parametrize(
    "text", ["+62 812", "081234", "+6281", "0812345678901234", "abc", "62", "1708", "110"]
)
def test_a_number_that_no_network_gives_out_is_no_account(text):
    assert identify(text, platform="whatsapp").problem == "bad_phone"


def test_a_nearby_profile_without_area_or_name_is_incomplete():
    assert (
        identify("people nearby, nama 'Rara', foto kucing", platform="michat").problem == "no_area"
    )
    assert (
        identify("people nearby, dekat Tlogomas Malang", platform="michat").problem == "no_account"
    )


@pytest.mark.parametrize("slug", [*FACTS, ""])
def test_the_vectors_of_every_platform_hold(slug):
    mine = [row for row in VECTORS if row["platform"] == slug]
    wrong = []
    for row in mine:
        found = identify(row["text"], platform=row["hint"], description=row["description"])
        got = (found.platform or "", found.kind, found.canonical, found.account, found.problem)
        want = tuple(row[name] for name in ("platform", "kind", "canonical", "account", "problem"))
        if got != want:
            wrong.append((row["text"], row["hint"], want, got))
    assert not wrong
    assert len(mine) >= 6


def test_every_platform_is_told_by_address_and_where_it_has_them_by_handle_or_id():
    told = defaultdict(set)
    for row in VECTORS:
        told[row["platform"]].add(row["kind"])
    without_addresses_of_accounts = {"google-search", "bing"}
    for slug in FACTS:
        assert told[slug] & {"handle", "user_id", "phone"} or slug in without_addresses_of_accounts
    assert "nearby" in told["michat"]


@pytest.mark.parametrize(
    "text",
    ["instagram", "IG", "Instagram", "insta", "INSTAGRAM", "www.instagram.com", "Ｉnstagram"],
)
def test_a_hint_may_be_a_slug_a_name_or_a_host(text):
    assert identify("@rara_99", platform=text).platform == "instagram"


def test_the_host_outranks_hint_and_label():
    for text in ("https://instagram.com/rara_99", "MiChat: https://instagram.com/rara_99"):
        assert identify(text, platform="michat").platform == "instagram"


def test_a_name_with_a_dot_is_a_handle_where_handles_have_dots_and_a_site_elsewhere():
    assert key(identify("rara.id", platform="instagram")) == ("instagram", "handle", "rara.id")
    assert identify("slot88.com", platform="instagram").kind == "website"
    assert identify("rara.id", platform="telegram").kind == "website"
    assert identify("rara.id").kind == "website"


def test_a_display_name_is_no_id_on_a_service_without_addresses():
    assert identify("Rara 💋", platform="michat").problem == "bad_handle"
    told = identify("Rara 💋", platform="michat", description="people nearby, dekat Tlogomas")
    assert key(told) == ("michat", "nearby", "nearby:rara 💋|tlogomas|")


def test_one_nearby_profile_told_twice_is_one_and_two_towns_are_two():
    first = identify(
        "MiChat, people nearby, nama 'Rara 💋', dekat Tlogomas Malang, foto kucing, 14/3/2022"
    )
    again = identify(
        "nama: RARA 💋; fitur sekitar; area: Malang, Tlogomas; foto profil: seekor kucing",
        platform="MiChat",
    )
    elsewhere = identify(
        "people nearby, nama 'Rara 💋', dekat Denpasar, foto kucing", platform="MiChat"
    )
    assert key(first) == key(again)
    assert key(first) != key(elsewhere)
    assert first.visibility == "discoverable"


def test_a_nearby_profile_never_holds_a_precise_place():
    found = identify(
        "people nearby, nama 'Rara', dekat Jl. Mawar No. 12 RT 03 RW 05, Tlogomas Malang, "
        "-7.9312, 112.6031, "
        "kamar 203, jarak 150 m",
        platform="michat",
    )
    assert found.canonical == "nearby:rara|malang tlogomas|"
    assert not any(letter.isdigit() for letter in found.canonical + found.display)


def test_visibility_is_guessed_from_the_kind():
    seen = {
        "https://instagram.com/rara": "public",
        "https://wa.me/6281234567890": "private",
        "https://chat.whatsapp.com/AbCdEfGhIjKlMnOpQrStUv": "private",
        "https://t.me/+AbCdEfGhIjKl": "private",
        "https://t.me/rara_channel": "public",
        "MiChat ID: rara_99": "discoverable",
    }
    assert {text: identify(text).visibility for text in seen} == seen


def test_phone_forms_of_one_number_are_one_account():
    forms = ("0812345678", "+62812345678", "62812345678", "0062812345678", "(0) 812345678",
             "0812-345-678",
             "0812.3456.78", "+62 (0)812-345-678", "812345678",
             "https://wa.me/62812345678")  # fmt: skip
    assert {identify(form, platform="whatsapp").canonical for form in forms} == {"+62812345678"}


def test_the_phone_forms_of_the_reference_file_are_read():
    path = SHARED / "reference" / "id_phone_formats.csv"
    if not path.exists():
        pytest.skip(f"NOT CHECKED: {path} is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["valid"] == "1" and not row["e164"].startswith(
                "+6262"
            ):  # a quirk: 62 read twice
                assert identify(row["input"], platform="whatsapp").canonical == row["e164"], row


def test_defanged_addresses_look_as_mail_shows_them():
    assert defang("https://a.slot.example/b.c?d=e.f") == "hxxps://a[.]slot[.]example/b.c?d=e.f"
    assert refang("hxxps[:]//a[.]slot(dot)example/b.c") == "https://a.slot.example/b.c"


@pytest.mark.parametrize(
    "text", ["rara_99", "rara.cantik", "r-a-r-a", "José", "রারা", "Рара", "Rara 💋", "x_x__x", "a..b"]
)
def test_cleaning_harms_no_legitimate_name(text):
    assert clean(text) == text


def test_disguised_letters_come_out_plain():
    disguises = ("𝐫𝐚𝐫𝐚", "ⓡⓐⓡⓐ", "ｒａｒａ", "ʳᵃʳᵃ", "ʀᴀʀᴀ", "【r】【a】【r】【a】", "░r░a░r░a",
                 "r̾a̽r̶a", "🅁🄰🅁🄰", "🅡🅐🅡🅐",
                 "⒭⒜⒭⒜", "r\u200ba\u200dr\u202ea", "r\x00ara", "≋r≋a≋r≋a")  # fmt: skip
    assert {clean(text).lower() for text in disguises} == {"rara"}


def score(rows) -> tuple[int, list, list]:
    right, wrong_platform, missed = 0, [], []
    for row in rows:
        found = identify(row.account, platform=row.platform, description=row.description)
        truth = row.true_platform, row.true_kind, row.true_canonical
        if key(found) == truth:
            right += 1
        else:
            (missed if found.platform in (None, row.true_platform) else wrong_platform).append(
                (row, found)
            )
    return right, wrong_platform, missed


def test_invented_reports_are_read_right_and_never_as_another_platform():
    assert set(PLATFORMS) == set(FACTS)
    right, wrong_platform, missed = score(generate(1_400, seed=11))
    assert not wrong_platform
    assert right >= 1_386, missed[:5]


@pytest.mark.slow
def test_disguised_reports_are_read_right_and_never_as_another_platform():
    if not MAP.exists():
        pytest.skip(f"NOT MEASURED: {MAP} is not here")
    right, wrong_platform, missed = score(generate(6_000, seed=23, map_path=MAP))
    assert not wrong_platform
    assert right >= 5_940, missed[:5]


@pytest.mark.slow
def test_a_list_of_gambling_domains_is_websites():
    path = SHARED / "indonesia" / "gambling_domains_sample.txt"
    if not path.exists():
        pytest.skip(f"NOT MEASURED: {path} is not here")
    lines = path.read_text("utf-8").split()
    others = [one for one in map(identify, lines) if one.platform or one.kind != "website"]
    assert len(others) <= len(lines) // 1_000, others[:20]
    assert all(place_of(one.host) for one in others)


def test_the_seed_platforms_and_their_hosts_are_known():
    path = SHARED / "platforms" / "platforms_seed.csv"
    if not path.exists():
        pytest.skip(f"NOT CHECKED: {path} is not here")
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert {row["slug"] for row in rows} == set(FACTS)
    for row in rows:
        for host in row["hosts"].split(";"):
            host = host.replace("github.io", "rara.github.io") if host == "github.io" else host
            found = place_of(host)
            assert found is not None, host
            assert found.slug == row["slug"], host
