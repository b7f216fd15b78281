"""Invented Indonesian police letters whose truth is known: ten of every shape, the same for the
same seed. The shapes here are those that the parser was developed on.
"""

import random
from collections.abc import Callable, Iterable, Iterator

from tests.letter_desk import ENGLISH, Desk, Letter, envelope, fields, hard_wrap, indonesian


def formal_numbered(desk: Desk) -> bytes:
    text = desk.head() + "\n" + fields(desk) + desk.legal_basis()
    urls = "".join(f"   {i}) {desk.post()}\n" for i in range(1, desk.rng.randrange(3, 9)))
    text += (
        "2. Sehubungan dengan rujukan tersebut di atas, dimohon bantuan untuk memutus akses "
        "tautan berikut:\n"
        f"{urls}3. {desk.contact()}\n4. Demikian untuk menjadi maklum.\n\n{desk.foot()}\n"
        f"{desk.copies()}"
    )
    return envelope(desk, text)


def table_pipe(desk: Desk) -> bytes:
    rows = ["No | Platform | Nama Akun | URL | Keterangan", "---|---|---|---|---"]
    for i in range(1, desk.rng.randrange(3, 8)):
        name, handle, url = desk.account()
        shown = url if desk.rng.random() < 0.6 else "-"
        rows.append(
            f"{i} | {name} | {desk.rng.choice(('@', ''))}{handle} | {shown} | menawarkan jasa BO, "
            f"{desk.bank()}"
        )
    text = (
        desk.head() + "\n" + fields(desk) + desk.legal_basis()
        + (
            "2. Ditemukan akun-akun yang memuat penawaran prostitusi daring sebagaimana tabel di "
            "bawah ini:\n\n"
            )
        + "\n".join(rows) + f"\n\n3. {desk.contact()}\n\n{desk.foot()}\n{desk.copies()}"
    )  # fmt: skip
    return envelope(desk, text)


def run_on(desk: Desk) -> bytes:
    first, seen = desk.account("instagram"), desk.day_before()
    handles = [f"@{desk.account('instagram')[1]}" for _ in range(desk.rng.randrange(1, 4))]
    tiktok = desk.account("tiktok")[1]
    phones = [desk.phone() for _ in range(desk.rng.randrange(1, 4))]
    text = (
        desk.head()
        + "\n"
        + fields(desk)
        + desk.legal_basis()
        + f"2. Bahwa pada tanggal {indonesian(seen)} sekira pukul 21.30 WIB petugas menemukan "
        f"akun Instagram @{first[1]}, "
        f"{', '.join(handles)} serta akun TikTok @{tiktok} yang menawarkan jasa prostitusi. "
        "Pembayaran dilakukan ke "
        f"{desk.bank()}. Pelaku berkomunikasi melalui nomor WhatsApp {' dan '.join(phones)}.\n"
        "3. Mohon agar akun dan nomor tersebut ditutup dalam waktu 1x24 jam.\n4. "
        f"{desk.contact()}\n\n{desk.foot()}\n{desk.copies()}"
    )
    return envelope(desk, text)


def bilingual(desk: Desk) -> bytes:
    urls = [desk.post() for _ in range(desk.rng.randrange(1, 5))]
    seen, number = desk.day_before(), desk.letter_number()
    english = f"{desk.day.day} {ENGLISH[desk.day.month - 1]} {desk.day.year}"
    american = f"{ENGLISH[seen.month - 1]} {seen.day}, {seen.year}"
    text = (
        f"{desk.head()}\nNomor: {number}\n{desk.dated_line()}\n\nYth. Tim Penegakan Hukum\n\n"
        f"Berdasarkan {desk.lawful()}, pada tanggal {indonesian(seen)} kami menemukan konten "
        "berikut:\n"
        + "".join(f"- {url}\n" for url in urls)
        + f"Mohon konten dihapus. {desk.contact()}\n\nHormat kami,\n{desk.foot()}\n\n=====\n\n"
        f"Number: {number}\nDate: {english}\n\nDear Sir or Madam,\n\nUnder Article 27(1) of Law "
        "No. 1 of 2024, "
        f"on {american} we found the following content:\n"
        + "".join(f"- {url}\n" for url in urls)
        + (
            "Please remove it, in line with your terms of service (https://platform.example/"
            f"terms).\n\nSincerely,\n{desk.officer}\n"
        )
    )
    return envelope(desk, text)


def pdf_broken(desk: Desk) -> bytes:
    urls = [desk.post() for _ in range(desk.rng.randrange(2, 5))]
    if desk.rng.random() < 0.5:
        urls = [
            url.replace("https://", "hxxps://")
            .replace(".com", "[.]com")
            .replace(".example", "[.]example")
            for url in urls
        ]
    day = desk.day_before()
    paragraphs = [
        f"Berdasarkan {desk.lawful()} dan Laporan Polisi Nomor {desk.police_report(day)} tanggal "
        f"{indonesian(day)}, "
        f"dimohon untuk memutus akses terhadap {', '.join(urls)} karena memuat konten yang "
        "dilarang.",
        (
            f"Surat ini merujuk pada Surat Perintah Tugas Nomor {desk.task_letter(day)}. "
            f"{desk.contact()}"
        ),
    ]
    wrapped = "\n".join(
        hard_wrap(paragraph, desk.rng.randrange(62, 84)) for paragraph in paragraphs
    )
    text = (
        f"{desk.head()}\nNomor : {desk.letter_number()}\n{desk.dated_line()}\n\nKepada "
        f"Yth.\nPerwakilan Platform\n\n{wrapped}\n\n{desk.foot()}"
    )
    return envelope(desk, text)


DEVELOPED: tuple[Callable[[Desk], bytes], ...] = (
    formal_numbered,
    table_pipe,
    run_on,
    bilingual,
    pdf_broken,
)


def generate(seed: int, shapes: Iterable[Callable[[Desk], bytes]]) -> Iterator[Letter]:
    """Ten letters of every shape, the same for the same seed."""
    for shape in shapes:
        for copy in range(10):
            desk = Desk(random.Random(f"{seed}/{shape.__name__}/{copy}"))
            raw = shape(desk)
            suffix = (
                "eml"
                if raw.startswith((b"Content-", b"From:", b"MIME", b"Subject", b"To:"))
                else "txt"
            )
            yield Letter(f"{shape.__name__}-{copy}.{suffix}", shape.__name__, raw, desk.truth)
