"""What a letter names only to say that it must stay, or is gone already: genuine accounts, closed
ones, names that were written wrongly and are now corrected."""

import re
from bisect import bisect_left
from collections.abc import Iterator

from .candidate import Candidate

_I = re.IGNORECASE
_CLOSE = (
    r"(?:[tn]utup|hapus|blokir|blok|sentuh|tindak|nonaktifkan|turunkan|takedown|take\s?down"
    r"|ikut|apa\W?apakan)"
)
_NOT = r"(?:jangan|jgn|jng|jgan)"
# Whoever complains or was harmed, by language: his account is named and not asked for.
_PARTY = (
    r"(?:denunciante|v[ií]ctima|perjudicad[oa]|querellante|afectad[oa]|representante|requerente|ofendid[oa]|autor[ae]?"
    r"|plaignante?|victime|geschädigte[rnm]?|anzeigeerstatter\w*|opfer|mağdur\w*|müşteki\w*|şikayetçi\w*|потерпевш\w+"
    r"|заявител\w+|потерпіл\w+|заявник\w*|person[ae]\s+offes[ae]|melder|aangever|slachtoffer|pokrzywdzon\w+|zgłaszając\w+"
    r"|피해자\w*|고소인|신고자|被害者|被害人|通報者|檢舉人|शिकायतकर्ता|वादी|المبلّغ|المبلغ|المشتكي|الشاكي|ผู้เสียหาย|reporting\s+(?:student|person|party|user|parent)|complainant|victim|informant|pelapor|pengadu|korban)"
)
_ACCOUNT = (
    r"(?:perfil\w*|cuenta|usuari[oa]|conta|profil\w*|compte|konto|account|handle|hesab\w*"
    r"|аккаунт\w*|страниц\w+|обліков\w+|profilo|kont[oa]|खाता|계정|アカウント|帳號|حساب\w*|บัญชี|akun)"
)
_GONE = (
    r"(?:tutup|hapus|blokir|blok|nonaktifkan|turunkan|suspend|banned?|takedown|take\s?down|tindak)"
)
_REMOVE = (
    r"(?:remov|block|suspend|touch|delet|disabl|tak(?:e|ing)|restrict|affect|clos|includ|action"
    r"|interfer)\w*"
)

