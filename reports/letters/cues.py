"""The words by which a letter says what an address or number beside them is, in its languages.

Three voices: ASKED (this is what the letter is about), ASIDE (a law, a register, a help page,
somebody's own site), and for numbers CONTACT and BANK. The nearest one before an address decides.
"""

import re

_I = re.IGNORECASE


def _voice(words: str, signs: str) -> re.Pattern[str]:
    """Words that count from their beginning on, and signs of scripts without spaces."""
    return re.compile(rf"(?<!\w)(?:{words})|(?=[\u0600-\u06ff\u4e00-\u9fff])(?:{signs})", _I)


ASKED = _voice(
    # Indonesian
    r"(?:tautan|link|url|akun|konten|situs|website|laman|domain|nomor|kanal|channel|grup|unggahan"
    r"|postingan|alamat\s+url)\b[^.\n]{0,60}"
    r"(?:berikut|di\s?bawah|sebagai(?:mana)?|dimaksud|tersebut|antara\s+lain|yaitu|yakni|terlampir"
    r"|atas\s+nama|bernama|dengan)|"
    r"\b(?:sebagai\s+)?berikut\b|di\s?bawah\s+ini|(?:meng|di|peng)hapus\w*|(?:mem|di|pem)blokir\w*"
    r"|(?:men|di|pen)utup\w*|pemutusan\s+akses|(?:me|di)mutus\w*|diputus\w*|"
    r"take\s?-?down|(?:me|di|pe)nonaktif\w*|melanggar|bermuatan|memuat|terlapor|diduga|pelaku"
    r"|tersangka|menawarkan|mengiklankan|mempromosikan|"
    r"mucikari|menyebarkan|daftar\s+(?:akun|url|tautan|konten|situs)|ditemukan\w*|menemukan"
    r"|terdapat|masih\s+(?:dapat|aktif|bisa)|digunakan|"
    r"berkomunikasi|dihubungi|pemesanan|open\s?bo|yang\s+(?:dimintakan|dimohonkan)|\bakun\b"
    r"|\bunggahan\b|\bpostingan\b|"
    # English
    r"following|listed|below|\b(?:content|page|site|web-?site|account|url|link|web-?page|domain"
    r"|repositor\w+|app|post|video|channel|handle|number|resource|profile)s?\b"
    r"\s*(?:\(s\))?\s*(?:is|are|in\s+question|concerned|at|:|named|called|which|that|identif\w+"
    r"|located|hosted|http|$)|remov\w+|delet\w+|"
    r"block\w*|disabl\w+|tak(?:e|ing)\s+down|suspend\w*|restrict\w*|withhold\w*|unlawful|illegal"
    r"|prohibited|violat\w+|contain\w*|infring\w+|phishing|fake|"
    r"fraudulent|malicious|impersonat\w+|accessible\s+at\s+the|still\s+(?:accessible|available"
    r"|online)|accused|suspect\w*|offend\w+|"
    # Russian
    r"следующ\w+|указател\w+|страниц\w+|удал\w+|заблокир\w*|огранич\w+|запрещ[её]н\w+|ресурс\w*"
    r"|содерж\w+|размещ[её]н\w*|нарушен\w*|аккаунт\w*|вышеуказ\w+|"
    r"вс[её]\s+еще\s+доступ\w+|url-?\s?адрес\w*|"
    # Spanish, Portuguese
    r"siguiente\w*|retirad\w+|retirar|bloque\w+|elimin\w+|suspend\w+|contenido\w*|repositorio\w*"
    r"|página\w*\s+(?:web\s+)?(?:siguiente|denunciada)|perfil\w*|cuenta\w*|"
    r"seguinte\w*|remover|remoção|"
    # Turkish
    r"erişim\w*\s+engel\w*|içeri\w+|aşağıda\w*|url\s+adres\w*|kaldır\w+|hesap\w*|hesab\w*",
    # Chinese
    r"以下|如下|下列|下述|违法|違法|链接|連結|删除|刪除|屏蔽|清除|封禁|账号|帳號|帐号|关闭|關閉|停用|移除|有害|頻道|频道"
    r"|涉嫌|冒充|假冒|诈骗|詐騙",
)
ASIDE = _voice(
    # Rows of a form that are not about the content
    r"(?:legal\s+basis|rechtsgrundlage|base\s+legal|fundamento\s+\w+|dasar\s+hukum|redress|rechtsbehelf\w*|remed(?:y|ies)|review"
    r"|appeals?|recours|targeted\s+(?:brand|organi[sz]ation|company|entity|institution)|brand|marca|impersonated\s+\w+|(?:\w+\s+)?ditiru|datenschutz\w*|the\s+act|court)[^\n:]{0,40}:(?=[^\n]*$)|"
    r"обжалова\w+|лицензированн\w+|"
    # Where the public is sent: labels and imperatives, by language
    r"report\s+(?:content|abuse|crimes?|scams?|fraud|incidents?|online|here|it|an?\s+\w+)(?:\s+\w+){0,2}\s*[:：]"
    r"|(?:portal|saluran|laman)\s+(?:aduan|semakan|laporan|pengaduan)|semakan\s*[:：]|signaler\b|denunciar\b|melden\s+sie\b"
    r"|report\s+(?:abuse|content|concerns?|incidents?|(?:cyber)?crimes?)\s+(?:at|to|on|via)\b"
    r"|(?:queixas?|reclamações|klachten|skargi|segnalazioni|신고|제보|通報)\s*[:：]"
    r"|(?:daftar|list|register|database)\s+(?:\w+\s+){0,4}(?:tersedia|available|published|dapat\s+di\w+)\s+(?:di|pada|at|on|in)\b"
    r"|(?:may|can|must|should|shall)\s+be\s+(?:made|submitted|lodged|filed|sent|addressed|reported|requested)\s+(?:\w+\s+)?"
    r"(?:via|at|to|through|on|in)\b|(?:dapat|bisa)\s+(?:diajukan|disampaikan|dilaporkan|dicek)\s+(?:\w+\s+)?(?:di|ke|melalui|lewat|pada)\b|"
    r"(?:laporkan|lapor|cek|periksa|pastikan|waspada\w*|pantau|dipantau)\s+(?:\w+\s+){0,5}?"
    r"(?:di|melalui|lewat|pada|ke|via)\b|ikuti\s*:|(?:info|berita|lapor|aduan|подробнее|жалобы)\s*:"
    r"|portal\s+(?:LERS|kami)|LERS\s+portal|law\s+enforcement\s+(?:response|request)|legal\s+request\s+portal|"
    r"humas\b|follow\s+us|for\s+(?:\w+\s+){0,3}(?:advice|information|details|guidance|help)\b|report\s+(?:it|scams?|fraud|crime)\s+"
    r"(?:at|to|on|via)|(?:scheme|helpline|service|guidance|advice)\s+(?:at|is)|name\s?servers?|registrars?\s*[:：(]|registered\s+(?:with|through)(?!\s+you)"
    r"|hosted\s+(?:by|with)|hosting(?:\s+provider)?\s*[:：]|(?:bukti|evidence|screenshots?|tangkapan\s+layar|lampiran)\s*[:：]"
    r"|(?:hasil\s+)?whois|learn\s+more|find\s+out\s+more|alert\s+list"
    r"|(?:verify|check|search)\s+(?:\w+\s+){0,6}?(?:at|on|in|here)\b|privacy\s+(?:policy|notice)|complaints?\s*:"
    r"|(?:appeals?|complaints?|objections?|representations)\s+(?:\w+\s+){0,3}(?:at|to|via|through|on)\b|"
    r"наш\s+(?:канал|сайт)|(?:список|перечень|текст|решение)\s+(?:доступ|опублик|размещ)\w+|сайт\s*:|с\s+карточкой|(?:на|в)\s+(?:нашем|официальном)\s+\w+|проверьте|сообщ\w+\s+(?:на|по)\b|"
    r"verifi(?:que|car|quen)\b|valid(?:ar|e|ación)\b|consult(?:e|ar|able)\b|denuncias\b|informaci[oó]n(?:es)?\s*:|informações\s*:|síg[au]e?nos|siga-?nos|seguici|suivez|folgen\s+sie|síguenos|visite|conozca|comprobar|canal\s+prioritario"
    r"|(?:publicad|disponib)\w+\s+en|plus\s+d['’]informations?|signalements?\b|consultable|voies?\s+de\s+recours"
    r"|weitere\s+informationen|mehr\s+informationen|unter\s+folgendem\s+link|consultad\w+\s+em\b|íntegra\b|consulte\b|denuncie|saiba\s+mais|confira|autenticidade"
    r"|başvuru\w*|bilgi\s+için|şikayet|ihbar|"
    # Indonesian
    r"informasi\s+lebih\s+lanjut|(?:rujukan|referensi|dasar\s+hukum|reference|lihat|see)\s*:"
    r"|selengkapnya|keterangan\s+lebih\s+lanjut|(?:situs|website|laman|akun|aplikasi|kanal|portal)"
    r"\s+resmi|\bresmi\b|verifikasi|keaslian|"
    r"\bunduh\b|diunduh|mengunduh|pengaduan|mengadukan|melapor(?:kan)?\s+(?:melalui|di|ke)"
    r"|(?:laporan|berita|pemberitaan|artikel)\s+(?:\w+\s+){0,2}(?:dimuat|tayang|dapat\s+dibaca)\s+(?:di|pada)"
    r"|kanal\s+aduan|peraturan\s+(?:tersebut\s+)?dapat|salinan\s+peraturan|naskah|diberitakan"
    r"|pemberitaan|"
    r"dikutip\s+dari|dilansir|sumber\s*:|formulir|ikuti\s+kami|survei|kepuasan|kunjungi|panduan"
    r"|petunjuk|barang\s+bukti\s+(?:dapat|tersimpan)|bukti\s+(?:digital|elektronik|dukung)|"
    r"(?:tangkapan\s+layar|bukti|dokumen|berkas|screenshot)\s+(?:\w+\s+){0,3}(?:tersimpan|diakses"
    r"|dilihat|diunduh|terlampir)\s+(?:di|pada|melalui)|"
    r"kebijakan\s+(?:komunitas|privasi|layanan)|ketentuan\s+layanan|syarat\s+dan\s+ketentuan"
    r"|portal\s+(?:penegak|hukum|saman)|surat\s+jawaban|"
    # English
    r"further\s+(?:information|details)|more\s+(?:information|details)|official\s+(?:web\s?site"
    r"|site|app\w*|page|account|channel|url|domain)|(?:genuine|legitimate|authentic|real|original)"
    r"\s+"
    r"(?:web\s?site|site|app\w*|page|work|content|url|domain)|download\w*|legislation"
    r"|(?:text|copy)\s+of\s+the\s+(?:law|act|order|regulation|directions?|judg\w+)|"
    r"terms\s+of\s+(?:service|use)|community\s+(?:guidelines|standards)"
    r"|(?:privacy|acceptable\s+use|site)\s+polic\w+|according\s+to\s+(?:your|the|github)[^.]{0,40}"
    r"(?:policy|terms)|"
    r"available\s+on\s+a\s+24|24-hour\s+basis|(?:can|may)\s+be\s+(?:verified|checked|appealed"
    r"|downloaded|consulted)|verif(?:y|ied|ication)\s+(?:at|on|of)|authenticity|"
    r"report(?:ed)?\s+(?:by|in)\s+(?:the\s+)?(?:news|media|press)|news\s+(?:article|report)"
    r"|source\s*:|see\s+also|refer\s+to\s+(?:our|the\s+guid)|visit\s+(?:us|our)"
    r"|our\s+(?:web\s?site|portal|page)|"
    r"law\s+enforcement\s+portal|help\s+cent\w+|online\s+form|feedback|survey|unsubscribe"
    r"|evidence\s+(?:is|are|can|may)|screenshots?\s+(?:is|are|can|may)|"
    r"(?:order|notice|decision|regulation|judg\w+|directions?|rules?|law|act|gazette)\s+(?:is|was|are|can|may)\s+"
    r"(?:be\s+)?(?:also\s+)?(?:published|available|found|consulted|accessed|read|seen)|"
    r"public\s+register|register\s+(?:is|are|can|may|shall)|entered\s+into\s+the\s+register\s+"
    r"(?:shall|is|are)|purporting\s+to\s+be|imitat\w+|"
    # Russian
    r"круглосуточно|официальн\w+\s+(?:сайт\w*|мобильн\w+|уведомлени\w+)|скачать|подробн\w+"
    r"|ознакомиться|с\s+текстом|проверить|форм[ауеы]\s+(?:обращ|обратн)|личн\w+\s+кабинет\w*|"
    # Spanish, Portuguese
    r"más\s+información|(?:sitio|página|web|sede)\s+(?:web\s+)?(?:oficial|electrónica)|verifica\w+"
    r"|código\s+seguro|términos\s+de\s+servicio|condiciones\s+de\s+uso|aviso\s+legal|descarg\w+|"
    r"mais\s+informações|site\s+oficial|"
    # Turkish
    r"resmi\s+(?:web\s+)?site\w*|ayrıntılı\s+bilgi|doğrula\w*|e-?imza|mevzuat",
    # Chinese
    r"官方网站|官方網站|官网|官網|详情|詳情|查询|查詢|举报(?:网|平台|电话|中心|方式|[:：])|(?:舉報|檢舉)(?:網|平台|電話|中心|方式|[:：])|下载|下載|正版|法律依据|法律依據|聯絡|真正的",
)
# What right behind an address says of it.
ASIDE_BEHIND = re.compile(
    r"^[)\t ,\"”]{0,3}(?:\(?(?:situs|laman|akun|the|our|is\s+the|adalah|merupakan)?[\t ]*"
    r"(?:the\s+)?(?:official|genuine|legitimate|resmi|asli)\b"
    r"|(?:adalah|merupakan)\s+(?:akun|situs|laman|website)\s+(?:resmi|asli|milik\s+(?:kami|korban"
    r"|pelapor))|is\s+(?:the|our)\s+(?:official|genuine|legitimate)|(?:уже\s+)?удал[её]н\w*"
    r"|(?:has|have)\s+(?:already\s+)?been\s+(?:removed|deleted)|(?:sudah|telah)\s+(?:dihapus|ditutup|tidak\s+aktif))",
    _I,
)
CONTACT = _voice(
    r"lapor(?:kan)?\s+(?:\w+\s+){0,4}(?:ke|di|melalui|via|lewat)\b|narahubung|contact\s+person|\bcp\b|koordinasi|menghubungi\s+(?:penyidik|kami|petugas"
    r"|narahubung|kanit|kasubdit|bripka|aipda|ipda|iptu|akp|kompol)|"
    r"(?:silakan|harap|mohon|dapat)\s+(?:meng)?hubungi|konfirmasi|(?<!nomor\s)(?:telp|telepon|tel"
    r"|phone|fax|faks|faksimile|hotline|e-?mail|surel|mobile|cell)\b\.?(?!\s*/?\s*(?:wa|whats))|"
    r"call\s?cent\w+|(?:kontak|nomor|pusat|hotline)\s+layanan|layanan\s+(?:pengaduan|informasi|masyarakat|kami"
    r"|pelanggan|publik|darurat|hotline|resmi)|keterangan\s+lebih\s+lanjut|(?:akp|akbp|iptu|ipda|aiptu|aipda|bripka"
    r"|brigadir|briptu|bripda|kompol|kombes|brigjen|irjen)\b|"
    r"(?:detective|inspector|sergeant|constable)\b|(?:layanan|kanal|nomor|hotline|posko)\s+pengaduan|pengaduan(?:\s+masyarakat)?\s*(?:[:：]|ke\b|melalui|via)"
    r"|a\.?n\.?\s+penyidik|penyidik\b"
    r"|officer\b|undersigned|(?:di)?(?:kirim|sampai)(?:kan)?\s+(?:ke|kepada|melalui|lewat)\b"
    r"|(?:send|sent|repl\w+|respond|submitted)\s+(?:\w+\s+)?(?:to|via|by)\b|contact\s+(?:us|me|the"
    r"|our)|please\s+(?:contact|call)|тел\b\.?|телефон\w*|факс|"
    r"hubungi\s+kami|kontak\s+(?:kami|layanan|resmi|(?-i:[A-Z]{2,}))|teléfono|contacto|telefon|irtibat"
    r"|(?:nomor|no\.?|hp|wa|telp|telepon|kontak|milik|handphone|identitas|data)\s+(?:\w+\s+)?(?:pelapor|korban|saksi)\b"
    r"|(?<!layar\s)(?:pelapor|korban|saksi)(?=\s+(?:an\.?|a\.n\.?|bernama|dengan\s+nomor)\b|\s*[:(])|helpline|hotline|enquir\w+|línea|\bhalo\s?(?-i:[A-Z]\w+)|toll\s?free"
    r"|(?:hp|wa|nomor|no\.?|telp|kontak|telegram)\s+(?:saya|kami|beliau|penyidik)|(?:my|our)\s+(?:number|phone|mobile)",
    r"هاتف|تليفون|تلفون|电话|電話|联系|聯絡|聯繫|传真|傳真|专线|專線",
)
BANK = re.compile(
    r"\b(?:rekening|no\.?\s?rek\b|norek|rek\.|bank|bca|bri|bni|bsi|btn|mandiri|cimb|danamon"
    r"|permata|maybank|bsi|jago|seabank|transfer\w*|virtual\s+account|va\b|"
    r"nik|nrp|nip|ktp|npwp|imei|imsi|paspor|passport|dana|ovo|gopay|shopeepay|linkaja|qris|a/n"
    r"|iban|swift|account\s+(?:no|number)|invoice|npsn|kode\s+pos)\b",
    _I,
)
SUSPECT = _voice(
    r"akun|pelaku|terlapor|tersangka|target|admin|mucikari|germo|dimaksud|digunakan|dipakai"
    r"|dipergunakan|milik|berkomunikasi|memesan|pemesanan|"
    r"dihubungi|menawarkan|promosi|ditutup|diblokir|pemblokiran|penutupan|pemutusan|open\s?bo"
    r"|\bbo\b|tamu|pelanggan|nomor[- ]nomor|berikut|"
    r"pihak\s+yang|oknum|penipu\w*|menipu|mengaku\w*|mengatasnamakan|meminta\s+(?:uang|transfer|sejumlah|pulsa|data)|scam\w*|impersonat\w*|posing|solicit\w*|"
    r"following|suspect\w*|accused|used\s+by|offend\w+|belonging|number\(?s?\)?\s+(?:used"
    r"|in\s+question)|block|accounts?|profile|"
    r"следующ\w+|аккаунт\w*|номер\w*\s+(?:телефон\w+\s+)?злоумыш\w+|siguiente\w*|cuenta\w*"
    r"|hesap\w*|conta\b|compte\w*|konto\b|tài\s+khoản",
    r"以下|账号",
)
# An account that the letter names because it was harmed or copied.
OF_A_VICTIM = re.compile(
    r"(?:akun|milik|kepunyaan|accounts?\s+of|account|belonging\s+to|profil)\s+(?:(?!dan\b|yang\b)"
    r"[\w.]+\s+){0,2}?(?:korban|pelapor|saksi|victim\w*|complainant|pengadu)"
    r"(?:nya)?\s*(?:yaitu|bernama|named|adalah|:|,)?\s*[\"“]?$",
    _I,
)
# What a bare name of a site follows when the sentence tells where victims are led.
LEADS_ON = re.compile(
    r"(?:(?:re)?direct\w*|steer\w*|lead(?:s|ing)?|link(?:s|ed|ing)?|sends?|on|points?|driv\w+|via)\s+(?:to|at)\s+(?:the\s+"
    r"(?:web)?site\s+)?$|(?:website|site|domain|situs|laman|web|domen|halaman)\s+(?:palsu\s+)?[\"“]?$"
    r"|(?:diarahkan|mengarah\w*|menuju|dialihkan|tautan|berpindah|beralamat)\s+(?:ke\s+|di\s+)?(?:situs\s+|laman\s+)?$"
    r"|(?:sitio|página|web|dominio|sito|domen[aęy]|stron[aęy]|site|domaine|webseite|domain)\s+(?:web\s+)?$|(?:на|сайт\w*|домен\w*)\s+$|(?:网站|網站|域名)\s*$",
    _I,
)
# What behind a number says that it is the suspect's.
SUSPECT_BEHIND = re.compile(
    r"^[)\s,]{0,3}(?:\(?(?:milik\s+)?(?:pelaku|terlapor|tersangka|suspect)|(?:yang\s+)?(?:digunakan|dipakai|dipergunakan|diduga"
    r"|mengaku|menawarkan|menipu|meminta|mengirim)|(?:which\s+)?(?:is|was|are|were)?\s*(?:being\s+)?used\s+(?:by|to|for|in)"
    r"|используется|utilizad\w+|usad\w+\s+para)",
    _I,
)
STILL_STANDS = re.compile(
    r"masih\s+(?:dapat|bisa|aktif|tayang)|belum\s+(?:ditindak|dihapus|diblokir|ditutup)"
    r"|sebagaimana\s+(?:email|surat)\s+(?:kami\s+)?(?:di\s?bawah|sebelumnya)|still\s+(?:accessible"
    r"|available|online|active|live)|"
    r"not\s+(?:yet\s+)?been\s+(?:removed|taken)|(?:as|see)\s+(?:listed\s+)?below|see\s+(?:the\s+)?"
    r"(?:below|e-?mail\s+below)|reminder|повторно|вс[её]\s+ещ[её]|siguen?\s+(?:activ|disponib)|仍",
    _I,
)

