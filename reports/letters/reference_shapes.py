"""Shapes of numbers that nothing else has: of police reports, court cases, decisions, incidents.

Each is (kind, regular expression); where only a part of what matches is the number, the group
`number` is it. A shape that may be the end of a longer number is completed by `references`.
"""

from . import reference_words as words

# Inside a number a PDF may break the line after a hyphen or slash.
BREAK = r"(?:[ ]?\n[ \t]{0,30})?"

SHAPES: tuple[tuple[str, str], ...] = (
    (
        "police_report",
        rf"\bLP[-./ ]?[ABC]?\s?/\s?[\w.\-]{{1,12}}\s?/{BREAK}\s?(?:[\w. \-]|/{BREAK}){{0,60}}?"
        rf"(?:19|20)\d\d(?:\s?/{BREAK}\s?[A-Za-z][\w.\-]*)*",
    ),
    ("police_report", r"\bLKN/[\w.-]{1,20}/[IVX]{1,4}/(?:19|20)\d\d(?:/[A-Za-z][\w.\-]*)*"),
    (
        "police_letter",
        r"\b(?:S[Pp]\.?\s?(?:Gas|Lidik|Sidik|Han|Kap|Tap|Sita|Geledah)|SPRIN|Sprin|SPDP|SPGL"
        r"|S\.?\s?Pgl|"
        rf"S\.?\s?Tap|STR?|SPPHP|SP2HP)(?:\.[A-Za-z]+)*\s?[-/]\s?[\w.]{{1,12}}\s?/{BREAK}"
        rf"\s?[\w.\-]{{1,40}}(?:/{BREAK}[\w.\-]{{1,40}}){{0,6}}",
    ),
    (
        "letter",
        r"\b(?:[A-Z]{1,4}|Und|Rhs)(?:[/.][A-Z]{1,4}){0,2}[-/.]\d{1,6}"
        rf"(?:\.\d+)?/{BREAK}[\w.\-]{{1,20}}(?:/{BREAK}[\w.\-]{{1,20}}){{1,5}}",
    ),
    # Malaysia: the station, the report and the year.
    ("police_report", r"\b[A-Z]{3,}(?: [A-Z]{3,}){0,2}/\d{5,6}/\d\d(?![\w/])"),
    ("registration", r"\b\d{6}\.\d{2}/DJAI\.PSE/\d{2}/(?:19|20)\d\d\b"),
    ("register_entry", r"\b\d{3,9}-Р[ИС]\b"),
    (
        "decision",
        rf"\b\d{{1,3}}-\d{{1,3}}-\d{{1,3}}/{BREAK}(?:19|20)\d\d-\d\d-\d\d-{BREAK}\d{{1,7}}-{BREAK}"
        r"[А-ЯЁA-Z]{1,4}\b",
    ),
    ("decision", r"\b\d{1,3}[а-яa-z]?-\d{1,3}-(?:19|20)\d\d/(?:[А-Яа-яЁё]{1,3})?\d{1,6}-\d{2,4}\b"),
    (
        "court_case",
        r"\b(?:\d{2}RS\d{4}-)?\d{1,2}[аАaA]?-\d{1,6}(?:-\d{1,6})?/(?:20)?\d\d"
        r"(?:\s?\([^)\n]{3,20}\))?(?![\d/])",
    ),
    (
        "court_case",
        r"\b\d{1,6}/(?:Pid|Pdt|Pen|Praper|PID|PDT|PEN)[\w.\-]*/(?:19|20)\d\d/(?:PN|PT|PTUN|MA|PA"
        r"|PN\.Niaga)[ .][A-Z][\w.]*(?:[ .][A-Z][a-z.]+)?",
    ),
    (
        "court_case",
        r"[(（〔]\d{4}[)）〕]\s?[\u4e00-\u9fa5]{1,2}\d{0,4}[\u4e00-\u9fa5]{1,8}\d{1,6}"
        r"(?:[\u4e00-\u9fa5]\d*)?号",
    ),
    ("court_case", r"\d{2,3}年度?[\u4e00-\u9fa5]{1,4}字第\s?\d{1,8}[号號]"),
    (
        "letter",
        r"[\u4e00-\u9fa5]{1,12}[(（][\u4e00-\u9fa5]{1,6}[)）][\u4e00-\u9fa5]{0,6}[〔\[]\d{4}[〕\]]"
        r"\s?(?:第)?\d{1,6}号",
    ),
    ("letter", r"[\u4e00-\u9fa5]{2,12}[〔\[（(]\d{4}[〕\]）)]\s?(?:第)?\d{1,6}号"),
    (
        "court_case",
        r"\b(?:19|20)\d\d/\d{1,6}\s+(?:D\.?\s?[İI][şs]|Değişik\s+İş|E\.|K\.|Esas|Karar)",
    ),
    ("court_case", r"\b(?P<number>(?:19|20)\d\d/\d{1,6})\s+(?i:sor(?:uşturma)?\b)"),
    # "FSM 1234/2025", "NCU 2025/118": the registry's letters are part of the number.
    (
        "court_case",
        rf"(?<![\w/.-])(?!(?:{words.KINDS_OF_FILE})\b)[A-Z]{{2}}[A-Za-z]{{0,4}}\s"
        r"(?:\d{2,7}/(?:19|20)\d\d|(?:19|20)\d\d/\d{2,7})(?![\w/-]|\.\w)",
    ),
    ("court_case", r"\b\d{2}RS\d{4}-\d{2}-\d{4}-\d{6}-\d{2}\b"),
    ("court_case", r"\bECLI:[A-Z]{2}:[A-Z0-9]+:(?:19|20)\d\d:[A-Z0-9.]+"),
    ("court_case", r"\b\d{5}\s\d{2}\s\d\s(?:19|20)\d\d\s\d{5,7}\b"),
    ("incident", r"\b[A-Z][A-Za-z]{1,11}[_-](?:19|20)\d{6}[_-][A-Z]{0,3}\d{2,10}\b"),
    (
        "court_case",
        r"(?i:\b(?:diligencias\s+previas|procedimiento(?:\s+\w+){0,2}|sumario|expediente|rollo"
        r"|pieza\s+separada|autos|processo|"
        r"perkara|putusan|case|cause|inquérito|proceedings?(?:\s+[A-Z]{1,4})?|of[ií]cio|oficio))"
        r"\s+(?:(?i:nomor|n[º°.]+)\s*)?(?P<number>\d{1,7}/"
        r"(?:19|20)\d\d)\b",
    ),
    ("court_case", r"\b\d{7}-\d{2}\.\d{4}\.\d\.\d{2}\.\d{4}\b"),
    # India: the kind of suit is part of the number, "CS(COMM) 412/2025".
    (
        "court_case",
        r"(?<![\w.])(?:C\.?S|O\.?S|W\.?P|I\.?A|FAO|LPA|RFA|SLP|O\.?A|Crl\.?\s?[A-Z]{1,2})\.?\s?"
        r"(?:\([A-Za-z.]{1,8}\)\s?)*(?:No\.?\s?)?\d{1,6}(?:/|\s+of\s+)(?:19|20)\d\d\b",
    ),
    ("court_case", r"\b\d{1,4}\s(?:U?Js|Gs|Ds|Ls|KLs|AR|BJs|UR)\s\d{1,6}/\d{2}(?:\s?[a-z])?\b"),
    ("police_report", r"\bКУСП\s?[-–]\s?(?P<number>\d{2,7}(?:/\d{1,6})?)\b"),
    (
        "incident",
        r"(?<![\w/-])(?:REF|TKT|TICKET|CASE|REQ|INC)(?=[-_#A-Z0-9]*\d{3})(?:[-_#][A-Z0-9]{2,12}){1,4}(?![\w-])",
    ),
    # Japan: "サ対第441号" alone on a line; in a sentence it may be an article.
    (
        "letter",
        r"(?m)^[ \t]*"
        r"(?P<number>[\u3040-\u30ff\u4e00-\u9fff]{1,12}(?:[（(][\u4e00-\u9fff]{1,4}[)）])?"
        r"発?第[ ]{0,3}\d{1,6}[ ]{0,3}[号號])(?=[ \t]*$|[ \t]{3,})",
    ),
    ("letter", r"[A-Z]{0,6}[\u4e00-\u9fff]{1,10}字第\s?[\dA-Z-]{4,14}[號号]"),
    (
        "incident",
        r"\b(?:CERT|CSIRT|INC|CAS|TT|REQ|CYB)[A-Za-z-]{0,8}[-_#](?:20\d\d[-_/])?\d{4,12}\b",
    ),
)
