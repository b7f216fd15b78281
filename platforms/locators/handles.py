"""Reading what is no address: handles, ids and phone numbers, with or without a label."""

import re

from .addresses import RULES, read_address, read_target
from .cleaning import clean, fold
from .hosts import FACTS, Facts, facts_for
from .locator import Locator, problem
from .nearby import is_spoken_of, read_nearby
from .phones import looks_like_phone, read_phone
from .rules import handle_locator, phone_locator, read_name, read_path

NAMES = "|".join(
    re.escape(name)
    for name in sorted({n for facts in FACTS.values() for n in facts.names}, key=len, reverse=True)
)
_ID_WORDS = (
    r"user[ _-]?id|uid|id|user[ _-]?name|nama pengguna|nama akun|akun|account|acc|handle|nomor"
    r"|no\.?|hp"
    r"|phone|telepon|telp\.?|nick(?:name)?|profile?|kontak"
)
_LABELLED = re.compile(
    rf"(?:(?:{_ID_WORDS})[\s:]+)?(?P<name>{NAMES})(?=[\s:=|/>@(]| -)[\s:=|/>(\-–—]*"
    rf"(?P<words>(?:(?:{_ID_WORDS})(?![\w.])[\s:=\-–|.#]*)*)(?P<rest>.+?)\)?",
    re.I | re.S,
)
_AFTERWARDS = re.compile(
    rf"(?P<rest>\S.*?)(?:\s*[(\[]\s*|\s+(?:di|on|at|pada|via|-)\s+)(?P<name>{NAMES})\s*[)\]]?",
    re.I | re.S,
)
_ID_LABEL = re.compile(
    rf"(?P<words>(?:{_ID_WORDS})(?:\s*[:=#]\s*|\s+(?=\S+$)))(?P<rest>\S.*)", re.I | re.S
)
_SAYS_ID = re.compile(r"\bu?id\b|user[ _-]?id", re.I)
_BETWEEN = re.compile(r"\s*[,;\n]\s*|\s+(?:dan|and|&|/|serta)\s+|\s+(?=@)", re.I)
_LETTERS_APART = re.compile(r"\w(?:[ .\-*]\w){3,}")
_REDDIT = re.compile(r"/?(?:u|r|user)/[\w-]{2,21}/?")
_NEARBY_SHOWN = re.compile(r"“[^”]+” · |nearby:")
_WRAPPING = "<>\"'“”‘’«»„`()[]{}*"


def trim(text: str) -> str:
    """`text` without the quotes, brackets and punctuation that people put around a locator."""
    text = text.strip()
    if _NEARBY_SHOWN.match(text):
        return text
    while text and text[0] in _WRAPPING and not text.startswith("(0"):
        text = text[1:].lstrip()
    text = text.rstrip(" \t\n.,;:!?\"'“”‘’«»„`>*]}")
    return text[:-1].rstrip() if text.endswith(")") and text.count("(") < text.count(")") else text


def read_labelled(text: str) -> tuple[Facts | None, str, bool]:
    """The platform that `text` names itself ("IG: @a", "a (IG)"), the rest of the text, and whether
    it calls the rest an id."""
    for shape in (_LABELLED, _AFTERWARDS):
        found = shape.fullmatch(text)
        if found and trim(found["rest"]) and not _is_own_path(text, found):
            words = found.groupdict().get("words") or text[: found.start("name")]
            return facts_for(found["name"]), trim(found["rest"]), bool(_SAYS_ID.search(words))
    found = _ID_LABEL.fullmatch(text)
    if found:
        return None, trim(found["rest"]), bool(_SAYS_ID.search(found["words"]))
    return None, text, False


def _is_own_path(text: str, found: re.Match[str]) -> bool:
    """Whether the "name" is the first word of a path: "thread/1234" is no account on Threads."""
    name = found["name"].lower()
    return text[found.end("name") :][:1] == "/" and any(
        name in f.everyday_words for f in FACTS.values()
    )