# Words before what they spare, by language.
_LEADS = (
    # Indonesian
    rf"{_NOT}\s+(?:\w+\s+)?(?:di\s?|me\w{{0,2}})?{_CLOSE}\w*",
    rf"(?:mohon|harap)\s+(?:untuk\s+)?tidak\s+(?:ikut\s+)?(?:di|me\w{{0,2}}){_CLOSE}\w*",
    r"(?:akun|nomor|situs|website|laman|aplikasi|kanal|channel|halaman|profil|kontak|layanan)"
    r"(?:\s+(?:kami|media\s+sosial|instansi))?(?:\s+(?:\w+\s+)?yang)?\s+(?:resmi|asli|benar|sah)\b",
    r"(?:akun|IG|FB|WA|instagram|facebook|tiktok|telegram|twitter|nomor|HP|profil)\s+(?:pribadi\s+)?(?:saya|kami|sekolah|instansi|korban"
    r"|pelapor|saksi)\b|(?:korban|pelapor|saksi)\s+(?:memiliki|menggunakan|mempunyai|pemilik)\s+akun\b",
    r"\b(?:my|our)\s+(?:own\s+)?(?:\w+\s+)?(?:account|handle|profile|page|channel|number)\b|(?:complainant|victim)['’]s\s+(?:own\s+)?(?:\w+\s+)?"
    r"(?:account|handle|profile|page|channel|number)\b",
    r"(?<!layar\s)\b(?:victim|complainant|korban|pelapor)(?:nya)?\s*(?:is|are|adalah|yaitu|bernama|:)(?=[^\n]{0,12}\x01)",
    r"\b(?:akun|fb|ig|wa|nomor|profil|facebook|instagram)\s+(?:\w+\s+){1,4}y(?:an)?g\s+(?:asli|resmi|benar|sah)\b",
    rf"\b{_PARTY}\b[^.;:!?\n()]{{0,60}}?\b{_ACCOUNT}(?=\W{{1,3}}\x01)|\b{_ACCOUNT}\s+(?:\w+\s+){{0,3}}{_PARTY}(?=\W{{1,3}}\x01)",
    rf"(?m:^)[ \t]*(?:{_PARTY}|representado\s+por)\s*:[^\n\x01]{{0,80}}(?=\x01)",
    r"(?:nomor|kontak)\s+(?:layanan|resmi|dinas)\s+kami|(?:informasi|info|status|sumber|pengumuman)\s+resmi\b",
    r"\b(?:menandai|men-?tag|tagging|tagged|mentions?|mentioning|di-?mention|membalas|repl(?:y|ying|ied)\s+to)\b",
    r"(?<!\w)(?:ter)?kecuali|dikecualikan|bukan\s+(?:akun\s+)?(?=\x01)",
    r"(?:tertulis|semula|salah\s+tulis)\s*:",
    r"(?:hanya|sekadar|sebagai)\s+informasi,?\s+tidak\s+perlu",
    r"tidak\s+perlu\s+(?:di)?tindak\w*",
    # English
    rf"(?:do\s+not|don['’]t|must\s+not|should\s+not|need\s+not)\s+(?:be\s+)?{_REMOVE}",
    r"(?:(?:genuine|legitimate|authentic|verified)\s+(?:\w+\s+){0,4}|(?:real|official)\s+(?:\w+\s+)?)(?:account|firm|site|web\s?site|app\w*|page"
    r"|handle|company|profile|channel|bank|business|seller)s?\b",
    r"\bexcept(?:ing|\s+for)?\b|\bexcluding\b|for\s+information\s+only|no\s+action\s+(?:is\s+)?(?:needed|required)",
    r"(?:written|read)\s+in\s+error\s*:?|erroneously\s+(?:listed|included)\s*:?",
    r"(?:needs?|requires?)\s+no\s+(?:further\s+)?action|not\s+require\s+(?:the\s+)?removal\s+of",
    # Russian
    r"не\s+(?:трогать|трогайте|блокировать|блокируйте|удалять|удаляйте|подлеж\w+(?:\s+\w+)?)|за\s+исключением|\bкроме\b",
    r"(?:официальн|офіційн)\w+\s+(?:аккаунт|канал|сайт|страниц|приложени|групп|ресурс)\w*|настоящ\w+\s+(?:сайт|аккаунт|канал)\w*",
    # Spanish, Portuguese, French, German, Turkish
    r"no\s+(?:se\s+)?(?:deben?\s+)?(?:bloque|elimin|retir|cerr|toc|suspend)\w+|\bexcepto\b|\bsalvo\b|com\s+exceção",
    r"(?:cuenta|perfi[ls]|s[ií]tio|página|web|conta|compte|site)(?:e?s)?\s+(?:oficia|leg[ií]tim|aut[eéê]ntic|verdader|verdadeir|officiel)\w*",
    r"ne\s+pas\s+(?:supprimer|bloquer|retirer|toucher)|bitte\s+nicht|nicht\s+(?:sperren|löschen|entfernen)",
    r"(?:offiziell|echt)\w*\s+(?:seite|konto|kanal|webseite|account)|resmi\s+(?:hesap|hesab|site|sayfa)\w*",
    # Chinese, Arabic
    # LINE calls every shop's account an "official account".
    r"(?:请|請)勿|不要|(?<!LINE)(?<!LINE )官方(?:[账帳]号|帳號|网站|網站)"
    r"|真正的?[\u4e00-\u9fff]{0,4}(?:网站|網站|網頁|专页|專頁|[账帳][号號])|공식\s*\S{0,8}\s*[:：]|正規の|公式\s?(?:アカウント|サイト|ページ|\w{1,10})?\s?(?:[:：]|は)|الحسابات?\s+الرسمية?|الموقع\s+الرسمي",
)
# Words behind what they spare.
_BEHIND = (
    rf"(?<!belum\s)\b(?:sudah|telah)\s+(?:\w+\s+)?(?:(?:di)?{_GONE}|tidak\s+(?:aktif|(?:dapat|bisa)\s+diakses|ada)|nonaktif"
    r"|hilang|mati)\w*",
    r"\b(?:kini|sekarang|saat\s+ini)\s+(?:sudah\s+)?(?:tidak\s+aktif|nonaktif|mati|hilang)|\btidak\s+aktif\s+lagi|\bbukan\s+(?:akun\s+|merupakan\s+|milik\s+|nomor\s+)?(?:pelaku|palsu|target|terlapor"
    r"|tersangka|objek|bagian|yang\s+dimaksud)",
    rf"(?:mohon|harap)\s+(?:untuk\s+)?(?:tidak|jangan)\s+(?:ikut\s+)?(?:di|me\w{{0,2}}){_CLOSE}\w*",
    rf"\b{_NOT}\s+(?:\w+\s+)?(?:di\s?|me\w{{0,2}})?{_CLOSE}\w*|tidak\s+(?:perlu|usah|untuk|boleh)\s+di{_CLOSE}\w*",
    r"(?:adalah|merupakan|[(\[]|\s[–—-]\s)\s*(?:akun\s+)?(?:milik\s+)?(?:korban|pelapor|saksi)\b|(?:akun\s+)?milik\s+(?:korban|pelapor|saksi)\b"
    r"|(?:[(\[]|\s[–—-]\s)\s*(?:the\s+)?(?:victim|complainant|witness)\b|(?:belongs?|belonging)\s+to\s+the\s+(?:victim|complainant)"
    r"|is\s+the\s+(?:victim|complainant)['’]s",
    r"(?:adalah|merupakan|[(\[]|\s[–—-]\s)\s*(?:akun|situs|nomor|laman|aplikasi)?\s*(?:resmi|asli)\b",
    r"(?:has|have|was|were|is|are)\s+(?:since\s+|now\s+)?already\s+(?:been\s+)?(?:removed|closed|suspended|taken\s+down"
    r"|disabled|blocked|offline|down)|already\s+(?:removed|closed|suspended|taken\s+down|disabled|offline)|no\s+longer\s+(?:active"
    r"|online|available|accessible)|has\s+(?:since\s+)?been\s+(?:removed|taken\s+down|closed)",
    r"leave\s+(?:it|this|them|that)?\s*(?:alone|untouched|up)|(?:should|must|need)\s+not\s+be\s+"
    + _REMOVE,
    r"(?:is|are|[(\[]|\s[–—-]\s)\s*(?:\w+\s+){0,3}(?:genuine|legitimate|authentic|official|ours)\b",
    r"не\s+(?:трогать|трогайте|блокировать|удалять|подлежит|относится)|уже\s+(?:удал[её]н|заблокирован|закрыт|недоступ)\w*"
    r"|(?:является|[(–—-])\s*официальн\w+",
    r"ya\s+(?:ha\s+sido|han\s+sido|fue|fueron|está\w*|no)\s+(?:\w+\s+)?(?:retirad|eliminad|cerrad|activ|disponib|suspendid)\w*"
    r"|no\s+(?:deben?|debe)\s+(?:ser\s+)?(?:bloque|elimin|retir|cerr)\w+|já\s+(?:foi|foram)\s+(?:removid|retirad)\w*",
    r"(?:a|ont)\s+(?:déjà\s+)?été\s+(?:supprim|retir)\w+|(?:wurde|ist)\w*\s+bereits\s+(?:gelöscht|gesperrt|entfernt)",
    r"(?:已(?:经|經)?(?:删除|刪除|关闭|關閉|封禁|移除|停用|注销|註銷))|(?:请|請)勿|(?:为|為|是)官方|[毋無无不]須?需?(?:須|需|须|要)?(?:處理|处理|理會|移除)|対象外|非屬本案|非属本案|대상이\s*아닙|제외",
    r"da\s+non\s+(?:rimuov|blocc|oscur)\w+|non\s+(?:va|deve)\s+(?:essere\s+)?(?:rimoss|bloccat)\w+|hoeft\s+niet|nie\s+podlega\w*"
    r"|не\s+(?:блокувати|видаляти|чіпати)|não\s+deve\w*\s+ser\b",
    r"(?:ist|sind)\s+(?:daher\s+)?nicht\s+(?:zu\s+)?(?:sperren|löschen|entfernen|betroffen)|n['’]est\s+pas\s+(?:concern|vis)\w+"
    r"|no\s+(?:es|son|forma\w*)\s+(?:objeto|parte)\s+de|não\s+(?:é|são|faz\w*)\s+(?:objeto|parte)",
    r"(?:is|are)\s+not\s+(?:the\s+|a\s+)?(?:subject|part|object)\s+of|\bnot\s+for\s+action|لا\s+يشمل|غير\s+مشمول"
    rf"|{_NOT}\s+di\s?{_CLOSE}\w*|न\s+करें|kapatılma(?:ması|yacak)\w*|engellenmeme\w*",
)
_LEAD = re.compile("|".join(f"(?:{words})" for words in _LEADS), _I)
_BEHIND_IT = re.compile("|".join(f"(?:{words})" for words in _BEHIND), _I)
# What says that it is there again, or asks for it all the same.
_BACK = re.compile(
    r"[^.\n]{0,60}?\b(?:kembali|aktif\s+lagi|lagi|namun|tetapi|tapi|again|but|however|re-?(?:appear|upload|open)\w*"
    r"|снова|вновь|но|однако|pero|de\s+nuevo|mais|aber)\b",
    _I,
)
_BOUND = re.compile(
    r"[.!?]\s+(?=[^\W\d_a-zа-яё])|[;。；！？()\[\]（）]|\n[ \t]*\n"
    r"|\n(?=[ \t]*[^\W_][^\n:@]{1,24}[ \t]*:)"
    r"|\n(?=[ \t]*(?:\(?\d{1,3}[.)]"
    r"|[-*•·–]|\(?[a-z][.)])\s)"
    r"|,?\s(?:sedangkan|sementara|tetapi|tapi|namun|melainkan|adapun|but|whereas|while|however|rather"
    r"|однако|тогда\s+как|pero|mientras|sino|aber|sondern|mais)\s",
    _I,
)
# A fake is told by what it imitates; that must not spare the fake.
_IMITATES = re.compile(
    r"meniru|menyerupai|mengatasnamakan|mengaku|seolah|menggunakan\s+nama|memalsukan|mirip|mencatut|menyamar"
    r"|impersonat|pretend|imitat|cop(?:y|ies|ied)|pos(?:e|es|ing)\s+as|mimic|purport|resembl"
    r"|выда[юе]т|имитир|похож|suplant|imita|hac\w+\s+pasar|usurp|冒充|假冒|仿冒|ينتحل",
    _I,
)
# "(in custody, need not be closed): @a": what is told so stands behind the colon.
_IS_LABEL = re.compile(r"[ \t)\]]*[:：](?=[^\n]{0,30}\x01)")
_TOKEN = re.compile(r"@?[A-Za-z0-9_][\w.-]{2,60}")
_NUMBERED = re.compile(
    r"\b(?:nomor|no\.?|angka|poin|butir|urutan|items?|numbers?|nos\.?|entries|пункт\w*|п\.|№|números?|puntos?)\s*"
    r"(?P<numbers>\d{1,3}(?:\s*(?:,|dan|and|&|serta|и|y)\s*\d{1,3})*)[\s,)]*(?:\w+\s+){0,2}$",
    _I,
)
_MARK = re.compile(r"[\s>|]*\(?#?(\d{1,3})[.)\s|]")
_REACH = 240  # characters between a cue and what it spares
_LIST_LINES = 40  # lines under a heading that spares


