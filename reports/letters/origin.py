"""In which language a letter is written and from which country it comes."""

import re
from collections import Counter

_SCRIPTS = (
    ("ru", re.compile("[а-яё]", re.I)),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7af]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
)
_STOP = {
    "id": (
        "yang dan dengan untuk dari pada kepada permohonan dimohon perihal yth mohon blokir "
        "tersebut akun dalam adalah telah kami oleh agar "
        "sebagai ini nomor tanggal atas bahwa surat mohon sehubungan akses"
    ),
    "en": (
        "the of and to in is that this for with you are be on by from has have we please which "
        "our your it not as request"
    ),
    "es": (
        "el la de que los las del por con una para este esta se como nuestra en cuenta solicitud "
        "según nos"
    ),
    "pt": (
        "de que para em seguintes prazo ofício o os da do das dos que não uma para com por pela "
        "pelo nos este esta são ao"
    ),
    "tr": "ve bir bu ile için olan olarak sayılı kararı gereği tarafından ilgili içerik edilmesi",
    "fr": "le la les des une est que pour dans par sur vous nous avec cette du au aux",
    "de": "der die das und ist nicht mit den von zu auf für eine dem des im sich wir",
    "vi": "của và các là cho không được trong với này",
}
_STOP_SETS = {name: frozenset(words.split()) for name, words in _STOP.items()}
_LATIN_WORD = re.compile(r"[a-zà-öø-ÿğışœ]+", re.I)

# ISO 3166 code: its own domain ending is the code itself (but GB); names of the country and of
# bodies that exist nowhere else.
_COUNTRIES = {
    "ID": r"indonesia|polri\b|kepolisian|polda\b|polres\b|bareskrim|kominfo|komdigi|kementerian",
    "RU": r"russia|russian federation|росси|роскомнадзор|roskomnadzor|ростехнадзор"
    r"|роспотребнадзор|moscow|москв",
    "CN": r"china\b|people'?s republic of china|beijing\b|shanghai\b",
    "HK": r"hong ?kong",
    "TW": r"taiwan",
    "SG": r"singapore|singcert|imda\b",
    "MY": r"malaysia|mcmc\b|skmm\b|pdrm|kuala lumpur|putrajaya",
    "IN": r"india\b|meity\b|government of india",
    "TR": r"turkey\b|türkiye|btk\b|sulh ceza|cumhuriyet|ankara\b|[iı]stanbul\b",
    "ES": r"spain\b|españa|guardia civil|audiencia nacional|madrid\b|barcelona\b",
    "BR": r"brazil\b|brasil\b|brasília\b",
    "PT": r"portugal\b|lisboa\b",
    "MX": r"m[eé]xico\b|ciudad de méxico",
    "AR": r"argentina\b|buenos aires\b",
    "CO": r"colombia\b|bogot[aá]\b",
    "DE": r"germany\b|deutschland|bundes\w+|berlin\b",
    "FR": r"france\b|république française|paris\b",
    "IT": r"italy\b|italia\b|roma\b",
    "GB": r"united kingdom|u\.?k\.?\b|scotland yard|metropolitan police|ofcom\b|london\b",
    "AU": r"australia\b|esafety|canberra\b",
    "US": r"united states|u\.s\.a?\b|fbi\b|department of justice",
    "JP": r"japan\b|tokyo\b",
    "KR": r"korea\b|seoul\b",
    "TH": r"thailand\b|bangkok\b",
    "VN": r"viet ?nam|việt nam|hanoi\b|hà nội",
    "PH": r"philippines\b|pilipinas|manila\b|cicc\b",
    "PK": r"pakistan\b|islamabad\b",
    "BD": r"bangladesh\b|dhaka\b",
    "UA": r"ukrain\w+|украин|україн",
    "KZ": r"kazakhstan\b|казахстан|astana\b|астана",
    "BY": r"belarus\b|беларус",
    "PL": r"poland\b|polska|warszawa\b",
    "NL": r"netherlands\b|nederland",
    "SA": r"saudi arabia|riyadh\b",
    "AE": r"united arab emirates\b|uae\b|abu dhabi\b|dubai\b",
    "EG": r"egypt\b|cairo\b|القاهرة",
    "NG": r"nigeria\b|abuja\b",
    "ZA": r"south africa",
    "CA": r"canada\b",
    "IE": r"ireland\b|éire\b|an garda|dublin\b",
    "NZ": r"new zealand\b|wellington\b",
    "KE": r"kenya\b|nairobi\b",
    "CL": r"chile\b",
    "PE": r"perú\b|peru\b|indecopi|divindat",
    "EC": r"ecuador\b|quito\b",
    "MO": r"macau\b|macao\b",
    "LK": r"sri lanka\b",
    "AT": r"austria\b|österreich|wien\b",
    "CH": r"switzerland\b|schweiz\b",
    "BE": r"belgium\b|belgique\b|bruxelles\b|brussels\b",
}  # fmt: skip
_PLACES = re.compile(
    "(?<!\\w)(?:" + "|".join(f"(?P<{code}>{names})" for code, names in _COUNTRIES.items()) + ")",
    re.IGNORECASE,
)
# In scripts that put no space between words.
_SIGNS = {
    "中国": "CN", "中华人民共和国": "CN", "公安": "CN", "网信办": "CN", "北京": "CN", "上海": "CN",
    "香港": "HK", "臺灣": "TW", "台灣": "TW", "台湾": "TW", "日本": "JP", "대한민국": "KR",
    "ประเทศไทย": "TH", "भारत": "IN",
}  # fmt: skip
_LANGUAGE_HOME = {
    "id": "ID",
    "ru": "RU",
    "tr": "TR",
    "ja": "JP",
    "ko": "KR",
    "th": "TH",
    "hi": "IN",
    "vi": "VN",
}
_ADDRESS = re.compile(r"[!-~]{0,60}(?://|@|\w\.(?:com|id|org|net|example)\b)[!-~]{0,300}")
_SAMPLE = 20_000  # characters


