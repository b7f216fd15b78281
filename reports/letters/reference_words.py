"""The words that say that a number is a reference, by what they name and by language; the signs
that stand for "number"; and the words that make a number something else.

Fragments of regular expressions: matched without regard to case, between word borders.
"""

# kind -> language -> words. The first kind whose word leads to a number names it.
LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "police_report": {
        "id": (r"laporan\s+(?:polisi|informasi|pengaduan)", "STTLP", "STPL", r"tanda\s+lapor\w*"),
        "en": (
            r"(?:police|crime|incident)\s+report",
            "FIR",
            "OB",
            r"crime\s+(?:no|number|ref\w*)",
            r"report(?=\s*(?:no\b|num|#|id\b))",
            r"report\s+book",
            r"cr\.?\s+no",
            r"occurrence\s+book",
            r"blotter(?:\s+entry)?",
        ),
        "ms": (r"(?:no\.?\s+)?(?:rpt|repot)(?:\s+polis)?",),
        "es": ("denuncia", "atestado"),
        "pt": (r"boletim\s+de\s+ocorrência", r"B\.?O\.?(?=\s*n)"),
        "ru": ("КУСП",),
        "fr": (r"procès[- ]verbal", r"P\.?V\.?(?=\s*n)"),
        "de": (r"strafanzeige",),
        "nl": (r"proces-verbaal\w*",),
    },
    "register_entry": {
        "ru": (r"реестров\w+\s+запис\w+", r"запис\w+\s+реестра"),
        "en": (
            r"register\s+entry",
            r"registry\s+entry",
            r"entry\s+(?:in\s+the\s+)?register",
        ),
    },
    "registration": {
        "id": (r"tanda\s+daftar\s+PSE", r"nomor\s+(?:tanda\s+)?daftar"),
        "en": (r"PSE\s+registration",),
    },
    "court_case": {
        "id": ("perkara", "putusan", "penetapan"),
        "en": (
            "case",
            "cause",
            "suit",
            r"writ\s+petition",
            r"criminal\s+complaint",
            "proceedings?",
        ),
        "ru": (
            r"по\s+делу",
            r"дел[оау]",
            r"справ[аиу]",
            r"проваджен\w+",
            r"уголовн\w+\s+дел\w+",
            r"материал\w*\s+проверки",
            r"исполнительн\w+\s+лист\w*",
        ),
        "es": (
            r"diligencias(?:\s+(?:previas|policiales|urgentes|indeterminadas))?",
            r"procedimiento",
            "sumario",
            "autos?",
            "expediente",
            r"exp\.?(?=\s*(?:n|:|\d))",
            "pieza",
            "causa",
            "caso",
            r"noticia\s+criminal",
            "spoa",
            r"carpeta\s+de\s+investigaci[oó]n",
            "averiguaci[oó]n",
            "radicado",
            "radicaci[oó]n",
            "ruc",
            "rol",
            "rit",
        ),
        "pt": (
            "nuipc",
            "ipl",
            "processo",
            r"inquérito(?:\s+policial)?",
            r"autos\s+n",
            "notícia de fato",
        ),
        "tr": ("dosya", "esas", "karar", "soruşturma"),
        "fr": ("affaire", "dossier", "procédure", "parquet", r"commission\s+rogatoire"),
        "de": ("ermittlungsverfahren", "verfahren"),
        "it": (r"proc(?:edimento|\.)\s*pen(?:ale|\.)", "fascicolo"),
        "pl": (r"sygn(?:atura|\.)(?:\s+akt)?", r"znak\s+sprawy"),
        "nl": (r"zaaknummer",),
    },
    "decision": {
        "ru": (
            r"решени\w+",
            r"постановлени\w+",
            r"определени\w+",
            r"предписани\w+",
            r"требовани\w+",
            r"распоряжени\w+",
            r"заключени\w+",
            r"протокол\w*",
        ),
        "en": (
            "decision",
            "ruling",
            "order",
            "warrant",
            "directions?",
            "directive",
            "notice",
            "notification",
            "referral",
        ),
        "es": (
            "requerimiento",
            "resoluci[oó]n",
            "providencia",
            "oficio",
            "mandamiento",
            "acuerdo",
        ),
        "pt": ("decisão", "despacho", "mandado", "alvará"),
        "tr": ("karar",),
        "fr": (r"ordonnance", r"réquisition", r"injonction", r"décision"),
        "de": ("beschluss", "bescheid", "anordnung"),
        "it": ("decreto", "provvedimento", "ordinanza"),
    },
    "incident": {
        "id": (
            "tiket",
            "insiden",
            "aduan",
            "pengaduan",
            r"(?:terdaftar|tercatat|diregister)\s+dengan",
        ),
        "en": (
            "incident",
            "ticket",
            r"reference\s+code",
            r"case\s+id",
            "complaint",
            r"(?:registered|recorded|filed)\s+(?:under|as|with)",
        ),
        "ru": (r"инцидент\w*", r"обращени\w+", r"зарегистрирован\w*\s+(?:под|за)"),
        "es": (r"incidentes?", r"registro(?=\s*(?:n|:))", r"registrad\w+\s+(?:con|bajo)\s+el"),
        "pt": ("ocorrência", "protocolo"),
        "de": (r"vorgang(?:s(?:nummer|zeichen|-?nr\.?))?", r"tgb\.?-?nr\.?", "tagebuch\\w*"),
        "fr": (r"signalement", r"(?:porte|portant|sous)\s+le(?=\s+(?:n|num))"),
    },
    "letter": {
        "id": (
            r"surat(?:\s+(?:tugas|perintah|keputusan|permohonan|permintaan|pengantar|edaran"
            r"|rekomendasi))?",
            r"nomor\s+surat",
            r"nota\s+dinas",
            r"LI(?=\s+n)",
        ),
        "ms": (r"(?:no\.?\s+)?rujukan(?:\s+kami)?", r"ruj\.?(?:\s+kami)?"),
        "en": (
            r"(?:our|your|file|my|crime|order|notice|s/|n/|v/)?\s?ref(?:erence|erensi|\.)?",
            "file",
            "letter",
            "memo",
            "memorandum",
            r"F\.",
            "diary",
            "dispatch",
            "despatch",
        ),
        "ru": (r"исх\w*\.?", r"вх\w*\.?", r"вих\.?", r"письм\w+", r"запрос\w*", r"на(?=\s*№)"),
        "es": (r"of[ií]cio", "expediente", r"folio", r"c[oó]digo\s+de\s+verificaci[oó]n(?=$)"),
        "fr": (r"[nv]/?\s?réf(?:érences?|\.)?", r"réf(?:érences?|\.)?"),
        "de": (
            "aktenzeichen",
            r"geschäfts(?:zeichen|zahl)",
            r"(?:unser|ihr|mein)\s+zeichen",
            r"az\.?(?=\s*:?\s*\w*\d)",
            r"gz\.?(?=\s*:?\s*\w*\d)",
            r"referenz(?:nummer)?",
        ),
        "it": (r"prot(?:ocollo|\.)", r"rif(?:erimento|\.)"),
        "nl": (r"(?:ons|uw)\s+kenmerk", "kenmerk"),
        "tr": ("sayı", "evrak"),
        "pl": (r"l\.\s?dz\.",),
        "vi": (r"số",),
    },
}

