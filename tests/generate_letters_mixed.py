"""Generated police letters in many words: every way of naming an account, in every kind of list,
among sentences whose addresses and numbers are no targets. The parser was developed on these."""

import random
import re
from collections.abc import Iterator

from tests.letter_desk import SOCIAL, Desk, Letter, hard_wrap, indonesian

NAMED = {
    "instagram": ("Instagram", "IG", "instagram"),
    "tiktok": ("TikTok", "Tiktok"),
    "facebook": ("Facebook", "FB"),
    "x": ("X (Twitter)", "Twitter", "X"),
    "telegram": ("Telegram",),
    "michat": ("MiChat", "Michat", "MICHAT"),
    "bigo-live": ("Bigo Live", "BIGO"),
    "line": ("LINE", "Line"),
    "youtube": ("YouTube",),
    "threads": ("Threads",),
}
ADDRESSES = {slug: address for slug, (_, address) in SOCIAL.items()} | {
    "youtube": "https://www.youtube.com/@{}",
    "threads": "https://www.threads.net/@{}",
}
BY_NAME = (
    "akun {n} @{h}", "akun {n} {h}", "{n}: {h}", "{n} : @{h}", "{n} - @{h}", "{h} ({n})",
    "@{h} ({n})", "@{h} di {n}",
    "{n} dengan username {h}", "akun {n} dengan nama pengguna “{h}”", "username {n}: {h}",
    "akun {n} milik tersangka: {h}", "ID {n} {h}", "{n} ID: {h}", "akun {n} bernama {h}",
    'profil {n} "{h}"',
    "akun {n} yang bernama @{h}", "akun media sosial {n} @{h}", "{n} dengan nama akun {h}",
    "user {n} : {h}",
    "aplikasi {n} dengan ID {h}",
)  # fmt: skip
BY_NUMBER = (
    "ID {n} {h}",
    "{n} ID: {h}",
    "{n} dengan ID {h}",
    "akun {n} (ID {h})",
    "{n} user ID {h}",
    "ID: {h} ({n})",
)
BY_ADDRESS = (
    "{u}", "{n} ({u})", "akun {n} @{h} ({u})", "{n} @{h}, URL: {u}", "{u} (akun {n})", "tautan {u}",
    "akun {n} dengan link {u}", "{d}", "URL : {u}", "akun {n} pada tautan {d}", "[{u}]", "<{u}>",
    '"{u}"', "{h} - {u}", "{m}",
)  # fmt: skip
BY_PHONE = (
    "nomor WhatsApp {p}", "WA {p}", "No. WA: {p}", "WhatsApp : {p}", "{p} (WhatsApp)",
    "nomor HP {p} (WhatsApp)",
    "akun WhatsApp nomor {p}", "nomor telepon/WA {p}", "WhatsApp dengan nomor {p}",
    "https://wa.me/{e}", "nomor {p} (WA)",
)  # fmt: skip
LEADS = (
    "Sehubungan dengan hal tersebut, dimohon bantuan untuk memblokir akun sebagai berikut:",
    "Adapun akun yang dimintakan pemutusan akses adalah:",
    "Daftar akun dan nomor yang digunakan para pelaku:",
    "Bersama ini kami sampaikan akun-akun yang diduga melanggar kesusilaan, antara lain :",
    "Untuk kepentingan penyelidikan, mohon dapat dilakukan take down terhadap:",
    "Berdasarkan hasil patroli siber, ditemukan akun yang menawarkan jasa prostitusi online yaitu:",
    "Mohon menonaktifkan akun-akun di bawah ini.",
)
SENTENCES = (
    "Berdasarkan hasil patroli siber ditemukan {} yang menawarkan jasa open BO.",
    "Mohon kiranya dapat dilakukan pemblokiran terhadap {}.",
    "Tersangka diketahui menggunakan {} untuk mencari pelanggan.",
    "Dimohon kepada Saudara untuk menutup {} karena melanggar kesusilaan.",
    "Bahwa {} telah digunakan untuk menyebarkan konten pornografi.",
)
BESIDES = (
    "Untuk koordinasi lebih lanjut dapat menghubungi {officer} di nomor {phone}.",
    "Narahubung: {officer} (HP/WA {phone}).",
    "Contact person {officer}, telepon {phone}, email siber@{host}.",
    "CP: {officer} {phone}",
    "Hasil tindak lanjut agar dikirim ke siber@{host} atau WhatsApp {phone}.",
    "Apabila terdapat pertanyaan, silakan hubungi Call Center 110 atau WA {phone}.",
    "Penyidik yang menangani: {officer}, No. HP {phone}.",
    "Pembayaran dilakukan melalui {bank}.",
    "Uang ditransfer ke {bank} dan DANA {phone}.",
    "Salinan peraturan dapat diunduh di https://jdih.{host}/uu-1-2024.",
    "Bukti digital disimpan pada https://drive.google.com/drive/folders/1aBcDeFgHiJkLmNoP.",
    "Sebagaimana diberitakan https://news.{host}/read/778899.",
    "Akun korban @korban_contoh mohon tidak diblokir.",
    "Saudara dapat mengunjungi situs resmi kami di https://www.{host}.",
    "Permohonan ini sejalan dengan Pedoman Komunitas (https://www.tiktok.com/community-guidelines/"
    "id).",
)
MARKS = {"numbers": "{}. ", "brackets": "({}) ", "dashes": "- ", "bullets": "• ", "plain": ""}


