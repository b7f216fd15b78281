"""The lie of a letter: which lines are letterhead, signature, copies, quoted mail, small print."""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

_I = re.IGNORECASE


class Zone(StrEnum):
    """Where a line stands. Targets stand in BODY; elsewhere addresses are somebody's own."""

    HEAD = "letterhead"
    BODY = "body"
    CLOSING = "signature"
    COPIES = "copies"
    FOOTER = "footer"
    QUOTED = "quoted"
    ATTRIBUTION = "attribution"
    DESCRIPTION = "description"


@dataclass
class Line:
    """One line of the body: `start` counts characters of the body, `number` lines from 1."""

    number: int
    start: int
    text: str
    zone: Zone = Zone.BODY

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_URL = re.compile(r"<?\S+://\S+")
_NUMBER = re.compile(r"\d{3,4}[- ]\d{3,4}[- ]?\d{2,4}|\d{9,}")  # somebody's telephone
_ITEM = re.compile(r"^\s*(?:\(?\d{1,3}[.)]|[-*•·]|\(?[a-z][.)])\s")
_SEPARATOR = re.compile(r"^\s*(?:[-_=*~#—–]\s?){3,}\s*$|^\s*--\s*$")
_OPENING = re.compile(
    r"^\s*(?:kepada\b|yth\b|yang\s+terhormat|dengan\s+hormat|dear\b|to\s+whom|to\s*:|hello\b|hi\b"
    r"|greetings|"
    r"уважаем|здравствуйте|добрый\s+день|estimad|muy\s+señor|a\s+la\s+atenci|尊敬|您好|敬启"
    r"|致[:：]|sayın\b|merhaba|bonjour|"
    r"sehr\s+geehrte|prezad|assalamu|salam\b|berdasarkan\b|rujukan\b|sehubungan\b|"
    r"(?:nomor|no\.?|klasifikasi|sifat|lampiran|perihal|hal|subject|re|asunto|тема|ref(?:erence"
    r"|erensi)?(?:\.|\s?no\.?)?|our\s+ref\.?|your\s+ref\.?|"
    r"date|tanggal|konu|sayı|主题|关于|文号|исх\.?\s?№?|от\s+\d|expediente|n/ref\.?|s/ref\.?|fecha|дата)\s*[:：]|"
    r"(?:oficio|radicado|of[ií]cio|ofício)\b|№\s?\S*\d|\d{1,2}[.\s]\s?[^\W\d_]{3,12}[.,]?\s+(?:de\s+)?\d{4}\b|"
    r"\d{1,2}[./-]\d{1,2}[./-]\d{4}\b|[\w .]{3,30},\s+"
    r"(?:\d{1,2}|[A-Z][a-z]+\s+\d{1,2},?)\s+\w+\s+\d{4})",
    _I,
)
# "Nama pemohon : …": a form, and no letterhead, which has only contacts behind colons.
_FORM_FIELD = re.compile(r"[^\W\d_][\w ./()]{2,28}?\s*:\s+\S")
# A field of the letter's head: it ends the list of copies where that stands among the fields.
_FIELD = re.compile(
    r"^\s*(?:nomor|no\.?|klasifikasi|derajat|sifat|lampiran|perihal|hal|subject|date|tanggal|tgl"
    r"|our\s+ref\.?|ref\.?|asunto|fecha|тема|дата|konu|tarih)\s*[:：]",
    _I,
)
_SALUTATION = re.compile(
    r"^\s*(?:kepada\s+yth|dengan\s+hormat|dear\b|to\s+whom|hello\b|greetings|уважаем|здравствуйте"
    r"|добрый\s+день|estimad|"
    r"muy\s+señor|尊敬|您好|sayın\b|bonjour|sehr\s+geehrte|prezad)",
    _I,
)
_LETTERHEAD = re.compile(
    r"kepolisian|polda|polres|polri|kementerian|dinas|direktorat|pemerintah|bareskrim|ministry"
    r"|police|department|bureau|"
    r"federal|agency|authority|commission|court|pengadilan|kejaksaan|министерств|федеральн|служб"
    r"|управлени|прокуратур|суд\b|"
    r"ministerio|policía|guardia|juzgado|dirección|部|局|法院|委员会|bakanlığı|başkanlığı"
    r"|müdürlüğü|government|republic|"
    r"markas\s+besar|\bjl\.|\bjalan\b|telp|phone|fax|alamat",
    _I,
)
_CLOSING = re.compile(
    r"^\s*(?:hormat\s+kami|hormat\s+saya|salam(?:\s+\w+){0,2}\s*,?\s*$|wassalam"
    r"|terima\s+kasih\s*[,.]?\s*$|a\.?n\.?\s+(?:kepala|kapol|dir|menteri|kabareskrim|ka)|"
    r"(?:kepala|kapolda|kapolres\w*|direktur|dir\.?reskrim\w*|kasat\w*|kasubdit|kanit|camat"
    r"|menteri|plt\.?|plh\.?|selaku\s+penyidik|penyidik)\b[^:.@/]{0,60}[,]?\s*$|"
    r"(?:yours\s+(?:faithfully|sincerely|truly)|sincerely(?:\s+yours)?|(?:best|kind"
    r"|warm)?\s*regards|best\s+wishes|best|respectfully|"
    r"thank\s+you(?:\s+(?:very\s+much|in\s+advance))?(?:\s+for\s+your\s+\w+)?|thanks|many\s+thanks|cheers|rgds|trims|makasih|mksh|suwun|matur\s+nuwun|nuhun"
    r"|for\s+and\s+on\s+behalf\s+of|signed)\s*[,.!]*\s*$|"
    r"с\s+уважением|с\s+наилучшими|консультант\b|исполнитель|"
    r"atentamente|un\s+(?:cordial\s+)?saludo|saludos|cordialmente|le\s+saluda|"
    r"此致|敬礼|谢谢[。!！]?\s*$|顺祝|saygılarım\w*|cordialement|mit\s+freundlichen|atenciosamente"
    r"|mengetahui\s*[,:]|dikeluarkan\s+di|ditetapkan\s+di|"
    r"(?:nrp|nip|pangkat)\b)",
    _I,
)
# What a person is, alone on a line under a letter: titles by language.
_TITLE = re.compile(
    r"^\s*(?:(?:a\.?n\.?|u\.?b\.?|plt\.?|plh\.?|for:?)\s+)?(?:"
    # Indonesian
    r"ketua|wakil\s+ketua|sekda|bupati|wali\s?kota|gubernur|sekretaris|komandan|lurah|anggota|komisioner|kasi|kaur|kabag|kabid|panitera"
    r"|hakim|jaksa|rektor|dekan|humas|direktur\w*|kadis\w*|kapolsek|danramil|dandim|koordinator|pimpinan"
    r"|seksi|bagian|bidang|subdit|unit|tim|(?:akp|akbp|iptu|ipda|aiptu|aipda|bripka|brigadir|briptu|bripda"
    r"|kompol|kombes|brigjen|irjen|letnan|letkol|mayor|kolonel|kapten|serka|sertu|ajun)"
    # English
    r"|staff\s+sergeant|detective|inspector|investigator|sergeant|superintendent|director|head|chief"
    r"|(?:assistant|deputy|senior|general)\s+\w+|commissioner|registrar|judge|magistrate|officer|manager"
    r"|case\s+officer|legal\s+counsel"
    # Russian
    r"|судья|начальник|заместитель|заместитель|руководитель|директор|прокурор|следователь|инспектор"
    r"|майор|капитан|(?:под)?полковник|отдел|министр"
    # Spanish, Portuguese, French, German
    r"|(?:el|la|o|a|le)\s+(?:inspector\w*|director\w*|juez\w*|fiscal|comisari\w+|jefe|secretari\w+|letrad\w+"
    r"|delegad\w+|juiz\w*|promotor\w*|commandant|commissaire|procureur|juge|directeur|directrice)"
    r"|fiscal|juez\w*|comisari\w+|delegad\w+|secretari[oa]|im\s+auftrag|i\.\s?a\."
    # Chinese
    r"|(?:[\u4e00-\u9fff]{0,8}(?:處長|处长|局長|局长|署長|署长|科長|科长|隊長|队长|法官|检察官|檢察官|經辦人|经办人|联系人|承辦人))"
    r")\b[^:：@/|\d]{0,50}[,，.]?\s*$",
    _I,
)
_COPIES = re.compile(
    r"^\s*(?:tembusan|salinan\s+(?:kepada|disampaikan)|c\.?c\.?\s*(?:to)?\s*:|copy\s+to"
    r"|copies\s+to|carbon\s+copy|distribution\s*:|копи[яи]\s*:|"
    r"(?:con\s+)?copia\s+a|c/c|抄送|抄报|副本\s*[:：]|正本\s*[:：]|dağıtım|bilgi\s*:)",
    _I,
)
_ANNEX = re.compile(
    r"^\s*(?:lampiran\b(?!\s*:\s*(?:\d|-|satu|1))|daftar\s+(?:akun|tautan|url|konten|nomor|link"
    r"|situs)|annex\b|appendix\b|attachment\s+\w{1,3}\s*[:.]?\s*$|"
    r"schedule\b|enclosure\b|приложени[ея]\s*(?:№?\s*\d+)?\s*[:.]?\s*$|anexo\b|附件|附表"
    r"|ek\s?-?\s?\d|list\s+of\b|перечень\b|"
    r"\[?(?:follow[- ]?up|initial|first|second|third|further)\s+(?:notice|letter|request)\b)",
    _I,
)
_DESCRIPTION = re.compile(
    r"^\s*(?:описание\s+(?:запрещ[её]нной\s+)?информации|description\s+of\s+(?:the\s+)?"
    r"(?:prohibited\s+)?(?:content|information|post)|"
    r"(?:isi|bunyi|kutipan|transkrip)\s+(?:konten|postingan|pesan|percakapan|unggahan|iklan"
    r"|tulisan)|"
    r"(?:caption|teks\s+iklan|text\s+of\s+the\s+(?:post|message|advert\w*)|quoted?\s+text"
    r"|screenshot\s+text)\s*[:：])",
    _I,
)
_FOOTER = re.compile(
    r"disclaimer|confidential(?:ity)?\s+(?:notice|statement)|this\s+(?:e-?mail|message"
    r"|communication)(?:\s+\w+){0,6}\s+(?:is|may|contains|are)\b.{0,60}"
    r"(?:confidential|privileged|intended)|pesan\s+(?:ini|elektronik\s+ini).{0,60}(?:rahasia"
    r"|ditujukan)|e-?mail\s+ini.{0,60}(?:rahasia|ditujukan|dikirim\s+(?:secara\s+)?otomatis)|"
    r"please\s+consider\s+the\s+environment|sebelum\s+mencetak|unsubscribe|berhenti\s+berlangganan"
    r"|este\s+(?:mensaje|correo).{0,60}confidencial|"
    r"настоящее\s+(?:сообщение|письмо).{0,60}конфиденц|ditandatangani\s+secara\s+elektronik"
    r"|electronically\s+signed\s+(?:by|using|with)|"
    r"tanda\s+tangan\s+elektronik|mobile\s+app(?:lication)?\b.{0,40}(?:launched|download)"
    r"|мобильное\s+приложение|(?:unduh|download)\s+aplikasi|"
    r"bu\s+e-?posta|sent\s+from\s+my|dikirim\s+dari|отправлено\s+с|enviado\s+desde|virus-free"
    r"|bebas\s+virus|scanned\s+by|"
    r"^\s*(?:follow\s+(?:us|kami)|temukan\s+kami|ikuti\s+kami|media\s+sosial\s+(?:resmi|kami)"
    r"|мы\s+в\s+соц)",
    _I,
)
_ATTRIBUTION = re.compile(
    r"^\s*(?:>\s*)*(?:(?:on|le)\s.{5,200}\b(?:wrote|a\s+écrit)|pada\s.{5,200}\bmenulis"
    r"|el\s.{5,200}\bescribió|am\s.{5,200}schrieb|"
    r".{5,120}\s(?:пишет|написал\w?|wrote|写道|yazdı))\s*[:：]\s*$",
    _I,
)
_ORIGINAL = re.compile(
    r"^\s*-{2,}\s*(?:original\s+message|pesan\s+asli|forwarded\s+message"
    r"|pesan\s+(?:yang\s+)?diteruskan|исходное\s+сообщение|"
    r"пересылаемое\s+сообщение|mensaje\s+original|原始邮件|urspr)",
    _I,
)
_FORWARDED = re.compile(r"forward|diteruskan|пересыла|reenviad|转发", _I)
_MAIL_FIELD = re.compile(
    r"^\s*>*\s*\*?(?:from|sent|to|cc|date|subject|dari|dikirim|kepada|ke|tanggal|perihal|subjek|от"
    r"|кому|тема|дата|отправлено|de|enviado|para|asunto|"
    r"发件人|收件人|发送时间|主题|kimden|kime|konu)\*?\s*[:：]",
    _I,
)
_SENT_FIELD = re.compile(r"^\s*\*?(?:sent|dikirim|отправлено|enviado|发送时间)\*?\s*[:：]", _I)
CONTACT = re.compile(
    r"\b(?:telp|telepon|tel|phone|fax|faks\w*|hotline|call\s?center|contact\s+cent\w+|e-?mail"
    r"|surel|website|web\s?site|laman|situs(?:\s+web)?\s+resmi|"
    r"kode\s+pos|narahubung|contact\s+person|\bcp|kontak|hubungi|konfirmasi|pengaduan|тел|факс"
    r"|сайт|teléfono|tlf|correo|sede|faks|"
    r"address|alamat\s+kantor)\b\.?|电话|传真|网址|邮箱|地址|邮编",
    _I,
)


