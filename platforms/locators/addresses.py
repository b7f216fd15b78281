"""Reading an address (URL): the host decides the platform, its rules the rest."""

import base64
import re
from binascii import Error as NotBase64
from urllib.parse import unquote

from .cleaning import clean
from .hosts import TLDS, Facts, Place, place_of, plain_host, read_punycode, without_www
from .locator import URL_MOST, Locator, problem, quoted, shorten
from .paths_messaging import MESSAGING
from .paths_social import SOCIAL
from .paths_video import VIDEO
from .rules import Rules, read_path, unresolved

RULES: dict[str, Rules] = {**MESSAGING, **SOCIAL, **VIDEO}

_DEPTH_MOST = 3  # redirects inside redirects
_PARAMETERS_MOST = 100

_ADDRESS = re.compile(
    r"(?:(?P<scheme>https?|ftp):/{1,3}|//)?(?P<authority>[^\s/?#]+)(?P<rest>[/?#].*)?", re.I | re.S
)
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_-]{1,63})+")
_IPV4 = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}")
_IPV6 = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_TRAILING = "/.,;:!?' "  # at the end of an address: the sentence around it goes on
_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|gclsrc|dclid|yclid|msclkid|mc_[ce]id|ig_?shi?d?|_g[al]|ttclid|twclid"
    r"|[wg]braid|srsltid|ref_(?:src|url)|mibextid|__tn__|__cft__.*|_rd[cr]|si|feature|fb_ref",
    re.I,
)
# Last labels that are a site's more often than the end of somebody's handle.
_SITE_ENDINGS = frozenset(
    "com net org info biz xyz top site online vip bet win club click link cc casino poker".split()
)

# Links that lead anywhere, also to a platform; only the network can say where.
_SHORTENERS = frozenset(
    "bit.ly s.id tinyurl.com is.gd cutt.ly rebrand.ly ow.ly goo.gl shorturl.at rb.gy t.ly tiny.cc "
    "v.gd "
    "bitly.com buff.ly soo.gd".split()
)

# Addresses of apps, and the web address of the same thing.
_DEEP_LINKS = tuple(
    (re.compile(pattern, re.I), address)
    for pattern, address in (
        (r"tg://resolve/?\?(?:.*&)?domain=([\w]+).*?(?:&post=(\d+).*)?", r"https://t.me/\1/\2"),
        (r"tg://resolve/?\?(?:.*&)?phone=\+?(\d+).*", r"https://t.me/+\1"),
        (r"tg://join/?\?(?:.*&)?invite=([\w-]+).*", r"https://t.me/+\1"),
        (
            r"tg://(?:user|openmessage)/?\?(?:.*&)?(?:user_)?id=(\d+).*",
            r"https://web.telegram.org/#\1",
        ),
        (r"whatsapp://send/?\?(?:.*&)?phone=([+\d]+).*", r"https://wa.me/\1"),
        (r"whatsapp://chat/?\?(?:.*&)?code=([\w-]+).*", r"https://chat.whatsapp.com/\1"),
        (r"line://(?:R/)?(.+)", r"https://line.me/R/\1"),
        (r"fb://(?:profile|page)/(?:\?id=)?(\d+).*", r"https://facebook.com/\1"),
        (r"fb://group/(?:\?id=)?(\d+).*", r"https://facebook.com/groups/\1"),
        (r"instagram://user/?\?(?:.*&)?username=([\w.]+).*", r"https://instagram.com/\1"),
        (r"twitter://user/?\?(?:.*&)?screen_name=(\w+).*", r"https://x.com/\1"),
        (r"twitter://user/?\?(?:.*&)?(?:user_)?id=(\d+).*", r"https://x.com/i/user/\1"),
        (r"twitter://status/?\?(?:.*&)?id=(\d+).*", r"https://x.com/i/status/\1"),
        (r"snapchat://add/([\w.-]+).*", r"https://snapchat.com/add/\1"),
        (r"(?:vnd\.youtube:(?://)?|youtube://)([\w-]{11}).*", r"https://youtu.be/\1"),
        (
            r"market://details/?\?(?:.*&)?id=([\w.]+).*",
            r"https://play.google.com/store/apps/details?id=\1",
        ),
        (r"(?:itms(?:-apps)?|itms-appss)://(.+)", r"https://\1"),
        (r"intent://([^#]+)#Intent.*", r"https://\1"),
    )
)
# Where a platform carries the real address in a parameter: path -> parameters.
_WRAPPED = {
    "facebook": (re.compile(r"(?:l\.php|flx/warn|login|checkpoint).*"), ("u", "next")),
    "instagram": (re.compile(r"(?:linkshim|accounts/login)?(?:/.*)?"), ("u", "next")),
    "threads": (re.compile(r"(?:login)?"), ("u", "next")),
    "google-search": (re.compile(r"url"), ("q", "url")),
    "youtube": (re.compile(r"redirect|attribution_link|signin|m"), ("q", "u", "next", "continue")),
    "linkedin": (
        re.compile(r"redir/redirect|safety/go|authwall|login|uas/login"),
        ("url", "sessionRedirect", "session_redirect"),
    ),
    "x": (re.compile(r"i/flow/login|login"), ("redirect_after_login",)),
    "tiktok": (re.compile(r"link/v2|login"), ("target", "redirect_url")),
    "reddit": (re.compile(r"(?:login)?"), ("url", "dest")),
    "google-play": (re.compile(r""), ("link",)),
    "telegram": (re.compile(r"iv"), ("url",)),
    "bing": (re.compile(r"ck/a"), ("u",)),
}
_WRAPPING_HOSTS = {
    "accounts.google.com": ("continue", "followup"),
    "consent.google.com": ("continue",),
    "safelinks.protection.outlook.com": ("url",),
}