def _account(desk: Desk) -> str:
    """One account in some words; its truth is every form that names it."""
    rng = desk.rng
    slug = rng.choice(list(NAMED))
    name, address = rng.choice(NAMED[slug]), ADDRESSES.get(slug)
    handle = desk.handle()
    if slug in ("x", "telegram", "line", "michat", "bigo-live"):
        handle = handle.replace(".", "_")[-15:].strip("_")
    is_number = slug in ("michat", "bigo-live") and rng.random() < 0.5
    if is_number:
        handle = str(rng.randrange(10**7, 10**9))
    url = address.format(handle) if address else ""
    desk.truth.targets.append({(slug, form) for form in (handle, url) if form})
    if slug == "line":
        desk.truth.targets[-1].add((slug, f"@{handle}"))
    if url and rng.random() < 0.45:
        shape = rng.choice(BY_ADDRESS)
    else:
        shape = rng.choice(BY_NUMBER if is_number else BY_NAME)
    defanged = url.replace("https", "hxxps").replace(".", "[.]", 2)
    bare = re.sub(r"^https://(?:www\.)?", "", url)
    return shape.format(n=name, h=handle, u=url, d=defanged, m=bare)


def _phone(desk: Desk) -> str:
    number = desk.phone()
    e164 = next(iter(desk.truth.targets[-1]))[1]
    return desk.rng.choice(BY_PHONE).format(p=number, e=e164.removeprefix("+"))


def _requested(desk: Desk) -> list[str]:
    """The paragraph or list that asks for the accounts, line by line."""
    rng = desk.rng
    items = [
        _phone(desk) if rng.random() < 0.25 else _account(desk) for _ in range(rng.randrange(2, 7))
    ]
    style = rng.choice([*MARKS, "run on", "semicolons", "sentences"])
    if style == "run on":
        return [rng.choice(SENTENCES).format(", ".join(items[:-1]) + " dan " + items[-1])]
    if style == "semicolons":
        return [f"{rng.choice(LEADS)} {'; '.join(items)}."]
    if style == "sentences":
        return [rng.choice(SENTENCES).format(item) for item in items]
    ending = rng.choice(("", ";", ".", ",")) if style != "plain" else ""
    return [
        rng.choice(LEADS),
        *(MARKS[style].format(i) + item + ending for i, item in enumerate(items, 1)),
    ]


def _basis(desk: Desk) -> str:
    first, second = desk.day_before(), desk.day_before()
    if desk.rng.random() < 0.5:
        return (
            f"Dasar: {desk.lawful()} dan {desk.police_report(first)} tanggal {indonesian(first)}."
        )
    return (
        f"Menindaklanjuti Laporan Polisi Nomor {desk.police_report(first)}, tertanggal "
        f"{indonesian(first)}, dan "
        f"surat perintah penyelidikan nomor {desk.task_letter(second)} tgl {second:%d/%m/%Y};"
    )


def mixed(desk: Desk) -> bytes:
    """One letter as a text file."""
    rng = desk.rng
    label = rng.choice(
        ("Nomor : {}", "Nomor\t: {}", "No. : {}", "NOMOR : {}", "No. Pol. : {}", "Ref : {}")
    )
    number, dated = label.format(desk.letter_number()), desk.dated_line()
    top = rng.choice(([f"{number}          {dated}"], [number, dated], [dated, number]))
    facts = {"officer": desk.officer, "host": desk.host, "bank": desk.bank()}
    besides = [
        text.format(phone=desk.office_phone(), **facts)
        for text in rng.sample(BESIDES, rng.randrange(1, 4))
    ]
    head = desk.head() if rng.random() < 0.7 else ""
    lines = [
        head,
        *top,
        "Perihal : Permohonan pemutusan akses",
        "",
        "Kepada Yth. Perwakilan Platform",
        "",
    ]
    lines += [_written(desk, before=_basis), *_requested(desk), *besides]
    lines += [
        "Demikian disampaikan, atas kerja sama diucapkan terima kasih.",
        "",
        desk.foot(),
        desk.copies(),
    ]
    if rng.random() < 0.2:
        lines = [hard_wrap(line, 90) if len(line) > 90 else line for line in lines]
    return "\n".join(lines).encode()


def _written(desk: Desk, before) -> str:
    """A paragraph; dates and numbers that it left out again are no truth."""
    dates, references = set(desk.truth.dates), set(desk.truth.references)
    text = before(desk)
    shown = {
        day
        for day in desk.truth.dates - dates
        if indonesian(day) in text or f"{day:%d/%m/%Y}" in text
    }
    desk.truth.dates = dates | shown
    desk.truth.references = references | {
        one for one in desk.truth.references - references if one in text
    }
    return text


def generate_mixed(seed: int, count: int = 100) -> Iterator[Letter]:
    """`count` letters, the same for the same seed."""
    for index in range(count):
        desk = Desk(random.Random(f"{seed}/mixed/{index}"))
        yield Letter(f"mixed-{index}.txt", "mixed", mixed(desk), desk.truth)