def language(text: str) -> str:
    """The ISO 639-1 code of the language that most of the letter is in; "" when there are no words.

    Of two languages of like weight the first wins: it is the original, the other its translation.
    """
    sample = _ADDRESS.sub(" ", text[:_SAMPLE])
    weights = [(name, len(pattern.findall(sample))) for name, pattern in _SCRIPTS]
    words = [word.lower() for word in _LATIN_WORD.findall(sample)]
    latin = sum(map(len, words))
    name, most = max(weights, key=lambda weight: weight[1])
    if name == "zh":
        most *= 3  # a Chinese character is a word
        name = "ja" if weights[2][1] * 5 > weights[1][1] else "zh"
    if most * 2 > latin or most > 40 and most * 5 > latin and _comes_first(sample, name):
        return name if most else ""
    hits = Counter({code: sum(word in stop for word in words) for code, stop in _STOP_SETS.items()})
    best, count = hits.most_common(1)[0]
    if not count:
        return ""
    rival, rival_count = hits.most_common(2)[1]
    if rival_count * 2 > count and rival_count > 10:
        first = _LATIN_WORD.findall(sample[: len(sample) // 3])
        early = {code: sum(w.lower() in _STOP_SETS[code] for w in first) for code in (best, rival)}
        return max(early, key=lambda code: early[code])
    return best


def _comes_first(sample: str, name: str) -> bool:
    """Whether the first long line is in that script."""
    pattern = dict(_SCRIPTS)[name]
    line = next((line for line in sample.split("\n") if len(line) > 40), "")
    return len(pattern.findall(line)) * 2 > len(line) * (0.5 if name == "zh" else 1)


def country(sender: str, address: str, subject: str, text: str, spoken: str) -> str:
    """The ISO 3166 code of the country whose body wrote, "" when nothing tells.

    The sender's domain decides, then his name, the subject, the head and foot of the letter, at
    last the language where only one country uses it so.
    """
    ending = address.rpartition(".")[2].upper()
    if ending in _COUNTRIES or ending == "UK":
        return "GB" if ending == "UK" else ending
    for part in (sender, subject):
        named = _named(part)
        if named:
            return named
    named = _named(f"{text[:3000]}\n{text[-2000:]}")
    return named or _LANGUAGE_HOME.get(spoken, "")


def home_of_numbers(country: str, spoken: str) -> str:
    """The country in whose way telephone numbers are read: an Indonesian or English letter that
    names none is one of ours."""
    return country or ("ID" if spoken in ("", "id", "en") else "")


def _named(text: str) -> str:
    counts = Counter(match.lastgroup for match in _PLACES.finditer(text))
    if not text.isascii():
        for sign, code in _SIGNS.items():
            counts[code] += text.count(sign)
    counts = +counts
    if not counts:
        return ""
    if counts.get("HK") and counts.get("CN"):
        return "HK"
    best = counts.most_common(1)[0][0]
    return best or ""
