"""Which of the dates in a letter are its own or those of what it cites; the others (until when
something is asked, when people met, when something was posted) are no dates of the matter.

A date is the letter's where it stands as letters bear theirs: behind a place or a label, or alone
on its line; it is a cited document's where a word that dates leads from the document to it."""

import re
from bisect import bisect_right

from .dates import DateFound

_I = re.IGNORECASE
# Words before a day that make it a day on which something must be done, or may be, by language.
_DEADLINE = (
    # Indonesian, Malay
    r"selambat\w*(?:-lambat\w*)?|paling\s+(?:lambat|lama)|sebelum|batas\s+(?:waktu|akhir)|tenggat|jatuh\s+tempo"
    r"|hingga|sampai(?:\s+dengan)?|s\.?/?d\.?|berlaku|kedaluwarsa|antara|mulai|sejak|terhitung|selewat\w*",
    # English
    r"by|before|until|till|no\s+later\s+than|not\s+later\s+than|latest|deadline\w*|due(?:\s+\w+)?|within|expir\w+|valid\w*"
    r"|between|during|effective|commenc\w+|since|from|starting|scheduled\s+for|rescheduled\s+to",
    # Russian
    r"до|не\s+позднее|в\s+срок|срок\w*|действител\w+|истека\w+|начиная\s+с|с",
    # Spanish, Portuguese
    r"antes\s+del?|hasta(?:\s+el)?|a\s+más\s+tardar(?:\s+el)?|plazo|vence\w*|válid\w+|vigen\w+|desde(?:\s+el)?|até(?:\s+o)?"
    r"|prazo",
    # French, German, Italian, Dutch, Turkish
    r"avant\s+le|jusqu['’]?au|au\s+plus\s+tard(?:\s+le)?|expire\w*|à\s+compter\s+du|depuis\s+le|bis(?:\s+(?:zum|spätestens))?"
    r"|trước(?:\s+ngày)?|spätestens|gültig\w*|ab(?:\s+dem)?|seit(?:\s+dem)?|entro(?:\s+il)?|uiterlijk|tot(?:\s+en\s+met)?|tarihine\s+kadar",
)  # fmt: skip
# What happened or will happen on a day, and is no letter.
_EVENT = (
    r"rapat|musyawarah|pertemuan|undangan|acara|sidang|sosialisasi|bimtek|apel|gelar\s+perkara|dilaksanakan|digelar"
    r"|diselenggarakan|berlangsung|lahir|pemilu\w*|pilkada|pemungutan\s+suara|masa\s+tenang|bergabung|dibuat|diunggah"
    r"|tayang|transaksi|transfer|kejadian|terjadi|kecelakaan|peristiwa|operasi|razia|penertiban|patroli|pada\s+hari|akan|pukul|diperiksa|dipanggil|menghadap",
    r"meeting|hearing|workshop|webinar|conference|election\w*|born|joined|created|uploaded|posted|incident\s+(?:on|occurred)"
    r"|arrested|detained|seized|contacted|committed|appointment|interview|call\s+on|held\s+on|convened|transaction|transferred|launch\w*|webinar|last\s+seen|accessed",
    r"совещани\w+|заседани\w+|встреч\w+|состо\w+|рожд[её]н\w*|г\.\s?р\.|выбор\w+|размещ[её]н\w*|опубликован\w*|создан\w*",
    r"audiencia|reunión|reunión|jornada|nacid\w+|reportad\w+|ocurrid\w+|detenid\w+|realizad\w+|elecciones|publicad\w+|cread\w+|audiência|reunião|eleições|nascid\w+",
    r"réunion|audience|né[e]?\s+le|publié\w*|sitzung|verhandlung|geboren|veröffentlicht|hochgeladen|toplantı|duruşma",
    r"会议|會議|开会|出生|期限|截止|发布|發布|上传|上傳",
)  # fmt: skip
# The words that lead to a letter's or document's day: they outweigh an event further off.
_DOCUMENT = (
    r"tanggal|tertanggal|tgl|date[d]?|dtd|дата|от|від|fecha|data|datum|vom|du|le|tarih\w*|日期|التاريخ|بتاريخ"
    r"|nomor|no|№|nr|n[°º]|ref\w*|surat|laporan|letter|order|notice|report|decision|решени\w+|постановлени\w+|письм\w+|запрос\w*"
    r"|решение|resoluci[oó]n|oficio|auto|sentencia|providencia|решением|judgment|decree|directions?"
)
_BEFORE_DEADLINE = re.compile(
    rf"(?<!\w)(?:{'|'.join(_DEADLINE)})(?![^\W_])\s*:?\s*(?:(?:\w+\s+){{0,2}}(?:tanggal|tgl\.?|date|on|the|el|le|dem|día|dia|den|jam|pukul)\s+)?"
    r"(?:[^\W\d_]{2,12},?\s+)?(?:\d{1,2}[:.]\d\d\s*(?:wib|wita|wit|h|hrs|uhr|cet|utc|gmt)?,?\s*(?:on|tanggal)?\s*)?$",
    _I,
)
_BEHIND_DEADLINE = re.compile(
    r"^\s*(?:年|г\.|года)?[,\s]*(?:\d{1,2}\s?[时時点點](?:\d{1,2}分)?)?(?:или\s+ранее|or\s+(?:earlier|sooner)|之前|以前|前(?!述)|tarihine\s+kadar|kadar)",
    _I,
)
_BEFORE_EVENT = re.compile(
    rf"(?<!\w)(?:{'|'.join(_EVENT)})(?:\s+(?!(?:{_DOCUMENT})\b(?!\s*$))[^\s.;:()]+){{0,6}}?\s*[:,]?\s*$",
    _I,
)
# "[12/05/2025, 10:33] Name:", "12/05/25 10.33 - Name:": a line of a chat that was copied.
_STAMP_BEHIND = re.compile(
    r"^,?\s+\d{1,2}[.:]\d\d(?:[.:]\d\d)?(?:\s?[ap]\.?m\.?)?\s*(?:\]|[-–]\s)", _I
)
_STAMP_BEFORE = re.compile(r"(?:^|\n)\s*\[?(?:\d{1,2}[.:]\d\d(?:[.:]\d\d)?,\s*)?$")
_CERTIFICATE = re.compile(
    r"(?:certificad|certificat|sertifikat|сертификат|証明|证书|證書|zertifikat)\w*[^.;]{0,60}$", _I
)
_TO = re.compile(
    r"\s*(?:-|–|—|s\.?\s?/?d\.?|sampai(?:\s+dengan)?|hingga|to|and|until|dan|по|и|al?|y|et|und)\s*(?:tanggal\s+)?",
    _I,
)
_REACH = 70  # characters of a clause that are looked at before a day
_CLAUSE = re.compile(r"[.;!?]\s+(?=[^\W\d_])|[。；]|\n[ \t]*\n|\n(?=[ \t]*[^\W\d_][^\n]{0,25}:)")
# Labels of the day that a letter bears.
_DATE_WORD = (
    r"date[d]?|dt|dtd|issued|issuance|sent|submitted|signed|tanggal|tgl|tarikh|tertanggal|дата|от|від|fecha|data|datum|le|tarihi?"
    r"|日期|時間|时间|التاريخ|تاريخ|ngày|दिनांक|วันที่|күні|시행일자|작성일|날짜|일자"
)
_LABEL = re.compile(
    rf"(?:.*?(?<![^\W_]))?(?:{_DATE_WORD})(?![^\W_])[^:：]{{0,25}}[:：.]*|(?:.*日期[:：])?(?:中華)?",
    _I | re.DOTALL,
)
_HAN_WORDS = re.compile(r"[,，]?\s?[\u4e00-\u9fff][\u4e00-\u9fff，,]{3}")
_STARTS_AS_LABEL = re.compile(rf"(?:{_DATE_WORD})(?![^\W_])", _I)
_NO_LABEL = re.compile(
    r"kejadian|peristiwa|incident|offen[cs]e|crime|seen|observed|post|unggah|upload|transa|temuan"
    r"|pengawasan|pemantauan|lahir|birth|expir|due|berlaku|tat|frist|hechos|faits|akses|tayang|patroli|hearing|sidang"
    r"|period|record|gönderi|публикац|рожд|截止|案发|發生|发生"
    r"|確認|投稿|掲載|वारदात|घटना",
    _I,
)
# "Jakarta, ", "Bogotá D.C., ", "Abidjan, le ", "Ciudad de México, a ", "г. Минск, "
_PLACE = re.compile(
    r"(?:[^\W\d_a-zа-я][\w.'’()/ -]{1,38}\s*[,，]\s*"
    r"(?:den|am|le|a|ai|the|el|on|dnia|dne|ngày|\w{3,6}day)?|Em|En)\s*$"
)
_PLAIN_PLACE = re.compile(r"[^\W\d_a-zа-я]\w+(?:\s[^\W\d_a-zа-я]\w+){0,2}\s*$")
# "Gereği için tebliğ olunur. 24.12.2025": the day that closes a letter.
_ENDS_A_SENTENCE = re.compile(r"\s[^\W\d_]{4,}\.$")
# "12 جمادى الأولى 1447هـ الموافق 3 نوفمبر", "5 Ramadan 1447 H / 23 Februari": the same day
# in the Muslim calendar.
_HIJRI = re.compile(
    r"\d{1,2}\s+[^\d\n]{3,25}\s+1[34]\d\d\s*(?:هـ?|AH|H)?\.?\s*(?:الموافق|bertepatan(?:\s+dengan)?"
    r"|corresponding\s+to|[/=(–-])\s*$",
    _I,
)
_TODAY = re.compile(
    r"(?:hari\s+ini|today|tonight|as\s+of|сегодня|hoy|hoje|heute|aujourd'hui|bugün|今天|今日)[^.\n]{0,20}$",
    _I,
)
# A day in words is told again in figures: "tahun dua ribu dua puluh lima (07-11-2025)".
_IN_WORDS = re.compile(
    r"(?:dua\s+ribu|dos\s+mil|dois\s+mil|two\s+thousand|deux\s+mille)[\w\s-]{0,40}\($", _I
)
# Where and when a document was made out, at its foot.
_MADE_OUT = re.compile(
    r"(?:ditetapkan|dikeluarkan|dibuat|diputus\w*|issued|done|fait|hecho|dado|expedid[oa]|emitid[oa]"
    r"|ausgestellt|düzenlenme|составлен[оа]?)\b[^.;]{0,60}$",
    _I,
)
# When the officers saw what they report.
_FOUND = re.compile(r"\bbahwa\s+pada\s+tanggal\s+$|\bditemukan\s*:[^\n]{0,60}$", _I)
_FOUND_BEHIND = re.compile(
    r"\s*(?:kami|petugas|tim|we|officers)\s+(?:telah\s+)?(?:menemukan|found)\b", _I
)
# Words that tie a day to the document before it; some do nothing else, others need a document.
_DATES = re.compile(
    r"(?<!\w)(?:tertanggal|dated|dtd\.?|dt\.?|de\s+fecha|datée?\s+du|datiert)[\s/\w]{0,12}$"
    r"|(?<![^\W_])(?:от|від|بتاريخ)\s*$",
    _I,
)
_TIES = re.compile(
    r"(?:(?<!pada\s)(?<!\w)(?:tanggal|tgl\.?|of|from|vom|du|del?|di|den|ngày|"
    r"(?:sent|issued|made|given|passed|signed|delivered|rendered|filed|written)\s+(?:\w+\s+){0,3}on)"
    r"|[,，(（–-]\s*(?-i:[A-Z]\w+\s?){0,2})\s*$",
    _I,
)
_DOCUMENTS = re.compile(
    # Indonesian, English
    r"(?<!\w)(?:surat|nota|laporan|pengaduan|aduan|permohonan|putusan|penetapan|keputusan|perkara|e-?mail"
    r"|letters?|orders?|notices?|reports?|decisions?|judgments?|rulings?|directions?|requests?|complaint|decree|warrant|memo\w*|circular"
    # Russian
    r"|решени\w+|постановлени\w+|определени\w+|требовани\w+|предписани\w+|письм\w+|запрос\w*|заявлени\w+|уведомлени\w+"
    r"|представлени\w+|распоряжени\w+|протокол\w*|приказ\w*"
    # Spanish, Portuguese, French, Italian
    r"|auto|sentencia|resoluci[oó]n|providencia|of[ií]cio|denuncia|escrito|requerimiento|acuerdo|decis[aã]o|despacho|mandado|sentença"
    r"|ordonnance|jugement|courrier|lettre|arrêt|décision|procès-verbal|decreto|ordinanza|sentenza|nota"
    # German, Turkish, Vietnamese
    r"|\w*beschluss\w*|\w*urteil\w*|schreiben\w*|bescheid\w*|nachricht|strafanzeige|karar\w*|yazı\w*|công\s+văn|quyết\s+định)(?!\w)",
    _I,
)
_DATED_BEHIND = re.compile(r"\s*tarih(?:li|\b)", _I)
_DOCUMENT_REACH = 140  # characters from a document's name to its day
# A short word with a full stop is an abbreviation ("г. Омска", "No. B-12"), and no sentence's end.
_SENTENCE = re.compile(
    r"(?<=[^\W_]{3})[.;!?]\s+(?=[^\W\d_])|[。；]|\n[ \t]*\n|\n(?=[ \t]*\w{1,2}[.)]\s)"
)
_GAP = re.compile(r"[ \t]{3,}|\t|\|")


