"""Tables in plain text: bars, tabs, semicolons or columns of spaces, told by their header line."""

import re
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from platforms.locators import refang
from platforms.locators.hosts import facts_for, place_of

from .layout import Line, Zone

_KINDS = (
    ("index", r"id\s+(?:konten|aduan|tiket|laporan|kasus|temuan|content|case|ticket|report)"),
    ("bank", r"rekening|no\.?\s?rek\b|bank|account\s+number|iban|e-?wallet|dana|ovo|gopay"),
    ("person", r"nik\b|nrp\b|nip\b|pelapor|korban|petugas|saksi|penyidik|officer|reporter|victim"),
    (
        "phone",
        r"(?:no\.?|nomor)\s*(?:hp|telp\w*|telepon|handphone|wa|whats\s?app|kontak)|whats\s?app"
        r"|\bhp\b|phone|telefon\w*|телефон|电话",
    ),
    (
        "url",
        r"url|locators?|lokator|identifiers?|indicators?|indikator|ioc|link|tautan|alamat|website|situs|ссылк\w+|адрес|указател\w+|enlace|dirección|网址"
        r"|链接|連結|bağlantı|address|domain|sitios?|páginas?|p[aá]gina\s+web|sites?|seite|сайт\w*|страниц\w+"
        r"|網址|網站|网站|pautan|adresse|lien|enlaces?",
    ),
    ("name", r"nama\s+(?:tampilan|profil)|display\s+name"),
    (
        "account",
        r"nama\s+akun|akun|user\s?name|nama\s+pengguna|user\s?id|\bid\b|account|handle|profil\w*"
        r"|nick\s?name|usuario|cuenta|аккаунт|账号|"
        r"用户名|hesap|kullanıcı|identitas",
    ),
    (
        "platform",
        r"platform|media(?:\s+sosial)?|medsos|sosmed|aplikasi|\bapp\b|jenis|types?|tipe|layanan|service|social"
        r"|plataforma|платформа|сервис|平台",
    ),
    ("index", r"no\.?|s\.?\s?no\.?|#|nr\.?|№|n[°º]|序号|item|sr\.?\s?no\.?|sl\.?\s?no\.?"),
    (
        "other",
        r"keterangan|ket\.?|tanggal|waktu|isi|konten|uraian|konten|remarks?|description|date|pasal"
        r"|status|nama|name|kategori|category|(?:first|last)\s+seen|reported|lokasi|kota|"
        r"примечание|дата|описание|fecha|motivo|备注|日期|jumlah|temuan|bukti|pelanggaran|reason"
        r"|harga|tarif|entid\w+|entity|company|organi[sz]ation|nombre|titul\w+|título|наименование|организаци\w+"
        r"|名称|名稱|機構|perusahaan|aplikasi|judul|title|topic|категория|вид",
    ),
)
_KIND_OF = tuple(
    (kind, re.compile(rf"\s*(?:{pattern})\b", re.IGNORECASE)) for kind, pattern in _KINDS
)
_ENDS_TABLES = (Zone.CLOSING, Zone.COPIES, Zone.FOOTER, Zone.ATTRIBUTION)
_RULE = re.compile(r"^[\s|:+=_-]*$")
_SPLITTERS = (
    ("|", re.compile(r"\|")),
    ("\t", re.compile(r"\t+")),
    (";", re.compile(r";")),
    (",", re.compile(r",")),
    ("  ", re.compile(r" {2,}")),
)
_ADDRESS = re.compile(r"\w\.[a-z]{2,}/\w")
_ID = re.compile(r"@?[A-Za-z0-9_][\w.-]{1,58}")


@dataclass(frozen=True)
class Cell:
    """A cell of a data row: what its column holds, and where its text stands."""

    kind: str
    text: str
    start: int
    end: int
    platform: str


@dataclass
class _Table:
    splitter: re.Pattern[str]
    kinds: list[str]
    slugs: list[str]
    offsets: list[int]
    misses: int = 0


def find(lines: list[Line]) -> tuple[list[Cell], dict[int, tuple[int, int]]]:
    """The cells of every data row, in order, and where a wrapped address goes on.

    A row's platform is on each of its cells. The second answer maps the end of an address cell to
    the stretch on the next line that continues it.
    """
    cells: list[Cell] = []
    wraps: dict[int, tuple[int, int]] = {}
    table: _Table | None = None
    for line, below in zip_longest(lines, lines[1:]):
        text = line.text
        if len(text) > 5000 or line.zone in _ENDS_TABLES:
            table = None
            continue
        header = _header(text, below.text if below and table is None else "")
        if header is not None:
            table = header
        elif table is not None and not _RULE.match(text):
            row = _row(line, table)
            rest = _continued(line, table, cells)
            if rest:
                wraps[rest[0]] = rest[1]
            elif row:
                cells += row
                table.misses = 0
            else:
                table.misses += 1
                if table.misses > 1:
                    table = None
        elif table is not None and not text.strip() and table.splitter.pattern == " {2,}":
            table = None
    return cells, wraps


def _continued(line: Line, table: _Table, cells: list[Cell]) -> tuple[int, tuple[int, int]] | None:
    """The cell end above and the stretch of this line that goes on with it: a line that fills no
    column but that of an address."""
    pieces = [(at, words) for at, words in _pieces(line.text, table.splitter) if words]
    if len(pieces) != 1 or not cells or line.text[:1] not in " |\t":
        return None
    at, words = pieces[0]
    last_row = cells[-len(table.kinds) :]
    above = [
        cell
        for cell in last_row
        if "://" in cell.text
        or cell.kind == "url"
        or cell.kind == "account"
        and (words[0] in "._/" or cell.text[-1] in "._/")
    ]
    if not above or " " in words or "://" in words or not words.isascii():
        return None
    start = line.start + at
    return above[-1].end, (start, start + len(words))