def web_form(text: str) -> str:
    """The web address of an app's deep link (tg://, market://…); other texts as they are."""
    if ":" in text[:24] and text[:4].lower() != "http":
        for pattern, address in _DEEP_LINKS:
            found = pattern.fullmatch(text)
            if found:
                return found.expand(address).rstrip("/")
    return text


def read_address(text: str, hint: Facts | None = None) -> Locator | None:
    """The locator of `text` when all of it is an address; None when it is something else.

    In: text softened and refanged, without decoration around it. `hint` only decides whether a
    bare "name.id" is a handle of that platform or a site: a host is never overruled by it.
    """
    found = _ADDRESS.fullmatch(web_form(text.strip()).replace("\\", "/"))
    if found is None:
        return None
    is_url = found["scheme"] is not None
    rest = found["rest"] or ""
    authority = found["authority"]
    before, at, authority = authority.rpartition("@")
    if at and not (is_url or (before and rest)):
        return None  # "@name", an e-mail address
    if "%" in authority:
        authority = unquote(authority)
    host, _, port = authority.partition(":") if authority[0:1] != "[" else (authority, "", "")
    if port and not port.isdigit():
        return None
    host = host.lower().rstrip(".")
    code = ""
    if not host.isascii():
        host, code = plain_host(host)
    elif "xn--" in host:
        code = read_punycode(host)
    return read_host(host, rest, hint, is_url=is_url, port=port, code=code)


def read_host(
    host: str,
    rest: str,
    hint: Facts | None = None,
    *,
    is_url: bool,
    port: str = "",
    code: str = "",
    depth: int = 0,
) -> Locator | None:
    """The locator of an address whose `host` is known to be plain ASCII in lower case."""
    place = place_of(host)
    if place is not None:
        return _on_platform(place, host, rest, depth)
    if not _HOST.fullmatch(host) and not _IPV6.fullmatch(host):
        return problem("not_a_locator", host + rest) if is_url else None
    if not is_url and not is_site(host, rest, hint):
        return None
    target = _wrapped_elsewhere(host, rest) if "=" in rest else ""
    if target:
        inner = _read_inner(target, host, depth)
        if inner is not None:
            return inner
    return _website(host, rest, port, code)


def is_site(host: str, rest: str, hint: Facts | None) -> bool:
    """Whether a bare "a.b" is a site, and not a word or a handle with a dot in it."""
    last = host.rpartition(".")[2]
    if last not in TLDS:
        return _IPV4.fullmatch(host) is not None
    if hint is None or rest or host.startswith("www."):
        return True
    own = RULES[hint.slug]
    if own.names_have_dots and host.partition(".")[0] in TLDS:
        return False
    may_be_handle = own.handle is not None and own.handle.fullmatch(host) is not None
    return not may_be_handle or last in _SITE_ENDINGS


def _parameters(query: str) -> list[tuple[str, str]]:
    pairs = (pair.partition("=") for pair in query.split("&", _PARAMETERS_MOST)[:_PARAMETERS_MOST])
    return [(name.removeprefix("amp;"), value) for name, _, value in pairs]


def _plain_path(path: str) -> str:
    if "%" in path:
        path = unquote(path, errors="replace").replace("\ufffd", "")
        path = path.replace("?", "%3F").replace("#", "%23")
    if not path.isascii() or not path.isprintable():
        path = " ".join(clean(path).split())
    if "//" in path or "/." in path:
        path = _without_dots(path)
    return path.lstrip("/").rstrip(_TRAILING)


def _without_dots(path: str) -> str:
    """`path` as a browser walks it: no empty step, no "." and no ".."."""
    steps: list[str] = []
    for step in path.split("/"):
        if step == "..":
            del steps[-1:]
        elif step not in ("", "."):
            steps.append(step)
    return "/".join(steps)


