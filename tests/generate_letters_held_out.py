"""The five shapes of generated letters that the parser was not developed on."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from tests.letter_desk import CITIES, Desk, envelope, fields, indonesian


def michat_cards(desk: Desk) -> bytes:
    """Accounts as blocks of labelled lines: profile, MiChat id, telephone, where it was seen."""
    cards = []
    for i in range(1, desk.rng.randrange(2, 6)):
        seen = (
            f"      Ditemukan : fitur orang di sekitar, {CITIES[desk.region]}, "
            f"{indonesian(desk.day_before())}\n"
        )
        person = desk.rng.choice(("Melati", "Senja", "Camar"))
        if desk.rng.random() < 0.2:
            shown = f"{person} Contoh {i}{'abcdef'[i]}"
            desk.truth.targets.append(
                {("michat", f"nearby:{shown.lower()}|{CITIES[desk.region].lower()}|")}
            )
            cards.append(f"   {i}. Nama profil MiChat : {shown}\n{seen}")
            continue
        name = (
            f"{desk.rng.randrange(10**7, 10**9)}"
            if desk.rng.random() < 0.5
            else desk.handle().replace(".", "_")
        )
        desk.truth.targets.append({("michat", name)})
        label = desk.rng.choice(("ID MiChat", "MiChat ID", "Username MiChat"))
        card = f"   {i}. Nama profil : Contoh {person}\n      {label} : {name}\n"
        if desk.rng.random() < 0.5:
            card += f"      Nomor WhatsApp : {desk.phone()}\n"
        cards.append(card + seen)
    text = (
        desk.head() + "\n" + fields(desk) + desk.legal_basis()
        + "2. Daftar akun yang dimohonkan untuk ditutup:\n" + "".join(cards)
        + (
            f"3. Uang muka dikirim ke {desk.bank()}.\n4. {desk.contact()}\n\n{desk.foot()}\n"
            f"{desk.copies()}"
            )
    )  # fmt: skip
    return envelope(desk, text)


def html_only(desk: Desk) -> bytes:
    """HTML without a plain version; the table holds handles, links and telephone numbers."""
    rows = []
    for i in range(1, desk.rng.randrange(3, 7)):
        if desk.rng.random() < 0.3:
            rows.append(f"<tr><td>{i}</td><td>WhatsApp</td><td>{desk.phone()}</td></tr>")
        else:
            name, handle, url = desk.account()
            cell = f'<a href="{url}">{handle}</a>' if desk.rng.random() < 0.5 else f"{url}"
            rows.append(f"<tr><td>{i}</td><td>{name}</td><td>{cell}</td></tr>")
    day = desk.day_before()
    body = (
        "<html><head><style>td {border:1px}</style></"
        f"head><body><p><b>{'<br>'.join(desk.head().splitlines())}</b></p>"
        f"<p>Nomor: {desk.letter_number()}<br>{desk.dated_line()}</p><p>Yth. Tim Kepatuhan,</p>"
        f"<p>Merujuk {desk.lawful()} dan Laporan Polisi Nomor {desk.police_report(day)} tanggal "
        f"{indonesian(day)}, "
        "mohon agar akun di bawah ini diblokir:</p><table><tr><th>No</th><th>Media</th><th>Akun</"
        "th></tr>"
        f"{''.join(rows)}</table><p>{desk.contact()}</p><p>{'<br>'.join(desk.foot().splitlines())}"
        "</p>"
        '<p style="font-size:8px">Pesan ini bersifat rahasia. Kunjungi <a '
        f'href="https://www.{desk.host}">situs kami</a>.</p></body></html>'
    )
    return envelope(desk, body, "html", desk.rng.choice(("utf-8", "cp1252", "utf-16")))


def reply(desk: Desk) -> bytes:
    """A follow-up above the platform's own answer, which links to its help pages."""
    urls = [desk.post() for _ in range(desk.rng.randrange(1, 4))]
    sent = desk.day_before()
    text = (
        f"Selamat siang,\n\nMenindaklanjuti surat kami Nomor {desk.letter_number()} tanggal "
        f"{indonesian(sent, desk.rng)}, "
        "kami sampaikan bahwa konten di bawah ini masih dapat diakses dan mohon segera dihapus:\n"
        + "".join(f"{i}) {url} (baru)\n" for i, url in enumerate(urls, 1))
        + f"\nTerima kasih.\n\nHormat kami,\n{desk.officer}\nPenyidik Subdit Siber\nHP "
        f"{desk.office_phone()}\nInstagram: @siber_polda_contoh\n\n"
        f"Pada {indonesian(sent)} pukul 10.12 Legal Team <legal@platform.example> menulis:\n"
        "> Dear officer,\n> Please use our law enforcement portal at https://platform.example/"
        "lawenforcement/request\n"
        "> and see https://help.instagram.com/494561080557017 for what we need.\n> Regards,\n> "
        "Legal Team, +65 6555 0100\n"
    )
    return envelope(desk, text)


