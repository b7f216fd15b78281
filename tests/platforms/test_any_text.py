"""What must hold for every text whatever, and for every answer that is read again."""

from hypothesis import example, given, settings
from hypothesis import strategies as st

from moderation_portal.defanging import defang
from platforms.locators import clean, find_all, identify, refang
from platforms.locators.hosts import _HOSTS, FACTS
from platforms.locators.locator import CANONICAL_MOST, URL_MOST
from tests.platforms.test_locators import KINDS, VECTORS, key

# What makes regular expressions run away, host parsers stumble and folding go round in circles.
PIECES = (
    "a", "ab.", "a-", "0", "62", "+62 8", "@", "@rara", "http", "://", "https://", "[.]", "(dot)",
          " dot com",
    "instagram.com/", "t.me/", "wa.me/", "facebook.com/profile.php?id=", "?u=", "&", "%2F", "%00",
          "%", "#", "!/",
    "\\", "/", "//", ":", "[", "]", "(", ")", "【", "】", "░", "\u0301", "\u0316", "\u200b",
          "\u202e", "\x00", "é",
    "а", "𝐚", "ɢ", "ⓘ", "💋", "🇮🇩", "。", "．", "／", "xn--", "github.io", " / ", "IG: ",
          "MiChat ID ", "people nearby ",
    "nama 'x' ", "dekat Malang", "foto ", "“x” · y", "nearby:a|b|c", "\n", "1. ", "- ",
          "tg://resolve?domain=", "|", "\ud800",
)  # fmt: skip
TANGLES = st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14).map("".join)
SEGMENTS = (
    "p", "reel", "stories", "highlights", "@rara", "@rara.99", "rara_99", "Rara", "rara-",
            "123456789", "12345", "groups",
    "posts", "pfbid02x", "watch", "share", "user", "u", "in", "company", "c", "channel",
            "UCabcdefghijklmnopqrstuv", "status",
    "i", "web", "video", "photo", "t", "s", "+AbCdEfGhIjKl", "+6281234567890", "joinchat", "ti",
            "g2", "~rara", "invite",
    "AbCdEfGhIjK", "496b1113c5ba2d6b87", "blob", "main", "a.md", "r", "comments", "1abcd", "pin",
            "id1234567890", "app", "store",
    "apps", "details", "explore", "profile.php", "permalink.php", "people", "pages", "slot.com",
            "id", "", ".", "%40rara", "é",
)  # fmt: skip
QUERIES = ("", "", "?v=dQw4w9WgXcQ", "?id=100063123456789", "?id=com.example.App", "?q=slot+gacor",
           "?story_fbid=pfbid0x&id=123456",
           "?phone=6281234567890", "?u=https%3A%2F%2Ft.me%2Frara", "?next=/rara", "?utm_source=x",
           "?list=PLx&v=dQw4w9WgXcQ",
           "?fbid=123456", "#!/rara", "?uid=12345678", "?screen_name=rara",
           "?multi_permalinks=123456", "?a=b.", "#@rara_x")  # fmt: skip
PLATFORM_HOSTS = sorted(
    set(_HOSTS) | {"rara.github.io", "rara.t.me", "id-id.facebook.com", "slot88.example"}
)
ADDRESSES = st.builds(
    lambda scheme, host, path, query: f"{scheme}{host}/{'/'.join(path)}{query}",
    st.sampled_from(["https://", "", "http://www."]),
    st.sampled_from(PLATFORM_HOSTS),
    st.lists(st.sampled_from(SEGMENTS), max_size=5),
    st.sampled_from(QUERIES),
)
ANY_TEXT = TANGLES | ADDRESSES | st.text(st.characters(), max_size=60)
HINTS = st.sampled_from(["", *FACTS, "IG", "Twitter", "nothing"]) | st.text(max_size=12)


def ways_to_say(found) -> list[str]:
    """An answer told again: a site with its scheme, a handle like "slot.com" with its @."""
    canonical = found.canonical
    if found.kind == "website":
        return (
            [found.url, f"https://{canonical}"]
            if found.url and len(canonical) < CANONICAL_MOST
            else []
        )
    looks_like_a_site = "." in canonical and not set("/@").intersection(canonical)
    if found.kind == "handle" and looks_like_a_site and found.platform != "line":
        canonical = f"@{canonical}"
    return [
        text
        for text in (found.url, canonical, found.display)
        if text and len(text) < CANONICAL_MOST
    ]


def names_one(found) -> bool:
    return found.kind != "unknown"


@settings(max_examples=250)
@given(ANY_TEXT, HINTS, ANY_TEXT)
@example("https://[::1]:x/", "", "")
@example("http://[", "", "")
@example("https://a.b:99999999/\ud800", "instagram", "\ud800")
def test_no_text_raises_and_every_answer_fits_its_row(text, hint, description):
    found = identify(text, platform=hint, description=description)
    assert found.kind in KINDS
    assert found.platform is None or found.platform in FACTS
    assert len(found.canonical) <= CANONICAL_MOST
    assert len(found.display) <= CANONICAL_MOST
    assert len(found.url) <= URL_MOST
    assert found.url == "" or (found.url.startswith("https://") and found.url.isascii())
    assert found.kind != "unknown" or found.problem
    (found.canonical + found.display + found.account + found.host).encode()
    assert "\x00" not in found.canonical + found.display


@settings(max_examples=200)
@given(ANY_TEXT)
def test_no_running_text_raises(text):
    assert all(names_one(one) for one in find_all(text))


@settings(max_examples=250)
@given(ANY_TEXT, HINTS)
def test_an_answer_read_again_is_the_same_answer(text, hint):
    found = identify(text, platform=hint)
    if found.kind == "unknown":
        return
    for again in ways_to_say(found):
        assert key(identify(again, platform=found.platform or "")) == key(found), again


def test_the_answers_to_the_vectors_read_again_are_the_same():
    for row in VECTORS:
        found = identify(row["text"], platform=row["hint"], description=row["description"])
        for again in ways_to_say(found) if names_one(found) else ():
            assert key(identify(again, platform=found.platform or "")) == key(found), (row, again)


@settings(max_examples=250)
@given(st.text(st.characters(), max_size=80) | TANGLES)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text)) == clean(text)


@settings(max_examples=300)
@given(ANY_TEXT, HINTS)
def test_a_defanged_address_is_no_link_and_refangs_to_itself(text, hint):
    url = identify(text, platform=hint).url
    if url:
        assert "." not in defang(url).split("/")[2].replace("[.]", "")
        assert refang(defang(url)) == url