def spared(text: str, found: list[Candidate], firsts: dict[int, int]) -> set[int]:
    """The starts of the candidates that `text` says to leave alone or to be gone.

    `firsts` ties each candidate in a row ("a, b and c") to the row's first. A name that is spared
    in one place is spared wherever it stands: the starts of all its candidates are given.
    """
    names = {one.text.lstrip("@").lower(): one.key for one in found}
    keys: set[tuple[str | None, str, str]] = set()
    numbers: set[str] = set()
    text = _without(text, found)
    for match in _LEAD.finditer(text):
        sentence = re.split(r"[.!?]\s", text[max(0, match.start() - 80) : match.start()])[-1]
        if _IMITATES.search(sentence) and text[match.end() : match.end() + 1] != ":":
            continue
        keys |= set(_behind(text, match, found, firsts, names))
    for match in _BEHIND_IT.finditer(text):
        if _IS_LABEL.match(text, match.end()):
            keys |= set(_behind(text, match, found, firsts, names))
        elif not _BACK.match(text, match.end()):
            if _is_heading(text, match.end()):
                keys |= set(_listed(text, text.find("\n", match.end()) + 1, found))
                continue
            told = _numbers(text, match)
            numbers |= told
            keys |= set() if told else set(_before(text, match, found, firsts, names))
    keys |= set(_items(text, numbers, found))
    return {one.start for one in found if one.key in keys}