# The word and, right behind it, somebody's number or address.
_CONTACT_VALUE = re.compile(
    rf"(?:{CONTACT.pattern})[^\n]{{0,15}}?(?:\+?\(?\d{{2}}|\S+@|https?:|www\.)", _I
)
_TAIL_LINES = 6


def lines_of(
    text: str, offset: int = 0, first_number: int = 1, *, is_forwarded: bool = False
) -> list[Line]:
    """The lines of one part of a letter with their zones. Linear in the text.

    `is_forwarded`: the subject says so; then the mail under the header fields is the letter.
    """
    lines: list[Line] = []
    start = offset
    for number, content in enumerate(text.split("\n"), first_number):
        lines.append(Line(number, start, content))
        start += len(content) + 1
    _mark(lines, is_forwarded)
    _mark_letterhead(lines)
    return lines


def _mark(lines: list[Line], is_forwarded: bool) -> None:
    zone, is_forward, has_body = Zone.BODY, False, False
    for index, line in enumerate(lines):
        above = lines[max(0, index - 1)]
        has_body = has_body or index > 0 and above.zone is Zone.BODY and len(above.text) > 40
        text = line.text[:400]
        stripped = text.strip()
        if stripped.startswith(">") or (zone is Zone.QUOTED and not is_forward):
            line.zone = Zone.ATTRIBUTION if _is_mail_machinery(text) else Zone.QUOTED
            continue
        if _ATTRIBUTION.match(text) or _wraps_attribution(lines, index):
            line.zone = Zone.ATTRIBUTION
            continue
        if (
            zone is Zone.BODY
            and is_forward
            and _MAIL_FIELD.match(text)
            and lines[index - 1].zone is Zone.ATTRIBUTION
        ):
            line.zone = Zone.ATTRIBUTION
            continue
        if _ORIGINAL.match(text) or _starts_mail_header(lines, index):
            # The header fields under "Forwarded message" belong to that line.
            is_inside = index > 0 and lines[index - 1].zone is Zone.ATTRIBUTION and is_forward
            is_forward = is_inside or is_forwarded or bool(_FORWARDED.search(stripped))
            zone = Zone.BODY if is_forward else Zone.QUOTED
            line.zone = Zone.ATTRIBUTION
            continue
        zone = line.zone = _next(zone, lines, index, stripped, has_body)


