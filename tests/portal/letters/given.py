"""Everything that a letter can be given, and letters made of it."""

import html.parser
from datetime import UTC, datetime

from moderation_portal import letters, policy
from moderation_portal.letters import LocatorLine
from moderation_portal.policy.template import SUPPLIED

AT = datetime(2026, 11, 21, 7, 5, tzinfo=UTC)
LINK = "https://portal.example/id/a/7Qm3kX0v/"
HOSTILE = [
    '#panic("boom") #import "x.typ" $ sum_(i=0)^n i $ `raw` *bold* _em_ @ref <label>',
    "[x](javascript:alert(1)) ![](https://evil.example/p.png) <https://evil.example>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;&#x3c;",
    "a\r\nBcc: victim@korban.example\r\n\r\nbody",
    "\u202egnp.exe\u2066\u200b\x00\x1b[31m\ufeff",
    "1. satu\n2. dua\n# judul\n- butir\n> kutip\n    kode\n```\n---\n| a | b |\n|---|---|",
    "nama---",
    "{{ number }} {{{{ x }}}} {page} %s %(a)s",
    "\\ \\\\ ~~x~~ ^x^ == = -- &amp; | || ` ``",
]
CONTEXT = {
    "number": "B-1203/DJPRD/TD/11/2026",
    "issued_at": AT,
    "platform": "Contoh",
    "addressee": "PT Contoh Pesan",
    "establishment": "Exampleland",
    "contact_name": "Narahubung Indonesia",
    "urgency": "urgent",
    "categories": ["terrorism"],
    "bases": ["PM5-9-4-a"],
    "action": "remove",
    "rung": "order",
    "unit": "ojk",
    "reasons": "Akun ini melanggar.\n\nDiperiksa dua petugas.",
    "change": "Pengenal ketiga diperbaiki.",
    "weighed": "Alasan platform tidak dapat diterima.",
    "history": ["Teguran pertama, 20 November 2026"],
    "original_number": "B-1100/DJPRD/TD/11/2026",
    "original_issued_at": datetime(2026, 11, 19, 18, 0, tzinfo=UTC),
    "served_at": datetime(2026, 11, 20, 2, 0, tzinfo=UTC),
    "due_at": datetime(2026, 11, 21, 17, 30, tzinfo=UTC),
    "former_due_at": datetime(2026, 11, 20, 17, 30, tzinfo=UTC),
    "answer_url": LINK,
    "appeal_url": "https://portal.example/id/keberatan/",
    "portal_url": "https://portal.example/",
    "status_url": "https://portal.example/id/lapor/status/",
    "approver": "Ratna Wulandari",
    "approver_title": "Direktur Pengendalian",
    "copies": ["Menteri", "Kepala Kepolisian"],
    "report_number": "R26-0000123",
    "demand": "Tutup seluruh aplikasi.",
    "reference": "12/GERTAK/X/2021",
    "received_on": "2 Oktober 2021",
    "received_at": AT,
    "item_count": 3,
    "asked": "Batasi pencarian sekitar bagi pengguna di bawah umur.",
    "pattern_count": 14,
    "missing": ["Tanggal terlihat belum ada.", "Alasan belum ada."],
    "until": AT,
    "code": "482913",
    "minutes": 10,
    "amount": "Rp1.500.000.000",
    "together": "Rp2.000.000.000",
    "reckoning": ["Setiap akun dihitung paling banyak 100 poin.", "3 akun: 300 poin."],
    "commit_rule": "dalam 7 hari",
    "pay_rule": "dalam 30 hari",
    "decided": "denda tetap berlaku",
    "decision": "12 Tahun 2026",
    "hosts": ["contoh.example", "www.contoh.example"],
    "restore_hours": 48,
    "stays": "Foto ketiga tetap diputus.",
    "account_changes": ["Peran: penyelia", "Alamat surel lain"],
}
LINES = [
    LocatorLine("https://www.contoh.example/u/melati_88?x=1", "account", "1203-1"),
    LocatorLine("@contoh.melati", "account", "1203-2"),
    LocatorLine("+62 812-0000-0001", "phone", "1203-3"),
]
ALL = [
    (name, code, language)
    for name in policy.names()
    for code, language in sorted(policy.pack(name).letters)
]


def context(pack_name, code, **changes):
    """What the product gives with a letter, and nothing that it does not."""
    given = {name: CONTEXT[name] for name in SUPPLIED[code] - {"locators"}} | changes
    if pack_name == "eu-tco" and "bases" in given:
        given["bases"] = ["TCO-2-7-a", "TCO-2-7-d"]
    if pack_name == "eu-tco" and "unit" in given:
        given["unit"] = "other_authority"
    return given


def written(pack, code="order", language="id", lines=LINES, **changes):
    lines = lines if "locators" in SUPPLIED[code] else ()
    return letters.render(pack, code, language, context(pack.name, code, **changes), lines)


class Reader(html.parser.HTMLParser):
    """Gathers tags, links and shown text of an HTML mail."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.shown = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.links += [value for name, value in attributes if name in ("href", "src")]
        assert not [name for name, _ in attributes if name.startswith("on") or name == "style"]

    def handle_data(self, data):
        self.shown.append(data)
