"""Who plays in the demo. Everybody is invented; addresses end in `.example`."""

from datetime import date, datetime
from typing import Any

from allauth.mfa.totp.internal.auth import TOTP
from django.utils.translation import gettext as _

from moderation_portal import tokens
from moderation_portal.models import ApiToken, User
from moderation_portal.roles import SECOND_FACTOR, Role
from platforms import directory
from platforms.models import Clause, Commitment, Contact, Leg, Platform, Representative, Statement
from reports.models import Agency, ContactPoint, Panel, PanelMember, ReporterKind

PASSWORD = "Janji-Ditepati-2021"  # noqa: S105  the demo's, printed for whoever runs it
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # noqa: S105  likewise
# Whose program answers by the API where the platforms are played, and what its key is called.
PROGRAM_OF, PROGRAM = "joko@michat.example", "Simulator"

# role, e-mail, name, and what else the person is
PEOPLE: tuple[tuple[Role, str, str, dict[str, Any]], ...] = (
    (Role.CASEWORKER, "ayu@komdigi.example", "Ayu Lestari", {"unit": "Tim AIS"}),
    (Role.CASEWORKER, "bima@komdigi.example", "Bima Saputra", {"unit": "Tim AIS"}),
    (Role.SUPERVISOR, "sri@komdigi.example", "Sri Wahyuni", {}),
    (Role.DIRECTOR, "dewi@komdigi.example", "Dewi Anggraini", {}),
    (Role.CHILD_PROTECTION, "citra@komdigi.example", "Citra Maharani", {}),
    (Role.SUPERVISOR, "yanti@komdigi.example", "Yanti Puspita", {"is_cleared": True}),
    (
        Role.POLICE,
        "polisi@polda.example",
        "Putra Wibowo",
        {"unit": "Subdit V Siber"},
    ),
    (Role.PLATFORM_ADMIN, "rina@michat.example", "Rina Hartono", {}),
    (Role.RESPONDER, "joko@michat.example", "Joko Susanto", {}),
    (Role.RESPONDER, "nadia@michat.example", "Nadia Putri", {"is_cleared": True}),
    (
        Role.MONITOR,
        "lurah@malang.example",
        "Wulan Sari",
        {"area": "35.73.05"},
    ),
    (Role.ORGANISATION, "lapor@jejaring.example", "Jejaring Aman", {}),
    (Role.DETECTOR, "drone9@komdigi.example", "Cyber Drone", {"unit": "Tim Cyber Drone"}),
    (Role.AUDITOR, "umar@inspektorat.example", "Umar Hakim", {}),
    (Role.CLEARED_AUDITOR, "vina@inspektorat.example", "Vina Kartika", {}),
    (Role.STEWARD, "teguh@komdigi.example", "Teguh Prasetyo", {}),
)

CONTACTS = {
    "michat": (
        (0, "MiChat Indonesia", "abuse@michat.example", "id"),
        (1, "MiChat Pte Ltd", "legal@michat.example", "en"),
    ),
    "whatsapp": ((0, "WhatsApp Government Requests", "requests@whatsapp.example", "en"),),
    "x": ((0, "X Legal", "legal@x.example", "en"), (1, "X Asia Pacific", "apac@x.example", "en")),
    "instagram": ((0, "Instagram Trust", "trust@instagram.example", "en"),),
    "telegram": ((0, "Telegram Abuse", "abuse@telegram.example", "en"),),
    "facebook": ((0, "Facebook Trust", "trust@facebook.example", "en"),),
    "bigo-live": ((0, "Bigo Live Legal", "legal@bigo.example", "en"),),
    "likee": ((0, "Likee Trust and Safety", "safety@likee.example", "en"),),
    "tiktok": ((0, "TikTok Indonesia", "pemerintah@tiktok.example", "id"),),
}


def gather(at: datetime) -> dict[str, User]:
    """Everybody and everything the story stands on; e-mail name (before the @) -> user."""
    directory.seed(at)
    people = {
        email.split("@")[0]: person(role, email, name, facts) for role, email, name, facts in PEOPLE
    }
    platforms = directory.by_slug()
    for slug, contacts in CONTACTS.items():
        Contact.objects.bulk_create(
            Contact(
                platform=platforms[slug],
                rung=rung,
                channel=Contact.Channel.EMAIL,
                name=name,
                address=address,
                language=language,
                is_cleared=True,
            )
            for rung, name, address, language in contacts
        )
    michat = platforms["michat"]
    Platform.objects.filter(pk=michat.pk).update(language="id")
    represent(people, michat)
    register_police(people["polisi"])
    seat_panel()
    promise(michat)
    talk(michat)
    if not ApiToken.objects.filter(user=people["drone9"]).exists():
        tokens.issue(people["drone9"], "Cyber Drone", ["reports:write"], at=at)
    return people