def _on_platform(place: Place, host: str, rest: str, depth: int) -> Locator:
    own = RULES[place.slug]
    before, _, fragment = rest.partition("#")
    path, _, query = before.partition("?")
    if place.part == "web.telegram.org":
        path = fragment
    elif fragment[:2] in ("!/", "/!"):
        path, _, query = fragment[2:].partition("?")
    path = _plain_path(path)
    if (query or path.startswith("amp/")) and depth < _DEPTH_MOST:
        target = _wrapped_target(place.slug, path, query)
        inner = _read_inner(target, host, depth) if target else None
        if inner is not None:
            return inner
    if place.is_short and path:
        return unresolved(place.slug, f"{without_www(host)}/{path}", host)
    target = _target(place, host, path, query, own)
    return read_path(place.slug, own, target, host) or no_account(place, host, path, query)


def _target(place: Place, host: str, path: str, query: str, own: Rules) -> str:
    """What the platform's patterns are tried on: own part, path, the parameters that matter."""
    if place.part:
        part = place.part
        if part[0] == "*":
            part = f"{part[2:]}/{without_www(host).partition('.')[0]}"
        path = f"{part}/{path}".rstrip("/")
    if query and own.keep:
        given = {name.lower(): value for name, value in reversed(_parameters(query))}
        kept = [f"{name}={_value(name, given[name])}" for name in own.keep if given.get(name)]
        if kept:
            return f"{path}?{'&'.join(kept)}"
    return path


def read_target(slug: str, text: str) -> Locator | None:
    """What a path without its host ("p/CxYz") names on the platform `slug`; None when nothing."""
    path, _, query = text.partition("#")[0].partition("?")
    target = _target(Place(slug, "", False), "", _plain_path(path), query, RULES[slug])
    return read_path(slug, RULES[slug], target)


def _value(name: str, raw: str) -> str:
    return raw if name == "q" or "%" not in raw else unquote(raw, errors="ignore")


def no_account(place: Place, host: str, path: str, query: str) -> Locator:
    """An address of the platform that is no account, post or group of anybody."""
    kept = (
        "&".join(f"{n}={v}" for n, v in _parameters(query) if not _TRACKING.fullmatch(n))
        if query
        else ""
    )
    shown = quoted(f"{without_www(host)}/{path}" + (f"?{kept}" if kept else ""))
    shown = shown.rstrip(_TRAILING)
    url = f"https://{shown}" if len(shown) < URL_MOST - 10 else ""
    shown = shorten(shown)
    return Locator(place.slug, "url", shown, host, url, shown, problem="no_account")


def _website(host: str, rest: str, port: str, code: str) -> Locator:
    """A site that is none of the platforms: its place on the network, without tracking."""
    authority = host if port in ("", "80", "443") else f"{host}:{port}"
    before, _, _ = rest.partition("#")
    path, _, query = before.rstrip(_TRAILING).partition("?")
    path = quoted(path).rstrip(_TRAILING)
    if query:
        kept = "&".join(
            f"{n}={v}" if v else n for n, v in _parameters(query) if not _TRACKING.fullmatch(n)
        )
        path = ((path or "/") + f"?{quoted(kept)}" if kept else path).rstrip(_TRAILING)
    plain = without_www(authority)
    canonical = plain + path
    if path and plain in _SHORTENERS:
        code = "short_link_unresolved"
    url = f"https://{authority}{path or '/'}"
    if len(url) > URL_MOST:
        url, code = "", code or "too_long"
    canonical = shorten(canonical)
    return Locator(None, "website", canonical, host, url, canonical, problem=code)


def _wrapped_target(slug: str, path: str, query: str) -> str:
    """The address that a redirecting page of a platform leads to, "" when it is none."""
    if slug == "google-search" and path.startswith("amp/s/"):
        return f"https://{path[6:]}"
    wrapped = _WRAPPED.get(slug)
    if wrapped is None or not wrapped[0].fullmatch(path):
        return ""
    for name, value in _parameters(query):
        if name in wrapped[1] and value:
            if slug == "bing":
                return _unpacked(value)
            return unquote(value, errors="ignore")
    return ""


def _wrapped_elsewhere(host: str, rest: str) -> str:
    for known, names in _WRAPPING_HOSTS.items():
        if host == known or host.endswith(f".{known}"):
            query = rest.partition("#")[0].partition("?")[2]
            return next(
                (unquote(v, errors="ignore") for n, v in _parameters(query) if n in names), ""
            )
    return ""


def _unpacked(value: str) -> str:
    try:
        packed = value.removeprefix("a1") + "=" * (-len(value.removeprefix("a1")) % 4)
        return base64.urlsafe_b64decode(packed).decode("utf-8")
    except (NotBase64, ValueError):
        return ""


def _read_inner(target: str, host: str, depth: int) -> Locator | None:
    if target.startswith("/") and not target.startswith("//"):
        return read_host(host, target, is_url=True, depth=depth + 1)
    found = _ADDRESS.fullmatch(target)
    if found is None or found["scheme"] is None or depth >= _DEPTH_MOST:
        return None
    inner_host = found["authority"].rpartition("@")[2].partition(":")[0].lower().rstrip(".")
    if not inner_host.isascii():
        return None
    return read_host(inner_host, found["rest"] or "", is_url=True, depth=depth + 1)