def with_bars(text: str, cells: list[Cell]) -> str:
    """`text` with the semicolons and commas between cells as bars, so that no address runs on."""
    pieces, position = [], 0
    for cell, following in pairwise(cells):
        between = text[cell.end : following.start]
        if between.strip(' "') in (";", ","):
            pieces += [text[position : cell.end], between.replace(";", "|").replace(",", "|")]
            position = following.start
    return "".join(pieces) + text[position:]


def _pieces(text: str, splitter: re.Pattern[str]) -> list[tuple[int, str]]:
    """(column, words) of each cell of a line."""
    lead = len(text) - len(text.lstrip(" |"))
    pieces, position = [], lead
    for match in splitter.finditer(text, lead):
        pieces.append((position, text[position : match.start()]))
        position = match.end()
    pieces.append((position, text[position:]))
    while pieces and not pieces[-1][1].strip():
        pieces.pop()
    return [(at + len(words) - len(words.lstrip()), words.strip()) for at, words in pieces]


def _header(text: str, below: str) -> _Table | None:
    """The table that `text` is the first line of; `below` is the line under it."""
    if len(text) > 300 or "://" in text or "@" in text or _ADDRESS.search(text):
        return None
    for mark, splitter in _SPLITTERS:
        if mark not in text:
            continue
        pieces = _pieces(text, splitter)
        kinds = [_kind(words) for _, words in pieces]
        known = [kind for kind in kinds if kind]
        useful = {"account", "url", "phone", "platform"} & set(known)
        if len(pieces) < 2 or not useful:
            continue
        if len(known) * 3 < len(pieces) * 2 and not _fills(below, pieces, splitter):
            continue
        slugs = [_platform(words) for _, words in pieces]
        return _Table(
            splitter, [kind or "other" for kind in kinds], slugs, [at for at, _ in pieces]
        )
    return None


def _fills(below: str, heads: list[tuple[int, str]], splitter: re.Pattern[str]) -> bool:
    """Whether the line under a header has an address and a cell for each of its columns."""
    is_data = "://" in below and splitter.pattern != " {2,}"
    is_data = is_data and not any(words.isdigit() for _, words in heads)
    return is_data and len(heads) > 2 and len(_pieces(below, splitter)) == len(heads)


def _kind(words: str) -> str:
    """What a column holds by its header; "" when the words are no header."""
    if len(words) > 45 or len(words.split()) > 6 or sum(c.isdigit() for c in words) > 2:
        return ""
    if (
        "/" in words
        and re.search(r"akun|account|url|link|id\b", words, re.I)
        and re.search(r"nomor|no\b|phone|hp|url|link", words, re.I)
    ):
        return "account"
    for kind, pattern in _KIND_OF:
        if pattern.match(words):
            return kind
    return "account" if _platform(words) else ""


def _platform(words: str) -> str:
    """The slug of a platform that a cell or header names."""
    for part in (words, re.sub(r"\(.*?\)", "", words), *re.split(r"[\s()/,:.-]+", words)):
        part = part.strip()
        if len(part) > 1 or part.upper() == "X":
            facts = facts_for(part) if "." not in part else None
            if facts is not None:
                return facts.slug
    return ""


def _row(line: Line, table: _Table) -> list[Cell]:
    pieces = _pieces(line.text, table.splitter)
    if len(pieces) < 2:
        return []
    columns = [_column(at, index, len(pieces), table) for index, (at, _) in enumerate(pieces)]
    slug = next(
        (
            _platform(w)
            for (_, w), c in zip(pieces, columns, strict=True)
            if table.kinds[c] == "platform"
        ),
        "",
    )
    slug = slug or next((_host_platform(words) for _, words in pieces if "/" in words), "")
    kinds = [table.kinds[column] for column in columns]
    has_id = any(k == "account" and is_id(w) for (_, w), k in zip(pieces, kinds, strict=True))
    if "account" in kinds and not has_id:  # "ID: not shown": the name is all that tells it
        kinds = ["account" if kind == "name" else kind for kind in kinds]
        slug = slug or next(filter(None, table.slugs), "")
    slugs = [slug or table.slugs[column] for column in columns]
    return [
        Cell(kind, words, line.start + at, line.start + at + len(words), platform)
        for (at, words), kind, platform in zip(pieces, kinds, slugs, strict=True)
        if words
    ]


def _host_platform(address: str) -> str:
    """The platform whose host an address cell shows."""
    host = refang(address[:300]).split("//")[-1].split("/")[0].lower()
    place = place_of(host)
    return place.slug if place else ""


def _column(at: int, index: int, count: int, table: _Table) -> int:
    if count == len(table.kinds) or table.splitter.pattern != " {2,}":
        return min(index, len(table.kinds) - 1)
    return min(range(len(table.offsets)), key=lambda column: abs(table.offsets[column] - at))


def is_id(text: str) -> bool:
    """Whether the words of an account cell can be an account's name."""
    return bool(_ID.fullmatch(text)) and not re.fullmatch(r"\d{1,3}\.?|[-.]+", text)
