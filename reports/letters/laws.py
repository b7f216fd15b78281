"""Articles of law cited in a letter. They are no reference numbers, and their dates no dates of
the matter, so the stretches that they cover are kept out of both."""

import re
from dataclasses import dataclass

from .dates import MONTH

MAX_CITATION = 300  # characters

_I = re.IGNORECASE
_NUMBER_WORD = r"(?:№№?|N[o°ºr]?\.?|No\.|Nomor|Num(?:ber)?\.?|Núm(?:ero)?\.?|nº|sayılı)"
_DATE = (
    rf"(?:\d{{1,2}}(?:st|nd|rd|th)?[\s.]{{1,2}}(?:de\s+)?{MONTH}\.?,?\s+(?:de\s+|del\s+)?\d{{4}}"
    rf"|{MONTH}\.?\s?\d{{1,2}}(?:st|nd|rd|th)?,?\s*\d{{4}}|\d{{1,2}}[./-]\d{{1,2}}[./-]\d{{4}}"
    rf"|\d{{1,2}}\s+de\s+{MONTH})"
)
_LAW_NUMBER = rf"(?:{_NUMBER_WORD}\s*:?\s*\d[\w/.-]*(?:-[^\W\d_]{{1,4}})?)"
_LINK = (
    r"[\s,(]*(?:от|dated|from|of|on|de|del|du|vom|ngày|tanggal|tertanggal|году?|года|г\.|RI|R\.I\.)?"
    r"\s*"
)
_TAIL = re.compile(
    rf"{_LINK}(?:{_DATE}(?:\s*(?:года|г\.))?|{_LAW_NUMBER}|(?:Tahun|Year|/)\s*\d{{4}}|\d+/\d{{4}}"
    r"|,?\s*(?:19|20)\d\d\b|,?\s*Cap\.?\s*\d+\w?)",
    _I,
)

_ID_LAW = (
    r"(?:Undang\s?-\s?Undang|UU\b|Peraturan\s+(?:Pemerintah(?:\s+Pengganti)?|Menteri|Presiden"
    r"|Kapolri|"
    r"Kepala|Kepolisian|Daerah|Gubernur|Bupati|Wali\s?kota|Jaksa|Mahkamah|Bank|OJK|Otoritas)|"
    r"Keputusan\s+(?:Menteri|Presiden|Gubernur|Bupati|Wali\s?kota)|\bPP\b|Permen\w*|Perpres"
    r"|Perkap\w*|"
    r"Perpol|Perppu|Perma|Perda|Pergub|Perbup|Kepmen\w*|Keppres|Perkominfo)"
    r"(?:\s+(?!Nomor|No\b|tentang|Tahun)[A-Z][\w/&-]*(?:\s+(?:dan|&))?){0,8}?"
    r"(?:\s+(?:Nomor|No\.?|Nomer)?\s*:?\s*\d+(?:\s*(?:Tahun\s*|/)\s*\d{4})"
    r"|\s+(?:ITE|TPPO|TPKS|PDP|KUHP|Pornografi|Perlindungan\s+Anak|Narkotika|TPPU|Hak\s+Cipta)\b)"
)
_ID_CODE = (
    r"\bKUH(?:A?P|\s?Pidana|\s?Perdata|AP)\b|\bKitab\s+Undang-Undang\s+Hukum\s+\w+(?:\s+Pidana)?"
)
_RU_LAW = (
    r"(?:Федеральн\w+\s+(?:конституционн\w+\s+)?закон\w*|\bЗакон(?!одат)\w*\s+(?:РФ|РК|Российской\s+Федерации"
    r"|Республики\s+\w+)|"
    r"Постановлени\w+\s+Правительства(?:\s+(?:РФ|Российской\s+Федерации))?|"
    r"Указ\w*\s+Президента(?:\s+(?:РФ|Российской\s+Федерации))?|"
    r"\b(?:УК|ГК|ГПК|КоАП|КАС|УПК)\s+(?:РФ|Российской\s+Федерации)|"
    r"(?:Уголовн\w+|Гражданск\w+|Семейн\w+)\s+(?:процессуальн\w+\s+)?кодекс\w*"
    r"(?:\s+Российской\s+Федерации)?)"
)
_EN_LAW = (
    r"(?:\b(?:Federal|Organic|Basic|Royal|Our)\s+(?:Law|Decree)\b|\bLaw\b(?=[\s,]+(?:No|N|№|\d"
    r"|of\b|on\b|dated))|"
    r"\b(?:Regulation|Order|Decree|Instruction)\s+(?:No\.?|Number)\s*\d+\s+of\s+(?:19|20)\d\d|"
    r"\b[Rr]esolution\s+of\s+(?:the\s+)?Government(?:\s+of\s+the\s+Russian\s+Federation)?|"
    r"\b(?:[A-Z][\w'’-]*[\s,]+(?:(?:and|of|the|for|from|on|\(\w+\)|&)\s+){0,2}){1,9}"
    r"(?:Act|Ordinance|Code|Rules|Regulations|Decree|Directive(?!\s+[A-Z]+/)|Measures|Statute|Law|Constitution)\b"
    r"|\bRegulation\s+\((?:EU|EC|UE)\)|\b(?:Act|Ordinance|Constitution)\b)"
)
_ES_LAW = (
    r"(?:\bLey(?:\s+Orgánica)?(?:\s+(?:[A-ZÁÉÍÓÚ][\w]+|de|del|la|y)){0,6}(?:\s+\d+/\d{4})?"
    r"|\bReal\s+Decreto(?:[\s-]+ley)?\s+\d+/\d{4}|"
    r"\bCódigo\s+(?:de\s+)?(?:Penal|Civil|Procedimiento\s+Penal)|\bConstitución"
    r"|\bL\.?O\.?\s+\d+/\d{4}|"
    r"\bL\.?E\.?Crim\.?|\bLei\s+(?:n[º°.]?\s*)?[\d.]+(?:/\d{4})?)"
)
_ZH_LAW = r"《[^》\n]{2,60}》"
_TR_LAW = r"\b\d{3,4}\s+sayılı\s+(?:\w+\s+){0,8}?(?:Kanun|Yasa|Tebliğ|Yönetmelik)\w*(?:['’]\w+)?"

