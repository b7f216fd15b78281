"""Bytes into readable text: encodings guessed, tricks removed, offsets stable afterwards."""

import re
import unicodedata

MAX_TEXT = 20_000_000  # characters; the rest of a longer text is not read

# Invisible characters that split a name or an address for the machine but not for the eye:
# soft hyphen, zero-width spaces and joiners, direction marks and overrides, word joiners, BOM.
_INVISIBLE = dict.fromkeys(
    [
        *(0xAD, 0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180E, 0xFEFF),
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xE0000, 0xE0080),
    ]
)
_CONTROLS = dict.fromkeys(
    [c for c in range(0x20) if c not in (0x09, 0x0A)] + list(range(0x7F, 0xA0))
)
_SPACES = dict.fromkeys([0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000], " ")
_LINES = {0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}


def _lookalikes() -> dict[int, str]:
    """Full-width and mathematical letters, digits of every script, one character for one."""
    table = {}
    for start, end in ((0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B), (0x1D400, 0x1D800)):
        for code in range(start, end):
            plain = unicodedata.normalize("NFKC", chr(code))
            if len(plain) == 1 and plain != chr(code):
                table[code] = plain
    # Arabic, Persian, Devanagari, Bengali, Thai, Khmer and Burmese figures.
    for zero in (0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0x17E0, 0x1040):
        table.update({zero + digit: str(digit) for digit in range(10)})
    table.update({0xFF0E: ".", 0xFF20: "@", 0xFF3F: "_", 0xFF0F: "/"})
    return table


_TABLE = {**_CONTROLS, **_INVISIBLE, **_SPACES, **_LINES, **_lookalikes()}
_MOJIBAKE = re.compile(
    "(?:[\u00c3\u00c2\u00c5\u00c4\u00d0\u00d1][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d"
    "\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]"
    "|[\u00e2-\u00ef][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]{2})+"
)


def clean(text: str) -> str:
    """Text without NULs, controls, invisible characters and disguised Latin letters.

    Lines end in a plain newline. UTF-8 that was once misread as Windows-1252 is mended where
    the mending is certain. Everything that is later found is counted in the result.
    """
    text = text[:MAX_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _MOJIBAKE.sub(_mend, text)
        text = unicodedata.normalize("NFC", text)
    return text.translate(_TABLE)


def _mend(match: re.Match[str]) -> str:
    wrong = match.group()
    try:
        return "".join(map(_byte, wrong)).encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return wrong


def _byte(character: str) -> str:
    """The byte that Windows-1252 shows as this character (its five holes stand for themselves)."""
    if ord(character) < 0x100:
        return character
    return chr(character.encode("cp1252")[0])


def decode(raw: bytes, declared: str | None) -> tuple[str, bool]:
    """`raw` as text, and whether the encoding had to be guessed because `declared` did not fit."""
    raw = raw[: MAX_TEXT * 4]
    for mark, name in (
        (b"\xef\xbb\xbf", "utf-8-sig"),
        (b"\xff\xfe", "utf-16"),
        (b"\xfe\xff", "utf-16"),
    ):
        if raw.startswith(mark):
            return raw.decode(name, "replace"), False
    if raw.count(0) * 20 > len(raw):
        return _wide(raw), True
    for name in dict.fromkeys(filter(None, [declared and declared.strip().lower(), "utf-8"])):
        try:
            if not (name in ("us-ascii", "ascii") and not raw.isascii()):
                return raw.decode(name), False if declared or raw.isascii() else not _is_utf8(raw)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
    return _guess(raw), True


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide(raw: bytes) -> str:
    """Two-byte text without a byte-order mark, or one-byte text strewn with NULs."""
    names = ("utf-16-le", "utf-16-be", "utf-8")
    readings = [raw.decode(name, "replace") for name in names]
    return max(
        readings,
        key=lambda text: (
            sum(c.isalnum() and c < "\u3000" for c in text[:20_000])
            / max(1, len(text[:20_000].replace("\0", "")))
        ),
    )


def _guess(raw: bytes) -> str:
    """The likeliest reading of bytes in an unknown 8-bit or East Asian encoding."""
    sample = raw[:200_000]
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    if broken * 50 < sum(byte > 0x7F for byte in sample):
        return raw.decode("utf-8", "replace")
    best, best_score = "cp1252", 0.0
    for name in ("cp1252", "cp1251", "koi8-r", "gb18030", "big5", "cp1254"):
        score = _plausibility(sample.decode(name, "replace"))
        if score > best_score:
            best, best_score = name, score
    return raw.decode(best, "replace")


_COMMON = (
    frozenset("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъОЕАИНТСРВЛКМДПУЯГЗБЧ№«»"),
    frozenset("áéíóúñüçãõàèêôöäâßÁÉÍÓÚÑÜÇ¿¡ğşıİĞŞ“”‘’–—•…"),
)


def _plausibility(text: str) -> float:
    """Share of the non-ASCII characters that a letter of our languages would have."""
    high = [character for character in text if ord(character) > 0x7F]
    if not high:
        return 0.01
    russian = sum(c in _COMMON[0] for c in high) - sum(c in "ЪЫЬЩЭФ" for c in high) / 2
    # Upper case right after lower case is what KOI8-R read as Windows-1251 looks like.
    russian -= len(re.findall("[а-я][А-Я]", text))
    latin = sum(c in _COMMON[1] for c in high)
    latin -= len(re.findall("[À-ÿ]{3}", text))
    chinese = 2 * sum("\u4e00" <= c <= "\u9fa5" or c in "，。、：；《》（）" for c in high) / 2
    chinese -= 3 * text.count("\ufffd")
    return max(russian, latin, chinese) / len(high)