# In scripts that put no space between words a label needs no border.
SCRIPT_LABELS: dict[str, tuple[str, ...]] = {
    "zh": (
        "案件编号", "案件編號", "发文字号", "發文字號", "文件编号", "文件編號", "受理编号",
        "受理編號",
        "受案登记号", "登记编号", "工单编号", "举报编号", "報案編號", "文号", "文號", "编号",
        "編號",
        "案号", "案號", "檔號", "档号", "卷號", "字號", "函号", "函號", "参考号", "參考編號",
    ),
    "ja": ("文書番号", "事件番号", "受理番号", "整理番号", "管理番号", "発信番号", "発番"),
    "ko": ("문서번호", "사건번호", "접수번호", "관리번호"),
    "ar": ("الرقم المرجعي", "رقم المرجع", "رقم القضية", "رقم الكتاب", "رقم الملف", "رقم البلاغ",
           "رقم الطلب", "المرجع", "الإشارة", "الرقم", "رقم"),
    "th": ("เลขที่หนังสือ", "เลขที่", "คดีหมายเลข", "ที่"),
    "hi": ("पत्र संख्या", "पत्रांक", "क्रमांक", r"मु\.?\s?अ\.?\s?सं\.?", "अपराध संख्या", "संख्या"),
}  # fmt: skip

# What stands for the word "number".
SIGNS = (
    r"Nomor", r"Nomer", r"Núm(?:ero)?\.?", r"Number", r"номер\w*", r"sayılı", r"№№?", r"#",
    r"Nos\.?",
    r"No\.lu", r"Nro\.?", r"Nr\.?", r"Num\.?", r"n\.\s?º", r"n\.\s?°", r"N[°ºo]?\.?(?![^\W\d_]{2})",
)  # fmt: skip

# Capitals before a number that only say what kind of file it is; any other are part of it.
KINDS_OF_FILE = (
    "DP|PA|OB|FIR|CR|CRN|IPL|BO|PV|RG|NR|NO|NOMOR|NUM|UU|PP|PERMEN|ART|PASAL|TAHUN|HP|WA|CASE|CAUSA"
    "|AUTOS?|ROLLO|PIEZA|SUIT|ORDER|KASUS"
    # Laws, which are no files at all.
    "|POJK|SEOJK|PBI|PMK|PERKAP|PERPOL|PERMA|PERPU|ITE|KUHP|EU|UE|EG|CE|GDPR|DSA|LO|RD|RDL|LEY"
)

# Labels of numbers that are no references, at the head of a line.
NOT_OWN = (
    r"phone|account|rekening|\bhp\b|telp|telepon|telefon|teléfono|téléphone|тел|whats|\bwa\b|serial"
    r"|passport|paspor|nik\b|urut|halaman|page|bank|fax|mobile|contact|kontak|hotline|pos\b|rumah"
    r"|items?|jumlah|total|cuenta\b|iban|imei|ip\b|port\b|user|akun|nip\b|nrp\b|izin|npwp|badge|帳號|账号|電話|电话"
)
# Words before digits that make them something other than a reference.
NOT_BEFORE = (
    r"jl|jln|jalan|gg|gang|blok|kav|rt|rw|telp|tel|telepon|phone|fax|faks|hp|wa|whatsapp"
    r"|rekening|rek|nik|nrp|nip|ktp|npwp|pos|street|st|road|rd|unit|lantai|lt|gedung|calle|avda|ul"
    r"|д|стр|ул|account|acct|iban|imei|lampiran|annex|page|hal|pasal|ayat|ayat\s*\(|rue|avenue|bd"
    r"|straße|plot|suite|floor|room|p\.?\s?o\.?\s+box|badge|placa|lote|piso|cuil|dni|cpf|inn|инн|огрн"
)