def of_the_matter(
    text: str,
    found: list[DateFound],
    rows: list[tuple[int, int]],
    numbers: list[tuple[int, int]],
) -> list[DateFound]:
    """The dates that are a letter's or a cited document's; `rows` are the cells of data tables,
    `numbers` the stretches of reference numbers, both in order."""
    starts = [start for start, _ in rows]
    kept: list[DateFound] = []
    last: DateFound | None = None  # the last that was left out: the end of a range goes with it
    for one in found:
        row = bisect_right(starts, one.start) - 1
        in_row = row >= 0 and one.start < rows[row][1]
        is_end = last is not None and _TO.fullmatch(text, last.end, one.start)
        is_one = _is_own(text, one) or _is_cited(text, one, numbers)
        if in_row or is_end or not is_one or _is_besides(text, one):
            last = one
        else:
            kept.append(one)
    return kept


def _is_own(text: str, one: DateFound) -> bool:
    """Whether a date stands where a letter bears its own."""
    before = text[max(0, one.start - _DOCUMENT_REACH) : one.start]
    if _TODAY.search(before) or _IN_WORDS.search(before) or _FOUND.search(before):
        return True
    if _FOUND_BEHIND.match(text, one.end):
        return True
    line = re.sub(r"[\s|]+(?=[:：][\s|]*$)", "", before.rpartition("\n")[2])
    line = _HIJRI.sub("", line)
    *lead, words = _GAP.split(line)
    words = words.strip(" *_>•-")
    rest = _GAP.split(text[one.end : one.end + 40].partition("\n")[0])[0]
    rest = re.sub(r"^\s*(?:г\.|года|year|ж\.|жыл\w*|م\b|M\b)", "", rest).strip(" .,;:)*_")
    if not words:
        label = lead[-1] if lead else ""
        is_headed = one.start == 0 or not label or not _NO_LABEL.search(label)
        goes_on = len(rest) >= 30 and rest[:1].islower() or _HAN_WORDS.match(rest) is not None
        return is_headed and not goes_on
    if _LABEL.fullmatch(words):
        is_label = len(words.split()) < 3 or words.endswith((":", "：", "."))
        is_label = is_label or bool(_STARTS_AS_LABEL.match(words))
        return is_label and len(words) < 60 and not _NO_LABEL.search(words)
    if _PLAIN_PLACE.fullmatch(words) or _ENDS_A_SENTENCE.search(words):
        return not rest
    if len(words) < 60 and _PLACE.fullmatch(words):
        return len(rest) < 25 or not rest[:1].islower()
    return re.match(r"pada\s+tanggal|tanggal", words, _I) is not None and bool(
        _MADE_OUT.search(before)
    )


