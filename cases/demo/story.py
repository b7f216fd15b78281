"""The story that the demo tells: a promise, reports by four doors, orders, silence, answers.

It is told through the product's own verbs, each at its own instant, so that every page has a past
that really happened. All accounts are invented.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from moderation_portal.models import User
from moderation_portal.roles import PUBLIC, Actor, Role
from platforms import directory
from platforms.models import Statement
from reports import formal, intake, petitions, verification
from reports.evidence import prepare
from reports.models import Evidence, FormalRequest, Report, ReporterKind

from .. import answers, decisions, removal
from ..models import Case, CaseState, NoticeItem, Target
from . import letter
from .passing import Passing, work

LENGTH = timedelta(days=6)
Tell = Callable[[str, datetime], None]


@dataclass
class Stage:
    """Where the story stands: its people, its clock, and somebody who hears each step."""

    people: dict[str, User]
    clock: Passing
    tell: Tell

    def step(self, what: str, at: datetime) -> datetime:
        """Lets time pass until `at` and says what happens then."""
        self.clock.to(at)
        self.tell(what, at)
        return at


def play(people: dict[str, User], end: datetime, tell: Tell) -> None:
    """Plays the whole story so that it ends at `end`."""
    start = end - LENGTH
    stage = Stage(people, Passing(start), tell)
    petition(stage, start + timedelta(hours=1))
    silent_order(stage, start + timedelta(hours=3))
    kept_order(stage, start + timedelta(days=1, hours=2))
    disputed_order(stage, start + timedelta(days=2, hours=18))
    sealed_case(stage, start + timedelta(days=3, hours=12))
    police_request(stage, start + timedelta(days=4, hours=12))
    fresh_reports(stage, end - timedelta(hours=8))
    stage.clock.to(end)


def warga(language: str = "id") -> intake.ReporterFacts:
    return intake.ReporterFacts(
        kind=ReporterKind.PUBLIC, name="Warga Contoh", email="warga@surat.example", language=language
    )


def receive(stage: Stage, at: datetime, *lines: intake.Line, actor=PUBLIC, **facts) -> Report:
    """Hands one complete telling in and lets the workers open its case."""
    told = {
        "reporter": warga(),
        "channel": Report.Channel.WEB,
        "category": "prostitution",
        "reason": "Profil ini terang-terangan menawarkan jasa prostitusi (Open BO) dengan tarif.",
        "is_good_faith": True,
        "seen_at": at - timedelta(hours=2),
        "wants_receipt": True,
        "telling_key": f"demo-{at.isoformat()}-{lines[0].text}",
    } | facts
    (received,) = intake.receive([intake.Telling(lines=lines, **told)], actor=actor, at=at)
    work(at)
    return Report.objects.get(pk=received.report_id)


def case_of(report: Report) -> Case:
    """The case that this report opened or joined."""
    return Case.objects.filter(targets__joinings__item__report=report).distinct().get()


def decide(
    stage: Stage, case: Case, at: datetime, *, by: str = "ayu", second: str = "sri", reasons: str
) -> datetime:
    """Claims, ticks the checklist, upholds and approves, as two persons do it on the page."""
    author, approver = stage.people[by], stage.people[second]
    decisions.claim([case.pk], actor=author, at=at).insist()
    at += timedelta(minutes=11)
    decisions.open_page(case, actor=author, at=at)
    pack = decisions.policy.pack()
    lines = [line.code for line in pack.checklist(case.category)]
    decisions.tick([case.pk], lines=lines, actor=author, at=at).insist()
    bases = [basis.code for basis in pack.bases_for(case.category, at)]
    decisions.uphold(
        [case.pk],
        bases=bases,
        test={
            "legality": "Profil menawarkan jasa seksual secara terang-terangan dan mencantumkan tarif.",
            "aim": "Melindungi masyarakat dan mereka yang mungkin dieksploitasi.",
            "remedy": "account",
            "necessity": "Seluruh profil dipakai untuk penawaran; menghapus satu unggahan tidak cukup.",
        },
        reasons=reasons,
        actor=author,
        at=at,
    ).insist()
    at += timedelta(minutes=34)
    decisions.open_page(case, actor=approver, at=at)
    decisions.approve([case.pk], actor=approver, at=at).insist()
    return at


def petition(stage: Stage, at: datetime) -> None:
    stage.step("An organisation petitions to close the whole app: registered and answered", at)
    written = petitions.register(
        directory.by_slug()["michat"],
        "Gerakan Rakyat Tolak Aktor Koruptor (GERTAK)",
        "Mendesak agar aplikasi MiChat ditutup karena maraknya akun prostitusi daring.",
        "platform",
        received_on=date(2021, 10, 2),
        actor=stage.people["ayu"],
        at=at,
    )
    petitions.reply(
        written,
        "Penutupan seluruh aplikasi hanya dapat dipertimbangkan bila perintah terhadap akun tidak"
        " dipatuhi. Mohon sampaikan alamat atau ID akun agar dapat kami tindak lanjuti.",
        actor=stage.people["sri"],
        at=at + timedelta(hours=1),
    )


def silent_order(stage: Stage, at: datetime) -> None:
    stage.step("A member of the public reports two MiChat accounts", at)
    report = receive(
        stage,
        at,
        intake.Line("kenanga_malam", "michat"),
        intake.Line("", "michat", "Nama profil 'Kenanga', terlihat lewat Cari Sekitar di Kota Malang"),
    )
    decide(
        stage,
        case_of(report),
        at + timedelta(hours=1),
        reasons="Kedua akun menawarkan jasa seksual dengan tarif kepada pengguna di sekitarnya.",
    )
    stage.step("MiChat is ordered to close them, and stays silent", at + timedelta(hours=3))


def kept_order(stage: Stage, at: datetime) -> None:
    stage.step("Cyber Drone finds an account on X; a person verifies it", at)
    drone = stage.people["drone9"]
    report = receive(
        stage,
        at,
        intake.Line("https://x.com/bisyar_contoh"),
        actor=drone,
        reporter=intake.ReporterFacts(kind=ReporterKind.DETECTOR, user=drone),
        channel=Report.Channel.API,
        finding=intake.FindingFacts(
            tool="Cyber Drone",
            tool_version="9.2",
            rule="kata-kunci-bisyar",
            rule_version="2026.3",
            query="bisyar",
            fetched_at=at - timedelta(minutes=20),
            public_access_proof="Terbuka tanpa masuk, HTTP 200",
            content_hash="c0" * 32,
            capture="tangkapan/2026/bisyar_contoh",
        ),
    )
    at += timedelta(hours=1)
    verification.judge(
        [report.pk], "confirmed", "Penawaran jelas, bukan sekadar kata kunci.", actor=stage.people["bima"], at=at
    )
    work(at)
    at = decide(
        stage,
        case_of(report),
        at + timedelta(minutes=30),
        by="bima",
        reasons="Akun menawarkan jasa seksual berbayar kepada umum.",
    )
    at = stage.step("X removes it within its deadline", at + timedelta(hours=9))
    say(stage, report, "removed", at, by=PUBLIC)
    for hours in (1, 26):
        at = stage.step("Our own check finds it gone", at + timedelta(hours=hours))
        look(stage, report, "gone", at)


def disputed_order(stage: Stage, at: datetime) -> None:
    stage.step("The lurah of Lowokwaru reports what stands in the nearby search", at)
    lurah = stage.people["lurah"]
    report = receive(
        stage,
        at,
        intake.Line("", "michat", "Nama profil 'Melati VIP', terlihat lewat Cari Sekitar, Kecamatan Lowokwaru"),
        intake.Line("melati_vip_contoh", "michat"),
        actor=lurah,
        reporter=intake.ReporterFacts(kind=ReporterKind.MONITOR, user=lurah, area="35.73.05"),
        channel=Report.Channel.STAFF,
        area="35.73.05",
        place="Kecamatan Lowokwaru",
    )
    at = decide(
        stage,
        case_of(report),
        at + timedelta(hours=2),
        reasons="Profil menawarkan jasa seksual kepada pengguna di sekitarnya.",
    )
    at = stage.step("MiChat removes one account and disagrees about the other", at + timedelta(hours=12))
    targets = list(Target.objects.filter(case=case_of(report)).order_by("pk"))
    say(stage, report, "refused", at, by=stage.people["joko"], targets=targets[:1],
        reason="Profil tidak lagi memuat penawaran pada saat kami periksa.")
    say(stage, report, "removed", at, by=stage.people["joko"], targets=targets[1:])


def sealed_case(stage: Stage, at: datetime) -> None:
    stage.step("A report that may concern a child: sealed, without any picture", at)
    report = receive(
        stage,
        at,
        intake.Line("akun_tersegel_contoh", "michat"),
        category="child_sexual",
        reason="Diduga melibatkan anak. Tidak ada gambar yang disimpan atau dikirim.",
    )
    case = case_of(report)
    citra = stage.people["citra"]
    at += timedelta(minutes=12)
    decisions.claim([case.pk], actor=citra, at=at).insist()
    decisions.open_page(case, actor=citra, at=at)
    unit = decisions.policy.pack().category(case.category).refer_units[0]
    decisions.refer(
        [case.pk], unit=unit, reason="Kemungkinan korban anak; mohon pendampingan.", actor=citra, at=at
    ).insist()
    decide_sealed(stage, case, at + timedelta(minutes=10))


def decide_sealed(stage: Stage, case: Case, at: datetime) -> None:
    citra, yanti = stage.people["citra"], stage.people["yanti"]
    pack = decisions.policy.pack()
    decisions.tick(
        [case.pk], lines=[line.code for line in pack.checklist(case.category)], actor=citra, at=at
    ).insist()
    decisions.uphold(
        [case.pk],
        bases=[basis.code for basis in pack.bases_for(case.category, at)],
        test={
            "legality": "Diduga muatan seksual anak.",
            "aim": "Melindungi anak.",
            "remedy": "account",
            "necessity": "Tidak ada cara yang lebih ringan.",
        },
        reasons="Akun diduga memuat eksploitasi seksual anak.",
        actor=citra,
        at=at,
    ).insist()
    decisions.open_page(case, actor=yanti, at=at + timedelta(minutes=8))
    decisions.approve([case.pk], actor=yanti, at=at + timedelta(minutes=8)).insist()


def police_request(stage: Stage, at: datetime) -> None:
    stage.step("The first formal request comes from the police, with a letter", at)
    liaison = stage.people["polisi"]
    category = decisions.policy.pack().category("prostitution")
    number = f"B/114/{letter.roman(at.month)}/{at.year}/Ditreskrimsus"
    uploads = [
        prepare(file, kind=kind, source=ReporterKind.POLICE, category=category)
        for file, kind in (
            (letter.signed_letter(number), Evidence.Kind.LETTER),
            (letter.screenshot(), Evidence.Kind.SCREENSHOT),
        )
    ]
    draft = formal.save_draft(
        None,
        {
            "unit": "Subdit V Siber",
            "officer": "Kompol Contoh",
            "letter_number": number,
            "letter_date": at.date(),
            "case_number": f"LP/B/1234/{letter.roman(at.month)}/{at.year}/SPKT/POLDA JAWA TIMUR",
            "article": "Pasal 27 ayat (1) UU ITE; Pasal 4 ayat (2) huruf d UU 44/2008",
            "legal_analysis": "Akun menawarkan jasa seksual secara terbuka dan memenuhi unsur pasal.",
            "category": "prostitution",
            "locators": "https://www.instagram.com/anggrek.contoh/\nhttps://www.instagram.com/anggrek.dua.contoh/\n"
            "wa.me/6281234567890\nt.me/anggrek_contoh",
        },
        actor=liaison,
        at=at,
        uploads=uploads,
    )
    formal.submit(draft, actor=liaison, at=at)
    work(at)
    Statement.objects.create(
        platform=directory.by_slug()["michat"],
        kind=Statement.Kind.COORDINATION,
        said_by="Ditreskrimsus Polda Jawa Timur",
        said_on=at.date(),
        text="Permintaan resmi pertama diterima untuk akun di layanan lain; belum ada untuk MiChat.",
        source=f"Surat {number}",
    )
    instagram = Case.objects.filter(platform__slug="instagram", state=CaseState.NEW).first()
    if instagram:
        propose(stage, instagram, at + timedelta(hours=2))
    assert_submitted(draft)


def assert_submitted(draft: FormalRequest) -> None:
    draft.refresh_from_db()
    if draft.state != FormalRequest.State.SUBMITTED:
        raise RuntimeError("the demo's formal request was not taken")


def propose(stage: Stage, case: Case, at: datetime) -> None:
    """Upholds a case and leaves the approval to whoever opens the demo."""
    stage.step("A decision waits for its second person", at)
    bima = stage.people["bima"]
    decisions.claim([case.pk], actor=bima, at=at).insist()
    decisions.open_page(case, actor=bima, at=at)
    pack = decisions.policy.pack()
    decisions.tick(
        [case.pk], lines=[line.code for line in pack.checklist(case.category)], actor=bima, at=at
    ).insist()
    decisions.uphold(
        [case.pk],
        bases=[basis.code for basis in pack.bases_for(case.category, at)],
        test={
            "legality": "Kedua profil memuat penawaran jasa seksual dan nomor pemesanan.",
            "aim": "Melindungi masyarakat; mendukung penyidikan.",
            "remedy": "account",
            "necessity": "Penawaran ada di seluruh profil.",
        },
        reasons="Profil menawarkan jasa seksual berbayar dan mencantumkan cara memesan.",
        actor=bima,
        at=at,
    ).insist()


FRESH = (
    ("prostitution", intake.Line("https://www.tiktok.com/@dahlia.contoh"), "Siaran langsung menawarkan Open BO."),
    ("gambling", intake.Line("https://www.instagram.com/slot.contoh/"), "Mempromosikan situs judi daring."),
    ("gambling", intake.Line("https://t.me/gacor_contoh"), "Grup promosi judi slot."),
    ("fraud", intake.Line("wa.me/6281298765432"), "Menyamar sebagai petugas bank."),
    ("prostitution", intake.Line("mawar_contoh", "michat"), "Menawarkan jasa lewat status."),
    ("gambling", intake.Line("https://slot-contoh.example/daftar"), "Situs judi."),
    ("prostitution", intake.Line("https://www.facebook.com/teratai.contoh"), "Profil Open BO."),
)


def fresh_reports(stage: Stage, at: datetime) -> None:
    for number, (category, line, reason) in enumerate(FRESH):
        at = stage.step(f"New report: {line.text}", at + timedelta(minutes=41))
        receive(stage, at, line, category=category, reason=reason, uploads=pictures(category))
        if number == 0:
            receive(stage, at + timedelta(minutes=3), intake.Line("kenanga_malam", "michat"))


def pictures(category: str) -> tuple:
    """The screenshot that the law wants of the public; none where the matter is sexual."""
    found = decisions.policy.pack().category(category)
    if not found.screenshot_from_public:
        return ()
    kind = Evidence.Kind.SCREENSHOT
    return (prepare(letter.screenshot(), kind=kind, source=ReporterKind.PUBLIC, category=found),)


def say(stage: Stage, report: Report, code: str, at: datetime, *, by, targets=None, reason="") -> None:
    """The platform's answer for these targets of a report's case."""
    targets = targets or list(Target.objects.filter(case=case_of(report)))
    items = NoticeItem.objects.filter(target__in=targets).select_related("notice")
    given = [answers.Given(item.pk, code, reason=reason, reference="") for item in items]
    notice = items[0].notice
    contact = None if by is not PUBLIC else notice.platform.contacts.first()
    actor = by if contact is None else Actor(Role.RESPONDER, contact.name)
    channel = "portal" if contact is None else "link"
    answers.take(notice, given, actor=actor, channel=channel, contact=contact, at=at)
    work(at)


def look(stage: Stage, report: Report, result: str, at: datetime) -> None:
    """A person's own look at every account of a report's case."""
    ids = list(Target.objects.filter(case=case_of(report)).values_list("pk", flat=True))
    removal.observe(
        ids, result, actor=stage.people["bima"], method="person",
        note="Dibuka dari perangkat tanpa masuk.", proof={}, at=at,
    )
    work(at)