_FR_LAW = (
    r"\b(?:loi|décret|arrêté|règlement)(?:\s+\(?[\w-]+\)?){0,2}?\s+n[°º]\s?[\d/-]+"
    r"|\bcode\s+(?:pénal|civil|de\s+(?:procédure|la\s+sécurité|la\s+santé)\s?\w*)"
)
_DE_LAW = r"\b(?:[A-ZÄÖÜ]\w+gesetz(?:es)?|StGB|StPO|TMG|NetzDG|DDG|JMStV|BGB)\b"
_IT_LAW = r"\b(?:legge|d\.\s?l(?:gs)?\.|decreto\s+legislativo)\s+(?:n\.?\s?)?\d+(?:/\d{4})?"
_VN_LAW = r"\b(?:Nghị\s+định|Thông\s+tư|Luật|Pháp\s+lệnh)\s+(?:số\s+)?\d+/\d{4}/[\w-]+"
_AR_LAW = r"قانون[^.\n]{0,40}?رقم\s*\(?\d+\)?(?:\s*لسنة\s*\d{4})?"
_ZH_NUMBERED_LAW = r"第\s?\d+/\d{4}\s?[号號](?:法律|法令|行政法[规規])"

_ARTICLES = (
    r"(?:\bPasal\s+\d+\s?[A-Z]{0,2}\b(?:\s*ayat\s*\(?\d+\w?\)?(?:\s*(?:dan"
    r"|,)\s*(?:ayat\s*)?\(\d+\w?\))*)?"
    r"(?:\s*huruf\s+\w\b\.?)?(?:\s*angka\s+\d+)?)",
    r"(?:\b(?:част\w+|ч\.|пункт\w*|п\.|подпункт\w*)\s*[\d\s,и.–-]{0,20}\d\s*(?:част\w+\s*\d+\s*)?)?"
    r"(?:\bстать\w+|\bст\.)\s*\d[\d.,\sи–-]{0,30}(?<=\d)",
    r"(?:\b(?:No\.|Parts?|Paragraphs?|Clauses?)\s+\d+(?:\s+and\s+\d+)?\s+of\s+(?:the\s+)?)?"
    r"(?:\b(?:Articles?|Arts?\.|Sections?|Sec\.|Rules?|[Uu]/ss?\.?)|§§?)\s*\d+(?:\.\d+)*[A-Z]{0,2}\b"
    r"(?:\([0-9a-zA-Z]{1,5}\))*"
    r"(?:\s*(?:,|and|to|-|–)\s*\d+(?:\.\d+)*(?:\([0-9a-zA-Z]{1,5}\))*)*",
    r"\bart(?:ículos?|igos?|s?\.)\s*\d+(?:\.\d+)?(?:\s*(?:bis|ter))?(?:\s*(?:,|y"
    r"|e)\s*\d+(?:\.\d+)?)*",
    r"第\s?[一二三四五六七八九十百零〇\d]{1,6}\s?条(?:之[一二三四五])?"
    r"(?:第[一二三四五六七八九十\d]{1,3}款)?",
    r"\b\d{1,3}(?:/[A-ZÇ])?(?:['’]\w{1,4}|\.|\s?\w{2,3})?\s+madde\w*",
)
_LAWS = (
    *(_ID_LAW, _ID_CODE, _RU_LAW, _ES_LAW, _ZH_LAW, _TR_LAW, _FR_LAW, _DE_LAW, _IT_LAW, _VN_LAW),
    *(_AR_LAW, _ZH_NUMBERED_LAW),
)