def _is_cited(text: str, one: DateFound, numbers: list[tuple[int, int]]) -> bool:
    """Whether a word that dates leads from a document to a day, or the day to its number."""
    start = max(0, one.start - _DOCUMENT_REACH)
    before = _SENTENCE.split(text[start : one.start])[-1]
    if _DATES.search(before) or _DATED_BEHIND.match(text, one.end) or _MADE_OUT.search(before):
        return True
    index = bisect_right(numbers, (one.start, 0))
    gap = text[one.end : numbers[index][0]] if index < len(numbers) else ""
    if 0 < len(gap) < 25 and not re.search(r"[.;\n]\s*[^\W\d_]{3}", gap):
        return True
    is_numbered = index > 0 and numbers[index - 1][1] > one.start - len(before)
    if is_numbered and not re.search(r"\w", text[numbers[index - 1][1] : one.start]):
        return True
    return bool(_TIES.search(before)) and (is_numbered or _DOCUMENTS.search(before) is not None)


def _is_besides(text: str, one: DateFound) -> bool:
    """Whether the words around a day say that it is a deadline, an event or a chat's stamp."""
    window = text[max(0, one.start - _REACH) : one.start]
    before = _CLAUSE.split(window)[-1]
    behind = text[one.end : one.end + 40]
    if _STAMP_BEHIND.match(behind) and _STAMP_BEFORE.search("\n" + window.rpartition("\n")[2]):
        return True
    if _BEHIND_DEADLINE.match(behind) or _CERTIFICATE.search(before):
        return True
    return bool(_BEFORE_DEADLINE.search(before) or _BEFORE_EVENT.search(before))
