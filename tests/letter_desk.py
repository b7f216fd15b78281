"""What every invented police letter is made of, and the truth of it as it is written down.

Handles, people, units' addresses and phone numbers are invented; the police's own hosts end in
.example.
"""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime

ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()
MONTHS = (
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember".split()
)
ENGLISH = (
    "January February March April May June July August September October November December".split()
)
REGIONS = (
    "METRO JAYA",
    "JAWA TIMUR",
    "BALI",
    "JAWA BARAT",
    "SUMATERA UTARA",
    "DIY",
    "SULAWESI SELATAN",
)
CITIES = ("Jakarta", "Surabaya", "Denpasar", "Bandung", "Medan", "Yogyakarta", "Makassar")
NAMES = (
    "Bagas Prakoso",
    "Ratih Wulansari",
    "Yoga Pramudita",
    "Sekar Anindya",
    "Galih Santika",
    "Laras Widuri",
)
WORDS = (
    "melati",
    "kenanga",
    "senja",
    "bintang",
    "mutiara",
    "pelangi",
    "anggrek",
    "rembulan",
    "camar",
    "delima",
)
SOCIAL = {
    "instagram": ("Instagram", "https://www.instagram.com/{}"),
    "tiktok": ("TikTok", "https://www.tiktok.com/@{}"),
    "facebook": ("Facebook", "https://www.facebook.com/{}"),
    "x": ("X (Twitter)", "https://x.com/{}"),
    "telegram": ("Telegram", "https://t.me/{}"),
}


@dataclass
class Truth:
    """What a careful reader finds. A target is the set of forms that name it: (platform, text)."""

    number: str = ""
    letter_date: date | None = None
    references: set[str] = field(default_factory=set)
    dates: set[date] = field(default_factory=set)
    targets: list[set[tuple[str, str]]] = field(default_factory=list)

    def dated(self, day: date) -> date:
        self.dates.add(day)
        return day

    def refer(self, number: str) -> str:
        self.references.add(number)
        return number


@dataclass(frozen=True)
class Letter:
    """One generated letter: the file as it would arrive, and its truth."""

    name: str
    shape: str
    raw: bytes
    truth: Truth