Keys = Iterator[tuple[str | None, str, str]]


def _behind(text, match, found, firsts, names) -> Keys:
    """What a cue spares that stands before it: the next thing in its clause, or the list below."""
    if _is_heading(text, match.end()):
        yield from _listed(text, text.find("\n", match.end()) + 1, found)
        return
    limit = min(len(text), match.end() + _REACH)
    # "the official account of the bank (@a)": a bracket does not end what the cue speaks of.
    bounds = (b for b in _BOUND.finditer(text, match.end(), limit) if b[0] not in "()[]（）")
    end = next((bound.start() for bound in bounds), limit)
    index = bisect_left(found, match.end(), key=lambda one: one.start)
    if index < len(found) and found[index].start < end:
        yield from _with_row(found[index], found, firsts)
        return
    for token in _TOKEN.finditer(text, match.end(), end):
        if token[0].lstrip("@").lower().rstrip(".-") in names:
            yield names[token[0].lstrip("@").lower().rstrip(".-")]
            return


def _without(text: str, found: list[Candidate]) -> str:
    """The text with a full stop's worth of nothing for each candidate: names speak no words."""
    pieces, position = [], 0
    for one in found:
        if one.kind == "nearby" or one.start < position:
            continue
        pieces += [text[position : one.start], "\x01" * (one.end - one.start)]
        position = one.end
    return "".join(pieces) + text[position:]


