"""What offices say to each other in the demo: nothing of it is an order."""

from datetime import date, datetime, timedelta

from moderation_portal import policy
from platforms import directory
from platforms.models import Feature, Ping
from reports.models import Agency

from .. import coordination, systemic
from ..coordination import About, Said
from ..liveness import answering, asking
from ..models import Case, CoordinationNote
from .doing import Stage, approve, claim, uphold
from .passing import work

FEATURE_TEST = {
    "legality": "Fitur ini digunakan untuk menawarkan jasa seksual.",
    "aim": "Melindungi anak dan masyarakat.",
    "remedy": "feature",
    "necessity": "Penutupan akun satu per satu tidak mengurangi jumlahnya.",
}


def features() -> None:
    """What an order to MiChat may aim at instead of accounts."""
    platform = directory.by_slug()["michat"]
    for code, name_id, name_en in (
        ("nearby_search", "Pencarian orang di sekitar", "Search for people nearby"),
        ("drift_bottle", "Pesan dalam botol kepada orang tak dikenal", "Message to strangers"),
    ):
        Feature.objects.create(platform=platform, code=code, name_id=name_id, name_en=name_en)


def silent_contact(at: datetime) -> None:
    """Every contact was asked whether somebody is there; X's second one has stayed silent."""
    asked = at - policy.pack().limits_at(at).contact_patience
    asking.ask(at=asked)
    work(asked)
    for ping in Ping.objects.select_related("contact").exclude(contact__address="apac@x.example"):
        answering.answer(ping, is_still=True, at=asked + timedelta(hours=5))
    asking.lapse(at=at)


def talk(stage: Stage, at: datetime) -> None:
    """The ministry meets the platform, and asks the police for a letter that nobody has sent."""
    stage.step("Offices meet and the police are asked for a letter: no order comes of it", at)
    meeting = Said(
        CoordinationNote.Kind.MEETING,
        date(2021, 3, 20),
        "Direktorat Pengendalian; perwakilan MiChat di Indonesia",
        "Perwakilan menyatakan bersedia menutup akun yang dilaporkan. Belum ada batas waktu.",
        follow_up_on=at.date() + timedelta(days=14),
    )
    _write(stage, About(platform=directory.by_slug()["michat"]), meeting, at)
    asked = "Belum ada permintaan resmi dari Polri mengenai akun di MiChat."
    no_request(stage, asked, date(2021, 3, 21), at + timedelta(minutes=5))


def systemic_case(stage: Stage, at: datetime) -> None:
    """New accounts come as fast as old ones go, so the search itself is ordered to change."""
    stage.step("A systemic case aims at MiChat's search for people nearby", at)
    ayu, sri = stage.people["ayu"], stage.people["sri"]
    shown_by = Case.objects.filter(platform__slug="michat", handling="ordinary").order_by("pk")
    aim = systemic.Aim(
        Feature.objects.get(code="nearby_search"),
        "prostitution",
        "Batasi pencarian bagi pengguna berusia 18 tahun ke atas, sediakan tombol lapor pada setiap"
        " profil, dan matikan pencarian di sekitar sekolah.",
        "Akun yang ditutup muncul kembali dengan nama lain dalam hitungan jam; semua ditemukan"
        " melalui pencarian orang di sekitar.",
    )
    case = systemic.open_case(aim, list(shown_by), actor=ayu, at=at)
    work(at)
    claim(case, ayu, stage.clock.to(at + timedelta(minutes=5)))
    at = stage.clock.to(at + timedelta(minutes=20))
    uphold(case, ayu, at, reasons=aim.reason, test=FEATURE_TEST)
    approve(case, sri, stage.clock.to(at + timedelta(minutes=30)))


def no_request(stage: Stage, text: str, on: date, at: datetime) -> None:
    """The police unit was asked whether it has a formal request about accounts on MiChat."""
    unit = Agency.objects.get(name__startswith="Ditreskrimsus")
    part = "Tim Cyber Drone; Ditreskrimsus Polda Jawa Timur"
    said = Said(CoordinationNote.Kind.NO_REQUEST, on, part, text)
    _write(stage, About(directory.by_slug()["michat"], unit), said, at)


def _write(stage: Stage, about: About, said: Said, at: datetime) -> None:
    coordination.write(about, said, actor=stage.people["ayu"], at=at)
