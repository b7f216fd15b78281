"""What people and their tricks do to a text, undone: invisible characters, dressed-up letters,
defanged addresses. Pure functions over text; nothing here knows a platform."""

import re
import unicodedata

# Letters that Unicode does not fold by itself, as (first letter of the run, letters it stands for).
_SMALL_CAPITALS = dict(
    zip(map(ord, "ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ"), "abcdefghijklmnopqrstuvwyz", strict=True)
)


def _runs() -> dict[int, str]:
    """Enclosed letters and digits that NFKC leaves alone, or unfolds with their brackets."""
    table: dict[int, str] = {}
    for start in (0x1F150, 0x1F170, 0x1F110):  # white on black round, square; in parentheses
        table |= {start + i: chr(ord("A") + i) for i in range(26)}
    table |= {0x249C + i: chr(ord("a") + i) for i in range(26)}
    for start, first in ((0x2474, 1), (0x2488, 1), (0x2776, 1), (0x2780, 1), (0x278A, 1)):
        table |= {start + i: str(first + i) for i in range(10 if start > 0x2700 else 20)}
    table |= {0x24EB + i: str(11 + i) for i in range(10)}
    table |= {0x24F5 + i: str(1 + i) for i in range(10)}
    return table | {0x24FF: "0", 0x1F10B: "0", 0x1F10C: "0", 0x1F100: "0"}


# Seen by nobody: controls, zero-width, bidirectional, fillers, variation selectors, tags,
# surrogates that no database takes.
_INVISIBLE_RANGES = (
    (0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x84), (0x86, 0x9F), (0xAD, 0xAD), (0x34F, 0x34F),
    (0x61C, 0x61C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x206F), (0x2800, 0x2800), (0x3164, 0x3164), (0xD800, 0xDFFF),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0xFFFE, 0xFFFF),
    (0xE0000, 0xE0FFF),
)  # fmt: skip
# Drawn around or before a letter to hide it from filters: box and block elements, wavy lines.
_ORNAMENT_RANGES = ((0x2500, 0x259F), (0x224B, 0x224B), (0x0489, 0x0489))

_DROPPED = dict.fromkeys(
    c for first, last in (*_INVISIBLE_RANGES, *_ORNAMENT_RANGES) for c in range(first, last + 1)
)
_LINE_BREAKS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x1680: " "}
_UNDRESSED = _DROPPED | _LINE_BREAKS | _runs()

_ASCII_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_BRACKETED = re.compile(r"[【『〖〘〚]{1,4}+(\w)[】』〗〙〛]{1,4}+")
_BRACKETS = re.compile("[【】『』〖〗〘〙〚〛]+")
_LOOSE_MARKS = re.compile(
    "[\u0300-\u036f\u0488\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+"
)

# Putting n marks of one letter in order costs n²: more than a script needs are cut off first.
_MARKS = "".join(
    chr(c) for c in range(0x300, 0x1EF00) if unicodedata.combining(chr(c)) or c in (0xFF9E, 0xFF9F)
)
_TOO_MANY_MARKS = re.compile(f"([{_MARKS}]{{12}})[{_MARKS}]+")

# Letters of other scripts that look like a Latin one: for handles that can only be ASCII.
_LOOKALIKES = str.maketrans(
    dict(
        zip(
            "абсԁеһіјкӏмнорԛгѕтуѵԝхАВСЕНІЈКМОРЅТУХԚԜѴαβενικορτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧıɑɡłøđħŧ",
            "abcdehijklmhopqrstyvwxABCEHIJKMOPSTYXQWVabevikoptuxyABEZHIKMNOPTYXiaglodht",
            strict=True,
        )
    )
)

_MAYBE_DEFANGED = re.compile(r"[\[\](){}<>\\]|h(?:xx|tx|xt|\*\*|__)p| (?:dot|titik|\.)", re.I)
_SCHEME = re.compile(
    r"\b(?:h(?:xx|tx|xt|\*\*|__|XX)p(s?)|http(s?))"
    r"(?:\[:\]//|\(:\)//|\[://\]|\(://\)|\[:\]\[/\]\[/\]|:\[//\]|:\[/\]\[/\]|\[:/{2}\]|://|:\\\\)",
    re.I,
)
_DOT = re.compile(
    r" ?(?:\[ ?(?:\.|dot|titik|d0t) ?\]|\( ?(?:\.|dot|titik|d0t) ?\)|\{ ?(?:\.|dot|titik) ?\}"
    r"|< ?(?:\.|dot|titik) ?>) ?|(?<=\w)\\\.(?=\w)|(?<=\w)(?:\[\.|\.\])(?=\w)",
    re.I,
)
_SPOKEN_DOT = re.compile(
    r"(?<=\w) (?:(?:dot|titik) |\. ?)(?=(?:com|co|net|org|id|me|tv|gg|io|sg|video|be|xyz|info)\b)",
    re.I,
)
_AT = re.compile(r" ?(?:\[ ?(?:at|@) ?\]|\( ?(?:at|@) ?\)) ?", re.I)
_SLASH = re.compile(r"\[/\]|\(/\)")


def soften(text: str) -> str:
    """`text` without what cannot stand in a real host name: invisible characters, compatibility
    forms (NFKC, as browsers do), enclosing and stray marks, ornaments. Letters that could be
    registered in a look-alike host (small capitals, other scripts) stay as they are."""
    if text.isascii():
        return _ASCII_CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _TOO_MANY_MARKS.sub(r"\1", text.replace("\r\n", "\n").replace("\r", "\n"))
    for _ in range(4):  # two rounds settle everything but texts made to be difficult
        before = text
        text = unicodedata.normalize("NFKC", text.translate(_UNDRESSED)).translate(_UNDRESSED)
        text = _BRACKETS.sub(" ", _BRACKETED.sub(r"\1", text))
        text = unicodedata.normalize("NFKC", _LOOSE_MARKS.sub("", text))
        if text == before:
            break
    return text


def clean(text: str) -> str:
    """`text` as a person reads it: `soften`, and small capitals as letters. Line breaks, tabs,
    emoji and letters of every script stay. clean(clean(x)) == clean(x)."""
    if text.isascii():
        return soften(text)
    return soften(soften(text).translate(_SMALL_CAPITALS))


def fold(text: str) -> str:
    """`text` in ASCII, for names that can hold nothing else: accents off, look-alike letters of
    other scripts as the Latin one they imitate, the rest (emoji, foreign signs) dropped."""
    if text.isascii():
        return text
    text = clean(text).translate(_LOOKALIKES)
    text = unicodedata.normalize("NFKD", text).translate(_LOOKALIKES)
    return text.encode("ascii", "ignore").decode("ascii")


def refang(text: str) -> str:
    """`text` with defanged addresses made whole again: hxxps[:]//, [.], (dot), [titik], \\."""
    if not _MAYBE_DEFANGED.search(text):
        return text
    text = _SCHEME.sub(lambda found: f"http{(found[1] or found[2] or '').lower()}://", text)
    text = _AT.sub("@", _SLASH.sub("/", _DOT.sub(".", text)))
    return _SPOKEN_DOT.sub(".", text)