GOVERNMENT = re.compile(
    r"(?:^|\.)(?:gov|gob|gouv|gub|govt|go|mil|police|polri|kejaksaan)\.[a-z]{2}$|(?:^|\.)(?:gov"
    r"|mil|int)$|(?:^|\.)(?:gc\.ca|europa\.eu|admin\.ch|nic\.in|"
    r"gov\.[a-z]{2}|polri\.id|interpol\.int|guardiacivil\.es|policia\.es|poderjudicial\.es|boe\.es"
    r"|mossos\.cat|bundesnetzagentur\.de|12377\.cn|cyberpolice\.cn|"
    r"consultant\.ru|garant\.ru|pravo\.ru|hukumonline\.com|indiankanoon\.org|legifrance\.gouv\.fr"
    r"|bailii\.org|gv\.at|bund\.de|polizei\.de|police\.uk|overheid\.nl|zan\.kz|pravo\.by|etalonline\.by|sudrf\.ru|arbitr\.ru"
    r"|gesetze-im-internet\.de|normattiva\.it|indiacode\.nic\.in|icann\.org|courts\.ie|aduankonten\.id|patrolisiber\.id|cekrekening\.id|trustpositif\.id)$",
    _I,
)
SERVICE_HOST = re.compile(
    r"^(?:help|support|docs|about|legal|policies|policy|transparency|newsroom|developers?|business"
    r"|safety|terms|privacy|faq|status|investor|blog|lawenforcement|lers)\.",
    _I,
)
SERVICE_PATH = re.compile(
    r"^/(?:[a-z]{2}(?:[-_][a-z]{2})?/)?(?:help|support|docs|about|legal|policies|policy|terms|tos"
    r"|privacy|site-policy|safety|community-guidelines|communityguidelines|communitystandards|"
    r"community-standards|guidelines|law-enforcement|lawenforcement|records|rules"
    r"|articles/\w*-?terms|copyright|contact)(?:[/?#.]|$)|/(?:policies|community-guidelines"
    r"|communitystandards|terms|privacy|tos)(?:/|$)|terms-of-(?:service|use)|privacy-policy"
    r"|acceptable-use",
    _I,
)
FREE_MAIL = frozenset(
    "gmail.com yahoo.com yahoo.co.id ymail.com outlook.com hotmail.com live.com icloud.com "
    "proton.me protonmail.com mail.ru yandex.ru yandex.com "
    "rambler.ru qq.com 163.com 126.com sina.com rediffmail.com gmx.com aol.com".split()
)
