"""Every locator in running text: letters, pasted chats, tables, comments.

One pass of one pattern whose parts are bounded, so that the time grows with the text and with
nothing else, whatever the text is made of.
"""

import re
from functools import lru_cache

from .addresses import RULES, is_site, read_address
from .cleaning import clean, fold, refang, soften
from .handles import NAMES, read_bare, read_unhinted
from .hosts import FACTS, TLDS, Facts, facts_for, place_of
from .locator import Locator
from .nearby import read_nearby
from .phones import home, is_home_mobile, read_phone
from .rules import phone_locator

_REACH = 250  # characters that a platform's name holds for what follows it
_URL = (
    r"(?:https?|ftp|tg|whatsapp|line|fb|instagram|twitter|snapchat"
    r"|market)://[^\s<>\"|`{}^\\\[\]]{1,2000}"
)
_SHORT_REACH = 30  # the same for a fixed line, which is an office's more often than an account
_AFTER = re.compile(rf"\s{{0,2}}(?:\(|di |on |pada |via |- )\s?(?:akun )?({NAMES})(?!\w)", re.I)
_ID_WORD = (
    r"(?:user[ _-]?id|uid|id|user[ _-]?name|nama pengguna|nama akun|akun|account|handle|dengan"
    r"|nomor"
    r"|nick(?:name)?|bernama|atas nama|a\.n\.|yaitu|yakni|berikut)"
)
_LABELLED = re.compile(
    rf"(?P<words>(?:[ \t]{{1,3}}{_ID_WORD}(?!\w)){{0,4}})[ \t]{{0,4}}(?P<sep>[:=|;\t]?)"
    r"[ \t]{0,40}"
    r"(?P<quote>[\"“'‘]?)(?P<token>[A-Za-z0-9_][\w.\-]{2,39}+)",
    re.I,
)
_ANNOUNCED = re.compile(r"(?:akun|account|id|username|profil)\s{0,2}$", re.I)
_NEXT = re.compile(
    r"[\"”'’]?[ \t]{0,3}(?:,|;|&|/|\bdan\b|\band\b|\bserta\b)(?:[ \t]{1,3}dan)?\s{0,3}"
    r"[\"“'‘]?(?P<token>[A-Za-z][\w.\-]{2,39}+)",
    re.I,
)
_STANDS_ALONE = re.compile(r"[\"”'’)]?[ \t]*(?:$|\n|[,;|)])")
_NEEDS_MORE = re.compile(r"[ \t]*[:=@|]|[ \t]+(?:id|akun|user|@)", re.I)
_NEARBY_LINE = re.compile(
    r"nearby|orang (?:di )?sekitar|(?:pencarian|fitur) sekitar|look ?around", re.I
)
_NEARBY_PLATFORM = re.compile(
    "|".join(re.escape(facts.name) for facts in FACTS.values() if facts.has_nearby_search), re.I
)
_PUNCTUATION = ".,;:!?\"'“”‘’«»…、。"
_TRAILING = _PUNCTUATION + "*~"  # "_" is none: it ends many a handle and many an id
_EMPHASIS = re.compile(r"[*_~]{1,3}$")
_ENDS_NAMED = re.compile(r"[^\W_]_+$")
_WORDS_AS_ENDINGS = frozenset(
    "me my is so to no it in at as be do pm md zip mov py sh pl rs ps ai la".split()
)


@lru_cache(maxsize=8)
def _found(code: str) -> re.Pattern[str]:
    """The pattern of everything that is read; numbers may begin with this calling code alone."""
    return re.compile(
        rf"(?P<url>(?<![A-Za-z0-9]){_URL})"
        r"|(?P<email>(?<![\w.+-])[\w.+-]{1,64}+@[\w-]{1,63}+(?:\.[\w-]{1,63}+){1,6}+)"
        r"|(?P<site>(?<![\w.@/\\-])(?:[^\W_][\w-]{0,62}+\.){1,8}(?:[^\W\d_]{2,24}|xn--[\w-]{2,59})"
        r"(?![\w@-])"
        r"(?::\d{2,5})?(?:[/?][^\s<>\"|`{}^\\\[\]]{0,1900})?)"
        r"|(?P<at>(?<![\w@./])@[\w.]{2,60}+)"
        rf"|(?P<phone>(?<![\w+/.-])(?:\(?\+\(?\d|\(?0|{code})"
        r"(?:[ .()-]{0,3}\d){7,14}+(?![\w/]))"
        rf"|(?P<name>(?<![\w@/.-])(?:{NAMES})(?![\w]|\.\w))"
        r"|(?P<item>(?:^|(?<=\n))[ \t]{0,20}(?:\d{1,3}[.)]|[-•*·])[ \t]{1,4}[A-Za-z][\w.-]{2,39}+"
        r"(?=[ \t]*(?:\n|$|[,;(|])))"
        r"|(?P<repo>(?:^|(?<=\n))[ \t]{0,20}[A-Za-z0-9][\w-]{0,38}+ / [\w.-]{1,100}+(?=[ \t]*(?:\n"
        r"|$)))",
        re.I,
    )


