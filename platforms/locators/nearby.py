"""An account that was seen in a people-nearby search and has no address: name, coarse area, photo.

Its canonical form is "nearby:<name>|<area>|<photo>": the display name in lower case with its emoji,
the words of the area and of the photo in alphabetical order without filler. Two tellings of the
same profile meet, two people of one name in two towns do not. The area stays coarse by
construction: streets, house numbers, rooms, distances and coordinates are left out, since the
account may be a victim's (a notice or a statistic must never lead to a door).
"""

import re

from .cleaning import clean, fold
from .hosts import FACTS
from .locator import Locator, shorten

_SPOKEN_OF = re.compile(
    r"nearby|sekitar|terdekat|\bdekat\b|look ?around|around me|\bradar\b|近|附近", re.I
)
_CANONICAL = re.compile(r"nearby:([^|]*)\|([^|]*)\|([^|]*)")
_SHOWN = re.compile(r"“([^”]+)” · ([^·]*)(?: · ([^·]*))?")
_QUOTES = "\"'“”‘’«»„`"
_NAME_LABEL = re.compile(
    r"\b(?:nama(?: (?:akun|profil|tampilan|samaran)(?:nya)?)?|bernama|display name|nick(?:name)?"
    r"|name"
    r"|atas nama|a\.n\.|mengaku)\b[ \t]*[:=]?[ \t]*",
    re.I,
)
_QUOTED = re.compile(rf"[{_QUOTES}]([^{_QUOTES}\n]{{1,60}})[{_QUOTES}]")
_ENDS = re.compile(
    r"[,;\n|()·]|\s(?:di|dekat|sekitar|near|around|foto|photo|pp|avatar|area|lokasi|daerah|pada|"
    r"tanggal|tgl|dengan|yang|seen)\s",
    re.I,
)
_AREA_LABEL = re.compile(
    r"\b(?:dekat(?: dengan)?|(?:di )?sekitar(?:an)?|(?:di )?(?:daerah|area|wilayah|kawasan)|lokasi"
    r"|near(?:by)?|around|kec(?:amatan|\.)|kel(?:urahan|\.)|kota|kab(?:upaten|\.)"
    r"|di)[ \t]*[:=]?[ \t]+",
    re.I,
)
_PHOTO_LABEL = re.compile(
    r"\b(?:(?:foto|gambar)(?: profil(?:nya)?)?|photo|pp|dp|avatar|profile pic(?:ture)?)"
    r"\b[ \t]*[:=]?[ \t]*",
    re.I,
)
_TOO_PRECISE = re.compile(
    r"\b(?:jl|jln|jalan|gang|gg|no|nomor|rt|rw|blok|kamar|kos|kost|lantai|lt|hotel|apartemen|apt"
    r"|ruko|"
    r"perum|perumahan|gedung|tower|unit|street|room)\b.*",
    re.I | re.S,
)
_AREA_ENDS = re.compile(
    r"\b(?:pada|tanggal|tgl|pukul|jam|sejak|dengan|yang|dan|foto|pp|avatar|nama|jarak|seen|on|with|"
    r"radius|menawarkan|terlihat)\b.*",
    re.I | re.S,
)
_NOT_A_PLACE = frozenset(
    "orang people saya me aplikasi app apps fitur pencarian pengguna search sini".split()
)
_AREA_FILLER = frozenset(
    "kota kab kabupaten kecamatan kec kelurahan kel desa daerah area sekitar dekat near indonesia "
    "m km meter kilometer di wilayah kawasan".split()
)
_PHOTO_FILLER = frozenset(
    (
        "foto profil gambar seekor seorang sebuah dengan a an the of photo profile picture dan and"
    ).split()
)
_DATE_OR_NUMBER = re.compile(r"[\d\s/.:-]+(?:wib|wita|wit|th|tahun|km|m)?", re.I)
_PLATFORM_NAMES = frozenset(name for facts in FACTS.values() for name in facts.names)
_SKIN_TONES = re.compile("[\U0001f3fb-\U0001f3ff]")


def is_spoken_of(text: str) -> bool:
    """Whether `text` tells of a nearby search."""
    return _SPOKEN_OF.search(text) is not None


