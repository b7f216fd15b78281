"""Where a letter names platforms, and which of them a handle or number belongs to."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from platforms.locators.hosts import FACTS

_REACH = 300  # characters that a platform's name holds for what follows it in its paragraph
_WORDS = {
    name: facts.slug
    for facts in FACTS.values()
    for name in facts.names
    if name not in facts.everyday_words and len(name) > 1
}
_EVERYDAY = {name: facts.slug for facts in FACTS.values() for name in facts.everyday_words}
_WORDS["gist"] = "github"
NAMES = "|".join(re.escape(name) for name in sorted({*_WORDS, *_EVERYDAY}, key=len, reverse=True))
# Chinese puts no space between a name and the words around it.
_COMPOUND = r"(?:konto|account|kanal|profil|seite|gruppe|nutzer|user|channel)|[а-яё]"
_LETTER = r"[^\W\u3040-\u9fff]"
_MENTION = re.compile(
    rf"(?<!{_LETTER})(?<![@.\-])(?:{NAMES})(?!{_LETTER}|@|[.\-](?!{_COMPOUND})\w)",
    re.IGNORECASE,
)
# Names that other scripts write in their own letters.
_IN_SCRIPT = {
    "wechat": "微信", "facebook": "脸书|臉書|фейсбук|فيسبوك", "telegram": "电报|電報|телеграмм?"
    "|тел[её]грам|تلغرام|تيليجرام",
    "instagram": "инстаграмм?|إنستغرام|انستغرام|انستقرام", "whatsapp": "вотсапп?|ватсапп?|واتساب"
    "|واتس اب",
    "tiktok": "тик-?ток|تيك توك", "x": "推特|твиттер|تويتر", "youtube": "ютубе?|油管|يوتيوب",
    "snapchat": "سناب شات",
}  # fmt: skip
SCRIPT_NAMES = "|".join(_IN_SCRIPT.values())
_SCRIPT_MENTION = re.compile(
    "|".join(f"(?P<s{i}>{names})" for i, names in enumerate(_IN_SCRIPT.values())), re.IGNORECASE
)
# An everyday word ("line", "x", "thread") names a platform only where the words around say so.
_BEFORE = re.compile(
    r"(?:akun|aplikasi|platform|media\s+sosial|medsos|\bid|accounts?|\bapp|\bon|\bdi|pada|via"
    r"|melalui|menggunakan|grup|group|channel|kanal|username|user|the|an?|our|this|both|"
    r"profil|pengguna)\s+$|[,;:|(/]\s*$|\b(?:dan|and|serta)\s+$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    rf"-{_COMPOUND}|"
    r"\s*(?:\(twitter\)|[:=|)\"“/]|@|[-–—]\s*@)|\s+(?:dengan\s+|yang\s+)?(?:username|user\b|id\b"
    r"|akun|nama\s+(?:akun|pengguna)|bernama|link|tautan|milik|messenger|handles?|accounts?"
    r"|profiles?|pages?|posts?|channels?|groups?)\b"
    r"|\t|\s{2,}|\s*$|\s*\n",
    re.IGNORECASE,
)
_STRONG_AFTER = re.compile(
    rf"-{_COMPOUND}|"
    r"\s*(?:\(twitter\)|[:=–—-]?\s*@|[:=]\s*[\w“\"]|/(?=\w*[\d_.]))|\s+(?:dengan\s+|yang\s+)?"
    r"(?:username|user\s?id|id\b|nama\s+(?:akun|pengguna)|bernama\b|handles?\b|accounts?\b)",
    re.IGNORECASE,
)
_CALLED = re.compile(
    r"(?:akun|profil|\bid|aplikasi|user(?:name)?|accounts?|\bapp)\s+$", re.IGNORECASE
)
# "dua akun di X, yaitu": a place where something stands, and no letter or number after it.
_PLACED = re.compile(
    r"\b(?:akun|profil\w*|konten|unggahan|postingan|video|accounts?|posts?|content|perfil\w*"
    r"|cuentas?|comptes?|konto)\s+(?:\w+\s+)?(?:di|pada|on|via|en|sur|auf)\s+$",
    re.IGNORECASE,
)
_ON = re.compile(r"\b(?:di|pada|on|via|en|sur|auf)\s+$", re.IGNORECASE)
_PAUSE = re.compile(
    r"\s*[,.;)]|\s+(?:and|dan|or|serta|y|und|et|by|oleh|por|par|von|under|as)\b", re.IGNORECASE
)
_BEHIND = re.compile(
    r"[\"”'’]?\s{0,2}(?:\(\s?(?:aktif\s|terdaftar\s|di\s|on\s)*|\[|(?:di|on|pada|via|at|en|в|de|do|no|sur|auf|bei|isimli|adlı)"
    rf"\s)(?:akun\s|aplikasi\s|platform\s|media\s+sosial\s)?(?P<name>{NAMES})(?![\w@])",
    re.IGNORECASE,
)
# "@a yang beredar di Instagram": named further on in the sentence, when nothing before names one.
_AHEAD = re.compile(
    r"(?:[^.;:!?。；：|\n]|\.(?=\w)|\n(?![ \t]*(?:\n|\(?\w{1,3}[.)]\s|[-*•]))){0,140}?"
    r"\b(?:di|pada|on|via|in|en|no|na|sur|auf|в)\s(?:akun\s|aplikasi\s|platform\s|media\s+sosial\s"
    rf"|the\s|la\s+red\s+social\s)?(?P<name>{NAMES})(?![\w@])",
    re.IGNORECASE,
)
_ROW = re.compile(
    r"(?:[ \t]*(?:,|;|&|/|\bdan\b|\band\b|\bserta\b)\s*(?:(?:dan|and)\s)?@[\w.]{2,40}){1,40}",
    re.IGNORECASE,
)
# Who the letter is written to.
_ADDRESSED = re.compile(
    r"^[ \t]*(?:kepada|yth|yang\s+terhormat|dear|to\b|attn|attention|u\.?p\.?\b|уважаем|estimad|致)"
    r"[^\n]{0,120}(?:\n[^\n]{0,80}){0,2}",
    re.IGNORECASE | re.MULTILINE,
)
_COLON = re.compile(r":(?!//)")
_BREAK = re.compile(r"\n[ \t]*\n")
_SENTENCE = re.compile(r"[.!?]\s+(?=[^\W\d_a-zа-яё])|[。！？]|\n[ \t]*\n")


class Mentions:
    """The platforms named in a text, by place. Columns of tables can be added to them."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._starts: list[int] = []
        self._ends: list[int] = []
        self._slugs: list[str] = []
        self._rows: list[tuple[int, int, str]] = []
        self._row_starts: list[int] = []
        self._previous = (0, "")
        self._whole: str | None = None
        for start, end, slug in sorted(_all(text)):
            self._starts.append(start)
            self._ends.append(end)
            self._slugs.append(slug)

    def names(self, slug: str) -> bool:
        """Whether the text names this platform at all."""
        return slug in self._slugs or (slug == "github" and "github" in self._text.lower())

    def whole(self) -> str:
        """The platform of the whole letter: the only one it names, or the one it is written to."""
        if self._whole is None:
            is_one = len(set(self._slugs)) == 1
            self._whole = self._slugs[0] if is_one else self._addressee()
        return self._whole

    def _addressee(self) -> str:
        for match in _ADDRESSED.finditer(self._text, 0, 4000):
            slug = self.inside(match.start(), match.end())
            if slug:
                return slug
        return ""

    def inside(self, start: int, end: int) -> str:
        """The platform named last between `start` and `end`, "" when none is."""
        index = bisect_left(self._starts, end) - 1
        return self._slugs[index] if index >= 0 and self._starts[index] >= start else ""

    def tie(self, stretches: list[tuple[int, int, str]]) -> None:
        """Say which stretches belong to a platform because their row or column names it."""
        self._rows = sorted(stretches)
        self._row_starts = [start for start, _, _ in self._rows]

    def of(self, start: int, end: int) -> str:
        """The platform of what stands from `start` to `end`: the one named nearby, else that of
        the whole letter, else ""."""
        return self.near(start, end) or self.whole()

    def near(self, start: int, end: int) -> str:
        """The platform named right behind, in the table row, or last before in the paragraph."""
        slug = self._near(start, end)
        self._previous = (end, slug)
        return slug

    def _near(self, start: int, end: int) -> str:
        row = bisect_right(self._row_starts, start) - 1
        if row >= 0 and start < self._rows[row][1]:
            return self._rows[row][2]
        slug = self.behind(end)
        if slug:
            return slug
        index = bisect_right(self._starts, start) - 1
        if index >= 0 and start - self._ends[index] <= _REACH:
            between = self._text[self._ends[index] : start]
            if _SENTENCE.search(between):
                slug = self.ahead(end)
                if slug:
                    return slug
            if (
                not _BREAK.search(between)
                or between.count("\n") < 6
                and _COLON.search(between[:80])
            ):
                return self._slugs[index]
        others = _ROW.match(self._text, end)
        return others and self.behind(others.end()) or self._as_above(start) or self.ahead(end)

    def behind(self, end: int) -> str:
        """The platform named right after: "@a (Instagram)", "@a di X"."""
        behind = _BEHIND.match(self._text, end)
        return (
            _slug(self._text, behind.start("name"), behind.end("name"), is_certain=True)
            if behind
            else ""
        )

    def ahead(self, end: int) -> str:
        """The platform named later in the sentence: "@a, which is still active on X"."""
        ahead = _AHEAD.match(self._text, end)
        if not ahead:
            return ""
        index = bisect_left(self._starts, end)
        is_first = index < len(self._starts) and self._starts[index] == ahead.start("name")
        return self._slugs[index] if is_first else ""

    def _as_above(self, start: int) -> str:
        """A list goes on for pages under the one line that named its platform."""
        end, slug = self._previous
        if not slug or not end <= start <= end + _REACH:
            return ""
        between = self._text[end:start]
        is_list = len(between.split()) <= 8 and not _BREAK.search(between)
        return slug if is_list else ""