def _next(zone: Zone, lines: list[Line], index: int, stripped: str, has_body: bool) -> Zone:
    """The zone of this line, given the zone of the line above. `has_body`: text stands above."""
    if not stripped:
        return Zone.BODY if zone in (Zone.FOOTER, Zone.COPIES, Zone.DESCRIPTION) else zone
    if _SEPARATOR.match(stripped):
        follows = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
        is_tail = zone is Zone.CLOSING and _is_tail(lines, index)
        return Zone.CLOSING if stripped == "--" and follows or is_tail else Zone.BODY
    if _ANNEX.match(stripped) and len(stripped) < 120 or _SALUTATION.match(stripped):
        return Zone.BODY
    if _DESCRIPTION.match(stripped):
        return Zone.DESCRIPTION
    if zone is Zone.COPIES and _FIELD.match(stripped):
        return Zone.BODY
    if _COPIES.match(stripped):
        return Zone.COPIES
    if _FOOTER.search(stripped):
        return Zone.FOOTER
    if _closes(lines, index, stripped, has_body):
        return Zone.CLOSING
    if zone is Zone.CLOSING and _is_prose(lines, index):
        return Zone.BODY
    return zone


def _is_tail(lines: list[Line], index: int) -> bool:
    """Whether only small print and contacts follow: few lines, no list, some telephone."""
    below = (lines[place].text.strip() for place in range(index + 1, len(lines)))
    rest = list(islice(filter(None, below), _TAIL_LINES + 1))
    if len(rest) > _TAIL_LINES or any(_ITEM.match(text) or _ANNEX.match(text) for text in rest):
        return False
    return any(CONTACT.search(text) or _FOOTER.search(text) for text in rest)