def read_nearby(slug: str, text: str, description: str = "") -> Locator | None:
    """The profile that `text` and `description` tell of, None when no display name is told.

    Out: a locator of kind "nearby", with problem "no_area" when no area is told.
    """
    text, description = clean(text[:2000]).strip(), clean(description[:2000]).strip()
    own = _CANONICAL.fullmatch(text) or _SHOWN.fullmatch(text)
    if own:
        name, area, photo = (part or "" for part in own.groups())
        return _locator(slug, name, area, photo)
    whole = f"{text}\n{description}" if description else text
    photo = _photo(whole)
    name = _labelled_name(whole)
    if not name and description and not is_spoken_of(text):
        name = text
    name = name or _first_loose_part(whole)
    name = " ".join(name.strip(_QUOTES + " :-").split())
    if not any(letter.isalnum() for letter in name) and not any(ord(c) > 0x2000 for c in name):
        return None
    return _locator(slug, name, _area(whole, name), photo)


def _locator(slug: str, name: str, area: str, photo: str) -> Locator:
    name = " ".join(re.sub(f"[|{_QUOTES}·]", " ", name).split())
    if not name:
        name = "?"
    key = _SKIN_TONES.sub("", " ".join(name.casefold().split()))
    area_key, photo_key = _words(area, _AREA_FILLER), _words(photo, _PHOTO_FILLER)
    canonical = f"nearby:{shorten(key, 120)}|{shorten(area_key, 120)}|{shorten(photo_key, 120)}"
    area, photo = (re.sub(r"[|·]", " ", part).strip() for part in (area, photo))
    shown = f"“{shorten(name, 120)}” · {shorten(area, 120) or '?'} · {shorten(photo, 120)}"
    code = "" if area_key else "no_area"
    return Locator(
        slug, "nearby", canonical, "", "", shown.removesuffix(" · "), "", "discoverable", code
    )


def _words(text: str, filler: frozenset[str]) -> str:
    """The words of a description in one order, so that two ways of saying it are one."""
    plain = fold(text).lower() if fold(text).strip() else text.casefold()
    return " ".join(sorted(set(re.findall(r"[^\W\d_]+", plain)) - filler))


def _part(text: str, start: int, ends: re.Pattern[str] = _ENDS, most: int = 60) -> str:
    window = text[start : start + most]
    end = ends.search(window)
    return window[: end.start()] if end else window


def _labelled_name(whole: str) -> str:
    label = _NAME_LABEL.search(whole)
    if label:
        quoted = _QUOTED.match(whole, label.end())
        return quoted[1] if quoted else _part(whole, label.end())
    quoted = _QUOTED.search(whole)
    return quoted[1] if quoted else ""


def _first_loose_part(whole: str) -> str:
    """The first part between commas that is not a platform, a place, a photo or a date."""
    for part in re.split(r"[,;\n|·]", whole):
        part = part.strip()
        says_more = (
            _SPOKEN_OF.search(part) or _PHOTO_LABEL.search(part) or _AREA_LABEL.match(part)
            or _DATE_OR_NUMBER.fullmatch(part)
        )  # fmt: skip
        if part and not says_more and not _is_platform(part) and len(part) <= 40:
            return part
    return ""


def _photo(whole: str) -> str:
    label = _PHOTO_LABEL.search(whole)
    return _part(whole, label.end(), re.compile(r"[,;\n|·.]")).strip() if label else ""


def _area(whole: str, name: str) -> str:
    for label in _AREA_LABEL.finditer(whole):
        part = _part(whole, label.end(), re.compile(r"[,;\n|(·]"))
        end = label.end() + len(part)
        place = _coarse(part)
        following = (
            _part(whole, end + 1, re.compile(r"[,;\n|(·]")) if whole[end : end + 1] == "," else ""
        )
        if following and _is_place_name(following, name):
            place = f"{place} {_coarse(following)}".strip()
        if _NAME_LABEL.search(part) or _QUOTED.search(part):
            continue
        words = _words(place, _AREA_FILLER).split()
        if words and not _NOT_A_PLACE.intersection(words) and not _is_platform(place):
            return place
    return ""


def _is_platform(place: str) -> bool:
    return place.casefold() in _PLATFORM_NAMES


def _is_place_name(part: str, name: str) -> bool:
    part = part.strip()
    says_more = _PHOTO_LABEL.search(part) or _NAME_LABEL.search(part) or _SPOKEN_OF.search(part)
    return (
        bool(re.fullmatch(r"[^\W\d_][^\W\d_ .-]*(?: [^\W\d_]+){0,3}\.?", part))
        and not says_more
        and part != name
    )


def _coarse(part: str) -> str:
    """`part` without anything finer than a village or a town quarter."""
    part = _AREA_ENDS.sub("", _TOO_PRECISE.sub("", part))
    words = (word.strip(".:-\"'") for word in part.split())
    return " ".join(word for word in words if word and not any(c.isdigit() for c in word))