def find_all(text: str, *, platform: str = "") -> list[Locator]:
    """Every locator in `text`, once each, in order of appearance.

    In: text of any length; `platform`: a slug or name that holds for handles and numbers when the
    text does not say better. Out: addresses (defanged ones too), "@handle" and listed ids beside a
    platform's name, phone numbers, "owner / repo" lines. A handle or number without any platform
    carries the problem "no_platform".
    """
    text = refang(soften(text))
    reader = _Reader(text, facts_for(platform) if platform else None)
    for found in _found(home().code).finditer(text):
        reader.take(found)
    for line in text.split("\n"):
        if len(line) < 2000 and _NEARBY_LINE.search(line):
            reader.take_nearby(line)
    return list(reader.locators.values())


class _Reader:
    """What has been found so far, and which platform was named last."""

    def __init__(self, text: str, default: Facts | None) -> None:
        self.text = text
        self.default = default
        self.locators: dict[tuple[str | None, str, str], Locator] = {}
        self.named: Facts | None = None
        self.named_until = 0
        self.read_until = 0
        self.has_repositories = bool(re.search(r"git ?hub|repositor", text, re.I))

    def take(self, found: re.Match[str]) -> None:
        if found.start() < self.read_until:
            return
        kind = found.lastgroup
        if kind in ("url", "site"):
            self._address(found, is_url=kind == "url")
        elif kind == "at":
            self._handle(found[0].rstrip("."), found)
        elif kind == "phone":
            self._phone(found)
        elif kind == "name":
            self._name(found)
        elif kind == "item":
            self._item(found)
        elif kind == "repo" and self.has_repositories:
            owner, _, repo = found[0].strip().partition(" / ")
            self._good(read_bare(f"{owner}/{repo}", FACTS["github"]))

    def take_nearby(self, line: str) -> None:
        named = _NEARBY_PLATFORM.search(line)
        facts = facts_for(named[0]) if named else None
        found = read_nearby(facts.slug, line) if facts else None
        if found is not None and not found.problem:
            self._add(found)

    def _add(self, found: Locator) -> None:
        self.locators.setdefault((found.platform, found.kind, found.canonical), found)

    def _good(self, found: Locator) -> bool:
        if found.problem in ("", "no_platform"):
            self._add(found)
            return True
        return False

    def _address(self, found: re.Match[str], *, is_url: bool) -> None:
        raw = self._undressed(found)
        host = re.split(r"[/?:]", raw, maxsplit=1)[0].lower()
        is_capitalised = raw[:1].isupper() and not raw.isupper()
        is_word = is_capitalised or host.rpartition(".")[2] in _WORDS_AS_ENDINGS
        if not is_url and is_word and host == raw.lower() and place_of(host) is None:
            return
        read = _read(raw) if len(raw) <= 2000 else None
        if read is not None and read.kind != "unknown":
            self._add(read)

    def _undressed(self, found: re.Match[str]) -> str:
        """An address without the brackets, quotes and emphasis (*…*, _…_) that stand around it."""
        raw = found[0].rstrip(_TRAILING)
        opened = _EMPHASIS.search(self.text, max(0, found.start() - 3), found.start())
        if opened:
            raw = found[0].rstrip(_PUNCTUATION).removesuffix(opened[0][::-1]).rstrip(_TRAILING)
        while raw.endswith(")") and raw.count("(") < raw.count(")"):
            raw = raw[:-1].rstrip(_TRAILING)
        return raw

    def _platform_at(self, start: int, end: int, reach: int = _REACH) -> Facts | None:
        """The platform of what stands at `start`: named right behind it, or last before it."""
        after = _AFTER.match(self.text, end)
        if after:
            return facts_for(after[1])
        near = (
            start - self.named_until <= reach and "\n\n" not in self.text[self.named_until : start]
        )
        if self.named is not None and near:
            self.named_until = end
            return self.named
        return self.default

    def _handle(self, raw: str, found: re.Match[str]) -> None:
        facts = self._platform_at(*found.span())
        raw = clean(raw)
        self._good(
            read_bare(raw, facts) if facts and RULES[facts.slug].handle else read_unhinted(raw)
        )

    def _phone(self, found: re.Match[str]) -> None:
        phone = read_phone(found[0])
        if phone.problem:
            return
        is_mobile = is_home_mobile(phone) or found[0].lstrip("(").startswith("+")
        facts = self._platform_at(*found.span(), _REACH if is_mobile else _SHORT_REACH)
        if facts and facts.has_phone_accounts:
            self._add(phone_locator(facts.slug, phone))
        elif is_mobile:
            self._add(phone_locator(None, phone))

    def _name(self, found: re.Match[str]) -> None:
        facts = facts_for(found[0])
        if facts is None:
            return
        if found[0].lower() in facts.everyday_words and not _NEEDS_MORE.match(
            self.text, found.end()
        ):
            return
        self.named, self.named_until = facts, found.end()
        if RULES[facts.slug].handle is None:
            return
        label = _LABELLED.match(self.text, found.end())
        is_announced = (
            _ANNOUNCED.search(self.text, max(0, found.start() - 16), found.start()) is not None
        )
        while label and self._is_an_id(label, facts, is_announced):
            if not self._good(read_bare(_trimmed(label), facts, says_id=True)):
                return
            self.named_until = self.read_until = label.end()
            label = _NEXT.match(self.text, label.end())

    def _is_an_id(self, label: re.Match[str], facts: Facts, is_announced: bool) -> bool:
        """Whether the word behind a platform's name is an id and not the sentence going on."""
        token = _trimmed(label)
        if re.fullmatch(NAMES, token, re.I) or re.fullmatch(
            rf"[\d.-]{{1,5}}|(?:0|{home().code})[\d.-]{{7,}}", token
        ):
            return False
        if self.text[label.end() : label.end() + 1] == "/" or is_site(token.lower(), "", facts):
            return False
        is_odd = bool(re.search(r"[\d_]|\w\.\w", token))
        parts = label.groupdict()
        alone = _STANDS_ALONE.match(self.text, label.end()) is not None
        if "sep" not in parts:
            return is_odd
        if token.isdigit():
            return bool(parts["words"] or parts["sep"]) and RULES[facts.slug].digits_are_ids
        if parts["sep"] or parts["quote"]:
            return is_odd or alone
        ends = alone or _NEXT.match(self.text, label.end()) is not None
        return is_odd and token[:1].isalpha() and (is_announced or bool(parts["words"]) or ends)

    def _item(self, found: re.Match[str]) -> None:
        token = re.sub(r"^[ \t]*(?:\d{1,3}[.)]|[-•*·])[ \t]*", "", found[0])
        near = found.start() - self.named_until <= _REACH
        facts = self.named if self.named is not None and near else self.default
        if (
            facts is None
            or RULES[facts.slug].handle is None
            or "." in token
            and token.rpartition(".")[2] in TLDS
        ):
            return
        found_name = facts_for(token) if re.fullmatch(NAMES, token, re.I) else None
        if found_name:
            self.named, self.named_until = found_name, found.end()
        elif self._good(read_bare(fold(token).strip("."), facts)):
            self.named_until = found.end()


def _trimmed(label: re.Match[str]) -> str:
    return fold(label["token"]).rstrip(".-")


def _read(raw: str) -> Locator | None:
    """The address `raw`; a "_" at its end is part of it where the platform has such an account or
    post, and else the end of something that was underlined."""
    kept = read_address(raw)
    if not raw.endswith("_"):
        return kept
    is_precise = kept is not None and kept.platform is not None and kept.kind != "url"
    if is_precise and _ENDS_NAMED.search(raw):
        return kept
    return read_address(raw.rstrip(_TRAILING + "_"))