class Desk:
    """Invents everything that one letter needs and writes down what is true of it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.truth = Truth()
        self.region = rng.randrange(len(REGIONS))
        self.day = date(2021, 1, 5) + timedelta(days=rng.randrange(1800))
        self.officer = rng.choice(NAMES)
        self.host = f"polda-{REGIONS[self.region].lower().replace(' ', '')}.example"

    def handle(self) -> str:
        joint = self.rng.choice(("_", ".", ""))
        return f"contoh{joint}{self.rng.choice(WORDS)}{joint}{self.rng.randrange(10, 9999)}"

    def account(self, *forms: str) -> tuple[str, str, str]:
        """A new account as (platform's name, handle, profile address); it becomes a target."""
        slug = self.rng.choice(forms or tuple(SOCIAL))
        name, address = SOCIAL[slug]
        handle = self.handle()
        if slug in ("x", "telegram"):
            handle = handle.replace(".", "_")[-15:].lstrip("_")
        url = address.format(handle)
        self.truth.targets.append({(slug, handle), (slug, url)})
        return name, handle, url

    def post(self) -> str:
        code = (
            "".join(
                self.rng.choices(
                    "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz0123456789-_", k=10
                )
            )
            + "a"
        )
        url = self.rng.choice((
            f"https://www.instagram.com/p/C{code}/",
            f"https://www.instagram.com/reel/C{code}/?igsh=abc123",
            f"https://www.tiktok.com/@{self.handle()}/video/7{self.rng.randrange(10**17, 10**18)}",
            f"https://www.facebook.com/groups/{self.rng.randrange(10**9, 10**10)}/posts/"
            f"{self.rng.randrange(10**14, 10**15)}/",
            f"https://www.facebook.com/profile.php?id=1000{self.rng.randrange(10**10, 10**11)}",
            f"https://www.youtube.com/watch?v={code}",
            f"https://contoh-{self.rng.choice(WORDS)}{self.rng.randrange(99)}.example/bo/"
            f"{self.rng.randrange(999)}",
        ))  # fmt: skip
        slug = next(
            (s for s in ("instagram", "tiktok", "facebook", "youtube") if f"{s}.com" in url), ""
        )
        self.truth.targets.append({(slug, url)})
        return url

    def phone(self, platform: str = "whatsapp") -> str:
        prefix, last = (
            self.rng.choice(("812", "813", "857", "878", "895")),
            self.rng.randrange(1000, 9999),
        )
        self.truth.targets.append({(platform, f"+62{prefix}0000{last}")})
        return self.write_phone(prefix, last)

    def write_phone(self, prefix: str, last: int) -> str:
        return self.rng.choice(
            (
                f"0{prefix}0000{last}",
                f"0{prefix}-0000-{last}",
                f"+62 {prefix}-0000-{last}",
                f"62{prefix}0000{last}",
            )
        )

    def office_phone(self) -> str:
        return self.rng.choice(("(021) 555{}", "021-555{}", "0812-1111-{}")).format(
            self.rng.randrange(1000, 9999)
        )

    def day_before(self, most: int = 30) -> date:
        return self.truth.dated(self.day - timedelta(days=self.rng.randrange(1, most)))

    def letter_number(self) -> str:
        seq, month, year = self.rng.randrange(1, 3000), ROMAN[self.day.month - 1], self.day.year
        number = self.rng.choice((
            f"B/{seq}/{month}/RES.2.5./{year}/Ditreskrimsus",
            f"R/{seq}/{month}/RES.1.24./{year}/Ditreskrimsus",
            f"B/{seq}/{month}/{year}/Satreskrim",
            f"SPGL-{seq}/Ditreskrimsus/{year}",
        ))  # fmt: skip
        self.truth.number = self.truth.refer(number)
        return number

    def police_report(self, day: date) -> str:
        seq, month, region = self.rng.randrange(1, 900), ROMAN[day.month - 1], REGIONS[self.region]
        return self.truth.refer(self.rng.choice((
            f"LP/B/{seq}/{month}/{day.year}/SPKT/POLDA {region}",
            f"LP/A/{seq}/{month}/{day.year}/SPKT/POLDA_{region.split()[0]}",
            f"LP/B/{seq}/{day.year}/SPKT/Polda {region.title()}",
        )))  # fmt: skip

    def task_letter(self, day: date) -> str:
        number = (
            f"SP.Gas.Lidik/{self.rng.randrange(1, 400)}/{ROMAN[day.month - 1]}/RES.5.3/{day.year}/"
            "Ditreskrimsus"
        )
        return self.truth.refer(number)

    def bank(self) -> str:
        bank = self.rng.choice(("BCA", "BRI", "Mandiri", "BNI"))
        return (
            f"rekening {bank} nomor 0{self.rng.randrange(10**8, 10**9)} a.n. "
            f"{self.rng.choice(NAMES)}"
        )

    def lawful(self) -> str:
        return self.rng.choice((
            "Pasal 27 ayat (1) jo Pasal 45 ayat (1) Undang-Undang Nomor 1 Tahun 2024",
            "Pasal 4 ayat (2) huruf d Undang-Undang RI Nomor 44 Tahun 2008 tentang Pornografi",
            "Pasal 296 KUHP dan Peraturan Menteri Komunikasi dan Informatika Nomor 5 Tahun 2020",
            "Pasal 2 Undang-Undang No. 21 Tahun 2007 tanggal 19 April 2007 tentang TPPO",
        ))  # fmt: skip

    def head(self) -> str:
        region = REGIONS[self.region]
        return (
            f"KEPOLISIAN NEGARA REPUBLIK INDONESIA\nDAERAH {region}\nDIREKTORAT RESERSE KRIMINAL "
            "KHUSUS\n"
            f"Jl. Contoh Raya No. {self.rng.randrange(1, 99)} {CITIES[self.region]} "
            f"{self.rng.randrange(10000, 99999)}\n"
            f"Telp. {self.office_phone()} Website: www.{self.host} E-mail: siber@{self.host}\n"
        )

    def foot(self) -> str:
        rank = self.rng.choice(("KOMISARIS BESAR POLISI", "AJUN KOMISARIS BESAR POLISI"))
        return (
            f"a.n. KEPALA KEPOLISIAN DAERAH {REGIONS[self.region]}\nDIRRESKRIMSUS\nu.b.\nKASUBDIT "
            "V SIBER\n\n"
            f"{self.officer.upper()}, S.I.K., M.H.\n{rank} NRP 8{self.rng.randrange(10**6, 10**7)}"
            "\n"
        )

    def copies(self) -> str:
        return "Tembusan:\n1. Kapolda\n2. Irwasda\n3. Dirjen Aptika (https://www.aptika.example)\n"

    def dated_line(self) -> str:
        self.truth.letter_date = self.truth.dated(self.day)
        return f"{CITIES[self.region]}, {indonesian(self.day, self.rng)}"

    def legal_basis(self) -> str:
        first, second = self.day_before(), self.day_before()
        return (
            f"1. Rujukan:\n   a. {self.lawful()};\n"
            f"   b. Laporan Polisi Nomor: {self.police_report(first)} tanggal "
            f"{indonesian(first, self.rng)};\n"
            f"   c. Surat Perintah Tugas Nomor: {self.task_letter(second)} tanggal "
            f"{indonesian(second, self.rng)}.\n"
        )

    def contact(self) -> str:
        """Whom the platform may ask: addresses and numbers that are no targets."""
        return self.rng.choice((
            f"Untuk koordinasi dapat menghubungi penyidik {self.officer} di nomor "
            f"{self.office_phone()} atau surel siber@{self.host}.",
            f"Narahubung: {self.officer}, WhatsApp {self.office_phone()}, e-mail "
            f"siber@{self.host}.",
            f"Informasi lebih lanjut dapat dilihat pada laman https://siber.{self.host}/panduan.",
        ))  # fmt: skip


def indonesian(day: date, rng: random.Random | None = None) -> str:
    forms = [f"{day.day} {MONTHS[day.month - 1]} {day.year}"] * 3 + [
        f"{day:%d-%m-%Y}",
        f"{day:%d/%m/%Y}",
    ]
    return rng.choice(forms) if rng else forms[0]


def envelope(desk: Desk, body: str, subtype: str = "plain", charset: str = "utf-8") -> bytes:
    message = MIMEText(body, subtype, charset)
    message["From"] = f"Subdit Siber Polda {REGIONS[desk.region].title()} <siber@{desk.host}>"
    message["To"] = "legal@platform.example"
    message["Subject"] = Header(
        f"Permohonan pemutusan akses – {desk.truth.number or 'penting'}", "utf-8"
    )
    message["Date"] = format_datetime(
        datetime(desk.day.year, desk.day.month, desk.day.day, 3, tzinfo=UTC)
    )
    return message.as_bytes()


def fields(desk: Desk) -> str:
    number = desk.letter_number()
    return (
        f"Nomor        : {number}                 {desk.dated_line()}\n"
        "Klasifikasi  : BIASA\nLampiran     : 1 (satu) berkas\nPerihal      : Permohonan "
        "pemutusan akses akun\n\n"
        "Kepada\nYth. Perwakilan Hukum Platform\ndi Jakarta\n\nDengan hormat,\n\n"
    )


def hard_wrap(text: str, width: int) -> str:
    """Break lines as PDF extraction shows them: in an address too, after / or - or in a word."""
    lines = [""]
    for word in text.split(" "):
        while (
            "://" in word and len(lines[-1]) + len(word) + 1 > width and width - len(lines[-1]) > 12
        ):
            room = width - len(lines[-1]) - 1
            cut = max(word.rfind("/", 0, room), word.rfind("-", 0, room)) + 1
            cut = cut if cut > 7 else room
            lines[-1] += " " + word[:cut]
            lines.append("")
            word = word[cut:]
        if len(lines[-1]) + len(word) + 1 > width:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}" if lines[-1] else word
    return "\n".join(line.strip() for line in lines if line.strip())
