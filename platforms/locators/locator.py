"""What a text about an account comes to: one platform, one kind, one canonical form."""

import re
from dataclasses import dataclass
from hashlib import blake2b
from urllib.parse import quote

CANONICAL_MOST = 500  # characters; what the account's row holds
URL_MOST = 1000

# Signs that a browser would encode, or that defanging and letters need for themselves.
_TO_QUOTE = re.compile(r"[^!#$%&'+,\-./0-9:;=?@A-Z_a-z~]")
_QUOTE_SAFE = "!#$%&'+,-./:;=?@_~"


@dataclass(frozen=True, slots=True)
class Locator:
    """A precise place on a platform, or why the text is none.

    platform    slug of the platform; None: not one of ours (a website) or not said
    kind        handle, user_id, phone, post, group, url, nearby, website or unknown
    canonical   unique per (platform, kind); lower case only where the platform ignores case;
                E.164 for phones
    host        the host as it was given, "" when none was
    url         normalised https address to look at, "" when there is none
    display     how a person is shown it: "@handle", "instagram.com/p/…"
    account     of a post: the canonical handle of its account, when the address shows it
    visibility  public, discoverable or private: a first guess that the caller may override
    problem     why this is no precise locator, as a code: empty, too_long, not_a_locator,
                several, no_platform, no_account, no_area, bad_handle, bad_phone,
                short_link_unresolved, mixed_script_host
    """

    platform: str | None
    kind: str
    canonical: str
    host: str
    url: str
    display: str
    account: str = ""
    visibility: str = "public"
    problem: str = ""


def problem(
    code: str, text: str = "", *, platform: str | None = None, host: str = "", kind: str = "unknown"
) -> Locator:
    """A text that names no precise account, with the code of the reason."""
    shown = shorten(" ".join(text.split()), 200)
    return Locator(platform, kind, shown, host, "", shown, "", "public", code)


def shorten(text: str, most: int = CANONICAL_MOST) -> str:
    """`text`, or its head and a digest of the whole when it is longer than `most` characters:
    still unique, still stable."""
    if len(text) <= most:
        return text
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
    return f"{text[: most - len(digest) - 1]}~{digest}"


def quoted(url: str) -> str:
    """`url` in plain ASCII, with nothing in it that a letter or a defanging would trip over."""
    return quote(url, safe=_QUOTE_SAFE) if _TO_QUOTE.search(url) else url
