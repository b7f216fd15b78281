"""How a platform's rules are written, and how a path is read by them.

A platform's addresses are a list of `path` patterns, tried in order on the address without its
host: "p/CxYz", "watch?v=…". Hosts with paths of their own come first in the pattern: "youtu.be/…".
A named group `h`, `h2`… is a handle (folded, validated, lower-cased where the platform ignores
case), `l` is lower-cased, `p` a phone number, `q` search words; every other group is kept as
it stands. Anything may follow a pattern after "/" or "?".
"""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from .cleaning import clean, fold
from .hosts import FACTS, without_www
from .locator import CANONICAL_MOST, URL_MOST, Locator, problem, quoted, shorten
from .phones import Phone, read_phone

WORDS_OF_ANY_SCRIPT = r"[^\s!-,/:-@\[-^`{-~]{2,100}"  # letters of any script, digits, "-", ".", "_"


@dataclass(frozen=True, slots=True)
class Path:
    """One shape of address: what it means and how it is written the one way."""

    pattern: re.Pattern[str]
    kind: str
    canonical: str
    url: str
    account: str = ""
    visibility: str = ""


@dataclass(frozen=True, slots=True)
class Rules:
    """How one platform writes its accounts and addresses."""

    paths: tuple[Path, ...]
    bare: tuple[Path, ...] = ()  # shapes of an id that stands alone: "UC…", "id123"
    handle: re.Pattern[str] | None = None  # None: the platform has no handles
    home: str = ""  # the address of handle {h}
    reserved: frozenset[str] = frozenset()  # first words of a path that are no account
    keep: tuple[str, ...] = ()  # the query parameters that say where an address leads
    keeps_case: bool = False
    keeps_at: bool = False  # "@name" and "name" are two accounts
    is_unicode: bool = False  # handles may hold letters beyond ASCII
    digits_are_ids: bool = False  # a name of digits alone is a user id
    names_have_dots: bool = False  # names look like hosts: "com.example.app"


def path(
    pattern: str, kind: str, canonical: str = "", url: str = "", account: str = "", see: str = ""
) -> Path:
    """A shape of address; `see` is a visibility other than the platform's usual one. The kinds
    "short" and "none" stand for an unresolved short link and for a page that is no account."""
    compiled = re.compile(rf"(?:{pattern})(?:[/?&].*)?", re.S)
    return Path(compiled, kind, canonical, url, account, see)


def rules(handle: str = "", reserved: str = "", **more: Any) -> Rules:
    """Rules with a handle pattern and reserved words written as plain text."""
    compiled = re.compile(handle) if handle else None
    return Rules(handle=compiled, reserved=frozenset(reserved.split()), **more)


def read_name(own: Rules, raw: str) -> str:
    """A handle as the platform writes it, or "" when it cannot be one."""
    name = raw if raw.isascii() else (clean(raw) if own.is_unicode else fold(raw))
    name = name.strip().rstrip(".")
    if not own.keeps_case:
        name = name.lower() if name.isascii() else name.casefold()
    if own.handle is None or name in own.reserved or not own.handle.fullmatch(name):
        return ""
    return name


def handle_locator(slug: str, own: Rules, name: str, host: str = "") -> Locator:
    """The account `name` of a platform; the name has been through `read_name`."""
    if own.digits_are_ids and name.isdigit():
        name = f"@{name}"  # a name that would be taken for an id keeps its sign
    url = quoted(own.home.format(h=name.lstrip("@") if own.digits_are_ids else name))
    shown = name if name[0] == "@" or own.keeps_at else f"@{name}"
    return Locator(slug, "handle", name, host, url, shown, "", FACTS[slug].visibility)


def phone_locator(slug: str | None, phone: Phone, host: str = "") -> Locator:
    """A phone number, as an account of `slug` when it is one."""
    if phone.problem:
        return problem(phone.problem, phone.shown, platform=slug, host=host)
    url = f"https://wa.me/{phone.e164[1:]}" if slug == "whatsapp" else ""
    code = "" if slug else "no_platform"
    return Locator(slug, "phone", phone.e164, host, url, phone.shown, "", "private", code)


def read_path(
    slug: str, own: Rules, target: str, host: str = "", *, bare: bool = False
) -> Locator | None:
    """What the path `target` of a platform names; None when it is no account, post or group."""
    for shape in own.bare if bare else own.paths:
        found = shape.pattern.fullmatch(target)
        if found is None:
            continue
        if shape.kind in ("none", "short"):
            return (
                None
                if shape.kind == "none"
                else unresolved(slug, _with_host(slug, host, target), host)
            )
        parts = found.groupdict(default="")
        if "p" in parts:
            return phone_locator(slug, read_phone(parts["p"], is_international=True), host)
        if not _settle(own, parts):
            continue
        if shape.kind == "handle" and not shape.canonical:
            return handle_locator(slug, own, parts["h"], host)
        return _shaped(slug, shape, parts, host)
    return None


def _settle(own: Rules, parts: dict[str, str]) -> bool:
    """Bring the groups of a match to their one form; False when a handle in it cannot be one."""
    for group, raw in parts.items():
        if not raw:
            continue
        if group[0] == "h":
            parts[group] = read_name(own, raw)
            if not parts[group]:
                return False
        elif group == "l":
            parts[group] = raw.lower()
        elif group == "q":
            parts[group] = quote_plus(" ".join(clean(unquote_plus(raw)).split()))
    return True


def _shaped(slug: str, shape: Path, parts: dict[str, str], host: str) -> Locator:
    canonical = shape.canonical.format_map(parts)
    url = quoted(shape.url.format_map(parts))
    code = "" if len(url) <= URL_MOST else "too_long"
    url = "" if code else url
    shown = _without_scheme(url) if url else shorten(canonical)
    is_account = shape.kind in ("handle", "user_id")
    visibility = shape.visibility or (FACTS[slug].visibility if is_account else "public")
    account = shape.account.format_map(parts) if shape.account else ""
    if len(canonical) > CANONICAL_MOST:
        canonical = shorten(canonical)
    return Locator(slug, shape.kind, canonical, host, url, shown, account, visibility, code)


def _with_host(slug: str, host: str, target: str) -> str:
    host = without_www(host) or FACTS[slug].host
    return target if target.startswith(f"{host}/") else f"{host}/{target}"


def unresolved(slug: str, target: str, host: str) -> Locator:
    """A short link, `target` with its host: its platform is known, its account to the network."""
    shown = shorten(quoted(target))
    return Locator(
        slug, "url", shown, host, f"https://{shown}", shown, problem="short_link_unresolved"
    )


def _without_scheme(url: str) -> str:
    shown = url.removeprefix("https://").removeprefix("www.").rstrip("/")
    return shorten(shown)