def annex(desk: Desk) -> bytes:
    """The list stands after the signature, in columns, with an electronic-signature footer."""
    rows = ["NO   JENIS         AKUN/NOMOR"]
    for i in range(1, desk.rng.randrange(4, 9)):
        if desk.rng.random() < 0.35:
            rows.append(f"{i:<4} WhatsApp      {desk.phone()}")
        else:
            name, handle, url = desk.account("instagram", "tiktok", "facebook", "telegram")
            rows.append(f"{i:<4} {name:<13} {url if desk.rng.random() < 0.5 else '@' + handle}")
    text = (
        desk.head() + "\n" + fields(desk) + desk.legal_basis()
        + "2. Mohon dilakukan pemutusan akses terhadap akun sebagaimana daftar terlampir.\n"
        + f"3. {desk.contact()}\n\n{desk.foot()}\n{desk.copies()}\n"
        "Dokumen ini telah ditandatangani secara elektronik, keaslian dapat diperiksa di "
        "https://tte.sertifikat.example/verifikasi/99\n\n"
        f"LAMPIRAN SURAT DIRRESKRIMSUS\nNOMOR : {desk.truth.number}\n\nDAFTAR AKUN\n"
        + "\n".join(rows)
        + "\n"
    )  # fmt: skip
    return envelope(desk, text)


def forwarded(desk: Desk) -> bytes:
    """A letter inside a covering mail, or as a bare text file; other words, other date forms."""
    day = desk.day_before()
    handles = [desk.account("x", "telegram") for _ in range(desk.rng.randrange(2, 5))]
    listed = "; ".join(
        f"{name} {url}" if desk.rng.random() < 0.5 else f"{name}: @{handle}"
        for name, handle, url in handles
    )
    text = (
        f"POLRES CONTOH {CITIES[desk.region].upper()}\nSATUAN RESERSE KRIMINAL\nJalan Contoh 5, "
        f"telp {desk.office_phone()}\n\n"
        f"{desk.dated_line()}\n\nNo. : {desk.letter_number()}\nHal : Permintaan penutupan "
        "akun\n\nYth. Kepala Kepatuhan Platform\n\n"
        f"Sehubungan dengan penanganan perkara sesuai {desk.police_report(day)} tgl "
        f"{day:%d.%m.%Y}, bersama ini dimintakan "
        f"penutupan akun sebagai berikut: {listed}.\n\nKorban telah mentransfer dana ke "
        f"{desk.bank()}.\n\n{desk.foot()}"
    )
    if desk.rng.random() < 0.4:
        return text.replace("akun", "a\u200bkun").encode(
            desk.rng.choice(("utf-8", "utf-8-sig", "utf-16"))
        )
    inner, outer = EmailMessage(), EmailMessage()
    for message in (inner, outer):
        message["From"] = f"Kanit Siber <kanit@{desk.host}>"
        message["To"] = "legal@platform.example"
        message["Subject"] = "Permintaan penutupan akun"
        message["Date"] = format_datetime(
            datetime(desk.day.year, desk.day.month, desk.day.day, 5, tzinfo=UTC)
        )
    inner.set_content(text)
    outer.set_content(
        f"Terlampir surat kami untuk ditindaklanjuti.\n\n--\n{desk.officer}\nsitus: "
        f"www.{desk.host}\n"
    )
    outer.add_attachment(inner)
    outer.set_boundary("contoh")
    return outer.as_bytes()


HELD_OUT = (michat_cards, html_only, reply, annex, forwarded)