def _all(text: str) -> Iterator[tuple[int, int, str]]:
    """(start, end, slug) of every place that names a platform."""
    for match in _MENTION.finditer(text):
        if match.start() and text[match.start() - 1] == "/" and match[0].islower():
            continue  # a piece of some address
        slug = _slug(text, match.start(), match.end())
        if slug:
            yield *match.span(), slug
    if not text.isascii():
        slugs = tuple(_IN_SCRIPT)
        for match in _SCRIPT_MENTION.finditer(text):
            yield *match.span(), slugs[int((match.lastgroup or "s0")[1:])]


def _slug(text: str, start: int, end: int, is_certain: bool = False) -> str:
    """The platform that a name stands for here; "" for an everyday word used as one."""
    name = text[start:end]
    slug = _WORDS.get(name.lower())
    if slug:
        return slug
    slug = _EVERYDAY.get(name.lower(), "")
    if is_certain or not slug:
        return slug
    line_start = text.rfind("\n", max(0, start - 30), start) + 1
    before = text[max(line_start, start - 30) : start]
    if _CALLED.search(before) or _PLACED.search(before) and not name.islower():
        return slug
    if _ON.search(before) and not name.islower() and _PAUSE.match(text, end):
        return slug
    if name.islower() and name not in ("tg", "dc", "tt"):
        return ""
    is_led = not before.strip(" \t0123456789.)(|-•*") or bool(_BEFORE.search(before))
    return slug if _STRONG_AFTER.match(text, end) or is_led and _AFTER.match(text, end) else ""
