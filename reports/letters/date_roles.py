"""Which of the dates in a letter are its own or those of what it cites; the others (until when
something is asked, when people met, when somebody wrote in a chat) are no dates of the matter."""

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
    rf"(?<!\w)(?:{'|'.join(_DEADLINE)})\s*:?\s*(?:(?:\w+\s+){{0,2}}(?:tanggal|tgl\.?|date|on|the|el|le|dem|día|dia|den|jam|pukul)\s+)?"
    r"(?:[^\W\d_]{2,12},?\s+)?(?:\d{1,2}[:.]\d\d\s*(?:wib|wita|wit|h|hrs|uhr|cet|utc|gmt)?,?\s*(?:on|tanggal)?\s*)?$",
    _I,
)
_BEHIND_DEADLINE = re.compile(
    r"^\s*(?:年|г\.|года)?[,\s]*(?:или\s+ранее|or\s+(?:earlier|sooner)|之前|以前|前(?!述)|tarihine\s+kadar|kadar)",
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


def of_the_matter(
    text: str, found: list[DateFound], rows: list[tuple[int, int]]
) -> list[DateFound]:
    """The dates that are a letter's or a cited document's; `rows` are the cells of data tables."""
    starts = [start for start, _ in rows]
    kept: list[DateFound] = []
    last: DateFound | None = None  # the last that was left out: the end of a range goes with it
    for one in found:
        row = bisect_right(starts, one.start) - 1
        in_row = row >= 0 and one.start < rows[row][1]
        is_end = last is not None and _TO.fullmatch(text, last.end, one.start)
        if in_row or is_end or _is_besides(text, one):
            last = one
        else:
            kept.append(one)
    return kept


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