_ARTICLE = re.compile("|".join(f"(?:{pattern})" for pattern in _ARTICLES), _I)
# English names of laws are told by their capitals, so they alone are matched as written.
_LAW = re.compile("|".join(f"(?i:{pattern})" for pattern in _LAWS) + f"|{_EN_LAW}")
_CHAIN = re.compile(
    r"(?:\s|,|\(|\)|\.|–|-|dan|atau|serta|jo\.?|juncto|yo\.?|Jis\.?|of|the|our|under|and|or|to"
    r"|nuestra|nuestro|de|la|del|"
    r"dari|dalam|pada|RI|и|или|the\s+same|from|sebagaimana|telah|diubah|terakhir|dengan|diubah"
    r"|в\s+редакции|"
    r"tentang\s+(?:[\w,-]+\s+){1,14}?|contrary\s+to)*",
    _I,
)


@dataclass(frozen=True)
class Citation:
    """A cited article or law: `text` as written on one line, and the stretch that it covers."""

    text: str
    start: int
    end: int
    has_article: bool


def find(text: str) -> list[Citation]:
    """Every citation in order. What is cited together (an article, its law, number and date) is
    one citation; the law's name alone is one too, with `has_article` false."""
    pieces = sorted(
        [(m.start(), m.end(), True) for m in _ARTICLE.finditer(text)]
        + [(m.start(), _with_tail(text, m.end()), False) for m in _LAW.finditer(text)]
    )
    found: list[Citation] = []
    is_whole = False
    for start, end, is_article in pieces:
        if found and start < found[-1].end:
            last = found[-1]
            if end > last.end:
                found[-1] = _citation(text, last.start, end, last.has_article or is_article)
        elif found and not (is_article and is_whole) and _belongs(text, found[-1], start):
            last = found[-1]
            found[-1] = _citation(text, last.start, end, last.has_article or is_article)
        else:
            found.append(_citation(text, start, end, is_article))
        # An article after "article and law" begins the next citation.
        is_whole = not is_article and found[-1].has_article
    return found


def _citation(text: str, start: int, end: int, has_article: bool) -> Citation:
    return Citation(" ".join(text[start:end].split()), start, end, has_article)


def _belongs(text: str, last: Citation, start: int) -> bool:
    between = text[last.end : start]
    if len(between) > 90 or start - last.start > MAX_CITATION or "\n\n" in between:
        return False
    if re.search(r"\.\s+[A-ZА-Я]", between):
        return False
    return bool(_CHAIN.fullmatch(between))


def _with_tail(text: str, end: int) -> int:
    """Where the number and date that follow a law's name end."""
    for _ in range(4):
        match = _TAIL.match(text, end, end + 120)
        if match is None:
            break
        end = match.end()
    return end
