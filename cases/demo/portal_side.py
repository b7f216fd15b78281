"""What the platform's own people do in the demo: they name a deputy, dispute a clock, and reply."""

from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from platforms import deputies, replies

from .. import disputes
from ..models import Dispute, Notice
from ..notices import return_addresses
from .doing import Stage
from .passing import work

AWAY = timedelta(days=9)


def disputed_clock(stage: Stage, at: datetime) -> None:
    """The administrator of MiChat holds that the silent order reached them later than it did."""
    at = stage.step("MiChat names a deputy, and disputes a clock", at)
    rina, joko, nadia = (stage.people[name] for name in ("rina", "joko", "nadia"))
    today = deputies.day_of(rina.representative.platform, at)
    deputies.name(
        joko.representative,
        nadia.representative,
        starts_on=today,
        ends_on=today + AWAY,
        actor=rina,
        at=at,
    )
    served = Notice.objects.filter(
        platform=rina.representative.platform, rung="order", handling="ordinary"
    ).exclude(served_at=None)
    notice = served.earliest("issued_at", "pk")
    if notice.served_at is None:
        raise AssertionError(notice)
    disputes.open_dispute(
        notice,
        Dispute.Kind.START,
        "Menurut catatan peladen surel kami, surat baru diterima dua jam kemudian.",
        actor=rina,
        at=at,
        instant=notice.served_at + timedelta(hours=2),
    )


def reply_by_mail(stage: Stage, at: datetime) -> None:
    """A colleague at MiChat replies to the newest order, from a mailbox that nobody knows."""
    at = stage.step("Somebody at MiChat replies by mail, for a person to read", at)
    platform = stage.people["rina"].representative.platform
    notice = Notice.objects.filter(platform=platform, rung="order", handling="ordinary").latest(
        "issued_at", "pk"
    )
    contact = platform.contacts.earliest("rung", "pk")
    mail = EmailMessage()
    mail["From"] = "Tim Kepatuhan MiChat <kepatuhan@michat.example>"
    mail["To"] = return_addresses.write(notice, contact)
    mail["Subject"] = f"Re: {notice.subject}"
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = "<balasan-1@michat.example>"
    mail.set_content(
        "Yth. Bapak/Ibu,\n\nAkun yang disebut dalam surat sudah kami tutup pagi ini. Mohon "
        "dikonfirmasi.\n\nHormat kami,\nTim Kepatuhan\n\n"
        "Pada tanggal Sen, 1 Jun 2026 Kementerian menulis:\n"
        + "\n".join(f"> {line}" for line in notice.text.splitlines()[:12])
    )
    replies.receive([mail.as_bytes()], by="pipe", at=at)
    work(at)