def _is_heading(text: str, end: int) -> bool:
    """Whether the line goes on from `end` to a colon and ends with it: the list below is meant."""
    line_end = text.find("\n", end)
    rest = text[end : line_end if line_end >= 0 else end].rstrip(" )-")
    if "\x01" in rest or re.search(r"[.;!?]\s", rest):
        return False
    return line_end >= 0 and (rest.endswith((":", "：")) or not rest and text[end - 1] in ":：")


def _listed(text: str, start: int, found: list[Candidate]) -> Keys:
    """Everything on the lines under a heading, down to a blank line, a sentence or a heading."""
    position = start
    for _ in range(_LIST_LINES):
        end = text.find("\n", position)
        end = len(text) if end < 0 else end
        line = text[position:end].strip()
        if not line or line.endswith((":", "：")) or len(line) > 120:
            return
        index = bisect_left(found, position, key=lambda one: one.start)
        while index < len(found) and found[index].start < end:
            yield found[index].key
            index += 1
        position = end + 1
        if position >= len(text):
            return


def _before(text, match, found, firsts, names) -> Keys:
    """What a cue spares that stands behind it: the last thing before it in its clause or row."""
    start = max(0, match.start() - _REACH)
    for bound in _BOUND.finditer(text, start, match.start() + 1):
        # "the shop (@a) is not meant": a bracket that ends with the name does not part it.
        opens = bound[0] in ")）" and text[bound.start() - 1] == "\x01"
        opens = (
            opens or bound[0] in "([（" and not re.search(r"\w", text[bound.end() : match.start()])
        )
        if bound.end() <= match.start() and not opens:
            start = bound.end()
    line_start = text.rfind("\n", 0, match.start()) + 1
    if "|" in text[line_start : match.start()] or "\t" in text[line_start : match.start()]:
        start = line_start
    index = bisect_left(found, match.start(), key=lambda one: one.start) - 1
    if index >= 0 and found[index].start >= start:
        yield from _with_row(found[index], found, firsts)
        return
    tokens = [
        token[0].lstrip("@").lower().rstrip(".-")
        for token in _TOKEN.finditer(text, start, match.start())
    ]
    for token in reversed(tokens):
        if token in names:
            yield names[token]
            return


def _numbers(text: str, match: re.Match[str]) -> set[str]:
    """The numbers of a list that a cue speaks of: "nomor 1 dan 3 sudah ditutup"."""
    told = _NUMBERED.search(text, max(0, match.start() - 80), match.start())
    return set(re.findall(r"\d{1,3}", told["numbers"])) if told else set()


def _items(text: str, numbers: set[str], found: list[Candidate]) -> Keys:
    """Everything on the lines of a list that bear those numbers."""
    for one in found if numbers else ():
        mark = _MARK.match(text, text.rfind("\n", 0, one.start) + 1)
        if mark and mark[1] in numbers:
            yield one.key


def _with_row(one: Candidate, found: list[Candidate], firsts: dict[int, int]) -> Keys:
    """A candidate and those that only commas and "and" part it from."""
    first = firsts[one.start]
    index = bisect_left(found, first, key=lambda other: other.start)
    while index < len(found) and firsts[found[index].start] == first:
        yield found[index].key
        index += 1