def person(role: str, email: str, name: str, facts: dict) -> User:
    """A user with the demo's password, and its second factor where the role wants one."""
    user = User.objects.create_user(email, PASSWORD, name=name, role=role, **facts)
    if role in SECOND_FACTOR:
        TOTP.activate(user, TOTP_SECRET)
    return user


def represent(people: dict[str, User], platform: Platform) -> None:
    """Gives the platform its administrator and its responders, one of them cleared."""
    kinds = Representative.Kind
    for name, kind in (
        ("rina", kinds.ADMINISTRATOR),
        ("joko", kinds.RESPONDER),
        ("nadia", kinds.RESPONDER),
    ):
        Representative.objects.create(user=people[name], platform=platform, kind=kind)


def register_police(liaison: User) -> None:
    """The police unit and its registered contact point (Permenkominfo 5/2020 art. 17(1))."""
    unit = Agency.objects.create(
        name="Ditreskrimsus Polda Jawa Timur", kind=ReporterKind.POLICE, area="35"
    )
    ContactPoint.objects.create(
        agency=unit,
        name=liaison.name,
        email=liaison.email,
        user=liaison,
        registered_on=date(2025, 6, 2),
    )


def seat_panel() -> None:
    """Experts who advise on what is borderline, as Forum PSIBN did (Kepmen 290/2015)."""
    panel = Panel.objects.create(
        name="Panel Kesusilaan",
        field="Pornografi, kekerasan terhadap anak, prostitusi daring",
        legal_basis="Kepmen Kominfo 290/2015",
        categories=["prostitution", "pornography", "sexual_violence"],
    )
    PanelMember.objects.bulk_create(
        PanelMember(panel=panel, name=name, expertise=expertise)
        for name, expertise in (
            ("Prof. Ratna Contoh", "hukum pidana"),
            ("Hendra Contoh", "perlindungan korban"),
            ("Siti Contoh", "literasi digital"),
        )
    )


def promise(platform: Platform) -> None:
    """The commitment of March 2021, which names no time."""
    commitment = Commitment.objects.create(
        platform=platform,
        made_by="Perwakilan MiChat di Indonesia",
        made_to="Menteri Komunikasi dan Informatika",
        made_on=date(2021, 3, 20),
        text=(
            "Menutup akun yang disalahgunakan untuk janji pertemuan atau promosi prostitusi daring,"
            " yang dilaporkan oleh Kominfo, Polri, ataupun masyarakat."
        ),
        source="Keterangan pers Menteri Komunikasi dan Informatika, 20 Maret 2021",
    )
    Clause.objects.create(
        commitment=commitment,
        leg=Leg.CLAIMED,
        target_hours=None,
        reporter_kinds=["regulator", "police", "public", "detector"],
        categories=["prostitution"],
        valid_from=date(2021, 3, 20),
        quote="dilaporkan oleh Kominfo, Polri, ataupun masyarakat",
    )


def talk(platform: Platform) -> None:
    """What was said in public around the commitment."""
    Statement.objects.create(
        platform=platform,
        kind=Statement.Kind.WARNING,
        said_by="Menteri Komunikasi dan Informatika",
        said_on=date(2021, 3, 20),
        text="Peringatan: izin beroperasi di Indonesia dapat tidak diberikan tanpa solusi.",
        source="Siaran pers, Maret 2021",
    )


def sign_ins() -> list[tuple[str, str]]:
    """(role in words, e-mail), one for each role and clearance, in the order of `PEOPLE`."""
    found: dict[str, str] = {}
    for role, email, _name, facts in PEOPLE:
        label = str(Role(role).label)
        if facts.get("is_cleared"):
            label = _("%(role)s, cleared") % {"role": label}
        found.setdefault(label, email)
    return list(found.items())


def program_key(at: datetime) -> str:
    """A new key for the program of MiChat's responder; the one before it opens nothing more."""
    responder = User.objects.get(email=PROGRAM_OF)
    ApiToken.objects.filter(user=responder, label=PROGRAM, revoked_at=None).update(revoked_at=at)
    return tokens.issue(responder, PROGRAM, tokens.ANSWERING, at=at).key