def _closes(lines: list[Line], index: int, stripped: str, has_body: bool) -> bool:
    """Whether the letter's end begins here: a closing formula, or a title under the text."""
    following = next(
        (line.text.strip() for line in lines[index + 1 : index + 4] if line.text.strip()), ""
    )
    goes_on = (
        len(following) >= 60 and len(following.split()) >= 8 or following.endswith((":", "："))
    )
    if goes_on and not _CONTACT_VALUE.search(following):
        return False  # a greeting, or a line of a paragraph
    if _CLOSING.match(stripped) and len(stripped) < 90:
        return True
    above = lines[index - 1].text.strip() if index else ""
    is_name = len(above) < 40 and index > 1 and not lines[index - 2].text.strip()
    is_apart = not above or is_name or lines[index - 1].zone is Zone.CLOSING
    return is_apart and has_body and len(stripped) < 60 and bool(_TITLE.match(stripped))


def _is_prose(lines: list[Line], index: int) -> bool:
    """Whether a paragraph of sentences starts here: a signature block has none."""
    text = _URL.sub("", lines[index].text).strip()  # an address is no sentence, long as it may be
    if len(text) > 100:
        return not _CONTACT_VALUE.search(text[:90])
    if index and lines[index - 1].text.strip():
        return False
    following = lines[index + 1].text.strip() if index + 1 < len(lines) else ""
    has_words = len(text.split()) >= 6 or not text.isascii() and " " not in text
    is_wrapped = (
        has_words and len(text) >= 50 and len(following) >= 35 and not following[:1].isdigit()
    )
    is_wrapped = is_wrapped or (
        len(text.split()) > 8 and text.endswith((".", ":", "：", "。", ":-"))
    )
    has_number = _NUMBER.search(text) or _NUMBER.search(following)
    return (
        is_wrapped and not has_number and not CONTACT.search(text) and not CONTACT.search(following)
    )