def read_bare(text: str, hint: Facts, *, says_id: bool = False) -> Locator:
    """What `text` (no address) names on the platform of `hint`; with a problem when nothing."""
    own = RULES[hint.slug]
    if "/" in text or "?" in text:
        found = read_target(hint.slug, text)
        if found is not None:
            return found
    number = looks_like_phone(text)
    if number and not says_id and (hint.has_phone_accounts or text[0] in "+("):
        phone = read_phone(text)
        is_written_out = text[0] in "+(0" or not text.isdigit() or re.match(r"628\d{8,}", text)
        if not phone.problem and (is_written_out or hint.slug == "whatsapp"):
            return phone_locator(hint.slug, phone)
    found = read_path(hint.slug, own, fold(text) if not own.is_unicode else text, bare=True)
    if found is not None:
        return found
    raw = text if own.keeps_at else text.lstrip("@")
    if _LETTERS_APART.fullmatch(raw):
        raw = re.sub(r"[ *]|(?<=\w)[.\-](?=\w)", "", raw)
    name = read_name(own, raw) if raw else ""
    if not own.home and not clean(raw).isascii() and _is_display_name(raw):
        name = ""  # on a service without addresses: a name on display, not an id
    if name and not (number and hint.has_phone_accounts and own.digits_are_ids and not says_id):
        return handle_locator(hint.slug, own, name)
    if number or hint.slug == "whatsapp":
        return problem("bad_phone", text, platform=hint.slug)
    return problem("bad_handle" if own.handle else "no_account", text, platform=hint.slug)


def read_unhinted(text: str) -> Locator:
    """What `text` (no address) names when nobody says on which platform."""
    if looks_like_phone(text):
        phone = read_phone(text)
        if not phone.problem:
            return phone_locator(None, phone)
        return problem("bad_phone" if text[0] in "+(0" else "not_a_locator", text)
    if _REDDIT.fullmatch(text):
        return read_bare(text.strip("/"), FACTS["reddit"])
    name = fold(text[1:]).lower().rstrip(".") if text[:1] == "@" else ""
    if re.fullmatch(r"[a-z0-9_][a-z0-9_.-]{1,39}", name):
        return Locator(None, "handle", f"@{name}", "", "", f"@{name}", problem="no_platform")
    return problem("not_a_locator", text)


def read_words(text: str, hint: Facts | None, description: str) -> Locator:
    """What a text without any address names: a label, a nearby profile, a number, a handle.

    In: softened, refanged and trimmed text.
    """
    if hint and hint.has_nearby_search and _NEARBY_SHOWN.match(text):
        return read_nearby(hint.slug, text) or problem("no_account", text, platform=hint.slug)
    said, rest, says_id = read_labelled(clean(text))
    hint = said or hint
    if hint is None:
        told = next(
            (FACTS[s] for s in ("michat", "wechat", "tinder") if s in text[:200].lower()), None
        )
        if told is None or not is_spoken_of(text):
            return _one_of(rest, None) or read_unhinted(rest)
        hint = told
    if hint.has_nearby_search:
        found = _nearby(text, rest, hint, description, says_id)
        if found is not None:
            return found
    if said and "." in rest:
        found = read_address(rest, said)
        if found is not None:
            return found
    found = read_bare(rest, hint, says_id=says_id)
    return found if not found.problem else _one_of(rest, hint) or found


def _nearby(text: str, rest: str, hint: Facts, description: str, says_id: bool) -> Locator | None:
    """The nearby profile, when the text tells of one or only its description does."""
    told = description if re.fullmatch(r"\S+", text) else f"{text}\n{description}"
    if says_id or not is_spoken_of(told):
        return None
    plain = None if not rest or is_spoken_of(rest) else read_bare(rest, hint)
    if (
        plain is not None
        and not plain.problem
        and (plain.kind != "handle" or not _is_display_name(rest))
    ):
        return None
    return read_nearby(hint.slug, rest, description) or problem(
        "no_account", text, platform=hint.slug
    )


def _is_display_name(text: str) -> bool:
    """Whether `text` is how a person is called ("Rara 💋") rather than an id ("rara_99")."""
    letters = "".join(c for c in clean(text) if c.isalnum() or c in "_.-@")
    return letters.isalpha() and (len(letters) < len(clean(text)) or letters[0].isupper())


def _one_of(text: str, hint: Facts | None) -> Locator | None:
    """The problem "several" when `text` lists more than one account, else None."""
    parts = [part for part in _BETWEEN.split(text[:500]) if part]
    if len(parts) < 2:
        return None
    read = (
        read_bare(trim(part) or part, hint) if hint else read_unhinted(trim(part) or part)
        for part in parts
    )
    good = {(one.kind, one.canonical) for one in read if one.problem in ("", "no_platform")}
    slug = hint.slug if hint else None
    return problem("several", text, platform=slug) if len(good) > 1 else None