def _is_mail_machinery(text: str) -> bool:
    return bool(_MAIL_FIELD.match(text) or _ATTRIBUTION.match(text))


def _wraps_attribution(lines: list[Line], index: int) -> bool:
    """ "On Mon, 3 Jan 2022 at 10:00, Somebody <a@b.example>" and "wrote:" on the next line."""
    if index + 1 >= len(lines) or len(lines[index].text) > 200:
        return False
    text, following = lines[index].text.strip(), lines[index + 1].text.strip()
    if (
        len(following) > 100
        or not following.endswith((":", "："))
        or not re.match(r"(?:on|pada|el)\s", text, _I)
    ):
        return False
    return bool(_ATTRIBUTION.match(f"{text} {following}"))


def _starts_mail_header(lines: list[Line], index: int) -> bool:
    """Three header fields in a row, the first naming a sender: quoted mail in Outlook's way."""
    if index == 0 or not re.match(
        r"^\s*\*?(?:from|dari|от|de|发件人|kimden)\*?\s*[:：]", lines[index].text, _I
    ):
        return False
    block = [line.text for line in lines[index : index + 5]]
    # A memo has such fields too ("Kepada", "Dari", "Perihal"); mail has an address or says "sent".
    is_mail = any("@" in text or _SENT_FIELD.match(text) for text in block)
    return is_mail and sum(bool(_MAIL_FIELD.match(text)) for text in block) >= 3


def _is_form(lines: list[Line], index: int) -> bool:
    """Whether fields of a form follow one another here; a letterhead's are contacts."""
    texts = [line.text.strip() for line in lines[index : index + 2]]
    return len(texts) == 2 and all(
        _FORM_FIELD.match(text) and not CONTACT.search(text) for text in texts
    )


def _mark_letterhead(lines: list[Line]) -> None:
    head: list[Line] = []
    for index, line in enumerate(lines[:60]):
        stripped = line.text.strip()
        is_list = line.zone in (Zone.QUOTED, Zone.ATTRIBUTION) or _ITEM.match(stripped)
        if is_list or len(stripped) > 160:
            return
        is_form = _is_form(lines, index)
        if _OPENING.match(stripped) or is_form and _OPENING.match(lines[index + 1].text.strip()):
            break
        if is_form:
            return
        head.append(line)
    else:
        return
    if any(_LETTERHEAD.search(line.text) for line in head):
        for line in head:
            line.zone = Zone.HEAD
